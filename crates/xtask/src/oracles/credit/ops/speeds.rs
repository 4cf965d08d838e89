//! Operations on speeds.

use credit_engine::speeds::coupon::{CouponTerms, RateRounding};
use credit_engine::speeds::historical::{Observation, average_speed};
use credit_engine::speeds::incentive::{MarketMonth, RateLinked, SimpleIncentive};
use credit_engine::speeds::roll_rates::RollRates;
use credit_engine::speeds::severity::Collateral;
use credit_engine::speeds::vector::{Padding, value_in_month};
use credit_engine::speeds::{self, SpeedUnit};
use serde_json::{Map, Value, json};

use super::Request;
use super::terms::{every_months, unit};
use crate::oracles::credit::fields::{Fields, Refusal, key};

pub(super) fn speed_convert(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let from = unit(inputs.text(&["from"]).unwrap_or_default())?;
    let to = unit(inputs.text(&["to"]).unwrap_or_default())?;
    let values = inputs.numbers(&["values", "value"])?;
    let months = match inputs.get(&["months", "month", "loan_month", "age"]) {
        Some(_) => inputs.counts(&["months", "month", "loan_month", "age"])?,
        None if from.needs_month() || to.needs_month() => {
            return Err(Refusal::new("missing", "psa and abs speeds need the loan month"));
        }
        None => vec![1],
    };
    if inputs.get(&["frequency", "periods_per_year", "payments_per_year"]).is_some() {
        return per_period(inputs, from, to, &values);
    }
    let last = months.last().copied().unwrap_or(1);
    let month = |position: usize| months.get(position).copied().unwrap_or(last);
    let count = values.len().max(months.len());
    let converted: Vec<f64> = (0..count)
        .filter_map(|position| {
            let value = values.get(position).or(values.last())?;
            let smm = from.to_smm(*value, month(position));
            Some(to.from_smm(smm, month(position)))
        })
        .collect();
    Ok(json!({ "value": converted.first(), "values": converted }))
}

/// Converts between annual rates and rates of a longer period than a month.
fn per_period(
    inputs: Fields<'_>,
    from: SpeedUnit,
    to: SpeedUnit,
    values: &[f64],
) -> Result<Value, Refusal> {
    let per_year = match inputs.months(&["periods_per_year", "payments_per_year"])? {
        Some(count) => count.max(1),
        None => 12 / every_months(inputs)?.max(1),
    };
    let converted: Vec<f64> = match (from, to) {
        (SpeedUnit::Annual, SpeedUnit::Monthly) => {
            values.iter().map(|rate| speeds::cpr_to_smm_per(*rate, per_year)).collect()
        }
        (SpeedUnit::Monthly, SpeedUnit::Annual) => {
            values.iter().map(|rate| 1.0 - (1.0 - rate).powi(per_year.into())).collect()
        }
        _ => return Err(Refusal::new("unknown_conversion", "only cpr and smm have a frequency")),
    };
    Ok(json!({ "value": converted.first(), "values": converted }))
}

pub(super) fn psa_vector(request: &Request<'_>) -> Result<Value, Refusal> {
    let months = request.inputs.counts(&["months", "month"])?;
    let all = request.inputs.numbers(&["psa", "speeds"])?;
    Ok(by_speed(all, &months, "cpr", "smm", speeds::psa_to_cpr))
}

pub(super) fn ppc_vector(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let from = inputs.number(&["from", "start", "start_cpr", "from_cpr"])?;
    let to = inputs.number(&["to", "end", "end_cpr", "to_cpr"])?;
    let ramp = inputs.count(&["ramp_months", "ramp", "over_months", "n"])?;
    let months = inputs.counts(&["months", "month"])?;
    let all = inputs.get(&["ppc", "speeds"]).map(|_| inputs.numbers(&["ppc", "speeds"]));
    let all = all.transpose()?.unwrap_or_else(|| vec![100.0]);
    let mut found = by_speed(all.clone(), &months, "cpr", "smm", |speed, month| {
        speeds::ppc_to_cpr(speed, from, to, ramp, month)
    });
    if inputs.get(&["ppc", "speeds"]).is_none() {
        let only = key(all.first().copied().unwrap_or(100.0));
        for name in ["cpr", "smm"] {
            found[name] = found[name][&only].take();
        }
    }
    Ok(found)
}

