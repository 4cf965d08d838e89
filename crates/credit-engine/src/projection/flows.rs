//! What the loans of a group pay on schedule, added up by month.

use super::groups::{Entry, Group, Shape};
use super::kernel::{LANES, add_level_loans};
use super::{Indices, columns};
use crate::amortization::schedule;
use crate::loan::Loan;

/// Loans added in one go; larger groups are added pairwise.
const BLOCK: usize = 4_096;

/// Scheduled amounts by month; entry `t − 1` belongs to period `t`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Flows {
    /// Falls due in the period.
    pub(super) principal: Vec<f64>,
    /// Falls due in the period.
    pub(super) interest: Vec<f64>,
    /// Owed before the period; one entry more, for the end.
    pub(super) owed: Vec<f64>,
    /// Annual interest on what is owed before the period.
    pub(super) annual_interest: Vec<f64>,
}

impl Flows {
    /// Adds up the loans of `group`. The sums depend on the order of `entries` only, not on the
    /// number of threads.
    pub(super) fn of(group: &Group, entries: &[Entry], loans: &[Loan], indices: &Indices) -> Self {
        let lanes = usize::from(group.shape.remaining).div_ceil(LANES);
        let due = Due::of_blocks(entries, loans, indices, group.shape, lanes);
        due.into_flows(group.shape)
    }
}

/// Principal and interest by month, in lanes.
struct Due {
    principal: Vec<[f64; LANES]>,
    /// Principal times rate, of plain loans.
    weighted: Vec<[f64; LANES]>,
    /// Interest of all other loans.
    interest: Vec<f64>,
}

impl Due {
    fn of_blocks(
        entries: &[Entry],
        loans: &[Loan],
        indices: &Indices,
        shape: Shape,
        lanes: usize,
    ) -> Self {
        if entries.len() <= BLOCK {
            return Self::of_block(entries, loans, indices, shape, lanes);
        }
        let blocks = entries.len().div_ceil(BLOCK);
        let (left, right) = entries.split_at(blocks.div_ceil(2) * BLOCK);
        let (mut sum, other) = rayon::join(
            || Self::of_blocks(left, loans, indices, shape, lanes),
            || Self::of_blocks(right, loans, indices, shape, lanes),
        );
        columns::add(sum.principal.as_flattened_mut(), other.principal.as_flattened());
        columns::add(sum.weighted.as_flattened_mut(), other.weighted.as_flattened());
        columns::add(&mut sum.interest, &other.interest);
        sum
    }

    fn of_block(
        entries: &[Entry],
        loans: &[Loan],
        indices: &Indices,
        shape: Shape,
        lanes: usize,
    ) -> Self {
        let mut due = Self {
            principal: vec![[0.0; LANES]; lanes],
            weighted: vec![[0.0; LANES]; lanes],
            interest: vec![0.0; usize::from(shape.remaining)],
        };
        let plain = entries.iter().filter_map(|entry| entry.level);
        add_level_loans(plain, &mut due.principal, &mut due.weighted);
        for entry in entries.iter().filter(|entry| entry.level.is_none()) {
            if let Some(loan) = loans.get(entry.loan as usize) {
                due.add_schedule(loan, indices, shape);
            }
        }
        due
    }

    fn add_schedule(&mut self, loan: &Loan, indices: &Indices, shape: Shape) {
        let schedule = schedule(loan, indices.path(loan));
        let principal = self.principal.as_flattened_mut();
        for ((month, _), payment) in shape.due_months().zip(schedule.payments()) {
            let position = usize::from(month - 1);
            if let Some(sum) = principal.get_mut(position) {
                *sum += payment.principal;
            }
            if let Some(sum) = self.interest.get_mut(position) {
                *sum += payment.interest;
            }
        }
    }

    fn into_flows(self, shape: Shape) -> Flows {
        let months = usize::from(shape.remaining);
        let principal = self.principal.as_flattened().get(..months).unwrap_or_default().to_vec();
        let weighted = self.weighted.as_flattened().get(..months).unwrap_or_default();

        let mut interest = self.interest;
        let mut owed = vec![0.0; months + 1];
        let (mut left, mut bearing) = (0.0, 0.0);
        let by_month = interest.iter_mut().zip(&mut owed).zip(principal.iter().zip(weighted));
        for ((interest, owed), (principal, weighted)) in by_month.rev() {
            left += principal;
            bearing += weighted;
            *owed = left;
            *interest += bearing;
        }

        let mut annual_interest = vec![0.0; months];
        for (due, since) in shape.due_months() {
            let paid = interest.get(usize::from(due - 1)).copied().unwrap_or(0.0);
            let annual = paid * 12.0 / f64::from(since);
            let months = usize::from(due - since)..usize::from(due);
            annual_interest.get_mut(months).unwrap_or_default().fill(annual);
        }
        Flows { principal, interest, owed, annual_interest }
    }
}
