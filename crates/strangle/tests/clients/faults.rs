//! What the client says when things go wrong. The exchange's own record is the judge.

use std::time::Duration;

use serde_json::{Value, json};
use strangle::clients::delta::wire::{Order, OrderState};
use strangle::clients::delta::{Ambiguity, NotSent, Outcome, Priority, ReadError, Which};

use crate::rig::{BOTH, Rig, Way, client, confirmed, next, sell};

/// Places one order under a fault; returns what the client says and how many orders there are.
async fn order_under(way: Way, action: &Value) -> (Rig, Outcome<Order>, usize) {
    let rig = Rig::start(way).await;
    let option = rig.option().await;
    let (_, ask) = rig.touch(option.symbol).await;
    rig.fault(next("POST", "/v2/orders", action)).await;
    if way == Way::InProcess {
        rig.hurry().await;
    }
    let order = sell(&option, ask * rust_decimal::Decimal::TWO, "f-1-CE01");
    let outcome = rig.delta.place(&order).await;
    let taken = rig.taken().await;
    (rig, outcome, taken)
}

#[tokio::test]
async fn a_lost_answer_is_ambiguous_and_the_order_is_found() {
    for way in BOTH {
        let (rig, outcome, taken) = order_under(way, &json!("lose_response")).await;

        assert!(matches!(outcome, Outcome::Ambiguous(_)), "{way:?}: {outcome:?}");
        assert_eq!(taken, 1);
        let found = rig.delta.find_order(&Which::ClientOrderId("f-1-CE01".into())).await;
        assert_eq!(found.unwrap().unwrap().state, OrderState::Open);
    }
}

#[tokio::test]
async fn a_lost_request_is_ambiguous_and_the_order_is_not_found() {
    for way in BOTH {
        let (rig, outcome, taken) = order_under(way, &json!("timeout_before")).await;

        assert!(matches!(outcome, Outcome::Ambiguous(_)), "{way:?}: {outcome:?}");
        assert_eq!(taken, 0);
        let found = rig.delta.find_order(&Which::ClientOrderId("f-1-CE01".into())).await;
        assert_eq!(found, Ok(None));
    }
}

#[tokio::test]
async fn a_refused_connection_leaves_nothing_behind() {
    let (_, outcome, taken) = order_under(Way::InProcess, &json!("connect_refused")).await;
    assert!(matches!(outcome, Outcome::NotSent(NotSent::Transport(_))), "{outcome:?}");
    assert_eq!(taken, 0);

    // Over the network the server has read the request, so the client cannot know.
    let (_, outcome, taken) = order_under(Way::Network, &json!("connect_refused")).await;
    assert!(matches!(outcome, Outcome::Ambiguous(_)), "{outcome:?}");
    assert_eq!(taken, 0);
}

#[tokio::test]
async fn no_broken_answer_to_an_order_is_taken_for_a_refusal() {
    let broken = [
        (json!({"kind": "server_error", "status": 500, "processed": true}), 1),
        (json!({"kind": "server_error", "status": 502, "processed": false}), 0),
        (json!({"kind": "server_error", "status": 503, "processed": true}), 1),
        (json!({"kind": "garbage_json", "processed": true}), 1),
        (json!({"kind": "garbage_json", "processed": false}), 0),
        (json!("html_403"), 0),
        (json!({"kind": "429", "reset": "1s"}), 0),
    ];
    for way in BOTH {
        for (action, expected) in &broken {
            let (_, outcome, taken) = order_under(way, action).await;
            assert!(matches!(outcome, Outcome::Ambiguous(_)), "{way:?} {action}: {outcome:?}");
            assert_eq!(taken, *expected, "{way:?} {action}");
        }
    }
}

#[tokio::test]
async fn unknown_fields_and_slow_answers_change_nothing() {
    for way in BOTH {
        for action in [json!("unknown_fields"), json!({"kind": "slow", "by": "200ms"})] {
            let (_, outcome, taken) = order_under(way, &action).await;
            assert!(matches!(outcome, Outcome::Confirmed(_)), "{way:?} {action}: {outcome:?}");
            assert_eq!(taken, 1);
        }
    }
}

#[tokio::test]
async fn a_look_is_tried_again_and_a_lasting_failure_is_an_error() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        rig.hurry().await;
        let twice = json!({"match": {"method": "GET", "path": "/v2/orders"}, "times": 2,
            "action": {"kind": "server_error", "status": 502}});
        rig.fault(twice).await;
        assert_eq!(rig.delta.open_orders().await, Ok(Vec::new()), "{way:?}");

        let always = json!({"match": {"method": "GET", "path": "/v2/orders"}, "times": 50,
            "action": "garbage_json"});
        rig.fault(always).await;
        let failed = rig.delta.open_orders().await;
        assert!(
            matches!(failed, Err(ReadError::Failed(Ambiguity::Unreadable(_)))),
            "{way:?}: {failed:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_clock_is_noticed_and_corrected() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        rig.fault(json!({"when": {"for": "1h"}, "action": {"kind": "clock_skew", "by": "90s"}}))
            .await;

        // The first signature is too old; the answer tells the time, and the second is good.
        assert_eq!(rig.delta.open_orders().await, Ok(Vec::new()), "{way:?}");
        let skew = rig.delta.clock_skew().unwrap();
        assert!((88_000..=92_000).contains(&skew.num_milliseconds()), "{skew}");

        let option = rig.option().await;
        let (_, ask) = rig.touch(option.symbol).await;
        let order = sell(&option, ask * rust_decimal::Decimal::TWO, "skew-1-CE01");
        confirmed(rig.delta.place(&order).await);
    }
}

