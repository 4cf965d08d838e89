//! Loans as they are sent.

use serde_json::json;

use super::*;

fn case(body: Value) -> Result<LoanCase, Vec<Issue>> {
    let data: LoanData = serde_json::from_value(body).unwrap();
    data.case("", Valuing::default(), "2026-01-15".parse().unwrap())
}

#[test]
fn a_loan_without_assumptions_repays_as_agreed() {
    let found = case(json!({"principal": 1e5, "interest_rate": 0.06, "term_months": 360}));

    let request = found.unwrap().terms.assumptions.request;
    assert_eq!(request.prepayment, Some(Prepayment::None));
    assert_eq!(request.default, Some(DefaultModel::None));
}

#[test]
fn everything_wrong_is_named_as_it_was_sent() {
    let broken = case(json!({
        "principal": -5, "interest_rate": 6, "term_months": 601, "loan_type": "boat",
        "prepayment_model": "warp", "default_probability": 2, "interest_only_period": "x",
    }));

    let pointers: Vec<String> =
        broken.unwrap_err().into_iter().map(|issue| issue.pointer).collect();
    for wanted in [
        "/principal",
        "/interest_rate",
        "/term_months",
        "/loan_type",
        "/prepayment_model",
        "/default_probability",
        "/interest_only_period",
    ] {
        assert!(pointers.iter().any(|pointer| pointer == wanted), "{wanted} in {pointers:?}");
    }
}

#[test]
fn the_first_period_ends_with_the_first_payment() {
    let found = case(json!({"principal": 1e5, "interest_rate": 0.06, "term_months": 12,
        "first_payment_date": "2026-03-31"}));

    assert_eq!(found.unwrap().terms.analysis_date.to_string(), "2026-02-28");
}
