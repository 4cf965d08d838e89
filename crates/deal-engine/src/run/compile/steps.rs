//! Steps.

use super::Compiler;
use crate::model::{Action, Allocation, BondKind, InterestPart, PrincipalAllocation, Status, Step};
use crate::run::RunError;
use crate::run::program::{ActionPlan, StepPlan, status_name};
use crate::run::slots::Kind;

impl<'d> Compiler<'d> {
    pub(super) fn waterfalls(&mut self) -> Result<Vec<(Status, Vec<StepPlan>)>, RunError> {
        let mut plans = Vec::new();
        for (position, waterfall) in self.deal.waterfalls.iter().enumerate() {
            let place = status_name(waterfall.status);
            let pointer = format!("/waterfalls/{position}/steps");
            plans.push((waterfall.status, self.steps(&waterfall.steps, place, &pointer)?));
        }
        if plans.iter().all(|(status, _)| *status != Status::Called) {
            plans.push((Status::Called, self.repayment()));
        }
        Ok(plans)
    }

    /// Returns the steps of a called deal that has none of its own: all cash into the first
    /// account, then fees, interest, principal and carried-over interest in the order of the deal;
    /// the rest goes to the last class of equity.
    fn repayment(&mut self) -> Vec<StepPlan> {
        let deal = self.deal;
        let is_equity = |position: &usize| {
            deal.bonds.get(*position).is_some_and(|bond| bond.kind == BondKind::Equity)
        };
        let all = 0..deal.bonds.len();
        let debt: Vec<usize> = all.clone().filter(|position| !is_equity(position)).collect();
        let interest = |part: InterestPart| ActionPlan::PayInterest {
            bonds: debt.clone(),
            part,
            allocation: Allocation::Sequential,
            from: 0,
        };
        let mut actions: Vec<ActionPlan> =
            (1..deal.accounts.len()).map(|from| ActionPlan::Transfer { from, into: 0 }).collect();
        actions.push(ActionPlan::PayFees {
            fees: (0..deal.fees.len()).collect(),
            allocation: Allocation::Sequential,
            from: 0,
        });
        actions.push(interest(InterestPart::All));
        actions.push(ActionPlan::PayPrincipal {
            bonds: debt.clone(),
            allocation: PrincipalAllocation::Sequential,
            from: 0,
        });
        actions.push(interest(InterestPart::Carryover));
        let equity = all.rev().find(is_equity);
        actions.extend(equity.map(|bond| ActionPlan::PayResidual { bond, from: 0 }));
        let mut plans = Vec::new();
        for (position, action) in actions.into_iter().enumerate() {
            self.places.push(format!("{}/{}", status_name(Status::Called), position + 1));
            plans.push(StepPlan {
                place: self.places.len() - 1,
                when: None,
                limit: None,
                keep: None,
                support: Vec::new(),
                action,
            });
        }
        plans
    }

    /// Compiles steps; `place` goes before their numbers, `pointer` leads to their list.
    pub(super) fn steps(
        &mut self,
        steps: &'d [Step],
        place: &str,
        pointer: &str,
    ) -> Result<Vec<StepPlan>, RunError> {
        let mut plans = Vec::new();
        for (position, step) in steps.iter().enumerate() {
            let place = format!("{place}/{}", position + 1);
            plans.push(self.step(step, &place, &format!("{pointer}/{position}"))?);
        }
        Ok(plans)
    }

    fn step(&mut self, step: &'d Step, place: &str, at: &str) -> Result<StepPlan, RunError> {
        self.places.push(place.to_owned());
        let number = self.places.len() - 1;
        let support = self.names.several(Kind::Account, &step.support, &format!("{at}/support"))?;
        Ok(StepPlan {
            place: number,
            when: self.optional(step.when.as_ref(), &format!("{at}/when"))?,
            limit: self.optional(step.limit.as_ref(), &format!("{at}/limit"))?,
            keep: self.optional(step.keep.as_ref(), &format!("{at}/keep"))?,
            support,
            action: self.action(&step.action, place, &format!("{at}/action"))?,
        })
    }

    fn account(&self, name: &str, at: &str) -> Result<usize, RunError> {
        self.names.find(Kind::Account, name, at)
    }

