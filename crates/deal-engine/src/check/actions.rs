//! Each step by itself.

use std::collections::HashSet;

use crate::formula::parts;
use crate::model::{
    Action, Bond, BondKind, Coupon, Deal, Effect, Expr, Formula, InterestOnInterest, InterestPart,
    Moment, PrincipalAllocation, Step,
};

use super::Report;
use super::code::Code;
use super::index::Index;
use super::walk::{StepAt, steps, waterfall};

pub(super) fn check(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    let mut actions = Actions { deal, index, report };
    for (at, test) in deal.tests.iter().enumerate() {
        actions.bonds(&format!("/tests/{at}/bonds"), &test.bonds, "the test");
    }
    for (at, call) in deal.calls.iter().enumerate() {
        actions.condition(&format!("/calls/{at}/when"), &call.when);
    }
    actions.coupon_effects();
    for StepAt { path, step, .. } in steps(deal) {
        actions.lists(&path, step);
        actions.clauses(&path, step);
        actions.accounts(&path, step);
        actions.payments(&path, step);
        if let Some(when) = &step.when {
            actions.condition(&format!("{path}/when"), when);
        }
        match &step.action {
            Action::If { condition, .. } => {
                actions.condition(&format!("{path}/action/condition"), condition);
            }
            Action::TestTrigger { trigger } => actions.moment(&path, trigger),
            _ => {}
        }
    }
    for at in 0..deal.waterfalls.len() {
        actions.collections(&waterfall(deal, at));
    }
}

struct Actions<'c, 'd> {
    deal: &'c Deal,
    index: &'c Index<'d>,
    report: &'c mut Report,
}

impl Actions<'_, '_> {
    fn lists(&mut self, path: &str, step: &Step) {
        let what = "the step";
        match &step.action {
            Action::Collect { sources, .. } => {
                let names: Vec<String> =
                    sources.iter().map(|source| format!("{source:?}")).collect();
                self.list(&format!("{path}/action/sources"), &names, what);
            }
            Action::PayFees { fees, .. } => self.list(&format!("{path}/action/fees"), fees, what),
            Action::Book { ledgers, .. } => {
                self.list(&format!("{path}/action/ledgers"), ledgers, what);
            }
            Action::PayInterest { bonds, .. }
            | Action::PayPrincipal { bonds, .. }
            | Action::WriteDown { bonds, .. }
            | Action::WriteUp { bonds, .. }
            | Action::Cure { bonds, .. } => {
                self.bonds(&format!("{path}/action/bonds"), bonds, what);
            }
            Action::If { then, otherwise, .. } if then.is_empty() && otherwise.is_empty() => {
                let message = "`if` decides nothing: there is no step inside";
                self.report.add(Code::EmptyList, format!("{path}/action/then"), message);
            }
            _ => {}
        }
        let mut seen = HashSet::new();
        for (at, name) in step.support.iter().enumerate() {
            if !seen.insert(name) {
                let message = format!("the account \"{name}\" supports the step twice");
                self.report.add(Code::NamedTwice, format!("{path}/support/{at}"), message);
            }
        }
    }

    fn list(&mut self, path: &str, names: &[String], what: &str) {
        if names.is_empty() {
            self.report.add(Code::EmptyList, path, format!("{what} names nothing"));
        }
        let mut seen = HashSet::new();
        for (at, name) in names.iter().enumerate() {
            if !seen.insert(name) {
                let message = format!("{what} names \"{name}\" twice");
                self.report.add(Code::NamedTwice, format!("{path}/{at}"), message);
            }
        }
    }

    fn bonds(&mut self, path: &str, names: &[String], what: &str) {
        if names.is_empty() {
            self.report.add(Code::EmptyList, path, format!("{what} names no bond"));
        }
        let mut seen = HashSet::new();
        for (at, name) in names.iter().enumerate() {
            for bond in self.index.bonds_called(name) {
                if !seen.insert(bond) {
                    let bond = self.index.bonds.get(bond).copied().unwrap_or_default();
                    let message = format!("{what} names \"{bond}\" twice");
                    self.report.add(Code::NamedTwice, format!("{path}/{at}"), message);
                }
            }
        }
    }

