//! Faults at requests: what is answered, and what was processed all the same.

use delta_sim::Micros;
use serde_json::{Value, json};

use crate::support::{Desk, read};

/// Puts a fault on the next order and sends one. Returns the outcome and how many orders exist.
fn order_under(action: &Value) -> (delta_sim::rest::Exchanged, usize) {
    let mut desk = Desk::new();
    let (_, ask) = desk.touch();
    desk.fault(&json!({"match": {"method": "POST", "path": "/v2/orders"}, "action": action}));
    let body = desk.order("sell", 1, &ask, "f-1").to_string();
    let request = desk.signed("POST", "/v2/orders", "", &body);
    let outcome = desk.send(&request);
    (outcome, desk.venue.ledger().orders.len())
}

fn kind(outcome: &delta_sim::rest::Exchanged) -> String {
    serde_json::to_value(outcome.fault.as_ref().unwrap()).unwrap()["kind"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_refused_connection_and_a_lost_request_process_nothing() {
    for action in ["connect_refused", "timeout_before"] {
        let (outcome, orders) = order_under(&json!(action));
        assert_eq!((outcome.deliver.is_none(), orders), (true, 0));
        assert_eq!(outcome.is_refused(), action == "connect_refused");
        assert_eq!(kind(&outcome), action);
    }
}

#[test]
fn a_lost_answer_leaves_the_order_behind() {
    let (outcome, orders) = order_under(&json!("lose_response"));

    assert_eq!((outcome.deliver, orders), (None, 1));
}

#[test]
fn a_server_error_comes_before_or_after_processing() {
    for status in [500, 502, 503] {
        for processed in [false, true] {
            let action = json!({"kind": "server_error", "status": status, "processed": processed});
            let (outcome, orders) = order_under(&action);
            assert_eq!(outcome.deliver.unwrap().status, status);
            assert_eq!(orders, usize::from(processed), "{status} {processed}");
        }
    }
}

#[test]
fn the_content_network_and_the_limiter_answer_before_processing() {
    let (outcome, orders) = order_under(&json!("html_403"));
    let response = outcome.deliver.unwrap();
    assert_eq!((response.status, orders), (403, 0));
    assert!(response.body.starts_with(b"<html>"));

    let (outcome, orders) = order_under(&json!({"kind": "429", "reset": "7s"}));
    let response = outcome.deliver.unwrap();
    assert_eq!((response.status, orders), (429, 0));
    assert_eq!(response.header("X-RATE-LIMIT-RESET"), Some("7000"));
}

#[test]
fn garbage_is_no_json_and_hides_an_order() {
    for (processed, expected) in [(true, 1), (false, 0)] {
        let action = json!({"kind": "garbage_json", "processed": processed});
        let (outcome, orders) = order_under(&action);
        let response = outcome.deliver.unwrap();
        assert_eq!((response.status, orders), (200, expected));
        assert!(serde_json::from_slice::<Value>(&response.body).is_err());
    }
}

#[test]
fn unknown_fields_are_added_and_the_known_ones_stay() {
    let (outcome, _) = order_under(&json!("unknown_fields"));
    let (status, body) = read(outcome);

    assert_eq!(status, 200);
    assert_eq!(body["result"]["client_order_id"], "f-1");
    assert!(body["x_new_field"].is_object() && body["result"]["x_new_field"].is_object());
}

#[test]
fn a_slow_answer_says_how_long_it_takes() {
    let (outcome, orders) = order_under(&json!({"kind": "slow", "by": "12s"}));

    assert_eq!((outcome.delay, orders), (Micros::seconds(12), 1));
    assert_eq!(outcome.deliver.unwrap().status, 200);
}

#[test]
fn orders_are_refused_for_margin_or_price_on_demand() {
    for (action, code, member) in [
        ("insufficient_margin", "insufficient_margin", "required_additional_balance"),
        ("price_band_reject", "price_out_of_band", "upper_limit"),
    ] {
        let (outcome, orders) = order_under(&json!(action));
        let (status, body) = read(outcome);
        assert_eq!((status, &body["error"]["code"]), (400, &json!(code)));
        assert!(body["error"]["context"][member].is_string(), "{body}");
        assert_eq!(orders, 0);
    }
}

#[test]
fn a_part_fills_just_before_the_cancellation() {
    let mut desk = Desk::new();
    let order = desk.rest(10, "race");
    desk.fault(&json!({"action": {"kind": "partial_then_cancel_race", "fraction": 0.4}}));
    desk.get("/v2/orders", "");
    let cancel = json!({"id": order["id"], "product_id": desk.product_id}).to_string();
    let (status, body) = desk.call("DELETE", "/v2/orders", "", &cancel);

    assert_eq!(status, 200, "{body}");
    assert_eq!(body["result"]["unfilled_size"], 6);
    assert_eq!(desk.get("/v2/positions", &format!("product_id={}", desk.product_id))["size"], -4);

    let order = desk.rest(3, "race-2");
    desk.fault(&json!({"action": {"kind": "partial_then_cancel_race", "fraction": 1.0}}));
    let cancel = json!({"id": order["id"], "product_id": desk.product_id}).to_string();
    let (status, body) = desk.call("DELETE", "/v2/orders", "", &cancel);
    assert_eq!((status, &body["error"]["code"]), (404, &json!("open_order_not_found")));
}

#[test]
fn faults_never_move_the_market() {
    let spot = |script: Option<Value>| {
        let mut desk = Desk::new();
        if let Some(script) = script {
            desk.fault(&script);
        }
        for _ in 0..50 {
            desk.wait(Micros::seconds(7));
            let request = desk.signed("GET", "/v2/profile", "", "");
            desk.send(&request);
        }
        desk.venue.exchange().spot(delta_sim::Underlying::Btc)
    };

    let script = json!({"probability": 0.5, "action": "timeout_before"});
    assert_eq!(spot(Some(script)), spot(None));
}
