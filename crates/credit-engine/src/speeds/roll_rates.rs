//! Delinquency buckets as a Markov chain.

/// Why a matrix of roll rates was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RollRateError {
    /// There is no bucket.
    #[error("at least one bucket is needed")]
    Empty,
    /// A row or the start has the wrong length.
    #[error("row {row} must have one rate per bucket ({buckets}), has {found}")]
    Shape {
        /// The 0-based row.
        row: usize,
        /// The buckets.
        buckets: usize,
        /// The rates found.
        found: usize,
    },
    /// A rate is no probability.
    #[error("row {row} must hold rates between 0 and 1, has {rate}")]
    Rate {
        /// The 0-based row.
        row: usize,
        /// The rate found.
        rate: f64,
    },
    /// The rates out of a bucket do not add up.
    #[error("row {row} must add up to 1, adds up to {sum}")]
    Sum {
        /// The 0-based row.
        row: usize,
        /// The sum found.
        sum: f64,
    },
}

/// Monthly rates from each bucket to each bucket. Rows add up to 1 within 1e-9.
#[derive(Debug, Clone, PartialEq)]
pub struct RollRates(Vec<Vec<f64>>);

impl RollRates {
    /// Checks a matrix whose row `i` holds the rates out of bucket `i`.
    ///
    /// # Errors
    ///
    /// Refuses a matrix that is not square or whose rows are no distributions.
    pub fn new(matrix: Vec<Vec<f64>>) -> Result<Self, RollRateError> {
        let buckets = matrix.len();
        if buckets == 0 {
            return Err(RollRateError::Empty);
        }
        for (row, rates) in matrix.iter().enumerate() {
            let found = rates.len();
            if found != buckets {
                return Err(RollRateError::Shape { row, buckets, found });
            }
            if let Some(rate) = rates.iter().copied().find(|rate| !(0.0..=1.0).contains(rate)) {
                return Err(RollRateError::Rate { row, rate });
            }
            let sum: f64 = rates.iter().sum();
            if (sum - 1.0).abs() > 1e-9 {
                return Err(RollRateError::Sum { row, sum });
            }
        }
        Ok(Self(matrix))
    }

    /// Returns the buckets.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.0.len()
    }

    /// Rolls the balances of the buckets one month on. Missing balances count as 0.
    #[must_use]
    pub fn roll(&self, balances: &[f64]) -> Vec<f64> {
        let mut rolled = vec![0.0; self.buckets()];
        for (balance, rates) in balances.iter().zip(&self.0) {
            for (target, rate) in rolled.iter_mut().zip(rates) {
                *target += balance * rate;
            }
        }
        rolled
    }

    /// Returns the balances of the buckets after each of `months` months.
    ///
    /// # Errors
    ///
    /// Refuses a start with the wrong number of buckets.
    pub fn project(&self, start: &[f64], months: u16) -> Result<Vec<Vec<f64>>, RollRateError> {
        if start.len() != self.buckets() {
            let (buckets, found) = (self.buckets(), start.len());
            return Err(RollRateError::Shape { row: 0, buckets, found });
        }
        let mut balances = start.to_vec();
        let mut months_end = Vec::new();
        for _ in 0..months {
            balances = self.roll(&balances);
            months_end.push(balances.clone());
        }
        Ok(months_end)
    }

    /// Returns, for each bucket, the probability of standing in `target` after `months` months.
    #[must_use]
    pub fn arrival(&self, target: usize, months: u16) -> Vec<f64> {
        let mut arrival: Vec<f64> =
            (0..self.buckets()).map(|bucket| f64::from(u8::from(bucket == target))).collect();
        for _ in 0..months {
            let next =
                self.0.iter().map(|rates| rates.iter().zip(&arrival).map(|(r, a)| r * a).sum());
            arrival = next.collect();
        }
        arrival
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_the_buckets_is_constant() {
        let rates =
            RollRates::new(vec![vec![0.9, 0.1, 0.0], vec![0.3, 0.5, 0.2], vec![0.0, 0.0, 1.0]]);

        let balances = rates.unwrap().project(&[100.0, 20.0, 0.0], 24).unwrap();

        for month in balances {
            assert!((month.iter().sum::<f64>() - 120.0).abs() < 1e-9);
        }
    }

    #[test]
    fn rows_that_are_no_distribution_are_refused() {
        let short = RollRates::new(vec![vec![0.9, 0.1], vec![1.0]]);
        let sum = RollRates::new(vec![vec![0.9, 0.2], vec![0.0, 1.0]]);
        let negative = RollRates::new(vec![vec![1.1, -0.1], vec![0.0, 1.0]]);

        assert_eq!(short, Err(RollRateError::Shape { row: 1, buckets: 2, found: 1 }));
        assert!(matches!(sum, Err(RollRateError::Sum { row: 0, .. })));
        assert!(matches!(negative, Err(RollRateError::Rate { row: 0, .. })));
        assert_eq!(RollRates::new(vec![]), Err(RollRateError::Empty));
    }

    #[test]
    fn arrival_is_the_column_of_the_power() {
        let rates = RollRates::new(vec![vec![0.9, 0.1], vec![0.0, 1.0]]).unwrap();

        let arrival = rates.arrival(1, 3);

        assert!((arrival[0] - (1.0 - 0.9_f64.powi(3))).abs() < 1e-15);
        assert!((arrival[1] - 1.0).abs() < 1e-15);
    }
}
