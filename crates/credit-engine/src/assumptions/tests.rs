//! Precedence and rules of assumption sets.

use super::*;
use crate::loan::{AssetClass, Loan, LoanTerms};

fn draft(text: &str) -> AssumptionSetDraft {
    serde_json::from_str(text).unwrap()
}

fn loan(change: impl FnOnce(&mut LoanTerms)) -> Loan {
    let mut terms = LoanTerms::level("a", AssetClass::ConsumerCredit, 1000.0, 0.1, 36);
    change(&mut terms);
    Loan::new(terms).unwrap()
}

fn resolved(draft: AssumptionSetDraft, loan: &Loan) -> Resolved {
    let set = AssumptionSet::new(draft).unwrap();
    let mut resolver = Resolver::new(&set);
    let answer = resolver.resolve(loan);
    resolver.answers()[answer].clone()
}

fn cdr(resolved: &Resolved) -> (f64, Source) {
    match resolved.default {
        DefaultModel::Cdr { value } => (value, resolved.sources.default),
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn the_class_fills_every_gap() {
    let found = resolved(AssumptionSetDraft::default(), &loan(|_| {}));

    assert_eq!(cdr(&found), (0.03, Source::ClassDefault));
    assert_eq!(found.prepayment, Prepayment::Cpr { value: 0.08 });
    assert_eq!(found.severity, Severity::Constant { value: 0.65 });
    assert_eq!(found.recovery_timing, RecoveryTiming::after(3));
    assert_eq!(found.default_free_months, 3);
}

#[test]
fn asset_beats_request_beats_selector_beats_driver_beats_class() {
    let selectors = r#""selectors":[{"name":"weak","when":[{"field":"fico_score","op":"lt","value":620}],
        "assumptions":{"default":{"model":"cdr","value":0.3}}}]"#;
    let all = format!(
        r#"{{"request":{{"default":{{"model":"cdr","value":0.2}}}},"use_drivers":true,{selectors}}}"#
    );
    let without_request = format!(r#"{{"use_drivers":true,{selectors}}}"#);
    let weak = loan(|terms| terms.drivers.fico_score = Some(610));
    let fair = loan(|terms| terms.drivers.fico_score = Some(700));
    let own = loan(|terms| terms.overrides.default_probability = Some(0.4));

    assert_eq!(cdr(&resolved(draft(&all), &own)), (0.4, Source::Asset));
    assert_eq!(cdr(&resolved(draft(&all), &weak)), (0.2, Source::Request));
    assert_eq!(cdr(&resolved(draft(&without_request), &weak)), (0.3, Source::Selector));
    assert_eq!(cdr(&resolved(draft(&without_request), &fair)), (0.02, Source::Driver));
    assert_eq!(
        cdr(&resolved(draft(&without_request), &loan(|_| {}))),
        (0.03, Source::ClassDefault)
    );
}

#[test]
fn the_first_selector_that_matches_wins() {
    let text = r#"{"selectors":[
        {"name":"first","assumptions":{"servicing_fee":0.01}},
        {"name":"second","assumptions":{"servicing_fee":0.02,"default":{"model":"none"}}}]}"#;

    let found = resolved(draft(text), &loan(|_| {}));

    assert_eq!((found.selector, found.servicing_fee), (Some(0), 0.01));
    assert_eq!(cdr(&found), (0.03, Source::ClassDefault));
}

#[test]
fn equal_loans_share_an_answer() {
    let set = AssumptionSet::new(draft(r#"{"use_drivers":true}"#)).unwrap();
    let mut resolver = Resolver::new(&set);

    let answers = [700, 710, 500]
        .map(|fico| resolver.resolve(&loan(|terms| terms.drivers.fico_score = Some(fico))));

    assert_eq!(answers, [0, 0, 1]);
}

#[test]
fn every_mistake_is_reported_with_its_path() {
    let text = r#"{
        "request":{"prepayment":{"model":"cpr","value":6},"default":{"model":"vector","unit":"annual","values":[]},
            "severity":{"model":"constant","value":-0.1},"recovery_lag_months":121,"recovery_timing":[0.5,0.4],
            "servicing_fee":0.3},
        "selectors":[{"name":"","when":[{"field":"status","op":"lt","value":"current"}],
            "assumptions":{"default":{"model":"cumulative_loss","total":0.05,"timing":[0.7]}}}]}"#;

    let found = AssumptionSet::new(draft(text)).unwrap_err();

    let paths: Vec<_> =
        found.iter().map(|violation| (violation.path.as_str(), violation.code)).collect();
    assert_eq!(
        paths,
        [
            ("/request/prepayment/value", "rate_unit"),
            ("/request/default/values", "length"),
            ("/request/severity/value", "out_of_range"),
            ("/request/recovery_lag_months", "out_of_range"),
            ("/request/recovery_timing", "conflict"),
            ("/request/recovery_timing", "sum"),
            ("/selectors/0/name", "length"),
            ("/selectors/0/when/0", "type"),
            ("/selectors/0/assumptions/default/timing", "sum"),
        ]
    );
    assert!(found[0].message.contains("send 0.06 for 6%"), "{}", found[0].message);
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut draft = AssumptionSetDraft::default();
        draft.request.prepayment = Some(Prepayment::Psa { value });
        draft.request.default = Some(DefaultModel::Cdr { value });

        assert_eq!(AssumptionSet::new(draft).unwrap_err().len(), 2, "{value}");
    }
}
