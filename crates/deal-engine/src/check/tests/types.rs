//! What can be added to what.

use super::{check, deal, shown};

/// The findings of a variable with this formula.
fn findings(formula: &str) -> Vec<String> {
    let edits = [("12% * pool.balance", formula), ("variable(\"oc target\")", "5")];
    let mut all = shown(&check(&deal(&edits)));
    all.retain(|found| !found.starts_with("unused") && !found.starts_with("unguarded"));
    all
}

#[test]
fn formulas_with_a_meaning_are_accepted() {
    for formula in [
        "pool.balance + 5,000,000",
        "max(1% * pool.balance, 5,000,000)",
        "pool.balance * 4 / 12",
        "pool.balance * bond(\"A\").rate / 12",
        "pool.net_wac - 0.5%",
        "pool.interest / pool.balance * 12 - bond(\"A\").rate",
        "bond(\"A\").balance / bonds.balance",
        "oc(\"A\") - 123%",
        "period + 1",
        "date - 2026-03-15",
        "2026-03-15 + 30",
        "date > 2028-03-15 and period < 60",
        "years(2026-03-15, date) * 5%",
        "if trigger(\"cnl\").breached then 0 else pool.balance",
        "table(period, 1: 10%, 13: 12%) * pool.balance",
        "trigger(\"cnl\").value > 2%",
        "test(\"oc\").passed = false",
        "round(pool.balance, 2)",
        "abs(-pool.balance)",
        "-5%",
        "1 / pool.balance",
        "min(1, 2%)",
    ] {
        assert_eq!(findings(formula), Vec::<String>::new(), "{formula}");
    }
}

#[test]
fn formulas_without_a_meaning_are_refused_in_words() {
    for (formula, expected) in [
        (
            "pool.balance + 5%",
            "wrong_type /variables/0/value: `pool.balance + 5%` adds an amount of money and a percentage; to take a part of an amount, write `5% * …`",
        ),
        (
            "pool.balance * pool.loss",
            "wrong_type /variables/0/value: `pool.balance * pool.loss` multiplies an amount of money and an amount of money",
        ),
        (
            "pool.factor / pool.balance",
            "wrong_type /variables/0/value: `pool.factor / pool.balance` divides a ratio and an amount of money",
        ),
        ("date + date", "wrong_type /variables/0/value: `date + date` adds a date and a date"),
        ("date * 2", "wrong_type /variables/0/value: `date * 2` multiplies a date and a number"),
        (
            "not pool.balance",
            "wrong_type /variables/0/value: `pool.balance` is an amount of money, but a condition is needed",
        ),
        (
            "pool.balance and true",
            "wrong_type /variables/0/value: `pool.balance` is an amount of money, but a condition is needed",
        ),
        (
            "pool.balance > pool.factor",
            "wrong_type /variables/0/value: `pool.balance > pool.factor` compares an amount of money and a ratio; to take a part of an amount, write `pool.factor * …`",
        ),
        (
            "true > false",
            "wrong_type /variables/0/value: `true > false` compares a condition and a condition",
        ),
        (
            "if true then 5% else pool.balance",
            "wrong_type /variables/0/value: the two sides of `if` are a percentage and an amount of money, in `pool.balance`",
        ),
        (
            "max(true, false)",
            "wrong_type /variables/0/value: `max(true, false)` is a condition, but a number is needed",
        ),
        ("years(1, date)", "wrong_type /variables/0/value: `1` is a number, but a date is needed"),
        (
            "\"A\"",
            "wrong_type /variables/0/value: a variable is a number, a date or a condition, not a name",
        ),
        (
            "min(1)",
            "wrong_arguments /variables/0/value: `min(1)` has 1 arguments; write `min(a, b, …)`",
        ),
        (
            "max(1,200)",
            "wrong_arguments /variables/0/value: `max(1200)` has 1 arguments; write `max(a, b, …)`",
        ),
        ("oc(1)", "wrong_arguments /variables/0/value: `oc(1)` names bonds, in quotes"),
        (
            "round(1.5, 0.5)",
            "wrong_arguments /variables/0/value: `round` rounds to a whole number of places from 0 to 12",
        ),
        (
            "bond.balance",
            "wrong_arguments /variables/0/value: `bond.balance` does not say which bond; write `bond(\"A\")`",
        ),
        (
            "bond(\"A\", \"B\").balance",
            "wrong_arguments /variables/0/value: `bond(\"A\", \"B\").balance` names several, and only one is meant; write `bonds(…)`",
        ),
        (
            "pool.cpr(0)",
            "wrong_arguments /variables/0/value: `pool.cpr(0)` is asked for a whole number of months from 1 to 600",
        ),
        (
            "pool.balance(3)",
            "wrong_arguments /variables/0/value: `pool.balance` takes nothing in parentheses",
        ),
    ] {
        assert_eq!(findings(formula), [expected], "{formula}");
    }
}

#[test]
fn a_threshold_has_the_unit_of_its_measure() {
    let edits = [("pool.cum_net_loss / pool.original_balance > 3%", "pool.cum_net_loss > 3%")];
    assert_eq!(
        shown(&check(&deal(&edits))),
        [
            "wrong_type /triggers/0/threshold: `3%` is a percentage, but an amount of money is needed; multiply it by an amount: `3% * pool.balance`"
        ]
    );
}
