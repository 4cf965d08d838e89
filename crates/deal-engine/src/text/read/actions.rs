//! What a step does.

use crate::formula::{Symbol, nearest};
use crate::model::{Action, Side, Source};
use crate::text::cursor::{Cursor, Read};
use crate::text::words::{ALLOCATIONS, INTEREST_PARTS, PRINCIPAL_ALLOCATIONS, SOURCES, STATUSES};

/// The words that begin a step.
pub(in crate::text) const STEPS: [&str; 16] = [
    "collect",
    "transfer",
    "pay",
    "fill",
    "release",
    "write",
    "debit",
    "credit",
    "cure",
    "buy",
    "liquidate",
    "draw",
    "test",
    "set",
    "if",
    "inspect",
];

/// Reads what a step does, from its first word.
pub(super) fn action(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<Action> {
    let first = cursor.word().map(str::to_ascii_lowercase).unwrap_or_default();
    if !STEPS.contains(&first.as_str()) {
        let slip = cursor.expected("a step");
        return Err(slip.or(match nearest(&first, STEPS) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("a step begins with {}", STEPS.join(", ")),
        }));
    }
    cursor.takes(&first);
    match first.as_str() {
        "pay" => payment(cursor, pointer),
        "write" | "debit" | "credit" | "test" | "set" | "inspect" => {
            booking(&first, cursor, pointer)
        }
        "if" => {
            let condition = cursor.formula(&format!("{pointer}/condition"))?;
            cursor.takes_symbol(Symbol::Colon);
            Ok(Action::If { condition, then: Vec::new(), otherwise: Vec::new() })
        }
        _ => movement(&first, cursor, pointer),
    }
}

/// What moves cash without paying what is due.
fn movement(first: &str, cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<Action> {
    let at = |field: &str| format!("{pointer}/{field}");
    Ok(match first {
        "collect" => {
            let sources = sources(cursor, &at("sources"))?;
            let pool = if cursor.takes("of") {
                Some(cursor.marked_name("the pool", &at("pool"))?)
            } else {
                None
            };
            Action::Collect { sources, pool, share: None, into: into(cursor, pointer)? }
        }
        "fill" => {
            let account = cursor.marked_name("the reserve", &at("account"))?;
            Action::FillReserve { account, from: from(cursor, pointer)? }
        }
        "release" => {
            let account = cursor.marked_name("the reserve", &at("account"))?;
            cursor.takes("above target");
            Action::ReleaseReserve { account, into: into(cursor, pointer)? }
        }
        "cure" => {
            let test = cursor.marked_name("the test", &at("test"))?;
            cursor.needs("by paying")?;
            let bonds = cursor.names("a bond", &at("bonds"))?;
            Action::Cure { test, bonds, from: from(cursor, pointer)? }
        }
        "buy" => {
            cursor.needs("assets")?;
            let pool = if cursor.takes("for") {
                Some(cursor.marked_name("the pool", &at("pool"))?)
            } else {
                None
            };
            Action::Buy { pool, price: None, from: from(cursor, pointer)? }
        }
        "liquidate" => {
            let pool = if cursor.takes("everything") {
                None
            } else {
                Some(cursor.marked_name("the pool, or `everything`", &at("pool"))?)
            };
            cursor.needs("for")?;
            let proceeds = cursor.formula(&at("proceeds"))?;
            Action::Liquidate { pool, proceeds, into: into(cursor, pointer)? }
        }
        "draw" => {
            let amount = cursor.formula(&at("amount"))?;
            cursor.needs("from bond")?;
            let bond = cursor.marked_name("the bond", &at("bond"))?;
            Action::FundBond { bond, into: into(cursor, pointer)?, amount }
        }
        _ => Action::Transfer { from: from(cursor, pointer)?, into: into(cursor, pointer)? },
    })
}

/// What moves no cash.
fn booking(first: &str, cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<Action> {
    let at = |field: &str| format!("{pointer}/{field}");
    Ok(match first {
        "write" => {
            let up = cursor.takes("up");
            if !up {
                cursor.needs("down")?;
            }
            let bonds = cursor.names("a bond", &at("bonds"))?;
            cursor.needs("by")?;
            let amount = cursor.formula(&at("amount"))?;
            if up { Action::WriteUp { bonds, amount } } else { Action::WriteDown { bonds, amount } }
        }
        "debit" | "credit" => {
            let side = if first == "debit" { Side::Debit } else { Side::Credit };
            let ledgers = cursor.names("a ledger", &at("ledgers"))?;
            cursor.needs("by")?;
            Action::Book { ledgers, side, amount: cursor.formula(&at("amount"))? }
        }
        "test" => {
            cursor.needs("trigger")?;
            Action::TestTrigger { trigger: cursor.marked_name("the trigger", &at("trigger"))? }
        }
        "set" => {
            cursor.needs("status")?;
            let begin = cursor.position();
            let status = cursor.needs_one("a status", &STATUSES)?;
            cursor.mark(&at("status"), begin);
            Action::SetStatus { status }
        }
        _ => {
            let name = cursor.marked_name("the number", &at("name"))?;
            cursor.needs("as")?;
            Action::Inspect { name, value: cursor.formula(&at("value"))? }
        }
    })
}

fn payment(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<Action> {
    let at = |field: &str| format!("{pointer}/{field}");
    if cursor.takes("fees") || cursor.takes("fee") {
        let fees = cursor.names("a fee", &at("fees"))?;
        let allocation = cursor.takes_one(&ALLOCATIONS).unwrap_or_default();
        return Ok(Action::PayFees { fees, allocation, from: from(cursor, pointer)? });
    }
    if cursor.takes("principal") {
        cursor.needs("to")?;
        let bonds = cursor.names("a bond", &at("bonds"))?;
        let allocation = cursor.takes_one(&PRINCIPAL_ALLOCATIONS).unwrap_or_default();
        return Ok(Action::PayPrincipal { bonds, allocation, from: from(cursor, pointer)? });
    }
    if cursor.takes("the rest") {
        let from = from(cursor, pointer)?;
        cursor.needs("to")?;
        return Ok(Action::PayResidual {
            bond: cursor.marked_name("the bond", &at("bond"))?,
            from,
        });
    }
    let what = "`fees`, `interest`, `current interest`, `overdue interest`, `interest on interest`, \
                `carryover`, `principal` or `the rest`";
    let Some(part) = cursor.takes_one(&INTEREST_PARTS) else { return Err(cursor.expected(what)) };
    cursor.needs("to")?;
    let bonds = cursor.names("a bond", &at("bonds"))?;
    let allocation = cursor.takes_one(&ALLOCATIONS).unwrap_or_default();
    Ok(Action::PayInterest { bonds, part, allocation, from: from(cursor, pointer)? })
}

fn sources(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<Vec<Source>> {
    let begin = cursor.position();
    let mut sources = Vec::new();
    if cursor.takes("everything") {
        sources.extend(SOURCES.map(|(source, _)| source));
    } else if !cursor.takes("nothing") {
        loop {
            sources.push(cursor.needs_one("a kind of cash", &SOURCES)?);
            if !cursor.takes_symbol(Symbol::Comma) {
                break;
            }
        }
    }
    cursor.mark(pointer, begin);
    Ok(sources)
}

fn from(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<String> {
    cursor.needs("from")?;
    cursor.marked_name("the account", &format!("{pointer}/from"))
}

fn into(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<String> {
    if !cursor.takes("to") {
        cursor.needs("into")?;
    }
    cursor.marked_name("the account", &format!("{pointer}/into"))
}
