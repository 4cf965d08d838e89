//! Operations on pools.

use chrono::NaiveDate;
use credit_engine::assumptions::{
    Advances, AssumptionSet, AssumptionSetDraft, Assumptions, DefaultModel, Order, Prepayment,
    Severity,
};
use credit_engine::loan::{AssetClass, Loan, LoanTerms};
use credit_engine::projection::{
    Columns, Control, GroupBy, Indices, Projection, Settings, project,
};
use credit_engine::speeds::SpeedUnit;
use credit_engine::statistics::{LoanFacts, pool_statistics as statistics_of};
use credit_engine::valuation::bey::{PrincipalCounted, average_life};
use credit_engine::valuation::pass_through::PassThrough;
use credit_engine::valuation::periodic;
use serde_json::{Map, Value, json};

use super::Request;
use super::speeds::prepayment_speed;
use crate::oracles::credit::fields::{Fields, Refusal, key};

pub(super) fn pool_statistics(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let cut_off = inputs.optional_date(&["cut_off", "cut_off_date", "as_of"])?;
    let mut facts = Vec::new();
    for loan in inputs.list(&["loans", "assets"])? {
        facts.push(loan_facts(Fields(loan), cut_off)?);
    }
    let found = statistics_of(&facts);
    let found = found.ok_or_else(|| Refusal::new("empty_pool", "nothing is outstanding"))?;
    Ok(json!({
        "count": found.count,
        "total_balance": found.total_balance,
        "balance": found.total_balance,
        "total_original_balance": found.total_original_balance,
        "original_balance": found.total_original_balance,
        "average_balance": found.average_balance,
        "pool_factor": found.factor,
        "factor": found.factor,
        "wac": found.wac,
        "wam": found.wam,
        "wala": found.wala,
        "original_term": found.original_term,
        "original_wam": found.original_term,
        "lowest_rate": found.lowest_rate,
        "highest_rate": found.highest_rate,
        "min_rate": found.lowest_rate,
        "max_rate": found.highest_rate,
        "coupon_min": found.lowest_rate,
        "coupon_max": found.highest_rate,
        "coupon_range": [found.lowest_rate, found.highest_rate],
        "rate_range": [found.lowest_rate, found.highest_rate],
        "largest_share": found.largest_share,
        "hhi": found.herfindahl,
        "herfindahl": found.herfindahl,
    }))
}

fn loan_facts(loan: Fields<'_>, cut_off: Option<NaiveDate>) -> Result<LoanFacts, Refusal> {
    let balance = loan.number(&["balance", "current_balance"])?;
    let stated = loan.months(&["remaining_term_months", "remaining_term"])?;
    let age = loan.months(&["age", "age_months", "loan_age", "seasoning"])?;
    let term = loan.months(&["term_months", "term", "original_term"])?;
    let origination = loan.optional_date(&["origination_date"])?;
    let since = origination.zip(cut_off).and_then(|(origination, cut_off)| {
        let months = credit_engine::dates::month_number(cut_off)
            - credit_engine::dates::month_number(origination);
        u16::try_from(months).ok()
    });
    let term = term.or(stated.map(|left| left + age.unwrap_or(0))).unwrap_or(0);
    let age = match (stated, age) {
        (Some(left), _) => term.saturating_sub(left),
        (None, Some(age)) => age.min(term),
        (None, None) => since.unwrap_or(0).min(term),
    };
    Ok(LoanFacts {
        balance,
        original_balance: loan.number_or(&["original_balance"], balance)?,
        rate: loan.number(&["rate", "coupon", "wac"])?,
        term_months: term,
        remaining_months: term - age,
        age_months: age,
    })
}

pub(super) fn pass_through_month(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let net = inputs.number(&["net_coupon", "coupon"])?;
    let pool = PassThrough {
        balance: inputs.number_or(&["balance", "face"], 1.0)?,
        gross_coupon: inputs.number_or(&["gross_coupon", "wac"], net)?,
        net_coupon: net,
        term: inputs.month_count(&["term", "term_months"])?,
        age: inputs.months(&["age", "loan_age"])?.unwrap_or(0),
    };
    let (unit, speed) = prepayment_speed(inputs)?;
    let wanted = inputs.count_or(&["month", "period"], 1)?;
    let months = pool.project(unit, speed);
    let month = months.iter().find(|month| month.month == wanted);
    let month = month.ok_or_else(|| Refusal::new("out_of_range", "the pool is repaid by then"))?;
    Ok(json!({
        "beginning_balance": month.beginning_balance,
        "ending_balance": month.ending_balance,
        "balance": month.ending_balance,
        "scheduled_amortization": month.scheduled_principal,
        "unscheduled_prepayment": month.prepayment,
        "gross_interest": month.gross_interest,
        "servicing_fee": month.servicing_fee(),
        "pass_through_principal": month.principal(),
        "pass_through_interest": month.net_interest,
        "pass_through_cash_flow": month.cash_flow(),
    }))
}

