//! One analysis under several scenarios: schedules are added up once for all that share them.

use credit_engine::assumptions::AssumptionSet;
use credit_engine::loan::{Loan, RateType};
use credit_engine::projection::{Control, Indices, Projection, Stress};
use credit_engine::scenarios::{FixedSpeeds, MarketFactors};
use serde::Serialize;

use super::request::Terms;
use super::run::{AnalysisError, Bench, Outcome, Run};

/// How a scenario bends an analysis. The default changes nothing, bit for bit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Bend {
    /// How far markets and speeds move.
    pub factors: MarketFactors,
    /// Speeds that replace what was assumed.
    pub speeds: FixedSpeeds,
}

impl Bend {
    /// Whether one pass over the loans serves both.
    #[must_use]
    pub fn shares_schedules(&self, other: &Self, floating: bool) -> bool {
        let moves = |bend: &Self| {
            let factors = bend.factors;
            let timing = (factors.duration_months, factors.ramp_months);
            (factors.interest_rate_shock.to_bits(), timing)
        };
        let still = !self.factors.moves_indices() && !other.factors.moves_indices();
        let same_indices = !floating || still || moves(self) == moves(other);
        same_indices && self.speeds == other.speeds
    }
}

/// Analyses a pool under every scenario, in their order. A scenario gives the same bits whichever
/// others stand beside it.
///
/// # Errors
///
/// Returns [`AnalysisError::Stopped`] when `control` says so.
pub fn analyze_under(
    loans: &[Loan],
    terms: &Terms,
    bends: &[Bend],
    control: Control<'_>,
) -> Result<Vec<Outcome>, AnalysisError> {
    let bench = Bench::new(loans, terms, control)?;
    each(&bench, loans, terms, bends, |run, projected, bend| bench.measure(run, projected, bend))
}

/// The present value of a pool under every scenario, in their order.
///
/// # Errors
///
/// Returns [`AnalysisError::Stopped`] when `control` says so.
pub fn values_under(
    loans: &[Loan],
    terms: &Terms,
    bends: &[Bend],
    control: Control<'_>,
) -> Result<Vec<f64>, AnalysisError> {
    let bench = Bench::new(loans, terms, control)?;
    each(&bench, loans, terms, bends, |_, projected, bend| Ok(bench.value(&projected, bend)))
}

fn each<T>(
    bench: &Bench<'_>,
    loans: &[Loan],
    terms: &Terms,
    bends: &[Bend],
    measure: impl Fn(Run<'_>, Projection, &Bend) -> Result<T, AnalysisError>,
) -> Result<Vec<T>, AnalysisError> {
    let floating = follows_an_index(loans);
    let with =
        |indices: Indices, (name, values): (&String, &Vec<f64>)| indices.with(name, values.clone());
    let indices = terms.indices.iter().fold(Indices::unchanged(), with);
    let mut found: Vec<(usize, T)> = Vec::with_capacity(bends.len());
    let mut left: Vec<(usize, &Bend)> = bends.iter().enumerate().collect();
    while let Some((_, first)) = left.first().copied() {
        let (together, later): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|(_, bend)| bend.shares_schedules(first, floating));
        left = later;
        let draft = first.speeds.applied_to(&terms.assumptions);
        let set = AssumptionSet::new(draft).map_err(|_| AnalysisError::Terms)?;
        let indices = first.factors.indices(&indices);
        let run = Run { set: &set, indices: &indices };
        let stresses: Vec<Stress> =
            together.iter().map(|(_, bend)| bend.factors.stress()).collect();
        let projections = bench.project(run, &stresses)?;
        for ((position, bend), projected) in together.into_iter().zip(projections) {
            found.push((position, measure(run, projected, bend)?));
        }
    }
    found.sort_by_key(|(position, _)| *position);
    Ok(found.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Whether the rate of any loan moves with an index.
#[must_use]
pub fn follows_an_index(loans: &[Loan]) -> bool {
    let kinds = loans.iter().map(Loan::rate_type);
    kinds.into_iter().any(|kind| matches!(kind, RateType::Floating | RateType::Hybrid))
}