    /// Limit, keep and support belong to steps that move cash out of an account; support to those
    /// that can fall short.
    fn clauses(&mut self, path: &str, step: &Step) {
        let pays = source(&step.action).is_some();
        let falls_short = matches!(
            step.action,
            Action::PayFees { .. }
                | Action::PayInterest { .. }
                | Action::PayPrincipal { .. }
                | Action::FillReserve { .. }
                | Action::Cure { .. }
        );
        for (field, stands, fits) in [
            ("limit", step.limit.is_some(), pays),
            ("keep", step.keep.is_some(), pays),
            ("support", !step.support.is_empty(), falls_short),
        ] {
            if stands && !fits {
                let message = if pays {
                    format!("`{field}` does nothing here: nothing is due that could fall short")
                } else {
                    format!("`{field}` does nothing here: the step takes no cash out of an account")
                };
                self.report.add(Code::ClauseWithoutEffect, format!("{path}/{field}"), message);
            }
        }
    }

    fn accounts(&mut self, path: &str, step: &Step) {
        let same = match &step.action {
            Action::Transfer { from, into } => (from == into).then_some(("into", into)),
            Action::FillReserve { account, from } => (account == from).then_some(("from", from)),
            Action::ReleaseReserve { account, into } => (account == into).then_some(("into", into)),
            _ => None,
        };
        if let Some((field, name)) = same {
            let message = format!("cash would move from \"{name}\" to itself");
            self.report.add(Code::SameAccount, format!("{path}/action/{field}"), message);
        }
        let filled = match &step.action {
            Action::FillReserve { account, .. } => Some(account),
            _ => None,
        };
        for (at, name) in step.support.iter().enumerate() {
            if source(&step.action) == Some(name) || filled == Some(name) {
                let message = format!("the account \"{name}\" cannot support itself");
                self.report.add(Code::SameAccount, format!("{path}/support/{at}"), message);
            }
        }
        if let Action::FillReserve { account, .. } | Action::ReleaseReserve { account, .. } =
            &step.action
        {
            self.target(path, account);
        }
    }

    fn target(&mut self, path: &str, name: &str) {
        let Some(account) = self.deal.accounts.iter().find(|account| account.name == name) else {
            return;
        };
        let set_by_trigger = self.deal.triggers.iter().flat_map(|trigger| &trigger.effects).any(
            |effect| matches!(effect, Effect::ReserveTarget { account, .. } if account == name),
        );
        if account.target.is_none() && !set_by_trigger {
            self.report.add_with(
                Code::NoTarget,
                format!("{path}/action/account"),
                format!("the account \"{name}\" has no target"),
                format!("write `account \"{name}\" target …`"),
            );
        }
    }

    fn payments(&mut self, path: &str, step: &Step) {
        let (names, paid): (&[String], Paid) = match &step.action {
            Action::PayInterest { bonds, part, .. } => (bonds, Paid::Interest(*part)),
            Action::PayPrincipal { bonds, allocation, .. } => (bonds, Paid::Principal(*allocation)),
            Action::Cure { bonds, .. } => (bonds, Paid::Principal(PrincipalAllocation::Sequential)),
            Action::WriteDown { bonds, .. } | Action::WriteUp { bonds, .. } => {
                (bonds, Paid::Principal(PrincipalAllocation::Sequential))
            }
            Action::FundBond { bond, .. } => {
                (std::slice::from_ref(bond), Paid::Principal(PrincipalAllocation::Sequential))
            }
            _ => return,
        };
        for (at, name) in names.iter().enumerate() {
            for bond in self.index.bonds_called(name) {
                let Some(bond) = self.deal.bonds.get(bond) else { continue };
                if let Some(why) = refuses(bond, paid) {
                    let field = if matches!(step.action, Action::FundBond { .. }) {
                        format!("{path}/action/bond")
                    } else {
                        format!("{path}/action/bonds/{at}")
                    };
                    self.report.add(Code::WrongBond, field, format!("\"{}\" {why}", bond.name));
                }
            }
        }
    }

    fn coupon_effects(&mut self) {
        for (at, trigger) in self.deal.triggers.iter().enumerate() {
            for (number, effect) in trigger.effects.iter().enumerate() {
                let Effect::Coupon { bond: name, .. } = effect else { continue };
                let bond = self.deal.bonds.iter().find(|bond| bond.name == *name);
                if bond.is_some_and(|bond| {
                    matches!(bond.kind, BondKind::PrincipalOnly | BondKind::Equity)
                }) {
                    let path = format!("/triggers/{at}/effects/{number}/bond");
                    let message = format!("\"{name}\" earns no interest");
                    self.report.add(Code::WrongBond, path, message);
                }
            }
        }
    }

