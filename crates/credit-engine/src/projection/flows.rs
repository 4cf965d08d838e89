//! What the loans of a group pay on schedule, added up by month.

use super::groups::{Group, Members, Prepared, Shape};
use super::kernel::{InstructionSet, LANES, Level, add_level_loans};
use super::{Indices, columns};
use crate::amortization::schedule;
use crate::loan::Loan;

/// Loans added in one go; larger groups are added pairwise.
const BLOCK: usize = 4_096;

/// Scheduled amounts by month; entry `t − 1` belongs to period `t`. Kept between groups for its
/// memory.
#[derive(Debug, Default)]
pub(super) struct Flows {
    due: Due,
    /// Balance and interest-bearing balance of loans whose last months are counted elsewhere; they
    /// enter behind the month.
    joining: Vec<[f64; 2]>,
    /// Falls due in the period.
    pub(super) interest: Vec<f64>,
    /// Owed before the period.
    pub(super) owed: Vec<f64>,
    /// Owed after the period.
    pub(super) after: Vec<f64>,
    /// Annual interest on what is owed before the period.
    pub(super) annual_interest: Vec<f64>,
    /// Interest per period on what is owed at the beginning, of plain loans.
    bearing: f64,
}

/// Where the loans of groups are found.
#[derive(Clone, Copy)]
pub(super) struct Pool<'a> {
    pub(super) prepared: &'a Prepared<'a>,
    pub(super) indices: &'a Indices,
    pub(super) instructions: InstructionSet,
}

impl Flows {
    /// Numbers kept for each month.
    pub(super) const COLUMNS: usize = 9;

    /// Adds up the loans of `group`. The sums depend on the order of loans only, not on the number
    /// of threads.
    pub(super) fn fill(&mut self, group: &Group, pool: Pool<'_>) {
        self.fill_due(group, pool);
        self.joining.clear();
        self.joining.resize(usize::from(group.shape.remaining), [0.0; 2]);
        self.accumulate();
        if group.shape.every > 1 {
            self.annualise(group.shape);
        }
    }

    /// Adds up what falls due, without what is owed.
    pub(super) fn fill_due(&mut self, group: &Group, pool: Pool<'_>) {
        self.due.clear(group.shape.remaining);
        match &group.members {
            Members::Alone(position) => self.due.add_alone(*position, group.shape, pool),
            Members::Many { plain, other } => {
                let plain = pool.prepared.plain.get(plain.clone()).unwrap_or_default();
                let other = pool.prepared.other.get(other.clone()).unwrap_or_default();
                self.due.add_plain(plain, group.shape, pool);
                self.due.add_others(other, group.shape, pool);
            }
        }
    }

    /// Prepares for [`Flows::take_until`].
    pub(super) fn start(&mut self, months: u16) {
        self.due.clear(months);
        self.joining.clear();
        self.joining.resize(usize::from(months), [0.0; 2]);
    }

    /// Adds the first `months` months of `whole`; `rest` is what follows them.
    pub(super) fn take_until(&mut self, whole: &Self, months: u16, rest: &Self) {
        let months = usize::from(months);
        let head = |lanes: &[[f64; LANES]], column: &mut [[f64; LANES]]| {
            let source = lanes.as_flattened().get(..months).unwrap_or_default();
            columns::add(column.as_flattened_mut(), source);
        };
        head(&whole.due.principal, &mut self.due.principal);
        head(&whole.due.weighted, &mut self.due.weighted);
        columns::add(&mut self.due.interest, whole.due.interest.get(..months).unwrap_or_default());
        if let Some(joining) = months.checked_sub(1).and_then(|last| self.joining.get_mut(last)) {
            joining[0] += rest.owed.first().copied().unwrap_or(0.0);
            joining[1] += rest.bearing;
        }
    }

    /// Takes over the months of `whole` after `from` until `to`.
    pub(super) fn take_after(&mut self, whole: &Self, from: u16, to: u16) {
        let months = usize::from(from)..usize::from(to);
        self.start(to.saturating_sub(from));
        let tail = |lanes: &[[f64; LANES]], column: &mut [[f64; LANES]]| {
            let source = lanes.as_flattened().get(months.clone()).unwrap_or_default();
            columns::add(column.as_flattened_mut(), source);
        };
        tail(&whole.due.principal, &mut self.due.principal);
        tail(&whole.due.weighted, &mut self.due.weighted);
        let interest = whole.due.interest.get(months.clone()).unwrap_or_default();
        columns::add(&mut self.due.interest, interest);
        self.accumulate();
    }

