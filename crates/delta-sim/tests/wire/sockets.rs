//! Sockets: sessions, channels, cadences.

use delta_sim::rest::Request;
use delta_sim::socket::{Feed, Frame};
use delta_sim::venue::{KeyAccess, Options};
use delta_sim::{Config, Micros, Venue};
use serde_json::{Value, json};

use crate::support::{Desk, KEY, subscription};

fn auth_status(desk: &mut Desk, message: &Value) -> (i64, String) {
    let socket = desk.connect(Feed::Private);
    desk.say(socket, message);
    let reply = desk.hear(socket).remove(0);
    assert_eq!(reply["type"], "key-auth");
    (reply["status_code"].as_i64().unwrap(), reply["status"].as_str().unwrap().to_owned())
}

#[test]
fn key_auth_answers_with_its_documented_statuses() {
    let mut desk = Desk::new();
    let good = desk.key_auth();
    let with = |member: &str, value: Value| {
        let mut message = good.clone();
        message["payload"][member] = value;
        message
    };
    let old = desk.at.whole_seconds() - 6;
    for (message, code, status) in [
        (good.clone(), 200, "authenticated"),
        (with("signature", Value::Null), 400, "incomplete_payload"),
        (json!({"type": "key-auth"}), 400, "incomplete_payload"),
        (with("timestamp", json!(old)), 408, "request_expired"),
        (with("api-key", json!("nobody")), 404, "api_key_not_found"),
        (with("signature", json!("00")), 401, "invalid_signature"),
    ] {
        assert_eq!(auth_status(&mut desk, &message), (code, status.to_owned()));
    }

    desk.fault(&json!({"action": "maintenance"}));
    assert_eq!(auth_status(&mut desk, &good), (500, "internal_server_error".to_owned()));

    let access = [(KEY.to_owned(), KeyAccess::AddressNotListed)].into();
    let options = Options { access, ..Options::default() };
    desk.venue = Venue::new(Config::default(), options).unwrap();
    assert_eq!(auth_status(&mut desk, &good), (401, "ip_not_whitelisted".to_owned()));
}

#[test]
fn subscriptions_add_up_and_can_be_taken_back() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.connect(Feed::Public);
    desk.say(socket, &subscription("ob_l1", &[&symbol]));
    desk.say(socket, &subscription("spot_price", &[".DEXBTUSD"]));
    let reply = desk.hear_channel(socket, "subscriptions").pop().unwrap();
    assert_eq!(
        reply["channels"],
        json!([
            {"name": "ob_l1", "symbols": [symbol]},
            {"name": "spot_price", "symbols": [".DEXBTUSD"]},
        ])
    );

    let channels = json!([{"name": "ob_l1", "symbols": [symbol]}, {"name": "spot_price"}]);
    desk.say(socket, &json!({"type": "unsubscribe", "payload": {"channels": channels}}));
    assert_eq!(desk.hear_channel(socket, "subscriptions")[0]["channels"], json!([]));
    desk.wait(Micros::seconds(20));
    assert!(desk.hear(socket).is_empty());
}

#[test]
fn each_channel_is_refused_on_its_own() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.connect(Feed::Public);
    let channels = json!([
        {"name": "ob_l1", "symbols": [symbol]},
        {"name": "ob_l2", "symbols": ["BTC-310326"]},
        {"name": "ticker", "symbols": ["NONE"]},
        {"name": "orders", "symbols": ["all"]},
        {"name": "l1_orderbook", "symbols": ["BTCUSD"]},
        {"name": "candlestick_7m", "symbols": [symbol]},
        {"name": "trades", "symbols": [7]},
    ]);
    desk.say(socket, &json!({"type": "subscribe", "payload": {"channels": channels}}));
    let reply = desk.hear_channel(socket, "subscriptions").remove(0);
    let channels = reply["channels"].as_array().unwrap();

    assert_eq!(channels[0], json!({"name": "ob_l1", "symbols": [symbol]}));
    let errors: Vec<_> =
        channels[1..].iter().map(|one| one["error"].as_str().unwrap().to_owned()).collect();
    assert_eq!(errors.len(), 6);
    assert!(errors[3].contains("use ob_l1 on the public socket") || errors[2].contains("private"));
    assert!(errors.iter().any(|error| error.contains("removed on 31 July 2026")));

    let private = desk.connect(Feed::Private);
    desk.say(private, &subscription("orders", &["all"]));
    let reply = desk.hear(private).remove(0);
    let error = reply["channels"][0]["error"].as_str().unwrap();
    assert_eq!(error, "subscription forbidden on orders. Unauthorized user");
}