pub(super) fn sda_vector(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let months = inputs.counts(&["months", "month"])?;
    let term = inputs.count(&["term", "term_months"])?;
    let last = inputs.count_or(&["months_to_liquidation", "liquidation_months"], 0)?;
    let all = inputs.numbers(&["sda", "speeds"])?;
    Ok(by_speed(all, &months, "cdr", "mdr", |speed, month| {
        speeds::sda_to_cdr(speed, month, term, last)
    }))
}

pub(super) fn abs_to_smm(request: &Request<'_>) -> Result<Value, Refusal> {
    let months = request.inputs.counts(&["months", "month"])?;
    let mut smm = Map::new();
    for speed in request.inputs.numbers(&["abs", "speeds"])? {
        let row: Vec<f64> = months.iter().map(|month| speeds::abs_to_smm(speed, *month)).collect();
        smm.insert(key(speed), json!(row));
    }
    Ok(json!({ "smm": smm }))
}

/// Returns annual and monthly rates by speed and month.
fn by_speed(
    all: Vec<f64>,
    months: &[u32],
    annual_name: &str,
    monthly_name: &str,
    annual: impl Fn(f64, u32) -> f64,
) -> Value {
    let (mut yearly, mut monthly) = (Map::new(), Map::new());
    for speed in all {
        let rates: Vec<f64> = months.iter().map(|month| annual(speed, *month)).collect();
        let of_month: Vec<f64> = rates.iter().map(|rate| speeds::cpr_to_smm(*rate)).collect();
        yearly.insert(key(speed), json!(rates));
        monthly.insert(key(speed), json!(of_month));
    }
    json!({ annual_name: yearly, monthly_name: monthly })
}

pub(super) fn historical_speed(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let pools = match inputs.get(&["pools"]) {
        Some(_) => {
            let pools = inputs.list(&["pools"])?.iter();
            pools.map(|pool| observation(Fields(pool), inputs)).collect::<Result<Vec<_>, _>>()?
        }
        None => vec![observation(inputs, inputs)?],
    };
    let speed = average_speed(&pools).map_err(|error| Refusal::new("no_speed", error))?;
    let mut found = json!({
        "smm": speed.smm, "cpr": speed.cpr, "psa": speed.psa,
        "scheduled_factors": pools.iter().map(Observation::scheduled_factor).collect::<Vec<_>>(),
    });
    if let [pool] = pools.as_slice() {
        found["bal_begin"] = json!(pool.scheduled_begin);
        found["bal_end"] = json!(pool.scheduled_end);
        found["scheduled_factor"] = json!(pool.scheduled_factor());
        found["survival"] = json!(pool.survival());
        found["abs"] = json!(pool.abs());
    }
    Ok(found)
}

/// Reads a pool observed twice; what a pool does not state holds for all pools.
fn observation(pool: Fields<'_>, all: Fields<'_>) -> Result<Observation, Refusal> {
    let count = |names: &[&str]| -> Result<Option<u16>, Refusal> {
        Ok(pool.months(names)?.or(all.months(names)?))
    };
    let number = |names: &[&str]| pool.number(names).or_else(|_| all.number(names));
    let months = count(&["months", "period_months", "months_observed"])?;
    let begin = count(&["remaining_term_begin", "remaining_begin"])?;
    let end = count(&["remaining_term_end", "remaining_end"])?;
    let first = count(&["loan_month_begin", "month_begin", "first_loan_month", "age_begin"])?;
    let last = count(&["loan_month_end", "month_end", "loan_month", "loan_age_end", "age_end"])?;
    let stated = first.zip(last).map(|(first, last)| last - first.min(last));
    let span = begin.zip(end).map(|(begin, end)| begin.saturating_sub(end));
    let months = months.or(span).or(stated).unwrap_or(1);
    let term = count(&["schedule_origin_term", "original_term", "term", "term_months"])?;
    let needs = |name: &str| Refusal::new("missing", format!("{name} is missing"));
    let (begin, end) = match (begin, end, term, last) {
        (Some(begin), end, ..) => (begin, end.unwrap_or(begin.saturating_sub(months))),
        (None, Some(end), ..) => (end.saturating_add(months), end),
        (None, None, Some(term), Some(last)) => {
            let end = term.saturating_sub(last);
            (end.saturating_add(months), end)
        }
        _ => return Err(needs("remaining_term_begin")),
    };
    let first_month = match (last, first) {
        (Some(last), _) => last.saturating_add(1).saturating_sub(months),
        (None, Some(first)) => first.saturating_add(1),
        (None, None) => {
            let elapsed = term.unwrap_or(begin).saturating_sub(end);
            elapsed.saturating_add(1).saturating_sub(months)
        }
    };
    let factors =
        (number(&["factor_begin", "f1", "factor_1"])?, number(&["factor_end", "f2", "factor_2"])?);
    let gross = number(&["gross_coupon", "wac", "coupon", "gross_wac"])?;
    let schedule = term.unwrap_or(begin);
    let mut observed =
        Observation::of_level_loans(gross, factors, schedule, (begin, end), first_month.max(1));
    observed.face =
        pool.number_or(&["face", "amount", "original_balance", "weight", "par"], 1.0)?;
    observed.months = months;
    Ok(observed)
}

