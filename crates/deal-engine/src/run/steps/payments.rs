//! Fees, interest, principal, residual.

use super::Draw;
use crate::model::{Allocation, InterestPart, PrincipalAllocation, Status};
use crate::run::engine::Engine;
use crate::run::log::Party;
use crate::run::program::StepPlan;
use crate::run::split::split;
use crate::run::state::BondState;
use crate::run::{RunError, coverage, evaluate};

impl Engine<'_> {
    pub(super) fn pay_fees(
        &mut self,
        step: &StepPlan,
        fees: &[usize],
        allocation: Allocation,
        from: usize,
    ) -> Result<(), RunError> {
        self.dues.clear();
        self.dues.extend(fees.iter().map(|fee| self.state.fees.at(*fee).due));
        let draw = self.draw_dues(step, from, allocation == Allocation::ProRata)?;
        for (order, fee) in fees.iter().enumerate() {
            let (due, part) = self.due_and_part(order);
            let state = self.state.fees.at_mut(*fee);
            state.due = (state.due - part).max(0.0);
            state.paid += part;
            self.part(Party::Fee, *fee, due, part);
        }
        self.state.cash.fees += draw.paid;
        self.log_draw(step, &draw, None);
        Ok(())
    }

    pub(super) fn pay_interest(
        &mut self,
        step: &StepPlan,
        bonds: &[usize],
        part: InterestPart,
        allocation: Allocation,
        from: usize,
    ) -> Result<(), RunError> {
        self.dues.clear();
        self.dues.extend(bonds.iter().map(|bond| self.state.bonds.at(*bond).owed(part)));
        let draw = self.draw_dues(step, from, allocation == Allocation::ProRata)?;
        for (order, bond) in bonds.iter().enumerate() {
            let (due, amount) = self.due_and_part(order);
            self.state.bonds.at_mut(*bond).receive_interest(part, amount);
            self.part(Party::Interest, *bond, due, amount);
        }
        self.state.cash.interest += draw.paid;
        self.log_draw(step, &draw, None);
        Ok(())
    }

    pub(super) fn pay_principal(
        &mut self,
        step: &StepPlan,
        bonds: &[usize],
        allocation: PrincipalAllocation,
        from: usize,
    ) -> Result<(), RunError> {
        let scheduled = allocation == PrincipalAllocation::Scheduled;
        self.principal_dues(bonds, scheduled);
        let draw = self.draw_dues(step, from, allocation == PrincipalAllocation::ProRata)?;
        self.receive_principal(bonds);
        self.state.cash.principal += draw.paid;
        self.state.cash.ordinary_principal += draw.paid;
        self.log_draw(step, &draw, None);
        Ok(())
    }

    pub(super) fn cure(
        &mut self,
        step: &StepPlan,
        test: usize,
        bonds: &[usize],
        from: usize,
    ) -> Result<(), RunError> {
        let found = coverage::coverage(self.program, &self.state, test)?;
        let cure = coverage::cure(self.program, &self.state, test, found);
        self.principal_dues(bonds, false);
        let total: f64 = self.dues.iter().sum();
        let draw = self.draw(step, from, cure.min(total))?;
        split(draw.paid, &self.dues, false, self.inputs.rounding, &mut self.parts);
        self.receive_principal(bonds);
        self.state.cash.principal += draw.paid;
        self.log_draw(step, &draw, None);
        Ok(())
    }

    pub(super) fn pay_residual(
        &mut self,
        step: &StepPlan,
        bond: usize,
        from: usize,
    ) -> Result<(), RunError> {
        let draw = self.draw(step, from, f64::INFINITY)?;
        self.state.bonds.at_mut(bond).residual += draw.paid;
        self.state.cash.residual += draw.paid;
        self.part(Party::Residual, bond, draw.paid, draw.paid);
        self.log_draw(step, &draw, None);
        Ok(())
    }

    /// Finds what bonds can be repaid: nothing while they are locked, unless the deal is called.
    fn principal_dues(&mut self, bonds: &[usize], scheduled: bool) {
        let (date, period) = (self.state.date, self.state.period);
        let called = self.state.status == Status::Called;
        self.dues.clear();
        for bond in bonds {
            let plan = self.program.bonds.at(*bond);
            let balance = self.state.bonds.at(*bond).balance;
            let locked = plan.lockout_until.is_some_and(|until| date < until) && !called;
            self.dues.push(if locked {
                0.0
            } else if scheduled {
                (balance - evaluate::planned(&plan.planned, period)).clamp(0.0, balance)
            } else {
                balance
            });
        }
    }

    fn receive_principal(&mut self, bonds: &[usize]) {
        for (order, bond) in bonds.iter().enumerate() {
            let (due, amount) = self.due_and_part(order);
            let state = self.state.bonds.at_mut(*bond);
            state.balance = (state.balance - amount).max(0.0);
            state.paid_principal += amount;
            state.deferred = (state.deferred - amount).max(0.0);
            self.part(Party::Principal, *bond, due, amount);
        }
    }

    /// Takes what is due in all and divides it.
    fn draw_dues(
        &mut self,
        step: &StepPlan,
        from: usize,
        proportionally: bool,
    ) -> Result<Draw, RunError> {
        let total: f64 = self.dues.iter().sum();
        let draw = self.draw(step, from, total)?;
        split(draw.paid, &self.dues, proportionally, self.inputs.rounding, &mut self.parts);
        Ok(draw)
    }

    fn due_and_part(&self, order: usize) -> (f64, f64) {
        let at = |column: &[f64]| column.get(order).copied().unwrap_or(0.0);
        (at(&self.dues), at(&self.parts))
    }
}

impl BondState {
    fn owed(&self, part: InterestPart) -> f64 {
        match part {
            InterestPart::All => self.unpaid_interest(),
            InterestPart::Current => self.due,
            InterestPart::Overdue => self.overdue,
            InterestPart::OnInterest => self.on_interest,
            InterestPart::Carryover => self.carryover,
        }
    }

    /// Books interest: the oldest first.
    fn receive_interest(&mut self, part: InterestPart, amount: f64) {
        self.paid_interest += amount;
        let mut left = amount;
        let mut settle = |owed: &mut f64| {
            let settled = left.min(*owed);
            *owed -= settled;
            left -= settled;
        };
        match part {
            InterestPart::All => {
                settle(&mut self.on_interest);
                settle(&mut self.overdue);
                settle(&mut self.due);
            }
            InterestPart::Current => settle(&mut self.due),
            InterestPart::Overdue => settle(&mut self.overdue),
            InterestPart::OnInterest => settle(&mut self.on_interest),
            InterestPart::Carryover => settle(&mut self.carryover),
        }
    }
}
