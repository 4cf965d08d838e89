//! Each rule is broken on purpose: a checker that cannot fail proves nothing.

use serde_json::{Value, json};

use super::super::records::Records;
use super::*;

const CALL: &str = "C-BTC-103000-160126";
const SECOND: i64 = 1_000_000;
/// 2026-01-15T04:00:00Z.
const START: i64 = 1_768_449_600_000_000;

/// Both sides as JSON, so that a test can break any part.
#[derive(Clone)]
struct Case {
    orders: Vec<Value>,
    fills: Vec<Value>,
    positions: Vec<Value>,
    transactions: Vec<Value>,
    session: Value,
    leg: Value,
    intents: Vec<Value>,
    rows: Vec<Value>,
    events: Vec<Value>,
    points: Vec<Value>,
}

fn at(second: i64) -> String {
    let at = chrono::DateTime::from_timestamp_micros(START + second * SECOND).unwrap();
    at.to_rfc3339()
}

fn order(id: i64, name: &str, side: &str, second: i64) -> Value {
    json!({
        "id": id, "product_symbol": CALL, "side": side, "size": 5, "unfilled_size": 0,
        "order_type": "limit_order", "limit_price": "200", "time_in_force": "gtc",
        "reduce_only": side == "buy", "client_order_id": name, "state": "closed",
        "cancellation_reason": null, "origin": "api",
        "created_at": START + second * SECOND, "updated_at": START + (second + 2) * SECOND,
    })
}

fn fill(id: i64, order: i64, side: &str, second: i64) -> Value {
    json!({
        "id": id, "source": {"order": order}, "product_symbol": CALL, "side": side, "size": 5,
        "price": "200", "commission": "0.05", "created_at": START + second * SECOND,
    })
}

fn intent(name: &str, side: &str, second: i64) -> Value {
    json!({
        "client_order_id": name, "leg_id": 64, "side": side, "size": 5,
        "order_type": "limit_order", "limit_price": "200.0", "time_in_force": "gtc",
        "reduce_only": i32::from(side == "buy"), "state": "filled", "sending_at": at(second),
        "filled": 5, "fencing_token": 1,
    })
}

fn row(id: &str, name: &str, side: &str) -> Value {
    json!({
        "fill_id": id, "session_id": 1, "leg_id": 64, "client_order_id": name, "symbol": CALL,
        "side": side, "price": "200", "size": 5, "commission": "0.05", "estimated_fee": "0.05",
        "fill_type": "normal",
    })
}

fn point(second: i64, net: f64) -> Value {
    json!({"session_id": 1, "at": at(second), "net": net})
}

fn planned(name: &str, side: &str) -> Value {
    json!({"plan": {"leg": 0, "order": {"client_order_id": name, "side": side}}})
}

/// Of a basis of 1 USD.
fn limits() -> Value {
    json!({"max_loss_pct": 40.0, "max_profit_pct": 60.0, "confirm_samples": 1})
}