#[tokio::test]
async fn an_order_with_an_old_signature_is_refused_and_not_sent_again() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let (_, ask) = rig.touch(option.symbol).await;
        rig.fault(json!({"when": {"for": "1h"}, "action": {"kind": "clock_skew", "by": "-90s"}}))
            .await;
        let order = sell(&option, ask * rust_decimal::Decimal::TWO, "old-1-CE01");

        let first = rig.delta.place(&order).await;
        let second = rig.delta.place(&order).await;

        assert!(
            matches!(&first, Outcome::Refused(why) if why.is_expired_signature()),
            "{way:?}: {first:?}"
        );
        confirmed(second);
        assert_eq!(rig.taken().await, 1);
    }
}

#[tokio::test]
async fn a_partial_fill_that_races_a_cancel_is_told() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let (_, ask) = rig.touch(option.symbol).await;
        let order = sell(&option, ask + option.tick_size, "race-1-CE01");
        let placed = confirmed(rig.delta.place(&order).await);
        rig.fault(next(
            "DELETE",
            "/v2/orders",
            &json!({"kind": "partial_then_cancel_race", "fraction": 0.5}),
        ))
        .await;

        let cancelled = rig.delta.cancel(&Which::Id(placed.id.clone()), option.id).await;

        let known = rig.delta.find_order(&Which::Id(placed.id)).await.unwrap().unwrap();
        assert!(known.state.is_final() && known.filled() >= 5, "{way:?}: {known:?}");
        assert!(!matches!(cancelled, Outcome::NotSent(_)), "{cancelled:?}");
        let size = rig.delta.position_size(option.id, option.symbol).await.unwrap();
        assert_eq!(size, -known.filled());
    }
}

#[tokio::test]
async fn a_spent_quota_keeps_looks_away_and_lets_exits_through() {
    let rig = Rig::start(Way::InProcess).await;
    rig.fault(next("GET", "/v2/profile", &json!({"kind": "429", "reset": "60s"}))).await;

    assert!(matches!(
        rig.delta.profile().await,
        Err(ReadError::NotSent(NotSent::QuotaSpent { .. }))
    ));
    let refused = rig.delta.profile().await;
    let Err(ReadError::NotSent(NotSent::QuotaSpent { retry_in })) = refused else {
        panic!("{refused:?}")
    };
    assert!(retry_in > Duration::from_secs(30), "{retry_in:?}");

    rig.host.set_speed(20.0).await.unwrap();
    rig.delta.time().sleep(Duration::from_secs(6)).await;
    let option_orders = rig.delta.open_orders().await;
    assert_eq!(option_orders, Ok(Vec::new()), "a look that exits need");
    let order =
        strangle::clients::delta::NewOrder { priority: Priority::Normal, ..sell_of_nothing() };
    assert!(matches!(rig.delta.place(&order).await, Outcome::NotSent(NotSent::QuotaSpent { .. })));
}

fn sell_of_nothing() -> strangle::clients::delta::NewOrder {
    strangle::clients::delta::NewOrder {
        product_id: strangle_engine::instrument::ProductId(1),
        side: strangle::clients::delta::wire::Side::Sell,
        size: 1,
        kind: strangle::clients::delta::OrderKind::Market,
        reduce_only: false,
        client_order_id: "none-1-CE01".to_owned(),
        priority: Priority::Exit,
    }
}

#[tokio::test]
async fn an_exchange_that_never_answers_is_left_alone() {
    let rig = Rig::start(Way::InProcess).await;
    rig.hurry().await;
    let delta = client(&rig.host, rig.transport.clone(), "paper", "paper");
    rig.fault(json!({"when": {"for": "10h"}, "match": {"path": "/v2/*"},
        "action": {"kind": "server_error", "status": 503}}))
        .await;

    for _ in 0..3 {
        assert!(delta.open_orders().await.is_err());
    }
    let left_alone = delta.open_orders().await;
    rig.host.clear_faults().await.unwrap();
    delta.time().sleep(Duration::from_secs(20)).await;

    assert_eq!(left_alone, Err(ReadError::NotSent(NotSent::LeftAlone)));
    assert_eq!(delta.open_orders().await, Ok(Vec::new()), "it is probed after a while");
}
