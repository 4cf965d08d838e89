//! A simulation, complete and checked.

use std::collections::BTreeMap;

use credit_engine::risk::correlation::Correlation;
use credit_engine::risk::distribution::{Clamp, Distribution};
use credit_engine::risk::draws::{Draws, Variable};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::drivers::Effect;
use crate::domain::analysis::Terms;
use crate::domain::asset::Issue;

/// A simulation without its pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// The terms of the analysis of every path.
    pub terms: Terms,
    /// What is random.
    pub(super) variables: Vec<PlannedVariable>,
    /// Correlations of the variables, possible ones.
    pub(super) correlation: Vec<Vec<f64>>,
    /// What was changed to make them possible.
    pub(super) repair: Option<Repair>,
    /// How many paths.
    pub paths: u32,
    /// The seed.
    pub seed: u64,
    /// The months that count.
    pub(super) horizon_months: Option<u16>,
    /// The value against which a path gains or loses.
    pub(super) reference: Option<f64>,
    pub(super) percentiles: Vec<f64>,
    pub(super) levels: Vec<f64>,
    pub(super) chosen_paths: Vec<u32>,
}

/// A random variable with what it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlannedVariable {
    pub(super) name: String,
    pub(super) distribution: Distribution,
    pub(super) clamp: Clamp,
    pub(super) mean_shift: f64,
    pub(super) volatility_multiplier: f64,
    pub(super) effect: Effect,
}

/// What was changed of impossible correlations.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Repair {
    /// The square root of the sum of the squared changes.
    pub distance: f64,
    /// The largest change of one correlation.
    pub largest_change: f64,
}

/// What a scenario changes of the variables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Modifiers {
    /// Added to a variable, by name.
    pub mean_shift: BTreeMap<String, f64>,
    /// On the distance of a variable from its mean, by name.
    pub volatility_multiplier: BTreeMap<String, f64>,
    /// Added to the correlation of a pair; the sum is kept between −1 and 1.
    pub correlation_shift: BTreeMap<String, f64>,
}

impl Modifiers {
    /// Notes what cannot be changed.
    pub(super) fn check(&self, names: &[&str], issues: &mut Vec<Issue>) {
        self.check_ranges("/scenario", issues);
        let maps = [
            ("mean_shift", &self.mean_shift),
            ("volatility_multiplier", &self.volatility_multiplier),
        ];
        for (field, map) in maps {
            for name in map.keys().filter(|name| !names.contains(&name.as_str())) {
                let pointer = format!("/scenario/{field}/{}", escaped(name));
                issues.push(Issue::new(pointer, "unknown_variable", "names no variable"));
            }
        }
    }

    /// Notes what is out of range, whatever the variables are.
    pub fn check_ranges(&self, prefix: &str, issues: &mut Vec<Issue>) {
        let maps = [
            ("mean_shift", &self.mean_shift, -1e6, 1e6),
            ("volatility_multiplier", &self.volatility_multiplier, 0.0, 100.0),
            ("correlation_shift", &self.correlation_shift, -2.0, 2.0),
        ];
        for (field, map, low, high) in maps {
            for (name, value) in map.iter().filter(|(_, value)| !(low..=high).contains(*value)) {
                let pointer = format!("{prefix}/{field}/{}", escaped(name));
                let message = format!("must be between {low} and {high}, was {value}");
                issues.push(Issue::new(pointer, "out_of_range", message));
            }
        }
    }

    /// Returns correlations with the shifts added, kept between −1 and 1.
    pub(super) fn correlations(&self, given: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
        let mut moved = given.clone();
        for (pair, shift) in &self.correlation_shift {
            let turned = pair.split_once(':').map(|(a, b)| format!("{b}:{a}"));
            let key = turned.filter(|turned| given.contains_key(turned));
            let entry = moved.entry(key.unwrap_or_else(|| pair.clone())).or_insert(0.0);
            *entry = (*entry + shift).clamp(-1.0, 1.0);
        }
        moved
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Plan {
    /// Prepares the draws of all paths.
    #[must_use]
    pub fn draws(&self) -> Draws {
        let variables = self.variables.iter().map(|variable| Variable {
            distribution: variable.distribution.clone(),
            clamp: variable.clamp,
            mean_shift: variable.mean_shift,
            volatility_multiplier: variable.volatility_multiplier,
        });
        let correlation = Correlation::new(self.correlation.clone())
            .unwrap_or_else(|_| Correlation::independent(self.variables.len()));
        Draws::new(self.seed, variables.collect(), &correlation)
    }

    /// Returns the names of the variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|variable| variable.name.as_str())
    }

    /// Returns what was changed to make the correlations possible.
    #[must_use]
    pub const fn repair(&self) -> Option<Repair> {
        self.repair
    }

    pub(super) fn moves_indices(&self) -> bool {
        self.variables.iter().any(|variable| variable.effect.moves_indices())
    }
}
