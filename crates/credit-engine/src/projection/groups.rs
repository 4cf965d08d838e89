//! Loans sorted into groups that share their survival curve.
//!
//! The performing balance of a loan is `V_t S_t`: survival times scheduled balance. Loans of one
//! age, remaining term, payment interval and set of assumptions share `V`, so their `S` can be
//! added first. Loans whose speeds depend on their own numbers stand alone in their group.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use super::kernel::Level;
use super::{Control, GroupBy, ProjectionError, order};
use crate::assumptions::{
    Advances, AssumptionSet, DefaultModel, Prepayment, Resolved, Resolver, Severity, VectorIndex,
};
use crate::loan::{AssetClass, Loan, LoanStatus, PrepaymentPenalty};

/// Loans annuitised at a time.
const BLOCK: usize = 4_096;

/// What loans of one group share besides their shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Segment {
    /// The group of the output they belong to.
    pub(super) bucket: u32,
    /// Their assumptions.
    pub(super) resolved: u32,
    /// Their annual rate, where sums over unlike rates would not do.
    rate_bits: u64,
}

/// The payment calendar of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// Months since origination.
    pub(super) age: u16,
    /// Months to maturity.
    pub(super) remaining: u16,
    /// Months between payments.
    pub(super) every: u16,
}

/// Loans that share their survival curve.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) segment: u32,
    pub(super) shape: Shape,
    pub(super) members: Members,
}

/// The loans of a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Members {
    /// One loan, by position in the pool.
    Alone(u32),
    /// Plain loans and others, as ranges of [`Prepared::plain`] and [`Prepared::other`].
    Many { plain: Range<usize>, other: Range<usize> },
}

/// A pool, sorted.
pub(super) struct Prepared<'a> {
    pub(super) loans: &'a [Loan],
    pub(super) resolved: Vec<Resolved>,
    /// Loans and balance that each answer of the resolver holds for.
    pub(super) used: Vec<(usize, f64)>,
    pub(super) segments: Vec<Segment>,
    /// Loans that the kernel adds up.
    pub(super) plain: Vec<Level>,
    /// Positions of loans that need a schedule of their own.
    pub(super) other: Vec<u32>,
    /// In the order of their buckets.
    pub(super) groups: Vec<Group>,
    /// Loans in default already, with their segments.
    pub(super) defaulted: Vec<(u32, u32)>,
    pub(super) bucket_names: Vec<String>,
    /// The last period in which anything happens.
    pub(super) horizon: u16,
}

impl Shape {
    fn of(loan: &Loan) -> Self {
        Self {
            age: loan.age_months(),
            remaining: loan.remaining_months(),
            every: loan.frequency().months(),
        }
    }

    /// Returns the shape of `loan` in a group whose speeds follow from `resolved`: where no speed
    /// depends on age, loans of all ages are alike.
    fn in_group(loan: &Loan, resolved: &Resolved) -> Self {
        let shape = Self::of(loan);
        if depends_on_age(resolved) { shape } else { Self { age: 0, ..shape } }
    }

    /// Returns the last month in which a loan of this shape may default; the last month of all if
    /// nobody ever does.
    pub(super) fn last_default(self, resolved: &Resolved) -> u16 {
        match resolved.default {
            DefaultModel::None => self.remaining,
            _ => self.remaining.saturating_sub(resolved.default_free_months),
        }
    }

    /// Packs the shape below the segment; the last bit tells plain loans, 0, from others.
    fn key(self, segment: u32, is_plain: bool) -> u64 {
        let months = u64::from(self.every) << 21 | u64::from(self.age) << 11;
        let remaining = u64::from(self.remaining) << 1;
        u64::from(segment) << 25 | months | remaining | u64::from(!is_plain)
    }

    /// Returns the shape that [`Shape::key`] packed.
    fn of_key(key: u64, remaining: u16) -> Self {
        let field = |shift: u32, bits: u32| {
            u16::try_from(key >> shift & ((1 << bits) - 1)).unwrap_or(u16::MAX)
        };
        Self { age: field(11, 10), remaining, every: field(21, 4) }
    }

    /// Returns the months in which payments fall due, each with the months since the one before.
    pub(super) fn due_months(self) -> impl Iterator<Item = (u16, u16)> {
        let count = self.remaining.div_ceil(self.every);
        (1..=count).map(move |period| {
            let before = (period - 1) * self.every;
            let due = (before + self.every).min(self.remaining);
            (due, due - before)
        })
    }
}

impl Group {
    /// Returns the number of loans.
    pub(super) fn len(&self) -> usize {
        match &self.members {
            Members::Alone(_) => 1,
            Members::Many { plain, other } => plain.len() + other.len(),
        }
    }
}

