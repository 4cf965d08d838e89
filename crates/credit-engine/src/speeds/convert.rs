//! Speeds of one unit as speeds of another.

use crate::loan::UnknownName;

/// Returns the monthly rate of an annual one: `SMM = 1 − (1 − CPR)^(1/12)` (SF-5). The same
/// formula turns CDR into MDR. Rates beyond 0..1 are clamped.
#[must_use]
pub fn cpr_to_smm(cpr: f64) -> f64 {
    cpr_to_smm_per(cpr, 12)
}

/// Returns the rate per period of an annual one: `1 − (1 − CPR)^(1/k)`, so that a quarterly payer
/// has `k = 4`.
#[must_use]
pub fn cpr_to_smm_per(cpr: f64, per_year: u16) -> f64 {
    if cpr >= 1.0 {
        return 1.0;
    }
    -((-cpr.max(0.0)).ln_1p() / f64::from(per_year.max(1))).exp_m1()
}

/// Returns the annual rate of a monthly one: `CPR = 1 − (1 − SMM)^12` (SF-5).
#[must_use]
pub fn smm_to_cpr(smm: f64) -> f64 {
    if smm >= 1.0 {
        return 1.0;
    }
    -((-smm.max(0.0)).ln_1p() * 12.0).exp_m1()
}

/// Returns the CPR of a multiple of the standard ramp in a loan month:
/// `min(PSA/100 · 0.2 % · max(1, min(month, 30)), 100 %)` (SF-6).
#[must_use]
pub fn psa_to_cpr(psa: f64, month: u32) -> f64 {
    (psa / 100.0 * ramp(month)).clamp(0.0, 1.0)
}

/// Returns the multiple of the standard ramp that a CPR is in a loan month.
#[must_use]
pub fn cpr_to_psa(cpr: f64, month: u32) -> f64 {
    cpr / ramp(month) * 100.0
}

fn ramp(month: u32) -> f64 {
    0.002 * f64::from(month.clamp(1, 30))
}

/// Returns the SMM of an absolute speed in a loan month: `ABS / (1 − ABS (month − 1))` (SF-12);
/// 1 from the month on in which no loan is left.
#[must_use]
pub fn abs_to_smm(abs: f64, month: u32) -> f64 {
    if abs <= 0.0 {
        return 0.0;
    }
    let left = 1.0 - abs * f64::from(month.max(1) - 1);
    if left <= abs { 1.0 } else { abs / left }
}

/// Returns the absolute speed of an SMM in a loan month: `SMM / (1 + SMM (month − 1))` (SF-13).
#[must_use]
pub fn smm_to_abs(smm: f64, month: u32) -> f64 {
    smm / (1.0 + smm * f64::from(month.max(1) - 1))
}

/// Returns the CPR of a multiple of a caller's ramp, which goes in a straight line from `from` in
/// loan month 1 to `to` in loan month `months` and stays there.
#[must_use]
pub fn ppc_to_cpr(ppc: f64, from: f64, to: f64, months: u32, month: u32) -> f64 {
    let steps = f64::from(months.max(1) - 1);
    let done = f64::from(month.max(1) - 1).min(steps);
    let share = if steps > 0.0 { done / steps } else { 1.0 };
    (ppc / 100.0 * (from + (to - from) * share)).clamp(0.0, 1.0)
}

/// Returns the CDR of a multiple of the standard default assumption in a loan month: 0.02 % per
/// month up to 0.60 % in month 30, flat to 60, minus 0.0095 % per month to 0.03 % in month 120,
/// then flat; zero in the last `months_to_liquidation` months of the term (SF-19..21).
#[must_use]
pub fn sda_to_cdr(sda: f64, month: u32, term: u32, months_to_liquidation: u32) -> f64 {
    if month.saturating_add(months_to_liquidation) > term {
        return 0.0;
    }
    let standard = match month {
        0..=30 => 0.0002 * f64::from(month.max(1)),
        31..=60 => 0.006,
        61..=120 => 0.006 - 0.000_095 * f64::from(month - 60),
        _ => 0.0003,
    };
    (sda / 100.0 * standard).clamp(0.0, 1.0)
}

