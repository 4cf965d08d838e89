//! Faults in the exchange itself: market data, products, accounts, clocks.

use delta_sim::Micros;
use serde_json::{Value, json};

use crate::support::{Desk, read};

fn ticker(desk: &mut Desk) -> Value {
    let path = format!("/v2/tickers/{}", desk.symbol);
    desk.get(&path, "")
}

fn lasting(action: &str, length: &str) -> Value {
    json!({"when": {"for": length}, "action": action})
}

#[test]
fn stale_ticks_stand_still_with_their_time() {
    let mut desk = Desk::new();
    desk.fault(&lasting("stale_ticks", "60s"));
    let first = ticker(&mut desk);
    desk.wait(Micros::seconds(30));
    let second = ticker(&mut desk);
    assert_eq!(first["timestamp"], second["timestamp"]);
    assert_eq!(first["mark_price"], second["mark_price"]);

    desk.wait(Micros::seconds(40));
    assert_ne!(ticker(&mut desk)["timestamp"], first["timestamp"]);
}

#[test]
fn a_frozen_book_stands_still_while_its_time_goes_on() {
    let mut desk = Desk::new();
    desk.fault(&lasting("frozen_book", "60s"));
    let first = ticker(&mut desk);
    desk.wait(Micros::seconds(30));
    let second = ticker(&mut desk);

    assert_ne!(first["timestamp"], second["timestamp"]);
    assert_eq!(first["mark_price"], second["mark_price"]);
    assert_eq!(first["quotes"]["best_bid"], second["quotes"]["best_bid"]);
}

#[test]
fn a_crossed_book_has_its_bid_above_its_ask() {
    let mut desk = Desk::new();
    desk.fault(&lasting("crossed_book", "60s"));
    let (bid, ask) = desk.touch();

    assert!(bid.parse::<f64>().unwrap() > ask.parse::<f64>().unwrap(), "{bid} {ask}");
}

#[test]
fn an_empty_book_has_no_sides() {
    let mut desk = Desk::new();
    desk.fault(&lasting("empty_book", "60s"));
    let quotes = ticker(&mut desk)["quotes"].clone();
    assert_eq!((&quotes["best_bid"], &quotes["best_ask"]), (&Value::Null, &Value::Null));

    desk.wait(Micros::seconds(61));
    assert!(ticker(&mut desk)["quotes"]["best_bid"].is_string());
}

#[test]
fn a_wrong_clock_shows_in_the_date_and_spoils_signatures() {
    let mut desk = Desk::new();
    desk.fault(&json!({"when": {"for": "60s"}, "action": {"kind": "clock_skew", "by": "-8s"}}));
    let request = desk.signed("GET", "/v2/profile", "", "");
    let response = desk.send(&request).deliver.unwrap();
    assert_eq!(response.status, 401);
    let shown = (desk.at - Micros::seconds(8)).instant();
    let expected = shown.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    assert_eq!(response.header("Date"), Some(expected.as_str()));

    desk.wait(Micros::seconds(61));
    assert_eq!(desk.call("GET", "/v2/profile", "", "").0, 200);
}

#[test]
fn late_fill_reports_hide_fills_for_a_while() {
    let mut desk = Desk::new();
    desk.fault(
        &json!({"when": {"for": "60s"}, "action": {"kind": "late_fill_report", "by": "5s"}}),
    );
    desk.sell(2, "s-1");
    assert_eq!(desk.get("/v2/fills", ""), json!([]));

    desk.wait(Micros::seconds(5));
    assert!(!desk.get("/v2/fills", "").as_array().unwrap().is_empty());
}

#[test]
fn histories_lag_while_look_ups_do_not() {
    let mut desk = Desk::new();
    desk.fault(&json!({"when": {"for": "60s"}, "action": {"kind": "history_lag", "by": "10s"}}));
    desk.sell(1, "s-1");

    assert_eq!(desk.get("/v2/orders/history", ""), json!([]));
    assert_eq!(desk.get("/v2/orders/client_order_id/s-1", "")["state"], "closed");
    desk.wait(Micros::seconds(10));
    assert_eq!(desk.get("/v2/orders/history", "")[0]["client_order_id"], "s-1");
}

#[test]
fn maintenance_answers_503_until_it_is_over() {
    let mut desk = Desk::new();
    desk.fault(&json!({"when": {"at": "5s", "for": "20s"}, "action": "maintenance"}));
    assert_eq!(desk.call("GET", "/v2/products", "", "").0, 200);
    desk.wait(Micros::seconds(5));
    let (status, body) = desk.call("GET", "/v2/products", "", "");
    assert_eq!((status, &body["error"]["code"]), (503, &json!("under_maintenance")));

    desk.wait(Micros::seconds(20));
    assert_eq!(desk.call("GET", "/v2/products", "", "").0, 200);
}

