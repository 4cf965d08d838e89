//! The numbers of a bond and the steps of one payment date.

use chrono::NaiveDate;

use super::words::{self, money};
use super::{ExplainError, ExplainedStep};
use crate::model::{Action, Bond, Deal, Effect, Status, Step};
use crate::run::{BondColumns, DealRun, Log, Note, Party, status_name};

/// A bond on a payment date.
pub(super) struct Day<'a> {
    pub(super) deal: &'a Deal,
    pub(super) run: &'a DealRun,
    pub(super) bond: &'a Bond,
    pub(super) columns: &'a BondColumns,
    pub(super) status: Status,
    log: &'a Log,
    /// Position of the payment date.
    pub(super) row: usize,
    /// Position of the bond.
    position: u32,
}

impl<'a> Day<'a> {
    pub(super) fn new(
        deal: &'a Deal,
        run: &'a DealRun,
        name: &str,
        date: NaiveDate,
    ) -> Result<Self, ExplainError> {
        let unknown = || ExplainError::UnknownBond { name: name.to_owned() };
        let found = deal.bonds.iter().zip(&run.bonds).zip(0_u32..);
        let mut found = found.filter(|((bond, _), _)| bond.name == name);
        let ((bond, columns), position) = found.next().ok_or_else(unknown)?;
        let row = run.dates.iter().position(|known| *known == date);
        let row = row.ok_or(ExplainError::UnknownDate { date })?;
        let status = run.status.get(row).copied().unwrap_or_default();
        let log = run.log.as_ref().ok_or(ExplainError::NoLog)?;
        Ok(Self { deal, run, bond, columns, status, log, row, position })
    }

    /// Returns the entry of a column on this date.
    pub(super) fn now(&self, column: &[f64]) -> f64 {
        column.get(self.row).copied().unwrap_or(0.0)
    }

    /// Returns the entry of a column on the payment date before.
    pub(super) fn before(&self, column: &[f64]) -> f64 {
        let row = self.row.checked_sub(1);
        row.and_then(|row| column.get(row)).copied().unwrap_or(0.0)
    }

    /// Returns the interest that could be paid: overdue and fallen due, less what went to the
    /// balance at once.
    pub(super) fn interest_owed(&self) -> f64 {
        self.now(&self.columns.interest_paid)
            + self.now(&self.columns.interest_overdue)
            + if self.bond.deferrable { self.now(&self.columns.accreted) } else { 0.0 }
    }

    /// Returns the steps of the date.
    pub(super) fn steps(&self) -> Vec<ExplainedStep> {
        let row = u32::try_from(self.row).unwrap_or(u32::MAX);
        let first = self.log.date.partition_point(|date| *date < row);
        let end = self.log.date.partition_point(|date| *date <= row);
        (first..end).map(|entry| self.step(entry)).collect()
    }

    fn step(&self, entry: usize) -> ExplainedStep {
        let log = self.log;
        let place = log.step.get(entry).and_then(|step| log.places.get(*step as usize));
        let place = place.cloned().unwrap_or_default();
        let found = self.find(&place);
        let at = |column: &[f64]| column.get(entry).copied().unwrap_or(0.0);
        let mut step = ExplainedStep {
            text: found.map_or_else(|| words::repayment(&place), words::step),
            requested: log.requested.get(entry).copied().flatten(),
            limit: log.limit.get(entry).copied().flatten(),
            available: at(&log.available),
            paid: at(&log.paid),
            to_bond: self.part(entry),
            concerns: found.is_some_and(|step| self.names_bond(&step.action)),
            why: log.note.get(entry).copied().unwrap_or_default(),
            sentence: String::new(),
            place,
        };
        step.concerns |= step.to_bond != 0.0;
        let account = |column: &[Option<u32>]| {
            let position = column.get(entry).copied().flatten()?;
            self.deal.accounts.get(position as usize).map(|account| account.name.as_str())
        };
        step.sentence = why(&step, account(&log.from), at(&log.before), at(&log.after));
        step
    }