pub(super) fn vector_extend(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let names = ["vector_cpr", "vector_smm", "vector_cdr", "vector_mdr", "vector", "values"];
    let vector = inputs.numbers(&names)?;
    let padding = match inputs.text(&["pad", "padding"]) {
        Some("zero") => Padding::Zero,
        _ => Padding::Last,
    };
    let each = match inputs.text(&["step", "each", "per", "frequency"]) {
        Some("year" | "annual" | "yearly") => 12,
        _ => inputs.count_or(&["months_each", "months_per_value"], 1)?,
    };
    let at = |month: u32| value_in_month(&vector, each, padding, month);
    let months = inputs.counts(&["months", "month"])?;
    let values: Result<Vec<f64>, _> = months.iter().map(|month| at(*month)).collect();
    let values = values.map_err(|error| Refusal::new("empty_vector", error))?;
    let monthly = inputs.get(&["vector_smm", "vector_mdr"]).is_some();
    let convert = |to_annual: bool| -> Vec<f64> {
        let change = |rate: &f64| match (monthly, to_annual) {
            (true, true) => speeds::smm_to_cpr(*rate),
            (false, false) => speeds::cpr_to_smm(*rate),
            _ => *rate,
        };
        values.iter().map(change).collect()
    };
    let empty = value_in_month(&[], each, padding, 1);
    let (annual, of_month) = (convert(true), convert(false));
    Ok(json!({
        "values": values, "cpr": annual, "cdr": annual, "smm": of_month, "mdr": of_month,
        "empty_vector": if empty.is_err() { "422 empty_vector" } else { "accepted" },
    }))
}

pub(super) fn roll_rates(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut matrix = Vec::new();
    for row in inputs.list(&["matrix", "monthly_matrix"])? {
        let holder = json!({ "row": row });
        matrix.push(Fields(&holder).numbers(&["row"])?);
    }
    let start = inputs.numbers(&["start"])?;
    let months = inputs.month_count(&["months"])?;
    let rates = RollRates::new(matrix).map_err(|error| Refusal::new("bad_matrix", error))?;
    let balances =
        rates.project(&start, months).map_err(|error| Refusal::new("bad_start", error))?;
    let totals: Vec<f64> = balances.iter().map(|buckets| buckets.iter().sum()).collect();
    let absorbed: Vec<Option<f64>> =
        balances.iter().map(|buckets| buckets.last().copied()).collect();
    Ok(json!({
        "final": balances.last(), "balances": balances, "totals": totals, "total": totals.last(),
        "cumulative_charge_off": absorbed,
    }))
}

pub(super) fn floating_coupon(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let rate = match inputs.get(&["cases"]) {
        Some(_) => inputs
            .list(&["cases"])?
            .iter()
            .map(|case| coupon(Fields(case)))
            .collect::<Result<Vec<_>, _>>()?,
        None => vec![coupon(inputs)?],
    };
    Ok(json!({ "coupon": rate, "rates": rate, "rate": rate }))
}

