//! Scenarios: those of the engine, those sent along, and those that were saved.

use std::collections::BTreeMap;

use credit_engine::loan::AssetClass;
use credit_engine::scenarios::{self, FixedSpeeds, MarketFactors, Scenario};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::analysis::Bend;
use crate::domain::asset::Issue;

/// The most characters of a scenario's name.
const LONGEST_NAME: usize = 64;
/// The most characters of its description.
const LONGEST_DESCRIPTION: usize = 1_000;

/// What kind of scenario it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StressScenarioType)]
pub enum Kind {
    /// Nothing changes.
    Base,
    /// Something gets worse.
    Stress,
    /// Things go well.
    Optimistic,
    /// Things go badly, without a crisis.
    Pessimistic,
    /// Asked for by a supervisor.
    Regulatory,
    /// Made by a user.
    #[default]
    Custom,
}

/// How far markets and speeds move; what is left out stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = MarketFactors)]
pub struct FactorsBody {
    /// Added to every index; matters to floating and hybrid loans only. −0.05 to 0.10.
    pub interest_rate_shock: f64,
    /// Added to the discount rate. −0.05 to 0.10.
    pub discount_rate_shock: f64,
    /// Added to the discount rate too. 0 to 0.20.
    pub spread_widening: f64,
    /// On the annual default rate; the product is at most 1. 0 to 10.
    pub default_multiplier: f64,
    /// On the annual prepayment rate; the product is at most 1. 0 to 10.
    pub prepayment_multiplier: f64,
    /// On the recovery rate; the product is at most 1. 0 to 2.
    pub recovery_multiplier: f64,
    /// The share of its value that collateral loses at once. 0 to 1.
    pub property_value_decline: f64,
    /// The months after which indices and multipliers return to what was assumed.
    pub duration_months: Option<u16>,
    /// The months over which they build up in a straight line.
    pub ramp_months: Option<u16>,
}

/// Speeds that replace what was assumed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ScenarioSpeeds)]
pub struct SpeedsBody {
    /// The annual default rate.
    pub cdr: Option<f64>,
    /// The annual prepayment rate.
    pub cpr: Option<f64>,
    /// One minus the severity.
    pub recovery_rate: Option<f64>,
}

/// A scenario that was sent along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomScenario {
    /// The name that people read; the key if absent.
    pub name: Option<String>,
    /// What happens.
    pub description: String,
    /// How far markets and speeds move.
    pub market_factors: FactorsBody,
    /// Speeds that replace what was assumed.
    pub speeds: SpeedsBody,
}

/// A scenario as it is run and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StressScenario {
    /// A stable name.
    pub name: String,
    /// The name that people read.
    pub title: String,
    /// What happens.
    pub description: String,
    /// What kind of scenario it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// How far markets and speeds move.
    pub market_factors: FactorsBody,
    /// Speeds that replace what was assumed.
    pub speeds: SpeedsBody,
}

/// What a caller chose.
#[derive(Debug, Clone, Copy)]
pub struct ScenarioNames<'a> {
    /// By name; all predefined ones if nothing is chosen.
    pub names: &'a [String],
    /// Sent along, by name.
    pub custom: &'a BTreeMap<String, CustomScenario>,
    /// Saved by somebody of the tenant.
    pub saved: &'a [StressScenario],
    /// The most scenarios, `base` included.
    pub most: usize,
}

impl Default for FactorsBody {
    fn default() -> Self {
        MarketFactors::NONE.into()
    }
}

impl From<MarketFactors> for FactorsBody {
    fn from(factors: MarketFactors) -> Self {
        Self {
            interest_rate_shock: factors.interest_rate_shock,
            discount_rate_shock: factors.discount_rate_shock,
            spread_widening: factors.spread_widening,
            default_multiplier: factors.default_multiplier,
            prepayment_multiplier: factors.prepayment_multiplier,
            recovery_multiplier: factors.recovery_multiplier,
            property_value_decline: factors.property_value_decline,
            duration_months: factors.duration_months,
            ramp_months: factors.ramp_months,
        }
    }
}

