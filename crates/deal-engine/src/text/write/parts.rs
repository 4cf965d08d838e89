//! Accounts, ledgers, fees, triggers, tests, calls.

use crate::formula::quoted;
use crate::model::{Account, Call, Effect, Fee, FeeKind, Ledger, Test, TestKind, Trigger};
use crate::text::words::{COMPARISONS, CURES, MOMENTS, STATUSES, words};

use super::{Clauses, Out, formula, money, names, rate, steps, sum};

pub(super) fn account(account: &Account) -> String {
    let starts = match account.balance {
        0.0 => String::new(),
        balance => format!(" starts at {}", money(balance)),
    };
    let mut line = Clauses::new(format!("account {}{starts}", quoted(&account.name)));
    line.option(account.target.as_ref(), |target| format!("target {}", formula(target)));
    line.option(account.earns.as_ref(), |earns| format!("earns {}", formula(earns)));
    line.finish()
}

pub(super) fn ledger(ledger: &Ledger) -> String {
    let starts = match ledger.balance {
        0.0 => String::new(),
        balance => format!(" starts at {}", money(balance)),
    };
    let mut line = Clauses::new(format!("ledger {}{starts}", quoted(&ledger.name)));
    line.option(ledger.cap.as_ref(), |cap| format!("cap {}", formula(cap)));
    line.finish()
}

pub(super) fn fee(fee: &Fee) -> String {
    let name = quoted(&fee.name);
    let (kind, count) = match &fee.kind {
        FeeKind::OneOff { amount } => (format!("{} once", money(*amount)), None),
        FeeKind::Fixed { amount } => (format!("{} each payment", money(*amount)), None),
        FeeKind::Rate { rate: fixed, base, day_count } => {
            (format!("{} a year of {}", rate(*fixed), formula(base)), *day_count)
        }
        FeeKind::Formula { amount } => (format!("amount {}", formula(amount)), None),
    };
    let mut line = Clauses::new(format!("fee {name} {kind}"));
    line.option(count, |count| count.name().to_owned());
    line.option(fee.starts, |day| format!("from {day}"));
    line.finish()
}

pub(super) fn trigger(trigger: &Trigger, out: &mut Out) {
    let mut line = Clauses::new(format!(
        "trigger {} when {} {} {}",
        quoted(&trigger.name),
        sum(&trigger.measure),
        words(&COMPARISONS, &trigger.comparison),
        sum(&trigger.threshold)
    ));
    line.add(words(&MOMENTS, &trigger.at));
    if trigger.consecutive != 1 {
        line.add(&format!("{} times in a row", trigger.consecutive));
    }
    line.add(words(&CURES, &trigger.cure));
    line.flag(trigger.dormant, "dormant");
    out.line(0, &line.finish());
    for effect in &trigger.effects {
        match effect {
            Effect::Status { status } => {
                out.line(1, &format!("then status {}", words(&STATUSES, status)));
            }
            Effect::ReserveTarget { account, target } => {
                let account = quoted(account);
                out.line(1, &format!("then target of {account} becomes {}", formula(target)));
            }
            Effect::Coupon { bond, rate } => {
                out.line(1, &format!("then rate of {} becomes {}", quoted(bond), formula(rate)));
            }
            Effect::Activate { trigger } => {
                out.line(1, &format!("then activate {}", quoted(trigger)));
            }
            Effect::Steps { steps: run } => {
                out.line(1, "then do");
                steps::steps(run, 2, out);
            }
        }
    }
}

pub(super) fn test(test: &Test) -> String {
    let (kind, numerator) = match &test.kind {
        TestKind::Overcollateralization { numerator } => ("overcollateralization", numerator),
        TestKind::InterestCoverage { numerator } => ("interest coverage", numerator),
    };
    let mut line = Clauses::new(format!(
        "test {} {kind} of {} at least {}",
        quoted(&test.name),
        names(&test.bonds),
        formula(&test.threshold)
    ));
    line.option(numerator.as_ref(), |numerator| format!("numerator {}", formula(numerator)));
    line.finish()
}

pub(super) fn call(call: &Call) -> String {
    let mut line =
        Clauses::new(format!("call {} when {}", quoted(&call.name), formula(&call.when)));
    line.option(call.first_date, |day| format!("from {day}"));
    line.option(call.price.as_ref(), |price| format!("price {}", formula(price)));
    line.finish()
}
