//! Collecting, moving, reserves, buying, selling, drawing.

use crate::model::Source;
use crate::run::engine::Engine;
use crate::run::log::Party;
use crate::run::program::{FormulaId, StepPlan};
use crate::run::{Fault, RunError, evaluate};

impl Engine<'_> {
    pub(super) fn collect(
        &mut self,
        step: &StepPlan,
        sources: &[Source],
        pool: Option<usize>,
        share: Option<FormulaId>,
        into: usize,
    ) -> Result<(), RunError> {
        let share = share.map(|share| self.value(share)).transpose()?;
        let mut sum = 0.0;
        for (position, state) in self.state.pools.iter_mut().enumerate() {
            if pool.is_some_and(|pool| pool != position) {
                continue;
            }
            for source in sources {
                let collected = state.collected(*source);
                let waiting = state.waiting(*source);
                let amount =
                    share.map_or(*waiting, |share| waiting.min(collected * share.max(0.0)));
                *waiting -= amount;
                sum += amount;
            }
        }
        self.state.deposit(into, sum);
        self.log_deposit(step, into, sum);
        Ok(())
    }

    pub(super) fn transfer(
        &mut self,
        step: &StepPlan,
        from: usize,
        into: usize,
    ) -> Result<(), RunError> {
        let needed = if step.limit.is_some() {
            f64::INFINITY
        } else {
            let keep = step.keep.map_or(Ok(0.0), |keep| self.value(keep))?;
            (self.state.accounts.at(from).balance - keep.max(0.0)).max(0.0)
        };
        let draw = self.draw(step, from, needed)?;
        self.state.deposit(into, draw.paid);
        self.log_draw(step, &draw, Some(into));
        Ok(())
    }

    pub(super) fn fill_reserve(
        &mut self,
        step: &StepPlan,
        account: usize,
        from: usize,
    ) -> Result<(), RunError> {
        let target = self.target(account)?;
        let missing = (target - self.state.accounts.at(account).balance).max(0.0);
        let draw = self.draw(step, from, missing)?;
        self.state.deposit(account, draw.paid);
        self.log_draw(step, &draw, Some(account));
        Ok(())
    }

    pub(super) fn release_reserve(
        &mut self,
        step: &StepPlan,
        account: usize,
        into: usize,
    ) -> Result<(), RunError> {
        let target = self.target(account)?;
        let above = (self.state.accounts.at(account).balance - target.max(0.0)).max(0.0);
        let draw = self.draw(step, account, above)?;
        self.state.deposit(into, draw.paid);
        self.log_draw(step, &draw, Some(into));
        Ok(())
    }

    /// Returns what an account should hold; 0 without a target.
    fn target(&self, account: usize) -> Result<f64, RunError> {
        self.state.accounts.at(account).target.map_or(Ok(0.0), |target| self.value(target))
    }

    pub(super) fn buy(
        &mut self,
        step: &StepPlan,
        pool: usize,
        price: Option<FormulaId>,
        from: usize,
    ) -> Result<(), RunError> {
        let price = match price {
            Some(formula) => {
                let price = self.value(formula)?;
                if price <= 0.0 {
                    let fault = Fault::DivisionByZero;
                    return Err(evaluate::fault(self.program, &self.state, formula, fault));
                }
                price
            }
            None => 1.0,
        };
        let needed = if self.state.pools.at(pool).is_sold { 0.0 } else { f64::INFINITY };
        let draw = self.draw(step, from, needed)?;
        let state = self.state.pools.at_mut(pool);
        if draw.paid > 0.0 {
            if state.unit.is_empty() {
                let name = self.program.pools.get(pool).cloned().unwrap_or_default();
                return Err(RunError::NoReplacement { pool: name });
            }
            let bought = draw.paid / price;
            state.add_assets(self.state.period, bought);
            self.state.cash.bought += draw.paid;
        }
        self.log_draw(step, &draw, None);
        Ok(())
    }

    pub(super) fn liquidate(
        &mut self,
        step: &StepPlan,
        pool: Option<usize>,
        proceeds: FormulaId,
        into: usize,
    ) -> Result<(), RunError> {
        let proceeds = self.value(proceeds)?.max(0.0);
        let paid = self.sell(pool, proceeds);
        self.state.deposit(into, paid);
        self.log_deposit(step, into, paid);
        Ok(())
    }

    /// Sells a pool or all of them; returns the proceeds, 0 if nothing is left to sell.
    pub(in crate::run) fn sell(&mut self, pool: Option<usize>, proceeds: f64) -> f64 {
        let chosen = |position: usize| pool.is_none_or(|pool| pool == position);
        let pools = || self.state.pools.iter().enumerate();
        let mine = || pools().filter(|(position, pool)| chosen(*position) && !pool.is_sold);
        let total: f64 = mine().map(|(_, pool)| pool.balance).sum();
        let count = mine().count();
        if count == 0 {
            return 0.0;
        }
        let mut left = proceeds;
        let mut later = count;
        for (position, pool) in self.state.pools.iter_mut().enumerate() {
            if !chosen(position) || pool.is_sold {
                continue;
            }
            later -= 1;
            let share = if total > 0.0 { proceeds * (pool.balance / total) } else { 0.0 };
            let part = if later == 0 { left } else { share.min(left) };
            left -= part;
            pool.sold += part;
            pool.is_sold = true;
            pool.balance = 0.0;
            pool.rows.truncate(self.state.period + 1);
        }
        self.state.cash.sold += proceeds;
        proceeds
    }

    pub(super) fn fund_bond(
        &mut self,
        step: &StepPlan,
        bond: usize,
        into: usize,
        amount: FormulaId,
    ) -> Result<(), RunError> {
        let wanted = self.value(amount)?.max(0.0);
        let original = self.program.bonds.at(bond).original;
        let state = self.state.bonds.at_mut(bond);
        let undrawn = (original + state.capitalized - state.written_down - state.balance).max(0.0);
        let drawn = self.inputs.rounding.payable(wanted.min(undrawn));
        state.balance += drawn;
        state.drawn += drawn;
        self.state.cash.drawn += drawn;
        self.state.deposit(into, drawn);
        self.part(Party::Principal, bond, wanted, -drawn);
        self.log_deposit(step, into, drawn);
        Ok(())
    }
}
