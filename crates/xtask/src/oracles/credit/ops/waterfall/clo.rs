//! One payment date of a collateralised loan obligation.

use chrono::{Days, NaiveDate};
use deal_engine::collateral::{Collateral, FlowRow};
use deal_engine::model::Deal;
use deal_engine::run::{DealRun, Inputs, Party};
use serde_json::{Map, Value, json};

use super::parts::{EQUITY, percent};
use super::{Request, deal, ran};
use crate::oracles::credit::fields::{Fields, Refusal};

/// One tested class: the letters of its trigger and the classes it covers.
struct Tested {
    key: String,
    covers: Vec<String>,
    oc: Option<f64>,
    ic: Option<f64>,
}

pub(super) fn run_clo_period(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let classes = named_numbers(inputs, "liabilities")?;
    let tested = tested(inputs, &classes)?;
    let deal = structure(inputs, &classes, &tested)?;
    let par = inputs.number(&["performing_par"])?;
    let row = FlowRow {
        begin_balance: Some(par),
        balance: Some(par),
        interest: inputs.number(&["interest_collections", "interest"])?,
        principal: inputs.number_or(&["principal_cash", "principal_collections"], 0.0)?,
        ..FlowRow::default()
    };
    let pool = Collateral::from_rows("pool", par, &[(payment(), row)]);
    let run = ran(&deal, pool, Inputs::default())?;
    Ok(answer(&run, &deal, &tested))
}

fn payment() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, 15).unwrap_or_default()
}

fn named_numbers(inputs: Fields<'_>, field: &str) -> Result<Vec<(String, f64)>, Refusal> {
    let found = inputs.get(&[field]).and_then(Value::as_object).into_iter().flatten();
    found
        .map(|(name, _)| {
            let stated = inputs.get(&[field]).unwrap_or(&Value::Null);
            Ok((name.clone(), Fields(stated).number(&[name])?))
        })
        .collect()
}

/// Returns the tests senior first; a trigger covers the classes up to its last letter.
fn tested(inputs: Fields<'_>, classes: &[(String, f64)]) -> Result<Vec<Tested>, Refusal> {
    let oc = named_numbers(inputs, "oc_triggers")?;
    let ic = named_numbers(inputs, "ic_triggers")?;
    let of = |triggers: &[(String, f64)], key: &str| {
        triggers.iter().find(|(name, _)| name == key).map(|(_, level)| *level)
    };
    let mut tested: Vec<Tested> = Vec::new();
    for (key, _) in oc.iter().chain(&ic) {
        if tested.iter().any(|known| known.key == *key) {
            continue;
        }
        let last = classes.iter().rposition(|(name, _)| key.ends_with(name.as_str()));
        let last = last.ok_or_else(|| Refusal::new("unknown_class", key))?;
        let covers = classes.iter().take(last + 1).map(|(name, _)| name.clone()).collect();
        tested.push(Tested { key: key.clone(), covers, oc: of(&oc, key), ic: of(&ic, key) });
    }
    tested.sort_by_key(|test| test.covers.len());
    Ok(tested)
}

fn structure(
    inputs: Fields<'_>,
    classes: &[(String, f64)],
    tested: &[Tested],
) -> Result<Deal, Refusal> {
    let coupons = Fields(inputs.get(&["coupons"]).unwrap_or(&Value::Null));
    let day_count = inputs.text(&["day_count"]).unwrap_or("ACT/360");
    let mut bonds = Vec::new();
    for (name, balance) in classes {
        let coupon = json!({ "type": "fixed", "rate": coupons.number(&[name])? });
        bonds.push(json!({ "name": name, "original_balance": balance, "coupon": coupon,
            "day_count": day_count }));
    }
    bonds.push(json!({ "name": EQUITY, "original_balance": 0, "kind": { "type": "equity" } }));
    let numerator = adjusted_par(inputs)?;
    let mut tests = Vec::new();
    for test in tested {
        let kinds = [
            ("oc", test.oc, json!({ "type": "overcollateralization", "numerator": numerator })),
            ("ic", test.ic, json!({ "type": "interest_coverage" })),
        ];
        for (kind, level, measured) in kinds {
            let Some(level) = level else { continue };
            tests.push(json!({ "name": format!("{kind} {}", test.key), "kind": measured,
                "bonds": test.covers, "threshold": level.to_string() }));
        }
    }
    let days = u64::from(inputs.count_or(&["days"], 90)?);
    let closing = payment().checked_sub_days(Days::new(days)).unwrap_or_default();
    deal(json!({
        "name": "case",
        "dates": { "cutoff": closing, "closing": closing, "first_payment": payment(),
            "frequency": "quarterly" },
        "accounts": [{ "name": "interest" }, { "name": "principal" }],
        "fees": fees(inputs)?,
        "bonds": bonds,
        "tests": tests,
        "waterfalls": [{ "status": "amortizing",
            "steps": steps(classes, tested, &numerator, inputs) }],
    }))
}

