//! The share lost of what defaults, under one severity and one stress.

use super::speeds::{LONGEST, copy_from};
use super::stress::Stress;
use crate::assumptions::{LtvSeverity, Padding, Severity, VectorIndex, value_at};
use crate::loan::Loan;
use crate::speeds::severity::{Collateral, vehicle_value_share};

/// The share lost of what defaults.
#[derive(Debug, Clone)]
pub(super) enum Losses {
    Constant(f64),
    ByAge(Vec<f64>),
    ByPeriod(Vec<f64>),
    /// Recoveries by loan month, and factors on them by period.
    Shocked {
        recovery: Vec<f64>,
        factor: Vec<f64>,
    },
    Collateral {
        terms: LtvSeverity,
        stress: Stress,
    },
}

impl Losses {
    /// Fills `shares` with the severity of defaults in the periods after the first `elapsed` ones, for
    /// a loan that is `age` months old in period 0.
    /// `owed` is the scheduled balance at the beginning of each period, and `value` what the
    /// collateral is worth today, if known.
    pub(super) fn fill(
        &self,
        (age, elapsed): (u16, u16),
        value: Option<f64>,
        owed: &[f64],
        shares: &mut [f64],
    ) {
        match self {
            Self::Constant(share) => shares.fill(*share),
            Self::ByAge(table) => copy_from(table, usize::from(age + elapsed), shares),
            Self::ByPeriod(table) => copy_from(table, usize::from(elapsed), shares),
            Self::Shocked { recovery, factor } => {
                let recovery = recovery.iter().skip(usize::from(age + elapsed));
                let stressed = recovery.zip(factor.iter().skip(usize::from(elapsed)));
                for (share, (recovery, factor)) in shares.iter_mut().zip(stressed) {
                    *share = 1.0 - (recovery * factor).clamp(0.0, 1.0);
                }
            }
            Self::Collateral { terms, stress } => {
                for (period, (share, owed)) in (elapsed + 1..).zip(shares.iter_mut().zip(owed)) {
                    *share = uncovered(terms, stress, age, period, value, *owed);
                }
            }
        }
    }

    /// Returns the severity of a loan that is in default already.
    pub(super) fn today(&self, loan: &Loan) -> f64 {
        let mut share = [0.0];
        self.fill((loan.age_months(), 0), collateral(loan), &[loan.balance()], &mut share);
        share.iter().sum()
    }

    /// Tells whether the severity depends on a loan's own collateral.
    pub(super) const fn is_per_loan(&self) -> bool {
        matches!(self, Self::Collateral { .. })
    }
}

/// Returns what the collateral of a loan is worth today, stated or implied by loan to value.
pub(super) fn collateral(loan: &Loan) -> Option<f64> {
    let drivers = loan.drivers();
    let implied =
        drivers.ltv_ratio.filter(|ratio| *ratio > 0.0).map(|ratio| loan.balance() / ratio);
    drivers.collateral_value.or(implied)
}

/// Tabulates a severity under a stress; `clamped` is set if a recovery was cut at 1.
pub(super) fn severity(model: &Severity, stress: &Stress, clamped: &mut bool) -> Losses {
    let unchanged = stress.recovery_multiplier.total_cmp(&1.0).is_eq();
    let mut stressed = |severity: f64, period: u16| {
        if unchanged {
            return severity;
        }
        let recovery = 1.0 - severity;
        *clamped |= recovery * stress.in_force(stress.recovery_multiplier, period) > 1.0;
        1.0 - stress.recovery(recovery, period)
    };
    let is_constant = unchanged || stress.is_constant();
    match model {
        Severity::Constant { value } if is_constant => Losses::Constant(stressed(*value, 1)),
        Severity::Constant { value } => {
            Losses::ByPeriod((1..=LONGEST).map(|period| stressed(*value, period)).collect())
        }
        Severity::Vector { values, by, each } => {
            let share = |month| value_at(values, *each, Padding::Last, month);
            let ages = 1..=2 * LONGEST;
            match by {
                VectorIndex::Period => Losses::ByPeriod(
                    (1..=LONGEST).map(|period| stressed(share(period), period)).collect(),
                ),
                VectorIndex::LoanAge if is_constant => {
                    Losses::ByAge(ages.map(|month| stressed(share(month), 1)).collect())
                }
                VectorIndex::LoanAge => Losses::Shocked {
                    recovery: ages.map(|month| 1.0 - share(month)).collect(),
                    factor: (1..=LONGEST)
                        .map(|period| stress.in_force(stress.recovery_multiplier, period))
                        .collect(),
                },
            }
        }
        Severity::Ltv(terms) => Losses::Collateral { terms: *terms, stress: *stress },
    }
}

/// Returns `1 − value × growth × (1 − haircut) × (1 − cost) / owed`, kept between 0 and 1.
fn uncovered(
    terms: &LtvSeverity,
    stress: &Stress,
    age: u16,
    period: u16,
    value: Option<f64>,
    owed: f64,
) -> f64 {
    let Some(value) = value else {
        return 1.0 - stress.recovery(1.0 - terms.otherwise.unwrap_or(0.0), period);
    };
    let growth = value_index(terms, age.saturating_add(period)) / value_index(terms, age);
    let price_index = growth * (1.0 - stress.property_value_decline);
    let sold = Collateral { value, price_index, haircut: terms.haircut, cost: terms.cost };
    1.0 - stress.recovery(1.0 - sold.severity(owed), period)
}

/// Returns the collateral value in loan month `month` relative to origination.
fn value_index(terms: &LtvSeverity, month: u16) -> f64 {
    let first_year = terms.first_year_growth.unwrap_or(terms.growth);
    vehicle_value_share(u32::from(month), -first_year, -terms.growth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
    }

    #[test]
    fn a_shock_of_recoveries_ends_also_for_severities_by_age() {
        let stress =
            Stress { recovery_multiplier: 0.5, duration_months: Some(1), ..Stress::default() };
        let by_age = Severity::Vector {
            values: vec![0.2, 0.4, 0.6],
            by: VectorIndex::LoanAge,
            each: crate::assumptions::VectorStep::Month,
        };
        for (model, wanted) in
            [(Severity::Constant { value: 0.6 }, [0.8, 0.6]), (by_age, [0.7, 0.6])]
        {
            let mut clamped = false;
            let mut shares = [0.0; 2];

            severity(&model, &stress, &mut clamped).fill((1, 0), None, &[1.0; 2], &mut shares);

            close(shares[0], wanted[0]);
            close(shares[1], wanted[1]);
        }
    }

    #[test]
    fn collateral_covers_what_it_is_worth() {
        let terms = LtvSeverity {
            first_year_growth: None,
            growth: 0.0,
            haircut: 0.2,
            cost: 0.1,
            otherwise: Some(0.4),
        };
        let stress = Stress::default();

        close(uncovered(&terms, &stress, 0, 1, Some(100.0), 90.0), 1.0 - 72.0 / 90.0);
        close(uncovered(&terms, &stress, 0, 1, Some(100.0), 50.0), 0.0);
        close(uncovered(&terms, &stress, 0, 1, None, 50.0), 0.4);
    }
}
