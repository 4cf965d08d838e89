//! What steps do.
//!
//! | module | decides |
//! |---|---|
//! | `draw` | how much a step may take, and from whom |
//! | `cash` | collecting, moving, reserves, buying, selling, drawing |
//! | `payments` | fees, interest, principal, residual |
//! | `books` | write-downs, write-ups, ledgers |

mod books;
mod cash;
mod draw;
mod payments;

pub(super) use self::draw::Draw;
use super::RunError;
use super::engine::Engine;
use super::log::Note;
use super::program::{ActionPlan, StepPlan};

impl Engine<'_> {
    /// Runs the steps of a waterfall. What they have not collected before the first step that does
    /// something else goes to the first account.
    pub(super) fn run_waterfall(&mut self, steps: &[StepPlan]) -> Result<(), RunError> {
        for step in steps {
            if !matches!(step.action, ActionPlan::Collect { .. }) {
                self.sweep()?;
            }
            self.step(step)?;
        }
        Ok(())
    }

    /// Runs steps as they are.
    pub(super) fn steps(&mut self, steps: &[StepPlan]) -> Result<(), RunError> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &StepPlan) -> Result<(), RunError> {
        let runs = step.when.map_or(Ok(true), |when| self.holds(when))?;
        if !runs {
            self.note(step, Note::Skipped, 0.0);
            return Ok(());
        }
        match &step.action {
            ActionPlan::Collect { sources, pool, share, into } => {
                self.collect(step, sources, *pool, *share, *into)
            }
            ActionPlan::Transfer { from, into } => self.transfer(step, *from, *into),
            ActionPlan::PayFees { fees, allocation, from } => {
                self.pay_fees(step, fees, *allocation, *from)
            }
            ActionPlan::PayInterest { bonds, part, allocation, from } => {
                self.pay_interest(step, bonds, *part, *allocation, *from)
            }
            ActionPlan::PayPrincipal { bonds, allocation, from } => {
                self.pay_principal(step, bonds, *allocation, *from)
            }
            ActionPlan::PayResidual { bond, from } => self.pay_residual(step, *bond, *from),
            ActionPlan::FillReserve { account, from } => self.fill_reserve(step, *account, *from),
            ActionPlan::ReleaseReserve { account, into } => {
                self.release_reserve(step, *account, *into)
            }
            ActionPlan::WriteDown { bonds, amount } => self.write_down(step, bonds, *amount),
            ActionPlan::WriteUp { bonds, amount } => self.write_up(step, bonds, *amount),
            ActionPlan::Book { ledgers, side, amount } => self.book(step, ledgers, *side, *amount),
            ActionPlan::Cure { test, bonds, from } => self.cure(step, *test, bonds, *from),
            ActionPlan::Buy { pool, price, from } => self.buy(step, *pool, *price, *from),
            ActionPlan::Liquidate { pool, proceeds, into } => {
                self.liquidate(step, *pool, *proceeds, *into)
            }
            ActionPlan::FundBond { bond, into, amount } => {
                self.fund_bond(step, *bond, *into, *amount)
            }
            ActionPlan::TestTrigger(trigger) => {
                self.note(step, Note::Tested, 0.0);
                self.test_trigger(*trigger)
            }
            ActionPlan::SetStatus(status) => {
                self.state.own_status = *status;
                self.note(step, Note::StatusChanged, 0.0);
                Ok(())
            }
            ActionPlan::If { condition, then, otherwise } => {
                let holds = self.holds(*condition)?;
                self.note(step, Note::Branched, f64::from(u8::from(holds)));
                self.steps(if holds { then } else { otherwise })
            }
            ActionPlan::Inspect { inspection, value } => {
                let value = self.value(*value)?;
                *self.state.inspections.at_mut(*inspection) = Some(value);
                self.note(step, Note::Inspected, value);
                Ok(())
            }
        }
    }
}
