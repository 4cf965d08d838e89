//! Calls of the simulator itself, and its durability.

use delta_sim::faults::FaultScript;
use delta_sim::rest::Request;
use delta_sim::venue::{Latency, Options};
use delta_sim::{Micros, Underlying, Venue};
use serde_json::{Value, json};

use crate::support::{Desk, read};

fn direct(desk: &mut Desk, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let mut request = Request::new(method, path);
    if !body.is_null() {
        request.body = body.to_string().into_bytes();
    }
    read(desk.send(&request))
}

#[test]
fn status_and_ledger_tell_the_truth_without_a_signature() {
    let mut desk = Desk::new();
    desk.sell(3, "s-1");
    let (status, body) = direct(&mut desk, "GET", "/sim/ledger", &Value::Null);
    assert_eq!(status, 200);
    assert_eq!(body["result"]["orders"][0]["client_order_id"], "s-1");
    assert_eq!(body["result"]["fills"][0]["size"].as_i64().unwrap().signum(), 1);

    let (_, body) = direct(&mut desk, "GET", "/sim/status", &Value::Null);
    assert_eq!(body["result"]["seed"], 42);
    assert_eq!(body["result"]["now_us"], desk.at.0);
}

#[test]
fn a_scenario_the_clock_and_a_new_start_can_be_ordered() {
    let mut desk = Desk::new();
    assert_eq!(direct(&mut desk, "POST", "/sim/scenario", &json!({"scenario": "crash"})).0, 200);
    let (_, body) = direct(&mut desk, "POST", "/sim/clock", &json!({"advance": "5m"}));
    assert_eq!(body["result"]["now_us"], (desk.at + Micros::seconds(300)).0);
    let (status, body) = direct(&mut desk, "POST", "/sim/reset", &json!({"seed": 7}));
    assert_eq!((status, &body["result"]["seed"]), (200, &json!(7)));
    assert!(desk.venue.ledger().orders.is_empty());
}

#[test]
fn orders_to_the_simulator_that_are_wrong_are_refused_by_field() {
    let mut desk = Desk::new();
    for (path, body, param) in [
        ("/sim/scenario", json!({"scenario": "doom"}), "scenario"),
        ("/sim/clock", json!({"advance": "later"}), "advance"),
        ("/sim/clock", json!({"advance": "-5m"}), "advance"),
        ("/sim/clock", json!({"advance": "400d"}), "advance"),
        ("/sim/reset", json!({"sede": 7}), "sede"),
        ("/sim/reset", json!({"levels": 0}), "body"),
        ("/sim/fault", json!({"rules": [{"action": "nothing"}]}), "/rules/0/action"),
    ] {
        let (status, answer) = direct(&mut desk, "POST", path, &body);
        assert_eq!(status, 400, "{path} {body}");
        assert_eq!(answer["error"]["context"]["schema_errors"][0]["param"], param, "{answer}");
    }
}

#[test]
fn a_venue_comes_back_from_snapshot_and_journal_with_its_faults() {
    let mut desk = Desk::new();
    let snapshot = desk.venue.snapshot();
    desk.venue.take_journal();
    desk.fault(&json!([
        {"match": {"method": "POST", "nth": 2}, "action": "lose_response"},
        {"when": {"at": "20s", "for": "10m"}, "action": "disrupted_cancel_only"},
        {"when": "+40s", "action": "external_close"},
        {"probability": 0.3, "times": 5, "match": {"path": "/v2/profile"}, "action": "slow"},
    ]));
    desk.sell(3, "s-1");
    for _ in 0..6 {
        desk.wait(Micros::seconds(10));
        let request = desk.signed("GET", "/v2/profile", "", "");
        desk.send(&request);
        let body = desk.order("sell", 1, "900", "late").to_string();
        let request = desk.signed("POST", "/v2/orders", "", &body);
        desk.send(&request);
    }
    let journal = desk.venue.take_journal();

    let options = Options { latency: Latency::NONE, ..Options::default() };
    let mut again = Venue::restore(&snapshot, options).unwrap();
    for entry in &journal {
        let text = serde_json::to_string(entry).unwrap();
        again.replay(&serde_json::from_str(&text).unwrap());
    }
    again.advance(desk.at);
    desk.venue.advance(desk.at);

    assert_eq!(again.exchange().state_hash(), desk.venue.exchange().state_hash());
    assert_eq!(again.ledger(), desk.venue.ledger());
    again.advance(desk.at + Micros::HOUR);
    desk.venue.advance(desk.at + Micros::HOUR);
    assert_eq!(again.exchange().state_hash(), desk.venue.exchange().state_hash());
}

#[test]
fn random_faults_never_stop_the_venue_and_are_replayed_exactly() {
    for seed in 0..40 {
        let mut desk = Desk::new();
        let snapshot = desk.venue.snapshot();
        desk.venue.take_journal();
        desk.venue.install_faults(desk.at, FaultScript::random(seed)).unwrap();
        let symbol = desk.symbol.clone();
        let socket = desk.subscribe("orders", &symbol);
        for step in 0..40 {
            desk.wait(Micros::seconds(5));
            let order = desk.order("sell", 2, "900", &format!("o-{step}")).to_string();
            let cancel = json!({"client_order_id": format!("o-{step}")}).to_string();
            for (method, body) in [("POST", &order), ("GET", &String::new()), ("DELETE", &cancel)] {
                let request = desk.signed(method, "/v2/orders", "", body);
                desk.send(&request);
            }
            desk.hear(socket);
        }

        let mut again = Venue::restore(&snapshot, Options::default()).unwrap();
        for entry in desk.venue.take_journal() {
            again.replay(&entry);
        }
        again.advance(desk.at);
        let hash = desk.venue.exchange().state_hash();
        assert_eq!(again.exchange().state_hash(), hash, "seed {seed}");
        assert_eq!(again.status()["faults"], desk.venue.status()["faults"], "seed {seed}");
    }
}

#[test]
fn sockets_and_reading_do_not_change_the_course_of_the_market() {
    let course = |listens: bool| {
        let mut desk = Desk::new();
        if listens {
            let symbol = desk.symbol.clone();
            desk.subscribe("ob_updates", &symbol);
            desk.subscribe("trades", "all");
        }
        desk.sell(2, "s-1");
        for _ in 0..20 {
            desk.wait(Micros::seconds(61));
            if listens {
                desk.get("/v2/tickers", "underlying_asset_symbols=BTC");
                desk.venue.drain();
            }
        }
        (desk.venue.exchange().spot(Underlying::Btc), desk.venue.ledger().fills)
    };

    assert_eq!(course(true), course(false));
}
