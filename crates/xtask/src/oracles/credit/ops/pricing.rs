//! Operations on bonds and pass-throughs.

use credit_engine::dates::DayCount;
use credit_engine::dates::settlement::PoolProgram;
use credit_engine::valuation::bey::{PrincipalCounted, average_life, price_at};
use credit_engine::valuation::fixed_bond::FixedBond;
use credit_engine::valuation::key_rates;
use credit_engine::valuation::pass_through::{PassThrough, PassThroughMonth};
use credit_engine::valuation::total_return::{Holding, total_return as holding_return};
use credit_engine::valuation::{CashFlow, Compounding, ZeroCurve, analytics};
use serde_json::{Map, Value, json};

use super::Request;
use super::speeds::prepayment_speed;
use super::terms;
use crate::oracles::credit::fields::{Fields, Refusal, key};

/// How the months of a holding period are named.
const HORIZON: [&str; 4] = ["horizon_months", "holding_months", "holding_period_months", "horizon"];

/// A pass-through and when it pays.
struct Priced {
    months: Vec<PassThroughMonth>,
    balance: f64,
    accrued: f64,
    delay: f64,
    offset: f64,
}

impl Priced {
    fn of(inputs: Fields<'_>) -> Result<Self, Refusal> {
        let net = inputs.number(&["net_coupon", "coupon", "pass_through_rate"])?;
        let pool = PassThrough {
            balance: inputs.number_or(&["face", "balance"], 100.0)?,
            gross_coupon: inputs.number_or(&["gross_coupon", "wac"], net)?,
            net_coupon: net,
            term: inputs.month_count(&["term", "remaining_term", "wam", "term_months"])?,
            age: inputs.months(&["age", "loan_age", "wala"])?.unwrap_or(0),
        };
        let (unit, speed) = prepayment_speed(inputs)?;
        let offset = inputs
            .number_or(&["settlement_offset_days", "settlement_days_after", "accrued_days"], 0.0)?;
        Ok(Self {
            months: pool.project(unit, speed),
            balance: pool.balance,
            accrued: net * offset / 360.0 * 100.0,
            delay: delay_days(inputs)?,
            offset,
        })
    }

    /// Returns when month `month` pays, in years of twelve 30-day months from settlement.
    fn time(&self, month: u32) -> f64 {
        (30.0 * f64::from(month) + self.delay - self.offset) / 360.0
    }

    /// Returns flows per 100 of today's balance.
    fn flows(&self, amount: fn(&PassThroughMonth) -> f64) -> Vec<CashFlow> {
        let scale = 100.0 / self.balance;
        let flow = |month: &PassThroughMonth| CashFlow {
            time: self.time(month.month),
            amount: amount(month) * scale,
        };
        self.months.iter().map(flow).collect()
    }
}

pub(super) fn mbs_analytics(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let priced = Priced::of(inputs)?;
    let flows = priced.flows(PassThroughMonth::cash_flow);
    let stated = inputs.optional(&["yield", "bond_equivalent_yield"])?;
    let price = match (inputs.optional(&["price", "clean_price"])?, stated) {
        (Some(price), _) => price,
        (None, Some(rate)) => price_at(&flows, rate) - priced.accrued,
        (None, None) => return Err(Refusal::new("missing", "price is missing")),
    };
    let full = inputs.optional(&["full_price"])?.unwrap_or(price + priced.accrued);
    let measures =
        analytics(&flows, full).ok_or_else(|| Refusal::new("no_yield", "no yield fits"))?;
    let principal = priced.flows(PassThroughMonth::principal);
    let life = average_life(&principal, PrincipalCounted::PositiveOnly);
    let amounts: Vec<f64> = flows.iter().map(|flow| flow.amount).collect();
    let mut answer = json!({
        "cash_flows": amounts,
        "price": price,
        "accrued": priced.accrued,
        "accrued_interest": priced.accrued,
        "full_price": full,
        "bond_equivalent_yield": measures.yield_rate,
        "yield": measures.yield_rate,
        "mortgage_yield": measures.mortgage_yield,
        "average_life_years": life,
        "average_life": life,
        "wal": life,
        "macaulay_duration": measures.macaulay_duration,
        "modified_duration": measures.modified_duration,
        "cash_flow_convexity": measures.convexity,
        "convexity": measures.convexity,
        "dv01": measures.dv01,
    });
    if inputs.get(&HORIZON).is_some()
        && let (Some(fields), Value::Object(more)) =
            (answer.as_object_mut(), total_return(request)?)
    {
        fields.extend(more);
    }
    Ok(answer)
}

