//! Orders, fills, positions and money over the interface.

use delta_sim::Micros;
use serde_json::{Value, json};

use crate::support::Desk;

fn number(value: &Value) -> f64 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).parse().unwrap()
}

#[test]
fn an_order_rests_is_found_edited_and_cancelled() {
    let mut desk = Desk::new();
    let order = desk.rest(5, "a-1");
    let id = order["id"].as_i64().unwrap();

    assert_eq!(desk.get(&format!("/v2/orders/{id}"), "")["client_order_id"], "a-1");
    assert_eq!(desk.get("/v2/orders/client_order_id/a-1", "")["id"], id);
    assert_eq!(desk.get("/v2/orders", "states=open,pending")[0]["id"], id);

    let edit = json!({"id": id, "product_id": desk.product_id, "size": 3});
    let (status, body) = desk.call("PUT", "/v2/orders", "", &edit.to_string());
    assert_eq!((status, &body["result"]["size"]), (200, &json!(3)), "{body}");

    let cancel = json!({"id": id, "product_id": desk.product_id}).to_string();
    let (status, body) = desk.call("DELETE", "/v2/orders", "", &cancel);
    assert_eq!((status, &body["result"]["state"]), (200, &json!("cancelled")), "{body}");
    let (status, body) = desk.call("DELETE", "/v2/orders", "", &cancel);
    assert_eq!((status, &body["error"]["code"]), (404, &json!("open_order_not_found")));

    assert_eq!(desk.get("/v2/orders/history", "")[0]["id"], id);
    assert_eq!(desk.get("/v2/orders", ""), json!([]));
}

#[test]
fn a_market_sell_fills_and_money_moves() {
    let mut desk = Desk::new();
    let before = number(&desk.get("/v2/wallet/balances", "")[0]["balance"]);
    let order = desk.sell(10, "s-1");
    assert_eq!((&order["state"], &order["unfilled_size"]), (&json!("closed"), &json!(0)));

    let fills = desk.get("/v2/fills", "");
    let fills = fills.as_array().unwrap();
    let sold: i64 = fills.iter().map(|fill| fill["size"].as_i64().unwrap()).sum();
    let premium: f64 = fills
        .iter()
        .map(|fill| number(&fill["price"]) * fill["size"].as_f64().unwrap() * 0.001)
        .sum();
    let fees: f64 = fills.iter().map(|fill| number(&fill["commission"])).sum();
    assert_eq!(sold, 10);
    let order_id = order["id"].to_string();
    assert!(fills.iter().all(|fill| fill["order_id"] == order_id.as_str()));
    assert!((number(&order["paid_commission"]) - fees).abs() < 1e-9);

    let after = number(&desk.get("/v2/wallet/balances", "")[0]["balance"]);
    assert!((after - before - (premium - fees)).abs() < 1e-8, "{before} {after}");
    let rows = desk.get("/v2/wallet/transactions", "");
    let sum: f64 = rows.as_array().unwrap().iter().map(|row| number(&row["amount"])).sum();
    assert!((sum - after).abs() < 1e-8);

    let query = format!("product_id={}", desk.product_id);
    assert_eq!(desk.get("/v2/positions", &query)["size"], -10);
    let held = desk.get("/v2/positions", "underlying_asset_symbol=BTC");
    assert_eq!(held[0]["product_symbol"], desk.symbol.as_str());
}

#[test]
fn margined_positions_come_late() {
    let mut desk = Desk::new();
    desk.sell(2, "s-1");
    assert_eq!(desk.get("/v2/positions/margined", ""), json!([]));
    desk.wait(Micros::seconds(4));

    let held = desk.get("/v2/positions/margined", "");
    assert_eq!(held[0]["size"], -2);
    assert!(number(&held[0]["margin"]) > 0.0);
}

#[test]
fn real_time_positions_need_a_product_or_an_underlying() {
    let mut desk = Desk::new();
    for query in ["", "underlying_asset_symbol=DOGE", "product_id=x"] {
        let (status, body) = desk.call("GET", "/v2/positions", query, "");
        assert_eq!((status, &body["error"]["code"]), (400, &json!("bad_schema")), "{query}");
    }
}

#[test]
fn close_all_closes_everything() {
    let mut desk = Desk::new();
    desk.sell(2, "s-1");
    let body = json!({"close_all_portfolio": true, "close_all_isolated": true, "user_id": 1});
    assert_eq!(desk.post("/v2/positions/close_all", &body).0, 200);

    assert_eq!(desk.get("/v2/positions", "underlying_asset_symbol=BTC"), json!([]));
    assert_eq!(desk.post("/v2/positions/close_all", &json!({"user_id": 1})).0, 400);
    let other = json!({"close_all_isolated": true, "user_id": 2});
    assert_eq!(desk.post("/v2/positions/close_all", &other).0, 400);
}

#[test]
fn fills_are_paged_50_at_a_time_without_gaps() {
    let mut desk = Desk::new();
    for number in 0..60 {
        desk.sell(1, &format!("s-{number}"));
        desk.wait(Micros::seconds(2));
    }

    let mut seen = Vec::new();
    let mut query = "page_size=1000".to_owned();
    loop {
        let (_, body) = desk.call("GET", "/v2/fills", &query, "");
        let page = body["result"].as_array().unwrap();
        assert!(page.len() <= 50);
        seen.extend(page.iter().map(|fill| fill["id"].as_i64().unwrap()));
        let Some(after) = body["meta"]["after"].as_str() else { break };
        query = format!("page_size=1000&after={after}");
    }
    assert!(seen.len() >= 60);
    assert!(seen.is_sorted_by(|one, next| one > next), "newest first, each once");
}

