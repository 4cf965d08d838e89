//! Orders, cancels, fills, positions, lists.

use rust_decimal::Decimal;
use strangle::clients::delta::wire::{FillKind, OrderState, Side};
use strangle::clients::delta::{NewOrder, OrderKind, Outcome, Priority, ReadError, Which};
use strangle_engine::instrument::Underlying;

use crate::rig::{BOTH, Rig, client, confirmed, sell};

#[tokio::test]
async fn a_resting_order_is_found_by_both_ids_and_cancelled() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let (_, ask) = rig.touch(option.symbol).await;
        let price = ask + option.tick_size * Decimal::from(100);

        let placed = confirmed(rig.delta.place(&sell(&option, price, "conf-1-CE01")).await);
        let by_ours = rig.delta.find_order(&Which::ClientOrderId("conf-1-CE01".into())).await;
        let by_theirs = rig.delta.find_order(&Which::Id(placed.id.clone())).await;
        let open = rig.delta.open_orders().await.unwrap();
        let which = Which::ClientOrderId("conf-1-CE01".into());
        let cancelled = confirmed(rig.delta.cancel(&which, option.id).await);

        assert_eq!(
            (placed.state, placed.filled(), placed.limit_price),
            (OrderState::Open, 0, Some(price)),
            "{way:?}"
        );
        assert_eq!(by_ours.unwrap().unwrap().id, placed.id);
        assert_eq!(by_theirs.unwrap().unwrap().client_order_id.as_deref(), Some("conf-1-CE01"));
        assert_eq!(open.iter().map(|order| &order.id).collect::<Vec<_>>(), [&placed.id]);
        assert_eq!(cancelled.state, OrderState::Cancelled);
        assert_eq!(rig.delta.open_orders().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_fill_shows_in_order_fills_and_position_and_can_be_closed() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let since = rig.delta.now() - chrono::TimeDelta::minutes(5);
        let market = |side, id: &str, reduce_only| NewOrder {
            side,
            kind: OrderKind::Market,
            reduce_only,
            size: 1,
            priority: Priority::Exit,
            ..sell(&option, Decimal::ONE, id)
        };

        let sold = confirmed(rig.delta.place(&market(Side::Sell, "a-1-CE01", false)).await);
        let short = rig.delta.position_size(option.id, option.symbol).await.unwrap();
        let positions = rig.delta.positions(Underlying::Btc).await.unwrap();
        let bought = confirmed(rig.delta.place(&market(Side::Buy, "a-1-CX01", true)).await);
        let fills = rig.delta.fills(since).await.unwrap();

        assert_eq!((sold.filled(), bought.filled(), short), (1, 1, -1), "{way:?}");
        assert_eq!(
            positions.iter().map(|one| (one.symbol, one.size)).collect::<Vec<_>>(),
            [(option.symbol, -1)]
        );
        assert_eq!(fills.len(), 2);
        assert!(fills.iter().all(|fill| fill.kind == FillKind::Normal
            && fill.commission.is_some_and(|paid| paid > Decimal::ZERO)));
        assert_eq!(rig.delta.position_size(option.id, option.symbol).await.unwrap(), 0);
        let history = rig.delta.order_history(since).await.unwrap();
        assert_eq!(history.len(), 2, "{history:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_none_and_what_cannot_be_asked_is_an_error() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let missing = Which::ClientOrderId("nobody-1-CE01".into());
        let stranger = client(&rig.host, rig.transport.clone(), "paper", "wrong");
        let nobody = client(&rig.host, rig.transport.clone(), "", "");

        assert_eq!(rig.delta.find_order(&missing).await, Ok(None), "{way:?}");
        let refused = rig.delta.cancel(&missing, option.id).await;
        assert!(matches!(&refused, Outcome::Refused(why) if why.is_not_found()), "{refused:?}");
        let unsigned = stranger.find_order(&missing).await.unwrap_err();
        assert!(unsigned.refusal().unwrap().is_about_credentials(), "{unsigned:?}");
        assert!(matches!(nobody.find_order(&missing).await, Err(ReadError::NotSent(_))));
        assert!(matches!(
            nobody.place(&sell(&option, Decimal::ONE, "x")).await,
            Outcome::NotSent(_)
        ));
        assert_eq!(rig.taken().await, 0);
    }
}

#[tokio::test]
async fn an_order_that_breaks_a_rule_is_refused_with_its_code() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let (_, ask) = rig.touch(option.symbol).await;
        let huge = NewOrder { size: 400_000, ..sell(&option, ask, "big-1-CE01") };

        let refused = rig.delta.place(&huge).await;

        let Outcome::Refused(refusal) = refused else { panic!("{way:?}: {refused:?}") };
        assert_eq!((refusal.status, refusal.code.is_empty()), (400, false));
        assert_eq!(rig.taken().await, 0);
    }
}

#[tokio::test]
async fn long_lists_are_read_to_their_end() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let (_, ask) = rig.touch(option.symbol).await;
        let since = rig.delta.now() - chrono::TimeDelta::minutes(5);
        for number in 0..60 {
            let price = ask + option.tick_size * Decimal::from(50 + number);
            let order = NewOrder { size: 1, ..sell(&option, price, &format!("p-{number}-CE01")) };
            confirmed(rig.delta.place(&order).await);
        }

        let open = rig.delta.open_orders().await.unwrap();
        for order in &open {
            confirmed(rig.delta.cancel(&Which::Id(order.id.clone()), option.id).await);
        }

        assert_eq!(open.len(), 60, "{way:?}");
        assert_eq!(rig.delta.order_history(since).await.unwrap().len(), 60);
        assert_eq!(rig.delta.open_orders().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn the_market_and_the_account_can_be_read() {
    for way in BOTH {
        let rig = Rig::start(way).await;
        let option = rig.option().await;
        let contract = option.contract().unwrap();

        let chain = rig.delta.chain(contract.underlying, contract.expiry).await.unwrap();
        let ticker = chain.iter().find(|one| one.symbol == option.symbol).unwrap();
        let depth = rig.delta.order_book(option.symbol, 5).await.unwrap();
        let found = rig.delta.product(option.symbol).await.unwrap().unwrap();
        let balances = rig.delta.balances().await.unwrap();

        assert!(chain.len() > 20, "{way:?}: {}", chain.len());
        assert!(ticker.greeks.is_some() && ticker.mark.is_some() && ticker.price_band.is_some());
        assert_eq!(found.contract(), Some(contract));
        assert!(!depth.bids.is_empty() && !depth.asks.is_empty());
        assert_eq!(balances.first().unwrap().balance, Decimal::from(10_000));
        assert_eq!(rig.delta.margin_mode().await.unwrap(), "isolated");
        assert_eq!(rig.delta.profile().await.unwrap().user_id, "1");
        let used = rig.delta.quota().used;
        let counted = rig.delta.refresh_quota().await.unwrap();
        assert!(counted.used >= used, "{counted:?} {used}");
        assert_eq!(rig.delta.margined_positions().await.unwrap(), []);
    }
}
