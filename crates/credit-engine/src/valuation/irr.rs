//! Internal rates of return, every one of them.

use chrono::NaiveDate;

use super::CashFlow;
use super::npv::dated;
use super::root::all_roots;

/// The rates at which flows are worth nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Irr {
    /// The one to use: the smallest positive, else the negative one nearest to zero.
    pub rate: f64,
    /// All of them in (−0.9999, 10], rising.
    pub roots: Vec<f64>,
}

impl Irr {
    /// Tells whether several rates fit, so that [`Irr::rate`] is a choice.
    #[must_use]
    pub fn has_multiple_roots(&self) -> bool {
        self.roots.len() > 1
    }
}

/// Why no rate of return exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IrrError {
    /// There is no flow.
    #[error("there are no cash flows")]
    EmptyCashFlows,
    /// Cash moves in one direction only.
    #[error("cash flows must contain at least one payment and one receipt")]
    NoSignChange,
    /// No rate in (−0.9999, 10] fits.
    #[error("no rate of return between -99.99% and 1000% exists")]
    NoRoot,
    /// A flow is not a number.
    #[error("every cash flow must be a finite number")]
    NotFinite,
}

impl IrrError {
    /// Returns the stable name of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmptyCashFlows => "empty_cash_flows",
            Self::NoSignChange => "no_sign_change",
            Self::NoRoot => "no_root",
            Self::NotFinite => "not_finite",
        }
    }
}

/// Returns the rate per period of amounts at the ends of periods 0, 1, 2 and so on.
///
/// # Errors
///
/// Refuses flows without a sign change; never answers 0 in their place.
///
/// # Examples
///
/// ```
/// use credit_engine::valuation::{IrrError, irr};
///
/// assert!((irr(&[-100.0, 60.0, 60.0])?.rate - 0.130_662).abs() < 1e-6);
/// assert_eq!(irr(&[100.0, 50.0]), Err(IrrError::NoSignChange));
/// # Ok::<(), IrrError>(())
/// ```
pub fn irr(amounts: &[f64]) -> Result<Irr, IrrError> {
    let flows: Vec<CashFlow> = (0_u32..)
        .zip(amounts)
        .map(|(period, amount)| CashFlow { time: f64::from(period), amount: *amount })
        .collect();
    of_flows(&flows)
}

/// Returns the annual rate of dated amounts, ACT/365F from the first date.
///
/// # Errors
///
/// Refuses flows without a sign change.
pub fn xirr(amounts: &[(NaiveDate, f64)]) -> Result<Irr, IrrError> {
    let (start, _) = amounts.first().ok_or(IrrError::EmptyCashFlows)?;
    of_flows(&dated(*start, amounts))
}

/// Returns the rate per unit of time of `flows`.
///
/// # Errors
///
/// Refuses flows without a sign change.
pub fn of_flows(flows: &[CashFlow]) -> Result<Irr, IrrError> {
    if flows.is_empty() {
        return Err(IrrError::EmptyCashFlows);
    }
    if flows.iter().any(|flow| !flow.amount.is_finite() || !flow.time.is_finite()) {
        return Err(IrrError::NotFinite);
    }
    let pays = flows.iter().any(|flow| flow.amount < 0.0);
    let receives = flows.iter().any(|flow| flow.amount > 0.0);
    if !(pays && receives) {
        return Err(IrrError::NoSignChange);
    }

    let logs = all_roots(|log| scaled_value(flows, log), &log_grid(), 1e-14);
    let mut roots: Vec<f64> = logs.into_iter().map(f64::exp_m1).collect();
    roots.dedup_by(|a, b| (*a - *b).abs() < 1e-11);
    let positive = roots.iter().copied().find(|rate| *rate > -1e-13);
    let rate = positive.or(roots.last().copied()).ok_or(IrrError::NoRoot)?;
    Ok(Irr { rate, roots })
}

