//! Discount margin, Z-spread, effective measures from prices.

use super::CashFlow;
use super::discounting::ZeroCurve;
use super::npv::npv_on_curve;
use super::root::brent;

/// One interest period of a floating-rate instrument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloaterPeriod {
    /// Length in years, by the day count of the index.
    pub years: f64,
    /// Assumed index for the period.
    pub index: f64,
    /// Cash at the end of the period.
    pub amount: f64,
}

/// Returns the price of `periods` at a discount margin:
/// `Σ CF_k / Π_{j ≤ k} (1 + (I_j + DM) · years_j)` (SF-52).
#[must_use]
pub fn price_at_margin(periods: &[FloaterPeriod], margin: f64) -> f64 {
    let mut factor = 1.0;
    let mut price = 0.0;
    for period in periods {
        factor /= 1.0 + (period.index + margin) * period.years;
        price += period.amount * factor;
    }
    price
}

/// Returns the discount margin at which `periods` are worth `full_price`; `None` if none between
/// −20 % and 100 % is.
#[must_use]
pub fn discount_margin(periods: &[FloaterPeriod], full_price: f64) -> Option<f64> {
    if periods.is_empty() {
        return None;
    }
    brent(|margin| price_at_margin(periods, margin) - full_price, -0.2, 1.0, 1e-15)
}

/// Returns the spread over the zero rates of `curve`, in its compounding, at which `flows` are
/// worth `full_price`; `None` if none between −50 % and 500 % is.
#[must_use]
pub fn z_spread(flows: &[CashFlow], curve: &ZeroCurve, full_price: f64) -> Option<f64> {
    if flows.is_empty() {
        return None;
    }
    brent(|spread| npv_on_curve(flows, curve, spread) - full_price, -0.5, 5.0, 1e-15)
}

/// Duration and convexity from prices after shifts of the curve, at constant spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectiveMeasures {
    /// `(P₋ − P₊) / (2 P₀ Δ)`.
    pub duration: f64,
    /// `(P₊ + P₋ − 2 P₀) / (P₀ Δ²)`.
    pub convexity: f64,
    /// Price change for one basis point.
    pub dv01: f64,
}

/// Returns the effective measures of three prices; `None` for a shift or a base price of zero.
#[must_use]
pub fn effective(base: f64, up: f64, down: f64, shift: f64) -> Option<EffectiveMeasures> {
    if base == 0.0 || shift == 0.0 {
        return None;
    }
    let duration = (down - up) / (2.0 * base * shift);
    let convexity = (up + down - 2.0 * base) / (base * shift * shift);
    Some(EffectiveMeasures { duration, convexity, dv01: duration * base * 1e-4 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valuation::{Compounding, periodic};

    #[test]
    fn a_floater_at_par_has_its_quoted_margin() {
        let coupon = 0.03 + 0.0125;
        let mut periods = [FloaterPeriod { years: 0.25, index: 0.03, amount: coupon * 25.0 }; 8];
        periods[7].amount += 100.0;

        let margin = discount_margin(&periods, 100.0).unwrap();

        assert!((margin - 0.0125).abs() < 1e-13);
    }

    #[test]
    fn the_spread_over_a_flat_curve_is_the_difference_of_rates() {
        let curve = ZeroCurve::new(&[1.0], &[0.03], Compounding::Continuous).unwrap();
        let flows = periodic(&[4.0, 4.0, 104.0], 1);
        let price = super::super::npv(&flows, 0.035, Compounding::Continuous);

        assert!((z_spread(&flows, &curve, price).unwrap() - 0.005).abs() < 1e-13);
    }

    #[test]
    fn no_shift_has_no_duration() {
        assert_eq!(effective(100.0, 99.0, 101.0, 0.0), None);
    }
}
