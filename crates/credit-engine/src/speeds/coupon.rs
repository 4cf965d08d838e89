//! The coupon of a floating rate.

use serde::{Deserialize, Serialize};

/// How index plus margin is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateRounding {
    /// Not at all.
    #[default]
    None,
    /// To the nearest multiple of a step; a half goes up.
    Nearest(f64),
    /// Up to a multiple of a step.
    Up(f64),
    /// Down to a multiple of a step.
    Down(f64),
}

impl RateRounding {
    /// Rounds a rate. A rate within 1e-9 of a step of a multiple counts as that multiple.
    #[must_use]
    pub fn round(self, rate: f64) -> f64 {
        let (step, shift) = match self {
            Self::None => return rate,
            Self::Nearest(step) => (step, 0.5),
            Self::Up(step) => (step, 1.0 - 1e-9),
            Self::Down(step) => (step, 1e-9),
        };
        if step <= 0.0 || !step.is_finite() {
            return rate;
        }
        (rate / step + shift).floor() * step
    }
}

/// The limits and rounding of a floating coupon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CouponTerms {
    /// Added to the index times the multiplier.
    pub margin: f64,
    /// Multiplies the index; 1 for a plain floater, negative for an inverse one.
    pub multiplier: Option<f64>,
    /// The lowest value of the index that counts.
    pub index_floor: Option<f64>,
    /// How index plus margin is rounded.
    pub rounding: RateRounding,
    /// The lowest coupon.
    pub floor: Option<f64>,
    /// The highest coupon.
    pub cap: Option<f64>,
    /// The most by which the coupon moves at one reset.
    pub periodic_cap: Option<f64>,
}

impl CouponTerms {
    /// Returns index plus margin after the index floor and rounding, before any cap or floor.
    #[must_use]
    pub fn fully_indexed(&self, index: f64) -> f64 {
        let index = self.index_floor.map_or(index, |floor| index.max(floor));
        self.rounding.round(index * self.multiplier.unwrap_or(1.0) + self.margin)
    }

    /// Returns the coupon after a reset: the index floor applies before the margin, then rounding,
    /// then the periodic cap around `prior`, then floor and cap.
    #[must_use]
    pub fn coupon(&self, index: f64, prior: Option<f64>) -> f64 {
        let mut rate = self.fully_indexed(index);
        if let (Some(step), Some(prior)) = (self.periodic_cap, prior) {
            rate = rate.min(prior + step).max(prior - step);
        }
        rate = self.floor.map_or(rate, |floor| rate.max(floor));
        self.cap.map_or(rate, |cap| rate.min(cap))
    }
}

/// What replaces a discontinued index.
#[derive(Debug, Clone, PartialEq)]
pub struct Fallback {
    /// The index to use.
    pub index: String,
    /// The spread to add to it.
    pub spread: f64,
}

/// Returns what replaces a discontinued LIBOR index such as `LIBOR_3M`, `3M LIBOR` or
/// `USD-LIBOR-6M`: the SOFR of the same tenor plus the fixed adjustment. `None` for any other
/// index. Whoever applies it owes the caller a warning.
#[must_use]
pub fn libor_fallback(index: &str) -> Option<Fallback> {
    let name = index.to_ascii_uppercase();
    if !name.contains("LIBOR") {
        return None;
    }
    let months = [1, 3, 6].into_iter().find(|months| {
        let tenor = format!("{months}M");
        name.split(|letter: char| !letter.is_ascii_alphanumeric())
            .any(|part| part == tenor || part.trim_start_matches("USD") == format!("LIBOR{tenor}"))
    })?;
    let spread = libor_fallback_spread(months)?;
    Some(Fallback { index: format!("SOFR_{months}M"), spread })
}

/// Returns the spread to add to the term rate that replaces a discontinued LIBOR of `months`
/// months: the adjustment fixed on cessation. `None` for other tenors.
#[must_use]
pub const fn libor_fallback_spread(months: u16) -> Option<f64> {
    match months {
        1 => Some(0.001_144_8),
        3 => Some(0.002_616_1),
        6 => Some(0.004_282_6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_up_leaves_exact_multiples_alone() {
        assert!((RateRounding::Up(0.00125).round(0.07125) - 0.07125).abs() < 1e-15);
        assert!((RateRounding::Up(0.00125).round(0.0711) - 0.07125).abs() < 1e-15);
        assert!((RateRounding::Down(0.00125).round(0.0711) - 0.07).abs() < 1e-15);
        assert!((RateRounding::Nearest(0.00125).round(0.0711) - 0.07125).abs() < 1e-15);
    }

    #[test]
    fn the_periodic_cap_comes_before_floor_and_cap() {
        let terms = CouponTerms {
            margin: 0.02,
            periodic_cap: Some(0.01),
            cap: Some(0.055),
            ..CouponTerms::default()
        };

        assert!((terms.coupon(0.08, Some(0.05)) - 0.055).abs() < 1e-15);
        assert!((terms.coupon(0.08, Some(0.04)) - 0.05).abs() < 1e-15);
        assert!((terms.coupon(0.08, None) - 0.055).abs() < 1e-15);
    }

    #[test]
    fn discontinued_indices_are_replaced_with_their_adjustment() {
        for name in ["LIBOR_3M", "3M LIBOR", "usd-libor-3m", "USDLIBOR3M"] {
            let fallback = libor_fallback(name).unwrap();
            assert_eq!(fallback.index, "SOFR_3M");
            assert!((fallback.spread - 0.002_616_1).abs() < 1e-15);
        }
        assert_eq!(libor_fallback("SOFR"), None);
        assert_eq!(libor_fallback("LIBOR_12M"), None);
    }

    #[test]
    fn the_index_floor_comes_before_the_margin() {
        let terms =
            CouponTerms { margin: 0.02, index_floor: Some(0.005), ..CouponTerms::default() };

        assert!((terms.coupon(-0.01, None) - 0.025).abs() < 1e-15);
    }
}