/// Returns the annual rate of `flows` bought today at `full_price` (clean price times balance, plus
/// accrued interest).
///
/// # Errors
///
/// Refuses a purchase that never pays.
pub fn of_purchase(full_price: f64, flows: &[CashFlow]) -> Result<Irr, IrrError> {
    if flows.is_empty() {
        return Err(IrrError::EmptyCashFlows);
    }
    let mut all = vec![CashFlow { time: 0.0, amount: -full_price }];
    all.extend_from_slice(flows);
    of_flows(&all)
}

/// Returns the value at the logarithm of the growth factor. Negative rates are valued at the last
/// date instead of the first, which keeps the zeros and the sign and cannot overflow.
fn scaled_value(flows: &[CashFlow], log: f64) -> f64 {
    let times = flows.iter().map(|flow| flow.time);
    let anchor = if log < 0.0 {
        times.fold(f64::NEG_INFINITY, f64::max)
    } else {
        times.fold(f64::INFINITY, f64::min)
    };
    flows.iter().map(|flow| flow.amount * (-(flow.time - anchor) * log).exp()).sum()
}

/// Returns points from ln(1 − 0.9999) to ln(1 + 10), dense around zero where rates usually are.
fn log_grid() -> Vec<f64> {
    let (low, high) = (1e-4_f64.ln(), 11.0_f64.ln());
    let coarse = |from: f64, to: f64, steps: i32| {
        (0..steps).map(move |step| from + (to - from) * f64::from(step) / f64::from(steps))
    };
    coarse(low, -0.4, 400)
        .chain(coarse(-0.4, 0.4, 801))
        .chain(coarse(0.4, high, 200))
        .chain([high])
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn several_roots_are_all_reported_and_the_smallest_positive_is_chosen() {
        let found = irr(&[-50.0, -100.0, 600.0, 300.0, -100.0]).unwrap();

        assert!(found.has_multiple_roots());
        assert!((found.rate - 1.8544).abs() < 1e-4 && (found.roots[0] + 0.7689).abs() < 1e-4);
    }

    #[test]
    fn without_a_positive_root_the_negative_nearest_to_zero_is_chosen() {
        let found = irr(&[-100.0, 50.0, 20.0]).unwrap();

        assert!(found.rate < 0.0 && !found.has_multiple_roots());
    }

    #[test]
    fn four_hundred_and_eighty_payments_do_not_disturb_the_root() {
        let payment = crate::amortization::level_payment(100_000.0, 0.0725 / 12.0, 480);
        let mut amounts = vec![payment; 481];
        amounts[0] = -100_000.0;

        let found = irr(&amounts).unwrap();

        assert!((found.rate - 0.0725 / 12.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn flows_in_one_direction_have_no_rate() {
        for amounts in [vec![100.0, 50.0, 25.0], vec![-100.0, -5.0], vec![0.0; 3]] {
            assert_eq!(irr(&amounts), Err(IrrError::NoSignChange));
        }
        assert_eq!(irr(&[]), Err(IrrError::EmptyCashFlows));
        assert_eq!(irr(&[f64::NAN, 1.0]), Err(IrrError::NotFinite));
    }

    #[test]
    fn a_purchase_at_its_present_value_returns_the_discount_rate() {
        let flows = crate::valuation::periodic(&[40.0, 40.0, 40.0], 12);
        let price = crate::valuation::npv(&flows, 0.08, crate::valuation::Compounding::Annual);

        assert!((of_purchase(price, &flows).unwrap().rate - 0.08).abs() < 1e-12);
        assert_eq!(of_purchase(100.0, &[]), Err(IrrError::EmptyCashFlows));
    }

    #[test]
    fn a_loan_without_interest_returns_zero() {
        assert!(irr(&[-100.0, 50.0, 50.0]).unwrap().rate.abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn flows_are_worth_nothing_at_their_rate(
            amounts in prop::collection::vec(-100.0..100.0_f64, 2..40)
        ) {
            if let Ok(found) = irr(&amounts) {
                for rate in found.roots {
                    let log = f64::ln_1p(rate);
                    let size: f64 = amounts.iter().map(|amount| amount.abs()).sum();
                    let flows = crate::valuation::periodic(&amounts, 1);
                    prop_assert!(scaled_value(&flows, log).abs() < 1e-8 * size);
                }
            }
        }
    }
}
