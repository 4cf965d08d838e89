//! Auto loans.

use serde::Serialize;

use super::{Slice, average, slices_by_bucket, slices_by_name};
use crate::speeds::severity::vehicle_value_share;

/// What the measures need to know of one loan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AutoLoan<'a> {
    /// Outstanding today.
    pub balance: f64,
    /// Lent at origination.
    pub original_balance: f64,
    /// Months since origination.
    pub age_months: u32,
    /// `new` or `used`.
    pub vehicle_type: Option<&'a str>,
    /// Who made the vehicle.
    pub vehicle_make: Option<&'a str>,
    /// Balance over value at origination.
    pub ltv_ratio: Option<f64>,
    /// The share of value lost in the first year; 0.20 if absent.
    pub initial_depreciation_rate: Option<f64>,
    /// The share lost in every later year; 0.10 if absent.
    pub subsequent_depreciation_rate: Option<f64>,
}

/// Measures of a pool of auto loans.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AutoAnalytics {
    /// New and used.
    pub vehicle_types: Vec<Slice>,
    /// By make, largest first.
    pub makes: Vec<Slice>,
    /// By loan to value at origination.
    pub ltv_buckets: Vec<Slice>,
    /// The average loan to value at origination.
    pub ltv_ratio: Option<f64>,
    /// The average loan to value today, the vehicles depreciated.
    pub current_ltv: Option<f64>,
    /// The share of the balance that the depreciated vehicles cover.
    pub implied_recovery: Option<f64>,
}

impl AutoLoan<'_> {
    /// Returns what depreciation leaves of the value at origination.
    #[must_use]
    pub fn vehicle_value(&self) -> Option<f64> {
        let ltv = self.ltv_ratio.filter(|ltv| *ltv > 0.0)?;
        let first = self.initial_depreciation_rate.unwrap_or(0.20);
        let later = self.subsequent_depreciation_rate.unwrap_or(0.10);
        Some(self.original_balance / ltv * vehicle_value_share(self.age_months, first, later))
    }

    /// Returns balance over the depreciated value.
    #[must_use]
    pub fn current_ltv(&self) -> Option<f64> {
        self.vehicle_value().filter(|value| *value > 0.0).map(|value| self.balance / value)
    }

    /// Returns the share of the balance that the depreciated vehicle covers.
    #[must_use]
    pub fn implied_recovery(&self) -> Option<f64> {
        self.vehicle_value()
            .filter(|_| self.balance > 0.0)
            .map(|value| (value / self.balance).clamp(0.0, 1.0))
    }
}

/// Measures a pool.
#[must_use]
pub fn auto_analytics(loans: &[AutoLoan<'_>]) -> AutoAnalytics {
    let named = |of: fn(&AutoLoan<'_>) -> Option<String>| {
        let name = move |loan: &AutoLoan<'_>| {
            (of(loan).unwrap_or_else(|| "unknown".to_owned()), loan.balance)
        };
        slices_by_name(loans.iter().map(name))
    };
    AutoAnalytics {
        vehicle_types: named(|loan| loan.vehicle_type.map(str::to_owned)),
        makes: named(|loan| loan.vehicle_make.map(str::to_owned)),
        ltv_buckets: slices_by_bucket(
            loans.iter().map(|loan| (loan.ltv_ratio, loan.balance)),
            &[(0.8, "below 80%"), (0.9, "80-90%"), (1.0, "90-100%"), (1.2, "100-120%")],
            "120% and above",
        ),
        ltv_ratio: average(loans.iter().map(|loan| (loan.balance, loan.ltv_ratio))),
        current_ltv: average(loans.iter().map(|loan| (loan.balance, loan.current_ltv()))),
        implied_recovery: average(loans.iter().map(|loan| (loan.balance, loan.implied_recovery()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vehicle_covers_what_depreciation_leaves() {
        let loan = AutoLoan {
            balance: 15_000.0,
            original_balance: 18_000.0,
            age_months: 24,
            ltv_ratio: Some(0.9),
            ..AutoLoan::default()
        };

        let found = auto_analytics(&[loan]);

        // 20,000 at origination, 14,400 after two years.
        assert!((loan.vehicle_value().unwrap() - 14_400.0).abs() < 1e-9);
        assert!((found.implied_recovery.unwrap() - 0.96).abs() < 1e-12);
        assert!((found.current_ltv.unwrap() - 15.0 / 14.4).abs() < 1e-12);
        assert_eq!(AutoLoan { ltv_ratio: None, ..loan }.implied_recovery(), None);
    }
}
