//! Closed forms of the level payment.

/// Returns the rate of one period from the annual rate.
#[must_use]
pub fn period_rate(annual: f64, per_year: u16, basis: crate::loan::RateBasis) -> f64 {
    let count = f64::from(per_year);
    match basis {
        crate::loan::RateBasis::Nominal => annual / count,
        crate::loan::RateBasis::Effective => (annual.ln_1p() / count).exp_m1(),
    }
}

/// Returns the present value of 1 paid at the end of each of `periods` periods:
/// `(1 − (1 + r)^−n) / r`, and its limit `n` as `r` goes to zero.
#[must_use]
pub fn annuity_factor(rate: f64, periods: u32) -> f64 {
    let count = f64::from(periods);
    if rate.abs() < 1e-14 { count } else { -(-count * rate.ln_1p()).exp_m1() / rate }
}

/// Returns the level payment that repays `balance` in `periods` periods at `rate` per period.
/// Zero periods repay everything at once.
///
/// # Examples
///
/// ```
/// use credit_engine::amortization::level_payment;
///
/// let payment = level_payment(100_000.0, 0.06 / 12.0, 360);
/// assert!((payment - 599.550_525_152_75).abs() < 1e-9);
/// assert_eq!(level_payment(12_000.0, 0.0, 48), 250.0);
/// ```
#[must_use]
pub fn level_payment(balance: f64, rate: f64, periods: u32) -> f64 {
    if periods == 0 { balance } else { balance / annuity_factor(rate, periods) }
}

/// Returns the level payment that leaves `residual` after `periods` periods:
/// `(B − FV (1 + r)^−n) / annuity`.
#[must_use]
pub fn payment_to_residual(balance: f64, rate: f64, periods: u32, residual: f64) -> f64 {
    let discounted = residual * (-f64::from(periods) * rate.ln_1p()).exp();
    level_payment(balance - discounted, rate, periods)
}

/// Returns the share of the balance that a level-payment loan still owes when `left` of `periods`
/// periods are left: `(1 − (1 + r)^−m) / (1 − (1 + r)^−n)` (SF-3).
#[must_use]
pub fn balance_fraction(rate: f64, periods: u32, left: u32) -> f64 {
    annuity_factor(rate, left) / annuity_factor(rate, periods)
}

/// Returns the multiple of the first payment that is due in the 0-based `period`.
#[must_use]
pub fn graduation(growth: f64, period: u32, growth_years: u32, per_year: u16) -> f64 {
    let years = (period / u32::from(per_year.max(1))).min(growth_years);
    (1.0 + growth).powi(years.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_rate_agrees_with_the_limit() {
        let tiny = level_payment(12_000.0, 1e-13, 48);

        assert!((tiny - 250.0).abs() < 1e-8, "{tiny}");
    }

    #[test]
    fn the_fraction_of_a_new_loan_is_one_and_of_an_old_one_zero() {
        assert!((balance_fraction(0.005, 360, 360) - 1.0).abs() < 1e-15);
        assert!(balance_fraction(0.005, 360, 0).abs() < 1e-15);
    }

    #[test]
    fn an_effective_rate_compounds_to_itself() {
        let monthly = period_rate(0.06, 12, crate::loan::RateBasis::Effective);

        assert!(((1.0 + monthly).powi(12) - 1.06).abs() < 1e-14);
    }
}
