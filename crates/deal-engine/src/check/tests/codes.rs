//! One case for each kind of finding; those about steps are in `flow`.

use std::collections::HashSet;

use super::flow::FLOW;
use super::{check, deal, shown};
use crate::check::Code;

pub(super) type Edits = &'static [(&'static str, &'static str)];

pub(super) struct Case {
    code: Code,
    path: &'static str,
    bad: Edits,
    /// Nearly the same, and without this finding.
    good: Edits,
}

const CASES: &[Case] = &[
    case(
        Code::BadName,
        "/accounts/1/name",
        &[("account \"reserve\"", "account \" reserve\"")],
        &[],
    ),
    case(Code::BadName, "/name", &[("\"Sound\"", "\"\"")], &[("\"Sound\"", "\"S\"")]),
    case(Code::DuplicateName, "/bonds/1/name", &[("bond \"B\"", "bond \"A\"")], &[]),
    case(Code::DuplicateName, "/bonds/1/group", &[("group \"subs\"", "group \"A\"")], &[]),
    case(
        Code::ReservedName,
        "/variables/0/name",
        &[("let \"oc target\"", "let \"period\"")],
        &[("let \"oc target\"", "let \"periods\"")],
    ),
    case(Code::BadCurrency, "/currency", &[("in USD", "in usd")], &[(" in USD", "")]),
    case(Code::BadNumber, "/accounts/1/balance", &[("starts at 500,000", "starts at -1")], &[]),
    case(
        Code::BadNumber,
        "/bonds/0/balance",
        &[("at 4%", "at 4%, outstanding 80,000,001")],
        &[("at 4%", "at 4%, outstanding 80,000,000")],
    ),
    case(Code::BadRate, "/bonds/0/coupon/rate", &[("at 4%", "at 4")], &[("at 4%", "at 100%")]),
    case(
        Code::BadRate,
        "/bonds/1/coupon/floor",
        &[("floor 0%", "floor 9.5%")],
        &[("floor 0%", "floor 9%")],
    ),
    case(
        Code::BadDate,
        "/dates/first_payment",
        &[("cutoff 2026-01-31", "cutoff 2026-03-15")],
        &[("cutoff 2026-01-31", "cutoff 2026-03-14")],
    ),
    case(
        Code::BadDate,
        "/dates/maturity",
        &[("maturity 2040-03-15", "maturity 2026-03-14")],
        &[("maturity 2040-03-15", "maturity 2026-03-15")],
    ),
    case(
        Code::BadDate,
        "/bonds/0/lockout_until",
        &[("at 4%", "at 4%, lockout until 2040-04-15")],
        &[("at 4%", "at 4%, lockout until 2030-04-15")],
    ),
    case(
        Code::UnknownCalendar,
        "/dates/calendar",
        &[("us_sifma", "mars")],
        &[("us_sifma", "TARGET + uk")],
    ),
    case(
        Code::CalendarWithoutEffect,
        "/dates/calendar",
        &[("following us_sifma", "calendar us_sifma")],
        &[(", following us_sifma", "")],
    ),
    case(
        Code::NoBonds,
        "/bonds",
        &[
            ("bond \"A\" 80,000,000 at 4%\n", ""),
            ("bond \"B\" 20,000,000 at SOFR + 1.5%, floor 0%, cap 9%, group \"subs\"\n", ""),
            ("bond \"R\" 0, equity\n", ""),
        ],
        &[],
    ),
    case(
        Code::NoAccounts,
        "/accounts",
        &[
            ("account \"collections\"\n", ""),
            ("account \"reserve\" starts at 500,000, target 1% * pool.balance\n", ""),
        ],
        &[],
    ),
    case(
        Code::NoWaterfall,
        "/waterfalls",
        &[("waterfall amortizing", "waterfall accelerated")],
        &[],
    ),
    case(
        Code::DuplicateWaterfall,
        "/waterfalls/1/status",
        &[("waterfall early amortization", "waterfall amortizing")],
        &[],
    ),
    case(
        Code::BadSchedule,
        "/bonds/0/kind",
        &[("at 4%", "at 4%, pac")],
        &[("at 4%", "at 4%, pac band 100 to 300")],
    ),
    case(
        Code::BadSchedule,
        "/bonds/0/kind",
        &[("at 4%", "at 4%, pac band 300 to 100")],
        &[("at 4%", "at 4%, tac speed 150")],
    ),
    case(
        Code::BadSchedule,
        "/bonds/0/kind",
        &[("at 4%", "at 4%, tac planned 50; 60")],
        &[("at 4%", "at 4%, tac planned 60; 50")],
    ),
    case(
        Code::CarryoverWithoutCap,
        "/bonds/0/carryover",
        &[("at 4%", "at 4%, carryover")],
        &[("at 4%", "at 4%, carryover, rate cap pool.net_wac")],
    ),
    case(
        Code::SupportWithoutSchedule,
        "/bonds/0/kind",
        &[("at 4%", "at 4%, support")],
        &[("at 4%", "at 4%, support"), ("at SOFR", "tac speed 150, at SOFR")],
    ),
    case(
        Code::ZeroBalance,
        "/bonds/1/original_balance",
        &[("20,000,000", "0")],
        &[("20,000,000", "1")],
    ),
    case(
        Code::UnknownReference,
        "/waterfalls/0/steps/2/action/from",
        &[(
            "pay fees \"servicing\" from \"collections\"",
            "pay fees \"servicing\" from \"collection\"",
        )],
        &[],
    ),
    case(
        Code::UnknownReference,
        "/variables/0/value",
        &[("12% * pool.balance", "12% * bond(\"C\").balance")],
        &[("12% * pool.balance", "12% * bonds(\"subs\").balance")],
    ),
    case(
        Code::UnknownReference,
        "/variables/0/value",
        &[("12% * pool.balance", "12% * reserve")],
        &[("12% * pool.balance", "12% * account(\"reserve\").balance")],
    ),
    case(
        Code::AmbiguousPool,
        "/variables/0/value",
        &[("account \"collections\"", "pool \"a\"\npool \"b\"\naccount \"collections\"")],
        &[("account \"collections\"", "pool \"a\"\naccount \"collections\"")],
    ),
    case(
        Code::WrongType,
        "/accounts/1/target",
        &[("target 1% * pool.balance", "target 1%")],
        &[("target 1% * pool.balance", "target 1")],
    ),
    case(
        Code::WrongArguments,
        "/variables/0/value",
        &[("12% * pool.balance", "pool.balance * pool.cdr")],
        &[("12% * pool.balance", "pool.balance * pool.cdr(3)")],
    ),
    case(
        Code::DivisionByZero,
        "/variables/0/value",
        &[("12% * pool.balance", "pool.balance / 0")],
        &[("12% * pool.balance", "pool.balance / 2")],
    ),
    case(
        Code::UnguardedDivision,
        "/triggers/0/measure",
        &[("pool.cum_net_loss / pool.original_balance > 3%", "oc(\"A\") > 3%")],
        &[(
            "pool.cum_net_loss / pool.original_balance > 3%",
            "(if bond(\"A\").balance > 0 then oc(\"A\") else 1) > 3%",
        )],
    ),
    case(
        Code::UnguardedDivision,
        "/variables/0/value",
        &[("12% * pool.balance", "12% * pool.balance * (pool.loss / pool.balance)")],
        &[("12% * pool.balance", "12% * pool.balance * (pool.loss / pool.original_balance)")],
    ),
    case(
        Code::Circular,
        "/accounts/1/target",
        &[
            ("12% * pool.balance", "account(\"reserve\").target"),
            ("target 1% * pool.balance", "target variable(\"oc target\")"),
        ],
        &[("12% * pool.balance", "account(\"reserve\").target")],
    ),
];

