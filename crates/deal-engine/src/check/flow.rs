//! Accounts and payments over a whole deal.

use crate::formula::parts;
use crate::model::{
    Action, Bond, BondKind, Coupon, Deal, Expr, InterestPart, Object, ObjectKind, Step,
};

use super::Report;
use super::actions::source;
use super::code::Code;
use super::index::Index;
use super::sites::sites;
use super::walk::{StepAt, steps, waterfall};

pub(super) fn check(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    let steps = steps(deal);
    let mentioned = Mentioned::of(deal);
    accounts(deal, &steps, &mentioned, report);
    for at in 0..deal.waterfalls.len() {
        twice(index, &waterfall(deal, at), report);
    }
    unpaid(deal, index, &steps, report);
    unused(deal, &steps, &mentioned, report);
}

/// What formulas look at.
pub(super) struct Mentioned<'d> {
    variables: Vec<&'d str>,
    objects: Vec<(ObjectKind, &'d str)>,
}

impl<'d> Mentioned<'d> {
    pub(super) fn of(deal: &'d Deal) -> Self {
        let mut mentioned = Self { variables: Vec::new(), objects: Vec::new() };
        for site in sites(deal) {
            for part in parts(&site.formula.0) {
                match part {
                    Expr::Name(name) => mentioned.variables.push(name),
                    Expr::Field { object: Object { kind, names }, .. } => {
                        let named = names.iter().map(|name| (*kind, name.as_str()));
                        mentioned.objects.extend(named);
                    }
                    _ => {}
                }
            }
        }
        mentioned
    }

    pub(super) fn has(&self, kind: ObjectKind, name: &str) -> bool {
        self.objects.contains(&(kind, name))
    }
}

/// The account a step brings cash into.
fn destination(action: &Action) -> Option<&String> {
    match action {
        Action::Collect { into, .. }
        | Action::Transfer { into, .. }
        | Action::ReleaseReserve { into, .. }
        | Action::Liquidate { into, .. }
        | Action::FundBond { into, .. } => Some(into),
        Action::FillReserve { account, .. } => Some(account),
        _ => None,
    }
}

fn accounts(deal: &Deal, steps: &[StepAt<'_>], mentioned: &Mentioned<'_>, report: &mut Report) {
    let collects = steps.iter().any(|found| matches!(found.step.action, Action::Collect { .. }));
    for (at, account) in deal.accounts.iter().enumerate() {
        let name = &account.name;
        let path = format!("/accounts/{at}");
        let brought = steps.iter().any(|found| destination(&found.step.action) == Some(name));
        let filled = brought || (at == 0 && !collects);
        let emptied = steps.iter().any(|found| {
            source(&found.step.action) == Some(name) || found.step.support.contains(name)
        });
        let starts_empty = account.balance <= 0.0;
        if !filled && !emptied && !mentioned.has(ObjectKind::Account, name) {
            let message = format!("no step uses the account \"{name}\"");
            report.add(Code::Unused, &path, message);
        } else if filled && !emptied {
            let message = format!("cash goes into the account \"{name}\" and nothing takes it out");
            report.add(Code::AccountNeverEmptied, &path, message);
        } else if emptied && !filled && starts_empty {
            let message = format!("the account \"{name}\" starts empty and nothing fills it");
            report.add(Code::AccountNeverFilled, &path, message);
        }
        if account.target.is_some() && !filled && starts_empty {
            report.add_with(
                Code::ReserveNeverFilled,
                format!("{path}/target"),
                format!("the account \"{name}\" has a target, starts empty and is never filled"),
                format!("add a step `fill \"{name}\" from …`"),
            );
        }
    }
}

/// A fee or interest that a step pays.
#[derive(PartialEq)]
enum Due<'d> {
    Fee(&'d str),
    Interest(usize, InterestPart),
}

impl Due<'_> {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Interest(one, InterestPart::All), Self::Interest(other, part)) => {
                one == other
                    && matches!(
                        part,
                        InterestPart::All | InterestPart::Current | InterestPart::Overdue
                    )
            }
            (one, other) => one == other,
        }
    }
}

fn dues<'d>(step: &'d Step, index: &Index<'_>) -> Vec<Due<'d>> {
    match &step.action {
        Action::PayFees { fees, .. } => fees.iter().map(|fee| Due::Fee(fee)).collect(),
        Action::PayInterest { bonds, part, .. } => {
            index.bonds_of(bonds).into_iter().map(|bond| Due::Interest(bond, *part)).collect()
        }
        _ => Vec::new(),
    }
}

