//! The speeds that pool factors reveal (SF-7..13).
//!
//! A factor is the share of the original balance still outstanding. Dividing it by the share a loan
//! would owe without prepayments leaves the share of loans that did not prepay.

use super::convert::{cpr_to_smm, psa_to_cpr, smm_to_cpr};
use crate::amortization::balance_fraction;

/// A pool observed twice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Original face, which weights the pool among others.
    pub face: f64,
    /// Factor at the start.
    pub factor_begin: f64,
    /// Factor at the end.
    pub factor_end: f64,
    /// Share that a loan without prepayments owes at the start.
    pub scheduled_begin: f64,
    /// Share that a loan without prepayments owes at the end.
    pub scheduled_end: f64,
    /// Loan month of the first month observed.
    pub first_month: u16,
    /// Months observed.
    pub months: u16,
}

/// Why no speed could be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// No pool, no month or no balance was observed.
    #[error("at least one pool with a positive factor and one month must be observed")]
    NothingObserved,
    /// More is outstanding than the schedule allows: nobody prepaid.
    #[error("the end factor exceeds the scheduled factor, so no prepayment speed exists")]
    NegativeSpeed,
}

/// The speed of one or several pools over one or several months.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistoricalSpeed {
    /// Average share per month.
    pub smm: f64,
    /// The same per year.
    pub cpr: f64,
    /// The multiple of the standard ramp that explains the same end balance.
    pub psa: f64,
}

impl Observation {
    /// Observes a pool of level-payment loans with the gross annual coupon `gross_coupon`.
    #[must_use]
    pub fn of_level_loans(
        gross_coupon: f64,
        factors: (f64, f64),
        schedule_term: u16,
        remaining: (u16, u16),
        first_month: u16,
    ) -> Self {
        let rate = gross_coupon / 12.0;
        Self {
            face: 1.0,
            factor_begin: factors.0,
            factor_end: factors.1,
            scheduled_begin: balance_fraction(rate, schedule_term.into(), remaining.0.into()),
            scheduled_end: balance_fraction(rate, schedule_term.into(), remaining.1.into()),
            first_month,
            months: remaining.0.saturating_sub(remaining.1),
        }
    }

    /// Returns the factor at the end had nobody prepaid since the start.
    #[must_use]
    pub fn scheduled_factor(&self) -> f64 {
        self.factor_begin * self.scheduled_end / self.scheduled_begin
    }

    /// Returns the share of loans that did not prepay.
    #[must_use]
    pub fn survival(&self) -> f64 {
        self.factor_end / self.scheduled_factor()
    }

    /// Returns the absolute speed: the constant share of the original number of loans that prepaid
    /// each month, `(1 − R) / (m₂ − R m₁)` with the survival `R` from loan month `m₁` to `m₂`
    /// (SF-13).
    #[must_use]
    pub fn abs(&self) -> f64 {
        let before = f64::from(self.first_month.max(1) - 1);
        let after = before + f64::from(self.months);
        let survival = self.survival();
        (1.0 - survival) / (after - survival * before)
    }
}

/// Returns the average speed of `pools`: the constant one that leads from the start balances to the
/// sum of the end balances. PSA is found by iteration because pools of different age stand at
/// different points of the ramp; PSA speeds of single pools are never averaged (SF-11..13).
///
/// # Errors
///
/// Refuses to answer when nothing was observed or more is outstanding than scheduled.
pub fn average_speed(pools: &[Observation]) -> Result<HistoricalSpeed, HistoryError> {
    let balances = |share: fn(&Observation) -> f64| {
        pools.iter().map(|pool| pool.face * share(pool)).sum::<f64>()
    };
    let scheduled = balances(Observation::scheduled_factor);
    let actual = balances(|pool| pool.factor_end);
    let sound = pools.iter().all(|pool| pool.months > 0 && pool.scheduled_factor() > 0.0);
    if !sound || !scheduled.is_finite() || scheduled <= 0.0 {
        return Err(HistoryError::NothingObserved);
    }
    if actual > scheduled * (1.0 + 1e-12) {
        return Err(HistoryError::NegativeSpeed);
    }

    let outstanding = |survive: &dyn Fn(&Observation) -> f64| {
        pools.iter().map(|pool| pool.face * pool.scheduled_factor() * survive(pool)).sum::<f64>()
    };
    let smm =
        bisect(1.0, |smm| outstanding(&|pool| (1.0 - smm).powi(i32::from(pool.months))) - actual);
    let psa = bisect(50_000.0, |psa| outstanding(&|pool| ramp_survival(psa, pool)) - actual);
    Ok(HistoricalSpeed { smm, cpr: smm_to_cpr(smm), psa })
}

fn ramp_survival(psa: f64, pool: &Observation) -> f64 {
    let first = u32::from(pool.first_month);
    (first..first + u32::from(pool.months))
        .map(|month| 1.0 - cpr_to_smm(psa_to_cpr(psa, month)))
        .product()
}

/// Returns the zero between 0 and `high` of a function that falls from positive to negative.
fn bisect(high: f64, excess: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, high);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if excess(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(face: f64, psa: f64, first_month: u16, months: u16) -> Observation {
        let mut pool = Observation {
            face,
            factor_begin: 0.9,
            factor_end: 0.0,
            scheduled_begin: 0.95,
            scheduled_end: 0.94,
            first_month,
            months,
        };
        pool.factor_end = pool.scheduled_factor() * ramp_survival(psa, &pool);
        pool
    }

    #[test]
    fn pools_of_different_age_with_one_psa_average_to_that_psa() {
        let pools = [pool(1.0, 180.0, 3, 6), pool(2.0, 180.0, 25, 6)];

        let speed = average_speed(&pools).unwrap();

        assert!((speed.psa - 180.0).abs() < 1e-6, "{speed:?}");
    }

    #[test]
    fn the_absolute_speed_of_one_month_agrees_with_its_smm() {
        let observed = pool(1.0, 300.0, 20, 1);

        let smm = 1.0 - observed.survival();

        assert!((observed.abs() - super::super::smm_to_abs(smm, 20)).abs() < 1e-14);
    }

    #[test]
    fn a_growing_pool_has_no_speed() {
        let mut growing = pool(1.0, 0.0, 5, 1);
        growing.factor_end *= 1.01;

        assert_eq!(average_speed(&[growing]), Err(HistoryError::NegativeSpeed));
        assert_eq!(average_speed(&[]), Err(HistoryError::NothingObserved));
    }
}