#[test]
fn messages_that_are_none_are_answered_with_an_error() {
    let mut desk = Desk::new();
    let socket = desk.connect(Feed::Private);
    for text in
        ["", "{", "[]", "{}", "{\"type\":7}", "{\"type\":\"nonsense\"}", "{\"type\":\"auth\"}"]
    {
        desk.venue.receive(desk.at, socket, text);
        let reply = desk.hear(socket);
        assert_eq!(reply[0]["type"], "error", "{text}");
    }
    desk.venue.receive(desk.at, socket, &"x".repeat(70_000));
    assert_eq!(desk.hear(socket)[0]["message"], "message too long");
}

#[test]
fn the_ticker_comes_every_five_seconds_for_a_product_or_a_chain() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let chain = format!("BTC-{}", &symbol[symbol.len() - 6..]);
    let socket = desk.connect(Feed::Public);
    desk.say(socket, &subscription("ticker", &[&symbol, &chain]));
    desk.hear(socket);
    desk.wait(Micros::seconds(20));
    let messages = desk.hear_channel(socket, "ticker");

    let one: Vec<_> = messages.iter().filter(|message| message["sy"] == symbol.as_str()).collect();
    assert_eq!(one.len(), 4);
    assert_eq!(one[0]["d"][0]["g"].as_array().unwrap().len(), 5);
    let many = messages.iter().find(|message| message["sy"] == chain.as_str()).unwrap();
    assert!(many["d"].as_array().unwrap().len() > 20);
    let row = &one[0]["d"][0];
    let price = |index: usize| row["q"][index].as_str().unwrap().parse::<f64>().unwrap();
    assert!(price(0) > price(2), "ask before bid: {row}");
}

#[test]
fn the_top_is_pushed_when_it_changes_and_at_least_every_five_seconds() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.subscribe("ob_l1", &symbol);
    desk.wait(Micros::seconds(60));
    let messages = desk.hear_channel(socket, "ob_l1");

    let times: Vec<i64> = messages.iter().map(|one| one["ts"].as_i64().unwrap()).collect();
    assert!(times.windows(2).all(|two| (100_000..=5_000_000).contains(&(two[1] - two[0]))));
    assert!(messages.len() >= 12, "{}", messages.len());
    for name in ["ap", "as", "bp", "bs"] {
        assert!(messages[0][name].is_string(), "{name}");
    }
}

#[test]
fn book_updates_keep_number_and_checksum() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.subscribe("ob_updates", &symbol);
    desk.sell(3, "s-1");
    desk.wait(Micros::seconds(60));
    let messages = desk.hear_channel(socket, "ob_updates");
    assert_eq!(messages[0]["action"], "snapshot");
    assert!(messages.len() > 3);

    let mut sides: [Vec<(f64, String, String)>; 2] = [Vec::new(), Vec::new()];
    for (index, message) in messages.iter().enumerate() {
        assert_eq!(message["seq"].as_u64().unwrap(), index as u64 + 1);
        for (side, name) in sides.iter_mut().zip(["a", "b"]) {
            for level in message[name].as_array().unwrap() {
                let (price, size) = (level[0].as_str().unwrap(), level[1].as_str().unwrap());
                side.retain(|(_, known, _)| known != price);
                if size != "0" {
                    side.push((price.parse().unwrap(), price.to_owned(), size.to_owned()));
                }
            }
        }
        sides[0].sort_by(|one, two| one.0.total_cmp(&two.0));
        sides[1].sort_by(|one, two| two.0.total_cmp(&one.0));
        let text = sides.each_ref().map(|side| {
            let parts = side.iter().take(10).map(|(_, price, size)| format!("{price}:{size}"));
            parts.collect::<Vec<_>>().join(",")
        });
        let sum = crc32fast::hash(text.join("|").as_bytes());
        assert_eq!(message["cs"].as_u64().unwrap(), u64::from(sum), "message {index}");
    }
}

