//! Streams: what is told, what is noticed, how they come back.

use std::collections::BTreeSet;
use std::time::Duration;

use rust_decimal::Decimal;
use serde_json::json;
use strangle::clients::delta::wire::OrderState;
use strangle::clients::delta::{
    Change, Channel, MarketEvent, MarketStream, PrivateEvent, PrivateStream, StreamOptions,
    Subscription, Which,
};
use strangle_engine::instrument::{Symbol, Underlying};

use crate::rig::{BOTH, Rig, client, confirmed, sell};

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for the event that `pick` takes.
async fn market<T>(stream: &MarketStream, pick: impl Fn(&MarketEvent) -> Option<T>) -> T {
    let waiting = async {
        loop {
            let event = stream.next().await.unwrap();
            if let Some(picked) = pick(&event) {
                return picked;
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

async fn private<T>(stream: &mut PrivateStream, pick: impl Fn(&PrivateEvent) -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(picked) = pick(&stream.next().await.unwrap()) {
                return picked;
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

fn connected(event: &PrivateEvent) -> Option<u64> {
    match event {
        PrivateEvent::Connected { generation } => Some(*generation),
        _ => None,
    }
}

#[tokio::test]
async fn quotes_marks_and_index_prices_arrive_and_what_is_dropped_stops() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await.symbol;
        let index = Symbol::new(Underlying::Btc.index_symbol()).unwrap();
        let stream = MarketStream::start(&rig.tasks, &rig.delta, StreamOptions::default());
        stream.want(BTreeSet::from([
            Subscription::of(Channel::Book, option),
            Subscription::of(Channel::Ticker, option),
            Subscription::of(Channel::Mark, option),
            Subscription::of(Channel::Spot, index),
            Subscription::to(Channel::ProductUpdates),
            Subscription::to(Channel::SystemStatus),
        ]));
        rig.host.set_speed(5.0).await.unwrap();

        market(&stream, |event| {
            matches!(event, MarketEvent::Book { symbol, book, .. }
            if *symbol == option && book.bid.is_some())
            .then_some(())
        })
        .await;
        market(&stream, |event| {
            matches!(event, MarketEvent::Ticker { ticker, .. }
            if ticker.symbol == option && ticker.greeks.is_some())
            .then_some(())
        })
        .await;
        market(&stream, |event| {
            matches!(event, MarketEvent::Mark { symbol, .. }
            if *symbol == option)
            .then_some(())
        })
        .await;
        market(&stream, |event| {
            matches!(event, MarketEvent::Spot { price, .. }
            if *price > Decimal::from(1_000))
            .then_some(())
        })
        .await;
        assert!(stream.status().is_connected, "{way:?}");

        stream.want(BTreeSet::from([Subscription::of(Channel::Spot, index)]));
        tokio::time::sleep(Duration::from_millis(500)).await;
        while tokio::time::timeout(Duration::from_millis(10), stream.next()).await.is_ok() {}
        for _ in 0..3 {
            let event = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap();
            assert!(matches!(event, MarketEvent::Spot { .. }), "{way:?}: {event:?}");
        }
    }
}

#[tokio::test]
async fn orders_fills_and_positions_are_told() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let mut stream = PrivateStream::start(&rig.tasks, &rig.delta, StreamOptions::default());
        assert_eq!(private(&mut stream, connected).await, 1, "{way:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;

        let (bid, _) = rig.touch(option.symbol).await;
        let placed = confirmed(rig.delta.place(&sell(&option, bid, "ws-1-CE01")).await);
        let fill = private(&mut stream, |event| match event {
            PrivateEvent::Fill(fill) => Some(fill.clone()),
            _ => None,
        })
        .await;
        let held = private(&mut stream, |event| match event {
            PrivateEvent::Position { position, .. } => Some(position.size),
            _ => None,
        })
        .await;

        assert_eq!(fill.order_id.as_ref(), Some(&placed.id), "{way:?}");
        assert_eq!(fill.client_order_id.as_deref(), Some("ws-1-CE01"));
        assert!(held < 0);
    }
}

#[tokio::test]
async fn a_gap_is_told_and_the_stream_goes_on() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let mut stream = PrivateStream::start(&rig.tasks, &rig.delta, StreamOptions::default());
        private(&mut stream, connected).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (_, ask) = rig.touch(option.symbol).await;
        let price = ask + option.tick_size * Decimal::from(200);
        let which = |id: &str| Which::ClientOrderId(id.to_owned());

        confirmed(rig.delta.place(&sell(&option, price, "gap-1-CE01")).await);
        rig.fault(json!({"match": {"channel": "orders"}, "action": "ws_gap"})).await;
        confirmed(rig.delta.cancel(&which("gap-1-CE01"), option.id).await);
        confirmed(rig.delta.place(&sell(&option, price, "gap-2-CE01")).await);

        let channel = private(&mut stream, |event| match event {
            PrivateEvent::Gap { channel } => Some(*channel),
            _ => None,
        })
        .await;
        assert_eq!(channel, "orders", "{way:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
        confirmed(rig.delta.cancel(&which("gap-2-CE01"), option.id).await);
        let ended = private(&mut stream, |event| match event {
            PrivateEvent::Order { change: Change::Deleted, order } => Some(order.clone()),
            _ => None,
        })
        .await;
        assert_eq!(ended.client_order_id.as_deref(), Some("gap-2-CE01"));
        assert_eq!(ended.state, OrderState::Cancelled);
    }
}

#[tokio::test]
async fn dropped_and_silent_connections_are_made_again() {
    for way in BOTH {
        for fault in ["ws_drop", "ws_half_open"] {
            let rig = Rig::start(way).await;
            let option = rig.option().await;
            let mut stream = PrivateStream::start(&rig.tasks, &rig.delta, StreamOptions::default());
            private(&mut stream, connected).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let (_, ask) = rig.touch(option.symbol).await;

            rig.fault(json!({"match": {"channel": "orders"}, "action": fault})).await;
            let price = ask + option.tick_size * Decimal::from(200);
            confirmed(rig.delta.place(&sell(&option, price, "drop-1-CE01")).await);
            rig.hurry().await;
            let lost = private(&mut stream, |event| {
                matches!(event, PrivateEvent::Disconnected).then_some(())
            });
            lost.await;
            rig.host.set_speed(1.0).await.unwrap();

            assert_eq!(private(&mut stream, connected).await, 2, "{way:?} {fault}");
        }
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_and_a_wrong_clock_is_corrected() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let stranger = client(&rig.host, rig.transport.clone(), "paper", "wrong");
        let mut refused = PrivateStream::start(&rig.tasks, &stranger, StreamOptions::default());
        let status = private(&mut refused, |event| match event {
            PrivateEvent::SignInRefused { status } => Some(status.clone()),
            _ => None,
        })
        .await;
        assert_eq!(status, "invalid_signature", "{way:?}");

        rig.fault(json!({"when": {"for": "1h"}, "action": {"kind": "clock_skew", "by": "60s"}}))
            .await;
        let mut stream = PrivateStream::start(&rig.tasks, &rig.delta, StreamOptions::default());
        assert_eq!(private(&mut stream, connected).await, 1, "{way:?}");
    }
}

#[tokio::test]
async fn silence_is_told_and_so_is_its_end() {
    let rig = Rig::start(crate::rig::Way::InProcess).await;
    let option = rig.option().await.symbol;
    let stream = MarketStream::start(&rig.tasks, &rig.delta, StreamOptions::default());
    stream.want(BTreeSet::from([Subscription::of(Channel::Book, option)]));
    market(&stream, |event| matches!(event, MarketEvent::Book { .. }).then_some(())).await;

    rig.fault(json!({"when": {"for": "70s"}, "match": {"channel": "ob_l1"}, "action": "ws_gap"}))
        .await;
    rig.hurry().await;
    market(&stream, |event| matches!(event, MarketEvent::Silent).then_some(())).await;
    assert!(stream.status().is_silent);
    market(&stream, |event| matches!(event, MarketEvent::Heard).then_some(())).await;
    assert!(!stream.status().is_silent);
}
