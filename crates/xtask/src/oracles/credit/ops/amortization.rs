//! Operations on the schedule of one loan.

use credit_engine::amortization::{self, IndexPath, Payment, Schedule};
use credit_engine::loan::Loan;
use credit_engine::speeds::coupon::CouponTerms;
use serde_json::{Value, json};

use super::Request;
use super::terms;
use crate::oracles::credit::fields::{Fields, Refusal};

pub(super) fn schedule(request: &Request<'_>) -> Result<Value, Refusal> {
    let loan = terms::loan(request.inputs)?;
    let index = index_values(request.inputs)?;
    let computed = amortization::schedule(&loan, path(&index));
    Ok(described(&loan, &computed, request.inputs))
}

pub(super) fn arm_schedule(request: &Request<'_>) -> Result<Value, Refusal> {
    let loan = terms::loan(request.inputs)?;
    let index = index_values(request.inputs)?;
    let computed = amortization::schedule(&loan, path(&index));
    let mut answer = described(&loan, &computed, request.inputs);
    for payment in computed.payments() {
        answer[format!("balance_after_{}", payment.period)] = json!(payment.balance);
    }
    answer["resets"] = json!(resets(&loan, &computed, &index));
    Ok(answer)
}

fn index_values(inputs: Fields<'_>) -> Result<Vec<f64>, Refusal> {
    let names = ["index_at_resets", "index_path", "index"];
    if inputs.get(&names).is_some() { inputs.numbers(&names) } else { Ok(Vec::new()) }
}

fn path(index: &[f64]) -> IndexPath<'_> {
    if index.is_empty() { IndexPath::Unchanged } else { IndexPath::AtResets(index) }
}

/// Describes the first payment after each reset for which an index was given.
fn resets(loan: &Loan, computed: &Schedule, index: &[f64]) -> Vec<Value> {
    let Some((terms, first)) = loan.rate_terms().zip(loan.months_to_next_reset()) else {
        return Vec::new();
    };
    let plain = CouponTerms {
        margin: terms.margin,
        index_floor: terms.index_floor,
        rounding: terms.rounding,
        ..CouponTerms::default()
    };
    let every = loan.frequency().months();
    (0_u16..)
        .zip(index)
        .filter_map(|(count, index)| {
            let month = count.checked_mul(terms.reset_every_months)?.checked_add(first)?;
            let position = usize::from(month.div_ceil(every));
            let payment = computed.payments().get(position)?;
            let before = computed.payments().get(position.checked_sub(1)?)?;
            Some(json!({
                "period": payment.period,
                "index": index,
                "fully_indexed": plain.fully_indexed(*index),
                "rate": payment.rate,
                "balance": before.balance,
                "payment": payment.total(),
                "interest": payment.interest,
                "principal": payment.principal,
                "negative_amortization": (-payment.principal).max(0.0),
            }))
        })
        .collect()
}

fn described(loan: &Loan, computed: &Schedule, inputs: Fields<'_>) -> Value {
    let payments = computed.payments();
    let before = |position: usize| match position.checked_sub(1) {
        Some(earlier) => payments.get(earlier).map_or(0.0, |payment| payment.balance),
        None => loan.balance(),
    };
    let rows: Vec<Value> = payments
        .iter()
        .enumerate()
        .map(|(position, payment)| row(payment, before(position)))
        .collect();
    let totals: Vec<f64> = payments.iter().map(Payment::total).collect();
    let first = payments.first();
    let last = payments.last();
    let total = |payment: Option<&Payment>| payment.map(Payment::total);
    let every = loan.frequency().months();
    let io = usize::from(loan.interest_only_months_left().div_ceil(every));
    let years: Vec<f64> =
        totals.iter().step_by(usize::from(loan.frequency().per_year())).copied().collect();
    let highest = payments.iter().map(|payment| payment.balance).fold(loan.balance(), f64::max);
    let total_interest = computed.total_interest();
    let residual =
        inputs.optional(&["balloon_amount", "balloon_payment", "residual"]).ok().flatten();
    json!({
        "rows": rows,
        "periods": payments.len(),
        "payment": total(first),
        "first_payment": total(first),
        "last_payment": total(last),
        "final_payment": total(last),
        "total_paid_in_last_period": total(last),
        "payment_after_io": total(payments.get(io)),
        "payments": totals,
        "payments_by_year": years,
        "payment_by_year": years,
        "first_interest": first.map(|payment| payment.interest),
        "first_principal": first.map(|payment| payment.principal),
        "last_interest": last.map(|payment| payment.interest),
        "last_principal": last.map(|payment| payment.principal),
        "balloon_due_at_maturity": residual.or(last.map(|payment| payment.principal)),
        "final_balance": last.map(|payment| payment.balance),
        "max_balance": highest,
        "maximum_balance": highest,
        "peak_balance": highest,
        "total_interest": total_interest,
        "total_principal": computed.total_principal(),
        "total_paid": total_interest + computed.total_principal(),
    })
}

fn row(payment: &Payment, beginning: f64) -> Value {
    json!({
        "period": payment.period,
        "date": payment.date.map(|date| date.to_string()),
        "rate": payment.rate,
        "beginning_balance": beginning,
        "interest": payment.interest,
        "principal": payment.principal,
        "payment": payment.total(),
        "total": payment.total(),
        "balance": payment.balance,
    })
}
