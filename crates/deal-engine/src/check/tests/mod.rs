//! Every kind of finding is provoked once, and a near miss does not provoke it.

mod codes;
mod flow;
mod types;

use std::collections::HashSet;

use proptest::prelude::*;

use super::{Code, Finding, MAX_FINDINGS, Severity, check, is_runnable};
use crate::arbitrary::{any_deal, cases, runnable_deal};
use crate::model::{Action, Bond, Coupon, Deal, Expr, Formula, Unary};
use crate::text;

/// A deal in which everything is as it should be.
pub(super) const SOUND: &str = r#"
deal "Sound" in USD
dates
  cutoff 2026-01-31
  closing 2026-02-15
  first payment 2026-03-15, monthly, following us_sifma
  maturity 2040-03-15
account "collections"
account "reserve" starts at 500,000, target 1% * pool.balance
ledger "pdl" cap bond("B").balance
fee "servicing" 0.5% a year of pool.begin_balance
bond "A" 80,000,000 at 4%
bond "B" 20,000,000 at SOFR + 1.5%, floor 0%, cap 9%, group "subs"
bond "R" 0, equity
let "oc target" = 12% * pool.balance
trigger "cnl" when pool.cum_net_loss / pool.original_balance > 3%, never cures
  then status early amortization
test "oc" of "A", "B" at least 105%
call "clean-up" when pool.factor < 10%, from 2028-03-15
waterfall amortizing
  collect interest, principal, prepayment, recovery into "collections"
  release "reserve" above target into "collections"
  pay fees "servicing" from "collections"
  pay interest to "A", "B" sequentially from "collections", support "reserve"
  fill "reserve" from "collections"
  debit "pdl" by pool.loss
  cure "oc" by paying "A", "B" from "collections"
  pay principal to "A", "B" sequentially from "collections", limit max(0, bonds.balance - pool.balance + variable("oc target"))
  pay the rest from "collections" to "R"
waterfall early amortization
  collect everything into "collections"
  pay fees "servicing" from "collections"
  pay interest to "A", "B" sequentially from "collections", support "reserve"
  pay principal to "A", "B" sequentially from "collections"
  pay the rest from "collections" to "R"
"#;

pub(super) fn deal(edits: &[(&str, &str)]) -> Deal {
    let mut text = SOUND.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text::parse(&text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}")).deal
}

pub(super) fn shown(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let suggestion = finding.suggestion.as_ref().map(|text| format!("; {text}"));
            let name = finding.code.info().name;
            format!(
                "{name} {}: {}{}",
                finding.path,
                finding.message,
                suggestion.unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn a_sound_deal_has_no_findings() {
    assert_eq!(shown(&check(&deal(&[]))), Vec::<String>::new());
}

#[test]
fn each_code_has_one_name_and_one_description() {
    let codes: HashSet<Code> = Code::ALL.iter().map(|info| info.code).collect();
    assert_eq!(codes.len(), Code::ALL.len());
    for info in Code::ALL {
        assert_eq!(serde_json::to_value(info.code).unwrap(), info.name);
        assert_eq!(info.code.info(), info);
        assert!(info.about.ends_with('.'), "{}", info.about);
    }
}

#[test]
fn errors_come_first_and_alone_keep_a_deal_from_running() {
    let edits = [("bond \"B\" 20,000,000", "bond \"B\" 0"), ("at 4%", "at 400%")];
    let findings = check(&deal(&edits));
    let severities: Vec<Severity> = findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning]);
    assert!(!is_runnable(&findings));
    assert!(is_runnable(&findings[1..]));
}

#[test]
fn a_deal_beyond_the_limits_is_refused_without_looking_further() {
    let codes = |deal: &Deal| -> Vec<String> { shown(&check(deal)) };

    let mut many = deal(&[]);
    let bond: Bond = many.bonds[0].clone();
    many.bonds = vec![bond; 201];
    assert_eq!(codes(&many), ["too_large /bonds: 201 bonds, at most 200 are allowed"]);

    let mut many = deal(&[]);
    let step = many.waterfalls[0].steps[0].clone();
    many.waterfalls[0].steps = vec![step; 501];
    assert_eq!(codes(&many), ["too_large /waterfalls: 506 steps, at most 500 are allowed"]);

    let mut deep = deal(&[]);
    let mut expression = Expr::Number(1.0);
    for _ in 0..100 {
        expression = Expr::Unary(Unary::Minus, Box::new(expression));
    }
    deep.variables[0].value = Formula(expression);
    assert_eq!(codes(&deep), ["too_large /variables/0/value: the formula has more than 64 levels"]);
}

#[test]
fn a_hostile_deal_is_checked_in_bounded_time() {
    let mut long = deal(&[]);
    if let Action::PayInterest { bonds, .. } = &mut long.waterfalls[0].steps[3].action {
        *bonds = vec!["x".repeat(64); 100_000];
    }
    assert_eq!(
        shown(&check(&long)),
        ["too_large /waterfalls/0/steps/3/action/bonds: 100000 entries, at most 1000 are allowed"]
    );

    // Every rate is defined by every other, and names are nearly right.
    let mut circles = deal(&[]);
    let bond = circles.bonds[0].clone();
    for at in 0..190 {
        let mut next = bond.clone();
        next.name = format!("{}{at}", "class".repeat(10));
        let rate = "bonds.due_interest / bonds.original_balance".parse().unwrap();
        next.coupon = Coupon::Formula { rate };
        circles.bonds.push(next);
    }
    let names = vec![format!("\"{}\"", "clas".repeat(12)); 8_000];
    circles.variables[0].value = format!("bonds({}).balance", names.join(", ")).parse().unwrap();
    let findings = check(&circles);
    assert_eq!(findings.len(), MAX_FINDINGS);
    assert!(findings.iter().all(|found| found.message.len() < 2_000));
    assert!(findings.iter().any(|found| found.code == Code::UnknownReference));
}

#[test]
fn a_chain_of_definitions_that_double_each_other_is_checked_at_once() {
    let mut chained = deal(&[]);
    let mut names = vec!["v0 = pool.balance".to_owned()];
    names.extend((1..150).map(|at| format!("v{at} = v{} + v{}", at - 1, at - 1)));
    let text = text::format(&chained).replace(
        "let \"oc target\" = 12% * pool.balance",
        &format!("let {}\nlet \"oc target\" = v149", names.join("\nlet ")),
    );
    chained = text::parse(&text).unwrap().deal;
    chained.variables.reverse();
    assert_eq!(shown(&check(&chained)), Vec::<String>::new());
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_runnable_deal_has_no_errors(deal in runnable_deal()) {
        let findings = check(&deal);
        prop_assert!(is_runnable(&findings), "{:#?}\n{}", shown(&findings), text::format(&deal));
    }

    #[test]
    fn every_finding_points_into_the_deal(deal in any_deal()) {
        let json = serde_json::to_value(&deal).unwrap();
        let findings = check(&deal);
        prop_assert!(findings.len() <= MAX_FINDINGS);
        for finding in findings {
            // A field that is absent has a parent that is not.
            let mut path = finding.path.as_str();
            let mut steps = 0;
            while json.pointer(path).is_none() {
                path = path.rsplit_once('/').unwrap().0;
                steps += 1;
            }
            prop_assert!(steps <= 2, "{:?}", finding);
        }
    }
}
