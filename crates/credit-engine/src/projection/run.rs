//! From loans to projections: group by group, in parallel, in a fixed order.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::columns::{Columns, Sums};
use super::evaluate::Tally;
use super::family::{self, Kept};
use super::flows::{Flows, Pool};
use super::groups::{Group, Members, Prepared};
use super::kernel::InstructionSet;
use super::single::{add_defaulted, group_of};
use super::speeds::Speeds;
use super::{
    Control, GroupBy, GroupProjection, Indices, Projection, ProjectionError, Settings, Stress,
    UsedAssumptions, Warning,
};
use crate::amortization::IndexPath;
use crate::assumptions::{AssumptionSet, DefaultModel, Resolved};
use crate::dates::add_months;
use crate::loan::{AssetClass, Loan, RateType};

/// Groups added in one go however large they are; more are halved.
pub(super) const FEW: usize = 8;
/// Groups added in one go if they hold at most [`MANY_LOANS`].
pub(super) const MANY: usize = 256;
/// Loans added in one go.
pub(super) const MANY_LOANS: usize = 4_096;
/// Loans projected at a time when every loan is reported.
const REPORTED: usize = 256;

/// Projects a pool.
///
/// # Errors
///
/// Fails if the caller cancels or the balances overflow.
pub fn project(
    loans: &[Loan],
    set: &AssumptionSet,
    settings: &Settings<'_>,
) -> Result<Projection, ProjectionError> {
    let mut projections = project_scenarios(loans, set, settings, &[Stress::default()])?;
    projections.pop().ok_or(ProjectionError::Cancelled)
}

/// Projects a pool under several scenarios, adding up its schedules only once. A scenario gives
/// the same bits whichever others stand beside it.
///
/// Scenarios that move indices need a call of their own, with [`Indices::moved`].
///
/// # Errors
///
/// Fails if the caller cancels or the balances overflow.
pub fn project_scenarios(
    loans: &[Loan],
    set: &AssumptionSet,
    settings: &Settings<'_>,
    stresses: &[Stress],
) -> Result<Vec<Projection>, ProjectionError> {
    let control = &settings.control;
    let prepared = Prepared::new(loans, set, settings.group_by, false, control)?;
    let run = Run::new(&prepared, settings.indices, stresses, *control);
    let buckets = run.buckets()?;
    Ok((0..stresses.len()).map(|scenario| run.projection(scenario, &buckets, settings)).collect())
}

/// Projects every loan on its own and hands over its columns, in the order of `loans`. They end with
/// the loan's last payment or recovery; loans that were prepaid have no periods.
///
/// # Errors
///
/// Fails if the caller cancels or the balances overflow.
pub fn project_loans(
    loans: &[Loan],
    set: &AssumptionSet,
    settings: &Settings<'_>,
    stress: &Stress,
    mut report: impl FnMut(&Loan, Columns),
) -> Result<(), ProjectionError> {
    let control = &settings.control;
    let stresses = [*stress];
    for part in loans.chunks(REPORTED) {
        let prepared = Prepared::new(part, set, GroupBy::None, true, control)?;
        let run = Run::new(&prepared, settings.indices, &stresses, *control);
        for (loan, columns) in part.iter().zip(run.each_loan()?) {
            report(loan, columns);
        }
    }
    Ok(())
}

/// The assumptions of a segment and their place among the answers of the resolver.
#[derive(Clone, Copy)]
struct Terms<'a> {
    resolved: &'a Resolved,
    answer: usize,
}

/// One pass over a prepared pool.
struct Run<'a> {
    prepared: &'a Prepared<'a>,
    pool: Pool<'a>,
    /// For every scenario, the speeds of every distinct set of assumptions.
    speeds: Vec<Vec<Speeds>>,
    control: Control<'a>,
    done: AtomicUsize,
}

impl<'a> Run<'a> {
    fn new(
        prepared: &'a Prepared<'a>,
        indices: &'a Indices,
        stresses: &[Stress],
        control: Control<'a>,
    ) -> Self {
        let of_stress = |stress| {
            prepared.resolved.iter().map(|resolved| Speeds::new(resolved, stress)).collect()
        };
        let speeds = stresses.iter().map(of_stress).collect();
        let pool = Pool { prepared, indices, instructions: InstructionSet::new() };
        Self { prepared, pool, speeds, control, done: AtomicUsize::new(0) }
    }

