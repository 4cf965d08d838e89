//! Signatures, envelopes, market data.

use delta_sim::rest::Request;
use delta_sim::venue::{KeyAccess, Options};
use delta_sim::{Config, Micros, Venue};
use serde_json::{Value, json};

use crate::support::{Desk, KEY, read};

fn refused(desk: &mut Desk, change: impl FnOnce(&mut Request)) -> (u16, Value) {
    let mut request = desk.signed("GET", "/v2/orders", "product_ids=1&states=open", "");
    change(&mut request);
    read(desk.send(&request))
}

fn set(request: &mut Request, name: &str, value: &str) {
    let header = request.headers.iter_mut().find(|(known, _)| known == name).unwrap();
    value.clone_into(&mut header.1);
}

#[test]
fn a_correct_signature_is_taken_and_any_other_is_refused() {
    let mut desk = Desk::new();
    assert_eq!(refused(&mut desk, |_| ()).0, 200);

    for change in [
        |request: &mut Request| request.path = "/v2/fills".to_owned(),
        |request: &mut Request| request.query = "states=open&product_ids=1".to_owned(),
        |request: &mut Request| request.query.push('&'),
        |request: &mut Request| request.body = b" ".to_vec(),
        |request: &mut Request| request.body = b"\xff".to_vec(),
        |request: &mut Request| set(request, "signature", "00"),
    ] {
        let (status, body) = refused(&mut desk, change);
        assert_eq!((status, &body["error"]["code"]), (401, &json!("Signature Mismatch")));
        assert_eq!(body["success"], false);
    }
}

#[test]
fn a_signature_lives_for_five_seconds() {
    let mut desk = Desk::new();
    let request = desk.signed("GET", "/v2/profile", "", "");

    desk.at = desk.at + Micros::seconds(5);
    assert_eq!(read(desk.send(&request)).0, 200);

    desk.at = desk.at + Micros::seconds(1);
    let (status, body) = read(desk.send(&request));
    assert_eq!((status, &body["error"]), (401, &json!("SignatureExpired")));
    assert_eq!(body["context"]["server_time"], desk.at.whole_seconds());
}

#[test]
fn keys_are_checked() {
    let mut desk = Desk::new();
    let (status, body) = refused(&mut desk, |request| set(request, "api-key", "nobody"));
    assert_eq!((status, &body["error"]), (401, &json!("InvalidApiKey")));

    let (status, body) = refused(&mut desk, |request| {
        request.headers.retain(|(name, _)| name != "signature");
    });
    assert_eq!((status, &body["error"]), (401, &json!("unauthorized")));

    let (status, body) = refused(&mut desk, |request| set(request, "timestamp", "soon"));
    assert_eq!((status, &body["error"]), (401, &json!("SignatureExpired")));
}

#[test]
fn a_key_may_be_bound_to_addresses_or_to_reading() {
    for (access, method, code) in [
        (
            KeyAccess::AddressNotListed,
            "GET",
            Some(json!({"code": "ip_not_whitelisted_for_api_key"})),
        ),
        (KeyAccess::ReadOnly, "GET", None),
        (KeyAccess::ReadOnly, "POST", Some(json!("UnauthorizedApiAccess"))),
    ] {
        let options = Options { access: [(KEY.to_owned(), access)].into(), ..Options::default() };
        let mut desk = Desk::new();
        desk.venue = Venue::new(Config::default(), options).unwrap();
        let (status, body) = desk.call(method, "/v2/orders", "", "");
        match code {
            None => assert_eq!(status, 200, "{body}"),
            Some(Value::String(code)) => assert_eq!((status, &body["error"]), (401, &json!(code))),
            Some(error) => {
                assert_eq!((status, &body["error"]["code"]), (401, &error["code"]));
                assert_eq!(body["error"]["context"]["client_ip"], "127.0.0.1");
            }
        }
    }
}

