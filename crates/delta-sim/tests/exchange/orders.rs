//! How orders live and die.

use delta_sim::{
    CancelFilter, CancelReason, Control, Distortion, DuplicatePolicy, Micros, OptionKind,
    OrderEdit, OrderRef, OrderState, Refusal, Role, Side, SystemStatus, TimeInForce, TradingStatus,
    UserId,
};
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use crate::desk::{USER, ask, bid, call, exchange, limit, market, place, put, wait};

#[test]
fn a_market_sell_fills_at_the_bid_and_pays_fee_and_margin() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let best = exchange.quote(id).unwrap().bid.unwrap();
    let before = exchange.wallet(USER).unwrap();

    let order = place(&mut exchange, market(id, Side::Sell, 10)).unwrap();
    assert_eq!(order.state, OrderState::Closed);
    assert_eq!(order.average_fill_price, Some(best.price.normalize()));

    let fill = exchange.fills(USER).next().unwrap().clone();
    assert_eq!((fill.size, fill.role, fill.position_after), (10, Role::Taker, -10));
    let premium = best.price * dec!(0.01);
    let capped = premium * dec!(0.05) * dec!(1.18);
    assert_eq!(fill.commission, capped, "a cheap option pays at most 5 % of its premium");
    assert_eq!(order.paid_commission, fill.commission);

    let after = exchange.wallet(USER).unwrap();
    assert_eq!(after.balance, before.balance + premium - fill.commission);
    let index = fill.index_price;
    assert_eq!(after.position_margin, index * dec!(0.0001) + premium);
    assert_eq!(after.order_margin, Decimal::ZERO);
}

#[test]
fn what_an_account_takes_is_gone_until_the_book_refreshes() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let before = exchange.depth(id, 10).unwrap();
    let first = before.bids[0];
    place(&mut exchange, market(id, Side::Sell, first.size + 3)).unwrap();

    let after = exchange.depth(id, 10).unwrap();
    assert_eq!(after.bids[0].price, before.bids[1].price);
    assert_eq!(after.bids[0].size, before.bids[1].size - 3);
    assert_eq!(after.asks, before.asks);
    wait(&mut exchange, 5);
    let later = exchange.depth(id, 10).unwrap();
    assert_eq!(later.bids.len(), 10);
}

#[test]
fn a_resting_order_fills_in_parts_as_maker_and_the_rest_can_be_cancelled() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let price = ask(&exchange, id);
    let order = place(&mut exchange, limit(id, Side::Sell, 2_000, price)).unwrap();
    assert_eq!((order.state, order.unfilled_size), (OrderState::Open, 2_000));
    let reserved = order.reserved_margin;
    assert_eq!(exchange.wallet(USER).unwrap().order_margin, reserved);

    wait(&mut exchange, 60);
    let now = exchange.order(USER, order.id).unwrap().clone();
    assert!(now.filled_size() > 0 && now.unfilled_size > 0, "{}", now.filled_size());
    assert!(now.reserved_margin < reserved);
    assert!(exchange.fills(USER).all(|fill| fill.role == Role::Maker && fill.price == price));
    assert!(exchange.fills(USER).count() > 1);

    let at = exchange.now();
    let ended = exchange.cancel(at, USER, OrderRef::Id(order.id), Some(id)).unwrap();
    assert_eq!(ended.cancellation_reason, Some(CancelReason::CancelledByUser));
    assert_eq!(exchange.wallet(USER).unwrap().order_margin, Decimal::ZERO);
    let again = exchange.cancel(at, USER, OrderRef::Id(order.id), None);
    assert_eq!(again, Err(Refusal::OpenOrderNotFound));
}

