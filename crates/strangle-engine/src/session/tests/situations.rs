//! The situations of the failure table that are the engine's.

use chrono::TimeDelta;
use rust_decimal::dec;

use super::dice::Faults;
use super::venue::{CALL, PUT, contract};
use super::world::{Desk, at, fields};
use crate::client_order_id::{ClientOrderId, Purpose, Tag};
use crate::exit::ExitReason;
use crate::instrument::OptionKind;
use crate::intent::{OrderKind, OrderRequest, Side};
use crate::profile::ProfileFields;
use crate::session::{Act, CloseEvidence, Command, Fact, Input, SessionState};

const STUBBORN: Faults = Faults { no_fill: 100, ..Faults::NONE };

#[test]
fn a_calm_day_goes_from_waiting_to_closed() {
    let mut desk = Desk::start(1, Faults::NONE, fields());

    desk.until_state(SessionState::Waiting);
    desk.until_state(SessionState::Live);
    assert_eq!((desk.venue.positions[&CALL], desk.venue.positions[&PUT]), (-10, -10));
    assert_eq!(desk.placed(Side::Sell).len(), 2);
    desk.until_over();

    desk.check_end();
    assert_eq!(desk.reason(), Some(ExitReason::TimeExit));
    assert_eq!(desk.placed(Side::Buy).len(), 2);
    assert!(desk.placed(Side::Buy).iter().all(|order| order.reduce_only));
}

#[test]
fn a_lost_answer_never_sells_twice() {
    let mut desk = Desk::live(Faults { lose_answer: 100, ..Faults::NONE }, fields());

    assert_eq!(desk.placed(Side::Sell).len(), 2);
    desk.until_over();
    desk.check_end();
}

#[test]
fn an_order_that_never_arrived_is_proven_absent_before_the_next_one() {
    let mut desk = Desk::start(1, Faults { lose_request: 100, ..Faults::NONE }, fields());
    desk.until("sent", |desk| desk.placed(Side::Sell).len() == 2);
    let sent = desk.now;
    desk.venue.faults = Faults::NONE;

    desk.until("sent again", |desk| desk.placed(Side::Sell).len() > 2);

    assert!(desk.now - sent >= TimeDelta::seconds(7), "{}", desk.now - sent);
    assert!(desk.now - sent <= TimeDelta::seconds(14), "{}", desk.now - sent);
    desk.until_over();
    desk.check_end();
}

#[test]
fn a_put_that_cannot_be_sold_takes_the_call_back() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.venue.refused_product = Some((PUT, "insufficient_margin"));

    desk.until_over();

    desk.check_end();
    assert_eq!(desk.state(), SessionState::EntryAborted);
    assert_eq!(desk.reason(), Some(ExitReason::EntryAborted));
    let puts = desk.placed(Side::Sell).into_iter().filter(|order| order.product_id == PUT);
    assert_eq!(puts.count(), 1, "a refusal that stays the same is not repeated");
    let bought: i64 = desk.placed(Side::Buy).iter().map(|order| order.size).sum();
    assert_eq!(bought, 10);
}

#[test]
fn legs_of_different_size_are_topped_up_then_made_equal() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.venue.cap.insert(PUT, 6);

    desk.until_state(SessionState::Live);

    assert_eq!((desk.venue.positions[&CALL], desk.venue.positions[&PUT]), (-6, -6));
    let limits = |order: &&&OrderRequest| matches!(order.kind, OrderKind::LimitIoc { .. });
    assert_eq!(desk.placed(Side::Sell).iter().filter(limits).count(), 2, "fallback and top-up");
    desk.until_over();
    desk.check_end();
}

#[test]
fn an_entry_that_does_not_trade_ends_at_its_deadline_with_nothing_open() {
    let mut desk = Desk::start(1, STUBBORN, fields());

    desk.until_over();

    desk.check_end();
    assert_eq!(desk.state(), SessionState::EntryAborted);
    assert!(desk.now < at("2025-10-06T04:03:20Z"), "{}", desk.now);
}

#[test]
fn an_exit_that_is_refused_goes_on_until_it_is_done() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.refused_side = Some(Side::Buy);
    desk.until_state(SessionState::Exiting);

    desk.run(90);
    assert_eq!(desk.state(), SessionState::Exiting);
    assert!(desk.alerted("exit_slow"));
    assert!(desk.facts("leg_closed").is_empty());
    desk.venue.refused_side = None;
    desk.until_over();

    desk.check_end();
    let orders = desk.placed(Side::Buy);
    assert!(matches!(orders[0].kind, OrderKind::LimitGtc { .. }));
    assert_eq!(orders.last().unwrap().kind, OrderKind::MarketIoc);
}