/// Payments that an earlier step of the same waterfall has left nothing for.
fn twice(index: &Index<'_>, steps: &[StepAt<'_>], report: &mut Report) {
    let mut paid: Vec<(&str, Due<'_>)> = Vec::new();
    let mut emptied: Vec<&str> = Vec::new();
    for StepAt { path, step, conditional, .. } in steps {
        let from = source(&step.action).map(String::as_str);
        if let Some(from) = from
            && step.support.is_empty()
        {
            if emptied.contains(&from) {
                let message = format!("an earlier step has taken everything from \"{from}\"");
                report.add(Code::UnreachableStep, path, message);
            } else if !conditional {
                let again = dues(step, index).into_iter().any(|due| {
                    paid.iter().any(|(account, earlier)| *account == from && earlier.covers(&due))
                });
                if again {
                    let message = format!("an earlier step has paid this from \"{from}\" already");
                    report.add(Code::PaidTwice, path, message);
                }
            }
        }

        if let Some(into) = destination(&step.action) {
            paid.retain(|(account, _)| account != into);
            emptied.retain(|account| account != into);
        }
        let unbounded = !conditional && step.limit.is_none() && step.keep.is_none();
        if let (Some(from), true) = (from, unbounded) {
            paid.extend(dues(step, index).into_iter().map(|due| (from, due)));
            if matches!(step.action, Action::PayResidual { .. } | Action::Transfer { .. }) {
                emptied.push(from);
            }
        }
    }
}

/// What is owed and never paid.
fn unpaid(deal: &Deal, index: &Index<'_>, steps: &[StepAt<'_>], report: &mut Report) {
    let mut interest = vec![false; deal.bonds.len()];
    let mut principal = vec![false; deal.bonds.len()];
    let mut residual = vec![false; deal.bonds.len()];
    let mark = |flags: &mut Vec<bool>, bonds: Vec<usize>| {
        for bond in bonds {
            if let Some(flag) = flags.get_mut(bond) {
                *flag = true;
            }
        }
    };
    let mut fees: Vec<&str> = Vec::new();
    for StepAt { step, .. } in steps {
        match &step.action {
            Action::PayInterest {
                bonds, part: InterestPart::All | InterestPart::Current, ..
            } => {
                mark(&mut interest, index.bonds_of(bonds));
            }
            Action::PayPrincipal { bonds, .. } | Action::Cure { bonds, .. } => {
                mark(&mut principal, index.bonds_of(bonds));
            }
            Action::PayResidual { bond, .. } => mark(&mut residual, index.bonds_called(bond)),
            Action::PayFees { fees: paid, .. } => fees.extend(paid.iter().map(String::as_str)),
            _ => {}
        }
    }

    let is_set = |flags: &[bool], at: usize| flags.get(at).copied().unwrap_or_default();
    for (at, bond) in deal.bonds.iter().enumerate() {
        let path = format!("/bonds/{at}");
        let name = &bond.name;
        let residual = is_set(&residual, at);
        if bond.kind == BondKind::Equity && !residual {
            let message = format!("no waterfall pays the rest to \"{name}\"");
            let suggestion = format!("end a waterfall with `pay the rest from … to \"{name}\"`");
            report.add_with(Code::EquityWithoutResidual, path, message, suggestion);
            continue;
        }
        if earns(bond) && !residual && !is_set(&interest, at) {
            let message = format!("no waterfall pays interest to \"{name}\"");
            let suggestion = format!("add a step `pay interest to \"{name}\" from …`");
            report.add_with(Code::InterestNeverPaid, &path, message, suggestion);
        }
        if repays(bond) && !residual && !is_set(&principal, at) {
            let message = format!("no waterfall pays principal to \"{name}\"");
            let suggestion = format!("add a step `pay principal to \"{name}\" from …`");
            report.add_with(Code::PrincipalNeverPaid, &path, message, suggestion);
        }
    }
    for (at, fee) in deal.fees.iter().enumerate() {
        if !fees.contains(&fee.name.as_str()) {
            let message = format!("no waterfall pays the fee \"{}\"", fee.name);
            report.add(Code::FeeNeverPaid, format!("/fees/{at}"), message);
        }
    }
}

/// Deferred interest is repaid as principal.
fn earns(bond: &Bond) -> bool {
    bond.coupon != Coupon::None
        && !bond.deferrable
        && !matches!(bond.kind, BondKind::PrincipalOnly | BondKind::Equity)
}

fn repays(bond: &Bond) -> bool {
    bond.original_balance > 0.0
        && !matches!(bond.kind, BondKind::InterestOnly { .. } | BondKind::Equity)
}

fn unused(deal: &Deal, steps: &[StepAt<'_>], mentioned: &Mentioned<'_>, report: &mut Report) {
    for (at, variable) in deal.variables.iter().enumerate() {
        if !mentioned.variables.contains(&variable.name.as_str()) {
            let message = format!("no formula uses the variable \"{}\"", variable.name);
            report.add(Code::Unused, format!("/variables/{at}"), message);
        }
    }
    for (at, ledger) in deal.ledgers.iter().enumerate() {
        let booked = steps.iter().any(|found| {
            matches!(&found.step.action, Action::Book { ledgers, .. } if ledgers.contains(&ledger.name))
        });
        if !booked && !mentioned.has(ObjectKind::Ledger, &ledger.name) {
            let message = format!("no step books on the ledger \"{}\"", ledger.name);
            report.add(Code::Unused, format!("/ledgers/{at}"), message);
        }
    }
    for (at, test) in deal.tests.iter().enumerate() {
        let cured = steps.iter().any(|found| {
            matches!(&found.step.action, Action::Cure { test: name, .. } if *name == test.name)
        });
        if !cured && !mentioned.has(ObjectKind::Test, &test.name) {
            let message = format!("nothing depends on the test \"{}\"", test.name);
            report.add(Code::Unused, format!("/tests/{at}"), message);
        }
    }
}