/// Returns adjusted par as a formula: performing par, principal cash, defaulted par at the lower of
/// recovery rate and market price, less haircuts.
fn adjusted_par(inputs: Fields<'_>) -> Result<String, Refusal> {
    let mut formula = "pool.balance + pool.principal".to_owned();
    let defaulted = inputs.get(&["defaulted"]);
    let rows =
        defaulted.map(|rows| rows.as_array().map_or(std::slice::from_ref(rows), Vec::as_slice));
    for row in rows.unwrap_or_default() {
        let fields = Fields(row);
        let par = fields.number(&["par", "balance"])?;
        let recovery = fields.number(&["recovery_rate", "recovery"])?;
        let market = fields.number_or(&["market", "market_price", "market_value"], recovery)?;
        formula = format!("{formula} + {par} * min({recovery}, {market})");
    }
    for name in ["discount_haircut", "ccc_haircut", "ccc_excess_haircut", "haircut"] {
        if let Some(haircut) = inputs.optional(&[name])? {
            formula = format!("{formula} - {haircut}");
        }
    }
    Ok(formula)
}

fn fees(inputs: Fields<'_>) -> Result<Vec<Value>, Refusal> {
    let mut fees = Vec::new();
    for name in ["senior_expenses", "senior_management_fee", "management_fee"] {
        let kind = match inputs.get(&[name]) {
            None => continue,
            Some(Value::String(words)) => {
                let rate = percent(words).ok_or_else(|| Refusal::new("bad_fee", words))?;
                json!({ "type": "rate", "rate": rate, "base": "pool.balance",
                    "day_count": inputs.text(&["day_count"]).unwrap_or("ACT/360") })
            }
            Some(_) => json!({ "type": "fixed", "amount": inputs.number(&[name])? }),
        };
        fees.push(json!({ "name": name, "kind": kind }));
    }
    Ok(fees)
}

/// Returns the interest waterfall: after the interest of the last class of a test its cure.
fn steps(
    classes: &[(String, f64)],
    tested: &[Tested],
    numerator: &str,
    inputs: Fields<'_>,
) -> Vec<Value> {
    let names: Vec<&str> = classes.iter().map(|(name, _)| name.as_str()).collect();
    let fees: Vec<&str> = ["senior_expenses", "senior_management_fee", "management_fee"]
        .into_iter()
        .filter(|name| inputs.get(&[name]).is_some())
        .collect();
    let mut steps = vec![
        json!({ "action": { "do": "collect", "sources": ["interest"], "into": "interest" } }),
        json!({ "action": { "do": "collect", "sources": ["principal"], "into": "principal" } }),
        json!({ "action": { "do": "inspect", "name": "adjusted_par", "value": numerator } }),
        json!({ "action": { "do": "pay_fees", "fees": fees, "allocation": "sequential",
            "from": "interest" } }),
    ];
    for (position, name) in names.iter().enumerate() {
        steps.push(json!({ "action": { "do": "pay_interest", "bonds": [name],
            "from": "interest" } }));
        for test in tested.iter().filter(|test| test.covers.len() == position + 1) {
            for (kind, level) in [("oc", test.oc), ("ic", test.ic)] {
                if level.is_some() {
                    steps.push(json!({ "action": { "do": "cure",
                        "test": format!("{kind} {}", test.key), "bonds": names,
                        "from": "interest" } }));
                }
            }
        }
    }
    steps.push(json!({ "action": { "do": "pay_residual", "bond": EQUITY, "from": "interest" } }));
    steps
}

fn answer(run: &DealRun, deal: &Deal, tested: &[Tested]) -> Value {
    let (mut oc, mut ic, mut cure, mut pass) = (Map::new(), Map::new(), Map::new(), Map::new());
    for test in tested {
        let of = |kind: &str| {
            let name = format!("{kind} {}", test.key);
            run.tests.iter().find(|columns| columns.name == name)
        };
        let mut passed = true;
        for (kind, values) in [("oc", &mut oc), ("ic", &mut ic)] {
            let Some(columns) = of(kind) else { continue };
            values.insert(test.key.clone(), json!(columns.value.first()));
            passed &= columns.passed.first().copied().unwrap_or(true);
        }
        pass.insert(test.key.clone(), json!(passed));
        let needed = of("oc").and_then(|columns| columns.cure.first());
        cure.insert(test.key.clone(), json!(needed));
    }
    let balances: Map<String, Value> =
        run.bonds.iter().map(|bond| (bond.name.clone(), json!(bond.balance.first()))).collect();
    let par = run.inspections.first().and_then(|inspection| inspection.value.first());
    json!({
        "adjusted_par": par, "oc": oc, "ic": ic, "pass": pass, "cure_needed": cure,
        "steps": paid(run, deal), "balances_after": balances,
        "senior_fees": run.summary.total_fees,
    })
}

/// Returns who was paid what, in order.
fn paid(run: &DealRun, deal: &Deal) -> Vec<Value> {
    let Some(log) = &run.log else { return Vec::new() };
    let parts = &log.parts;
    let all = parts.party.iter().zip(&parts.position).zip(&parts.amount);
    all.filter_map(|((party, position), amount)| {
        let kind = match party {
            Party::Interest => "interest",
            Party::Principal => "cure_principal",
            Party::Residual => "residual",
            _ => return None,
        };
        let bond = deal.bonds.get(*position as usize)?;
        (*amount > 0.0).then(|| json!([kind, bond.name, amount]))
    })
    .collect()
}