pub(super) fn project_pool(request: &Request<'_>) -> Result<Value, Refusal> {
    let (loan, draft) = pool(request.inputs, request.convention)?;
    let projection = projected(&[loan], draft)?;
    let rows = rows(&projection.pool);
    let totals = totals(&rows);
    let life = average_life(&periodic(&projection.pool.principal(), 12), PrincipalCounted::All);
    Ok(json!({
        "periods": rows.len(), "rows": rows, "totals": totals, "total": totals,
        "average_life": life, "wal": life,
    }))
}

/// Reads a pool of equal loans and what is assumed of it.
pub(super) fn pool(
    inputs: Fields<'_>,
    convention: Fields<'_>,
) -> Result<(Loan, Assumptions), Refusal> {
    let wac = inputs.number(&["wac", "rate", "gross_coupon"])?;
    let months = |names: &[&str]| inputs.months(names);
    let left = months(&["term", "remaining_term", "term_months", "wam"])?;
    let left = left.ok_or_else(|| Refusal::new("missing", "term is missing"))?;
    let age = months(&["age", "loan_age", "wala"])?.unwrap_or(0);
    let balance = inputs.number(&["balance"])?;
    let class = AssetClass::ResidentialMortgage;
    let mut terms = LoanTerms::level("pool", class, balance, wac, left + age);
    terms.remaining_term_months = Some(left);
    let loan =
        Loan::new(terms).map_err(|broken| Refusal::new("bad_pool", format!("{broken:?}")))?;

    let fee = inputs.optional(&["servicing_fee", "servicing_fee_rate"])?;
    let net = inputs.optional(&["net_coupon", "pass_through_rate"])?;
    let lag = months(&["months_to_liquidation", "recovery_lag_months", "lag"])?;
    let order = convention.text(&["order"]).or(inputs.text(&["order"]));
    let last = ["mdr_zero_last_n", "default_free_months"];
    let assumptions = Assumptions {
        prepayment: Some(prepayment(inputs)?),
        default: Some(default(inputs)?),
        severity: Some(Severity::Constant { value: inputs.number_or(&["severity"], 0.0)? }),
        recovery_lag_months: Some(lag.unwrap_or(0)),
        recovery_timing: None,
        servicing_fee: fee.or(net.map(|net| wac - net)).or(Some(0.0)),
        advances: Some(if inputs.flag(&["advance_pi", "advances", "advance"]) {
            Advances::PrincipalAndInterest
        } else {
            Advances::None
        }),
        order: order.map(order_of).transpose()?,
        default_free_months: convention.months(&last)?.or(inputs.months(&last)?),
    };
    Ok((loan, assumptions))
}

fn order_of(name: &str) -> Result<Order, Refusal> {
    match name {
        "bma" => Ok(Order::Bma),
        "default_then_prepay" => Ok(Order::DefaultThenPrepay),
        "prepay_then_default" => Ok(Order::PrepayThenDefault),
        other => Err(Refusal::new("unknown_order", other)),
    }
}

fn prepayment(inputs: Fields<'_>) -> Result<Prepayment, Refusal> {
    if let Some(model) = inputs.get(&["prepayment"]) {
        return read(&vector_with_unit(model));
    }
    let (unit, value) = prepayment_speed(inputs)?;
    Ok(match unit {
        SpeedUnit::Monthly => Prepayment::Smm { value },
        SpeedUnit::Annual => Prepayment::Cpr { value },
        SpeedUnit::Psa => Prepayment::Psa { value },
        SpeedUnit::Abs => Prepayment::Abs { value },
    })
}

fn default(inputs: Fields<'_>) -> Result<DefaultModel, Refusal> {
    if let Some(model) = inputs.get(&["default"]) {
        return read(&vector_with_unit(model));
    }
    for name in ["cdr", "mdr", "sda"] {
        if let Some(value) = inputs.optional(&[name])? {
            return read(&json!({ "model": name, "value": value }));
        }
    }
    Ok(DefaultModel::None)
}

/// Rewrites `{"model":"cpr","vector":[…]}` and its kin as a vector with a unit.
fn vector_with_unit(model: &Value) -> Value {
    let fields = Fields(model);
    let Some(values) = fields.get(&["vector", "values"]).filter(|values| values.is_array()) else {
        return model.clone();
    };
    let monthly = |name: &str| name.contains("smm") || name.contains("mdr") || name == "monthly";
    let named = [fields.text(&["unit"]), fields.text(&["model"])];
    let unit = if named.into_iter().flatten().any(monthly) { "monthly" } else { "annual" };
    let mut vector = json!({ "model": "vector", "unit": unit, "values": values });
    for option in ["by", "each", "pad"] {
        if let Some(choice) = fields.get(&[option]) {
            vector[option] = choice.clone();
        }
    }
    vector
}

