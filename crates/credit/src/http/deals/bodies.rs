//! What a caller sends to run a deal, and the plan it becomes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use credit_engine::scenarios::{FixedSpeeds, MarketFactors, find};
use deal_engine::model::Deal;
use deal_engine::run::{IndexPath, Rounding};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::flows::FlowsBody;
use crate::domain::analysis::{AssumptionsBody, Calibration};
use crate::domain::asset::Issue;
use crate::domain::deals::{MOST_SCENARIOS, Representative, ScenarioPlan};
use crate::domain::pool::PoolDraft;

/// The most loans that stand for a pool.
const MOST_REPRESENTATIVES: usize = 1_000;

/// What a deal is run on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DealRunRequest)]
pub(crate) struct RunBody {
    /// A deal that is not kept, as JSON; only for previews.
    pub(crate) structure: Option<Deal>,
    /// A deal that is not kept, as text; only for previews.
    pub(crate) text: Option<String>,
    /// What people call the run.
    pub(crate) name: Option<String>,
    /// What the pools are made of: one object, or a list with one entry a pool.
    #[serde(default)]
    #[schema(value_type = Option<Vec<CollateralBody>>)]
    pub(crate) collateral: Collaterals,
    /// How borrowers behave in every pool that does not say otherwise.
    pub(crate) assumptions: Option<AssumptionsBody>,
    /// The short form of `assumptions`.
    pub(crate) calibration_params: Option<Calibration>,
    /// What is computed besides the base: names of scenarios, or scenarios.
    #[serde(default)]
    pub(crate) scenarios: Vec<ScenarioBody>,
    /// What indices will be: a rate for ever, rates by month since closing of which the last one
    /// persists, or pairs of a day and the rate from then on.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(crate) indices: BTreeMap<String, IndexPath>,
    /// The day prices are quoted for; closing if absent.
    pub(crate) pricing_date: Option<NaiveDate>,
    /// Whether amounts are rounded to cents: `none` or `cents`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) rounding: Rounding,
    /// Whether every step is written down; explanations need it. `true` for runs that are kept,
    /// `false` for previews.
    pub(crate) keep_log: Option<bool>,
}

/// What one pool of a deal is made of: a stored pool, assets, loans that stand for many, or cash
/// flows by hand; one of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DealCollateral)]
pub(crate) struct CollateralBody {
    /// The pool of the deal; may be left out if there is one only.
    pub(crate) name: Option<String>,
    /// A stored pool.
    pub(crate) pool_id: Option<String>,
    /// Its version; the newest if absent.
    pub(crate) pool_version: Option<i64>,
    /// As in an analysis: `{"pool_id": "…"}` or `{"assets": […]}`.
    #[schema(value_type = Option<Object>)]
    pub(crate) pool: Option<PoolDraft>,
    /// Loans that stand for many: one object or a list.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Representative>>)]
    pub(crate) representative: Representatives,
    /// Cash flows by hand.
    pub(crate) flows: Option<FlowsBody>,
    /// How borrowers behave in this pool.
    pub(crate) assumptions: Option<AssumptionsBody>,
    /// The short form of `assumptions`.
    pub(crate) calibration_params: Option<Calibration>,
    /// What is bought while the deal revolves; more of the same pool if absent.
    pub(crate) replacement: Option<Representative>,
}

/// One pool, or several.
#[derive(Debug, Default)]
pub(crate) struct Collaterals(pub(crate) Vec<CollateralBody>);

/// One loan, or several.
#[derive(Debug, Default)]
pub(crate) struct Representatives(pub(crate) Vec<Representative>);

/// A scenario by name, or a scenario.
#[derive(Debug, ToSchema)]
#[schema(as = DealScenario)]
pub(crate) struct ScenarioBody {
    name: String,
    /// What people read.
    title: Option<String>,
    /// How far markets and speeds move; looked up by name if absent.
    #[schema(value_type = Option<Object>)]
    market_factors: Option<MarketFactors>,
    /// Speeds that replace what was assumed: `cdr`, `cpr`, `recovery_rate`.
    #[schema(value_type = Option<Object>)]
    speeds: Option<FixedSpeeds>,
}

/// What [`ScenarioBody`] is read from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioFields {
    name: String,
    title: Option<String>,
    market_factors: Option<MarketFactors>,
    speeds: Option<FixedSpeeds>,
}

impl<'de> Deserialize<'de> for ScenarioBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = ScenarioBody;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the name of a scenario, or a scenario")
            }

            fn visit_str<E>(self, name: &str) -> Result<ScenarioBody, E> {
                let (name, title) = (name.to_owned(), None);
                Ok(ScenarioBody { name, title, market_factors: None, speeds: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ScenarioBody, A::Error> {
                let fields = ScenarioFields::deserialize(MapAccessDeserializer::new(map))?;
                let ScenarioFields { name, title, market_factors, speeds } = fields;
                Ok(ScenarioBody { name, title, market_factors, speeds })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Reads one thing or a list of them.
fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Reader<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
        type Value = Vec<T>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object or a list of objects")
        }

        fn visit_unit<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(seq))
        }
    }
    deserializer.deserialize_any(Reader(std::marker::PhantomData))
}