    fn moment(&mut self, path: &str, name: &str) {
        let trigger = self.deal.triggers.iter().find(|trigger| trigger.name == name);
        if trigger.is_some_and(|trigger| trigger.at != Moment::InStep) {
            self.report.add_with(
                Code::WrongMoment,
                format!("{path}/action/trigger"),
                format!("the trigger \"{name}\" is tested at another moment"),
                "write `in step` in the trigger, or remove the step".to_owned(),
            );
        }
    }

    fn condition(&mut self, path: &str, formula: &Formula) {
        if is_constant(&formula.0) {
            let message = format!("`{formula}` is always the same");
            self.report.add(Code::ConstantCondition, path, message);
        }
    }

    /// Collections come first, and each cash once.
    fn collections(&mut self, steps: &[StepAt<'_>]) {
        let mut other = false;
        let mut collected = HashSet::new();
        for StepAt { path, step, conditional, depth, .. } in steps {
            let Action::Collect { sources, pool, share, .. } = &step.action else {
                other = true;
                continue;
            };
            if other || *depth > 0 {
                self.report.add_with(
                    Code::LateCollection,
                    format!("{path}/action"),
                    "what no step has collected before the first other step lies in the first account",
                    "move the step to the beginning of the waterfall".to_owned(),
                );
                continue;
            }
            if share.is_some() || *conditional {
                continue;
            }
            let pools: Vec<&str> = match pool {
                Some(pool) => vec![pool.as_str()],
                None => self.index.pools.clone(),
            };
            for source in sources {
                let again =
                    pools.iter().filter(|pool| !collected.insert((*source, **pool))).count();
                if again > 0 {
                    let message =
                        format!("all {source:?} was collected by an earlier step").to_lowercase();
                    self.report.add(
                        Code::CollectedTwice,
                        format!("{path}/action/sources"),
                        message,
                    );
                }
            }
        }
    }
}

/// What a step would give a bond.
#[derive(Clone, Copy)]
enum Paid {
    Interest(InterestPart),
    Principal(PrincipalAllocation),
}

/// The account a step takes cash from.
pub(super) fn source(action: &Action) -> Option<&String> {
    match action {
        Action::Transfer { from, .. }
        | Action::PayFees { from, .. }
        | Action::PayInterest { from, .. }
        | Action::PayPrincipal { from, .. }
        | Action::PayResidual { from, .. }
        | Action::FillReserve { from, .. }
        | Action::Cure { from, .. }
        | Action::Buy { from, .. } => Some(from),
        Action::ReleaseReserve { account, .. } => Some(account),
        _ => None,
    }
}

fn refuses(bond: &Bond, paid: Paid) -> Option<&'static str> {
    match paid {
        Paid::Interest(_) if bond.kind == BondKind::PrincipalOnly => {
            Some("is principal only and earns no interest")
        }
        Paid::Interest(_) if bond.kind == BondKind::Equity => {
            Some("is equity: pay it the rest instead")
        }
        Paid::Interest(_) if bond.coupon == Coupon::None => {
            Some("has no rate and earns no interest")
        }
        Paid::Interest(InterestPart::OnInterest)
            if bond.interest_on_interest == InterestOnInterest::None =>
        {
            Some("earns no interest on overdue interest")
        }
        Paid::Interest(InterestPart::Carryover) if !bond.carryover => {
            Some("does not carry capped interest over")
        }
        Paid::Principal(_) if matches!(bond.kind, BondKind::InterestOnly { .. }) => {
            Some("is interest only and has no principal")
        }
        Paid::Principal(PrincipalAllocation::Scheduled)
            if !matches!(bond.kind, BondKind::Pac { .. } | BondKind::Tac { .. }) =>
        {
            Some("has no schedule: it is neither a PAC nor a TAC")
        }
        Paid::Interest(_) | Paid::Principal(_) => None,
    }
}

/// Says whether an expression looks at nothing.
fn is_constant(expression: &Expr) -> bool {
    parts(expression).all(|part| match part {
        Expr::Name(_) | Expr::Field { .. } => false,
        Expr::Function { name, .. } => !matches!(name.as_str(), "oc" | "ic"),
        _ => true,
    })
}
