//! Deals that the tests send.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::TestApp;

/// A handle of another person, an operator of credit.
pub(crate) fn person(app: &TestApp, user: &str) -> TestApp {
    app.as_caller("credit:operator").with_header("x-test-user", user)
}

/// A small deal: a fee, two bonds, a reserve with a floor, a turbo to 12 % overcollateralisation
/// and a residual.
pub(crate) fn small_deal() -> Value {
    json!({
        "name": "Small",
        "currency": "USD",
        "dates": {"cutoff": "2026-01-01", "closing": "2026-01-01", "first_payment": "2026-02-01"},
        "accounts": [
            {"name": "collections"},
            {"name": "reserve", "balance": 10.0, "target": "max(1% * pool.balance, 5)"},
        ],
        "fees": [
            {"name": "servicing", "kind": {"type": "rate", "rate": 0.005, "base": "pool.begin_balance"}},
        ],
        "bonds": [
            {"name": "A", "original_balance": 800.0, "coupon": {"type": "fixed", "rate": 0.04}},
            {"name": "B", "original_balance": 100.0, "coupon": {"type": "fixed", "rate": 0.06}},
            {"name": "R", "original_balance": 0.0, "kind": {"type": "equity"}},
        ],
        "waterfalls": [{"status": "amortizing", "steps": [
            {"action": {"do": "collect", "into": "collections",
                        "sources": ["interest", "principal", "prepayment", "recovery"]}},
            {"action": {"do": "pay_fees", "fees": ["servicing"], "from": "collections"}},
            {"action": {"do": "pay_interest", "bonds": ["A"], "from": "collections"}},
            {"action": {"do": "pay_interest", "bonds": ["B"], "from": "collections"}},
            {"action": {"do": "release_reserve", "account": "reserve", "into": "collections"}},
            {"action": {"do": "fill_reserve", "account": "reserve", "from": "collections"}},
            {"action": {"do": "pay_principal", "bonds": ["A", "B"], "from": "collections"},
             "limit": "max(0, bonds(\"A\", \"B\").balance - 88% * pool.balance)"},
            {"action": {"do": "pay_residual", "bond": "R", "from": "collections"}},
        ]}],
    })
}

/// What its pool pays in the first four months.
pub(crate) fn small_flows() -> Value {
    json!({"flows": {"balance": 1000.0, "rows": [
        {"interest": 6.666_666_666_666_667, "principal": 40.0, "default": 5.0, "balance": 955.0},
        {"interest": 6.3, "principal": 45.0, "default": 12.0, "recovery": 2.0, "balance": 898.0},
        {"interest": 5.9, "principal": 60.0, "default": 20.0, "recovery": 5.0, "balance": 818.0},
        {"interest": 5.4, "principal": 70.0, "default": 8.0, "recovery": 8.0, "balance": 740.0},
    ]}})
}

/// Adds a deal and returns its id.
pub(crate) async fn add_deal(app: &TestApp, name: &str) -> String {
    let (status, body) =
        app.post("/api/v1/deals", json!({"name": name, "structure": small_deal()})).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

/// Runs a deal and returns the address of the run.
pub(crate) async fn add_run(app: &TestApp, id: &str) -> String {
    let (status, run) =
        app.post(&format!("/api/v1/deals/{id}/run"), json!({"collateral": small_flows()})).await;
    assert_eq!(status, StatusCode::OK, "{run}");
    format!("/api/v1/deals/{id}/runs/{}", run["id"].as_str().unwrap())
}

/// The numbers of a JSON list.
pub(crate) fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
}
