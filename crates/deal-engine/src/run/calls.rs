//! Options to end the deal early.

use super::RunError;
use super::engine::Engine;
use super::program::{CallPlan, Role};
use super::result::{CallExercised, RunWarning};
use crate::model::Status;

impl Engine<'_> {
    /// Exercises the first call that can be exercised; tells whether one was.
    pub(super) fn call(&mut self) -> Result<bool, RunError> {
        let program = self.program;
        for call in &program.calls {
            let open = call.first_date.is_none_or(|first| self.state.date >= first);
            let something = self.state.pools.iter().any(|pool| pool.balance > 0.0);
            if !open || !something || !self.holds(call.when)? {
                continue;
            }
            let sold = self.state.pools.iter().map(|pool| pool.balance).sum();
            let price = call.price.map_or(Ok(sold), |price| self.value(price))?.max(0.0);
            let owed = self.owed();
            if price + self.state.cash_in_accounts() < owed * (1.0 - 1e-12) {
                self.warn_of_price(call, owed);
                continue;
            }
            self.exercise(call, price)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Returns what must be covered: bonds, the interest owed on them, fees.
    fn owed(&self) -> f64 {
        let fees: f64 = self.state.fees.iter().map(|fee| fee.due).sum();
        let bonds = self.program.bonds.iter().zip(self.state.bonds.iter());
        let debt = bonds.filter(|(plan, _)| plan.kind != Role::Equity);
        fees + debt.map(|(_, bond)| bond.balance + bond.unpaid_interest()).sum::<f64>()
    }

    fn exercise(&mut self, call: &CallPlan, price: f64) -> Result<(), RunError> {
        let program = self.program;
        let proceeds = self.sell(None, price);
        self.state.deposit(0, proceeds);
        self.state.own_status = Status::Called;
        self.state.status = Status::Called;
        if let Some(steps) = program.waterfall(Status::Called) {
            self.run_waterfall(steps)?;
        }
        let exercised = CallExercised { name: call.name.clone(), date: self.state.date, price };
        self.record.called(exercised);
        Ok(())
    }

    fn warn_of_price(&mut self, call: &CallPlan, owed: f64) {
        self.record.warn(RunWarning {
            code: "call_not_covered".to_owned(),
            message: format!(
                "the call {:?} could be exercised on {}, but its price and the cash in the \
                 accounts do not cover the {owed:.2} that is owed",
                call.name, self.state.date
            ),
        });
    }
}
