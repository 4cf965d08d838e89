//! Bond-equivalent and mortgage yield, average life, duration, convexity (SF-44..56).

use super::CashFlow;
use super::discounting::Compounding;
use super::npv::npv;
use super::root::brent;

/// The measures of flows bought at a price, all on the same compounding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BondAnalytics {
    /// `Y` in `full price = Σ CF (1 + Y/k)^(−k T)`.
    pub yield_rate: f64,
    /// `12 [(1 + Y/2)^(1/6) − 1]`.
    pub mortgage_yield: f64,
    /// `Σ T PV / Σ PV`.
    pub macaulay_duration: f64,
    /// Macaulay over `1 + Y/k`.
    pub modified_duration: f64,
    /// `Σ T (T + 1/k) PV / ((1 + Y/k)² Σ PV)`.
    pub convexity: f64,
    /// Price change for a yield change of one basis point.
    pub dv01: f64,
}

/// Returns the bond-equivalent measures of `flows` bought at `full_price`; `None` if no yield
/// between −99 % and 1000 % explains the price.
#[must_use]
pub fn analytics(flows: &[CashFlow], full_price: f64) -> Option<BondAnalytics> {
    analytics_compounded(flows, full_price, 2)
}

/// Returns the measures of `flows` bought at `full_price` with a yield that compounds `per_year`
/// times a year.
#[must_use]
pub fn analytics_compounded(
    flows: &[CashFlow],
    full_price: f64,
    per_year: u16,
) -> Option<BondAnalytics> {
    let rate = yield_of(flows, full_price, per_year)?;
    let count = f64::from(per_year.max(1));
    let compounding = Compounding::Nominal(per_year);
    let (mut value, mut first, mut second) = (0.0, 0.0, 0.0);
    for flow in flows {
        let present = flow.amount * compounding.factor(rate, flow.time);
        value += present;
        first += flow.time * present;
        second += flow.time * (flow.time + 1.0 / count) * present;
    }
    let growth = 1.0 + rate / count;
    let modified_duration = first / value / growth;
    let convexity = second / value / (growth * growth);
    Some(BondAnalytics {
        yield_rate: rate,
        mortgage_yield: mortgage_yield(equivalent_yield(rate, per_year)),
        macaulay_duration: first / value,
        modified_duration,
        convexity,
        dv01: value * (modified_duration * 1e-4 - 0.5 * convexity * 1e-8),
    })
}

/// Returns the yield of `flows` bought at `full_price`, compounded `per_year` times a year.
#[must_use]
pub fn yield_of(flows: &[CashFlow], full_price: f64, per_year: u16) -> Option<f64> {
    if flows.is_empty() || !full_price.is_finite() {
        return None;
    }
    let compounding = Compounding::Nominal(per_year);
    let excess = |rate: f64| npv(flows, rate, compounding) - full_price;
    brent(excess, -0.5, 1.0, 1e-15).or_else(|| brent(excess, -0.99, 10.0, 1e-15))
}

/// Returns the price per unit that yields `rate`, compounded twice a year.
#[must_use]
pub fn price_at(flows: &[CashFlow], rate: f64) -> f64 {
    npv(flows, rate, Compounding::Nominal(2))
}

/// Returns the yield compounded twice a year that equals one compounded `per_year` times.
#[must_use]
pub fn equivalent_yield(rate: f64, per_year: u16) -> f64 {
    let count = f64::from(per_year.max(1));
    2.0 * (count / 2.0 * (rate / count).ln_1p()).exp_m1()
}

/// Returns the monthly-compounded yield that equals a bond-equivalent one:
/// `12 [(1 + Y/2)^(1/6) − 1]`.
#[must_use]
pub fn mortgage_yield(bond_equivalent: f64) -> f64 {
    12.0 * ((bond_equivalent / 2.0).ln_1p() / 6.0).exp_m1()
}

/// Which principal counts in an average life (SF-56).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalCounted {
    /// All of it, also capitalised interest as negative principal: graduated and adjustable loans.
    All,
    /// What is paid: accrual bonds.
    PositiveOnly,
}

/// Returns `Σ T · principal / Σ principal`; `None` if no principal is repaid.
#[must_use]
pub fn average_life(principal: &[CashFlow], counted: PrincipalCounted) -> Option<f64> {
    let (mut weighted, mut total) = (0.0, 0.0);
    for flow in principal {
        if counted == PrincipalCounted::PositiveOnly && flow.amount < 0.0 {
            continue;
        }
        weighted += flow.time * flow.amount;
        total += flow.amount;
    }
    (total > 0.0).then(|| weighted / total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::valuation::periodic;

    #[test]
    fn a_bond_at_par_yields_its_coupon() {
        let flows = periodic(&[3.0, 3.0, 3.0, 103.0], 2);

        let measures = analytics(&flows, 100.0).unwrap();

        assert!((measures.yield_rate - 0.06).abs() < 1e-12);
        assert!((measures.mortgage_yield - 12.0 * (1.03_f64.powf(1.0 / 6.0) - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn modified_duration_is_the_slope_of_the_price() {
        let flows = periodic(&[3.0, 3.0, 3.0, 103.0], 2);
        let measures = analytics(&flows, 98.0).unwrap();

        let (up, down) = (
            price_at(&flows, measures.yield_rate + 1e-5),
            price_at(&flows, measures.yield_rate - 1e-5),
        );

        assert!(((down - up) / (2e-5 * 98.0) - measures.modified_duration).abs() < 1e-7);
        assert!(((down + up - 196.0) / (1e-10 * 98.0) - measures.convexity).abs() < 1e-2);
    }

    #[test]
    fn flows_without_principal_have_no_average_life() {
        assert_eq!(average_life(&[], PrincipalCounted::All), None);
    }

    proptest! {
        #[test]
        fn the_yield_gives_the_price_back(rate in -0.05..0.5_f64, coupon in 0.0..0.2_f64) {
            let mut amounts = vec![coupon * 50.0; 20];
            amounts[19] += 100.0;
            let flows = periodic(&amounts, 2);

            let found = yield_of(&flows, price_at(&flows, rate), 2).unwrap();

            prop_assert!((found - rate).abs() < 1e-10);
        }
    }
}
