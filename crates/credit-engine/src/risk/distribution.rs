//! Distributions of single variables, drawn by inversion.

use serde::{Deserialize, Serialize};

use super::normal;
use super::rules::Rules;
use super::special::{beta_quantile, gamma_quantile};
use crate::loan::Violation;

/// How a variable is distributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Normal.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        #[serde(alias = "std", alias = "std_dev", alias = "sd")]
        standard_deviation: f64,
    },
    /// The exponential of a normal variable.
    Lognormal {
        /// The mean of the logarithm.
        log_mean: f64,
        /// The standard deviation of the logarithm.
        #[serde(alias = "log_sd", alias = "log_std")]
        log_standard_deviation: f64,
    },
    /// Everything between two ends alike.
    Uniform {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
    },
    /// A triangle.
    Triangular {
        /// The lower end.
        min: f64,
        /// The most likely value.
        mode: f64,
        /// The upper end.
        max: f64,
    },
    /// Beta between two ends.
    Beta {
        /// The first shape.
        alpha: f64,
        /// The second shape.
        beta: f64,
        /// The lower end.
        #[serde(default)]
        min: f64,
        /// The upper end.
        #[serde(default = "one")]
        max: f64,
    },
    /// The waiting time at a constant rate.
    Exponential {
        /// One over the mean.
        rate: f64,
    },
    /// Gamma.
    Gamma {
        /// The shape.
        shape: f64,
        /// The scale; the mean is shape times scale.
        scale: f64,
    },
    /// Some values with probabilities.
    #[serde(alias = "custom")]
    Discrete {
        /// The values, rising.
        values: Vec<f64>,
        /// Their probabilities; they add up to 1.
        probabilities: Vec<f64>,
    },
}

/// The limits a variable is kept within.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clamp {
    /// The lowest value.
    pub min: Option<f64>,
    /// The highest value.
    pub max: Option<f64>,
}

const fn one() -> f64 {
    1.0
}

impl Distribution {
    /// Returns every rule that the distribution breaks, each with the JSON pointer of the field.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Rules(Vec::new());
        match self {
            Self::Normal { mean, standard_deviation } => {
                found.finite("/mean", *mean);
                found.at_least_zero("/standard_deviation", *standard_deviation);
            }
            Self::Lognormal { log_mean, log_standard_deviation } => {
                found.within("/log_mean", *log_mean, -200.0, 200.0);
                found.within("/log_standard_deviation", *log_standard_deviation, 0.0, 20.0);
            }
            Self::Uniform { min, max } => found.ordered(&[("/min", *min), ("/max", *max)]),
            Self::Triangular { min, mode, max } => {
                found.ordered(&[("/min", *min), ("/mode", *mode), ("/max", *max)]);
                if min >= max {
                    found.add("/max", format!("must be above min ({min}), was {max}"));
                }
            }
            Self::Beta { alpha, beta, min, max } => {
                found.above_zero("/alpha", *alpha);
                found.above_zero("/beta", *beta);
                found.ordered(&[("/min", *min), ("/max", *max)]);
            }
            Self::Exponential { rate } => found.positive("/rate", *rate),
            Self::Gamma { shape, scale } => {
                found.above_zero("/shape", *shape);
                found.positive("/scale", *scale);
            }
            Self::Discrete { values, probabilities } => found.discrete(values, probabilities),
        }
        found.0
    }

    /// Returns what the variable does not exceed with `probability`, which lies between 0 and 1.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        match self {
            Self::Normal { .. } | Self::Lognormal { .. } => {
                self.of_normal(normal::quantile(probability))
            }
            Self::Uniform { min, max } => min + (max - min) * probability,
            Self::Triangular { min, mode, max } => {
                let peak = (mode - min) / (max - min);
                if probability < peak {
                    min + ((max - min) * (mode - min) * probability).sqrt()
                } else {
                    max - ((max - min) * (max - mode) * (1.0 - probability)).sqrt()
                }
            }
            Self::Beta { alpha, beta, min, max } => {
                min + (max - min) * beta_quantile(*alpha, *beta, probability)
            }
            Self::Exponential { rate } => -(-probability).ln_1p() / rate,
            Self::Gamma { shape, scale } => scale * gamma_quantile(*shape, probability),
            Self::Discrete { values, probabilities } => {
                discrete(values, probabilities, probability)
            }
        }
    }

    /// Returns the value at the probability that a standard normal variable stays below `z`.
    #[must_use]
    pub fn of_normal(&self, z: f64) -> f64 {
        match self {
            Self::Normal { mean, standard_deviation } => mean + standard_deviation * z,
            Self::Lognormal { log_mean, log_standard_deviation } => {
                (log_mean + log_standard_deviation * z).exp()
            }
            _ => self.quantile(normal::probability(z)),
        }
    }

    /// Returns the mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Normal { mean, .. } => *mean,
            Self::Lognormal { log_mean, log_standard_deviation } => {
                (log_mean + 0.5 * log_standard_deviation.powi(2)).exp()
            }
            Self::Uniform { min, max } => 0.5 * (min + max),
            Self::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Self::Beta { alpha, beta, min, max } => min + (max - min) * alpha / (alpha + beta),
            Self::Exponential { rate } => 1.0 / rate,
            Self::Gamma { shape, scale } => shape * scale,
            Self::Discrete { values, probabilities } => {
                values.iter().zip(probabilities).map(|(value, p)| value * p).sum()
            }
        }
    }

    /// Returns the standard deviation.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        match self {
            Self::Normal { standard_deviation, .. } => *standard_deviation,
            Self::Lognormal { log_standard_deviation, .. } => {
                self.mean() * log_standard_deviation.powi(2).exp_m1().sqrt()
            }
            Self::Uniform { min, max } => (max - min) / 12.0_f64.sqrt(),
            Self::Triangular { min, mode, max } => {
                let spread = (mode - min).powi(2) + (max - min) * (max - mode);
                (spread / 18.0).sqrt()
            }
            Self::Beta { alpha, beta, min, max } => {
                let sum = alpha + beta;
                (max - min) * (alpha * beta / (sum + 1.0)).sqrt() / sum
            }
            Self::Exponential { rate } => 1.0 / rate,
            Self::Gamma { shape, scale } => shape.sqrt() * scale,
            Self::Discrete { values, probabilities } => {
                let mean = self.mean();
                let square = |(value, p): (&f64, &f64)| p * (value - mean).powi(2);
                values.iter().zip(probabilities).map(square).sum::<f64>().sqrt()
            }
        }
    }
}