#[test]
fn own_resting_orders_fill_by_price_and_then_by_time() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let touch = ask(&exchange, id);
    let worse = place(&mut exchange, limit(id, Side::Sell, 50, touch)).unwrap();
    let first = place(&mut exchange, limit(id, Side::Sell, 50, touch - dec!(0.1))).unwrap();
    let second = place(&mut exchange, limit(id, Side::Sell, 50, touch - dec!(0.1))).unwrap();
    wait(&mut exchange, 1_800);
    let order: Vec<_> = exchange.fills(USER).map(|fill| fill.source.clone()).collect();
    let place_of =
        |wanted| order.iter().position(|source| *source == delta_sim::FillSource::Order(wanted));
    let (first, second) = (place_of(first.id), place_of(second.id));
    assert!(first.is_some() && first < second && second < place_of(worse.id), "{order:?}");
}

#[test]
fn a_move_through_a_resting_order_fills_it_at_its_own_price() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let price = ask(&exchange, id) + dec!(5);
    let order = place(&mut exchange, limit(id, Side::Sell, 20, price)).unwrap();
    let moves = delta_sim::Move::script("at 10s move 2% over 60s").unwrap();
    exchange.control(exchange.now(), Control::Script { underlying: None, moves }).unwrap();
    wait(&mut exchange, 80);
    let order = exchange.order(USER, order.id).unwrap();
    assert_eq!(order.state, OrderState::Closed);
    assert_eq!(order.average_fill_price, Some(price.normalize()));
}

#[test]
fn an_immediate_limit_order_takes_what_its_price_reaches() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let top = exchange.quote(id).unwrap().ask.unwrap();
    let mut order = limit(id, Side::Buy, top.size + 10, top.price);
    order.time_in_force = TimeInForce::Ioc;
    let order = place(&mut exchange, order).unwrap();
    assert_eq!(order.state, OrderState::Cancelled);
    assert_eq!(order.cancellation_reason, Some(CancelReason::IocUnfilled));
    assert_eq!((order.filled_size(), order.unfilled_size), (top.size, 10));
    assert_eq!(exchange.open_orders(USER).count(), 0);
}

#[test]
fn post_only_never_takes() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let mut order = limit(id, Side::Buy, 1, ask(&exchange, id));
    order.post_only = true;
    let refused = place(&mut exchange, order.clone());
    assert_eq!(refused, Err(Refusal::ImmediateExecutionPostOnly));
    order.limit_price = Some(bid(&exchange, id));
    assert_eq!(place(&mut exchange, order.clone()).unwrap().state, OrderState::Open);

    order.side = Side::Sell;
    let inside = ask(&exchange, id) - dec!(0.1);
    order.limit_price = Some(inside);
    place(&mut exchange, order.clone()).unwrap();
    order.side = Side::Buy;
    let own = place(&mut exchange, order);
    assert_eq!(own, Err(Refusal::SelfMatchingDisruptedPostOnly));
}

#[test]
fn reduce_only_is_clipped_at_placing_and_while_resting() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let mut close = market(id, Side::Buy, 10);
    close.reduce_only = true;
    let refused = place(&mut exchange, close.clone());
    assert_eq!(refused, Err(Refusal::NoPositionForReduceOnly));

    place(&mut exchange, market(id, Side::Sell, 4)).unwrap();
    let mut resting = limit(id, Side::Buy, 9, bid(&exchange, id));
    resting.reduce_only = true;
    let resting = place(&mut exchange, resting).unwrap();
    assert_eq!(resting.size, 4);
    assert_eq!(place(&mut exchange, close).unwrap().size, 4);
    assert_eq!(exchange.positions(USER), []);
    wait(&mut exchange, 1);
    let resting = exchange.order(USER, resting.id).unwrap();
    assert_eq!(resting.cancellation_reason, Some(CancelReason::ReduceOnly));
}