/// Tells whether the standard default assumption was made for loans of this term: amortising
/// residential loans of fifteen years or more.
#[must_use]
pub const fn sda_suits_term(term_months: u16) -> bool {
    term_months >= 180
}

/// A unit in which speeds are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeedUnit {
    /// Share per month, of prepayments or of defaults.
    Monthly,
    /// Share per year, of prepayments or of defaults.
    Annual,
    /// Per cent of the standard prepayment ramp.
    Psa,
    /// Share of the original number of loans per month.
    Abs,
}

impl SpeedUnit {
    /// Reads `smm`, `mdr`, `cpr`, `cdr`, `psa` or `abs` in any case.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such unit.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        match value.trim().to_ascii_lowercase().as_str() {
            "smm" | "mdr" | "monthly" => Ok(Self::Monthly),
            "cpr" | "cdr" | "annual" => Ok(Self::Annual),
            "psa" => Ok(Self::Psa),
            "abs" => Ok(Self::Abs),
            _ => Err(UnknownName {
                list: "speed unit",
                value: value.to_owned(),
                allowed: "smm, mdr, cpr, cdr, psa, abs".to_owned(),
            }),
        }
    }

    /// Returns `speed` as a share per month in a loan month.
    #[must_use]
    pub fn to_smm(self, speed: f64, month: u32) -> f64 {
        match self {
            Self::Monthly => speed.clamp(0.0, 1.0),
            Self::Annual => cpr_to_smm(speed),
            Self::Psa => cpr_to_smm(psa_to_cpr(speed, month)),
            Self::Abs => abs_to_smm(speed, month),
        }
    }

    /// Returns a share per month in this unit in a loan month.
    #[must_use]
    pub fn from_smm(self, smm: f64, month: u32) -> f64 {
        match self {
            Self::Monthly => smm,
            Self::Annual => smm_to_cpr(smm),
            Self::Psa => cpr_to_psa(smm_to_cpr(smm), month),
            Self::Abs => smm_to_abs(smm, month),
        }
    }

    /// Tells whether a speed of this unit depends on the loan month.
    #[must_use]
    pub const fn needs_month(self) -> bool {
        matches!(self, Self::Psa | Self::Abs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ppc_ramp_starts_and_ends_where_it_says() {
        let at = |month| ppc_to_cpr(100.0, 0.02, 0.15, 12, month);

        assert!((at(1) - 0.02).abs() < 1e-15 && (at(12) - 0.15).abs() < 1e-15);
        assert!((at(99) - 0.15).abs() < 1e-15 && at(6) > at(5));
        assert!((ppc_to_cpr(150.0, 0.02, 0.15, 12, 40) - 0.225).abs() < 1e-15);
    }

    #[test]
    fn the_absolute_speed_repays_the_last_loan_and_stays_at_one() {
        assert!((abs_to_smm(0.02, 50) - 1.0).abs() < 1e-12);
        assert!((abs_to_smm(0.02, 51) - 1.0).abs() < f64::EPSILON);
        assert!((abs_to_smm(0.02, 400) - 1.0).abs() < f64::EPSILON);
        assert!(abs_to_smm(0.0, 400).abs() < f64::EPSILON);
    }

    #[test]
    fn short_loans_do_not_suit_the_default_standard() {
        assert!(sda_suits_term(180) && !sda_suits_term(179));
    }

    proptest! {
        #[test]
        fn a_speed_survives_a_change_of_unit(smm in 0.0..0.3_f64, month in 1_u32..360) {
            for unit in [SpeedUnit::Monthly, SpeedUnit::Annual, SpeedUnit::Abs] {
                let there = unit.from_smm(smm, month);
                prop_assert!((unit.to_smm(there, month) - smm).abs() < 1e-12);
            }
        }

        #[test]
        fn psa_survives_a_change_of_unit(psa in 0.0..1000.0_f64, month in 1_u32..360) {
            let smm = SpeedUnit::Psa.to_smm(psa, month);
            prop_assert!((SpeedUnit::Psa.from_smm(smm, month) - psa).abs() < 1e-8);
        }
    }
}