fn read<T: serde::de::DeserializeOwned>(model: &Value) -> Result<T, Refusal> {
    serde_json::from_value(model.clone()).map_err(|error| Refusal::new("bad_model", error))
}

/// Projects loans under one set of assumptions.
pub(super) fn projected(loans: &[Loan], request: Assumptions) -> Result<Projection, Refusal> {
    let draft = AssumptionSetDraft { request, ..AssumptionSetDraft::default() };
    let set = AssumptionSet::new(draft)
        .map_err(|broken| Refusal::new("bad_assumptions", format!("{broken:?}")))?;
    let indices = Indices::unchanged();
    let first = NaiveDate::from_ymd_opt(2025, 1, 31).unwrap_or_default();
    let settings = Settings {
        first_payment_date: first,
        indices: &indices,
        group_by: GroupBy::None,
        control: Control::default(),
    };
    project(loans, &set, &settings).map_err(|error| Refusal::new("no_projection", error))
}

/// Returns the columns as rows, every column under each of its usual names.
fn rows(pool: &Columns) -> Vec<Value> {
    let at = |column: &[f64], period: usize| column.get(period).copied().unwrap_or(0.0);
    (0..pool.periods())
        .map(|period| {
            let value = |column: &[f64]| at(column, period);
            let scheduled = value(&pool.scheduled_principal);
            let interest = value(&pool.scheduled_interest);
            let fee = value(&pool.servicing_fee);
            let prepaid = value(&pool.prepayment);
            let named = [
                ("beginning_balance", value(&pool.beginning_balance)),
                ("performing_balance", value(&pool.balance)),
                ("performing", value(&pool.balance)),
                ("balance", value(&pool.balance)),
                ("new_defaults", value(&pool.default)),
                ("default", value(&pool.default)),
                ("in_foreclosure", value(&pool.foreclosure_balance)),
                ("foreclosure", value(&pool.foreclosure_balance)),
                ("foreclosure_balance", value(&pool.foreclosure_balance)),
                ("expected_amortization", value(&pool.expected_principal)),
                ("voluntary_prepayments", prepaid),
                ("prepayment", prepaid),
                ("amort_from_defaults", value(&pool.amortization_from_defaults)),
                ("actual_amortization", scheduled),
                ("scheduled_principal", scheduled),
                ("expected_interest", value(&pool.expected_interest)),
                ("interest_lost", value(&pool.interest_lost)),
                ("actual_interest", interest),
                ("interest", interest),
                ("scheduled_interest", interest),
                ("gross_interest", interest),
                ("principal_recovery", value(&pool.recovery)),
                ("recovery", value(&pool.recovery)),
                ("principal_loss", value(&pool.loss)),
                ("loss", value(&pool.loss)),
                ("amortized_default_balance", value(&pool.liquidated)),
                ("servicing_fee", fee),
                ("net_interest", interest - fee),
                ("gross_payment", interest + scheduled),
                ("total_principal", scheduled + prepaid),
                ("net_cash_flow", interest - fee + scheduled + prepaid + value(&pool.recovery)),
                ("advances", value(&pool.advances)),
                ("smm", value(&pool.smm)),
                ("mdr", value(&pool.mdr)),
            ];
            let mut row: Map<String, Value> =
                named.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            row.insert("period".to_owned(), json!(period + 1));
            Value::Object(row)
        })
        .collect()
}

fn totals(rows: &[Value]) -> Map<String, Value> {
    let names = rows.first().and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let sum =
        |name: &String| -> f64 { rows.iter().filter_map(|row| row.get(name)?.as_f64()).sum() };
    names.map(|name| (name.clone(), json!(sum(name)))).collect()
}

pub(super) fn cumulative_default_matrix(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut pooled = inputs.0.clone();
    pooled["balance"] = json!(inputs.number_or(&["balance"], 100.0)?);
    let balance = inputs.number_or(&["balance"], 100.0)?;
    let mut by_psa = Map::new();
    let mut amounts = Map::new();
    for psa in inputs.numbers(&["psa"])? {
        let (mut percent, mut losses) = (Vec::new(), Vec::new());
        for sda in inputs.numbers(&["sda"])? {
            pooled["prepayment"] = json!({ "model": "psa", "value": psa });
            pooled["default"] = json!({ "model": "sda", "value": sda });
            let (loan, assumptions) = pool(Fields(&pooled), request.convention)?;
            let found = projected(&[loan], assumptions)?.pool;
            percent.push(found.default.iter().sum::<f64>() / balance * 100.0);
            losses.push(found.loss.iter().sum::<f64>() / balance * 100.0);
        }
        by_psa.insert(key(psa), json!(percent));
        amounts.insert(key(psa), json!(losses));
    }
    Ok(json!({ "cumulative_default_percent": by_psa, "cumulative_loss_percent": amounts }))
}