    fn action(
        &mut self,
        action: &'d Action,
        place: &str,
        at: &str,
    ) -> Result<ActionPlan, RunError> {
        Ok(match action {
            Action::Collect { sources, pool, share, into } => ActionPlan::Collect {
                sources: sources.clone(),
                pool: self.names.pool(pool.as_deref(), at)?,
                share: self.optional(share.as_ref(), &format!("{at}/share"))?,
                into: self.account(into, at)?,
            },
            Action::Transfer { from, into } => ActionPlan::Transfer {
                from: self.account(from, at)?,
                into: self.account(into, at)?,
            },
            Action::PayFees { fees, allocation, from } => ActionPlan::PayFees {
                fees: self.names.several(Kind::Fee, fees, at)?,
                allocation: *allocation,
                from: self.account(from, at)?,
            },
            Action::PayInterest { bonds, part, allocation, from } => ActionPlan::PayInterest {
                bonds: self.names.bonds(bonds, at)?,
                part: *part,
                allocation: *allocation,
                from: self.account(from, at)?,
            },
            Action::PayPrincipal { bonds, allocation, from } => ActionPlan::PayPrincipal {
                bonds: self.names.bonds(bonds, at)?,
                allocation: *allocation,
                from: self.account(from, at)?,
            },
            Action::PayResidual { bond, from } => ActionPlan::PayResidual {
                bond: self.names.find(Kind::Bond, bond, at)?,
                from: self.account(from, at)?,
            },
            Action::FillReserve { account, from } => ActionPlan::FillReserve {
                account: self.account(account, at)?,
                from: self.account(from, at)?,
            },
            Action::ReleaseReserve { account, into } => ActionPlan::ReleaseReserve {
                account: self.account(account, at)?,
                into: self.account(into, at)?,
            },
            Action::WriteDown { bonds, amount } => ActionPlan::WriteDown {
                bonds: self.names.bonds(bonds, at)?,
                amount: self.formula(amount, &format!("{at}/amount"))?,
            },
            Action::WriteUp { bonds, amount } => ActionPlan::WriteUp {
                bonds: self.names.bonds(bonds, at)?,
                amount: self.formula(amount, &format!("{at}/amount"))?,
            },
            Action::Book { ledgers, side, amount } => ActionPlan::Book {
                ledgers: self.names.several(Kind::Ledger, ledgers, at)?,
                side: *side,
                amount: self.formula(amount, &format!("{at}/amount"))?,
            },
            Action::Cure { test, bonds, from } => ActionPlan::Cure {
                test: self.names.find(Kind::Test, test, at)?,
                bonds: self.names.bonds(bonds, at)?,
                from: self.account(from, at)?,
            },
            Action::Buy { pool, price, from } => ActionPlan::Buy {
                pool: self.names.pool(pool.as_deref(), at)?.unwrap_or(0),
                price: self.optional(price.as_ref(), &format!("{at}/price"))?,
                from: self.account(from, at)?,
            },
            Action::Liquidate { pool, proceeds, into } => ActionPlan::Liquidate {
                pool: self.names.pool(pool.as_deref(), at)?,
                proceeds: self.formula(proceeds, &format!("{at}/proceeds"))?,
                into: self.account(into, at)?,
            },
            Action::FundBond { bond, into, amount } => ActionPlan::FundBond {
                bond: self.names.find(Kind::Bond, bond, at)?,
                into: self.account(into, at)?,
                amount: self.formula(amount, &format!("{at}/amount"))?,
            },
            Action::TestTrigger { trigger } => {
                ActionPlan::TestTrigger(self.names.find(Kind::Trigger, trigger, at)?)
            }
            Action::SetStatus { status } => ActionPlan::SetStatus(*status),
            Action::If { condition, then, otherwise } => ActionPlan::If {
                condition: self.formula(condition, &format!("{at}/condition"))?,
                then: self.steps(then, &format!("{place}/then"), &format!("{at}/then"))?,
                otherwise: self.steps(
                    otherwise,
                    &format!("{place}/otherwise"),
                    &format!("{at}/otherwise"),
                )?,
            },
            Action::Inspect { name, value } => {
                let known = self.inspections.iter().position(|known| known == name);
                let inspection = known.unwrap_or_else(|| {
                    self.inspections.push(name.clone());
                    self.inspections.len() - 1
                });
                let value = self.formula(value, &format!("{at}/value"))?;
                ActionPlan::Inspect { inspection, value }
            }
        })
    }
}