fn discrete(values: &[f64], probabilities: &[f64], probability: f64) -> f64 {
    let mut sum = 0.0;
    for (value, chance) in values.iter().zip(probabilities) {
        sum += chance;
        if probability <= sum {
            return *value;
        }
    }
    // Probabilities may add up to slightly less than 1.
    let likely = values.iter().zip(probabilities).rfind(|(_, chance)| **chance > 0.0);
    likely.map_or(0.0, |(value, _)| *value)
}

impl Clamp {
    /// Returns the value kept within the limits, and whether it was not.
    #[must_use]
    pub fn apply(&self, value: f64) -> (f64, bool) {
        let low = self.min.filter(|min| value < *min);
        let high = self.max.filter(|max| value > *max);
        low.or(high).map_or((value, false), |limit| (limit, true))
    }

    /// Returns every rule that the limits break.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Rules(Vec::new());
        let given: Vec<(&'static str, f64)> = [("/min", self.min), ("/max", self.max)]
            .into_iter()
            .filter_map(|(path, limit)| Some((path, limit?)))
            .collect();
        found.ordered(&given);
        found.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Distribution> {
        vec![
            Distribution::Normal { mean: 1.0, standard_deviation: 2.0 },
            Distribution::Lognormal { log_mean: 0.1, log_standard_deviation: 0.3 },
            Distribution::Uniform { min: -1.0, max: 3.0 },
            Distribution::Triangular { min: 0.0, mode: 1.0, max: 4.0 },
            Distribution::Beta { alpha: 2.0, beta: 5.0, min: 0.2, max: 0.8 },
            Distribution::Exponential { rate: 4.0 },
            Distribution::Gamma { shape: 2.5, scale: 0.4 },
            Distribution::Discrete {
                values: vec![-1.0, 0.0, 2.0],
                probabilities: vec![0.25, 0.5, 0.25],
            },
        ]
    }

    #[test]
    fn mean_and_deviation_are_those_of_the_quantiles() {
        for distribution in all() {
            assert!(distribution.violations().is_empty(), "{distribution:?}");
            let steps = 200_000;
            let values: Vec<f64> = (0..steps)
                .map(|step| distribution.quantile((f64::from(step) + 0.5) / f64::from(steps)))
                .collect();
            let mean = values.iter().sum::<f64>() / f64::from(steps);
            let variance =
                values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(steps);

            assert!((mean - distribution.mean()).abs() < 1e-4, "{distribution:?} {mean}");
            let deviation = variance.sqrt() / distribution.standard_deviation();
            assert!((deviation - 1.0).abs() < 1e-3, "{distribution:?} {deviation}");
            assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{distribution:?}");
        }
    }

    #[test]
    fn json_names_the_type_and_usual_spellings_are_read() {
        let read = |text: &str| serde_json::from_str::<Distribution>(text).unwrap();

        assert_eq!(
            read(r#"{"type":"normal","mean":1,"std_dev":2}"#),
            Distribution::Normal { mean: 1.0, standard_deviation: 2.0 }
        );
        assert_eq!(
            read(r#"{"type":"beta","alpha":2,"beta":3}"#),
            Distribution::Beta { alpha: 2.0, beta: 3.0, min: 0.0, max: 1.0 }
        );
        for distribution in all() {
            let text = serde_json::to_string(&distribution).unwrap();
            assert_eq!(read(&text), distribution);
        }
    }

    #[test]
    fn impossible_distributions_are_refused_with_the_field() {
        let broken = [
            (Distribution::Normal { mean: f64::NAN, standard_deviation: -1.0 }, 2),
            (Distribution::Uniform { min: 2.0, max: 1.0 }, 1),
            (Distribution::Triangular { min: 1.0, mode: 1.0, max: 1.0 }, 1),
            (Distribution::Gamma { shape: 0.0, scale: 0.0 }, 2),
            (Distribution::Discrete { values: vec![1.0, 1.0], probabilities: vec![0.5, 0.6] }, 2),
            (Distribution::Discrete { values: vec![], probabilities: vec![] }, 2),
        ];
        for (distribution, count) in broken {
            let found = distribution.violations();
            assert_eq!(found.len(), count, "{distribution:?} {found:?}");
            assert!(found.iter().all(|one| one.path.starts_with('/')));
        }
    }

    #[test]
    fn a_clamp_says_when_it_holds_a_value() {
        let clamp = Clamp { min: Some(0.0), max: Some(1.0) };

        assert_eq!(clamp.apply(-0.1), (0.0, true));
        assert_eq!(clamp.apply(0.0), (0.0, false));
        assert_eq!(clamp.apply(2.0), (1.0, true));
        assert_eq!(Clamp { min: Some(2.0), max: Some(1.0) }.violations().len(), 1);
    }
}
