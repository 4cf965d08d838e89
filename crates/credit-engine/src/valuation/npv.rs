//! Present value on dates or on periods.

use chrono::NaiveDate;

use super::CashFlow;
use super::discounting::{Compounding, ZeroCurve};
use crate::dates::days_between;

/// Returns the value today of `flows` at one rate.
///
/// # Examples
///
/// ```
/// use credit_engine::valuation::{CashFlow, Compounding, npv};
///
/// let in_a_year = [CashFlow { time: 1.0, amount: 105.0 }];
/// assert!((npv(&in_a_year, 0.05, Compounding::Annual) - 100.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn npv(flows: &[CashFlow], rate: f64, compounding: Compounding) -> f64 {
    flows.iter().map(|flow| flow.amount * compounding.factor(rate, flow.time)).sum()
}

/// Returns the value today of `flows` on a curve with a spread over its zero rates.
#[must_use]
pub fn npv_on_curve(flows: &[CashFlow], curve: &ZeroCurve, spread: f64) -> f64 {
    flows.iter().map(|flow| flow.amount * curve.factor(flow.time, spread)).sum()
}

/// Returns dated amounts as flows, ACT/365F from `start`.
#[must_use]
pub fn dated(start: NaiveDate, amounts: &[(NaiveDate, f64)]) -> Vec<CashFlow> {
    let flow = |(date, amount): &(NaiveDate, f64)| CashFlow {
        time: f64::from(days_between(start, *date)) / 365.0,
        amount: *amount,
    };
    amounts.iter().map(flow).collect()
}

/// Returns the value of dated amounts on the first date, at an annual rate, ACT/365F.
#[must_use]
pub fn xnpv(rate: f64, amounts: &[(NaiveDate, f64)]) -> f64 {
    let Some((start, _)) = amounts.first() else { return 0.0 };
    npv(&dated(*start, amounts), rate, Compounding::Annual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_curve_is_worth_what_its_rate_is_worth() {
        let flows = super::super::periodic(&[5.0, 5.0, 105.0], 2);
        let curve = ZeroCurve::new(&[1.0], &[0.04], Compounding::Nominal(2)).unwrap();

        let on_curve = npv_on_curve(&flows, &curve, 0.01);

        assert!((on_curve - npv(&flows, 0.05, Compounding::Nominal(2))).abs() < 1e-12);
    }
}
