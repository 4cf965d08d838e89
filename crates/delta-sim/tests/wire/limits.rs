//! Quotas of calls, operations and connections.

use delta_sim::Micros;
use delta_sim::socket::Feed;
use serde_json::json;

use crate::support::{Desk, read};

#[test]
fn calls_cost_their_weight_and_a_full_window_answers_429() {
    let mut desk = Desk::new();
    let quota = |desk: &mut Desk| desk.get("/v2/rate_limits/quota", "");
    assert_eq!(quota(&mut desk)["current_quota"], 1);
    desk.get("/v2/orders", "");
    desk.get("/v2/fills", "");
    desk.get("/v2/profile", "");
    assert_eq!(quota(&mut desk)["current_quota"], 1 + 3 + 10 + 1 + 1);

    for _ in 0..998 {
        desk.get("/v2/fills", "");
    }
    let request = desk.signed("GET", "/v2/fills", "", "");
    let response = desk.send(&request).deliver.unwrap();
    assert_eq!(response.status, 429);
    let reset: i64 = response.header("x-rate-limit-reset").unwrap().parse().unwrap();
    assert!((1..=300_000).contains(&reset));

    desk.wait(Micros(reset * 1_000));
    assert_eq!(desk.call("GET", "/v2/fills", "", "").0, 200);
}

#[test]
fn unsigned_calls_are_counted_by_address() {
    let mut desk = Desk::new();
    let mut request = desk.signed("GET", "/v2/products", "page_size=1", "");
    request.headers.retain(|(name, _)| name == "User-Agent");
    for _ in 0..3_333 {
        assert_eq!(read(desk.send(&request)).0, 200);
    }
    assert_eq!(read(desk.send(&request)).0, 429);
    request.address = "10.1.1.1".to_owned();
    assert_eq!(read(desk.send(&request)).0, 200);
    assert_eq!(desk.call("GET", "/v2/products", "page_size=1", "").0, 200);
}

#[test]
fn the_matching_engine_takes_500_operations_a_second_but_always_cancels() {
    let mut desk = Desk::new();
    let (_, ask) = desk.touch();
    let price = format!("{:.1}", ask.parse::<f64>().unwrap() * 1.2);
    let order = |name: String| {
        json!({"size": 1, "side": "sell", "order_type": "limit_order",
        "limit_price": price, "client_order_id": name})
    };
    for batch in 0..10 {
        let orders: Vec<_> = (0..50).map(|one| order(format!("{batch}-{one}"))).collect();
        let body = json!({"product_id": desk.product_id, "orders": orders});
        assert_eq!(desk.post("/v2/orders/batch", &body).0, 200);
    }

    let one = desk.order("sell", 1, &price, "late");
    assert_eq!(desk.post("/v2/orders", &one).0, 429);
    let cancel = json!({"client_order_id": "0-0", "product_id": desk.product_id}).to_string();
    assert_eq!(desk.call("DELETE", "/v2/orders", "", &cancel).0, 200);
    desk.wait(Micros::SECOND);
    assert_eq!(desk.post("/v2/orders", &one).0, 200);
}

#[test]
fn an_address_opens_150_connections_in_five_minutes() {
    let mut desk = Desk::new();
    for _ in 0..150 {
        let socket = desk.connect(Feed::Public);
        desk.venue.disconnect(socket);
    }

    let refused = desk.venue.connect(desk.at, Feed::Private, "127.0.0.1").unwrap_err();
    assert!(refused.resets_in > Micros::ZERO);
    assert!(desk.venue.connect(desk.at, Feed::Public, "10.0.0.9").is_ok());
    desk.wait(refused.resets_in);
    assert!(desk.venue.connect(desk.at, Feed::Public, "127.0.0.1").is_ok());
}
