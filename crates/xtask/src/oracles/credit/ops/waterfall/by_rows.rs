//! Deals over collections that are given row by row.

use chrono::NaiveDate;
use credit_engine::dates::add_months;
use deal_engine::collateral::{Collateral, FlowRow};
use deal_engine::model::Deal;
use deal_engine::run::{IndexPath, Inputs, Rounding};
use serde_json::{Value, json};

use super::parts::{self, EQUITY};
use super::phrases::{self, CASH, Cast};
use super::{Request, answers, deal, ledgers, ran};
use crate::oracles::credit::fields::{Fields, Refusal, date};

/// What rows of collections are called.
pub(super) const ROWS: [&str; 6] =
    ["pool_flows", "periods", "pool_flows_month_end", "collections", "flows", "rows"];

/// What the path of an index is called.
const INDEX: [&str; 5] = ["index", "index_path", "indices", "index_rates", "rates"];

/// Days and months of a case, stated or made up.
struct Calendar {
    closing: NaiveDate,
    first_payment: NaiveDate,
    frequency: &'static str,
    /// The ends of the rows.
    rows: Vec<NaiveDate>,
}

pub(super) fn answer(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let rows = rows(inputs)?;
    let rows = rows.as_slice();
    let calendar = calendar(inputs, rows)?;
    let (deal, cast) = structure(inputs, &calendar)?;
    let balance = match inputs.optional(&[
        "pool_begin",
        "original_pool",
        "pool_balance",
        "original_pool_balance",
    ])? {
        Some(balance) => balance,
        None => balance_before(rows)?,
    };
    let pool = Collateral::from_rows("pool", balance, &flows(rows, &calendar.rows)?);
    let mut given = Inputs::default();
    if let Some(index) = index(inputs, rows)? {
        given.indices.insert("index".to_owned(), IndexPath::Monthly(index));
    }
    if inputs.get(&["rounding", "money_rounding"]).is_some() {
        given.rounding = Rounding::Cents;
    }
    let run = ran(&deal, pool, given)?;
    // What is left in the accounts may be paid on later dates, which no case asks about.
    Ok(answers::rows(&run, &cast, rows.len()))
}

/// Returns the rows; for a case that only has a path of its index, rows with cash enough.
fn rows(inputs: Fields<'_>) -> Result<Vec<Value>, Refusal> {
    if inputs.get(&ROWS).is_some() || inputs.get(&INDEX).is_none() {
        return inputs.list(&ROWS).map(<[Value]>::to_vec);
    }
    let enough = |index: &f64| json!({ "index": index, "interest": 1e12 });
    Ok(inputs.numbers(&INDEX)?.iter().map(enough).collect())
}

fn calendar(inputs: Fields<'_>, rows: &[Value]) -> Result<Calendar, Refusal> {
    let words = [inputs.text(&["frequency"]), inputs.text(&["day_count"])];
    let quarterly = words.into_iter().flatten().any(|words| words.contains("quarter"));
    let months = if quarterly { 3 } else { 1 };
    let frequency = if quarterly { "quarterly" } else { "monthly" };
    let made_up = NaiveDate::from_ymd_opt(2025, 1, 15).unwrap_or_default();
    let closing = inputs.optional_date(&["closing", "closing_date"])?.unwrap_or(made_up);
    let next = add_months(closing, months).unwrap_or(closing);
    let first = inputs.optional_date(&["first_payment", "first_payment_date"])?.unwrap_or(next);
    let mut ends = Vec::new();
    for (position, row) in (0_i32..).zip(rows) {
        let counted = add_months(first, months * position).unwrap_or(first);
        ends.push(Fields(row).get(&["date"]).map_or(Ok(counted), date)?);
    }
    Ok(Calendar { closing, first_payment: first, frequency, rows: ends })
}

fn structure(inputs: Fields<'_>, calendar: &Calendar) -> Result<(Deal, Cast), Refusal> {
    let mut bonds = parts::bonds(inputs)?;
    let fees = parts::fees(inputs)?;
    let reserve = parts::reserve(inputs)?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let is_equity = |bond: &&Value| bond["kind"]["type"] == "equity";
    let stated = bonds.iter().find(is_equity).map(name);
    if stated.is_none() {
        bonds.push(json!({ "name": EQUITY, "original_balance": 0, "kind": { "type": "equity" } }));
    }
    let cast = Cast {
        bonds: bonds.iter().filter(|bond| !is_equity(bond)).map(name).collect(),
        equity: Some(stated.unwrap_or_else(|| EQUITY.to_owned())),
        fees: fees.iter().map(name).collect(),
        reserve: reserve.is_some(),
    };
    let mut accounts = vec![json!({ "name": CASH })];
    if has_ledgers(inputs) {
        accounts.push(json!({ "name": ledgers::PRINCIPAL }));
    }
    accounts.extend(reserve);
    let trigger = parts::trigger(inputs)?;
    let before = calendar.closing.pred_opt().unwrap_or(calendar.closing);
    let built = json!({
        "name": "case",
        "dates": { "cutoff": before, "closing": calendar.closing,
            "first_payment": calendar.first_payment, "frequency": calendar.frequency },
        "accounts": accounts,
        "ledgers": if has_ledgers(inputs) { ledgers::ledgers(&cast) } else { Vec::new() },
        "fees": fees,
        "bonds": bonds,
        "triggers": trigger.clone().into_iter().collect::<Vec<Value>>(),
        "calls": calls(inputs),
        "waterfalls": waterfalls(inputs, &cast, trigger.is_some()),
    });
    deal(built).map(|deal| (deal, cast))
}

