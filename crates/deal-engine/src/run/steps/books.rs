//! Write-downs, write-ups, ledgers.

use crate::model::Side;
use crate::run::RunError;
use crate::run::engine::Engine;
use crate::run::log::{Note, Party};
use crate::run::program::{FormulaId, StepPlan};

impl Engine<'_> {
    pub(super) fn write_down(
        &mut self,
        step: &StepPlan,
        bonds: &[usize],
        amount: FormulaId,
    ) -> Result<(), RunError> {
        let wanted = self.value(amount)?.max(0.0);
        let mut left = wanted;
        for bond in bonds {
            let state = self.state.bonds.at_mut(*bond);
            let part = left.min(state.balance);
            state.balance -= part;
            state.written_down += part;
            state.write_down += part;
            left -= part;
            self.part(Party::Balance, *bond, part, part);
        }
        self.note_booked(step, wanted, wanted - left);
        Ok(())
    }

    pub(super) fn write_up(
        &mut self,
        step: &StepPlan,
        bonds: &[usize],
        amount: FormulaId,
    ) -> Result<(), RunError> {
        let wanted = self.value(amount)?.max(0.0);
        let mut left = wanted;
        for bond in bonds {
            let state = self.state.bonds.at_mut(*bond);
            let part = left.min(state.written_down);
            state.balance += part;
            state.written_down -= part;
            state.write_down -= part;
            left -= part;
            self.part(Party::Balance, *bond, -part, -part);
        }
        self.note_booked(step, wanted, wanted - left);
        Ok(())
    }

    pub(super) fn book(
        &mut self,
        step: &StepPlan,
        ledgers: &[usize],
        side: Side,
        amount: FormulaId,
    ) -> Result<(), RunError> {
        let wanted = self.value(amount)?.max(0.0);
        let mut left = wanted;
        for ledger in ledgers {
            let balance = self.state.ledgers.at(*ledger).balance;
            let room = match side {
                Side::Credit => balance,
                Side::Debit => match *self.program.ledger_caps.at(*ledger) {
                    Some(cap) => (self.value(cap)? - balance).max(0.0),
                    None => left,
                },
            };
            let part = left.min(room);
            left -= part;
            let state = self.state.ledgers.at_mut(*ledger);
            match side {
                Side::Debit => {
                    state.balance += part;
                    state.debit += part;
                }
                Side::Credit => {
                    state.balance -= part;
                    state.credit += part;
                }
            }
            self.part(Party::Ledger, *ledger, part, part);
        }
        self.note_booked(step, wanted, wanted - left);
        Ok(())
    }

    fn note_booked(&mut self, step: &StepPlan, wanted: f64, booked: f64) {
        let note = if wanted <= 0.0 {
            Note::NothingDue
        } else if booked < wanted {
            Note::Short
        } else {
            Note::Full
        };
        self.note(step, note, booked);
    }
}