#[test]
fn without_a_user_agent_the_content_network_answers() {
    let mut desk = Desk::new();
    let mut request = desk.signed("GET", "/v2/profile", "", "");
    request.headers.retain(|(name, _)| name != "User-Agent");
    let response = desk.send(&request).deliver.unwrap();

    assert_eq!(response.status, 403);
    assert_eq!(response.header("content-type"), Some("text/html"));
    assert!(response.body.starts_with(b"<html>"));
}

#[test]
fn the_date_is_that_of_the_virtual_clock() {
    let mut desk = Desk::new();
    let request = desk.signed("GET", "/v2/products", "page_size=1", "");
    let response = desk.send(&request).deliver.unwrap();

    let expected = desk.at.instant().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    assert_eq!(response.header("Date"), Some(expected.as_str()));
}

#[test]
fn unknown_paths_and_methods_are_told_apart() {
    let mut desk = Desk::new();
    for (method, path, status) in [
        ("GET", "/v2/nothing", 404),
        ("GET", "/v1/orders", 404),
        ("POST", "/v2/tickers", 405),
        ("DELETE", "/v2/fills", 405),
    ] {
        let (found, body) = desk.call(method, path, "", "");
        assert_eq!((found, &body["success"]), (status, &json!(false)), "{method} {path}");
    }
}

#[test]
fn products_are_paged_and_every_one_is_seen_once() {
    let mut desk = Desk::new();
    let mut seen = Vec::new();
    let mut query = "contract_types=call_options&states=live&page_size=37".to_owned();
    loop {
        let (status, body) = desk.call("GET", "/v2/products", &query, "");
        assert_eq!(status, 200, "{body}");
        let page = body["result"].as_array().unwrap();
        assert!(page.iter().all(|product| product["contract_type"] == "call_options"));
        seen.extend(page.iter().map(|product| product["id"].as_i64().unwrap()));
        let Some(after) = body["meta"]["after"].as_str() else { break };
        query = format!("contract_types=call_options&states=live&page_size=37&after={after}");
    }

    let calls = desk.venue.exchange().products();
    let calls = calls.filter(|one| one.kind == delta_sim::OptionKind::Call).count();
    assert!(seen.is_sorted_by(|one, next| one < next));
    assert_eq!(seen.len(), calls);
}

#[test]
fn tickers_have_nested_quotes_and_greeks_as_strings() {
    let mut desk = Desk::new();
    let expiry = desk.symbol[desk.symbol.len() - 6..].to_owned();
    let date = format!("{}-{}-20{}", &expiry[..2], &expiry[2..4], &expiry[4..]);
    let query = format!(
        "contract_types=call_options,put_options&underlying_asset_symbols=BTC&expiry_date={date}"
    );
    let tickers = desk.get("/v2/tickers", &query);

    let tickers = tickers.as_array().unwrap();
    assert!(tickers.len() > 20);
    for ticker in tickers {
        assert!(ticker["symbol"].as_str().unwrap().ends_with(&expiry));
        assert_eq!(ticker["underlying_asset_symbol"], "BTC");
        for name in ["delta", "gamma", "theta", "vega", "rho", "spot"] {
            let greek = ticker["greeks"][name].as_str().unwrap();
            assert!(greek.parse::<f64>().unwrap().is_finite(), "{name} {greek}");
        }
        assert!(ticker["mark_price"].is_string());
        assert!(ticker["timestamp"].as_i64().unwrap() > 1_700_000_000_000_000);
        assert!(ticker.get("best_bid").is_none());
    }
    assert!(tickers.iter().any(|one| one["quotes"]["best_bid"].is_string()));
}

