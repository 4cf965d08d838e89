//! Monthly rates under one set of resolved assumptions and one stress, tabulated once.

use super::stress::Stress;
use crate::assumptions::{
    DefaultModel, LtvSeverity, Padding, Prepayment, RateUnit, Resolved, Severity, VectorIndex,
    value_at,
};
use crate::loan::Loan;
use crate::speeds::severity::{Collateral, vehicle_value_share};
use crate::speeds::{abs_to_smm, cpr_to_smm, ppc_to_cpr, psa_to_cpr, sda_to_cdr, smm_to_cpr};

/// The longest loan in months; ages and periods reach as far.
const LONGEST: u16 = 600;

/// Monthly rates, by loan month or by period; the tables cover every month of every loan.
#[derive(Debug, Clone)]
pub(super) enum Monthly {
    /// Entry `m − 1` holds in loan month `m`.
    ByAge(Vec<f64>),
    /// Entry `t − 1` holds in period `t`.
    ByPeriod(Vec<f64>),
    /// Annual rates by loan month, and factors on them by period.
    Shocked { annual: Vec<f64>, factor: Vec<f64> },
}

/// What new defaults follow.
#[derive(Debug, Clone)]
pub(super) enum Defaults {
    /// A rate on the performing balance.
    Rate(Monthly),
    /// Net losses as shares of the balance in period 0, by period.
    Loss(Vec<f64>),
}

/// The share lost of what defaults.
#[derive(Debug, Clone)]
pub(super) enum Losses {
    Constant(f64),
    ByAge(Vec<f64>),
    ByPeriod(Vec<f64>),
    Collateral { terms: LtvSeverity, stress: Stress },
}

/// All tables for one set of resolved assumptions under one stress.
#[derive(Debug, Clone)]
pub(super) struct Speeds {
    pub(super) prepayment: Monthly,
    pub(super) default: Defaults,
    pub(super) severity: Losses,
    /// Whether a multiplied rate or recovery was cut at 1.
    pub(super) clamped: bool,
}

impl Speeds {
    pub(super) fn new(resolved: &Resolved, stress: &Stress) -> Self {
        let mut clamped = false;
        let prepayment = prepayment(&resolved.prepayment).stressed(
            stress,
            stress.prepayment_multiplier,
            &mut clamped,
        );
        let default = match &resolved.default {
            DefaultModel::CumulativeLoss { total, timing } => {
                Defaults::Loss(loss_by_period(*total, timing, stress))
            }
            model => Defaults::Rate(default(model).stressed(
                stress,
                stress.default_multiplier,
                &mut clamped,
            )),
        };
        let severity = severity(&resolved.severity, stress, &mut clamped);
        Self { prepayment, default, severity, clamped }
    }
}

impl Monthly {
    /// Fills `rates` with the monthly rates of the periods after the first `elapsed` ones, for a
    /// loan that is `age` months old in period 0.
    pub(super) fn fill(&self, age: u16, elapsed: u16, rates: &mut [f64]) {
        let (by_age, by_period) = (usize::from(age + elapsed), usize::from(elapsed));
        match self {
            Self::ByAge(table) => copy_from(table, by_age, rates),
            Self::ByPeriod(table) => copy_from(table, by_period, rates),
            Self::Shocked { annual, factor } => {
                let annual = annual.iter().skip(by_age).zip(factor.iter().skip(by_period));
                for (rate, (annual, factor)) in rates.iter_mut().zip(annual) {
                    *rate = cpr_to_smm((annual * factor).min(1.0));
                }
            }
        }
    }