#[test]
fn a_batch_answers_only_what_was_accepted() {
    let mut desk = Desk::new();
    let (_, ask) = desk.touch();
    let price = format!("{:.1}", ask.parse::<f64>().unwrap() * 1.2);
    let item = |name: &str, size: i64| {
        json!({"size": size, "side": "sell", "order_type": "limit_order",
               "limit_price": price, "client_order_id": name})
    };
    let orders = json!([item("b-1", 1), item("b-2", 1_000_000), item("b-3", 2)]);
    let body = json!({"product_id": desk.product_id, "orders": orders});
    let (status, answer) = desk.post("/v2/orders/batch", &body);
    assert_eq!(status, 200, "{answer}");
    let names: Vec<_> = answer["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["client_order_id"].clone())
        .collect();
    assert_eq!(names, ["b-1", "b-3"]);

    let edits: Vec<_> = answer["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!({"id": one["id"], "size": 4}))
        .collect();
    let body = json!({"product_id": desk.product_id, "orders": edits}).to_string();
    let (_, edited) = desk.call("PUT", "/v2/orders/batch", "", &body);
    assert!(edited["result"].as_array().unwrap().iter().all(|one| one["size"] == 4), "{edited}");

    let names = json!([{"client_order_id": "b-1"}, {"client_order_id": "none"}]);
    let body = json!({"product_id": desk.product_id, "orders": names}).to_string();
    let (_, cancelled) = desk.call("DELETE", "/v2/orders/batch", "", &body);
    assert_eq!(cancelled["result"].as_array().unwrap().len(), 1);

    let many = vec![item("x", 1); 51];
    assert_eq!(
        desk.post("/v2/orders/batch", &json!({"product_id": desk.product_id, "orders": many})).0,
        400
    );
}

#[test]
fn all_orders_are_cancelled_by_product_or_type() {
    let mut desk = Desk::new();
    desk.rest(1, "a-1");
    desk.rest(1, "a-2");
    let puts = json!({"contract_types": "put_options"}).to_string();
    assert_eq!(desk.call("DELETE", "/v2/orders/all", "", &puts).0, 200);
    assert_eq!(desk.get("/v2/orders", "").as_array().unwrap().len(), 2);

    let mine = json!({"product_id": desk.product_id}).to_string();
    assert_eq!(desk.call("DELETE", "/v2/orders/all", "", &mine).0, 200);
    assert_eq!(desk.get("/v2/orders", ""), json!([]));
}

#[test]
fn an_order_that_is_not_well_formed_is_refused_by_field() {
    let mut desk = Desk::new();
    let good = desk.order("sell", 1, "10", "x");
    let product = desk.symbol.clone();
    for (field, value) in [
        ("size", json!(0)),
        ("size", json!(1.5)),
        ("size", json!("1")),
        ("size", Value::Null),
        ("side", json!("short")),
        ("order_type", json!("limit")),
        ("limit_price", json!("0")),
        ("limit_price", json!("-1")),
        ("limit_price", json!("ten")),
        ("limit_price", Value::Null),
        ("time_in_force", json!("fok")),
        ("post_only", json!("yes")),
        ("reduce_only", json!(1)),
        ("client_order_id", json!("x".repeat(33))),
        ("product_symbol", json!(product)),
        ("product_id", json!("27")),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let (status, answer) = desk.post("/v2/orders", &body);
        let error = &answer["error"];
        assert_eq!((status, &error["code"]), (400, &json!("bad_schema")), "{field} {value}");
        assert_eq!(error["context"]["schema_errors"][0]["param"], field, "{answer}");
    }
    for text in ["", "[]", "{", "null", "\"x\""] {
        let (status, answer) = desk.call("POST", "/v2/orders", "", text);
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("bad_schema")), "{text}");
    }
}

#[test]
fn flags_are_strings_or_booleans_and_a_symbol_names_a_product() {
    let mut desk = Desk::new();
    let (bid, _) = desk.touch();
    let mut body = desk.order("sell", 1, &bid, "p-1");
    body.as_object_mut().unwrap().remove("product_id");
    body["product_symbol"] = json!(desk.symbol);
    body["post_only"] = json!("true");
    let (status, answer) = desk.post("/v2/orders", &body);
    assert_eq!(status, 400, "{answer}");
    assert_eq!(answer["error"]["code"], "immediate_execution_post_only");

    body["post_only"] = json!(false);
    body["reduce_only"] = json!("true");
    let (status, answer) = desk.post("/v2/orders", &body);
    assert_eq!(status, 400, "nothing to reduce: {answer}");
}

#[test]
fn a_repeated_client_order_id_is_refused_while_the_first_is_open() {
    let mut desk = Desk::new();
    let first = desk.rest(1, "same");
    let body = desk.order("sell", 1, first["limit_price"].as_str().unwrap(), "same");
    let (status, answer) = desk.post("/v2/orders", &body);

    assert_eq!(status, 400, "{answer}");
    assert_eq!(answer["error"]["code"], "duplicate_client_order_id");
}

#[test]
fn an_order_without_the_money_says_what_is_missing() {
    let mut desk = Desk::new();
    let (_, ask) = desk.touch();
    let (status, answer) = desk.post("/v2/orders", &desk.order("sell", 40_000, &ask, "big"));

    assert_eq!(
        (status, &answer["error"]["code"]),
        (400, &json!("insufficient_margin")),
        "{answer}"
    );
    let context = &answer["error"]["context"];
    assert!(number(&context["available_balance"]) > 0.0);
    assert!(number(&context["required_additional_balance"]) > 0.0);
}