#[test]
fn up_to_ten_tickers_are_given_by_symbol() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    assert_eq!(desk.get(&format!("/v2/tickers/{symbol}"), "")["symbol"], symbol.as_str());
    let two = desk.get(&format!("/v2/tickers/{symbol},NONE"), "");
    assert_eq!(two.as_array().unwrap().len(), 1);

    let eleven = [symbol.as_str(); 11].join(",");
    assert_eq!(desk.call("GET", &format!("/v2/tickers/{eleven}"), "", "").0, 400);
    assert_eq!(desk.call("GET", "/v2/tickers/NONE", "", "").0, 404);
    assert_eq!(desk.call("GET", "/v2/products/27", "", "").0, 404, "there is no form by id");
}

#[test]
fn the_book_has_running_depth() {
    let mut desk = Desk::new();
    let path = format!("/v2/l2orderbook/{}", desk.symbol);
    let book = desk.get(&path, "depth=5");

    for (side, rising) in [("buy", false), ("sell", true)] {
        let levels = book[side].as_array().unwrap();
        assert!(!levels.is_empty() && levels.len() <= 5);
        let prices: Vec<f64> =
            levels.iter().map(|one| one["price"].as_str().unwrap().parse().unwrap()).collect();
        assert!(prices.is_sorted_by(|a, b| (a < b) == rising), "{prices:?}");
        let total: i64 = levels.iter().map(|one| one["size"].as_i64().unwrap()).sum();
        assert_eq!(levels.last().unwrap()["depth"], total.to_string());
    }
}

#[test]
fn candles_of_the_index_and_of_marks_come_oldest_first() {
    let mut desk = Desk::new();
    desk.wait(Micros(30 * Micros::MINUTE.0));
    let (end, start) = (desk.at.whole_seconds(), desk.at.whole_seconds() - 3_600);
    for symbol in [".DEXBTUSD".to_owned(), format!("MARK:{}", desk.symbol)] {
        let query = format!("resolution=5m&symbol={symbol}&start={start}&end={end}");
        let candles = desk.get("/v2/history/candles", &query);
        let candles = candles.as_array().unwrap();

        assert!(candles.len() >= 6, "{symbol}: {}", candles.len());
        for candle in candles {
            let price = |name: &str| candle[name].as_f64().unwrap();
            assert!(price("low") <= price("open") && price("close") <= price("high"));
            assert_eq!(candle["time"].as_i64().unwrap() % 300, 0);
        }
        assert!(candles.is_sorted_by_key(|candle| candle["time"].as_i64()));
    }
    for query in ["", "resolution=7m&symbol=.DEXBTUSD&start=0&end=1", "resolution=1m&start=0&end=1"]
    {
        assert_eq!(desk.call("GET", "/v2/history/candles", query, "").0, 400, "{query}");
    }
}

#[test]
fn what_is_not_offered_says_so() {
    let mut desk = Desk::new();
    for path in ["/v2/heartbeat/create", "/v2/heartbeat"] {
        let (status, body) = desk.post(path, &json!({"heartbeat_id": "x"}));
        assert_eq!((status, &body["error"]["code"]), (400, &json!("unavailable")));
    }
    let mut stop = desk.order("sell", 1, "10", "stop");
    stop["stop_order_type"] = json!("stop_loss_order");
    let (status, body) = desk.post("/v2/orders", &stop);
    assert_eq!((status, &body["error"]["context"]["feature"]), (400, &json!("stop orders")));
}

#[test]
fn profile_preferences_and_leverage_are_there() {
    let mut desk = Desk::new();
    assert_eq!(desk.get("/v2/profile", "")["margin_mode"], "isolated");
    assert_eq!(desk.get("/v2/users/trading_preferences", "")["margin_mode"], "isolated");
    let path = format!("/v2/products/{}/orders/leverage", desk.product_id);
    assert_eq!(desk.get(&path, "")["leverage"], "100");
    assert_eq!(desk.post(&path, &json!({"leverage": 50})).0, 400);
    assert_eq!(
        desk.call("PUT", "/v2/users/margin_mode", "", r#"{"margin_mode":"isolated"}"#).0,
        200
    );
}
