//! What a borrower owes for repaying early.

use serde::{Deserialize, Serialize};

/// The penalty for repaying before maturity. Months are loan months, 1-based.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PrepaymentPenalty {
    /// Nothing is owed.
    #[default]
    None,
    /// A share of the prepaid amount through month `months`.
    Fixed {
        /// The share, 0.02 for 2 %.
        share: f64,
        /// The last month in which it is owed.
        months: u16,
    },
    /// A share of the prepaid amount that changes every loan year.
    StepDown {
        /// The share in loan years 1, 2, and so on; nothing afterwards.
        shares: Vec<f64>,
    },
    /// Repaying early is impossible through month `months`.
    Lockout {
        /// The last locked month.
        months: u16,
    },
    /// The lender is made whole through month `months`.
    YieldMaintenance {
        /// The annual rate at which the remaining payments are discounted.
        matching_rate: f64,
        /// The last month in which it is owed.
        months: u16,
    },
}

impl PrepaymentPenalty {
    /// Tells whether repaying early is impossible in loan month `month`.
    #[must_use]
    pub fn is_locked(&self, month: u16) -> bool {
        matches!(self, Self::Lockout { months } if month <= *months)
    }

    /// Returns the share of the prepaid amount owed in loan month `month`, for the penalties that
    /// are a share; yield maintenance is [`PrepaymentPenalty::make_whole`].
    #[must_use]
    pub fn share(&self, month: u16) -> f64 {
        match self {
            Self::Fixed { share, months } if month <= *months => *share,
            Self::StepDown { shares } => {
                let year = usize::from(month.saturating_sub(1) / 12);
                shares.get(year).copied().unwrap_or(0.0)
            }
            _ => 0.0,
        }
    }

    /// Returns what is owed in loan month `month` for repaying `balance` whole when
    /// `remaining_payments` would still fall due, one per period of `1/per_year` years.
    ///
    /// Yield maintenance is `max(1 % of balance, PV(remaining payments) − balance)` with the
    /// matching rate compounded `per_year` times a year.
    #[must_use]
    pub fn make_whole(
        &self,
        month: u16,
        balance: f64,
        remaining_payments: &[f64],
        per_year: u16,
    ) -> f64 {
        let Self::YieldMaintenance { matching_rate, months } = self else {
            return self.share(month) * balance;
        };
        if month > *months {
            return 0.0;
        }
        let factor = 1.0 / (1.0 + matching_rate / f64::from(per_year));
        let mut discount = 1.0;
        let mut value = 0.0;
        for payment in remaining_payments {
            discount *= factor;
            value += payment * discount;
        }
        (value - balance).max(0.01 * balance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_down_penalty_falls_every_twelve_months() {
        let penalty = PrepaymentPenalty::StepDown { shares: vec![0.03, 0.02, 0.01] };

        let shares: Vec<f64> = [1, 12, 13, 36, 37].map(|month| penalty.share(month)).to_vec();

        assert_eq!(shares, [0.03, 0.03, 0.02, 0.01, 0.0]);
    }

    #[test]
    fn yield_maintenance_is_at_least_one_per_cent() {
        let penalty = PrepaymentPenalty::YieldMaintenance { matching_rate: 0.12, months: 24 };

        assert!((penalty.make_whole(3, 1000.0, &[10.0, 1010.0], 12) - 10.0).abs() < 1e-12);
        assert!(penalty.make_whole(25, 1000.0, &[10.0, 1010.0], 12).abs() < 1e-12);
    }

    #[test]
    fn yield_maintenance_pays_the_lost_value() {
        let penalty = PrepaymentPenalty::YieldMaintenance { matching_rate: 0.0, months: 24 };

        assert!((penalty.make_whole(3, 1000.0, &[60.0, 1060.0], 12) - 120.0).abs() < 1e-9);
    }

    #[test]
    fn a_locked_month_is_locked() {
        let penalty = PrepaymentPenalty::Lockout { months: 24 };

        assert!(penalty.is_locked(24) && !penalty.is_locked(25));
    }
}