fn waterfalls(inputs: Fields<'_>, cast: &Cast, switches: bool) -> Vec<Value> {
    let sentences = inputs.get(&["steps", "waterfall"]).and_then(Value::as_array);
    let principal = inputs.text(&["principal", "principal_allocation"]).unwrap_or_default();
    let pro_rata = switches || principal.contains("rata");
    let usual = |allocation: &str| phrases::usual(cast, allocation);
    let inspected = |mut steps: Vec<Value>| {
        for (name, value) in
            [("cum_net_loss", "pool.cum_net_loss"), ("oc", "pool.balance - bonds.balance")]
        {
            let action = json!({ "do": "inspect", "name": name, "value": value });
            steps.push(json!({ "action": action }));
        }
        steps
    };
    let first = match sentences {
        _ if has_ledgers(inputs) => ledgers::steps(cast),
        Some(sentences) => sentences
            .iter()
            .filter_map(Value::as_str)
            .flat_map(|sentence| phrases::steps(sentence, cast))
            .collect(),
        None => usual(if pro_rata { "pro_rata" } else { "sequential" }),
    };
    let mut waterfalls = vec![json!({ "status": "amortizing", "steps": inspected(first) })];
    if switches {
        let steps = inspected(usual("sequential"));
        waterfalls.push(json!({ "status": "early_amortization", "steps": steps }));
    }
    waterfalls
}

fn has_ledgers(inputs: Fields<'_>) -> bool {
    inputs.get(&["pdl", "pdls", "ledgers", "principal_deficiency_ledger"]).is_some()
}

fn calls(inputs: Fields<'_>) -> Vec<Value> {
    let call = inputs.get(&["clean_up_call", "cleanup_call", "call"]);
    let Some(call) = call else { return Vec::new() };
    let fields = Fields(call);
    let factor = call.as_f64().or_else(|| {
        fields.get(&["factor", "threshold", "level", "percent"]).and_then(Value::as_f64)
    });
    let mut built =
        json!({ "name": "clean-up", "when": format!("pool.factor < {}", factor.unwrap_or(0.1)) });
    if let Some(first) = fields.text(&["first_date", "first_call_date", "from"]) {
        built["first_date"] = json!(first);
    }
    if let Some(price) = fields.get(&["price", "proceeds"]).and_then(Value::as_f64) {
        let formula =
            if price <= 2.0 { format!("{price} * pool.balance") } else { price.to_string() };
        built["price"] = json!(formula);
    }
    vec![built]
}

fn flows(rows: &[Value], ends: &[NaiveDate]) -> Result<Vec<(NaiveDate, FlowRow)>, Refusal> {
    let mut flows = Vec::new();
    for (row, end) in rows.iter().zip(ends) {
        let fields = Fields(row);
        let number = |names: &[&str]| fields.number_or(names, 0.0);
        let flow = FlowRow {
            begin_balance: fields.optional(&["begin", "begin_balance"])?,
            interest: number(&[
                "interest",
                "revenue",
                "available_interest",
                "interest_collections",
            ])?,
            principal: number(&["principal", "scheduled_principal", "principal_collections"])?,
            prepayment: number(&["prepayment", "prepayments"])?,
            recovery: number(&["recovery", "recoveries"])?,
            penalty: number(&["penalty"])?,
            default: number(&["default", "defaults"])?,
            loss: number(&["loss", "losses", "realized_loss"])?,
            balance: fields.optional(&["end", "balance", "end_balance", "pool_balance"])?,
        };
        flows.push((*end, flow));
    }
    Ok(flows)
}

/// Returns the balance before the first row, as it leads back to it.
fn balance_before(rows: &[Value]) -> Result<f64, Refusal> {
    let first = rows.first().ok_or_else(|| Refusal::new("empty", "there are no rows"))?;
    let fields = Fields(first);
    let sum = |names: [&str; 4]| -> Result<f64, Refusal> {
        names.into_iter().map(|name| fields.number_or(&[name], 0.0)).sum()
    };
    match fields.optional(&["begin", "begin_balance"])? {
        Some(begin) => Ok(begin),
        None => sum(["balance", "principal", "prepayment", "default"]),
    }
}

fn index(inputs: Fields<'_>, rows: &[Value]) -> Result<Option<Vec<f64>>, Refusal> {
    if inputs.get(&INDEX).is_some() {
        return inputs.numbers(&INDEX).map(Some);
    }
    let values = rows.iter().map(|row| Fields(row).optional(&["index", "rate"]));
    values.collect::<Result<Option<Vec<f64>>, Refusal>>()
}