    /// Principal that falls due in the period.
    pub(super) fn principal(&self) -> &[f64] {
        self.due.principal.as_flattened().get(..self.interest.len()).unwrap_or_default()
    }

    /// Adds up backwards what is owed, and the interest on it.
    pub(super) fn accumulate(&mut self) {
        let months = self.due.interest.len();
        for column in
            [&mut self.interest, &mut self.owed, &mut self.after, &mut self.annual_interest]
        {
            column.resize(months, 0.0);
        }
        let due = self.due.principal.as_flattened().iter().zip(self.due.weighted.as_flattened());
        let due = due.zip(&self.due.interest).take(months);
        let owed = self.owed.iter_mut().zip(&mut self.after).zip(&mut self.interest);
        let (mut left, mut bearing) = (0.0, 0.0);
        for ((((owed, after), interest), ((principal, weighted), direct)), joining) in
            owed.zip(due).zip(&self.joining).rev()
        {
            left += joining[0];
            bearing += joining[1];
            *after = left;
            left += principal;
            bearing += weighted;
            *owed = left;
            *interest = bearing + direct;
        }
        self.bearing = bearing;
        for (annual, interest) in self.annual_interest.iter_mut().zip(&self.interest) {
            *annual = interest * 12.0;
        }
    }

    /// Spreads the annual rate of every payment over the months since the one before.
    fn annualise(&mut self, shape: Shape) {
        for (due, since) in shape.due_months() {
            let paid = self.interest.get(usize::from(due - 1)).copied().unwrap_or(0.0);
            let months = usize::from(due - since)..usize::from(due);
            let annual = paid * 12.0 / f64::from(since);
            self.annual_interest.get_mut(months).unwrap_or_default().fill(annual);
        }
    }
}

/// Principal and interest by month, in lanes.
#[derive(Debug, Default)]
struct Due {
    principal: Vec<[f64; LANES]>,
    /// Principal times rate, of plain loans.
    weighted: Vec<[f64; LANES]>,
    /// Interest of all other loans.
    interest: Vec<f64>,
}

impl Due {
    fn clear(&mut self, months: u16) {
        let months = usize::from(months);
        self.principal.clear();
        self.principal.resize(months.div_ceil(LANES), [0.0; LANES]);
        self.weighted.clear();
        self.weighted.resize(months.div_ceil(LANES), [0.0; LANES]);
        self.interest.clear();
        self.interest.resize(months, 0.0);
    }

    fn add(&mut self, other: &Self) {
        columns::add(self.principal.as_flattened_mut(), other.principal.as_flattened());
        columns::add(self.weighted.as_flattened_mut(), other.weighted.as_flattened());
        columns::add(&mut self.interest, &other.interest);
    }

    fn add_alone(&mut self, position: u32, shape: Shape, pool: Pool<'_>) {
        let loan = pool.prepared.loans.get(position as usize);
        match loan.and_then(Level::of) {
            Some(level) => self.add_plain(&[level], shape, pool),
            None => self.add_others(&[position], shape, pool),
        }
    }

    /// Adds loans in blocks, and the blocks pairwise.
    fn add_plain(&mut self, loans: &[Level], shape: Shape, pool: Pool<'_>) {
        let Some((left, right)) = halves(loans) else {
            let Self { principal, weighted, .. } = self;
            return add_level_loans(pool.instructions, loans, principal, weighted);
        };
        let mut other = Self::default();
        other.clear(shape.remaining);
        rayon::join(|| self.add_plain(left, shape, pool), || other.add_plain(right, shape, pool));
        self.add(&other);
    }

    /// Adds loans in blocks, and the blocks pairwise.
    fn add_others(&mut self, positions: &[u32], shape: Shape, pool: Pool<'_>) {
        let Some((left, right)) = halves(positions) else {
            for position in positions {
                if let Some(loan) = pool.prepared.loans.get(*position as usize) {
                    self.add_schedule(loan, pool.indices, shape);
                }
            }
            return;
        };
        let mut other = Self::default();
        other.clear(shape.remaining);
        rayon::join(|| self.add_others(left, shape, pool), || other.add_others(right, shape, pool));
        self.add(&other);
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
}

/// Splits more than one block of loans between blocks.
fn halves<T>(loans: &[T]) -> Option<(&[T], &[T])> {
    let blocks = loans.len().div_ceil(BLOCK);
    (blocks > 1).then(|| loans.split_at(blocks.div_ceil(2) * BLOCK))
}