#[test]
fn prices_outside_the_band_or_off_the_grid_are_refused() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let band = exchange.ticker(id).unwrap().band;
    let high = place(&mut exchange, limit(id, Side::Buy, 1, band.upper + dec!(0.1)));
    let expected = Refusal::PriceOutOfBand { lower: band.lower, upper: band.upper };
    assert_eq!(high, Err(expected));
    let off = place(&mut exchange, limit(id, Side::Buy, 1, dec!(10.05)));
    assert!(matches!(off, Err(Refusal::BadSchema { field, .. }) if field == "limit_price"));
    assert!(place(&mut exchange, limit(id, Side::Buy, 1, dec!(0.1))).is_ok());
}

#[test]
fn a_repeated_name_follows_the_policy() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let mut order = limit(id, Side::Buy, 1, dec!(0.1));
    order.client_order_id = Some("a".to_owned());
    let first = place(&mut exchange, order.clone()).unwrap();
    let refusal = Refusal::DuplicateClientOrderId { client_order_id: "a".to_owned() };
    assert_eq!(place(&mut exchange, order.clone()), Err(refusal.clone()));

    exchange.cancel(exchange.now(), USER, OrderRef::Client("a".to_owned()), None).unwrap();
    let second = place(&mut exchange, order.clone()).unwrap();
    assert_eq!(exchange.order_by_client_id(USER, "a").map(|one| one.id), Some(second.id));
    assert!(second.id > first.id);

    let mut with = |policy| {
        exchange.control(exchange.now(), Control::DuplicatePolicy { policy }).unwrap();
        exchange.cancel_all(exchange.now(), USER, CancelFilter::default()).unwrap();
        place(&mut exchange, order.clone())
    };
    assert_eq!(with(DuplicatePolicy::RejectEver), Err(refusal));
    assert!(with(DuplicatePolicy::Allow).is_ok());
}

#[test]
fn an_edit_changes_terms_and_may_trade() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let price = bid(&exchange, id) - dec!(1);
    let order = place(&mut exchange, limit(id, Side::Buy, 5, price)).unwrap();
    let edit = OrderEdit {
        order: OrderRef::Id(order.id),
        product_id: id,
        size: Some(7),
        limit_price: None,
    };
    let edited = exchange.edit(exchange.now(), USER, edit.clone()).unwrap();
    assert_eq!((edited.size, edited.unfilled_size, edited.limit_price), (7, 7, Some(price)));

    let through = Some(ask(&exchange, id));
    let edit = OrderEdit { size: None, limit_price: through, ..edit };
    let edited = exchange.edit(exchange.now(), USER, edit.clone()).unwrap();
    assert_eq!(edited.state, OrderState::Closed);
    let gone = exchange.edit(exchange.now(), USER, edit);
    assert_eq!(gone, Err(Refusal::OpenOrderNotFound));
}

#[test]
fn a_mass_cancellation_takes_what_fits() {
    let mut exchange = exchange();
    for id in [call(&exchange), put(&exchange)] {
        for _ in 0..2 {
            place(&mut exchange, limit(id, Side::Buy, 1, dec!(0.1))).unwrap();
        }
    }
    let calls = CancelFilter { product_id: None, kinds: vec![OptionKind::Call] };
    assert_eq!(exchange.cancel_all(exchange.now(), USER, calls).unwrap().len(), 2);
    let put = CancelFilter { product_id: Some(put(&exchange)), kinds: Vec::new() };
    assert_eq!(exchange.cancel_all(exchange.now(), USER, put).unwrap().len(), 2);
    assert_eq!(exchange.open_orders(USER).count(), 0);
}

#[test]
fn a_poor_account_is_told_what_is_missing() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let refused = place(&mut exchange, market(id, Side::Sell, 20_000)).unwrap_err();
    let Refusal::InsufficientMargin { available_balance, required_additional_balance } = refused
    else {
        panic!("{refused}");
    };
    assert_eq!(available_balance, dec!(10000));
    assert!(required_additional_balance > Decimal::ZERO);
    assert_eq!(exchange.orders(USER).count(), 0);

    let big = place(&mut exchange, limit(id, Side::Buy, 50_001, dec!(0.1)));
    assert_eq!(big, Err(Refusal::RiskLimitsBreached { limit: 50_000 }));
}

