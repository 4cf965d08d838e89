//! Operations on dates.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use credit_engine::dates::overnight::{OvernightRule, compound};
use credit_engine::dates::settlement::{PoolProgram, Trade, settle};
use credit_engine::dates::{
    Calendar, DayCount, DayCountContext, ScheduleRule, payment_dates as dates_of,
};
use serde_json::{Map, Value, json};

use super::Request;
use super::terms::{calendar, convention, day_count as read_day_count, every_months, unknown};
use crate::oracles::credit::fields::{Fields, Refusal, date};

pub(super) fn schedule_dates(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let rule = ScheduleRule {
        anchor: inputs.date(&["anchor", "first", "first_payment_date", "start"])?,
        every_months: every_months(inputs)?,
        end_of_month: inputs.flag(&["end_of_month", "eom"]),
        calendar: calendar(inputs)?,
        convention: convention(inputs)?,
    };
    let until = inputs.optional_date(&["end", "until", "maturity"])?;
    let mut dates = match inputs.optional_count(&["count", "periods", "n"])? {
        Some(count) => dates_of(&rule, count),
        None if until.is_some() => dates_of(&rule, 1200),
        None => return Err(Refusal::new("missing", "count is missing")),
    };
    dates.retain(|date| until.is_none_or(|until| *date <= until));
    Ok(json!({ "dates": texts(&dates) }))
}

pub(super) fn adjust_dates(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let calendar = calendar(inputs)?;
    let dates = inputs.dates(&["dates", "date"])?;
    let moved = |fields: Fields<'_>| -> Result<Vec<String>, Refusal> {
        let convention = convention(fields)?;
        Ok(dates.iter().map(|date| calendar.adjust(*date, convention).to_string()).collect())
    };
    let mut by_convention = Map::new();
    if inputs.get(&["conventions"]).is_some() {
        for name in inputs.list(&["conventions"])? {
            let named = json!({ "convention": name });
            let name = name.as_str().unwrap_or_default().to_owned();
            by_convention.insert(name, json!(moved(Fields(&named))?));
        }
    }
    let open: Vec<bool> = dates.iter().map(|date| calendar.is_business_day(*date)).collect();
    let mut answer = json!({ "dates": moved(inputs)?, "is_business_day": open });
    answer["adjusted"] =
        if by_convention.is_empty() { answer["dates"].clone() } else { json!(by_convention) };
    Ok(answer)
}

pub(super) fn day_count(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut pairs = Vec::new();
    if inputs.get(&["pairs"]).is_some() {
        for pair in inputs.list(&["pairs"])? {
            let [start, end] = pair.as_array().map(Vec::as_slice).unwrap_or_default() else {
                return Err(Refusal::new("bad_pair", pair));
            };
            pairs.push((date(start)?, date(end)?));
        }
    } else {
        pairs.push((inputs.date(&["start"])?, inputs.date(&["end"])?));
    }
    let context = DayCountContext {
        termination: inputs.optional_date(&["termination", "termination_date", "maturity"])?,
        ..context(inputs)?
    };
    let (mut fractions, mut days) = (Map::new(), Map::new());
    for name in names(request) {
        let convention = read_day_count(&name)?;
        let fraction: Vec<f64> = pairs
            .iter()
            .map(|(start, end)| convention.fraction_in(*start, *end, context))
            .collect();
        let counted: Vec<i32> =
            pairs.iter().map(|(start, end)| convention.days(*start, *end)).collect();
        fractions.insert(name.clone(), json!(fraction));
        days.insert(name, json!(counted));
    }
    let only = fractions.values().next().and_then(|all| all.get(0)).cloned();
    Ok(json!({ "fractions": fractions, "days": days, "fraction": only }))
}

