//! A floating bond under a cap.

use chrono::NaiveDate;
use credit_engine::dates::add_months;
use deal_engine::collateral::{Collateral, FlowRow};
use deal_engine::model::Deal;
use deal_engine::run::{DealRun, IndexPath, Inputs};
use serde_json::{Value, json};

use super::parts::EQUITY;
use super::{Request, deal, ran};
use crate::oracles::credit::fields::{Fields, Refusal};

/// What one period of a case says.
#[derive(Clone, Copy)]
struct Period {
    index: f64,
    cap: f64,
    interest: f64,
}

pub(super) fn net_wac_cap(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut periods = Vec::new();
    for period in inputs.list(&["periods", "rows"])? {
        let fields = Fields(period);
        periods.push(Period {
            index: fields.number(&["index", "index_rate"])?,
            cap: fields.number(&["net_wac", "net_wac_rate", "cap"])?,
            interest: fields.number(&["available_interest", "available", "interest"])?,
        });
    }
    let run = run_of(inputs, &periods)?;
    let mut rows = Vec::new();
    for (position, period) in periods.iter().enumerate() {
        // Alone, a period carries over nothing but its own shortfall.
        let alone = run_of(inputs, std::slice::from_ref(period))?;
        rows.push(row(&run, position, inspected(&alone, "carryover", 0)));
    }
    Ok(json!({ "rows": rows }))
}

fn row(run: &DealRun, position: usize, shortfall: f64) -> Value {
    let Some(bond) = run.bonds.first() else { return Value::Null };
    let at = |column: &[f64]| column.get(position).copied().unwrap_or(0.0);
    let due = inspected(run, "carryover", position);
    let left = at(&bond.carryover);
    json!({
        "period": position + 1,
        "rate": at(&bond.rate),
        "interest": inspected(run, "interest", position),
        "basis_risk_shortfall": shortfall,
        "carryover_due": due,
        "carryover_paid": at(&bond.interest_paid) - inspected(run, "interest", position),
        "carryover_left": left,
        "carryover": left,
    })
}

fn inspected(run: &DealRun, name: &str, position: usize) -> f64 {
    let found = run.inspections.iter().find(|inspection| inspection.name == name);
    found.and_then(|found| found.value.get(position).copied().flatten()).unwrap_or(0.0)
}

fn run_of(inputs: Fields<'_>, periods: &[Period]) -> Result<DealRun, Refusal> {
    let closing = NaiveDate::from_ymd_opt(2025, 1, 15).unwrap_or_default();
    let days = inputs.count_or(&["days"], 30)?;
    let months = i32::try_from(days / 30).unwrap_or(1).max(1);
    let deal = structure(inputs, periods, closing, months)?;
    let mut flows = Vec::new();
    let mut dates = Vec::new();
    for (position, period) in (0_i32..).zip(periods) {
        let on = |count: i32| add_months(closing, months * count).unwrap_or(closing);
        let row = FlowRow { interest: period.interest, ..FlowRow::default() };
        flows.push((on(position + 1), row));
        dates.push((on(position), period.index));
    }
    let balance = inputs.number(&["balance"])?;
    let mut given = Inputs::default();
    given.indices.insert("index".to_owned(), IndexPath::Dated(dates));
    ran(&deal, Collateral::from_rows("pool", balance, &flows), given)
}

/// Thirty days of a month are a twelfth of 360, whatever the case calls its day count.
fn structure(
    inputs: Fields<'_>,
    periods: &[Period],
    closing: NaiveDate,
    months: i32,
) -> Result<Deal, Refusal> {
    let caps: Vec<String> = periods
        .iter()
        .enumerate()
        .map(|(position, period)| format!("{}: {}", position + 1, period.cap))
        .collect();
    let frequency = match months {
        1 => "monthly",
        3 => "quarterly",
        6 => "semi_annual",
        12 => "annual",
        _ => return Err(Refusal::new("bad_days", "days must be 30, 90, 180 or 360")),
    };
    let coupon = json!({ "type": "floating", "index": "index",
        "spread": inputs.number(&["margin", "spread"])? });
    let pay = |part: &str| json!({ "action": { "do": "pay_interest", "bonds": ["A"], "part": part, "from": "cash" } });
    let inspect = |name: &str, field: &str| {
        let value = format!("bond(\"A\").{field}");
        json!({ "action": { "do": "inspect", "name": name, "value": value } })
    };
    deal(json!({
        "name": "case",
        "dates": { "cutoff": closing, "closing": closing, "frequency": frequency,
            "first_payment": add_months(closing, months) },
        "accounts": [{ "name": "cash" }],
        "bonds": [
            { "name": "A", "original_balance": inputs.number(&["balance"])?, "coupon": coupon,
                "rate_cap": format!("table(period, {})", caps.join(", ")), "carryover": true },
            { "name": EQUITY, "original_balance": 0, "kind": { "type": "equity" } },
        ],
        "waterfalls": [{ "status": "amortizing", "steps": [
            inspect("carryover", "carryover"),
            pay("current"),
            inspect("interest", "paid_interest"),
            pay("carryover"),
            { "action": { "do": "pay_residual", "bond": EQUITY, "from": "cash" } },
        ] }],
    }))
}
