//! What is assumed for a class when nobody says otherwise, and what drivers say.

use serde::Serialize;

use super::models::{LtvSeverity, Severity};
use crate::loan::{AssetClass, Loan};

/// The default assumptions of one class. Rates are annual decimals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassDefaults {
    /// The class.
    pub asset_class: AssetClass,
    /// The default rate.
    pub cdr: f64,
    /// The prepayment rate.
    pub cpr: f64,
    /// One minus the severity.
    pub recovery_rate: f64,
    /// Months from default to recovery.
    pub recovery_lag_months: u16,
    /// The rate at which cash flows are discounted.
    pub discount_rate: f64,
}

/// Returns the default assumptions of a class.
///
/// # Examples
///
/// ```
/// use credit_engine::{assumptions::class_defaults, loan::AssetClass};
///
/// assert_eq!(class_defaults(AssetClass::AutoLoan).recovery_lag_months, 3);
/// ```
#[must_use]
pub const fn class_defaults(asset_class: AssetClass) -> ClassDefaults {
    let (cdr, cpr, recovery_rate, recovery_lag_months, discount_rate) = match asset_class {
        AssetClass::ResidentialMortgage => (0.005, 0.06, 0.65, 6, 0.05),
        AssetClass::AutoLoan => (0.01, 0.08, 0.50, 3, 0.05),
        AssetClass::ConsumerCredit => (0.03, 0.08, 0.35, 3, 0.07),
        AssetClass::CommercialLoan => (0.02, 0.05, 0.65, 12, 0.06),
        AssetClass::CloCdo => (0.02, 0.10, 0.60, 3, 0.05),
    };
    ClassDefaults { asset_class, cdr, cpr, recovery_rate, recovery_lag_months, discount_rate }
}

/// Returns the annual default rate that a loan's facts suggest, if its class has such a rule and
/// the facts are known.
///
/// Consumer credit by FICO score, times `min(2, 1 + 2 × debt to income)`; commercial loans by debt
/// service coverage.
#[must_use]
pub fn driven_cdr(loan: &Loan) -> Option<f64> {
    let drivers = loan.drivers();
    match loan.asset_class() {
        AssetClass::ConsumerCredit => {
            let by_score = match drivers.fico_score? {
                ..600 => 0.08,
                600..660 => 0.05,
                660..720 => 0.02,
                720.. => 0.01,
            };
            let stretch = drivers.debt_to_income.map_or(1.0, |dti| (1.0 + 2.0 * dti).min(2.0));
            Some(by_score * stretch)
        }
        AssetClass::CommercialLoan => {
            let coverage = drivers.dscr?;
            Some(match coverage {
                _ if coverage < 1.0 => 0.10,
                _ if coverage < 1.25 => 0.05,
                _ if coverage < 1.5 => 0.02,
                _ => 0.01,
            })
        }
        AssetClass::ResidentialMortgage | AssetClass::AutoLoan | AssetClass::CloCdo => None,
    }
}

/// Returns the severity that a loan's facts suggest, if its class has such a rule and the facts
/// are known.
///
/// Consumer credit by security, commercial loans by loan to value, auto loans by the vehicle,
/// which loses 20 % of its value in the first loan year and 10 % in each later one.
#[must_use]
pub fn driven_severity(loan: &Loan) -> Option<Severity> {
    let drivers = loan.drivers();
    let constant = |recovery: f64| Some(Severity::Constant { value: 1.0 - recovery });
    match loan.asset_class() {
        AssetClass::ConsumerCredit => constant(if drivers.is_secured? { 0.70 } else { 0.20 }),
        AssetClass::CommercialLoan => constant(if drivers.ltv_ratio? > 0.8 { 0.60 } else { 0.75 }),
        AssetClass::AutoLoan if drivers.ltv_ratio.or(drivers.collateral_value).is_some() => {
            Some(Severity::Ltv(LtvSeverity {
                first_year_growth: Some(-0.20),
                growth: -0.10,
                haircut: 0.0,
                cost: 0.0,
                otherwise: None,
            }))
        }
        AssetClass::ResidentialMortgage | AssetClass::AutoLoan | AssetClass::CloCdo => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loan::LoanTerms;

    fn consumer(fico: u16, dti: Option<f64>) -> Loan {
        let mut terms = LoanTerms::level("a", AssetClass::ConsumerCredit, 1000.0, 0.1, 36);
        terms.drivers.fico_score = Some(fico);
        terms.drivers.debt_to_income = dti;
        Loan::new(terms).unwrap()
    }

    #[test]
    fn a_score_on_the_boundary_belongs_to_the_better_band() {
        let rates = [599, 600, 659, 660, 719, 720].map(|fico| driven_cdr(&consumer(fico, None)));

        assert_eq!(rates, [0.08, 0.05, 0.05, 0.02, 0.02, 0.01].map(Some));
    }

    #[test]
    fn debt_to_income_at_most_doubles_the_rate() {
        assert_eq!(driven_cdr(&consumer(650, Some(0.25))), Some(0.05 * 1.5));
        assert_eq!(driven_cdr(&consumer(650, Some(0.9))), Some(0.10));
    }

    #[test]
    fn unknown_facts_suggest_nothing() {
        let terms = LoanTerms::level("a", AssetClass::CommercialLoan, 1000.0, 0.1, 36);
        let loan = Loan::new(terms).unwrap();

        assert_eq!((driven_cdr(&loan), driven_severity(&loan)), (None, None));
    }
}
