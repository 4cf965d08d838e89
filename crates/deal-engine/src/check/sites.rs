//! Where formulas stand and what they must give.

use crate::formula::vocabulary::Type;
use crate::model::{
    Action, BondKind, Coupon, Deal, Effect, FeeKind, Formula, Step, TestKind, Trigger,
};

use super::walk::{StepAt, steps};

/// What a formula must give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// One type.
    Of(Type),
    /// Any number.
    Number,
    /// What the measure of the trigger at this position gives.
    Measure(usize),
    /// Anything.
    Anything,
}

/// What a formula defines; what is defined by itself is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Variable(usize),
    /// The target of an account.
    Account(usize),
    /// What a fee costs.
    Fee(usize),
    /// The rate or the notional amount of a bond.
    Bond(usize),
    /// The coverage of a test.
    Test(usize),
    /// Nothing that a formula can ask for.
    None,
}

/// A formula of a deal.
pub(crate) struct Site<'d> {
    pub(crate) path: String,
    pub(crate) formula: &'d Formula,
    pub(crate) need: Need,
    pub(crate) owner: Owner,
}

/// Every formula of a deal, in the deal's order.
pub(crate) fn sites(deal: &Deal) -> Vec<Site<'_>> {
    let mut sites = Sites { sites: Vec::new() };
    for (at, account) in deal.accounts.iter().enumerate() {
        let path = format!("/accounts/{at}");
        sites.option(&path, "target", account.target.as_ref(), Type::Money, Owner::Account(at));
        sites.option(&path, "earns", account.earns.as_ref(), Type::Rate, Owner::None);
    }
    for (at, ledger) in deal.ledgers.iter().enumerate() {
        let path = format!("/ledgers/{at}");
        sites.option(&path, "cap", ledger.cap.as_ref(), Type::Money, Owner::None);
    }
    for (at, fee) in deal.fees.iter().enumerate() {
        let path = format!("/fees/{at}/kind");
        match &fee.kind {
            FeeKind::Rate { base, .. } => {
                sites.add(&path, "base", base, Type::Money, Owner::Fee(at));
            }
            FeeKind::Formula { amount } => {
                sites.add(&path, "amount", amount, Type::Money, Owner::Fee(at));
            }
            FeeKind::OneOff { .. } | FeeKind::Fixed { .. } => {}
        }
    }
    for (at, bond) in deal.bonds.iter().enumerate() {
        let path = format!("/bonds/{at}");
        if let Coupon::Formula { rate } = &bond.coupon {
            sites.add(&format!("{path}/coupon"), "rate", rate, Type::Rate, Owner::Bond(at));
        }
        if let BondKind::InterestOnly { notional } = &bond.kind {
            sites.add(&format!("{path}/kind"), "notional", notional, Type::Money, Owner::Bond(at));
        }
        sites.option(&path, "rate_cap", bond.rate_cap.as_ref(), Type::Rate, Owner::Bond(at));
    }
    for (at, variable) in deal.variables.iter().enumerate() {
        sites.push(
            format!("/variables/{at}/value"),
            &variable.value,
            Need::Anything,
            Owner::Variable(at),
        );
    }
    for (at, trigger) in deal.triggers.iter().enumerate() {
        sites.trigger(at, trigger);
    }
    for (at, test) in deal.tests.iter().enumerate() {
        let path = format!("/tests/{at}");
        let (TestKind::Overcollateralization { numerator }
        | TestKind::InterestCoverage { numerator }) = &test.kind;
        let kind = format!("{path}/kind");
        sites.option(&kind, "numerator", numerator.as_ref(), Type::Money, Owner::Test(at));
        sites.add(&path, "threshold", &test.threshold, Type::Ratio, Owner::Test(at));
    }
    for (at, call) in deal.calls.iter().enumerate() {
        let path = format!("/calls/{at}");
        sites.add(&path, "when", &call.when, Type::Bool, Owner::None);
        sites.option(&path, "price", call.price.as_ref(), Type::Money, Owner::None);
    }
    for StepAt { path, step, .. } in steps(deal) {
        sites.step(&path, step);
    }
    sites.sites
}

struct Sites<'d> {
    sites: Vec<Site<'d>>,
}

impl<'d> Sites<'d> {
    fn push(&mut self, path: String, formula: &'d Formula, need: Need, owner: Owner) {
        self.sites.push(Site { path, formula, need, owner });
    }

    fn add(&mut self, path: &str, name: &str, formula: &'d Formula, of: Type, owner: Owner) {
        self.push(format!("{path}/{name}"), formula, Need::Of(of), owner);
    }

    fn option(
        &mut self,
        path: &str,
        name: &str,
        formula: Option<&'d Formula>,
        of: Type,
        owner: Owner,
    ) {
        if let Some(formula) = formula {
            self.add(path, name, formula, of, owner);
        }
    }

    fn trigger(&mut self, at: usize, trigger: &'d Trigger) {
        let path = format!("/triggers/{at}");
        self.push(format!("{path}/measure"), &trigger.measure, Need::Number, Owner::None);
        self.push(format!("{path}/threshold"), &trigger.threshold, Need::Measure(at), Owner::None);
        for (number, effect) in trigger.effects.iter().enumerate() {
            let path = format!("{path}/effects/{number}");
            match effect {
                Effect::ReserveTarget { target, .. } => {
                    self.add(&path, "target", target, Type::Money, Owner::None);
                }
                Effect::Coupon { rate, .. } => {
                    self.add(&path, "rate", rate, Type::Rate, Owner::None);
                }
                Effect::Status { .. } | Effect::Activate { .. } | Effect::Steps { .. } => {}
            }
        }
    }

    fn step(&mut self, path: &str, step: &'d Step) {
        let none = Owner::None;
        self.option(path, "when", step.when.as_ref(), Type::Bool, none);
        let action = format!("{path}/action");
        match &step.action {
            Action::Collect { share, .. } => {
                self.option(&action, "share", share.as_ref(), Type::Ratio, none);
            }
            Action::Buy { price, .. } => {
                self.option(&action, "price", price.as_ref(), Type::Ratio, none);
            }
            Action::WriteDown { amount, .. }
            | Action::WriteUp { amount, .. }
            | Action::Book { amount, .. }
            | Action::FundBond { amount, .. } => {
                self.add(&action, "amount", amount, Type::Money, none);
            }
            Action::Liquidate { proceeds, .. } => {
                self.add(&action, "proceeds", proceeds, Type::Money, none);
            }
            Action::If { condition, .. } => {
                self.add(&action, "condition", condition, Type::Bool, none);
            }
            Action::Inspect { value, .. } => {
                self.push(format!("{action}/value"), value, Need::Anything, none);
            }
            _ => {}
        }
        self.option(path, "limit", step.limit.as_ref(), Type::Money, none);
        self.option(path, "keep", step.keep.as_ref(), Type::Money, none);
    }
}