pub(super) fn total_return(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let priced = Priced::of(inputs)?;
    let flows = priced.flows(PassThroughMonth::cash_flow);
    let price = inputs.number_or(&["price", "clean_price"], 100.0)? + priced.accrued;
    let months = inputs.count(&HORIZON)?;
    let held = usize::try_from(months).unwrap_or(usize::MAX).min(flows.len());
    let horizon = (30.0 * f64::from(months) - priced.offset) / 360.0;
    let (earned, sold) = flows.split_at(held);
    let left =
        priced.months.get(held).map_or(0.0, |month| month.beginning_balance / priced.balance);

    let sale = inputs.optional(&["horizon_price", "sale_price", "ending_price"])?;
    let proceeds = if let Some(sale) = sale {
        sale * left
    } else {
        let bought = analytics(&flows, price).map(|measures| measures.yield_rate);
        let rate = inputs.optional(&["horizon_yield", "sale_yield", "ending_yield"])?.or(bought);
        let rate = rate.ok_or_else(|| Refusal::new("no_yield", "no yield fits"))?;
        let later =
            sold.iter().map(|flow| CashFlow { time: flow.time - horizon, amount: flow.amount });
        price_at(&later.collect::<Vec<_>>(), rate)
    };
    let compounding = match inputs.text(&["reinvestment_compounding", "compounding"]) {
        Some(name) => Compounding::parse(name).map_err(terms::unknown)?,
        None => Compounding::Nominal(2),
    };
    let returned = holding_return(&Holding {
        price,
        flows: earned.to_vec(),
        reinvestment_rate: inputs.number_or(&["reinvestment_rate", "reinvestment"], 0.0)?,
        compounding,
        proceeds,
        horizon,
    });
    let returned = returned.ok_or_else(|| Refusal::new("no_return", "nothing was invested"))?;
    Ok(json!({
        "total_return": returned.bond_equivalent,
        "bond_equivalent": returned.bond_equivalent,
        "total_return_bey": returned.bond_equivalent,
        "annualized_return": returned.bond_equivalent,
        "effective": returned.annual_effective,
        "period_return": returned.period_return,
        "holding_period_return": returned.period_return,
        "future_value": returned.future_value,
        "proceeds": proceeds,
        "simple": returned.simple,
    }))
}

pub(super) fn key_rate_durations(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut pool = inputs.get(&["pool"]).cloned().unwrap_or_else(|| inputs.0.clone());
    if let Some(delay) = inputs.get(&["actual_delay_days", "delay_days"]) {
        pool["actual_delay_days"] = delay.clone();
    }
    let flows = Priced::of(Fields(&pool))?.flows(PassThroughMonth::cash_flow);
    let curve = zero_curve(inputs)?;
    let keys = inputs.numbers(&["keys", "key_tenors"])?;
    let bump = inputs.number_or(&["bump_bp", "bump"], 1.0)? * 1e-4;
    let spread = inputs.number_or(&["spread", "oas", "z_spread"], 0.0)?;
    let found = key_rates::key_rate_durations(&flows, &curve, spread, &keys, bump);
    let by_key: Map<String, Value> =
        keys.iter().zip(&found.durations).map(|(tenor, one)| (key(*tenor), json!(one))).collect();
    Ok(json!({
        "price": found.price,
        "krd": by_key,
        "sum_krd": found.durations.iter().sum::<f64>(),
        "effective_duration": found.effective_duration,
    }))
}

/// Reads the days from the end of the accrual month to the payment: stated so, or counted from its
/// start, or those of an agency.
fn delay_days(inputs: Fields<'_>) -> Result<f64, Refusal> {
    if let Some(days) = inputs.optional(&["actual_delay_days", "delay_days"])? {
        return Ok(days);
    }
    if let Some(days) = inputs.optional(&["stated_delay_days", "stated_delay"])? {
        return Ok((days - 31.0).max(0.0));
    }
    let program = inputs.text(&["program", "agency"]).and_then(PoolProgram::parse);
    Ok(program.map_or(0.0, |program| f64::from(program.actual_delay_days())))
}

/// Reads a zero curve.
pub(super) fn zero_curve(inputs: Fields<'_>) -> Result<ZeroCurve, Refusal> {
    let compounding = match inputs.text(&["compounding"]) {
        Some(name) => Compounding::parse(name).map_err(terms::unknown)?,
        None => Compounding::Continuous,
    };
    let tenors = inputs.numbers(&["zero_tenors", "tenors"])?;
    let rates = inputs.numbers(&["zero_rates", "rates"])?;
    ZeroCurve::new(&tenors, &rates, compounding).map_err(|error| Refusal::new("bad_curve", error))
}

pub(super) fn fixed_bond(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let dated = inputs.date(&["dated", "dated_date", "issue_date", "issue"])?;
    let bond = FixedBond {
        coupon: inputs.number(&["coupon"])?,
        every_months: terms::every_months(inputs)?,
        day_count: inputs
            .text(&["day_count"])
            .map_or(Ok(DayCount::Thirty360Bond), bond_day_count)?,
        dated,
        maturity: inputs.date(&["maturity", "maturity_date"])?,
        face: 100.0,
    };
    let settlement = inputs.date(&["settlement", "settlement_date"])?;
    let refuse = |error| Refusal::new("no_value", error);
    let (_, accrued) = bond.flows(settlement).map_err(refuse)?;
    let clean = inputs.optional(&["clean_price", "price"])?;
    let full = inputs.optional(&["dirty_price", "full_price"])?;
    let value = match (clean.or(full.map(|full| full - accrued)), inputs.optional(&["yield"])?) {
        (Some(clean), _) => bond.value(settlement, clean),
        (None, Some(rate)) => bond.value_at_yield(settlement, rate),
        (None, None) => return Err(Refusal::new("missing", "clean_price is missing")),
    };
    let value = value.map_err(refuse)?;
    let measures = value.measures;
    Ok(json!({
        "yield": measures.yield_rate,
        "accrued": value.accrued,
        "clean_price": value.clean_price,
        "dirty_price": value.full_price,
        "full_price": value.full_price,
        "macaulay_duration": measures.macaulay_duration,
        "modified_duration": measures.modified_duration,
        "convexity": measures.convexity,
        "bpv_per_100": measures.dv01,
        "bpv": measures.dv01,
        "dv01": measures.dv01,
    }))
}

/// Reads the day count of a bond: without further words, actual days over actual days are those of
/// the coupon period.
fn bond_day_count(name: &str) -> Result<DayCount, Refusal> {
    match name.to_ascii_lowercase().as_str() {
        "act/act" | "actual/actual" => Ok(DayCount::ActActIcma),
        other => terms::day_count(other),
    }
}
