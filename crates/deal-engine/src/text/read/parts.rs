//! Pools, accounts, ledgers, fees, variables, triggers, tests, calls.

use crate::formula::{Symbol, TokenKind};
use crate::model::{
    Account, Call, Comparison, Effect, Fee, FeeKind, Ledger, Pool, Test, TestKind, Trigger,
    Variable,
};
use crate::text::cursor::{Cursor, Read, Reader};
use crate::text::lines::Line;
use crate::text::words::{COMPARISONS, CURES, MOMENTS, STATUSES, words};

use super::steps;

pub(super) fn pool(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Pool> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("pool")?;
    let name = cursor.marked_name("the pool", &format!("{pointer}/name"))?;
    cursor.finish();
    Ok(Pool { name })
}

pub(super) fn account(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Account> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("account")?;
    let name = cursor.marked_name("the account", &format!("{pointer}/name"))?;
    let (mut balance, mut target, mut earns) = (None, None, None);
    cursor.clauses(&["starts at", "target", "earns"], |cursor| {
        let from = cursor.position();
        if cursor.takes("starts at") {
            let amount = cursor.number("the balance at closing")?;
            cursor.mark(&format!("{pointer}/balance"), from);
            cursor.put(&mut balance, amount, from)?;
        } else if cursor.takes("target") {
            let formula = cursor.formula(&format!("{pointer}/target"))?;
            cursor.put(&mut target, formula, from)?;
        } else if cursor.takes("earns") {
            let formula = cursor.formula(&format!("{pointer}/earns"))?;
            cursor.put(&mut earns, formula, from)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    });
    Ok(Account { name, balance: balance.unwrap_or_default(), target, earns })
}

pub(super) fn ledger(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Ledger> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("ledger")?;
    let name = cursor.marked_name("the ledger", &format!("{pointer}/name"))?;
    let (mut balance, mut cap) = (None, None);
    cursor.clauses(&["starts at", "cap"], |cursor| {
        let from = cursor.position();
        if cursor.takes("starts at") {
            let amount = cursor.number("the balance at closing")?;
            cursor.mark(&format!("{pointer}/balance"), from);
            cursor.put(&mut balance, amount, from)?;
        } else if cursor.takes("cap") {
            let formula = cursor.formula(&format!("{pointer}/cap"))?;
            cursor.put(&mut cap, formula, from)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    });
    Ok(Ledger { name, balance: balance.unwrap_or_default(), cap })
}

pub(super) fn fee(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Fee> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("fee")?;
    let name = cursor.marked_name("the fee", &format!("{pointer}/name"))?;
    let from = cursor.position();
    let mut kind = fee_kind(&mut cursor, pointer)?;
    cursor.mark(&format!("{pointer}/kind"), from);
    let (mut count, mut starts) = (None, None);
    let is_rate = matches!(kind, FeeKind::Rate { .. });
    cursor.clauses(&["from", "ACT/360", "30/360"], |cursor| {
        let from = cursor.position();
        if cursor.takes("from") {
            let day = cursor.date("the first day of the fee")?;
            cursor.mark(&format!("{pointer}/starts"), from);
            cursor.put(&mut starts, day, from)?;
        } else if is_rate && let Some(found) = cursor.takes_day_count() {
            cursor.mark(&format!("{pointer}/kind/day_count"), from);
            cursor.put(&mut count, found, from)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    });
    if let FeeKind::Rate { day_count, .. } = &mut kind {
        *day_count = count;
    }
    Ok(Fee { name, kind, starts })
}

fn fee_kind(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<FeeKind> {
    if cursor.takes("amount") {
        let amount = cursor.formula(&format!("{pointer}/kind/amount"))?;
        return Ok(FeeKind::Formula { amount });
    }
    let from = cursor.position();
    let value = cursor.rate("an amount, a rate or `amount` and a formula")?;
    let field = |name: &str| format!("{pointer}/kind/{name}");
    if cursor.takes("a year of") {
        cursor.mark(&field("rate"), from);
        let base = cursor.formula(&field("base"))?;
        return Ok(FeeKind::Rate { rate: value, base, day_count: None });
    }
    cursor.mark(&field("amount"), from);
    if cursor.was_percentage() {
        return Err(cursor.expected("`a year of` and an amount, after a percentage,"));
    }
    if cursor.takes("each payment") {
        Ok(FeeKind::Fixed { amount: value })
    } else if cursor.takes("once") {
        Ok(FeeKind::OneOff { amount: value })
    } else {
        Err(cursor.expected("`each payment`, `once` or `a year of` and an amount"))
    }
}

pub(super) fn variable(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Variable> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("let")?;
    let name = cursor.marked_name("the variable", &format!("{pointer}/name"))?;
    if !cursor.takes_symbol(Symbol::Equal) {
        return Err(cursor.expected("`=`"));
    }
    let value = cursor.formula(&format!("{pointer}/value"))?;
    cursor.finish();
    Ok(Variable { name, value })
}

pub(super) fn trigger(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Trigger> {
    // Lines that begin with `then` are effects; others continue the statement.
    let is_effect = |inside: &&Line<'_>| matches!(inside.tokens.first().map(|token| &token.kind), Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case("then"));
    let mut tokens = line.tokens.clone();
    for inside in line.inside.iter().filter(|inside| !is_effect(inside)) {
        tokens.extend(inside.joined());
    }
    let mut trigger = condition(&mut Cursor::new(reader, &tokens), pointer)?;
    for inside in line.inside.iter().filter(is_effect) {
        let at = format!("{pointer}/effects/{}", trigger.effects.len());
        match effect(inside, &at, reader) {
            Ok(effect) => trigger.effects.push(effect),
            Err(slip) => reader.report(slip),
        }
    }
    Ok(trigger)
}

fn condition(cursor: &mut Cursor<'_, '_, '_>, pointer: &str) -> Read<Trigger> {
    cursor.needs("trigger")?;
    let name = cursor.marked_name("the trigger", &format!("{pointer}/name"))?;
    cursor.needs("when")?;
    let measure = cursor.sum(&format!("{pointer}/measure"))?;
    let comparison = comparison(cursor)?;
    let threshold = cursor.sum(&format!("{pointer}/threshold"))?;

    let (mut at, mut cure, mut consecutive, mut dormant) = (None, None, None, false);
    let known = [
        "at end of collection",
        "at closing",
        "before waterfall",
        "after waterfall",
        "in step",
        "never cures",
        "cures when passed",
        "times in a row",
        "dormant",
    ];
    cursor.clauses(&known, |cursor| {
        let from = cursor.position();
        if let Some(moment) = cursor.takes_one(&MOMENTS) {
            cursor.mark(&format!("{pointer}/at"), from);
            cursor.put(&mut at, moment, from)?;
        } else if let Some(found) = cursor.takes_one(&CURES) {
            cursor.mark(&format!("{pointer}/cure"), from);
            cursor.put(&mut cure, found, from)?;
        } else if matches!(cursor.peek(), Some(TokenKind::Number(_))) {
            let count = cursor.count("the breaches in a row")?;
            cursor.needs("times in a row")?;
            cursor.mark(&format!("{pointer}/consecutive"), from);
            cursor.put(&mut consecutive, count, from)?;
        } else if cursor.takes("dormant") {
            cursor.mark(&format!("{pointer}/dormant"), from);
            cursor.set(&mut dormant, from)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    });
    Ok(Trigger {
        name,
        measure,
        comparison,
        threshold,
        at: at.unwrap_or_default(),
        consecutive: consecutive.unwrap_or(1),
        cure: cure.unwrap_or_default(),
        dormant,
        effects: Vec::new(),
    })
}

fn comparison(cursor: &mut Cursor<'_, '_, '_>) -> Read<Comparison> {
    for (symbol, comparison) in [
        (Symbol::Above, Comparison::Above),
        (Symbol::AtLeast, Comparison::AtLeast),
        (Symbol::Below, Comparison::Below),
        (Symbol::AtMost, Comparison::AtMost),
    ] {
        if cursor.takes_symbol(symbol) {
            return Ok(comparison);
        }
    }
    let signs = COMPARISONS.map(|(meaning, _)| words(&COMPARISONS, &meaning)).join(", ");
    let suggestion = "for a condition write `(if … then 1 else 0) > 0`".to_owned();
    Err(cursor.expected(&format!("one of {signs}")).or(suggestion))
}

fn effect(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Effect> {
    reader.mark(pointer, line.start(), line.end());
    let at = |field: &str| format!("{pointer}/{field}");
    let mut cursor = Cursor::new(reader, &line.tokens);
    cursor.needs("then")?;
    if cursor.takes("do") {
        cursor.finish();
        return Ok(Effect::Steps { steps: steps::steps(&line.inside, &at("steps"), reader) });
    }

    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("then")?;
    let from = cursor.position();
    let effect = if cursor.takes("status") {
        let status = cursor.needs_one("a status", &STATUSES)?;
        cursor.mark(&at("status"), from);
        Effect::Status { status }
    } else if cursor.takes("target of") {
        let account = cursor.marked_name("the account", &at("account"))?;
        cursor.needs("becomes")?;
        Effect::ReserveTarget { account, target: cursor.formula(&at("target"))? }
    } else if cursor.takes("rate of") {
        let bond = cursor.marked_name("the bond", &at("bond"))?;
        cursor.needs("becomes")?;
        Effect::Coupon { bond, rate: cursor.formula(&at("rate"))? }
    } else if cursor.takes("activate") {
        Effect::Activate { trigger: cursor.marked_name("the trigger", &at("trigger"))? }
    } else {
        let what = "`status`, `target of`, `rate of`, `activate` or `do`";
        return Err(cursor.expected(what));
    };
    cursor.finish();
    Ok(effect)
}

pub(super) fn test(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Test> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("test")?;
    let name = cursor.marked_name("the test", &format!("{pointer}/name"))?;
    let from = cursor.position();
    let is_interest = cursor.takes("interest coverage") || cursor.takes("ic");
    if is_interest || cursor.takes("overcollateralization") || cursor.takes("oc") {
        cursor.mark(&format!("{pointer}/kind"), from);
    }
    cursor.needs("of")?;
    let bonds = cursor.names("a bond", &format!("{pointer}/bonds"))?;
    cursor.needs("at least")?;
    let threshold = cursor.formula(&format!("{pointer}/threshold"))?;
    let mut numerator = None;
    cursor.clauses(&["numerator"], |cursor| {
        let from = cursor.position();
        if !cursor.takes("numerator") {
            return Ok(false);
        }
        let formula = cursor.formula(&format!("{pointer}/kind/numerator"))?;
        cursor.put(&mut numerator, formula, from)?;
        Ok(true)
    });
    let kind = if is_interest {
        TestKind::InterestCoverage { numerator }
    } else {
        TestKind::Overcollateralization { numerator }
    };
    Ok(Test { name, kind, bonds, threshold })
}

pub(super) fn call(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Call> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("call")?;
    let name = cursor.marked_name("the call", &format!("{pointer}/name"))?;
    cursor.needs("when")?;
    let when = cursor.formula(&format!("{pointer}/when"))?;
    let (mut first_date, mut price) = (None, None);
    cursor.clauses(&["from", "price"], |cursor| {
        let from = cursor.position();
        if cursor.takes("from") {
            let day = cursor.date("the first day of the call")?;
            cursor.mark(&format!("{pointer}/first_date"), from);
            cursor.put(&mut first_date, day, from)?;
        } else if cursor.takes("price") {
            let formula = cursor.formula(&format!("{pointer}/price"))?;
            cursor.put(&mut price, formula, from)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    });
    Ok(Call { name, when, first_date, price })
}