    /// Returns what the bond got in a step.
    fn part(&self, entry: usize) -> f64 {
        let wanted = u32::try_from(entry).unwrap_or(u32::MAX);
        let parts = &self.log.parts;
        let first = parts.entry.partition_point(|entry| *entry < wanted);
        let end = parts.entry.partition_point(|entry| *entry <= wanted);
        let mine = |part: &usize| {
            let cash = matches!(
                parts.party.get(*part),
                Some(Party::Interest | Party::Principal | Party::Residual)
            );
            cash && parts.position.get(*part) == Some(&self.position)
        };
        (first..end).filter(mine).filter_map(|part| parts.amount.get(part)).sum()
    }

    /// Finds the step of a place.
    pub(super) fn find(&self, place: &str) -> Option<&'a Step> {
        let mut words = place.split('/');
        let (kind, second) = (words.next()?, words.next()?);
        let (steps, number) = if kind == "trigger" {
            let trigger = self.deal.triggers.get(second.parse::<usize>().ok()?.checked_sub(1)?)?;
            let number = words.next()?;
            (steps_of(&trigger.effects, number)?, number)
        } else {
            let of = |status: Status| status_name(status) == kind;
            let waterfall = self.deal.waterfalls.iter().find(|waterfall| of(waterfall.status))?;
            (waterfall.steps.as_slice(), second)
        };
        let mut step = steps.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
        while let Some(branch) = words.next() {
            let Action::If { then, otherwise, .. } = &step.action else { return None };
            let steps = if branch == "then" { then } else { otherwise };
            step = steps.get(words.next()?.parse::<usize>().ok()?.checked_sub(1)?)?;
        }
        Some(step)
    }

    fn names_bond(&self, action: &Action) -> bool {
        let mine =
            |name: &String| *name == self.bond.name || self.bond.group.as_ref() == Some(name);
        match action {
            Action::PayInterest { bonds, .. }
            | Action::PayPrincipal { bonds, .. }
            | Action::WriteDown { bonds, .. }
            | Action::WriteUp { bonds, .. }
            | Action::Cure { bonds, .. } => bonds.iter().any(mine),
            Action::PayResidual { bond, .. } | Action::FundBond { bond, .. } => mine(bond),
            _ => false,
        }
    }
}

/// Returns the steps of the effect that has a step with this number.
fn steps_of<'a>(effects: &'a [Effect], number: &str) -> Option<&'a [Step]> {
    let number: usize = number.parse().ok()?;
    effects.iter().find_map(|effect| match effect {
        Effect::Steps { steps } if number <= steps.len() => Some(steps.as_slice()),
        _ => None,
    })
}

/// Says what decided the amount of a step.
fn why(step: &ExplainedStep, from: Option<&str>, before: f64, after: f64) -> String {
    let paid = money(step.paid);
    let requested = step.requested.map_or_else(|| "all there was".to_owned(), money);
    let account = from.map_or_else(|| "the account".to_owned(), |name| format!("{name:?}"));
    match step.why {
        Note::Skipped => "Its condition did not hold, so it was left out.".to_owned(),
        Note::NothingDue => "Nothing was due.".to_owned(),
        Note::Tested => "The trigger was tested.".to_owned(),
        Note::StatusChanged => "The status changes from the next payment date on.".to_owned(),
        Note::Inspected => format!("It wrote down {}.", money(step.paid)),
        Note::Branched if step.paid > 0.0 => {
            "Its condition held, so the steps after \"then\" ran.".to_owned()
        }
        Note::Branched => "Its condition did not hold, so the steps after \"else\" ran.".to_owned(),
        Note::Limited => {
            let limit = money(step.limit.unwrap_or(0.0).max(0.0));
            format!("{requested} was asked for, but the limit of {limit} bound: {paid} was moved.")
        }
        Note::Short => {
            let available = money(step.available);
            format!(
                "{requested} was asked for, but only {available} was available in {account}: \
                 {paid} was moved."
            )
        }
        Note::Supported => format!(
            "{paid} was moved; {account} held {}, and supporting accounts gave the rest.",
            money(before)
        ),
        Note::SupportedInPart => format!(
            "{requested} was asked for; {account} held {} and its support was not enough: {paid} \
             was moved.",
            money(before)
        ),
        Note::Full if from.is_some() => {
            format!(
                "{paid} was moved; {account} held {} before and {} after.",
                money(before),
                money(after)
            )
        }
        Note::Full => format!("{paid} was booked in full."),
    }
}