impl From<FactorsBody> for MarketFactors {
    fn from(body: FactorsBody) -> Self {
        Self {
            interest_rate_shock: body.interest_rate_shock,
            discount_rate_shock: body.discount_rate_shock,
            spread_widening: body.spread_widening,
            default_multiplier: body.default_multiplier,
            prepayment_multiplier: body.prepayment_multiplier,
            recovery_multiplier: body.recovery_multiplier,
            property_value_decline: body.property_value_decline,
            duration_months: body.duration_months,
            ramp_months: body.ramp_months,
        }
    }
}

impl From<SpeedsBody> for FixedSpeeds {
    fn from(body: SpeedsBody) -> Self {
        Self { cdr: body.cdr, cpr: body.cpr, recovery_rate: body.recovery_rate }
    }
}

impl StressScenario {
    /// How it bends an analysis.
    #[must_use]
    pub fn bend(&self) -> Bend {
        Bend { factors: self.market_factors.into(), speeds: self.speeds.into() }
    }

    fn of(scenario: &Scenario, prefix: Option<AssetClass>) -> Self {
        let name = match prefix {
            Some(class) => format!("{}.{}", class.name(), scenario.name),
            None => scenario.name.to_owned(),
        };
        let speeds = scenario.speeds;
        Self {
            kind: match scenario.name {
                "base" => Kind::Base,
                "housing_boom" => Kind::Optimistic,
                _ => Kind::Stress,
            },
            name,
            title: scenario.title.to_owned(),
            description: scenario.description.to_owned(),
            market_factors: scenario.factors.into(),
            speeds: SpeedsBody {
                cdr: speeds.cdr,
                cpr: speeds.cpr,
                recovery_rate: speeds.recovery_rate,
            },
        }
    }

    /// The predefined scenarios, `base` first.
    #[must_use]
    pub fn predefined() -> Vec<Self> {
        scenarios::predefined().iter().map(|one| Self::of(one, None)).collect()
    }
}

impl CustomScenario {
    /// The rules that the scenario breaks; `at` is its pointer.
    #[must_use]
    pub fn violations(&self, at: &str) -> Vec<Issue> {
        let broken = MarketFactors::from(self.market_factors).violations();
        let mut issues: Vec<Issue> = broken
            .into_iter()
            .map(|one| {
                Issue::new(format!("{at}/market_factors{}", one.path), one.code, one.message)
            })
            .collect();
        let speeds = [
            ("cdr", self.speeds.cdr),
            ("cpr", self.speeds.cpr),
            ("recovery_rate", self.speeds.recovery_rate),
        ];
        for (name, value) in speeds.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            if !(0.0..=1.0).contains(&value) {
                let message = format!("must be a decimal between 0 and 1, was {value}");
                issues.push(Issue::new(format!("{at}/speeds/{name}"), "out_of_range", message));
            }
        }
        let shown = self.name.as_deref().unwrap_or("x");
        for (field, text, least, most) in [
            ("name", shown, 1, LONGEST_NAME),
            ("description", self.description.as_str(), 0, LONGEST_DESCRIPTION),
        ] {
            let length = text.chars().count();
            if !(least..=most).contains(&length) || text.contains('\0') {
                let message =
                    format!("must have {least} to {most} characters without NUL, has {length}");
                issues.push(Issue::new(format!("{at}/{field}"), "length", message));
            }
        }
        issues
    }

    /// The scenario under its name.
    #[must_use]
    pub fn named(&self, name: &str, kind: Kind) -> StressScenario {
        StressScenario {
            name: name.to_owned(),
            title: self.name.clone().unwrap_or_else(|| name.to_owned()),
            description: self.description.clone(),
            kind,
            market_factors: self.market_factors,
            speeds: self.speeds,
        }
    }
}

/// Every scenario that the engine brings: predefined, historical, and by class as `class.name`.
#[must_use]
pub fn known() -> Vec<StressScenario> {
    let mut all = StressScenario::predefined();
    all.extend(scenarios::historical().iter().map(|one| StressScenario::of(one, None)));
    for class in AssetClass::ALL {
        let of_class = scenarios::of_class(class).iter();
        all.extend(of_class.map(|one| StressScenario::of(one, Some(class))));
    }
    all
}

