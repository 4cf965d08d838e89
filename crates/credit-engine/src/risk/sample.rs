//! What a sample says of its distribution.

use serde::Serialize;

use super::number;

/// Batches whose means give the standard error.
const BATCHES: usize = 20;
/// A mean is settled when its standard error is below this share of it.
pub const SETTLED: f64 = 0.005;

/// A sample in figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// How many values.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Half of them lie below.
    pub median: f64,
    /// Their standard deviation, over `n − 1`; 0 for one value.
    pub standard_deviation: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The third standardised moment, `g1`; `None` if all are equal.
    pub skewness: Option<f64>,
    /// The fourth standardised moment less 3, `g2`; `None` if all are equal.
    pub excess_kurtosis: Option<f64>,
    /// The standard error of the mean from the whole sample.
    pub standard_error: f64,
    /// The standard error of the mean from the means of 20 batches; `None` for fewer than 40 values.
    pub batch_standard_error: Option<f64>,
    /// Whether the standard error is below half a per cent of the mean.
    pub converged: bool,
}

/// Returns a sample in figures; `None` of nothing. The order matters to the batches only.
#[must_use]
pub fn summary(values: &[f64]) -> Option<Summary> {
    let sorted = sorted(values);
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let count = number(values.len());
    let mean = mean(values)?;
    let moment = |power: i32| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / count;
    let (second, third, fourth) = (moment(2), moment(3), moment(4));
    let standard_deviation = deviation(values, mean);
    let spread = second > (f64::EPSILON * mean).powi(2);
    let standard_error = standard_deviation / count.sqrt();
    Some(Summary {
        count: values.len(),
        mean,
        median: percentile(&sorted, 0.5)?,
        standard_deviation,
        min,
        max,
        skewness: spread.then(|| third / second.powf(1.5)),
        excess_kurtosis: spread.then(|| fourth / second.powi(2) - 3.0),
        standard_error,
        batch_standard_error: batch_standard_error(values),
        converged: is_settled(mean, standard_error),
    })
}

/// Tells whether a mean is known well enough.
#[must_use]
pub fn is_settled(mean: f64, standard_error: f64) -> bool {
    standard_error <= SETTLED * mean.abs()
}

/// Returns the mean; `None` of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    let count = number(values.len());
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count)
}

/// Returns the standard deviation over `n − 1`; 0 for one value.
#[must_use]
pub fn deviation(values: &[f64], mean: f64) -> f64 {
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    if values.len() > 1 { (squares / number(values.len() - 1)).sqrt() } else { 0.0 }
}

/// Returns the values in rising order.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Returns the value below which the share `level` of a rising sample lies, interpolated between
/// neighbours (type 7 of Hyndman and Fan); `None` of nothing.
///
/// # Examples
///
/// ```
/// use credit_engine::risk::sample::percentile;
///
/// assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
/// assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0], 1.0), Some(4.0));
/// ```
#[must_use]
pub fn percentile(rising: &[f64], level: f64) -> Option<f64> {
    let last = rising.len().checked_sub(1)?;
    let position = number(last) * level.clamp(0.0, 1.0);
    let below = index(position);
    let low = *rising.get(below.min(last))?;
    let high = *rising.get((below + 1).min(last))?;
    Some(low + (high - low) * (position - position.floor()))
}

/// Returns the square root of the mean square of what falls short of `target`.
#[must_use]
pub fn downside_deviation(values: &[f64], target: f64) -> Option<f64> {
    let squares: f64 = values.iter().map(|value| (value - target).min(0.0).powi(2)).sum();
    (!values.is_empty()).then(|| (squares / number(values.len())).sqrt())
}

/// Returns the standard error of the mean from the means of equal batches.
#[must_use]
pub fn batch_standard_error(values: &[f64]) -> Option<f64> {
    let size = values.len() / BATCHES;
    if size < 2 {
        return None;
    }
    let means: Vec<f64> = values.chunks_exact(size).take(BATCHES).filter_map(mean).collect();
    let centre = mean(&means)?;
    Some(deviation(&means, centre) / number(means.len()).sqrt())
}

/// Returns the whole part of a position in a sample.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions lie between 0 and the length"
)]
pub(super) const fn index(position: f64) -> usize {
    position.max(0.0) as usize
}

/// How a sample is spread, for a chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// The limits of the bars: one more than bars.
    pub edges: Vec<f64>,
    /// How many values fall into each; the upper limit belongs to the next bar, but for the last.
    pub counts: Vec<usize>,
}

/// Spreads a sample over bars of one width.
#[must_use]
pub fn histogram(values: &[f64], bars: usize) -> Option<Histogram> {
    let low = values.iter().copied().min_by(f64::total_cmp)?;
    let high = values.iter().copied().max_by(f64::total_cmp)?;
    let bars = if high > low { bars.max(1) } else { 1 };
    let width = (high - low) / number(bars);
    let mut edges: Vec<f64> = (0..bars).map(|bar| low + width * number(bar)).collect();
    edges.push(high);
    let mut counts = vec![0; bars];
    for value in values {
        let bar = if width > 0.0 { index((value - low) / width).min(bars - 1) } else { 0 };
        if let Some(count) = counts.get_mut(bar) {
            *count += 1;
        }
    }
    Some(Histogram { edges, counts })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_single_value_has_no_shape() {
        let found = summary(&[3.0]).unwrap();

        assert_eq!((found.mean, found.median, found.standard_deviation), (3.0, 3.0, 0.0));
        assert_eq!((found.skewness, found.batch_standard_error), (None, None));
        assert!(found.converged);
        assert_eq!(summary(&[]), None);
    }

    #[test]
    fn every_value_is_in_one_bar() {
        let found = histogram(&[0.0, 0.1, 0.25, 0.5, 1.0], 4).unwrap();

        assert_eq!(found.counts, [2, 1, 1, 1]);
        assert_eq!(found.edges, [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(histogram(&[2.0; 3], 5).unwrap().counts, [3]);
    }

    proptest! {
        #[test]
        fn percentiles_rise_and_order_does_not_matter(
            mut values in prop::collection::vec(-1e6_f64..1e6, 1..200),
            low in 0.0_f64..1.0,
            high in 0.0_f64..1.0,
        ) {
            let before = sorted(&values);
            let (low, high) = (low.min(high), low.max(high));
            prop_assert!(percentile(&before, low) <= percentile(&before, high));

            let first = summary(&values).unwrap();
            values.reverse();
            let second = summary(&values).unwrap();
            prop_assert_eq!(first.median.to_bits(), second.median.to_bits());
            prop_assert!((first.mean - second.mean).abs() <= 1e-9 * first.mean.abs().max(1.0));
            prop_assert!(first.min <= first.mean + 1e-6 && first.mean <= first.max + 1e-6);
            let all: usize = histogram(&values, 10).unwrap().counts.iter().sum();
            prop_assert_eq!(all, values.len());
        }
    }
}
