//! Correlated draws of several variables: a Gaussian copula.

use super::correlation::Correlation;
use super::distribution::{Clamp, Distribution};
use super::random::{Stream, Use};

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// How it is distributed.
    pub distribution: Distribution,
    /// The limits it is kept within.
    pub clamp: Clamp,
    /// Added to what is drawn.
    pub mean_shift: f64,
    /// On the distance from the mean.
    pub volatility_multiplier: f64,
}

/// Draws of several variables.
#[derive(Debug, Clone)]
pub struct Draws {
    seed: u64,
    variables: Vec<Variable>,
    lower: Vec<Vec<f64>>,
}

/// One draw of all variables.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// The values, in the order of the variables.
    pub values: Vec<f64>,
    /// Which of them were held by their clamp.
    pub clamped: Vec<bool>,
}

impl Variable {
    /// Returns a variable without limits and modifiers.
    #[must_use]
    pub fn new(distribution: Distribution) -> Self {
        Self { distribution, clamp: Clamp::default(), mean_shift: 0.0, volatility_multiplier: 1.0 }
    }

    /// Returns the value at the probability that a standard normal variable stays below `z`, and
    /// whether the clamp held it.
    #[must_use]
    pub fn of_normal(&self, z: f64) -> (f64, bool) {
        let mut value = self.distribution.of_normal(z);
        if self.volatility_multiplier.total_cmp(&1.0).is_ne() {
            let mean = self.distribution.mean();
            value = mean + self.volatility_multiplier * (value - mean);
        }
        self.clamp.apply(value + self.mean_shift)
    }
}

impl Draws {
    /// Prepares draws; the matrix has one row for each variable.
    #[must_use]
    pub fn new(seed: u64, variables: Vec<Variable>, correlation: &Correlation) -> Self {
        Self { seed, variables, lower: correlation.cholesky() }
    }

    /// Returns the variables.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Draws the variables of a path.
    #[must_use]
    pub fn path(&self, path: u64) -> Draw {
        let mut stream = Stream::new(self.seed, path, Use::Variables);
        let independent: Vec<f64> = self.variables.iter().map(|_| stream.normal()).collect();
        let correlated = self.lower.iter().map(|row| {
            row.iter().zip(&independent).map(|(weight, normal)| weight * normal).sum::<f64>()
        });
        let drawn = self.variables.iter().zip(correlated).map(|(one, z)| one.of_normal(z));
        let (values, clamped) = drawn.unzip();
        Draw { values, clamped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::correlation::from_pairs;

    #[test]
    fn draws_have_the_correlation_asked_for() {
        let normal = Variable::new(Distribution::Normal { mean: 0.0, standard_deviation: 1.0 });
        let matrix = from_pairs(&["a", "b"], [("a:b", 0.6)]).unwrap();
        let draws = Draws::new(5, vec![normal.clone(), normal], &Correlation::new(matrix).unwrap());

        let paths: Vec<Draw> = (0..20_000).map(|path| draws.path(path)).collect();

        let mean = |of: &dyn Fn(&Draw) -> f64| paths.iter().map(of).sum::<f64>() / 20_000.0;
        assert!(mean(&|draw| draw.values[0]).abs() < 0.03);
        assert!((mean(&|draw| draw.values[0].powi(2)) - 1.0).abs() < 0.04);
        assert!((mean(&|draw| draw.values[0] * draw.values[1]) - 0.6).abs() < 0.03);
    }

    #[test]
    fn modifiers_move_the_mean_and_widen_the_spread_before_the_clamp() {
        let uniform = Distribution::Uniform { min: 0.0, max: 2.0 };
        let moved = Variable {
            mean_shift: 10.0,
            volatility_multiplier: 3.0,
            clamp: Clamp { min: None, max: Some(13.0) },
            ..Variable::new(uniform)
        };

        // The mean is 1; half a unit above it lies at three quarters.
        let (value, held) = moved.of_normal(super::super::normal::quantile(0.75));
        assert!((value - 12.5).abs() < 1e-12 && !held);
        assert_eq!(moved.of_normal(3.0), (13.0, true));
    }
}