pub(super) const fn case(code: Code, path: &'static str, bad: Edits, good: Edits) -> Case {
    Case { code, path, bad, good }
}

#[test]
fn each_finding_has_a_deal_that_provokes_it_and_a_near_miss() {
    let mut provoked: HashSet<Code> = HashSet::from([Code::TooLarge]);
    for case in CASES.iter().chain(FLOW) {
        let findings = check(&deal(case.bad));
        let found = findings.iter().any(|found| found.code == case.code && found.path == case.path);
        assert!(found, "{:?} {} is not among {:#?}", case.code, case.path, shown(&findings));
        let missed = check(&deal(case.good));
        let found = missed.iter().any(|found| found.code == case.code);
        assert!(!found, "{:?} is among {:#?}", case.code, shown(&missed));
        provoked.insert(case.code);
    }
    for info in Code::ALL {
        assert!(provoked.contains(&info.code), "nothing provokes {}", info.name);
    }
}

#[test]
fn a_finding_says_what_to_do() {
    for (edits, expected) in [
        (
            &[(
                "pay fees \"servicing\" from \"collections\"",
                "pay fees \"servicng\" from \"collections\"",
            )],
            "unknown_reference /waterfalls/0/steps/2/action/fees/0: there is no fee \"servicng\"; did you mean \"servicing\"?",
        ),
        (
            &[("at 4%", "at 4.5")],
            "bad_rate /bonds/0/coupon/rate: 450 % a year is not a rate; if 4.5 % is meant, write 4.5% or 0.045",
        ),
        (
            &[("target 1% * pool.balance", "target 1%")],
            "wrong_type /accounts/1/target: `1%` is a percentage, but an amount of money is needed; multiply it by an amount: `1% * pool.balance`",
        ),
        (
            &[("12% * pool.balance", "12% * reserve")],
            "unknown_reference /variables/0/value: there is no variable `reserve`; did you mean `account(\"reserve\")`?",
        ),
        (
            &[("12% * pool.balance", "variable(\"oc target\") + pool.balance")],
            "circular /variables/0/value: variable \"oc target\" is defined by itself: variable \"oc target\" → variable \"oc target\"",
        ),
    ] {
        let findings = shown(&check(&deal(edits)));
        assert!(findings.iter().any(|found| found == expected), "{findings:#?}");
    }
}
