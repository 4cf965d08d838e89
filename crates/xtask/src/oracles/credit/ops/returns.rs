//! Operations on plain cash flows.

use chrono::NaiveDate;
use credit_engine::valuation::bey::{PrincipalCounted, average_life as life_of, yield_of};
use credit_engine::valuation::irr::of_flows;
use credit_engine::valuation::npv::{dated, npv_on_curve};
use credit_engine::valuation::spread::{self, FloaterPeriod};
use credit_engine::valuation::{
    CashFlow, Compounding, Irr, IrrError, irr as rate_of, npv as value_of, xirr, xnpv,
};
use serde_json::{Value, json};

use super::Request;
use super::pricing::zero_curve;
use super::terms;
use crate::oracles::credit::fields::{Fields, Refusal};

pub(super) fn effective_from_prices(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let shift = match inputs.optional(&["shift", "dy"])? {
        Some(shift) => shift,
        None => inputs.number(&["shift_bp"])? * 1e-4,
    };
    let measures = spread::effective(
        inputs.number(&["price_base", "price", "base"])?,
        inputs.number(&["price_up", "up"])?,
        inputs.number(&["price_down", "down"])?,
        shift,
    );
    let measures =
        measures.ok_or_else(|| Refusal::new("no_shift", "shift and price must not be 0"))?;
    Ok(json!({
        "effective_duration": measures.duration,
        "effective_convexity": measures.convexity,
        "dv01": measures.dv01,
    }))
}

pub(super) fn average_life(request: &Request<'_>) -> Result<Value, Refusal> {
    let flows = flows(request.inputs, &["principal", "amount"])?;
    let all = life_of(&flows, PrincipalCounted::All);
    let positive = life_of(&flows, PrincipalCounted::PositiveOnly);
    Ok(json!({
        "gpm_arm_convention": all,
        "z_bond_convention": positive,
        "average_life": all,
        "wal": all,
    }))
}

/// Reads flows: rows with a time, or amounts at the ends of periods 1, 2, ….
fn flows(inputs: Fields<'_>, amounts: &[&str]) -> Result<Vec<CashFlow>, Refusal> {
    let names = ["cash_flows", "flows", "amounts", "principal"];
    let times = ["times", "t"];
    if inputs.get(&times).is_some() {
        let (times, amounts) = (inputs.numbers(&times)?, inputs.numbers(&names)?);
        let pairs = times.into_iter().zip(amounts);
        return Ok(pairs.map(|(time, amount)| CashFlow { time, amount }).collect());
    }
    let per_year = f64::from(inputs.count_or(&["periods_per_year", "frequency_per_year"], 1)?);
    let mut found = Vec::new();
    for (period, row) in (1_u32..).zip(inputs.list(&names)?) {
        let time = f64::from(period) / per_year;
        found.push(match row {
            Value::Object(_) => {
                let row = Fields(row);
                let time = row.number_or(&["t", "time", "years"], time)?;
                CashFlow { time, amount: row.number(amounts)? }
            }
            plain => CashFlow { time, amount: plain.as_f64().unwrap_or(f64::NAN) },
        });
    }
    Ok(found)
}

pub(super) fn xirr_xnpv(request: &Request<'_>) -> Result<Value, Refusal> {
    let amounts = dated_amounts(request.inputs)?;
    let rate = xirr(&amounts).map_err(refused);
    let at = request.inputs.optional(&["npv_rate", "rate", "discount_rate"])?;
    let value = at.map(|rate| xnpv(rate, &amounts));
    match (rate, value) {
        (Ok(found), value) => {
            let mut answer = described(&found);
            answer["xirr"] = json!(found.rate);
            answer["xnpv"] = json!(value);
            Ok(answer)
        }
        (Err(refusal), None) => Err(refusal),
        (Err(refusal), Some(value)) => {
            Ok(json!({ "xnpv": value, "error": refusal.code, "http_status": 422 }))
        }
    }
}

fn dated_amounts(inputs: Fields<'_>) -> Result<Vec<(NaiveDate, f64)>, Refusal> {
    let dates = inputs.dates(&["dates"])?;
    let amounts = inputs.numbers(&["amounts", "cash_flows", "values"])?;
    if dates.len() != amounts.len() {
        return Err(Refusal::new("shape", "there must be one amount per date"));
    }
    Ok(dates.into_iter().zip(amounts).collect())
}

