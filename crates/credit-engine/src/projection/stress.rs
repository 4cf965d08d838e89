//! How a scenario bends the assumptions.

use serde::{Deserialize, Serialize};

/// Multipliers on the assumed speeds. [`Stress::default`] changes nothing, bit for bit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stress {
    /// On the annual prepayment rate; the product is at most 1.
    pub prepayment_multiplier: f64,
    /// On the annual default rate; the product is at most 1.
    pub default_multiplier: f64,
    /// On the recovery rate; the product is at most 1.
    pub recovery_multiplier: f64,
    /// The share of its value that collateral loses at once; matters to LTV severities only.
    pub property_value_decline: f64,
    /// The months over which the multipliers build up in a straight line.
    pub ramp_months: u16,
    /// The months after which prepayment, default and recovery return to what was assumed; never
    /// if absent.
    pub duration_months: Option<u16>,
}

impl Default for Stress {
    fn default() -> Self {
        Self {
            prepayment_multiplier: 1.0,
            default_multiplier: 1.0,
            recovery_multiplier: 1.0,
            property_value_decline: 0.0,
            ramp_months: 0,
            duration_months: None,
        }
    }
}

impl Stress {
    /// Returns the part of a multiplier in force in the 1-based `period`.
    #[must_use]
    pub fn in_force(&self, multiplier: f64, period: u16) -> f64 {
        if self.duration_months.is_some_and(|months| period > months) {
            return 1.0;
        }
        if period >= self.ramp_months {
            return multiplier;
        }
        1.0 + (multiplier - 1.0) * self.share_in_force(period)
    }

    /// Returns the share of a shock in force in the 1-based `period`.
    #[must_use]
    pub fn share_in_force(&self, period: u16) -> f64 {
        if self.duration_months.is_some_and(|months| period > months) {
            0.0
        } else if period >= self.ramp_months {
            1.0
        } else {
            f64::from(period) / f64::from(self.ramp_months)
        }
    }

    /// Tells whether the multipliers are the same in every period.
    #[must_use]
    pub const fn is_constant(&self) -> bool {
        self.ramp_months <= 1 && self.duration_months.is_none()
    }

    /// Returns the recovery of what defaults in the 1-based `period`, kept between 0 and 1.
    #[must_use]
    pub fn recovery(&self, recovery: f64, period: u16) -> f64 {
        (recovery * self.in_force(self.recovery_multiplier, period)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multiplier_ramps_up_and_ends() {
        let stress = Stress { ramp_months: 4, duration_months: Some(6), ..Stress::default() };

        let path = [1, 2, 4, 6, 7].map(|period| stress.in_force(3.0, period)).to_vec();

        assert_eq!(path, [1.5, 2.0, 3.0, 3.0, 1.0]);
    }
}