/// A leg that was sold, held for ten minutes, and bought back.
fn good() -> Case {
    let moved = |from: &str, to: &str| json!({"from": from, "to": to});
    let events = [
        ("session_created", json!({"spec": {"mode": "paper", "profile": limits()}}), 0),
        ("state_changed", moved("reconciling", "waiting"), 0),
        ("intent_planned", planned("a-1-CE01", "sell"), 10),
        ("intent_sending", json!({"client_order_id": "a-1-CE01"}), 10),
        ("intent_reported", json!({"client_order_id": "a-1-CE01", "state": "filled"}), 12),
        ("went_live", json!({"basis": "1"}), 12),
        ("exit_decided", json!({"reason": "time_exit"}), 600),
        ("intent_planned", planned("a-1-CX01", "buy"), 600),
        ("intent_sending", json!({"client_order_id": "a-1-CX01"}), 600),
        ("intent_reported", json!({"client_order_id": "a-1-CX01", "state": "filled"}), 602),
        ("leg_closed", json!({"leg": 0, "evidence": {"evidence": "fills"}}), 602),
        ("session_closed", json!({}), 602),
        ("state_changed", moved("exiting", "closed"), 602),
    ];
    let events = events.into_iter().zip(1..).map(|((kind, payload, second), seq)| {
        json!({
            "session_id": 1, "seq": seq, "type": kind, "payload": payload, "at": at(second),
            "fencing_token": 1,
        })
    });
    Case {
        orders: vec![order(1, "a-1-CE01", "sell", 10), order(2, "a-1-CX01", "buy", 600)],
        fills: vec![fill(7, 1, "sell", 12), fill(8, 2, "buy", 602)],
        positions: vec![
            json!({"product_symbol": CALL, "size": -5}),
            json!({"product_symbol": CALL, "size": 0}),
        ],
        transactions: vec![
            json!({"amount": "10000", "fill_id": null}),
            json!({"amount": "1", "fill_id": 7}),
            json!({"amount": "-0.05", "fill_id": 7}),
            json!({"amount": "-1", "fill_id": 8}),
            json!({"amount": "-0.05", "fill_id": 8}),
        ],
        session: json!({
            "id": 1, "mode": "paper", "state": "closed", "exit_at": at(600),
            "exit_reason": "time_exit", "gross": "0", "fees": "0.1",
            "pnl_summary": {"total_pnl_exact": "-0.1", "estimated": false},
        }),
        leg: json!({
            "id": 64, "session_id": 1, "symbol": CALL, "contract_value": "0.001",
            "target_qty": 5, "open_qty": 0,
        }),
        intents: vec![intent("a-1-CE01", "sell", 10), intent("a-1-CX01", "buy", 600)],
        rows: vec![row("7", "a-1-CE01", "sell"), row("8", "a-1-CX01", "buy")],
        events: events.collect(),
        points: vec![point(300, 0.2), point(590, -0.3)],
    }
}

impl Case {
    fn evidence(&self) -> Evidence {
        fn read<T: serde::de::DeserializeOwned>(values: &[Value]) -> Vec<T> {
            values.iter().map(|value| serde_json::from_value(value.clone()).unwrap()).collect()
        }
        let truth = json!({
            "orders": self.orders, "fills": self.fills, "positions": self.positions,
            "transactions": self.transactions,
        });
        Evidence {
            truth: serde_json::from_value(truth).unwrap(),
            records: Records {
                sessions: read(std::slice::from_ref(&self.session)),
                legs: read(std::slice::from_ref(&self.leg)),
                intents: read(&self.intents),
                fills: read(&self.rows),
                events: read(&self.events),
                points: read(&self.points),
            },
            quantity: 5,
            tolerance: SECOND,
            is_faulty: false,
            kills: Vec::new(),
        }
    }

    /// The rules that do not hold, each once.
    fn broken(&self) -> Vec<&'static str> {
        let mut rules: Vec<_> = check(&self.evidence()).iter().map(|it| it.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    fn event(&mut self, kind: &str) -> &mut Value {
        self.events.iter_mut().rev().find(|event| event["type"] == kind).unwrap()
    }
}

/// Breaks the good case and returns the rules that notice.
fn broken(change: impl FnOnce(&mut Case)) -> Vec<&'static str> {
    let mut case = good();
    change(&mut case);
    case.broken()
}

#[test]
fn a_good_run_breaks_nothing() {
    assert_eq!(check(&good().evidence()), []);
}

#[test]
fn an_order_needs_an_intent_that_was_stored_first_under_a_lease() {
    assert!(broken(|case| drop(case.intents.remove(1))).contains(&"INV-1"));
    assert_eq!(broken(|case| case.intents[0]["sending_at"] = json!(at(13))), ["INV-1"]);
    assert_eq!(broken(|case| case.intents[0]["limit_price"] = json!("201")), ["INV-1"]);
    assert_eq!(broken(|case| case.intents[0]["fencing_token"] = json!(2)), ["INV-8"]);
    assert!(broken(|case| case.orders[1]["client_order_id"] = json!(null)).contains(&"INV-1"));
    assert!(broken(|case| case.events[3]["type"] = json!("alert")).contains(&"INV-1"));
}

#[test]
fn an_order_is_accepted_once() {
    let twice = broken(|case| {
        let mut again = order(3, "a-1-CX01", "buy", 603);
        again["state"] = json!("cancelled");
        again["unfilled_size"] = json!(5);
        case.orders.push(again);
    });
    assert!(twice.contains(&"INV-1"), "{twice:?}");
}

