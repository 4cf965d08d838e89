//! A pool under any number of scenarios: its schedules are added up once and kept.
//!
//! Scenarios run beside each other, each one alone on its thread and through the groups in the
//! order of a single projection, so that it gives the same bits as [`project`](super::project).

use rayon::prelude::*;

use super::columns::{Columns, Sums};
use super::evaluate::Tally;
use super::family::{self, Kept};
use super::flows::{Flows, Pool};
use super::groups::{Group, Prepared};
use super::kernel::InstructionSet;
use super::run::{self, FEW, MANY_LOANS};
use super::single::{add_defaulted, group_of};
use super::speeds::{Base, Speeds};
use super::{Control, GroupBy, ProjectionError, Settings, Stress};
use crate::assumptions::AssumptionSet;
use crate::loan::Loan;

/// Scheduled amounts that are kept, in numbers; more are added up anew for each batch.
const MOST_KEPT: usize = 16 << 20;
/// Scenarios that share a pass over schedules that are not kept.
const BATCH: usize = 64;

/// A pool whose schedules are added up.
pub struct StaticPool<'a> {
    prepared: Prepared<'a>,
    settings: Settings<'a>,
    /// Per distinct set of assumptions.
    bases: Vec<Base>,
    /// `None` if there is too much to keep.
    tree: Option<Tree>,
}

/// Groups as they are added up: in order within a leaf, leaves pairwise.
enum Tree {
    Leaf(Vec<Segment>),
    Pair(Box<Self>, Box<Self>),
}

/// Groups that share their assumptions.
struct Segment {
    position: u32,
    units: Vec<Unit>,
}

/// What shares a survival curve.
enum Unit {
    One(Group, Flows),
    Family(Kept),
}

impl<'a> StaticPool<'a> {
    /// Adds up the schedules of a pool; the result is not divided, whatever
    /// [`Settings::group_by`] says.
    ///
    /// # Errors
    ///
    /// Fails if the caller cancels or the balances overflow.
    pub fn new(
        loans: &'a [Loan],
        set: &AssumptionSet,
        settings: &Settings<'a>,
    ) -> Result<Self, ProjectionError> {
        let prepared = Prepared::new(loans, set, GroupBy::None, false, &settings.control)?;
        let months: usize =
            prepared.groups.iter().map(|one| usize::from(one.shape.remaining)).sum();
        let pool = Pool {
            prepared: &prepared,
            indices: settings.indices,
            instructions: InstructionSet::new(),
        };
        let tree = if months * Flows::COLUMNS <= MOST_KEPT && !prepared.groups.is_empty() {
            Some(tree(&prepared.groups, pool, &settings.control)?)
        } else {
            None
        };
        let bases = prepared.resolved.iter().map(Base::new).collect();
        Ok(Self { prepared, settings: *settings, bases, tree })
    }

    /// Returns the number of periods of every projection.
    #[must_use]
    pub fn periods(&self) -> usize {
        usize::from(self.prepared.horizon)
    }

    /// Returns the work of one scenario in months of groups, for estimating time.
    #[must_use]
    pub fn group_months(&self) -> usize {
        self.prepared.groups.iter().map(|group| usize::from(group.shape.remaining)).sum()
    }

    /// Projects the pool under every scenario and hands its columns, with the position of the
    /// scenario and whether a rate was cut at 1, to `measure`; returns what that makes of them.
    ///
    /// # Errors
    ///
    /// Fails if the caller cancels.
    pub fn measure<T: Send>(
        &self,
        stresses: &[Stress],
        measure: impl Fn(usize, Columns, bool) -> T + Sync,
    ) -> Result<Vec<T>, ProjectionError> {
        match &self.tree {
            Some(tree) => self.measure_kept(tree, stresses, &measure),
            None => self.measure_anew(stresses, &measure),
        }
    }

