//! What a caller asks of a simulation.

use std::collections::BTreeMap;

use credit_engine::risk::correlation::{Correlation, CorrelationError, from_pairs, nearest};
use credit_engine::risk::distribution::{Clamp, Distribution};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MOST_PATHS;
use super::drivers::{Effect, Sensitivity, default_sensitivity};
use super::plan::{Modifiers, Plan, PlannedVariable, Repair};
use crate::domain::analysis::{AnalysisRequest, Terms};
use crate::domain::asset::Issue;

/// The most variables.
const MOST_VARIABLES: usize = 32;
/// The most paths that are reported one by one.
const MOST_CHOSEN: usize = 20;

/// A pool, random variables and how many paths.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationRequest {
    /// What people call it.
    pub name: Option<String>,
    /// The pool and the terms, as for an analysis.
    pub analysis: AnalysisRequest,
    /// What is random: `default_multiplier`, `prepayment_multiplier`, `recovery_multiplier`,
    /// `discount_rate_shock`, `spread_widening`, `interest_rate_shock`, `property_value_decline`,
    /// an economic factor, or any name with a sensitivity.
    pub variables: Vec<VariableBody>,
    /// Correlations of pairs, as `"first:second": 0.3`.
    #[serde(default)]
    pub correlations: BTreeMap<String, f64>,
    /// Whether impossible correlations are replaced by the nearest possible ones.
    #[serde(default)]
    pub repair_correlations: bool,
    /// What variables do to speeds and rates; illustrative figures for the economic factors that
    /// are left out.
    #[serde(default)]
    pub sensitivities: BTreeMap<String, Sensitivity>,
    /// Paths, 1 to 100,000.
    #[serde(alias = "num_simulations")]
    pub paths: u32,
    /// The seed; equal seeds give equal results.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// The months that count, 1 to 600; what is outstanding afterwards counts at its balance. All
    /// months if absent.
    #[serde(alias = "projection_months")]
    pub horizon_months: Option<u16>,
    /// The value against which a path gains or loses; that of the plain analysis if absent.
    pub reference: Option<f64>,
    /// Percentiles to report, in per cent.
    #[serde(default = "default_percentiles")]
    pub percentiles: Vec<f64>,
    /// Levels of value at risk and expected shortfall.
    #[serde(default = "default_levels")]
    pub levels: Vec<f64>,
    /// Paths to report one by one, counted from 0.
    #[serde(default)]
    pub chosen_paths: Vec<u32>,
    /// What a scenario changes of the variables.
    pub scenario: Option<Modifiers>,
}

/// A random variable.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariableBody {
    /// Its name.
    pub name: String,
    /// `{"type": "normal", "mean": 0.04, "standard_deviation": 0.01}`; types normal, lognormal,
    /// uniform, triangular, beta, exponential, gamma, discrete.
    #[schema(value_type = Object)]
    pub distribution: Distribution,
    /// `{"min": 0, "max": 1}`: what lies outside is moved to the limit, and counted.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub clamp: Clamp,
}

const fn default_seed() -> u64 {
    42
}

fn default_percentiles() -> Vec<f64> {
    vec![1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0]
}

fn default_levels() -> Vec<f64> {
    vec![0.95, 0.99]
}

impl SimulationRequest {
    /// Checks what is asked beside the analysis, whose terms are given.
    ///
    /// # Errors
    ///
    /// Returns every rule that it breaks.
    pub fn plan(&self, terms: Terms) -> Result<Plan, Vec<Issue>> {
        let mut issues = Vec::new();
        self.check_numbers(&mut issues);
        let effects = self.effects(&mut issues);
        let modifiers = self.scenario.clone().unwrap_or_default();
        modifiers.check(&self.names(), &mut issues);
        let correlation = self.correlation(&modifiers, &mut issues);
        let (Some((correlation, repair)), true) = (correlation, issues.is_empty()) else {
            return Err(issues);
        };
        let variables = self.variables.iter().zip(effects).filter_map(|(body, effect)| {
            Some(PlannedVariable {
                name: body.name.clone(),
                distribution: body.distribution.clone(),
                clamp: body.clamp,
                mean_shift: modifiers.mean_shift.get(&body.name).copied().unwrap_or(0.0),
                volatility_multiplier: modifiers
                    .volatility_multiplier
                    .get(&body.name)
                    .copied()
                    .unwrap_or(1.0),
                effect: effect?,
            })
        });
        Ok(Plan {
            variables: variables.collect(),
            correlation: correlation.rows().to_vec(),
            repair,
            terms,
            paths: self.paths,
            seed: self.seed,
            horizon_months: self.horizon_months,
            reference: self.reference,
            percentiles: self.percentiles.clone(),
            levels: self.levels.clone(),
            chosen_paths: self.chosen_paths.clone(),
        })
    }

    fn names(&self) -> Vec<&str> {
        self.variables.iter().map(|variable| variable.name.as_str()).collect()
    }

