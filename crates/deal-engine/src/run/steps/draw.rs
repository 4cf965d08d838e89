//! How much a step may take, and from whom.

use crate::run::RunError;
use crate::run::engine::Engine;
use crate::run::log::{Entry, Note, Party};
use crate::run::program::StepPlan;

/// Cash that a step took.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Draw {
    requested: f64,
    limit: Option<f64>,
    available: f64,
    /// What was taken.
    pub(in crate::run) paid: f64,
    from: usize,
    before: f64,
    supported: f64,
}

impl Engine<'_> {
    /// Takes what is needed out of an account: no more than the limit of the step, so that what it
    /// keeps stays behind, and the rest out of the supporting accounts.
    pub(super) fn draw(
        &mut self,
        step: &StepPlan,
        from: usize,
        needed: f64,
    ) -> Result<Draw, RunError> {
        let limit = step.limit.map(|limit| self.value(limit)).transpose()?;
        let keep = step.keep.map_or(Ok(0.0), |keep| self.value(keep))?;
        let wanted = limit.map_or(needed, |limit| needed.min(limit)).max(0.0);
        let before = self.state.accounts.at(from).balance;
        let own = (before - keep.max(0.0)).max(0.0);
        let available = own + self.supporting(step, from);
        let possible = wanted.min(available);
        let paid = if possible < needed { self.inputs.rounding.payable(possible) } else { needed };

        let mut missing = paid;
        let taken = missing.min(own);
        self.state.withdraw(from, taken);
        missing -= taken;
        let mut supported = 0.0;
        for account in step.support.iter().filter(|account| **account != from) {
            let taken = missing.min(self.state.accounts.at(*account).balance);
            if taken <= 0.0 {
                continue;
            }
            self.state.withdraw(*account, taken);
            self.part(Party::Support, *account, missing, taken);
            missing -= taken;
            supported += taken;
        }
        Ok(Draw { requested: needed, limit, available, paid, from, before, supported })
    }

    fn supporting(&self, step: &StepPlan, from: usize) -> f64 {
        let others = step.support.iter().filter(|account| **account != from);
        others.map(|account| self.state.accounts.at(*account).balance).sum()
    }

    /// Logs a step that took cash.
    pub(super) fn log_draw(&mut self, step: &StepPlan, draw: &Draw, into: Option<usize>) {
        let after = self.state.accounts.at(draw.from).balance;
        let status = self.state.status;
        let date = self.state.period;
        let Some(log) = self.record.log() else { return };
        log.push(&Entry {
            date,
            step: step.place,
            status,
            requested: Some(draw.requested).filter(|requested| requested.is_finite()),
            limit: draw.limit,
            available: draw.available,
            paid: draw.paid,
            from: Some(draw.from),
            into,
            before: draw.before,
            after,
            note: draw.note(),
        });
    }

    /// Logs a step that took no cash out of an account.
    pub(super) fn note(&mut self, step: &StepPlan, note: Note, amount: f64) {
        let status = self.state.status;
        let date = self.state.period;
        let Some(log) = self.record.log() else { return };
        log.push(&Entry {
            date,
            step: step.place,
            status,
            requested: None,
            limit: None,
            available: amount,
            paid: amount,
            from: None,
            into: None,
            before: 0.0,
            after: 0.0,
            note,
        });
    }

    /// Logs a step that put cash into an account.
    pub(super) fn log_deposit(&mut self, step: &StepPlan, into: usize, amount: f64) {
        let after = self.state.accounts.at(into).balance;
        let status = self.state.status;
        let date = self.state.period;
        let Some(log) = self.record.log() else { return };
        log.push(&Entry {
            date,
            step: step.place,
            status,
            requested: None,
            limit: None,
            available: amount,
            paid: amount,
            from: None,
            into: Some(into),
            before: after - amount,
            after,
            note: if amount > 0.0 { Note::Full } else { Note::NothingDue },
        });
    }

    /// Logs a part of the step that is logged next.
    pub(super) fn part(&mut self, party: Party, position: usize, due: f64, amount: f64) {
        if let Some(log) = self.record.log().filter(|_| due != 0.0 || amount != 0.0) {
            log.part(party, position, due, amount);
        }
    }
}

impl Draw {
    fn note(&self) -> Note {
        let limited = self.limit.is_some_and(|limit| limit < self.requested);
        let wanted = self.limit.map_or(self.requested, |limit| self.requested.min(limit));
        if self.requested <= 0.0 {
            Note::NothingDue
        } else if wanted.is_finite() && self.paid < wanted {
            if self.supported > 0.0 { Note::SupportedInPart } else { Note::Short }
        } else if self.supported > 0.0 {
            Note::Supported
        } else if limited {
            Note::Limited
        } else {
            Note::Full
        }
    }
}