#[test]
fn closing_needs_no_margin() {
    let mut exchange = exchange();
    let id = call(&exchange);
    place(&mut exchange, market(id, Side::Sell, 100)).unwrap();
    let all = exchange.wallet(USER).unwrap().available_balance;
    let control = Control::Deposit { user_id: USER, amount: -all };
    exchange.control(exchange.now(), control).unwrap();
    assert!(place(&mut exchange, market(id, Side::Sell, 1)).is_err());
    assert_eq!(place(&mut exchange, market(id, Side::Buy, 100)).unwrap().filled_size(), 100);
}

#[test]
fn a_disrupted_product_takes_cancellations_only() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let order = place(&mut exchange, limit(id, Side::Buy, 1, dec!(0.1))).unwrap();
    let status = TradingStatus::DisruptedCancelOnly;
    let control = Control::TradingStatus { product_id: Some(id), status };
    exchange.control(exchange.now(), control).unwrap();
    let refused = place(&mut exchange, limit(id, Side::Buy, 1, dec!(0.1)));
    assert_eq!(refused, Err(Refusal::MarketDisruptedCancelOnlyMode));
    let other = put(&exchange);
    assert!(place(&mut exchange, limit(other, Side::Buy, 1, dec!(0.1))).is_ok());
    assert!(exchange.cancel(exchange.now(), USER, OrderRef::Id(order.id), None).is_ok());
}

#[test]
fn maintenance_refuses_everything_and_strangers_are_unknown() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let stranger = exchange.place(exchange.now(), UserId(9), market(id, Side::Buy, 1));
    assert_eq!(stranger, Err(Refusal::UnknownAccount));
    let control = Control::System { status: SystemStatus::Maintenance };
    exchange.control(exchange.now(), control).unwrap();
    assert_eq!(place(&mut exchange, market(id, Side::Buy, 1)), Err(Refusal::Unavailable));
}

#[test]
fn nothing_trades_in_an_empty_or_crossed_market() {
    for distortion in [Distortion::Empty, Distortion::Crossed] {
        let mut exchange = exchange();
        let id = call(&exchange);
        let duration = Micros::seconds(30);
        let control = Control::Distort { distortion, product_id: Some(id), duration };
        exchange.control(exchange.now(), control).unwrap();
        let refused = place(&mut exchange, market(id, Side::Buy, 1));
        assert_eq!(refused, Err(Refusal::OrderSizeExceedAvailable { limit: 0 }));
        wait(&mut exchange, 31);
        assert!(place(&mut exchange, market(id, Side::Buy, 1)).is_ok());
    }
}

proptest! {
    #[test]
    fn no_order_is_so_odd_that_the_exchange_stumbles(
        contracts in prop_oneof![any::<i64>(), 1_i64..1_000],
        mantissa in any::<u64>(),
        scale in 0_u32..20,
        factor in prop_oneof![Just(1_u64), any::<u64>()],
        flags in any::<[bool; 4]>(),
        name in prop::option::of(".{0,40}"),
    ) {
        let mut exchange = exchange();
        let id = call(&exchange);
        place(&mut exchange, market(id, Side::Sell, 5)).unwrap();
        let [buys, is_limit, posts, reduces] = flags;
        let side = if buys { Side::Buy } else { Side::Sell };
        let scaled = i128::from(mantissa) * i128::from(factor >> 33);
        let price = Decimal::try_from_i128_with_scale(scaled, scale).unwrap_or_default();
        let mut order = limit(id, side, contracts, price);
        if !is_limit {
            order = market(id, side, contracts);
        }
        order.post_only = posts;
        order.reduce_only = reduces;
        order.client_order_id = name;
        drop(place(&mut exchange, order));
        wait(&mut exchange, 3);
        prop_assert_eq!(exchange.ledger().verify(), Ok(()));
    }
}