impl<'a> Prepared<'a> {
    /// Sorts `loans`; with `apart` every loan stands alone.
    pub(super) fn new(
        loans: &'a [Loan],
        set: &AssumptionSet,
        group_by: GroupBy,
        apart: bool,
        control: &Control<'_>,
    ) -> Result<Self, ProjectionError> {
        let mut sorting = Sorting::new(set, group_by, apart);
        for (position, loan) in (0..).zip(loans) {
            sorting.take(position, loan);
        }
        if !sorting.balance.is_finite() || sorting.balance > 1e300 {
            return Err(ProjectionError::TooLarge);
        }
        control.check()?;

        let (mut groups, plain, other) = together(loans, &sorting.together);
        for (key, position) in order::sort_by_key(sorting.apart) {
            if let Some(loan) = loans.get(position as usize) {
                let segment = u32::try_from(key).unwrap_or(u32::MAX);
                let members = Members::Alone(position);
                groups.push(Group { segment, shape: Shape::of(loan), members });
            }
        }
        let segments = sorting.segments;
        groups.sort_by_key(|group| segments.get(group.segment as usize).map(|one| one.bucket));
        let resolved = sorting.resolver.into_answers();
        let mut prepared = Self {
            loans,
            resolved,
            used: sorting.used,
            segments,
            plain,
            other,
            groups,
            defaulted: sorting.defaulted,
            bucket_names: bucket_names(set, group_by),
            horizon: 0,
        };
        prepared.horizon = prepared.last_period();
        Ok(prepared)
    }

    /// Returns the loan of a group that holds no other.
    pub(super) fn lone_loan(&self, group: &Group) -> Option<&'a Loan> {
        match group.members {
            Members::Alone(position) => self.loans.get(position as usize),
            Members::Many { .. } => None,
        }
    }

    pub(super) fn segment(&self, position: u32) -> Option<(&Segment, &Resolved)> {
        let segment = self.segments.get(position as usize)?;
        Some((segment, self.resolved.get(segment.resolved as usize)?))
    }

    /// Returns the last period in which anything happens to a group.
    pub(super) fn last_period_of(&self, group: &Group) -> u16 {
        let remaining = group.shape.remaining;
        let Some((_, resolved)) = self.segment(group.segment) else { return remaining };
        let last_default = group.shape.last_default(resolved);
        if resolved.default == DefaultModel::None || last_default == 0 {
            return remaining;
        }
        remaining.max(last_default + resolved.recovery_timing.longest())
    }

    /// Returns the period in which the last recovery of a loan in default already arrives.
    pub(super) fn last_recovery(&self, segment: u32) -> u16 {
        self.segment(segment).map_or(1, |(_, resolved)| resolved.recovery_timing.longest().max(1))
    }

    fn last_period(&self) -> u16 {
        let of_groups = self.groups.iter().map(|group| self.last_period_of(group));
        let of_defaulted = self.defaulted.iter().map(|(segment, _)| self.last_recovery(*segment));
        of_groups.chain(of_defaulted).max().unwrap_or(0)
    }
}

/// The state of the first pass over the loans.
struct Sorting<'set> {
    resolver: Resolver<'set>,
    group_by: GroupBy,
    all_apart: bool,
    selectors: u32,
    /// Keys and positions of loans that share groups.
    together: Vec<(u64, u32)>,
    /// Segments and positions of loans that stand alone.
    apart: Vec<(u64, u32)>,
    defaulted: Vec<(u32, u32)>,
    segments: Vec<Segment>,
    known: HashMap<Segment, u32>,
    used: Vec<(usize, f64)>,
    balance: f64,
}

impl<'set> Sorting<'set> {
    fn new(set: &'set AssumptionSet, group_by: GroupBy, all_apart: bool) -> Self {
        Self {
            resolver: Resolver::new(set),
            group_by,
            all_apart,
            selectors: u32::try_from(set.draft().selectors.len()).unwrap_or(u32::MAX),
            together: Vec::new(),
            apart: Vec::new(),
            defaulted: Vec::new(),
            segments: Vec::new(),
            known: HashMap::new(),
            used: Vec::new(),
            balance: 0.0,
        }
    }

    fn take(&mut self, position: u32, loan: &Loan) {
        if loan.status() == LoanStatus::Prepaid {
            return;
        }
        self.balance += loan.balance();
        let answer = self.resolver.resolve(loan);
        if self.used.len() <= answer {
            self.used.resize(answer + 1, (0, 0.0));
        }
        let Some((resolved, used)) =
            self.resolver.answers().get(answer).zip(self.used.get_mut(answer))
        else {
            return;
        };
        used.0 += 1;
        used.1 += loan.balance();

        let bucket = match self.group_by {
            GroupBy::None => 0,
            GroupBy::Class => class_position(loan.asset_class()),
            GroupBy::Selector => resolved
                .selector
                .and_then(|selector| u32::try_from(selector).ok())
                .unwrap_or(self.selectors),
        };
        let shape = Shape::in_group(loan, resolved);
        let splits_rates = resolved.advances != Advances::None;
        let is_alone = self.all_apart || stands_alone(loan, resolved);
        let rate_bits = if splits_rates && !is_alone { loan.rate().to_bits() } else { 0 };
        let resolved = u32::try_from(answer).unwrap_or(u32::MAX);
        let segment = self.segment(Segment { bucket, resolved, rate_bits });

        if !loan.status().is_performing() {
            self.defaulted.push((segment, position));
            return;
        }
        if is_alone {
            self.apart.push((u64::from(segment), position));
        } else {
            self.together.push((shape.key(segment, Level::describes(loan)), position));
        }
    }

