//! What is published.

use delta_sim::{Event, EventKind, OrderAction, Side, Underlying};

use crate::desk::{ask, call, exchange, limit, market, place, put, wait};

fn count(events: &[Event], wanted: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().filter(|event| wanted(&event.kind)).count()
}

#[test]
fn only_what_is_watched_is_published() {
    let mut exchange = exchange();
    wait(&mut exchange, 60);
    assert_eq!(exchange.take_events(), []);

    let id = call(&exchange);
    exchange.watch(id);
    exchange.watch_spot(Underlying::Btc);
    wait(&mut exchange, 60);
    let events = exchange.take_events();
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::Spot { .. })), 60);
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::Mark { .. })), 30);
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::Ticker(_))), 12);
    let tops = count(&events, |kind| matches!(kind, EventKind::L1 { .. }));
    assert!((12..=60).contains(&tops), "{tops}");
    assert!(events.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq));
    assert!(events.is_sorted_by_key(|event| (event.at, event.seq)));

    exchange.unwatch(id);
    exchange.unwatch_spot(Underlying::Btc);
    wait(&mut exchange, 60);
    assert_eq!(exchange.take_events(), []);
}

#[test]
fn what_is_published_is_what_is_asked_for() {
    let mut exchange = exchange();
    let id = put(&exchange);
    exchange.watch(id);
    wait(&mut exchange, 10);
    let quote = exchange.quote(id).unwrap();
    let events = exchange.take_events();
    let last = events.iter().rev().find_map(|event| match event.kind {
        EventKind::L1 { bid, ask, .. } => Some((bid, ask)),
        _ => None,
    });
    assert_eq!(last, Some((quote.bid, quote.ask)));
    let mark = events.iter().rev().find_map(|event| match event.kind {
        EventKind::Mark { price, .. } => Some(price),
        _ => None,
    });
    assert_eq!(mark, Some(quote.mark));
}

#[test]
fn orders_fills_positions_and_money_are_reported_in_this_order() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let names = |events: Vec<Event>| -> Vec<String> {
        let name = |event: Event| match event.kind {
            EventKind::Order { action: OrderAction::Create, .. } => "create",
            EventKind::Order { action: OrderAction::Update, .. } => "update",
            EventKind::Order { action: OrderAction::Delete, .. } => "delete",
            EventKind::Fill(_) => "fill",
            EventKind::Position { .. } => "position",
            EventKind::Wallet { .. } => "wallet",
            _ => "other",
        };
        events.into_iter().map(name).map(str::to_owned).collect()
    };
    place(&mut exchange, market(id, Side::Sell, 1)).unwrap();
    assert_eq!(names(exchange.take_events()), ["fill", "position", "delete", "wallet"]);

    let price = ask(&exchange, id);
    place(&mut exchange, limit(id, Side::Sell, 1, price)).unwrap();
    assert_eq!(names(exchange.take_events()), ["create", "wallet"]);
}
