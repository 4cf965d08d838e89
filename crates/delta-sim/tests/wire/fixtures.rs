//! One recorded request and answer per call and channel: the shape that clients rely on.
//!
//! Values that depend on the market are replaced by their kind (`<decimal>`, `<integer>`,
//! `<time>`, …); everything else must stay as it is. `UPDATE_FIXTURES=1` records them anew.

use delta_sim::Micros;
use delta_sim::socket::Feed;
use serde_json::{Map, Value, json};

use crate::support::{Desk, subscription};

/// Replaces what depends on the market, and keeps one element of each list.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shape(value))).collect()
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            items.iter().take(1).map(shape).collect()
        }
        Value::Array(items) => {
            let mut shapes: Vec<Value> = items.iter().map(shape).collect();
            shapes.dedup();
            Value::Array(shapes)
        }
        Value::Number(number) if number.is_f64() => json!("<number>"),
        Value::Number(_) => json!("<integer>"),
        Value::String(text) => json!(kind(text)),
        other => other.clone(),
    }
}

fn kind(text: &str) -> String {
    let option = ["C-", "P-", "MARK:C-", "MARK:P-"].iter().any(|start| text.starts_with(start));
    let cursor = text.len() == 16 && text.starts_with("0000");
    match text {
        _ if option => "<option>".to_owned(),
        _ if cursor => "<cursor>".to_owned(),
        _ if text.parse::<f64>().is_ok() => "<decimal>".to_owned(),
        _ if text.starts_with("BTC-") => "<chain>".to_owned(),
        _ if text.len() >= 20 && text.starts_with("20") && text.ends_with('Z') => {
            "<time>".to_owned()
        }
        _ if text.contains("strike") => "<description>".to_owned(),
        _ => text.to_owned(),
    }
}

fn compare(name: &str, found: &Map<String, Value>) {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let text = serde_json::to_string_pretty(found).unwrap() + "\n";
        std::fs::write(&path, text).unwrap();
    }
    let recorded = std::fs::read_to_string(&path).unwrap();
    let recorded: Map<String, Value> = serde_json::from_str(&recorded).unwrap();
    for (name, value) in found {
        assert_eq!(Some(value), recorded.get(name), "{name}");
    }
    assert_eq!(found.len(), recorded.len());
}