    fn segment(&mut self, segment: Segment) -> u32 {
        if self.segments.last() == Some(&segment) {
            return u32::try_from(self.segments.len() - 1).unwrap_or(u32::MAX);
        }
        let next = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
        let position = *self.known.entry(segment).or_insert(next);
        if position == next {
            self.segments.push(segment);
        }
        position
    }
}

/// Tells whether a speed depends on the age of a loan.
fn depends_on_age(resolved: &Resolved) -> bool {
    let prepays = match &resolved.prepayment {
        Prepayment::None | Prepayment::Cpr { .. } | Prepayment::Smm { .. } => false,
        Prepayment::Psa { .. } | Prepayment::Abs { .. } | Prepayment::Ppc { .. } => true,
        Prepayment::Vector(vector) => vector.by == VectorIndex::LoanAge,
    };
    let defaults = match &resolved.default {
        DefaultModel::Sda { .. } => true,
        DefaultModel::Vector(vector) => vector.by == VectorIndex::LoanAge,
        DefaultModel::None
        | DefaultModel::Cdr { .. }
        | DefaultModel::Mdr { .. }
        | DefaultModel::CumulativeLoss { .. } => false,
    };
    let loses = match &resolved.severity {
        Severity::Constant { .. } => false,
        Severity::Vector { by, .. } => *by == VectorIndex::LoanAge,
        Severity::Ltv(_) => true,
    };
    prepays || defaults || loses
}

/// Tells whether a loan's speeds or losses depend on its own balance, so that nothing can be
/// added before they are known.
fn stands_alone(loan: &Loan, resolved: &Resolved) -> bool {
    let own_speeds = matches!(resolved.severity, Severity::Ltv(_))
        || matches!(resolved.default, DefaultModel::CumulativeLoss { .. })
        || *loan.prepayment_penalty() != PrepaymentPenalty::None;
    own_speeds || (resolved.advances != Advances::None && !Level::describes(loan))
}

/// Sorts loans, given as keys and positions, into groups, and lists the plain and the other ones.
fn together(loans: &[Loan], keyed: &[(u64, u32)]) -> (Vec<Group>, Vec<Level>, Vec<u32>) {
    let level = |(_, position): &(u64, u32)| loans.get(*position as usize).and_then(Level::of);
    let levels = keyed.par_iter().with_min_len(BLOCK).map(|one| level(one).unwrap_or_default());
    let levels: Vec<Level> = levels.collect();
    let ordinals = keyed.iter().zip(0..).map(|((key, _), ordinal)| (*key, ordinal)).collect();
    let sorted = order::sort_by_key(ordinals);
    let position = |ordinal: u32| keyed.get(ordinal as usize).map(|(_, position)| *position);
    let level = |ordinal: u32| levels.get(ordinal as usize).copied();

    let mut groups = Vec::new();
    let mut plain = Vec::with_capacity(sorted.len());
    let mut other = Vec::new();
    for run in sorted.chunk_by(|a, b| a.0 >> 1 == b.0 >> 1) {
        let (first_plain, first_other) = (plain.len(), other.len());
        let is_plain = |(key, _): &(u64, u32)| key & 1 == 0;
        let (of_kernel, of_schedule) = run.split_at(run.partition_point(is_plain));
        plain.extend(of_kernel.iter().filter_map(|(_, ordinal)| level(*ordinal)));
        other.extend(of_schedule.iter().filter_map(|(_, ordinal)| position(*ordinal)));
        let first = run.first().and_then(|(key, ordinal)| {
            let segment = u32::try_from(key >> 25).ok()?;
            let remaining = loans.get(position(*ordinal)? as usize)?.remaining_months();
            Some((segment, Shape::of_key(*key, remaining)))
        });
        if let Some((segment, shape)) = first {
            let members =
                Members::Many { plain: first_plain..plain.len(), other: first_other..other.len() };
            groups.push(Group { segment, shape, members });
        }
    }
    (groups, plain, other)
}

fn class_position(class: AssetClass) -> u32 {
    (0..)
        .zip(AssetClass::ALL)
        .find(|(_, other)| *other == class)
        .map_or(0, |(position, _)| position)
}

fn bucket_names(set: &AssumptionSet, group_by: GroupBy) -> Vec<String> {
    match group_by {
        GroupBy::None => vec!["pool".to_owned()],
        GroupBy::Class => AssetClass::ALL.iter().map(|class| class.name().to_owned()).collect(),
        GroupBy::Selector => {
            let names = set.draft().selectors.iter().map(|selector| selector.name.clone());
            names.chain(["other".to_owned()]).collect()
        }
    }
}