#[test]
fn a_leg_is_never_oversold_nor_bought_beyond_nothing() {
    let oversold = broken(|case| {
        let mut more = order(3, "a-1-CE02", "sell", 20);
        more["size"] = json!(1);
        case.orders.insert(1, more);
        let mut more = fill(9, 3, "sell", 21);
        more["size"] = json!(1);
        case.fills.insert(1, more);
        case.positions.insert(1, json!({"product_symbol": CALL, "size": -6}));
    });
    assert!(oversold.contains(&"INV-2"), "{oversold:?}");
    let early = broken(|case| case.orders[1]["created_at"] = json!(START + 11 * SECOND));
    assert!(early.contains(&"INV-2"), "{early:?}");
    let long = broken(|case| case.positions[1]["size"] = json!(1));
    assert!(long.contains(&"INV-2") && long.contains(&"after the end"), "{long:?}");
    assert!(broken(|case| case.leg["target_qty"] = json!(6)).contains(&"INV-2"));
}

#[test]
fn no_order_leaves_while_another_is_in_doubt() {
    let asked = |state: &'static str| {
        broken(move |case| {
            case.events[4]["type"] = json!(state);
            case.events[4]["payload"] = json!({"client_order_id": "a-1-CE01"});
        })
    };
    assert_eq!(asked("intent_unknown"), ["INV-3"]);
    assert_eq!(asked("intent_cancel_requested"), ["INV-3"]);
    assert!(asked("intent_not_accepted").is_empty());
    let overlapping = broken(|case| case.orders[0]["updated_at"] = json!(START + 601 * SECOND));
    assert!(overlapping.contains(&"INV-3"), "{overlapping:?}");
}

#[test]
fn a_limit_that_holds_ends_the_session_within_five_seconds() {
    let with = |second, net| broken(move |case| case.points.push(point(second, net)));
    assert_eq!(with(500, -0.41), ["a limit in time"]);
    assert_eq!(with(500, 0.61), ["a limit in time"]);
    assert!(with(595, -0.41).is_empty(), "it ended five seconds later");
    assert!(with(601, -0.41).is_empty(), "the legs are being bought back");
    assert!(with(500, -0.39).is_empty() && with(500, 0.59).is_empty());
    let armed = |level: Value| {
        broken(move |case| {
            case.events[4] = json!({
                "session_id": 1, "seq": 5, "type": "extremes_moved", "at": at(12),
                "fencing_token": 1, "payload": {"extremes": {"level_pct": level}},
            });
        })
    };
    assert!(armed(json!(10.0)).contains(&"a limit in time"), "the path is at -30 % at last");
    assert!(!armed(json!(-30.0)).contains(&"a limit in time"));
    assert!(!armed(json!(null)).contains(&"a limit in time"));
    let confirmed = broken(|case| {
        case.events[0]["payload"]["spec"]["profile"]["confirm_samples"] = json!(2);
        case.points.push(point(500, -0.41));
    });
    assert!(confirmed.is_empty(), "a loss may pass before it is confirmed");
}

#[test]
fn a_leg_is_closed_with_evidence_only() {
    let claims =
        |evidence: Value| broken(|case| case.event("leg_closed")["payload"]["evidence"] = evidence);
    assert_eq!(claims(json!({"evidence": "settlement"})), ["INV-4"]);
    assert_eq!(claims(json!({"evidence": "hope"})), ["INV-4"]);
    let near = json!({"evidence": "zero_twice", "first": at(600), "second": at(602)});
    assert_eq!(claims(near), ["INV-4"]);
    let far = json!({"evidence": "zero_twice", "first": at(600), "second": at(611)});
    assert!(claims(far).is_empty());
    let early = broken(|case| case.event("leg_closed")["at"] = json!(at(300)));
    assert_eq!(early, ["INV-4"]);
}

#[test]
fn nothing_is_left_after_the_end() {
    assert!(broken(|case| case.leg["open_qty"] = json!(-5)).contains(&"INV-5"));
    assert!(broken(|case| case.positions.truncate(1)).contains(&"after the end"));
    assert!(broken(|case| case.orders[1]["state"] = json!("open")).contains(&"after the end"));
    assert!(broken(|case| case.intents[1]["state"] = json!("unknown")).contains(&"after the end"));
    assert!(broken(|case| case.intents[1]["state"] = json!("rejected")).contains(&"after the end"));
}

