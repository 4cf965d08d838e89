//! Scenarios: named moves of markets and speeds.
//!
//! [`MarketFactors`] says how far things move and turns into what the rest of the engine takes: a
//! [`Stress`](crate::projection::Stress) of the speeds, moved
//! [`Indices`](crate::projection::Indices), a discount rate. [`Scenario`] adds a name and, where a
//! scenario states speeds instead of multipliers, [`FixedSpeeds`].
//!
//! Three sets come with the engine: [`predefined`] for any pool, [`of_class`], and [`historical`].
//! Points added "to the rate" move indices in the predefined and historical sets and the discount
//! rate in the class sets.
//!
//! Invariant: the base scenario changes no bit of a result.

mod factors;
mod tables;

use serde::{Deserialize, Serialize};

pub use self::factors::MarketFactors;
use crate::assumptions::{AssumptionSetDraft, DefaultModel, Prepayment, Severity};
use crate::loan::AssetClass;

/// A named move of markets and speeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scenario {
    /// A stable name.
    pub name: &'static str,
    /// The name that people read.
    pub title: &'static str,
    /// What happens, in a sentence.
    pub description: &'static str,
    /// How far markets and speeds move.
    #[serde(rename = "market_factors")]
    pub factors: MarketFactors,
    /// Speeds that replace what was assumed.
    pub speeds: FixedSpeeds,
}

/// Speeds that replace what a request assumes; a loan's own override still wins.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FixedSpeeds {
    /// The annual default rate.
    pub cdr: Option<f64>,
    /// The annual prepayment rate.
    pub cpr: Option<f64>,
    /// One minus the severity.
    pub recovery_rate: Option<f64>,
}

impl FixedSpeeds {
    /// Replaces nothing.
    pub const NONE: Self = Self { cdr: None, cpr: None, recovery_rate: None };

    /// Returns the assumptions with the speeds put in.
    #[must_use]
    pub fn applied_to(&self, assumptions: &AssumptionSetDraft) -> AssumptionSetDraft {
        let mut applied = assumptions.clone();
        let request = &mut applied.request;
        if let Some(value) = self.cdr {
            request.default = Some(DefaultModel::Cdr { value });
        }
        if let Some(value) = self.cpr {
            request.prepayment = Some(Prepayment::Cpr { value });
        }
        if let Some(recovery) = self.recovery_rate {
            request.severity = Some(Severity::Constant { value: 1.0 - recovery });
        }
        applied
    }
}

/// Returns the scenarios for any pool; the first is the base.
#[must_use]
pub const fn predefined() -> &'static [Scenario; 7] {
    &tables::PREDEFINED
}

/// Returns the shocks of the past.
#[must_use]
pub const fn historical() -> &'static [Scenario; 3] {
    &tables::HISTORICAL
}

/// Returns the scenarios for the pools of one class.
#[must_use]
pub const fn of_class(class: AssetClass) -> &'static [Scenario] {
    tables::of_class(class)
}

/// Finds a predefined or historical scenario; capitals, blanks and hyphens do not matter.
///
/// # Examples
///
/// ```
/// use credit_engine::scenarios::find;
///
/// assert_eq!(find("Credit crisis").map(|found| found.factors.default_multiplier), Some(3.0));
/// assert_eq!(find("2008 crisis").and_then(|found| found.factors.duration_months), Some(24));
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static Scenario> {
    let name = normalised(name);
    predefined()
        .iter()
        .find(|scenario| scenario.name == name)
        .or_else(|| historical().iter().find(|scenario| is_historical(scenario, &name)))
}

/// Finds a scenario of a class; capitals, blanks and hyphens do not matter.
#[must_use]
pub fn find_of_class(class: AssetClass, name: &str) -> Option<&'static Scenario> {
    let name = normalised(name);
    of_class(class).iter().find(|scenario| scenario.name == name)
}

fn is_historical(scenario: &Scenario, name: &str) -> bool {
    scenario.name == name || scenario.name.strip_prefix("historical_") == Some(name)
}

fn normalised(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_obeys_the_rules_and_has_a_name_of_its_own() {
        let mut sets = vec![predefined().as_slice(), historical().as_slice()];
        sets.extend(AssetClass::ALL.map(of_class));
        for set in sets {
            for (position, scenario) in set.iter().enumerate() {
                assert!(scenario.factors.violations().is_empty(), "{}", scenario.name);
                assert!(!set[..position].iter().any(|other| other.name == scenario.name));
            }
        }
    }

    #[test]
    fn speeds_replace_what_the_request_assumes() {
        let severe = find_of_class(AssetClass::CloCdo, "Severe").unwrap();

        let applied = severe.speeds.applied_to(&AssumptionSetDraft::default()).request;

        assert_eq!(applied.default, Some(DefaultModel::Cdr { value: 0.06 }));
        assert_eq!(applied.prepayment, Some(Prepayment::Cpr { value: 0.05 }));
        assert_eq!(applied.severity, Some(Severity::Constant { value: 0.7 }));
        assert!((severe.factors.discount_rate(0.05) - 0.06).abs() < 1e-15);
    }

    #[test]
    fn the_crisis_of_the_past_is_not_the_predefined_one() {
        assert_eq!(find("credit_crisis").map(|one| one.name), Some("credit_crisis"));
        assert_eq!(
            find("historical credit crisis").map(|one| one.factors.duration_months),
            Some(Some(18))
        );
        assert_eq!(find("nothing"), None);
    }
}