    fn measure_kept<T: Send>(
        &self,
        tree: &Tree,
        stresses: &[Stress],
        measure: &(impl Fn(usize, Columns, bool) -> T + Sync),
    ) -> Result<Vec<T>, ProjectionError> {
        let work = stresses.par_iter().enumerate();
        work.map_init(
            || (Tally::new(self.periods()), Vec::new()),
            |(tally, path), (position, stress)| {
                self.settings.control.check()?;
                let speeds = self.speeds(stress);
                let mut sums = self.sum(tree, &speeds, tally, path);
                for defaulted in &self.prepared.defaulted {
                    add_defaulted(&self.prepared, *defaulted, &speeds, &mut sums);
                }
                let clamped = speeds.iter().any(|one| one.clamped);
                Ok(measure(position, sums.finish(), clamped))
            },
        )
        .collect()
    }

    fn measure_anew<T: Send>(
        &self,
        stresses: &[Stress],
        measure: &(impl Fn(usize, Columns, bool) -> T + Sync),
    ) -> Result<Vec<T>, ProjectionError> {
        let mut measured = Vec::with_capacity(stresses.len());
        for batch in stresses.chunks(BATCH) {
            let first = measured.len();
            let found = run::columns_of(&self.prepared, &self.settings, batch)?;
            let found = found
                .into_par_iter()
                .enumerate()
                .map(|(position, (columns, clamped))| measure(first + position, columns, clamped));
            measured.par_extend(found);
        }
        Ok(measured)
    }

    fn speeds(&self, stress: &Stress) -> Vec<Speeds> {
        self.bases.iter().map(|base| base.stressed(stress)).collect()
    }

    fn sum(&self, tree: &Tree, speeds: &[Speeds], tally: &mut Tally, path: &mut Vec<f64>) -> Sums {
        match tree {
            Tree::Leaf(segments) => {
                let mut total = Sums::zero(self.periods());
                for segment in segments {
                    self.add_segment(segment, speeds, tally, path);
                    total.add(&tally.sums);
                    tally.clear();
                }
                total
            }
            Tree::Pair(left, right) => {
                let mut sums = self.sum(left, speeds, tally, path);
                sums.add(&self.sum(right, speeds, tally, path));
                sums
            }
        }
    }

    fn add_segment(
        &self,
        segment: &Segment,
        speeds: &[Speeds],
        tally: &mut Tally,
        path: &mut Vec<f64>,
    ) {
        let Some((about, resolved)) = self.prepared.segment(segment.position) else { return };
        let Some(speeds) = speeds.get(about.resolved as usize) else { return };
        for unit in &segment.units {
            match unit {
                Unit::One(group, flows) => {
                    tally.add(&group_of(&self.prepared, group, flows, resolved, speeds));
                }
                Unit::Family(kept) => kept.add(resolved, speeds, tally, path),
            }
        }
        tally.liquidate(&resolved.recovery_timing);
    }
}

impl std::fmt::Debug for StaticPool<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let groups = self.prepared.groups.len();
        out.debug_struct("StaticPool").field("groups", &groups).finish_non_exhaustive()
    }
}

/// Adds up the schedules of groups, divided as a single projection divides them.
fn tree(groups: &[Group], pool: Pool<'_>, control: &Control<'_>) -> Result<Tree, ProjectionError> {
    let loans: usize = groups.iter().map(Group::len).sum();
    if groups.len() > FEW && (groups.len() > run::MANY || loans > MANY_LOANS) {
        let (left, right) = groups.split_at(groups.len() / 2);
        let (left, right) =
            rayon::join(|| tree(left, pool, control), || tree(right, pool, control));
        return Ok(Tree::Pair(Box::new(left?), Box::new(right?)));
    }
    let mut segments = Vec::new();
    for segment in groups.chunk_by(|a, b| a.segment == b.segment) {
        control.check()?;
        let Some(first) = segment.first() else { continue };
        let Some((_, resolved)) = pool.prepared.segment(first.segment) else { continue };
        let related = |a: &Group, b: &Group| family::are_related(a, b, resolved);
        let units = segment.chunk_by(related).filter_map(|relatives| match relatives {
            [group] if !related(group, group) => {
                let mut flows = Flows::default();
                flows.fill(group, pool);
                Some(Unit::One(group.clone(), flows))
            }
            _ => Kept::new(relatives, resolved, pool).map(Unit::Family),
        });
        segments.push(Segment { position: first.segment, units: units.collect() });
    }
    Ok(Tree::Leaf(segments))
}
