//! The bad end of a distribution of losses. Losses are positive numbers.

use serde::Serialize;

use super::number;
use super::sample::{deviation, index, mean, percentile, sorted};

/// The tail beyond one level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tail {
    /// The share of outcomes that are no worse.
    pub level: f64,
    /// The loss that is exceeded with what is left, interpolated (type 7).
    pub value_at_risk: f64,
    /// The mean of what lies beyond, the share of the last outcome included.
    pub expected_shortfall: f64,
    /// The 95 % confidence interval of the value at risk, from order statistics; `None` if the
    /// sample is too small for the upper end.
    pub confidence: Option<[f64; 2]>,
}

/// Capital for losses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Capital {
    /// The mean loss.
    pub expected_loss: f64,
    /// The standard deviation of the loss.
    pub unexpected_loss: f64,
    /// The level of the capital.
    pub level: f64,
    /// Value at risk less expected loss.
    pub economic_capital: f64,
}

/// Returns the tail of losses in rising order; `None` of nothing.
#[must_use]
pub fn tail(rising: &[f64], level: f64) -> Option<Tail> {
    Some(Tail {
        level,
        value_at_risk: percentile(rising, level)?,
        expected_shortfall: expected_shortfall(rising, level)?,
        confidence: quantile_interval(rising, level, 0.95),
    })
}

/// Returns the mean of the worst `n (1 − level)` losses of a rising sample, the last one in part
/// (Acerbi and Tasche); the worst one if that is less than one.
#[must_use]
pub fn expected_shortfall(rising: &[f64], level: f64) -> Option<f64> {
    let worst = *rising.last()?;
    let wanted = number(rising.len()) * (1.0 - level.clamp(0.0, 1.0));
    // 20 × (1 − 0.95) is slightly more than 1 in binary.
    let wanted = if (wanted - wanted.round()).abs() < 1e-9 { wanted.round() } else { wanted };
    if wanted <= 1.0 {
        return Some(worst);
    }
    let whole = index(wanted);
    let first = rising.len().checked_sub(whole)?;
    let sum: f64 = rising.iter().skip(first).sum();
    let partial = wanted - wanted.floor();
    let next = first.checked_sub(1).and_then(|before| rising.get(before)).copied().unwrap_or(0.0);
    Some((sum + partial * next) / wanted)
}

/// Returns order statistics between which the quantile at `level` lies with `confidence`, from the
/// binomial distribution of the number of losses below it; `None` if the sample is too small.
#[must_use]
pub fn quantile_interval(rising: &[f64], level: f64, confidence: f64) -> Option<[f64; 2]> {
    let [low, high] = order_statistics(rising.len(), level, confidence)?;
    Some([*rising.get(low - 1)?, *rising.get(high - 1)?])
}

/// Returns the 1-based ranks of the interval of [`quantile_interval`].
#[must_use]
pub fn order_statistics(count: usize, level: f64, confidence: f64) -> Option<[usize; 2]> {
    let outside = (1.0 - confidence) / 2.0;
    let low = binomial_quantile(count, level, outside);
    let high = binomial_quantile(count, level, 1.0 - outside) + 1;
    (low >= 1 && high <= count).then_some([low, high])
}

/// Returns the least `k` with a probability of at least `probability` of at most `k` successes.
fn binomial_quantile(count: usize, chance: f64, probability: f64) -> usize {
    let trials = number(count);
    let whole = libm::lgamma(trials + 1.0);
    let mut sum = 0.0;
    for successes in 0..count {
        let k = number(successes);
        let ways = whole - libm::lgamma(k + 1.0) - libm::lgamma(trials - k + 1.0);
        sum += (ways + k * chance.ln() + (trials - k) * (-chance).ln_1p()).exp();
        if sum >= probability {
            return successes;
        }
    }
    count
}

/// Returns the capital for losses at a level; `None` of nothing.
#[must_use]
pub fn capital(losses: &[f64], level: f64) -> Option<Capital> {
    let expected_loss = mean(losses)?;
    let value_at_risk = percentile(&sorted(losses), level)?;
    Some(Capital {
        expected_loss,
        unexpected_loss: deviation(losses, expected_loss),
        level,
        economic_capital: value_at_risk - expected_loss,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_loss_of_the_tail_counts_in_part() {
        let losses = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];

        // The worst 2.5 of ten.
        let found = expected_shortfall(&losses, 0.75).unwrap();

        assert!((found - (10.0 + 9.0 + 0.5 * 8.0) / 2.5).abs() < 1e-12);
        assert_eq!(expected_shortfall(&losses, 0.999), Some(10.0));
        assert_eq!(expected_shortfall(&losses, 0.0), Some(5.5));
    }

    #[test]
    fn ranks_enclose_the_quantile_with_the_confidence_asked_for() {
        // Binomial (100, 0.95): at most 90 with 2.8 %, at most 99 with 99.4 %.
        assert_eq!(order_statistics(100, 0.95, 0.95), Some([90, 100]));
        assert_eq!(order_statistics(1_000, 0.5, 0.95), Some([469, 532]));
        assert_eq!(order_statistics(50, 0.99, 0.95), None);
    }

    proptest! {
        #[test]
        fn the_shortfall_is_never_below_the_value_at_risk(
            values in prop::collection::vec(-1e6_f64..1e6, 1..60),
            level in 0.0_f64..1.0,
        ) {
            let rising = sorted(&values);
            let found = tail(&rising, level).unwrap();

            prop_assert!(found.expected_shortfall >= found.value_at_risk - 1e-9);
        }
    }
}