#[test]
fn a_restart_resumes_open_legs_and_sends_nothing_before_it_knows() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.marks.insert(CALL, dec!(100));
    desk.run(5);
    let peak = desk.session.ledger().trail;
    assert!(peak.max_profit_pct > 20.0 && peak.level_pct.is_some());
    let (acts, died) = (desk.acts.len(), desk.now);
    desk.venue.marks.insert(CALL, dec!(150));

    desk.restart();
    assert!(!desk.session.is_ready());
    desk.until("ready", |desk| desk.session.is_ready());

    assert_eq!(desk.state(), SessionState::Live);
    assert!(desk.now - died >= TimeDelta::seconds(10));
    assert!(!desk.acts[acts..].iter().any(|act| matches!(act, Act::Place { .. })));
    assert_eq!(desk.session.ledger().trail.max_profit_pct.to_bits(), peak.max_profit_pct.to_bits());
    assert_eq!(desk.session.ledger().trail.level_pct, peak.level_pct);
    desk.until_over();
    desk.check_end();
}

#[test]
fn a_restart_after_the_exit_time_exits_at_once() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.now = at("2025-10-06T07:00:00Z");
    desk.restart();

    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::TimeExit));
    assert!(desk.now < at("2025-10-06T07:00:40Z"), "{}", desk.now);
    desk.check_end();
}

#[test]
fn without_the_positions_there_is_no_entry() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.until_state(SessionState::Waiting);
    desk.venue.positions_fail = true;

    desk.run(120);
    assert_eq!(desk.state(), SessionState::Selecting);
    assert!(desk.placed(Side::Sell).is_empty());
    desk.venue.positions_fail = false;

    desk.until_state(SessionState::Live);
}

#[test]
fn a_symbol_somebody_else_holds_is_not_sold() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.venue.external_trade(CALL, -5);

    desk.until_over();

    assert_eq!(desk.state(), SessionState::EntryAborted);
    assert!(desk.alerted("no_expiry_available"));
    assert!(desk.placed(Side::Sell).is_empty());
}

#[test]
fn legs_closed_by_somebody_else_end_the_session_without_an_order() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.external_trade(CALL, 10);
    desk.venue.external_trade(PUT, 10);

    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::ExternalClose));
    assert!(desk.placed(Side::Buy).is_empty());
    let zero = |fact: &&Fact| {
        matches!(fact, Fact::LegClosed { evidence: CloseEvidence::ZeroTwice { .. }, .. })
    };
    assert_eq!(desk.facts("leg_closed").iter().filter(|fact| zero(fact)).count(), 2);
    assert!(desk.session.ledger().summary.as_ref().unwrap().estimated);
}

#[test]
fn what_somebody_else_closed_in_part_is_not_bought_back_again() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.external_trade(CALL, 4);

    desk.until_over();

    let bought: i64 = desk
        .placed(Side::Buy)
        .iter()
        .filter(|order| order.product_id == CALL)
        .map(|order| order.size)
        .sum();
    assert_eq!(bought, 6);
    assert_eq!(desk.venue.positions[&CALL], 0);
}

#[test]
fn what_somebody_else_sold_is_left_alone() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.external_trade(CALL, -5);

    desk.until_over();

    assert!(desk.alerted("foreign_position"));
    assert_eq!(desk.venue.positions[&CALL], -5);
    assert_eq!(desk.venue.positions[&PUT], 0);
}

#[test]
fn a_leg_somebody_turned_long_is_sold_back_only_reducing() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.external_trade(CALL, 15);

    desk.until("flat", |desk| desk.venue.positions[&CALL] == 0);

    assert!(desk.alerted("opposite_position"));
    let repair = *desk.placed(Side::Sell).last().unwrap();
    assert_eq!((repair.size, repair.reduce_only), (5, true));
    desk.until_over();
    assert_eq!(desk.venue.positions[&PUT], 0);
}