#[test]
fn every_call_answers_in_its_recorded_shape() {
    let mut desk = Desk::new();
    desk.wait(Micros::seconds(120));
    desk.sell(2, "s-1");
    let resting = desk.rest(3, "r-1");
    desk.wait(Micros::seconds(5));
    let (id, product, symbol) = (resting["id"].clone(), desk.product_id, desk.symbol.clone());
    let price = resting["limit_price"].as_str().unwrap().to_owned();
    let item = json!({"size": 1, "side": "sell", "order_type": "limit_order",
        "limit_price": price, "client_order_id": "b-1"});
    let empty = Value::Null;
    let calls: Vec<(&str, String, String, Value)> = vec![
        ("GET", "/v2/products".into(), "page_size=1".into(), empty.clone()),
        ("GET", format!("/v2/products/{symbol}"), String::new(), empty.clone()),
        ("GET", format!("/v2/tickers/{symbol},{symbol}"), String::new(), empty.clone()),
        ("GET", format!("/v2/tickers/{symbol}"), String::new(), empty.clone()),
        ("GET", format!("/v2/l2orderbook/{symbol}"), "depth=2".into(), empty.clone()),
        (
            "GET",
            "/v2/history/candles".into(),
            "resolution=1m&symbol=.DEXBTUSD&start=0&end=9999999999".into(),
            empty.clone(),
        ),
        ("GET", "/v2/rate_limits/quota".into(), String::new(), empty.clone()),
        ("POST", "/v2/orders".into(), String::new(), desk.order("sell", 1, &price, "n-1")),
        (
            "PUT",
            "/v2/orders".into(),
            String::new(),
            json!({"id": id, "product_id": product, "size": 2}),
        ),
        ("GET", "/v2/orders".into(), "states=open,pending&page_size=1".into(), empty.clone()),
        ("GET", format!("/v2/orders/{id}"), String::new(), empty.clone()),
        ("GET", "/v2/orders/client_order_id/s-1".into(), String::new(), empty.clone()),
        ("GET", "/v2/orders/client_order_id/none".into(), String::new(), empty.clone()),
        ("DELETE", "/v2/orders".into(), String::new(), json!({"id": id, "product_id": product})),
        (
            "POST",
            "/v2/orders/batch".into(),
            String::new(),
            json!({"product_id": product, "orders": [item]}),
        ),
        (
            "PUT",
            "/v2/orders/batch".into(),
            String::new(),
            json!({"product_id": product, "orders": [{"id": 1, "size": 1}]}),
        ),
        (
            "DELETE",
            "/v2/orders/batch".into(),
            String::new(),
            json!({"product_id": product, "orders": [{"client_order_id": "b-1"}]}),
        ),
        ("DELETE", "/v2/orders/all".into(), String::new(), json!({"product_id": product})),
        ("GET", "/v2/orders/history".into(), "page_size=1".into(), empty.clone()),
        ("GET", "/v2/fills".into(), "page_size=1".into(), empty.clone()),
        ("GET", "/v2/positions".into(), format!("product_id={product}"), empty.clone()),
        (
            "GET",
            "/v2/positions/".trim_end_matches('/').into(),
            "underlying_asset_symbol=BTC".into(),
            empty.clone(),
        ),
        ("GET", "/v2/positions/margined".into(), String::new(), empty.clone()),
        ("GET", "/v2/wallet/balances".into(), String::new(), empty.clone()),
        ("GET", "/v2/wallet/transactions".into(), "page_size=1".into(), empty.clone()),
        ("GET", "/v2/profile".into(), String::new(), empty.clone()),
        ("GET", "/v2/users/trading_preferences".into(), String::new(), empty.clone()),
        ("GET", format!("/v2/products/{product}/orders/leverage"), String::new(), empty.clone()),
        ("POST", "/v2/heartbeat/create".into(), String::new(), json!({"heartbeat_id": "h"})),
        (
            "POST",
            "/v2/positions/close_all".into(),
            String::new(),
            json!({"close_all_isolated": true}),
        ),
        ("POST", "/v2/orders".into(), "x=1".into(), json!({"product_id": 1, "size": 0})),
    ];

    let mut found = Map::new();
    for (method, path, query, body) in calls {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = desk.call(method, &path, &query, &text);
        let path = path.replace(&symbol, "{symbol}").replace(&product.to_string(), "{product_id}");
        let path = path.replace(&format!("/{id}"), "/{order_id}");
        let query = query.replace(&product.to_string(), "{product_id}");
        let name = format!("{method} {path}?{query}").trim_end_matches('?').to_owned();
        let fixture = json!({"body": shape(&body), "status": status, "answer": shape(&answer)});
        found.insert(name, fixture);
    }
    compare("rest", &found);
}

#[test]
fn every_channel_pushes_in_its_recorded_shape() {
    let mut desk = Desk::new();
    let noon = Micros(desk.at.day_start().0 + 12 * Micros::HOUR.0);
    desk.wait(noon - Micros::seconds(1_200) - desk.at);
    desk.rest(3, "r-1");
    let symbol = desk.symbol.clone();
    let mark = format!("MARK:{symbol}");
    let public = desk.connect(Feed::Public);
    let private = desk.connect(Feed::Private);
    desk.say(private, &desk.key_auth());
    for (socket, channel, symbol) in [
        (public, "ticker", symbol.as_str()),
        (public, "ob_l1", &symbol),
        (public, "ob_l2", &symbol),
        (public, "ob_updates", &symbol),
        (public, "mark_price", &mark),
        (public, "candlestick_1m", &mark),
        (public, "spot_price", ".DEXBTUSD"),
        (public, "spot_30mtwap_price", ".DEXBTUSD"),
        (public, "trades", &symbol),
        (public, "product_updates", ""),
        (public, "system_status", ""),
        (private, "orders", &symbol),
        (private, "v2/user_trades", &symbol),
        (private, "user_trades", &symbol),
        (private, "positions", &symbol),
        (private, "margins", ""),
        (public, "v2/ticker", &symbol),
    ] {
        desk.say(socket, &subscription(channel, &[symbol]));
    }
    desk.say(public, &json!({"type": "enable_heartbeat"}));
    desk.sell(2, "s-1");
    let action = json!({"kind": "disrupted_cancel_only", "symbol": symbol});
    desk.fault(&json!({"when": {"for": "5s"}, "action": action}));
    desk.wait(Micros::seconds(31));

    let mut found = Map::new();
    for message in [desk.hear(public), desk.hear(private)].concat() {
        let mut name = message["type"].as_str().unwrap().to_owned();
        if ["ob_updates", "orders", "positions"].contains(&name.as_str()) {
            name = format!("{name} {}", message["action"].as_str().unwrap());
        }
        if name == "ob_updates update" && message["a"] == json!([]) {
            continue;
        }
        found.entry(name).or_insert_with(|| shape(&message));
    }
    compare("sockets", &found);
}