#[test]
fn a_disrupted_product_only_cancels() {
    let mut desk = Desk::new();
    let order = desk.rest(1, "a-1");
    let action = json!({"kind": "disrupted_cancel_only", "symbol": desk.symbol});
    desk.fault(&json!({"when": {"for": "20s"}, "action": action}));
    assert_eq!(ticker(&mut desk)["product_trading_status"], "disrupted_cancel_only");

    let body = desk.order("sell", 1, order["limit_price"].as_str().unwrap(), "a-2");
    assert_eq!(desk.post("/v2/orders", &body).0, 400);
    let cancel = json!({"id": order["id"], "product_id": desk.product_id}).to_string();
    assert_eq!(desk.call("DELETE", "/v2/orders", "", &cancel).0, 200);

    desk.wait(Micros::seconds(20));
    assert_eq!(ticker(&mut desk)["product_trading_status"], "operational");
    assert_eq!(desk.post("/v2/orders", &body).0, 200);
}

#[test]
fn a_product_expires_with_the_position_in_it() {
    let mut desk = Desk::new();
    desk.sell(2, "s-1");
    desk.fault(&json!({"action": {"kind": "product_expired", "symbol": "calls"}}));

    let held = desk.get("/v2/positions", "underlying_asset_symbol=BTC");
    assert_eq!(held, json!([]));
    let expired = desk.get("/v2/products", "states=expired");
    assert_eq!(expired[0]["symbol"], desk.symbol.as_str());
    assert!(expired[0]["settlement_price"].is_string());
    let fill = desk.get("/v2/fills", "")[0].clone();
    assert_eq!(fill["fill_type"], "settlement");
    assert!(fill["order_id"].as_str().unwrap().contains('-'), "a UUID: {fill}");
}

#[test]
fn somebody_else_trades_on_the_account() {
    let mut desk = Desk::new();
    desk.sell(2, "s-1");
    let path = json!({"method": "GET", "path": "/v2/profile"});
    let action = json!({"kind": "external_trade", "side": "sell", "size": 3});
    desk.fault(&json!({"match": path, "action": action}));
    let query = format!("product_id={}", desk.product_id);
    assert_eq!(desk.get("/v2/positions", &query)["size"], -2);

    desk.get("/v2/profile", "");
    assert_eq!(desk.get("/v2/positions", &query)["size"], -5);
    desk.get("/v2/profile", "");
    assert_eq!(desk.get("/v2/positions", &query)["size"], -5, "once");
}

#[test]
fn somebody_else_closes_positions_at_a_time() {
    let mut desk = Desk::new();
    desk.sell(2, "s-1");
    desk.fault(&json!({"when": "+30s", "action": "external_close"}));
    let query = format!("product_id={}", desk.product_id);
    desk.wait(Micros::seconds(29));
    assert_eq!(desk.get("/v2/positions", &query)["size"], -2);

    desk.wait(Micros::seconds(1));
    assert_eq!(desk.get("/v2/positions", &query)["size"], 0);
}

#[test]
fn of_two_that_overlap_the_longer_one_counts() {
    let mut desk = Desk::new();
    let disrupted = json!({"kind": "disrupted_cancel_only", "symbol": desk.symbol});
    desk.fault(&json!([
        {"when": {"for": "10s"}, "action": "disrupted_cancel_only"},
        {"when": {"for": "20s"}, "action": disrupted},
        {"when": {"at": "30s", "for": "10s"}, "action": "maintenance"},
        {"when": {"at": "35s", "for": "10s"}, "action": "maintenance"},
    ]));
    desk.wait(Micros::seconds(15));
    assert_eq!(ticker(&mut desk)["product_trading_status"], "disrupted_cancel_only");
    let others = desk.get("/v2/tickers", "underlying_asset_symbols=ETH");
    assert_eq!(others[0]["product_trading_status"], "operational");
    desk.wait(Micros::seconds(5));
    assert_eq!(ticker(&mut desk)["product_trading_status"], "operational");

    desk.wait(Micros::seconds(22));
    assert_eq!(desk.call("GET", "/v2/profile", "", "").0, 503);
    desk.wait(Micros::seconds(3));
    assert_eq!(desk.call("GET", "/v2/profile", "", "").0, 200);
}

#[test]
fn clearing_ends_what_lasts() {
    let mut desk = Desk::new();
    desk.fault(&json!([{"when": {"for": "1h"}, "action": "maintenance"},
                       {"when": {"for": "1h"}, "action": "empty_book"}]));
    assert_eq!(desk.call("GET", "/v2/products", "", "").0, 503);
    let clear = delta_sim::rest::Request::new("DELETE", "/sim/fault");
    assert_eq!(read(desk.send(&clear)).0, 200);

    assert_eq!(desk.call("GET", "/v2/products", "", "").0, 200);
    assert!(ticker(&mut desk)["quotes"]["best_bid"].is_string());
}
