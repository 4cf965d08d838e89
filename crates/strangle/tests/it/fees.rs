//! What a trade costs.

use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::start;

fn trade() -> Value {
    json!({ "underlying_price": 26_200, "contract_size": 0.001, "quantity": 300, "premium": 15 })
}

#[tokio::test]
async fn the_published_example_is_met() {
    let app = start().await;

    let (status, quote) = app.post("/api/trading/fees/quote", trade()).await;

    assert_eq!(status, StatusCode::OK, "{quote}");
    assert_eq!(quote["notional"], 7860.0);
    assert_eq!(quote["notional_fee"], 1.179);
    assert_eq!(quote["premium_cap"], 0.225);
    assert_eq!((&quote["applied_fee"], &quote["fee"]), (&json!(0.225), &json!(0.225)));
    assert_eq!(quote["cap_applied"], true);
    assert_eq!(quote["total_fee_with_gst"], 0.2655);
    assert_eq!(quote["breakdown"]["total_fee_with_gst"], "0.2655");
    assert_eq!(quote["schedule_valid_from"], "2025-01-01T00:00:00Z");
    assert_eq!(quote["order_type"], "taker");
}

#[tokio::test]
async fn rates_may_be_given_with_the_trade() {
    let app = start().await;
    let mut body = trade();
    body["fee_rate"] = json!(0.0003);
    body["premium_cap_rate"] = json!("0.10");

    let (_, quote) = app.post("/api/trading/fees/quote", body).await;

    assert_eq!(quote["applied_fee"], 0.45);
}

#[tokio::test]
async fn numbers_that_no_trade_has_are_refused_by_name() {
    let app = start().await;
    for (name, value) in [
        ("underlying_price", json!(0)),
        ("underlying_price", json!(1e20)),
        ("contract_size", json!(-0.001)),
        ("quantity", json!(0)),
        ("quantity", json!(1.5)),
        ("premium", json!(-1)),
        ("premium", json!("many")),
        ("gst_rate", json!(1.5)),
    ] {
        let mut body = trade();
        body[name] = value.clone();
        let (status, problem) = app.post("/api/trading/fees/quote", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{problem}");
    }
}
