//! Terms, good and bad.

use super::*;

fn terms(text: &str) -> Result<Terms, Vec<Issue>> {
    let request: AnalysisRequest = serde_json::from_str(text).unwrap();
    request.terms(TermsDefaults { today: "2026-01-15".parse().unwrap() })
}

#[test]
fn what_is_left_open_is_filled_in() {
    let terms = terms("{}").unwrap();

    assert_eq!(terms.analysis_date.to_string(), "2026-01-15");
    assert_eq!((terms.pricing_date, terms.price), (terms.analysis_date, 100.0));
}

#[test]
fn every_mistake_in_the_terms_is_named() {
    let issues = terms(
        r#"{"discount_rate":5,"price":0,"compounding":"sometimes","scenario_name":"ok",
            "assumptions":{"prepayment":{"model":"cpr","value":6},"selectors":[{"name":"","assumptions":{}}]},
            "indices":{"SOFR":[]}}"#,
    )
    .unwrap_err();

    let found: Vec<_> = issues.iter().map(|i| (i.pointer.as_str(), i.code.as_ref())).collect();
    assert_eq!(
        found,
        [
            ("/discount_rate", "rate_unit"),
            ("/price", "out_of_range"),
            ("/indices/SOFR", "out_of_range"),
            ("/compounding", "unknown_value"),
            ("/assumptions/prepayment/value", "rate_unit"),
            ("/assumptions/selectors/0/name", "length"),
        ]
    );
}

#[test]
fn both_forms_of_assumptions_at_once_are_refused() {
    let issues = terms(r#"{"assumptions":{},"calibration_params":{"cpr":0.1}}"#).unwrap_err();

    assert_eq!(issues[0].code, "conflict");
}