fn coupon(case: Fields<'_>) -> Result<f64, Refusal> {
    let rounding = if let Some(step) = case.optional(&["round_up_to", "round_up"])? {
        RateRounding::Up(step)
    } else if let Some(step) = case.optional(&["round_down_to", "round_down"])? {
        RateRounding::Down(step)
    } else if let Some(step) = case.optional(&["round_to", "round_nearest", "round_to_nearest"])? {
        RateRounding::Nearest(step)
    } else {
        RateRounding::None
    };
    let terms = CouponTerms {
        margin: case.number_or(&["spread", "margin"], 0.0)?,
        multiplier: case.optional(&["multiplier", "leverage", "gearing"])?,
        index_floor: case.optional(&["index_floor"])?,
        rounding,
        floor: case.optional(&["floor", "lifetime_floor", "rate_floor"])?,
        cap: case.optional(&["cap", "lifetime_cap", "rate_cap"])?,
        periodic_cap: case.optional(&["periodic_cap"])?,
    };
    let prior = case.optional(&["prior_rate", "previous_rate", "prior", "current_rate"])?;
    Ok(terms.coupon(case.number(&["index", "index_rate"])?, prior))
}

pub(super) fn rate_linked(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let model = RateLinked::default();
    let simple = inputs.text(&["model"]) == Some("simple_incentive");
    let (mut cpr, mut incentives) = (Vec::new(), Vec::new());
    let cases = if inputs.get(&["cases"]).is_some() {
        inputs.list(&["cases"])?
    } else {
        std::slice::from_ref(inputs.0)
    };
    for case in cases {
        let case = Fields(case);
        let month = MarketMonth {
            wac: either(case, inputs, &["wac", "rate", "loan_rate"])?,
            ten_year: either(case, inputs, &["ten_year", "ten_year_rate", "r10", "market_rate"])?,
            age: case.count_or(&["age", "loan_age", "month_of_age"], 30)?,
            calendar_month: case.count_or(&["calendar_month", "month"], 0)?,
            factor: case.number_or(&["factor", "pool_factor", "factor_at_start"], 1.0)?,
        };
        incentives.push(model.refinancing(month.wac, month.ten_year));
        cpr.push(if simple {
            SimpleIncentive::default().cpr(month.wac, month.ten_year, month.age)
        } else {
            model.cpr(&month)
        });
    }
    let smm: Vec<f64> = cpr.iter().map(|cpr| speeds::cpr_to_smm(*cpr)).collect();
    Ok(json!({ "cpr": cpr, "smm": smm, "refinancing_incentive": incentives, "ri": incentives }))
}

pub(super) fn simple_incentive(request: &Request<'_>) -> Result<Value, Refusal> {
    let mut inputs = request.inputs.0.clone();
    inputs["model"] = json!("simple_incentive");
    rate_linked(&Request { inputs: Fields(&inputs), ..*request })
}

fn either(case: Fields<'_>, all: Fields<'_>, names: &[&str]) -> Result<f64, Refusal> {
    case.number(names).or_else(|_| all.number(names))
}

pub(super) fn ltv_severity(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let cases = if inputs.get(&["cases"]).is_some() {
        inputs.list(&["cases"])?
    } else {
        std::slice::from_ref(inputs.0)
    };
    let mut severity = Vec::new();
    for case in cases {
        let case = Fields(case);
        let balance = either(case, inputs, &["balance"])?;
        let value = match case.optional(&["ltv", "ltv_ratio"])? {
            Some(ltv) => balance / ltv,
            None => either(case, inputs, &["value", "property_value", "collateral_value"])?,
        };
        let collateral = Collateral {
            value,
            price_index: case.number_or(&["hpi", "price_index"], 1.0)?,
            haircut: case.number_or(&["haircut"], 0.0)?,
            cost: case.number_or(&["cost", "foreclosure_cost", "costs"], 0.0)?,
        };
        severity.push(collateral.severity(balance));
    }
    Ok(json!({ "severity": severity }))
}

/// Returns the unit of a prepayment model and its speed.
pub(super) fn prepayment_speed(inputs: Fields<'_>) -> Result<(SpeedUnit, f64), Refusal> {
    if let Some(model) = inputs.get(&["prepayment"]) {
        let model = Fields(model);
        let name = model.text(&["model"]).unwrap_or_default();
        if name == "none" {
            return Ok((SpeedUnit::Monthly, 0.0));
        }
        return Ok((unit(name)?, model.number(&["value", "speed"])?));
    }
    for name in ["psa", "cpr", "smm", "abs"] {
        if let Some(speed) = inputs.optional(&[name])? {
            return Ok((unit(name)?, speed));
        }
    }
    Ok((SpeedUnit::Monthly, 0.0))
}