pub(super) fn irr(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    if inputs.get(&["cases"]).is_none() {
        if inputs.get(&["dates"]).is_some() {
            return xirr_xnpv(request);
        }
        let amounts = inputs.numbers(&["cash_flows", "amounts", "flows", "values"])?;
        return rate_of(&amounts).map(|found| described(&found)).map_err(refused);
    }
    let (mut rates, mut errors, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for case in inputs.list(&["cases"])? {
        let holder = json!({ "amounts": case.get("cash_flows").unwrap_or(case) });
        match rate_of(&Fields(&holder).numbers(&["amounts"])?) {
            Ok(found) => {
                rates.push(json!(found.rate));
                flags.push(json!(found.has_multiple_roots()));
            }
            Err(error) => {
                rates.push(Value::Null);
                flags.push(Value::Null);
                errors.push(error.code());
            }
        }
    }
    let mut answer =
        json!({ "irr": rates, "rates": rates, "multiple_roots": flags, "error": errors });
    if !errors.is_empty() {
        answer["http_status"] = json!(422);
    }
    Ok(answer)
}

fn refused(error: IrrError) -> Refusal {
    Refusal::new(error.code(), error)
}

fn described(found: &Irr) -> Value {
    let several = found.has_multiple_roots();
    let flags: &[&str] = if several { &["multiple_roots"] } else { &[] };
    json!({
        "irr": found.rate,
        "rate": found.rate,
        "chosen": found.rate,
        "roots": found.roots,
        "all_roots": found.roots,
        "multiple_roots": several,
        "flag": flags.first(),
        "flags": flags,
        "warning": flags.first(),
        "warnings": flags,
    })
}

pub(super) fn npv(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let flows = match inputs.get(&["dates"]) {
        Some(_) => {
            let amounts = dated_amounts(inputs)?;
            let first = amounts.first().map(|(date, _)| *date);
            let start = inputs.optional_date(&["pricing_date", "as_of", "start"])?.or(first);
            start.map_or_else(Vec::new, |start| dated(start, &amounts))
        }
        None => flows(inputs, &["amount", "cash_flow", "cf"])?,
    };
    let value = if inputs.get(&["zero_rates"]).is_some() {
        npv_on_curve(&flows, &zero_curve(inputs)?, inputs.number_or(&["spread"], 0.0)?)
    } else {
        let rate = inputs.number(&["rate", "discount_rate", "npv_rate"])?;
        value_of(&flows, rate, compounding(inputs)?)
    };
    let found = of_flows(&flows).ok().map(|found| found.rate);
    Ok(json!({ "npv": value, "value": value, "price": value, "irr": found }))
}

fn compounding(inputs: Fields<'_>) -> Result<Compounding, Refusal> {
    if let Some(count) = inputs.months(&["compounding_per_year", "k"])? {
        return Ok(Compounding::Nominal(count));
    }
    let stated = inputs.text(&["compounding", "compounding_convention"]);
    stated.map_or(Ok(Compounding::Annual), |name| Compounding::parse(name).map_err(terms::unknown))
}

pub(super) fn z_spread(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let flows = flows(inputs, &["amount", "cash_flow", "cf"])?;
    let price = inputs.number(&["price", "full_price"])?;
    let found = spread::z_spread(&flows, &zero_curve(inputs)?, price);
    let found = found.ok_or_else(|| Refusal::new("no_spread", "no spread fits the price"))?;
    Ok(json!({ "z_spread": found, "z_spread_bp": found * 1e4 }))
}

pub(super) fn discount_margin(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let flows = flows(inputs, &["amount", "cash_flow", "cf"])?;
    let price = inputs.number(&["full_price", "price"])?;
    let index = inputs.numbers(&["index", "index_rate", "index_path"])?;
    let last = index.last().copied().unwrap_or(0.0);
    let mut before = 0.0;
    let mut periods = Vec::new();
    for (position, flow) in flows.iter().enumerate() {
        let index = index.get(position).copied().unwrap_or(last);
        periods.push(FloaterPeriod { years: flow.time - before, index, amount: flow.amount });
        before = flow.time;
    }
    let margin = spread::discount_margin(&periods, price);
    let margin = margin.ok_or_else(|| Refusal::new("no_margin", "no margin fits the price"))?;
    let per_year = inputs.months(&["compounding_per_year"])?.unwrap_or(2);
    let over_index = yield_of(&flows, price, per_year).map(|rate| rate - last);
    Ok(json!({
        "discount_margin": margin,
        "dm": margin,
        "discount_margin_bp": margin * 1e4,
        "dm_bp": margin * 1e4,
        "ytm_spread": over_index,
        "ytm_spread_bp": over_index.map(|spread| spread * 1e4),
    }))
}