/// Finds a scenario of the engine.
fn find(name: &str) -> Option<StressScenario> {
    if let Some(found) = scenarios::find(name) {
        return Some(StressScenario::of(found, None));
    }
    let (class, name) = name.split_once('.')?;
    let class = AssetClass::parse(class).ok()?;
    scenarios::find_of_class(class, name).map(|found| StressScenario::of(found, Some(class)))
}

/// Puts together what is run: `base`, then what was chosen, in that order.
///
/// # Errors
///
/// Returns every name that is not known and every rule that is broken.
pub fn select(chosen: ScenarioNames<'_>) -> Result<Vec<StressScenario>, Vec<Issue>> {
    let mut issues = Vec::new();
    let mut run = StressScenario::predefined();
    if !chosen.names.is_empty() || !chosen.custom.is_empty() {
        run.truncate(1);
    }
    let mut add = |scenario: StressScenario| {
        if !run.iter().any(|other| other.name == scenario.name) {
            run.push(scenario);
        }
    };
    for (position, name) in chosen.names.iter().enumerate() {
        let custom = chosen.custom.get(name).map(|one| one.named(name, Kind::Custom));
        let saved = || chosen.saved.iter().find(|saved| saved.name == *name).cloned();
        match custom.or_else(|| find(name)).or_else(saved) {
            Some(scenario) => add(scenario),
            None => issues.push(unknown(position, name, chosen.saved)),
        }
    }
    for (name, scenario) in chosen.custom {
        let at = format!("/custom_scenarios/{}", name.replace('~', "~0").replace('/', "~1"));
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) || name.contains('\0') {
            let message = format!("must be named with 1 to {LONGEST_NAME} characters");
            issues.push(Issue::new(at.clone(), "length", message));
        }
        if find(name).is_some() {
            let message = "has the name of a predefined scenario; choose another name";
            issues.push(Issue::new(at.clone(), "name_taken", message));
        }
        issues.extend(scenario.violations(&at));
        add(scenario.named(name, Kind::Custom));
    }
    if run.len() > chosen.most {
        let message = format!(
            "must be at most {} with base, were {}; run them in two requests",
            chosen.most,
            run.len()
        );
        issues.push(Issue::new("/scenario_names", "too_many", message));
    }
    if issues.is_empty() { Ok(run) } else { Err(issues) }
}

fn unknown(position: usize, name: &str, saved: &[StressScenario]) -> Issue {
    let all = known();
    let names: Vec<&str> = all.iter().chain(saved).map(|scenario| scenario.name.as_str()).collect();
    let shown: String = name.chars().take(80).collect();
    let message = format!("must be one of {}; was \"{shown}\"", names.join(", "));
    Issue::new(format!("/scenario_names/{position}"), "unknown_scenario", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Result<Vec<String>, Vec<Issue>> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let custom = BTreeMap::new();
        let found = select(ScenarioNames { names: &names, custom: &custom, saved: &[], most: 20 })?;
        Ok(found.into_iter().map(|scenario| scenario.name).collect())
    }

    #[test]
    fn base_is_always_there_and_nothing_chosen_means_all_predefined() {
        assert_eq!(chosen(&["credit_crisis"]).unwrap(), ["base", "credit_crisis"]);
        assert_eq!(chosen(&["base", "base"]).unwrap(), ["base"]);
        assert_eq!(chosen(&[]).unwrap().len(), 7);
        assert_eq!(chosen(&["clo_cdo.severe"]).unwrap(), ["base", "clo_cdo.severe"]);
    }

    #[test]
    fn an_unknown_name_is_refused_with_those_that_are_known() {
        let refused = chosen(&["credit_crisis", "the end"]).unwrap_err();

        assert_eq!(refused[0].pointer, "/scenario_names/1");
        assert!(refused[0].message.contains("housing_bust"), "{}", refused[0].message);
        assert!(refused[0].message.contains("\"the end\""), "{}", refused[0].message);
    }
}