    /// Returns, for every bucket with loans, its position and its sums under every scenario.
    fn buckets(&self) -> Result<Vec<(u32, Vec<Sums>)>, ProjectionError> {
        let prepared = self.prepared;
        let bucket =
            |segment: u32| prepared.segment(segment).map_or(0, |(segment, _)| segment.bucket);
        let mut buckets = Vec::new();
        for groups in prepared.groups.chunk_by(|a, b| bucket(a.segment) == bucket(b.segment)) {
            let position = groups.first().map_or(0, |group| bucket(group.segment));
            buckets.push((position, self.sum(groups)?));
        }
        for (segment, position) in &prepared.defaulted {
            let bucket = bucket(*segment);
            if !buckets.iter().any(|(other, _)| *other == bucket) {
                buckets.push((bucket, self.nothing(prepared.horizon)));
            }
            if let Some((_, sums)) = buckets.iter_mut().find(|(other, _)| *other == bucket) {
                self.add_defaulted(*segment, *position, sums);
            }
        }
        buckets.sort_by_key(|(bucket, _)| *bucket);
        Ok(buckets)
    }

    fn nothing(&self, periods: u16) -> Vec<Sums> {
        self.speeds.iter().map(|_| Sums::zero(usize::from(periods))).collect()
    }

    /// Adds up groups pairwise, so that the result does not depend on the number of threads.
    fn sum(&self, groups: &[Group]) -> Result<Vec<Sums>, ProjectionError> {
        let loans: usize = groups.iter().map(Group::len).sum();
        if groups.len() <= FEW || (groups.len() <= MANY && loans <= MANY_LOANS) {
            return self.sum_in_order(groups, self.prepared.horizon);
        }
        let (left, right) = groups.split_at(groups.len() / 2);
        let (left, right) = rayon::join(|| self.sum(left), || self.sum(right));
        let (mut sums, others) = (left?, right?);
        for (sum, other) in sums.iter_mut().zip(&others) {
            sum.add(other);
        }
        Ok(sums)
    }

    fn sum_in_order(&self, groups: &[Group], periods: u16) -> Result<Vec<Sums>, ProjectionError> {
        let mut totals = self.nothing(periods);
        let tally = |_| Tally::new(usize::from(periods));
        let mut tallies: Vec<Tally> = totals.iter().map(tally).collect();
        let (mut flows, mut path) = (Flows::default(), Vec::new());
        for segment in groups.chunk_by(|a, b| a.segment == b.segment) {
            let Some(terms) = self.terms(segment) else { continue };
            let related = |a: &Group, b: &Group| family::are_related(a, b, terms.resolved);
            for relatives in segment.chunk_by(related) {
                self.control.check()?;
                match relatives {
                    [group] if !related(group, group) => {
                        flows.fill(group, self.pool);
                        self.add_group(group, &flows, terms, &mut tallies);
                    }
                    _ => {
                        let Some(kept) = Kept::new(relatives, terms.resolved, self.pool) else {
                            continue;
                        };
                        let speeds = self.speeds.iter().filter_map(|all| all.get(terms.answer));
                        for (tally, speeds) in tallies.iter_mut().zip(speeds) {
                            kept.add(terms.resolved, speeds, tally, &mut path);
                        }
                    }
                }
            }
            for (tally, total) in tallies.iter_mut().zip(&mut totals) {
                tally.liquidate(&terms.resolved.recovery_timing);
                total.add(&tally.sums);
                tally.clear();
            }
        }
        self.report(groups.iter().map(Group::len).sum());
        Ok(totals)
    }

