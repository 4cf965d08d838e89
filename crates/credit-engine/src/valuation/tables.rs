//! Price, yield and decrement tables.

use super::CashFlow;
use super::bey::{price_at, yield_of};

/// Yields by price and speed, as investors read them: one row per price, one column per speed.
/// A cell is `None` where no yield explains the price. `accrued` is added to each clean price.
#[must_use]
pub fn yield_table(
    flows_by_speed: &[Vec<CashFlow>],
    clean_prices: &[f64],
    accrued: f64,
) -> Vec<Vec<Option<f64>>> {
    let row = |price: &f64| {
        flows_by_speed.iter().map(|flows| yield_of(flows, price + accrued, 2)).collect()
    };
    clean_prices.iter().map(row).collect()
}

/// Clean prices by yield and speed: one row per yield, one column per speed.
#[must_use]
pub fn price_table(
    flows_by_speed: &[Vec<CashFlow>],
    yields: &[f64],
    accrued: f64,
) -> Vec<Vec<f64>> {
    let row =
        |rate: &f64| flows_by_speed.iter().map(|flows| price_at(flows, *rate) - accrued).collect();
    yields.iter().map(row).collect()
}

/// Per cent of the original balance still outstanding at the end of the given 1-based periods: one
/// row per period, one column per speed. Period 0 is the start; periods after the last are 0.
#[must_use]
pub fn decrement_table(
    original_balance: f64,
    balances_by_speed: &[Vec<f64>],
    periods: &[usize],
) -> Vec<Vec<f64>> {
    let cell = |balances: &Vec<f64>, period: usize| match period.checked_sub(1) {
        None => 100.0,
        Some(position) => balances.get(position).copied().unwrap_or(0.0) / original_balance * 100.0,
    };
    let row =
        |period: &usize| balances_by_speed.iter().map(|balances| cell(balances, *period)).collect();
    periods.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valuation::periodic;

    #[test]
    fn a_par_price_yields_the_coupon_at_every_speed() {
        let slow = periodic(&[3.0, 3.0, 103.0], 2);
        let fast = periodic(&[103.0], 2);

        let table = yield_table(&[slow.clone(), fast.clone()], &[100.0], 0.0);
        let prices = price_table(&[slow, fast], &[0.06], 0.0);

        for (rate, price) in table[0].iter().zip(&prices[0]) {
            assert!((rate.unwrap() - 0.06).abs() < 1e-12 && (price - 100.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_decrement_starts_at_one_hundred_and_ends_at_zero() {
        let table = decrement_table(200.0, &[vec![150.0, 50.0]], &[0, 1, 2, 3]);

        assert_eq!(table, [[100.0], [75.0], [25.0], [0.0]]);
    }
}