#[test]
fn other_public_channels_keep_their_pace() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let mark = format!("MARK:{symbol}");
    for (channel, symbol, count) in [
        ("mark_price", mark.as_str(), 15..=16),
        ("spot_price", ".DEXBTUSD", 29..=31),
        ("candlestick_1m", mark.as_str(), 6..=7),
        ("ob_l2", symbol.as_str(), 3..=60),
    ] {
        let socket = desk.subscribe(channel, symbol);
        desk.wait(Micros::seconds(30));
        let messages = desk.hear_channel(socket, channel);
        assert!(count.contains(&messages.len()), "{channel}: {}", messages.len());
        assert!(messages.iter().all(|message| message["sy"] == symbol));
    }
}

#[test]
fn the_settlement_average_is_pushed_in_the_last_half_hour() {
    let mut desk = Desk::new();
    let noon = Micros(desk.at.day_start().0 + 12 * Micros::HOUR.0);
    desk.wait(noon - Micros::seconds(1_200) - desk.at);
    let socket = desk.subscribe("spot_30mtwap_price", ".DEXBTUSD");
    desk.wait(Micros::seconds(5));

    let messages = desk.hear_channel(socket, "spot_30mtwap_price");
    assert!(messages.len() >= 5);
    assert!(messages[0]["p"].as_str().unwrap().parse::<f64>().unwrap() > 1_000.0);
}

#[test]
fn trades_of_a_watched_product_are_public() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.subscribe("trades", &symbol);
    desk.sell(2, "s-1");
    desk.wait(Micros::seconds(1));

    let messages = desk.hear_channel(socket, "trades");
    let mine = messages.iter().find(|message| message["s"] == 2).unwrap();
    assert_eq!((&mine["r"], &mine["sy"]), (&json!("m"), &json!(symbol)), "the buyer rested");
}

#[test]
fn orders_come_with_a_snapshot_and_rising_numbers() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let first = desk.rest(4, "a-1");
    let socket = desk.subscribe("orders", &symbol);
    let snapshot = desk.hear_channel(socket, "orders").remove(0);
    assert_eq!(snapshot["action"], "snapshot");
    assert_eq!(snapshot["result"][0]["id"], first["id"]);
    let start = snapshot["meta"]["seq_no"].as_u64().unwrap();

    let cancel = json!({"id": first["id"], "product_id": desk.product_id}).to_string();
    desk.call("DELETE", "/v2/orders", "", &cancel);
    desk.sell(1, "s-1");
    let messages = desk.hear_channel(socket, "orders");
    let numbers: Vec<_> = messages.iter().map(|one| one["seq_no"].as_u64().unwrap()).collect();
    let expected: Vec<_> = (start + 1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
    assert_eq!(
        (&messages[0]["action"], &messages[0]["state"]),
        (&json!("delete"), &json!("cancelled"))
    );
    assert!(messages.iter().any(|one| one["reason"] == "fill" && one["client_order_id"] == "s-1"));
}