impl<'de> Deserialize<'de> for Collaterals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Representatives {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

impl RunBody {
    /// The scenarios, the base first.
    pub(crate) fn scenario_plans(&self, issues: &mut Vec<Issue>) -> Vec<ScenarioPlan> {
        let mut plans = vec![ScenarioPlan::base()];
        let mut names = BTreeSet::from(["base".to_owned()]);
        for (i, body) in self.scenarios.iter().enumerate() {
            let field = format!("/scenarios/{i}");
            let Some(plan) = body.plan(&field, issues) else { continue };
            if plan.name == "base" {
                continue;
            }
            if !names.insert(plan.name.clone()) {
                let message = format!("`{}` stands twice; give every scenario its own", plan.name);
                issues.push(Issue::new(format!("{field}/name"), "duplicate", message));
            }
            plans.push(plan);
        }
        if plans.len() > MOST_SCENARIOS {
            let message = format!(
                "must be at most {} besides the base, has {}",
                MOST_SCENARIOS - 1,
                plans.len() - 1
            );
            issues.push(Issue::new("/scenarios", "too_many", message));
        }
        plans
    }

    /// Checks the values of indices.
    pub(crate) fn check_indices(&self, issues: &mut Vec<Issue>) {
        let fits = |value: &f64| value.is_finite() && value.abs() <= 1.0;
        for (name, path) in &self.indices {
            let good = match path {
                IndexPath::Constant(value) => fits(value),
                IndexPath::Monthly(values) => {
                    (1..=1_300).contains(&values.len()) && values.iter().all(fits)
                }
                IndexPath::Dated(values) => {
                    (1..=20_000).contains(&values.len())
                        && values.iter().all(|(_, value)| fits(value))
                        && values.is_sorted_by(|(a, _), (b, _)| a < b)
                }
            };
            if !good {
                let key = name.replace('~', "~0").replace('/', "~1");
                let message = "must be a decimal such as 0.05, 1 to 1300 monthly ones, or pairs of \
                               rising days and decimals, all between -1 and 1";
                issues.push(Issue::new(format!("/indices/{key}"), "out_of_range", message));
            }
        }
    }
}

impl ScenarioBody {
    fn plan(&self, field: &str, issues: &mut Vec<Issue>) -> Option<ScenarioPlan> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 64 {
            let message = "must have 1 to 64 characters";
            issues.push(Issue::new(format!("{field}/name"), "length", message));
            return None;
        }
        let own = self.market_factors.is_some() || self.speeds.is_some();
        if !own {
            let Some(found) = find(&name) else {
                let message = format!(
                    "`{name}` is not a scenario: send one of GET \
                     /api/v1/stress-testing/scenarios, or market_factors of your own"
                );
                issues.push(Issue::new(field, "unknown_scenario", message));
                return None;
            };
            return Some(ScenarioPlan {
                name: found.name.to_owned(),
                title: self.title.clone().unwrap_or_else(|| found.title.to_owned()),
                factors: found.factors,
                speeds: found.speeds,
            });
        }
        let factors = self.market_factors.unwrap_or_default();
        for violation in factors.violations() {
            issues.push(Issue::new(
                format!("{field}/market_factors{}", violation.path),
                violation.code,
                violation.message,
            ));
        }
        let speeds = self.speeds.unwrap_or_default();
        let rates =
            [("cdr", speeds.cdr), ("cpr", speeds.cpr), ("recovery_rate", speeds.recovery_rate)];
        for (key, rate) in rates {
            if let Some(rate) = rate.filter(|rate| !(0.0..=1.0).contains(rate)) {
                let message = format!("must be a decimal between 0 and 1, was {rate}");
                issues.push(Issue::new(format!("{field}/speeds/{key}"), "out_of_range", message));
            }
        }
        let title = self.title.clone().unwrap_or_else(|| name.clone());
        Some(ScenarioPlan { name, title, factors, speeds })
    }
}

impl CollateralBody {
    /// How many ways of making a pool were sent.
    pub(crate) fn ways(&self) -> usize {
        [
            self.pool_id.is_some(),
            self.pool.is_some(),
            !self.representative.0.is_empty(),
            self.flows.is_some(),
        ]
        .into_iter()
        .filter(|given| *given)
        .count()
    }

    /// Checks the loans that stand for many.
    pub(crate) fn check_loans(&self, field: &str, issues: &mut Vec<Issue>) {
        if self.representative.0.len() > MOST_REPRESENTATIVES {
            let message = format!("must be at most {MOST_REPRESENTATIVES}; store a pool instead");
            issues.push(Issue::new(format!("{field}/representative"), "too_many", message));
            return;
        }
        let one = self.representative.0.len() == 1;
        for (i, loan) in self.representative.0.iter().enumerate() {
            let place = if one { String::new() } else { format!("/{i}") };
            if let Err(found) = loan.loan(&format!("{field}/representative{place}")) {
                issues.extend(found);
            }
        }
        if let Some(Err(found)) =
            self.replacement.as_ref().map(|loan| loan.loan(&format!("{field}/replacement")))
        {
            issues.extend(found);
        }
    }
}
