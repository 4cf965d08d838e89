//! Runs paths.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use credit_engine::assumptions::AssumptionSet;
use credit_engine::dates::DayCount;
use credit_engine::loan::{Loan, RateType};
use credit_engine::projection::{
    Control, GroupBy, Indices, ProjectionError, Settings, StaticPool, project_scenarios,
};
use credit_engine::valuation::Compounding;

use super::block::Block;
use super::drivers::Drivers;
use super::path::{Flows, PathRow, Ruler};
use super::plan::Plan;
use crate::domain::analysis::{AnalysisError, Outcome, TimeBasis, analyze};

/// The loans of a simulation, divided by whether a path needs their schedules anew.
#[derive(Debug)]
pub struct Subject {
    /// Schedules are the same in every path.
    fixed: Vec<Loan>,
    /// Schedules follow the indices of the path.
    floating: Vec<Loan>,
    set: AssumptionSet,
    indices: Indices,
    /// The plain analysis.
    base: Outcome,
    ruler: Ruler,
}

/// Runs paths on a subject.
#[derive(Debug)]
pub struct Model<'a> {
    subject: &'a Subject,
    plan: &'a Plan,
    pool: StaticPool<'a>,
    settings: Settings<'a>,
    draws: credit_engine::risk::draws::Draws,
}

/// Why a path was not run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The plain analysis failed.
    #[error("the pool cannot be analysed")]
    Analysis(#[from] AnalysisError),
    /// The projection failed.
    #[error("a path cannot be projected")]
    Projection(#[from] ProjectionError),
}

impl ModelError {
    /// Whether somebody stopped it.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        matches!(
            self,
            Self::Analysis(AnalysisError::Stopped) | Self::Projection(ProjectionError::Cancelled)
        )
    }
}

fn floats(loan: &Loan) -> bool {
    matches!(loan.rate_type(), RateType::Floating | RateType::Hybrid)
}

/// Returns the work of a simulation: months of groups of loans, over all paths. A loan whose
/// schedule follows the indices of the path counts several times.
#[must_use]
pub fn work(loans: &[Loan], plan: &Plan) -> u64 {
    let mut shapes: Vec<u64> = Vec::new();
    let mut months = 0_u64;
    let by_age = plan.terms.assumptions.request.prepayment.is_some()
        || !plan.terms.assumptions.selectors.is_empty();
    for loan in loans {
        let remaining = u64::from(loan.remaining_months());
        if floats(loan) && plan.moves_indices() {
            months += 8 * remaining;
            continue;
        }
        let age = if by_age { u64::from(loan.age_months()) } else { 0 };
        let class = loan.asset_class() as u64;
        shapes.push(class << 32 | age << 16 | remaining);
    }
    shapes.sort_unstable();
    shapes.dedup();
    let shared: u64 = shapes.iter().map(|shape| shape & 0xFFFF).sum();
    (months + shared).saturating_mul(u64::from(plan.paths))
}

impl Subject {
    /// Analyses the pool as it is and prepares it for paths.
    ///
    /// # Errors
    ///
    /// Fails if the pool cannot be analysed or `control` says so.
    pub fn new(loans: Vec<Loan>, plan: &Plan, control: Control<'_>) -> Result<Self, ModelError> {
        let terms = &plan.terms;
        let base = analyze(&loans, terms, control)?;
        let set =
            AssumptionSet::new(terms.assumptions.clone()).map_err(|_| AnalysisError::Terms)?;
        let compounding =
            Compounding::parse(&terms.compounding).map_err(|_| AnalysisError::Terms)?;
        let indices = terms.indices.iter().fold(Indices::unchanged(), |indices, (name, values)| {
            indices.with(name, values.clone())
        });
        let time = |(period, date): (u32, &chrono::NaiveDate)| {
            let time = match terms.time_basis {
                TimeBasis::Dates => DayCount::Act365Fixed.fraction(terms.pricing_date, *date),
                TimeBasis::Periods => f64::from(period) / 12.0,
            };
            (*date > terms.pricing_date).then_some(time)
        };
        let times: Vec<Option<f64>> = (1..).zip(&base.cashflows.date).map(time).collect();
        let periods = plan.horizon_months.map_or(times.len(), usize::from).min(times.len());
        let start = base.metrics.as_ref().and_then(|metrics| metrics.irr).unwrap_or(0.05);
        let ruler = Ruler {
            points: Ruler::points(periods),
            times,
            compounding,
            discount_rate: base.discount_rate,
            cost: terms.price / 100.0 * base.balance,
            start: start.max(-0.5).ln_1p(),
        };
        let moves = plan.moves_indices();
        let (floating, fixed) = loans.into_iter().partition(|loan| moves && floats(loan));
        Ok(Self { fixed, floating, set, indices, base, ruler })
    }