/// Returns the conventions asked for: by the inputs, or by the keys of what is expected.
fn names(request: &Request<'_>) -> Vec<String> {
    let stated = ["conventions", "convention", "day_counts", "day_count"];
    if let Ok(names) = request.inputs.list(&stated) {
        return names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let expected = request.expected.get(&["fractions", "days"]).and_then(Value::as_object);
    expected.map_or_else(Vec::new, |fields| fields.keys().cloned().collect())
}

pub(super) fn day_count_icma(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let fraction = DayCount::ActActIcma.fraction_in(
        inputs.date(&["start", "accrual_start"])?,
        inputs.date(&["end", "accrual_end"])?,
        context(inputs)?,
    );
    Ok(json!({ "fraction": fraction }))
}

fn context(inputs: Fields<'_>) -> Result<DayCountContext, Refusal> {
    let start = inputs.optional_date(&["reference_start", "ref_start"])?;
    let end = inputs.optional_date(&["reference_end", "ref_end"])?;
    let per_year = match inputs.get(&["frequency_per_year", "frequency"]) {
        Some(Value::String(_)) => Some(12 / every_months(inputs)?),
        _ => inputs.months(&["frequency_per_year", "frequency"])?,
    };
    Ok(DayCountContext { reference: start.zip(end), per_year, termination: None })
}

pub(super) fn holidays(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut years = Vec::new();
    for year in inputs.counts(&["year", "years"])? {
        years.push(i32::try_from(year).map_err(|_| Refusal::new("out_of_range", year))?);
    }
    let mut found = Map::new();
    for name in inputs.list(&["calendars", "calendar"])? {
        let name = name.as_str().unwrap_or_default();
        let calendar = Calendar::parse(name).map_err(unknown)?;
        let days: Vec<String> = years
            .iter()
            .flat_map(|year| calendar.holidays(*year))
            .map(|day| day.to_string())
            .collect();
        found.insert(name.to_owned(), json!(days));
    }
    if inputs.flag(&["joint"]) {
        let joint = calendar(inputs)?;
        let days: Vec<_> = years.iter().flat_map(|year| joint.holidays(*year)).collect();
        return Ok(json!({ "holidays": found, "joint": texts(&days) }));
    }
    Ok(json!({ "holidays": found }))
}

pub(super) fn settlement(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let settlement = inputs.date(&["settlement", "settlement_date", "end"])?;
    let month_start = settlement.with_day(1).unwrap_or(settlement);
    let stated = inputs.optional_date(&["accrual_start", "issue_date", "start"])?;
    let trade = Trade {
        face: inputs.number(&["face", "original_face", "par"])?,
        factor: inputs.number_or(&["factor", "pool_factor"], 1.0)?,
        coupon: inputs.number(&["coupon", "net_coupon"])?,
        price: inputs.number_or(&["price", "clean_price"], 100.0)?,
        accrual_start: stated.unwrap_or(month_start),
        settlement,
        day_count: inputs
            .text(&["day_count"])
            .map_or(Ok(DayCount::Thirty360Bma), read_day_count)?,
    };
    let paid = settle(&trade);
    let program = inputs.text(&["program", "agency"]).and_then(PoolProgram::parse);
    Ok(json!({
        "accrued_days": paid.accrued_days,
        "days": paid.accrued_days,
        "principal": paid.principal,
        "accrued": paid.accrued,
        "accrued_interest": paid.accrued,
        "total": paid.total,
        "settlement_amount": paid.total,
        "actual_delay_days": program.map(PoolProgram::actual_delay_days),
        "stated_delay_days": program.map(PoolProgram::stated_delay_days),
    }))
}

pub(super) fn overnight(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let start = inputs.date(&["start", "period_start", "accrual_start"])?;
    let end = inputs.date(&["end", "period_end", "accrual_end"])?;
    let calendar = match calendar(inputs)? {
        Calendar::None if inputs.get(&["calendar"]).is_none() => Calendar::Weekends,
        stated => stated,
    };
    let rule = OvernightRule {
        lookback_days: inputs
            .months(&["lookback_days", "lookback", "lookback_business_days"])?
            .unwrap_or(0),
        observation_shift: inputs.flag(&["observation_shift", "shift"]),
        daily_floor: inputs.optional(&["daily_floor", "floor"])?,
        year_days: inputs.months(&["year_days", "basis"])?.unwrap_or(360),
        calendar,
    };
    let rate = compound(&fixings(inputs, &rule.calendar)?, start, end, &rule)
        .map_err(|error| Refusal::new("no_rate", error))?;
    Ok(json!({
        "rate": rate.annual_rate,
        "annual_rate": rate.annual_rate,
        "annualized_rate": rate.annual_rate,
        "compounded_rate": rate.annual_rate,
        "growth": rate.growth,
        "growth_factor": 1.0 + rate.growth,
        "compound_factor": 1.0 + rate.growth,
        "days": rate.days,
    }))
}

/// Reads fixings: an object by date, a list of `{date, rate}`, or rates from the first fixing day
/// on, one per business day.
fn fixings(inputs: Fields<'_>, calendar: &Calendar) -> Result<BTreeMap<NaiveDate, f64>, Refusal> {
    let mut found = BTreeMap::new();
    match inputs.get(&["fixings", "rates", "sofr"]) {
        Some(Value::Object(by_date)) => {
            for (day, rate) in by_date {
                found.insert(date(&json!(day))?, rate.as_f64().unwrap_or(f64::NAN));
            }
        }
        Some(Value::Array(rows)) => {
            let first = ["first_fixing_date", "fixings_start", "start"];
            let mut next = inputs.date(&first)?;
            for row in rows {
                match row {
                    Value::Object(_) => {
                        let row = Fields(row);
                        found.insert(row.date(&["date"])?, row.number(&["rate", "value"])?);
                    }
                    Value::Array(pair) => {
                        let rate = pair.get(1).and_then(Value::as_f64).unwrap_or(f64::NAN);
                        found.insert(date(pair.first().unwrap_or(&Value::Null))?, rate);
                    }
                    rate => {
                        found.insert(next, rate.as_f64().unwrap_or(f64::NAN));
                        next = calendar.add_business_days(next, 1);
                    }
                }
            }
        }
        _ => return Err(Refusal::new("missing", "fixings are missing")),
    }
    Ok(found)
}

fn texts(dates: &[NaiveDate]) -> Vec<String> {
    dates.iter().map(ToString::to_string).collect()
}