#[test]
fn fills_positions_and_margins_are_told_to_their_owner() {
    let mut desk = Desk::new();
    let trades = desk.subscribe("v2/user_trades", "all");
    let slow = desk.subscribe("user_trades", "call_options");
    let positions = desk.subscribe("positions", "all");
    let margins = desk.subscribe("margins", "all");
    let stranger = desk.connect(Feed::Private);
    desk.sell(2, "s-1");

    let fast = desk.hear_channel(trades, "v2/user_trades").pop().unwrap();
    assert_eq!((&fast["S"], &fast["po"], &fast["c"]), (&json!("sell"), &json!(-2), &json!("s-1")));
    let full = desk.hear_channel(slow, "user_trades").pop().unwrap();
    assert!(full["commission"].is_string());
    let held = desk.hear_channel(positions, "positions");
    assert_eq!(held[0]["action"], "create");
    assert_eq!(held.last().unwrap()["size"], -2);
    assert!(!desk.hear_channel(margins, "margins").is_empty());
    assert!(desk.hear(stranger).is_empty());
}

#[test]
fn maintenance_and_disruptions_are_announced() {
    let mut desk = Desk::new();
    let status = desk.subscribe("system_status", "");
    let products = desk.subscribe("product_updates", "");
    assert_eq!(desk.hear_channel(status, "system_status")[0]["event"], "snapshot");
    let action = json!({"kind": "disrupted_cancel_only", "symbol": desk.symbol});
    desk.fault(&json!([{"when": {"for": "5s"}, "action": "maintenance"},
                       {"when": {"for": "5s"}, "action": action}]));
    desk.wait(Micros::seconds(5));

    let events = |messages: Vec<Value>| -> Vec<String> {
        messages.iter().map(|one| one["event"].as_str().unwrap().to_owned()).collect()
    };
    let status = desk.hear_channel(status, "system_status");
    assert_eq!(events(status), ["maintenance_started", "maintenance_finished"]);
    let products = desk.hear_channel(products, "product_updates");
    assert_eq!(events(products), ["market_disruption", "finish_auction"]);
}

#[test]
fn heartbeats_come_every_30_seconds_and_pings_are_answered() {
    let mut desk = Desk::new();
    let socket = desk.connect(Feed::Public);
    desk.say(socket, &json!({"type": "enable_heartbeat"}));
    desk.wait(Micros::seconds(95));
    assert_eq!(desk.hear_channel(socket, "heartbeat").len(), 3);

    desk.say(socket, &json!({"type": "ping"}));
    assert_eq!(desk.hear(socket), [json!({"type": "pong"})]);
    desk.say(socket, &json!({"type": "disable_heartbeat"}));
    desk.wait(Micros::seconds(40));
    assert!(desk.hear(socket).is_empty());
}

#[test]
fn an_idle_connection_is_closed_after_a_minute() {
    let mut desk = Desk::new();
    let socket = desk.connect(Feed::Public);
    desk.wait(Micros::seconds(59));
    assert_eq!(desk.venue.drain(), []);
    desk.wait(Micros::seconds(1));

    let frames = desk.venue.drain();
    assert!(matches!(&frames[..], [(id, Frame::Close { .. })] if *id == socket));
}

#[test]
fn a_client_that_does_not_read_is_closed_and_its_frames_forgotten() {
    let mut desk = Desk::new();
    let expiry = desk.symbol[desk.symbol.len() - 6..].to_owned();
    let socket = desk.subscribe("mark_price", &format!("BTC-{expiry}"));
    for _ in 0..60 {
        desk.wait(Micros::seconds(10));
    }

    let frames = desk.venue.drain();
    assert!(matches!(&frames[..], [(id, Frame::Close { code: 1008, .. })] if *id == socket));
}

#[test]
fn unauth_ends_the_private_channels() {
    let mut desk = Desk::new();
    let socket = desk.subscribe("orders", "all");
    desk.say(socket, &json!({"type": "unauth", "payload": {}}));
    desk.hear(socket);
    desk.sell(1, "s-1");
    assert!(desk.hear(socket).is_empty());
}

#[test]
fn a_reset_closes_every_connection() {
    let mut desk = Desk::new();
    let socket = desk.connect(Feed::Public);
    let mut reset = Request::new("POST", "/sim/reset");
    reset.body = b"{\"seed\":7}".to_vec();
    desk.send(&reset);

    let frames = desk.venue.drain();
    assert!(matches!(&frames[..], [(id, Frame::Close { .. })] if *id == socket));
}
