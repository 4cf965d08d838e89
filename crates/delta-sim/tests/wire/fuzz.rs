//! Whatever the bytes, there is an answer in the envelope and nothing panics.

use std::cell::RefCell;

use delta_sim::rest::Request;
use delta_sim::socket::Feed;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Desk;

thread_local! {
    // One venue for all cases: what one case leaves behind is part of the next.
    static DESK: RefCell<Desk> = RefCell::new(Desk::new());
}

fn check(desk: &mut Desk, request: &Request) {
    let outcome = desk.send(request);
    let response = outcome.deliver.expect("no faults are on");
    if response.status == 403 && response.header("content-type") == Some("text/html") {
        return;
    }
    let body: Value = serde_json::from_slice(&response.body).expect("JSON");
    assert_eq!(body["success"], response.status == 200, "{body}");
    assert_eq!(body.get("result").is_some(), response.status == 200, "{body}");
    assert_eq!(body.get("error").is_some(), response.status != 200, "{body}");
    assert!(response.status < 500, "{} {body}", response.status);
}

fn path() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "/v2/products",
        "/v2/products/",
        "/v2/tickers",
        "/v2/tickers/",
        "/v2/l2orderbook/",
        "/v2/orders",
        "/v2/orders/",
        "/v2/orders/all",
        "/v2/orders/batch",
        "/v2/orders/history",
        "/v2/orders/client_order_id/",
        "/v2/fills",
        "/v2/positions",
        "/v2/positions/margined",
        "/v2/positions/close_all",
        "/v2/wallet/balances",
        "/v2/wallet/transactions",
        "/v2/history/candles",
        "/v2/users/margin_mode",
        "/v2/heartbeat",
        "/sim/fault",
        "/sim/scenario",
        "/v2/products/1/orders/leverage",
    ]);
    prop_oneof![
        3 => (known, "[^/]{0,12}").prop_map(|(known, tail)| {
            if known.ends_with('/') { format!("{known}{tail}") } else { known.to_owned() }
        }),
        1 => ".{0,40}",
    ]
}

fn query() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "page_size",
        "after",
        "before",
        "states",
        "product_ids",
        "product_id",
        "depth",
        "start",
        "end",
        "resolution",
        "symbol",
        "contract_types",
        "expiry",
        "expiry_date",
        "start_time",
        "end_time",
        "underlying_asset_symbol",
    ]);
    let value = prop_oneof![
        "[-0-9]{0,20}",
        ".{0,20}",
        Just("9223372036854775807".to_owned()),
        Just("-9223372036854775808".to_owned()),
        Just("1m".to_owned()),
        Just(".DEXBTUSD".to_owned()),
    ];
    let pairs = prop::collection::vec((name, value), 0..5);
    prop_oneof![
        3 => pairs.prop_map(|pairs| {
            let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join("&")
        }),
        1 => ".{0,60}",
    ]
}

/// Values for members of orders, most of them wrong.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (1..50_i64).prop_map(Value::from),
        (1..4_000_i32).prop_map(|price| json!(format!("{}", f64::from(price) / 10.0))),
        ".{0,40}".prop_map(Value::from),
        prop::sample::select(vec![
            "buy",
            "sell",
            "limit_order",
            "market_order",
            "ioc",
            "true",
            "79228162514264337593543950335",
            "1e28",
            "NaN",
            "0.00000000000000000000000000001"
        ])
        .prop_map(Value::from),
        Just(json!([])),
        Just(json!([{"id": 1}, {"size": 1, "side": "buy"}])),
    ]
}

fn object() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "product_id",
        "product_symbol",
        "size",
        "side",
        "order_type",
        "limit_price",
        "id",
        "time_in_force",
        "post_only",
        "reduce_only",
        "client_order_id",
        "orders",
        "leverage",
        "contract_types",
        "margin_mode",
        "close_all_isolated",
        "user_id",
        "rules",
        "action",
    ]);
    prop::collection::vec((name, value()), 0..8)
        .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn method() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]).prop_map(str::to_owned),
        1 => ".{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_signed_request_is_answered(
        method in method(), path in path(), query in query(), body in object(),
        right in any::<bool>(),
    ) {
        DESK.with_borrow_mut(|desk| {
            desk.wait(delta_sim::Micros::seconds(4));
            let mut body = body;
            if right {
                let template = desk.order("sell", 1, "100", "fuzz");
                for (name, value) in template.as_object().unwrap() {
                    if body.get(name).is_none() {
                        body[name] = value.clone();
                    }
                }
            }
            if path == "/sim/fault" {
                body = json!({"rules": [body]});
            }
            let request = desk.signed(&method, &path, &query, &body.to_string());
            check(desk, &request);
            desk.venue.clear_faults(desk.at);
        });
    }

    #[test]
    fn any_bytes_are_answered(
        method in ".{0,8}", path in ".{0,40}", query in ".{0,60}",
        headers in prop::collection::vec((".{0,12}", ".{0,30}"), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..200),
        key in any::<bool>(),
    ) {
        DESK.with_borrow_mut(|desk| {
            let mut headers = headers;
            if key {
                let signed = desk.signed("GET", "/v2/profile", "", "").headers;
                headers.extend(signed);
            }
            let path = if key { "/v2/orders".to_owned() } else { path };
            let request = Request { method, path, query, headers, body, address: String::new() };
            check(desk, &request);
        });
    }

    #[test]
    fn any_socket_text_leaves_the_venue_alive(
        text in prop_oneof![
            ".{0,120}".prop_map(|text| text),
            object().prop_map(|body| json!({"type": "subscribe", "payload": body}).to_string()),
            (".{0,20}", prop::collection::vec(".{0,20}", 0..4)).prop_map(|(name, symbols)| {
                let channels = json!([{"name": name, "symbols": symbols}]);
                json!({"type": "subscribe", "payload": {"channels": channels}}).to_string()
            }),
            (prop::sample::select(vec!["ticker", "ob_l1", "ob_l2", "trades", "mark_price"]), ".{0,20}")
                .prop_map(|(name, symbol)| {
                    let channels = json!([{"name": name, "symbols": [symbol, "all"]}]);
                    json!({"type": "subscribe", "payload": {"channels": channels}}).to_string()
                }),
        ],
        private in any::<bool>(),
    ) {
        let mut desk = Desk::new();
        let socket = desk.connect(if private { Feed::Private } else { Feed::Public });
        if private {
            desk.say(socket, &desk.key_auth());
        }
        desk.venue.receive(desk.at, socket, &text);
        for message in desk.hear(socket) {
            assert!(message["type"].is_string(), "{message}");
        }
        desk.wait(delta_sim::Micros::seconds(1));
    }
}