#[test]
fn what_others_hold_is_left_alone() {
    let foreign = |case: &mut Case, reason: Value| {
        let mut other = order(3, "", "sell", 30);
        other["client_order_id"] = json!(null);
        other["origin"] = json!("external");
        other["cancellation_reason"] = reason;
        case.orders.insert(1, other);
        case.fills.insert(1, fill(9, 3, "sell", 31));
        case.positions.truncate(1);
        case.positions.push(json!({"product_symbol": CALL, "size": -10}));
        case.positions.push(json!({"product_symbol": CALL, "size": -5}));
    };
    assert!(broken(|case| foreign(case, json!(null))).is_empty());
    assert_eq!(broken(|case| foreign(case, json!("cancelled_by_user"))), ["INV-6"]);
    assert!(broken(|case| case.leg["symbol"] = json!("P-BTC-97000-160126")).contains(&"INV-6"));
}

#[test]
fn a_session_keeps_its_mode() {
    assert_eq!(broken(|case| case.session["mode"] = json!("live")), ["INV-7"]);
    assert_eq!(broken(|case| case.events[0]["payload"]["spec"]["mode"] = json!("live")), ["INV-7"]);
}

#[test]
fn the_log_is_whole_and_an_old_lease_does_not_write() {
    assert!(broken(|case| case.events[1]["seq"] = json!(9)).contains(&"the log"));
    assert!(broken(|case| case.events[0]["fencing_token"] = json!(2)).contains(&"INV-8"));
    assert!(broken(|case| drop(case.events.pop())).contains(&"the log"));
    assert!(broken(|case| case.session["state"] = json!("live")).contains(&"the end"));
    assert!(broken(|case| case.session["pnl_summary"] = json!(null)).contains(&"the end"));
}

#[test]
fn every_fill_is_in_the_books_once_with_its_cost() {
    assert!(broken(|case| drop(case.rows.pop())).contains(&"fills"));
    assert!(broken(|case| case.rows[0]["price"] = json!("201")).contains(&"fills"));
    assert!(broken(|case| case.rows[0]["commission"] = json!("0.06")).contains(&"fills"));
    assert!(broken(|case| case.rows.push(row("9", "a-1-CX01", "buy"))).contains(&"fills"));
    assert!(broken(|case| case.intents[0]["filled"] = json!(4)).contains(&"fills"));
}

#[test]
fn the_result_is_that_of_the_fills_and_of_the_wallet() {
    assert!(broken(|case| case.session["gross"] = json!("0.00000002")).contains(&"INV-10"));
    let twice = |case: &mut Case| case.session["pnl_summary"]["total_pnl_exact"] = json!("-0.2");
    assert_eq!(broken(twice), ["INV-10"]);
    assert_eq!(broken(|case| case.transactions[4]["amount"] = json!("-0.06")), ["wallet"]);
    let guessed = |case: &mut Case| case.session["pnl_summary"]["estimated"] = json!(true);
    assert_eq!(broken(guessed), ["wallet"]);
}

#[test]
fn the_exit_is_decided_in_time_and_begins_at_once() {
    let decided = |second| {
        broken(move |case| {
            for event in case.events.iter_mut().filter(|event| event["at"] == json!(at(600))) {
                event["at"] = json!(at(second));
            }
            case.orders[1]["created_at"] = json!(START + (second + 1) * SECOND);
            case.orders[1]["updated_at"] = json!(START + (second + 1) * SECOND);
            case.fills[1]["created_at"] = json!(START + (second + 1) * SECOND);
            case.event("leg_closed")["at"] = json!(at(second + 2));
        })
    };
    assert!(decided(605).is_empty());
    assert_eq!(decided(607), ["exit in time"]);
    assert!(broken(|case| case.events[7]["at"] = json!(at(615))).contains(&"exit in time"));
    let mut excused = good();
    excused.events[7]["at"] = json!(at(615));
    let mut evidence = excused.evidence();
    evidence.kills.push(START + 605 * SECOND);
    assert_eq!(check(&evidence), []);
    assert!(
        broken(|case| case.event("exit_decided")["type"] = json!("alert"))
            .contains(&"exit in time")
    );
}
