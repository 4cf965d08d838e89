//! Monthly rates under one set of resolved assumptions and one stress, tabulated once.

use super::losses::{Losses, severity};
use super::stress::Stress;
use crate::assumptions::{DefaultModel, Prepayment, RateUnit, Resolved, VectorIndex};
use crate::speeds::{abs_to_smm, cpr_to_smm, ppc_to_cpr, psa_to_cpr, sda_to_cdr, smm_to_cpr};

/// The longest loan in months; ages and periods reach as far.
pub(super) const LONGEST: u16 = 600;

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

/// All tables for one set of resolved assumptions under one stress.
#[derive(Debug, Clone)]
pub(super) struct Speeds {
    pub(super) prepayment: Monthly,
    pub(super) default: Defaults,
    pub(super) severity: Losses,
    /// Whether a multiplied rate or recovery was cut at 1.
    pub(super) clamped: bool,
}

/// Rates as assumed, before any stress.
#[derive(Debug)]
pub(super) struct Base {
    resolved: Resolved,
    prepayment: Monthly,
    default: Monthly,
}

impl Base {
    pub(super) fn new(resolved: &Resolved) -> Self {
        Self {
            prepayment: prepayment(&resolved.prepayment),
            default: default(&resolved.default),
            resolved: resolved.clone(),
        }
    }

    /// Returns the rates under a stress.
    pub(super) fn stressed(&self, stress: &Stress) -> Speeds {
        let mut clamped = false;
        let prepayment =
            self.prepayment.clone().stressed(stress, stress.prepayment_multiplier, &mut clamped);
        let default = if let DefaultModel::CumulativeLoss { total, timing } = &self.resolved.default
        {
            Defaults::Loss(loss_by_period(*total, timing, stress))
        } else {
            let rates = self.default.clone();
            Defaults::Rate(rates.stressed(stress, stress.default_multiplier, &mut clamped))
        };
        let severity = severity(&self.resolved.severity, stress, &mut clamped);
        Speeds { prepayment, default, severity, clamped }
    }
}

impl Speeds {
    pub(super) fn new(resolved: &Resolved, stress: &Stress) -> Self {
        Base::new(resolved).stressed(stress)
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
        // Curves are flat over long stretches, and powers are slow.
        let mut last = (f64::NAN, f64::NAN, f64::NAN);
        let mut scale = |rate: f64, factor: f64| {
            if (last.0.to_bits(), last.1.to_bits()) != (rate.to_bits(), factor.to_bits()) {
                let product = smm_to_cpr(rate) * factor;
                *clamped |= product > 1.0;
                last = (rate, factor, cpr_to_smm(product.min(1.0)));
            }
            last.2
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

/// Copies the table from an entry on; it covers every month of every loan.
pub(super) fn copy_from(table: &[f64], first: usize, target: &mut [f64]) {
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
}
