//! What is wrong is said where it is.

use super::{SAMPLE, parse};
use crate::text::{FaultCode, MAX_BYTES, MAX_FAULTS};

/// The faults of the sample with lines replaced, as `line:column+length code: message; suggestion`.
fn faults(edits: &[(&str, &str)]) -> Vec<String> {
    let mut text = SAMPLE.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    shown(&text)
}

fn shown(text: &str) -> Vec<String> {
    let Err(faults) = parse(text) else { return Vec::new() };
    faults
        .iter()
        .map(|fault| {
            let name = FaultCode::ALL.iter().find(|(code, ..)| *code == fault.code).unwrap().1;
            let suggestion = fault.suggestion.as_ref().map(|text| format!("; {text}"));
            format!(
                "{}:{}+{} {name}: {}{}",
                fault.line,
                fault.column,
                fault.length,
                fault.message,
                suggestion.unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn every_fault_is_reported_with_its_place() {
    let found = faults(&[
        ("closing 2026-02-15", "closng 2026-02-15"),
        ("account \"collections\"", "acount \"collections\""),
        ("0.5% a year", "0.5% each payment"),
        ("at 4%, sequential", "at 4%, sequentail, floor 1%"),
        ("cap 9%", "cap nine"),
        ("> 3%", "= 3%"),
        ("status early amortization", "status early"),
        ("pay interest to \"B\"", "pay intrest to \"B\""),
        ("88% * pool.balance", "88% * pool.balnce"),
        ("to \"R\"", "to \"R\" and \"B\""),
    ]);
    assert_eq!(
        found,
        [
            "2:1+5 missing: the deal has no closing date; add `closing 2026-01-31` below `dates`, indented",
            "4:3+6 expected: a date of the deal is needed instead of `closng`; did you mean `closing`?",
            "7:1+6 unknown_statement: no statement begins like this; did you mean `account`?",
            "11:22+4 expected: `a year of` and an amount, after a percentage, is needed instead of `each`",
            "13:29+10 unknown_clause: another part of the statement is needed instead of `sequentail`; did you mean `sequential`?",
            "13:49+0 expected: a floating rate, such as `at SOFR + 1.5%`, for `floor` and `cap` is missing",
            "14:52+4 expected: the cap, such as 4.5% is needed instead of `nine`",
            "17:62+1 expected: one of >, >=, <, <= is needed instead of `=`; for a condition write `(if … then 1 else 0) > 0`",
            "26:7+7 expected: `fees`, `interest`, `current interest`, `overdue interest`, `interest on interest`, `carryover`, `principal` or `the rest` is needed instead of `intrest`",
            "28:112+6 formula: `pool` has no `balnce`; did you mean `balance`?",
            "29:42+3 unknown_clause: another part of the statement is needed instead of `and`; it can have limit, keep, support, when, label, share, price",
        ]
    );
}

#[test]
fn what_is_missing_twice_or_out_of_place_is_said() {
    for (text, expected) in [
        ("", "1:1+0 missing: the deal has no name; begin with `deal \"…\" in USD`"),
        ("deal \"A\nbond \"é\" 5 at \"x", "1:6+2 unreadable: the closing quote is missing"),
        ("bond \"é\" 5 ? 6", "1:12+1 unreadable: `?` means nothing here"),
        ("bond \"A\" 2026-02-30", "1:10+10 unreadable: there is no day 2026-02-30"),
        ("deal A\ndeal B", "2:1+6 duplicate: the deal has a name already"),
        ("bond A 5, group x, group y", "1:20+7 duplicate: this stands twice"),
        ("bond A 5,", "1:10+0 expected: something after the comma is missing"),
        (
            "  bond A 5\nbond B 5\n bond C 5\n   x",
            "1:3+8 indentation: the line is indented like none before it",
        ),
        (
            "waterfall amortizing\n    set status called\n  set status called",
            "3:3+17 indentation: the line is indented like none before it",
        ),
        ("waterfall amortizing\n  else\n", "2:3+4 expected: there is no `if` above this `else`"),
        ("pool x y", "1:8+1 expected: the end of the statement is needed instead of `y`"),
        ("pool x\n  y", "2:3+1 expected: the end of the statement is needed instead of `y`"),
        (
            "waterfall early",
            "1:11+5 expected: a status is needed instead of `early`; write one of revolving, amortizing, early amortization, accelerated, defaulted, called",
        ),
        (
            "waterfall amortising",
            "1:11+10 expected: a status is needed instead of `amortising`; did you mean `amortizing`?",
        ),
        (
            "trigger t when pool.factor > 1, 2.5 times in a row",
            "1:33+3 expected: the breaches in a row, a whole number up to 65,535 is needed instead of `2.5`",
        ),
    ] {
        let found = shown(text);
        assert!(found.iter().any(|found| found == expected), "{text}\n{found:#?}");
    }
}

#[test]
fn a_hostile_text_is_refused_in_bounded_time_and_space() {
    let mut nested = "waterfall amortizing\n".to_owned();
    for depth in 1..500 {
        nested.push_str(&" ".repeat(depth));
        nested.push_str("if true\n");
    }
    assert!(shown(&nested).iter().any(|found| found.contains("more than 40 deep")));

    assert_eq!(parse(&"?".repeat(100_000)).unwrap_err().len(), MAX_FAULTS);
    assert_eq!(parse(&"x\n".repeat(100_000)).unwrap_err().len(), MAX_FAULTS);
    let long = "#".repeat(MAX_BYTES + 1);
    assert_eq!(
        shown(&long),
        ["1:1+0 too_large: the text has 1048577 bytes, at most 1048576 are allowed"]
    );
    let wide = format!("let x = max({}1)", "1, ".repeat(300_000));
    assert!(shown(&wide).iter().any(|found| found.contains("at most 10000 numbers")));
    let words = format!("bond A 5, {}", "x ".repeat(400_000));
    assert!(!shown(&words).is_empty());
}