#[test]
fn an_order_of_ours_that_nobody_knows_is_cancelled() {
    let mut desk = Desk::start(1, STUBBORN, fields());
    let (tag, call) = (Tag::of("test"), contract(CALL));
    let order = OrderRequest {
        client_order_id: ClientOrderId::new(tag, 3, OptionKind::Call, Purpose::Entry, 1),
        product_id: CALL,
        symbol: call.symbol,
        side: Side::Sell,
        size: 3,
        kind: OrderKind::LimitGtc { price: dec!(300) },
        reduce_only: false,
    };
    desk.venue.place(&order).unwrap();
    desk.venue.external_trade(PUT, 0);

    desk.until_state(SessionState::Waiting);
    desk.run(2);

    assert!(desk.alerted("orphan_order"));
    assert_eq!(desk.venue.our_open_orders(), 0);
}

#[test]
fn an_order_of_somebody_else_is_left_alone() {
    let mut desk = Desk::start(1, STUBBORN, fields());
    let order = OrderRequest {
        client_order_id: ClientOrderId::from_text("manual-1").unwrap(),
        product_id: crate::instrument::ProductId(9),
        symbol: contract(PUT).symbol,
        side: Side::Buy,
        size: 3,
        kind: OrderKind::LimitGtc { price: dec!(1) },
        reduce_only: false,
    };
    desk.venue.marks.insert(order.product_id, dec!(5));
    desk.venue.place(&order).unwrap();

    desk.until_over();

    assert_eq!(desk.venue.open_orders().len(), 1);
    assert_eq!(
        desk.acts_of(|act| matches!(act, Act::Cancel { client_order_id, .. }
        if client_order_id.as_str() == "manual-1")),
        0
    );
}

#[test]
fn an_order_whose_fate_nobody_can_tell_makes_the_session_unresolved_until_it_is_known() {
    let deadline = ProfileFields { entry_deadline_seconds: 600, ..fields() };
    let mut desk = Desk::start(1, STUBBORN, deadline);
    desk.until("acknowledged", |desk| desk.facts("intent_reported").len() == 2);
    desk.venue.hidden = true;
    desk.venue.faults.lose_request = 100;

    desk.until_state(SessionState::Unresolved);
    assert!(desk.alerted("intent_unknown"));
    let orders = desk.placed(Side::Sell).len();
    assert_eq!(orders, 2, "nothing new is sent while the fate of an order is unknown");
    desk.venue.hidden = false;
    desk.venue.faults = STUBBORN;

    desk.until_over();
    desk.check_end();
}

#[test]
fn settlement_ends_what_was_left_to_people() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.command(&Command::Stop { flatten: false, by: "anna".to_owned() });
    desk.run(5);
    assert_eq!(desk.state(), SessionState::Halted);
    desk.now = at("2025-10-07T11:59:50Z");
    desk.run(5);
    assert_eq!(desk.state(), SessionState::Halted, "the exit time does not act");

    desk.run(10);
    desk.venue.settled = [(CALL, dec!(0)), (PUT, dec!(500))].into();
    desk.venue.positions.clear();
    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::Settled));
    assert!(desk.placed(Side::Buy).is_empty());
    let summary = desk.session.ledger().summary.clone().unwrap();
    // Sold at 300 and 330, settled at 0 and 500, 10 contracts of 0.001.
    assert_eq!(summary.gross, dec!(1.30));
}

#[test]
fn a_jump_of_the_clock_is_told() {
    let mut desk = Desk::live(Faults::NONE, fields());
    let monotonic_ms = desk.now.timestamp_millis();
    desk.now += TimeDelta::seconds(3);

    desk.input(Input::Tick { monotonic_ms: monotonic_ms + 500 });

    assert!(desk.alerted("clock_jump"));
}

#[test]
fn without_quotes_the_desk_asks_by_rest_says_so_and_still_leaves_on_time() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.quotes = false;

    desk.run(100);
    assert!(desk.acts_of(|act| matches!(act, Act::LoadQuotes { .. })) >= 10);
    for alert in ["mark_price_rest_fallback", "websocket_quotes_stale", "market_data_degraded"] {
        assert!(desk.alerted(alert), "{alert}");
    }
    assert!(desk.session.view(desk.now).legs[0].stale);
    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::TimeExit));
    desk.check_end();
}

#[test]
fn a_blind_desk_leaves_when_it_is_told_to() {
    let blind = ProfileFields { blind_exit_after_seconds: Some(90), ..fields() };
    let mut desk = Desk::live(Faults::NONE, blind);
    desk.quotes = false;

    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::BlindExit));
    desk.check_end();
}
