//! Pools under scenarios.

use credit_engine::assumptions::{AssumptionSet, AssumptionSetDraft};
use credit_engine::loan::{AssetClass, Loan};
use credit_engine::projection::{Control, GroupBy, Indices, Settings, project_scenarios};
use credit_engine::scenarios::{FixedSpeeds, MarketFactors, find, find_of_class, predefined};
use credit_engine::valuation::bey::{PrincipalCounted, average_life};
use credit_engine::valuation::periodic;
use serde_json::{Map, Value, json};

use super::Request;
use super::pools::pool;
use crate::oracles::credit::fields::{Fields, Refusal};

/// A scenario to run, by the name under which its result is expected.
struct Named {
    name: String,
    factors: MarketFactors,
    speeds: FixedSpeeds,
}

/// Runs a pool under scenarios, discounting once a period.
pub(super) fn stress_run(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let given = inputs.get(&["pool"]).map_or(inputs, Fields);
    let (loan, assumptions) = pool(given, request.convention)?;
    let discount = inputs.number(&["discount_rate", "discount"])?;
    let draft = AssumptionSetDraft { request: assumptions, ..AssumptionSetDraft::default() };
    let mut results = Map::new();
    let mut base = None;
    for scenario in scenarios(inputs)? {
        let found = measure(&loan, &draft, discount, &scenario)?;
        let value = found["npv"].as_f64().unwrap_or(0.0);
        let reference = *base.get_or_insert(value);
        let mut found = found;
        found["npv_change"] = json!(value - reference);
        found["npv_change_percent"] = json!((value - reference) / reference * 100.0);
        results.insert(scenario.name, found);
    }
    let mut answer = Map::new();
    for (name, found) in &results {
        answer.insert(name.clone(), found.clone());
    }
    answer.insert("results".to_owned(), Value::Object(results.clone()));
    answer.insert("scenarios".to_owned(), Value::Object(results));
    Ok(Value::Object(answer))
}

/// The scenarios asked for, the base before all others.
fn scenarios(inputs: Fields<'_>) -> Result<Vec<Named>, Refusal> {
    let class = match inputs.text(&["asset_class", "class"]) {
        Some(name) => {
            Some(AssetClass::parse(name).map_err(|_| Refusal::new("unknown_class", name))?)
        }
        None => None,
    };
    let mut found = vec![base()];
    let listed = inputs.get(&["scenarios", "scenario_names", "scenario"]);
    match listed {
        Some(Value::Object(named)) => {
            for (name, factors) in named {
                found.push(custom(name, factors)?);
            }
        }
        Some(_) => {
            for scenario in inputs.list(&["scenarios", "scenario_names", "scenario"])? {
                found.push(match scenario.as_str() {
                    Some(name) => by_name(class, name)?,
                    None => custom(Fields(scenario).text(&["name"]).unwrap_or("custom"), scenario)?,
                });
            }
        }
        None if inputs.get(&["custom_scenarios"]).is_none() => {
            for scenario in predefined() {
                found.push(by_name(None, scenario.name)?);
            }
        }
        None => {}
    }
    if let Some(Value::Object(named)) = inputs.get(&["custom_scenarios"]) {
        for (name, factors) in named {
            found.push(custom(name, factors)?);
        }
    }
    Ok(found)
}

fn base() -> Named {
    Named { name: "base".to_owned(), factors: MarketFactors::NONE, speeds: FixedSpeeds::NONE }
}

fn by_name(class: Option<AssetClass>, name: &str) -> Result<Named, Refusal> {
    let of_class = class.and_then(|class| find_of_class(class, name));
    let found = of_class.or_else(|| find(name));
    let found = found.ok_or_else(|| Refusal::new("unknown_scenario", name))?;
    Ok(Named { name: name.to_owned(), factors: found.factors, speeds: found.speeds })
}

fn custom(name: &str, value: &Value) -> Result<Named, Refusal> {
    let factors = value.get("market_factors").or(value.get("factors")).unwrap_or(value);
    let mut factors = factors.clone();
    if let Some(fields) = factors.as_object_mut() {
        for other in ["name", "description", "title"] {
            fields.remove(other);
        }
    }
    let read: MarketFactors =
        serde_json::from_value(factors).map_err(|error| Refusal::new("bad_scenario", error))?;
    match read.violations().first() {
        Some(broken) => {
            Err(Refusal::new(broken.code, format!("{} {}", broken.path, broken.message)))
        }
        None => Ok(Named { name: name.to_owned(), factors: read, speeds: FixedSpeeds::NONE }),
    }
}

fn measure(
    loan: &Loan,
    draft: &AssumptionSetDraft,
    discount: f64,
    scenario: &Named,
) -> Result<Value, Refusal> {
    let set = AssumptionSet::new(scenario.speeds.applied_to(draft))
        .map_err(|broken| Refusal::new("bad_assumptions", format!("{broken:?}")))?;
    let indices = scenario.factors.indices(&Indices::unchanged());
    let settings = Settings {
        first_payment_date: chrono::NaiveDate::default(),
        indices: &indices,
        group_by: GroupBy::None,
        control: Control::default(),
    };
    let loans = std::slice::from_ref(loan);
    let mut found = project_scenarios(loans, &set, &settings, &[scenario.factors.stress()])
        .map_err(|error| Refusal::new("no_projection", error))?;
    let projection = found.pop().ok_or_else(|| Refusal::new("no_projection", "nothing"))?;
    let pool = &projection.pool;
    let rate = scenario.factors.discount_rate(discount);
    let principal = periodic(&pool.principal(), 12);
    let sum = |column: &[f64]| column.iter().sum::<f64>();
    let warnings: Vec<&str> = projection.warnings.iter().map(|one| one.code).collect();
    Ok(json!({
        "npv": present_value(&pool.cash(), rate), "discount_rate": rate,
        "total_loss": sum(&pool.loss), "loss": sum(&pool.loss),
        "total_default": sum(&pool.default), "total_defaults": sum(&pool.default),
        "total_prepayment": sum(&pool.prepayment), "total_recovery": sum(&pool.recovery),
        "total_interest": sum(&pool.scheduled_interest),
        "wal": average_life(&principal, PrincipalCounted::All),
        "warnings": warnings,
    }))
}

/// `Σ cash_i (1 + d)^(−i/12)`.
fn present_value(cash: &[f64], rate: f64) -> f64 {
    let monthly = (-rate.ln_1p() / 12.0).exp();
    let mut discount = 1.0;
    let mut value = 0.0;
    for amount in cash {
        discount *= monthly;
        value += amount * discount;
    }
    value
}
