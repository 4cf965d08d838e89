//! Rates that change with time.

/// What follows the last value of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Padding {
    /// The last value, for ever.
    #[default]
    Last,
    /// Zero.
    Zero,
}

/// A vector holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a vector must hold at least one value")]
pub struct EmptyVector;

/// Returns the value of `values` that holds in the 1-based `month`, when each value holds for
/// `months_each` months.
///
/// # Errors
///
/// Refuses an empty vector.
pub fn value_in_month(
    values: &[f64],
    months_each: u32,
    padding: Padding,
    month: u32,
) -> Result<f64, EmptyVector> {
    let last = *values.last().ok_or(EmptyVector)?;
    let after = match padding {
        Padding::Last => last,
        Padding::Zero => 0.0,
    };
    let position = (month.max(1) - 1) / months_each.max(1);
    let held = usize::try_from(position).ok().and_then(|position| values.get(position));
    Ok(held.copied().unwrap_or(after))
}

/// Returns the net loss of every month of a cumulative loss curve: `total` of `balance`, spread by
/// the yearly shares of `timing` and in a straight line within each year.
///
/// # Errors
///
/// Refuses an empty timing.
pub fn monthly_losses(balance: f64, total: f64, timing: &[f64]) -> Result<Vec<f64>, EmptyVector> {
    if timing.is_empty() {
        return Err(EmptyVector);
    }
    let monthly = timing.iter().map(|share| balance * total * share / 12.0);
    Ok(monthly.flat_map(|loss| std::iter::repeat_n(loss, 12)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_goes_on_as_the_padding_says() {
        let at = |padding, month| value_in_month(&[0.1, 0.2], 12, padding, month);

        assert_eq!(
            [1, 12, 13, 25].map(|month| at(Padding::Last, month)),
            [0.1, 0.1, 0.2, 0.2].map(Ok)
        );
        assert_eq!(at(Padding::Zero, 25), Ok(0.0));
    }

    #[test]
    fn an_empty_vector_is_refused() {
        assert_eq!(value_in_month(&[], 1, Padding::Last, 1), Err(EmptyVector));
        assert_eq!(monthly_losses(1.0, 0.1, &[]), Err(EmptyVector));
    }

    #[test]
    fn the_loss_of_a_year_is_spread_evenly() {
        let losses = monthly_losses(1000.0, 0.06, &[0.5, 0.5]).unwrap();

        assert_eq!(losses.len(), 24);
        assert!(losses.iter().all(|loss| (loss - 2.5).abs() < 1e-12));
    }
}
