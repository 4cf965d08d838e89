//! Durations by key rate.

use super::CashFlow;
use super::discounting::{Compounding, ZeroCurve};

/// The sensitivity of a price to single key rates and to all of them together.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRateDurations {
    /// Price on the unmoved curve.
    pub price: f64,
    /// One duration per key, in the order of the keys.
    pub durations: Vec<f64>,
    /// Duration for a parallel move.
    pub effective_duration: f64,
}

/// Returns the weight of the key with the 0-based `position` at a time: a triangle that is 1 at the
/// key and 0 at its neighbours, flat outside the first and the last key. The weights of all keys
/// add up to 1 at every time.
#[must_use]
pub fn key_weight(keys: &[f64], position: usize, time: f64) -> f64 {
    let Some(key) = keys.get(position).copied() else { return 0.0 };
    let neighbour = if time < key {
        position.checked_sub(1).and_then(|before| keys.get(before))
    } else {
        keys.get(position + 1)
    };
    let Some(neighbour) = neighbour.copied() else { return 1.0 };
    (1.0 - (time - key).abs() / (neighbour - key).abs()).max(0.0)
}

/// Returns the key-rate durations of `flows` by moving each key up and down by `bump`.
#[must_use]
pub fn key_rate_durations(
    flows: &[CashFlow],
    curve: &ZeroCurve,
    spread: f64,
    keys: &[f64],
    bump: f64,
) -> KeyRateDurations {
    let price_with = |weight: &dyn Fn(f64) -> f64| {
        flows
            .iter()
            .map(|flow| flow.amount * curve.factor(flow.time, spread + weight(flow.time)))
            .sum::<f64>()
    };
    let price = price_with(&|_| 0.0);
    let duration = |weight: &dyn Fn(f64) -> f64| {
        let up = price_with(&|time| bump * weight(time));
        let down = price_with(&|time| -bump * weight(time));
        (down - up) / (2.0 * price * bump)
    };
    let durations = (0..keys.len())
        .map(|position| duration(&|time| key_weight(keys, position, time)))
        .collect();
    KeyRateDurations { price, durations, effective_duration: duration(&|_| 1.0) }
}

/// Returns the zero curve that prices par bonds: `rates` are par coupons paid `per_year` times a
/// year for the tenors `1/per_year, 2/per_year, …`. `None` if a discount factor is not positive.
#[must_use]
pub fn bootstrap_par(rates: &[f64], per_year: u16) -> Option<ZeroCurve> {
    let count = f64::from(per_year.max(1));
    let (mut annuity, mut tenors, mut zeros) = (0.0, Vec::new(), Vec::new());
    for (period, rate) in (1_u32..).zip(rates) {
        let coupon = rate / count;
        let factor = (1.0 - coupon * annuity) / (1.0 + coupon);
        if factor <= 0.0 || !factor.is_finite() {
            return None;
        }
        annuity += factor;
        let tenor = f64::from(period) / count;
        tenors.push(tenor);
        zeros.push(-factor.ln() / tenor);
    }
    ZeroCurve::new(&tenors, &zeros, Compounding::Continuous).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_weights_of_all_keys_add_up_to_one(time in 0.0..40.0_f64) {
            let keys = [1.0, 2.0, 5.0, 10.0, 30.0];
            let sum: f64 = (0..keys.len()).map(|key| key_weight(&keys, key, time)).sum();
            prop_assert!((sum - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn a_par_curve_reprices_its_bonds() {
        let curve = bootstrap_par(&[0.035, 0.042, 0.047, 0.052], 1).unwrap();

        let annuity: f64 = (1..=4).map(|year| curve.factor(f64::from(year), 0.0)).sum();

        assert!((0.052 * annuity + curve.factor(4.0, 0.0) - 1.0).abs() < 1e-13);
    }
}