    /// Returns the assumptions that the groups of a segment share.
    fn terms(&self, segment: &[Group]) -> Option<Terms<'a>> {
        let (segment, resolved) = self.prepared.segment(segment.first()?.segment)?;
        Some(Terms { resolved, answer: segment.resolved as usize })
    }

    fn add_group(&self, group: &Group, flows: &Flows, terms: Terms<'_>, tallies: &mut [Tally]) {
        let speeds = self.speeds.iter().filter_map(|all| all.get(terms.answer));
        for (tally, speeds) in tallies.iter_mut().zip(speeds) {
            tally.add(&group_of(self.prepared, group, flows, terms.resolved, speeds));
        }
    }

    fn add_defaulted(&self, segment: u32, position: u32, sums: &mut [Sums]) {
        for (sums, speeds) in sums.iter_mut().zip(&self.speeds) {
            add_defaulted(self.prepared, (segment, position), speeds, sums);
        }
        self.report(1);
    }

    fn report(&self, loans: usize) {
        let done = self.done.fetch_add(loans, Ordering::Relaxed) + loans;
        if let Some(progress) = self.control.progress {
            progress(done);
        }
    }

    /// Returns the columns of every loan; the pool must have been prepared with loans apart.
    fn each_loan(&self) -> Result<Vec<Columns>, ProjectionError> {
        let prepared = self.prepared;
        let performing: Result<Vec<_>, _> = prepared
            .groups
            .par_iter()
            .map(|group| {
                let position = match group.members {
                    Members::Alone(position) => position as usize,
                    Members::Many { .. } => usize::MAX,
                };
                let periods = prepared.last_period_of(group);
                Ok((position, self.sum_in_order(std::slice::from_ref(group), periods)?))
            })
            .collect();
        let mut by_loan = vec![Columns::default(); prepared.loans.len()];
        let mut keep = |position: usize, sums: Vec<Sums>| {
            if let Some((columns, sums)) = by_loan.get_mut(position).zip(sums.into_iter().next()) {
                *columns = sums.finish();
            }
        };
        for (position, sums) in performing? {
            keep(position, sums);
        }
        for (segment, position) in &prepared.defaulted {
            let mut sums = self.nothing(prepared.last_recovery(*segment));
            self.add_defaulted(*segment, *position, &mut sums);
            keep(*position as usize, sums);
        }
        Ok(by_loan)
    }

    fn projection(
        &self,
        scenario: usize,
        buckets: &[(u32, Vec<Sums>)],
        settings: &Settings<'_>,
    ) -> Projection {
        let mut pool = Sums::zero(usize::from(self.prepared.horizon));
        let mut groups = Vec::new();
        for (bucket, sums) in buckets {
            let Some(sums) = sums.get(scenario) else { continue };
            pool.add(sums);
            if settings.group_by != GroupBy::None {
                let name = self.prepared.bucket_names.get(*bucket as usize).cloned();
                let columns = sums.clone().finish();
                groups.push(GroupProjection { name: name.unwrap_or_default(), columns });
            }
        }
        Projection {
            dates: dates(settings.first_payment_date, self.prepared.horizon),
            pool: pool.finish(),
            groups,
            assumptions_used: self.assumptions_used(),
            warnings: self.warnings(scenario),
        }
    }

    fn assumptions_used(&self) -> Vec<UsedAssumptions> {
        let used = self.prepared.used.iter().zip(&self.prepared.resolved);
        used.map(|((loans, balance), assumptions)| UsedAssumptions {
            loans: *loans,
            balance: *balance,
            assumptions: assumptions.clone(),
        })
        .collect()
    }

    fn warnings(&self, scenario: usize) -> Vec<Warning> {
        let prepared = self.prepared;
        let mut warnings = Vec::new();
        let mut warn = |code, holds: bool, message: &str| {
            if holds {
                warnings.push(Warning { code, message: message.to_owned() });
            }
        };
        let clamped =
            self.speeds.get(scenario).is_some_and(|all| all.iter().any(|one| one.clamped));
        warn("rate_clamped", clamped, "a multiplied rate or recovery exceeded 1 and was cut to 1");
        warn(
            "sda_outside_scope",
            prepared.groups.iter().any(|group| self.uses_sda_elsewhere(group)),
            "the standard default assumption describes amortising residential loans of 15 years \
             or more; it was applied to other loans",
        );
        let stays = |loan: &Loan| {
            matches!(loan.rate_type(), RateType::Floating | RateType::Hybrid)
                && matches!(
                    self.pool.indices.path(loan),
                    IndexPath::Unchanged | IndexPath::Moved(_)
                )
        };
        let alone = prepared.groups.iter().filter_map(|group| prepared.lone_loan(group));
        let other = prepared.other.iter().filter_map(|one| prepared.loans.get(*one as usize));
        warn(
            "index_unchanged",
            alone.chain(other).any(stays),
            "no path was given for the index of a floating loan; but for shocks of the scenario, its \
             rate stays what it is",
        );
        warnings
    }

    fn uses_sda_elsewhere(&self, group: &Group) -> bool {
        self.prepared.segment(group.segment).is_some_and(|(_, resolved)| {
            let term = group.shape.age + group.shape.remaining;
            let in_scope = resolved.asset_class == AssetClass::ResidentialMortgage && term >= 180;
            matches!(resolved.default, DefaultModel::Sda { .. }) && !in_scope
        })
    }
}

/// Projects an undivided pool under several scenarios; returns the columns and whether a rate was
/// cut at 1.
pub(super) fn columns_of(
    prepared: &Prepared<'_>,
    settings: &Settings<'_>,
    stresses: &[Stress],
) -> Result<Vec<(Columns, bool)>, ProjectionError> {
    let run = Run::new(prepared, settings.indices, stresses, settings.control);
    let mut sums = run.nothing(prepared.horizon);
    for (_, bucket) in run.buckets()? {
        for (sum, of_bucket) in sums.iter_mut().zip(&bucket) {
            sum.add(of_bucket);
        }
    }
    let clamped = run.speeds.iter().map(|speeds| speeds.iter().any(|one| one.clamped));
    Ok(sums.into_iter().map(Sums::finish).zip(clamped).collect())
}

fn dates(first: NaiveDate, periods: u16) -> Vec<NaiveDate> {
    (0..i32::from(periods)).map_while(|months| add_months(first, months)).collect()
}
