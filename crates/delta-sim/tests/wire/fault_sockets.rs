//! Faults at the frames of sockets.

use delta_sim::Micros;
use delta_sim::socket::Frame;
use serde_json::{Value, json};

use crate::support::Desk;

/// A desk listening to its own trades, with a fault at the n-th message of them.
fn listening(action: &str, nth: u64) -> (Desk, delta_sim::socket::SocketId) {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.subscribe("v2/user_trades", &symbol);
    desk.hear(socket);
    desk.fault(&json!({"match": {"channel": "v2/user_trades", "nth": nth}, "action": action}));
    (desk, socket)
}

fn sequences(messages: &[Value]) -> Vec<u64> {
    messages.iter().map(|message| message["se"].as_u64().unwrap()).collect()
}

fn three_trades(desk: &mut Desk, socket: delta_sim::socket::SocketId) -> Vec<u64> {
    for number in 0..3 {
        desk.sell(1, &format!("s-{number}"));
        desk.wait(Micros::seconds(2));
    }
    sequences(&desk.hear_channel(socket, "v2/user_trades"))
}

#[test]
fn without_faults_numbers_rise_by_one() {
    let (mut desk, socket) = listening("ws_gap", 99);
    assert_eq!(three_trades(&mut desk, socket), [1, 2, 3]);
}

#[test]
fn a_gap_uses_up_a_number() {
    let (mut desk, socket) = listening("ws_gap", 2);
    assert_eq!(three_trades(&mut desk, socket), [1, 3]);
}

#[test]
fn a_duplicate_comes_twice() {
    let (mut desk, socket) = listening("ws_duplicate", 2);
    assert_eq!(three_trades(&mut desk, socket), [1, 2, 2, 3]);
}

#[test]
fn a_reordered_frame_is_overtaken_by_the_next() {
    let (mut desk, socket) = listening("ws_reorder", 2);
    assert_eq!(three_trades(&mut desk, socket), [1, 3, 2]);
}

#[test]
fn a_dropped_connection_ends_without_the_frame() {
    let (mut desk, socket) = listening("ws_drop", 2);
    desk.sell(1, "s-1");
    desk.wait(Micros::seconds(2));
    assert_eq!(sequences(&desk.hear_channel(socket, "v2/user_trades")), [1]);
    desk.sell(1, "s-2");

    let frames = desk.venue.drain();
    let closed = frames
        .iter()
        .any(|(id, frame)| *id == socket && matches!(frame, Frame::Close { code: 1006, .. }));
    assert!(closed, "{frames:?}");
}

#[test]
fn a_half_open_connection_says_nothing_any_more_and_stays() {
    let (mut desk, socket) = listening("ws_half_open", 1);
    assert_eq!(three_trades(&mut desk, socket), [0; 0]);
    desk.say(socket, &json!({"type": "ping"}));
    desk.wait(Micros::seconds(120));

    assert!(desk.hear(socket).is_empty());
    assert_eq!(desk.venue.drain(), []);
}

#[test]
fn late_reports_come_late_and_in_order() {
    let mut desk = Desk::new();
    let symbol = desk.symbol.clone();
    let socket = desk.subscribe("v2/user_trades", &symbol);
    desk.fault(
        &json!({"when": {"for": "30s"}, "action": {"kind": "late_fill_report", "by": "4s"}}),
    );
    desk.sell(1, "s-1");
    desk.wait(Micros::seconds(3));
    assert!(desk.hear_channel(socket, "v2/user_trades").is_empty());

    desk.sell(1, "s-2");
    desk.wait(Micros::seconds(1));
    assert_eq!(sequences(&desk.hear_channel(socket, "v2/user_trades")), [1]);
    desk.wait(Micros::seconds(3));
    assert_eq!(sequences(&desk.hear_channel(socket, "v2/user_trades")), [2]);
}