    fn check_numbers(&self, issues: &mut Vec<Issue>) {
        let mut refuse = |pointer: &str, message: String| {
            issues.push(Issue::new(pointer, "out_of_range", message));
        };
        if !(1..=MOST_PATHS).contains(&self.paths) {
            refuse("/paths", format!("must be between 1 and {MOST_PATHS}, was {}", self.paths));
        }
        if let Some(months) = self.horizon_months.filter(|months| !(1..=600).contains(months)) {
            refuse("/horizon_months", format!("must be between 1 and 600, was {months}"));
        }
        if self.reference.is_some_and(|value| !value.is_finite() || value.abs() > 1e15) {
            refuse("/reference", "must be a finite amount".to_owned());
        }
        if self.name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > 200) {
            refuse("/name", "must have 1 to 200 characters".to_owned());
        }
        if self.percentiles.len() > 50
            || self.percentiles.iter().any(|p| !(0.0..=100.0).contains(p))
        {
            refuse("/percentiles", "must be at most 50 numbers between 0 and 100".to_owned());
        }
        if self.levels.is_empty()
            || self.levels.len() > 20
            || self.levels.iter().any(|level| !(0.0..1.0).contains(level))
        {
            let message = "must be 1 to 20 numbers of at least 0 and below 1: send 0.99 for 99%";
            refuse("/levels", message.to_owned());
        }
        let beyond = self.chosen_paths.iter().any(|path| *path >= self.paths);
        if self.chosen_paths.len() > MOST_CHOSEN || beyond {
            let message = format!("must be at most {MOST_CHOSEN} numbers below paths");
            refuse("/chosen_paths", message);
        }
        let count = self.variables.len();
        if !(1..=MOST_VARIABLES).contains(&count) {
            let message = format!("must hold 1 to {MOST_VARIABLES} variables, holds {count}");
            refuse("/variables", message);
        }
    }

    /// What each variable does; `None` where that is not known.
    fn effects(&self, issues: &mut Vec<Issue>) -> Vec<Option<Effect>> {
        let names = self.names();
        for (name, sensitivity) in &self.sensitivities {
            let pointer = format!("/sensitivities/{}", name.replace('~', "~0").replace('/', "~1"));
            if !names.contains(&name.as_str()) {
                issues.push(Issue::new(&*pointer, "unknown_variable", "names no variable"));
            }
            if !sensitivity.is_sane() {
                let message = "must hold numbers between -1000 and 1000";
                issues.push(Issue::new(&*pointer, "out_of_range", message));
            }
        }
        self.variables
            .iter()
            .enumerate()
            .map(|(position, variable)| {
                let pointer = format!("/variables/{position}");
                check_variable(variable, &pointer, names.get(..position), issues);
                let stated = self.sensitivities.get(&variable.name).copied();
                let sensitivity = stated.or_else(|| default_sensitivity(&variable.name));
                let factor = sensitivity.map(|sensitivity| {
                    let base = sensitivity.base.unwrap_or_else(|| variable.distribution.mean());
                    Effect::Factor { base, sensitivity }
                });
                let effect = factor.or_else(|| Effect::direct(&variable.name));
                if effect.is_none() {
                    let message = "has no effect: name a driver or an economic factor, or add a \
                                   row to sensitivities";
                    issues.push(Issue::new(format!("{pointer}/name"), "no_effect", message));
                }
                effect
            })
            .collect()
    }

    fn correlation(
        &self,
        modifiers: &Modifiers,
        issues: &mut Vec<Issue>,
    ) -> Option<(Correlation, Option<Repair>)> {
        let pairs = modifiers.correlations(&self.correlations);
        let pairs = pairs.iter().map(|(pair, value)| (pair.as_str(), *value));
        let mut refuse = |code: &'static str, message: String| {
            issues.push(Issue::new("/correlations", code, message));
            None
        };
        let matrix = match from_pairs(&self.names(), pairs) {
            Ok(matrix) => matrix,
            Err(error) => return refuse("correlation", error.to_string()),
        };
        match Correlation::new(matrix.clone()) {
            Ok(correlation) => Some((correlation, None)),
            Err(CorrelationError::Impossible(_)) if self.repair_correlations => {
                let repaired = nearest(&matrix).ok()?;
                let repair =
                    Repair { distance: repaired.distance, largest_change: repaired.largest_change };
                Some((repaired.correlation, Some(repair)))
            }
            Err(error @ CorrelationError::Impossible(_)) => refuse(
                "not_positive_semidefinite",
                format!(
                    "{error}; change them, or send \"repair_correlations\": true for the nearest \
                     possible ones"
                ),
            ),
            Err(error) => refuse("correlation", error.to_string()),
        }
    }
}

fn check_variable(
    variable: &VariableBody,
    pointer: &str,
    earlier: Option<&[&str]>,
    issues: &mut Vec<Issue>,
) {
    let name = &variable.name;
    if name.is_empty() || name.chars().count() > 64 || name.contains(':') {
        let message = "must have 1 to 64 characters and no colon";
        issues.push(Issue::new(format!("{pointer}/name"), "length", message));
    }
    if earlier.is_some_and(|earlier| earlier.contains(&name.as_str())) {
        issues.push(Issue::new(format!("{pointer}/name"), "duplicate", "is given twice"));
    }
    let of = |part: &str, violations: Vec<credit_engine::loan::Violation>| {
        violations
            .into_iter()
            .map(|broken| {
                Issue::new(format!("{pointer}/{part}{}", broken.path), broken.code, broken.message)
            })
            .collect::<Vec<_>>()
    };
    issues.extend(of("distribution", variable.distribution.violations()));
    issues.extend(of("clamp", variable.clamp.violations()));
}

impl Sensitivity {
    fn is_sane(&self) -> bool {
        let numbers = [
            self.base.unwrap_or(0.0),
            self.prepayment,
            self.default,
            self.recovery,
            self.discount_rate,
            self.index,
            self.property_value,
        ];
        numbers.iter().all(|number| number.abs() <= 1_000.0)
    }
}
