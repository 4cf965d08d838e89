//! The steps of waterfalls.

use crate::formula::quoted;
use crate::model::{Action, Allocation, PrincipalAllocation, Side, Step};
use crate::text::words::{
    ALLOCATIONS, INTEREST_PARTS, PRINCIPAL_ALLOCATIONS, SOURCES, STATUSES, words,
};

use super::{Clauses, Out, formula, names};

/// Writes one step as text; of an `if` the condition only.
#[must_use]
pub fn step(step: &Step) -> String {
    let mut line = Clauses::new(action(&step.action));
    match &step.action {
        Action::Collect { share, .. } => {
            line.option(share.as_ref(), |share| format!("share {}", formula(share)));
        }
        Action::Buy { price, .. } => {
            line.option(price.as_ref(), |price| format!("price {}", formula(price)));
        }
        _ => {}
    }
    line.option(step.limit.as_ref(), |limit| format!("limit {}", formula(limit)));
    line.option(step.keep.as_ref(), |keep| format!("keep {}", formula(keep)));
    if !step.support.is_empty() {
        line.add(&format!("support {}", names(&step.support)));
    }
    line.option(step.when.as_ref(), |when| format!("when {}", formula(when)));
    line.option(step.label.as_ref(), |label| format!("label {}", quoted(label)));
    line.finish()
}

pub(super) fn steps(steps: &[Step], indent: usize, out: &mut Out) {
    for next in steps {
        out.line(indent, &step(next));
        if let Action::If { then, otherwise, .. } = &next.action {
            self::steps(then, indent + 1, out);
            if !otherwise.is_empty() {
                out.line(indent, "else");
                self::steps(otherwise, indent + 1, out);
            }
        }
    }
}

fn action(action: &Action) -> String {
    match action {
        Action::Collect { sources, pool, into, .. } => {
            let list: Vec<&str> = sources.iter().map(|source| words(&SOURCES, source)).collect();
            let list = if list.is_empty() { "nothing".to_owned() } else { list.join(", ") };
            let pool = pool.as_ref().map(|pool| format!(" of {}", quoted(pool)));
            format!("collect {list}{} into {}", pool.unwrap_or_default(), quoted(into))
        }
        Action::Transfer { from, into } => {
            format!("transfer from {} into {}", quoted(from), quoted(into))
        }
        Action::PayFees { fees, allocation, from } => {
            let allocation = allocated(fees, *allocation);
            format!("pay fees {}{allocation} from {}", names(fees), quoted(from))
        }
        Action::PayInterest { bonds, part, allocation, from } => {
            let part = words(&INTEREST_PARTS, part);
            let allocation = allocated(bonds, *allocation);
            format!("pay {part} to {}{allocation} from {}", names(bonds), quoted(from))
        }
        Action::PayPrincipal { bonds, allocation, from } => {
            let plain = bonds.len() < 2 && *allocation == PrincipalAllocation::Sequential;
            let allocation = if plain {
                String::new()
            } else {
                format!(" {}", words(&PRINCIPAL_ALLOCATIONS, allocation))
            };
            format!("pay principal to {}{allocation} from {}", names(bonds), quoted(from))
        }
        Action::PayResidual { bond, from } => {
            format!("pay the rest from {} to {}", quoted(from), quoted(bond))
        }
        Action::FillReserve { account, from } => {
            format!("fill {} from {}", quoted(account), quoted(from))
        }
        Action::ReleaseReserve { account, into } => {
            format!("release {} above target into {}", quoted(account), quoted(into))
        }
        Action::WriteDown { bonds, amount } => {
            format!("write down {} by {}", names(bonds), formula(amount))
        }
        Action::WriteUp { bonds, amount } => {
            format!("write up {} by {}", names(bonds), formula(amount))
        }
        Action::Book { ledgers, side, amount } => {
            let side = if *side == Side::Debit { "debit" } else { "credit" };
            format!("{side} {} by {}", names(ledgers), formula(amount))
        }
        Action::Cure { test, bonds, from } => {
            format!("cure {} by paying {} from {}", quoted(test), names(bonds), quoted(from))
        }
        Action::Buy { pool, from, .. } => {
            let pool = pool.as_ref().map(|pool| format!(" for {}", quoted(pool)));
            format!("buy assets{} from {}", pool.unwrap_or_default(), quoted(from))
        }
        Action::Liquidate { pool, proceeds, into } => {
            let pool = pool.as_ref().map_or_else(|| "everything".to_owned(), |pool| quoted(pool));
            format!("liquidate {pool} for {} into {}", formula(proceeds), quoted(into))
        }
        Action::FundBond { bond, into, amount } => {
            let bond = quoted(bond);
            format!("draw {} from bond {bond} into {}", formula(amount), quoted(into))
        }
        Action::TestTrigger { trigger } => format!("test trigger {}", quoted(trigger)),
        Action::SetStatus { status } => format!("set status {}", words(&STATUSES, status)),
        Action::If { condition, .. } => format!("if {}", formula(condition)),
        Action::Inspect { name, value } => {
            format!("inspect {} as {}", quoted(name), formula(value))
        }
    }
}

/// Says how, where several share or it is not as usual.
fn allocated(names: &[String], allocation: Allocation) -> String {
    if names.len() < 2 && allocation == Allocation::ProRata {
        return String::new();
    }
    format!(" {}", words(&ALLOCATIONS, &allocation))
}