    /// Returns the plain analysis.
    #[must_use]
    pub const fn base(&self) -> &Outcome {
        &self.base
    }

    pub(super) const fn ruler(&self) -> &Ruler {
        &self.ruler
    }
}

impl<'a> Model<'a> {
    /// Adds up the schedules that all paths share.
    ///
    /// # Errors
    ///
    /// Fails if `control` says so.
    pub fn new(
        subject: &'a Subject,
        plan: &'a Plan,
        control: Control<'a>,
    ) -> Result<Self, ModelError> {
        let first = subject.base.cashflows.date.first().copied();
        let settings = Settings {
            first_payment_date: first.unwrap_or(plan.terms.analysis_date),
            indices: &subject.indices,
            group_by: GroupBy::None,
            control,
        };
        let pool = StaticPool::new(&subject.fixed, &subject.set, &settings)?;
        Ok(Self { subject, plan, pool, settings, draws: plan.draws() })
    }

    /// Runs paths; `done` counts them.
    ///
    /// # Errors
    ///
    /// Fails if the control of the model says so.
    pub fn run(&self, paths: Range<u64>, done: &AtomicUsize) -> Result<Block, ModelError> {
        let first = paths.start;
        let mut clamped = vec![0_u32; self.plan.variables.len()];
        let mut held = 0;
        let mut drivers = Vec::new();
        for path in paths {
            let draw = self.draws.path(path);
            for (count, clamped) in clamped.iter_mut().zip(&draw.clamped) {
                *count += u32::from(*clamped);
            }
            let effects = self.plan.variables.iter().map(|variable| &variable.effect);
            let (found, was_held) = Drivers::of(effects.zip(draw.values));
            held += u32::from(was_held);
            drivers.push(found);
        }
        let rows = self.measure(&drivers, done)?;
        Ok(Block { first, rows, clamped, held })
    }

    /// Projects the pool under given drivers.
    pub(super) fn measure(
        &self,
        drivers: &[Drivers],
        done: &AtomicUsize,
    ) -> Result<Vec<PathRow>, ModelError> {
        let stresses: Vec<_> = drivers.iter().map(Drivers::stress).collect();
        let nothing = Drivers::default();
        let measured = self.pool.measure(&stresses, |position, columns, _| {
            let drivers = drivers.get(position).unwrap_or(&nothing);
            let mut flows = Flows::new(&columns, self.plan.horizon_months);
            if !self.subject.floating.is_empty() {
                flows.add(&self.floating(drivers)?);
            }
            done.fetch_add(1, Ordering::Relaxed);
            Ok(self.subject.ruler.measure(&flows, drivers))
        })?;
        measured.into_iter().collect()
    }

    /// Projects the loans whose schedules follow the indices of a path.
    fn floating(&self, drivers: &Drivers) -> Result<Flows, ModelError> {
        let indices = self.subject.indices.moved(&[drivers.interest_rate_shock]);
        let settings = Settings { indices: &indices, ..self.settings };
        let (loans, set) = (&self.subject.floating, &self.subject.set);
        let mut found = project_scenarios(loans, set, &settings, &[drivers.stress()])?;
        let projection = found.pop().ok_or(ProjectionError::Cancelled)?;
        Ok(Flows::new(&projection.pool, self.plan.horizon_months))
    }
}