    /// Applies a multiplier to the annual rates.
    fn stressed(self, stress: &Stress, multiplier: f64, clamped: &mut bool) -> Self {
        if multiplier.total_cmp(&1.0).is_eq() {
            return self;
        }
        let mut scale = |rate: f64, factor: f64| {
            let product = smm_to_cpr(rate) * factor;
            *clamped |= product > 1.0;
            cpr_to_smm(product.min(1.0))
        };
        match self {
            Self::ByPeriod(rates) => {
                let periods = (1..).map(|period| stress.in_force(multiplier, period));
                Self::ByPeriod(
                    rates.into_iter().zip(periods).map(|(rate, f)| scale(rate, f)).collect(),
                )
            }
            Self::ByAge(rates) if stress.is_constant() => {
                Self::ByAge(rates.into_iter().map(|rate| scale(rate, multiplier)).collect())
            }
            Self::ByAge(rates) => Self::Shocked {
                annual: rates.into_iter().map(smm_to_cpr).collect(),
                factor: (1..=LONGEST).map(|t| stress.in_force(multiplier, t)).collect(),
            },
            Self::Shocked { .. } => self,
        }
    }
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

/// Copies the table from an entry on; it covers every month of every loan.
fn copy_from(table: &[f64], first: usize, target: &mut [f64]) {
    let source = table.get(first..first + target.len()).unwrap_or_default();
    if source.len() == target.len() {
        target.copy_from_slice(source);
    }
}

fn by_age(rate: impl Fn(u16) -> f64) -> Monthly {
    Monthly::ByAge((1..=2 * LONGEST).map(rate).collect())
}

fn by_period(rate: impl Fn(u16) -> f64) -> Monthly {
    Monthly::ByPeriod((1..=LONGEST).map(rate).collect())
}

fn constant(rate: f64) -> Monthly {
    by_period(|_| rate)
}

fn vector(vector: &crate::assumptions::RateVector) -> Monthly {
    let rate = |month: u16| match vector.unit {
        RateUnit::Monthly => vector.at(month),
        RateUnit::Annual => cpr_to_smm(vector.at(month)),
    };
    match vector.by {
        VectorIndex::Period => by_period(rate),
        VectorIndex::LoanAge => by_age(rate),
    }
}

fn prepayment(model: &Prepayment) -> Monthly {
    match model {
        Prepayment::None => constant(0.0),
        Prepayment::Cpr { value } => constant(cpr_to_smm(*value)),
        Prepayment::Smm { value } => constant(*value),
        Prepayment::Psa { value } => {
            by_age(|month| cpr_to_smm(psa_to_cpr(*value, u32::from(month))))
        }
        Prepayment::Abs { value } => by_age(|month| abs_to_smm(*value, u32::from(month))),
        Prepayment::Ppc { value, from, to, months } => by_age(|month| {
            cpr_to_smm(ppc_to_cpr(*value, *from, *to, u32::from(*months), u32::from(month)))
        }),
        Prepayment::Vector(rates) => vector(rates),
    }
}

fn default(model: &DefaultModel) -> Monthly {
    match model {
        DefaultModel::None | DefaultModel::CumulativeLoss { .. } => constant(0.0),
        DefaultModel::Cdr { value } => constant(cpr_to_smm(*value)),
        DefaultModel::Mdr { value } => constant(*value),
        DefaultModel::Sda { value } => {
            by_age(|month| cpr_to_smm(sda_to_cdr(*value, u32::from(month), u32::MAX, 0)))
        }
        DefaultModel::Vector(rates) => vector(rates),
    }
}

fn loss_by_period(total: f64, timing: &[f64], stress: &Stress) -> Vec<f64> {
    let share = |period: u16| {
        let year = usize::from(period.saturating_sub(1) / 12);
        let of_year = timing.get(year).copied().unwrap_or(0.0);
        total * of_year / 12.0 * stress.in_force(stress.default_multiplier, period)
    };
    (1..=LONGEST).map(share).collect()
}

fn severity(model: &Severity, stress: &Stress, clamped: &mut bool) -> Losses {
    let unchanged = stress.recovery_multiplier.total_cmp(&1.0).is_eq();
    let mut stressed = |severity: f64| {
        if unchanged {
            return severity;
        }
        *clamped |= (1.0 - severity) * stress.recovery_multiplier > 1.0;
        1.0 - stress.recovery(1.0 - severity)
    };
    match model {
        Severity::Constant { value } => Losses::Constant(stressed(*value)),
        Severity::Vector { values, by, each } => {
            let share = |month| stressed(value_at(values, *each, Padding::Last, month));
            match by {
                VectorIndex::Period => Losses::ByPeriod((1..=LONGEST).map(share).collect()),
                VectorIndex::LoanAge => Losses::ByAge((1..=2 * LONGEST).map(share).collect()),
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
        return 1.0 - stress.recovery(1.0 - terms.otherwise.unwrap_or(0.0));
    };
    let growth = value_index(terms, age.saturating_add(period)) / value_index(terms, age);
    let price_index = growth * (1.0 - stress.property_value_decline);
    let sold = Collateral { value, price_index, haircut: terms.haircut, cost: terms.cost };
    1.0 - stress.recovery(1.0 - sold.severity(owed))
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
    fn a_multiplier_acts_on_the_annual_rate() {
        let stress = Stress { prepayment_multiplier: 2.0, ..Stress::default() };
        let mut clamped = false;
        let mut rates = [0.0];

        constant(cpr_to_smm(0.06)).stressed(&stress, 2.0, &mut clamped).fill(0, 0, &mut rates);

        close(rates[0], cpr_to_smm(0.12));
        assert!(!clamped);
    }

    #[test]
    fn a_rate_multiplied_beyond_one_is_cut_and_reported() {
        let stress = Stress::default();
        let mut clamped = false;
        let mut rates = [0.0];

        constant(cpr_to_smm(0.30)).stressed(&stress, 5.0, &mut clamped).fill(0, 0, &mut rates);

        close(rates[0], 1.0);
        assert!(clamped);
    }

    #[test]
    fn a_ramped_multiplier_follows_the_period_also_for_curves_by_age() {
        let stress = Stress { ramp_months: 2, prepayment_multiplier: 3.0, ..Stress::default() };
        let mut clamped = false;
        let mut rates = [0.0; 2];

        prepayment(&Prepayment::Psa { value: 100.0 })
            .stressed(&stress, 3.0, &mut clamped)
            .fill(40, 0, &mut rates);

        close(rates[0], cpr_to_smm(0.12));
        close(rates[1], cpr_to_smm(0.18));
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
