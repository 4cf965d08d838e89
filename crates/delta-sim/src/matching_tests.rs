use rust_decimal::dec;

use super::*;

fn asks() -> Book {
    let levels = [(101, 5), (102, 10), (105, 50)];
    let asks = levels.map(|(price, size)| Level { price: Decimal::from(price), size });
    Book { asks: asks.to_vec(), ..Book::default() }
}

fn buy(size: i64, limit: Option<Decimal>) -> Incoming {
    Incoming {
        side: Side::Buy,
        size,
        order_type: if limit.is_some() { OrderType::LimitOrder } else { OrderType::MarketOrder },
        limit_price: limit,
        time_in_force: TimeInForce::Ioc,
        post_only: false,
        reduce_only: false,
    }
}

#[test]
fn a_market_order_walks_the_book_by_price() {
    let matched = asks().submit(0, &buy(12, None)).unwrap();
    let fills: Vec<(Decimal, i64)> =
        matched.fills.iter().map(|fill| (fill.price, fill.size)).collect();
    assert_eq!(fills, [(dec!(101), 5), (dec!(102), 7)]);
    assert_eq!((matched.filled, matched.unfilled, matched.state), (12, 0, OrderState::Closed));
    let average = matched.average_fill_price.unwrap();
    assert!((average - dec!(101.583333333333333)).abs() < dec!(1e-9));
}

#[test]
fn a_limit_stops_the_walk_and_the_rest_is_cancelled_or_rests() {
    let mut ioc = buy(12, Some(dec!(101.5)));
    let matched = asks().submit(0, &ioc).unwrap();
    assert_eq!((matched.filled, matched.unfilled), (5, 7));
    assert_eq!(matched.state, OrderState::Cancelled);

    ioc.time_in_force = TimeInForce::Gtc;
    assert_eq!(asks().submit(0, &ioc).unwrap().state, OrderState::Open);
}

#[test]
fn a_market_order_larger_than_the_book_ends_unfilled_in_part() {
    let matched = asks().submit(0, &buy(70, None)).unwrap();
    assert_eq!((matched.filled, matched.unfilled), (65, 5));
    assert_eq!(matched.state, OrderState::Cancelled);
}

#[test]
fn a_post_only_order_at_the_touch_is_refused_and_below_it_rests() {
    let mut order = buy(1, Some(dec!(101)));
    order.post_only = true;
    order.time_in_force = TimeInForce::Gtc;
    let refusal = asks().submit(0, &order).unwrap_err();
    assert_eq!((refusal.code(), refusal.status()), ("immediate_execution_post_only", 400));

    order.limit_price = Some(dec!(100.9));
    let matched = asks().submit(0, &order).unwrap();
    assert_eq!((matched.filled, matched.state), (0, OrderState::Open));
}

#[test]
fn a_reduce_only_order_is_clipped_and_never_opens() {
    let mut order = buy(10, None);
    order.reduce_only = true;
    let matched = asks().submit(-4, &order).unwrap();
    assert_eq!((matched.size, matched.filled, matched.position_after), (4, 4, 0));
    for position in [0, 3] {
        let refused = asks().submit(position, &order);
        assert_eq!(refused, Err(Refusal::NoPositionForReduceOnly));
    }
}

#[test]
fn what_was_taken_is_gone() {
    let mut book = asks();
    book.submit(0, &buy(7, None)).unwrap();
    let second = book.submit(7, &buy(1, None)).unwrap();
    assert_eq!(second.average_fill_price, Some(dec!(102)));
}

#[test]
fn an_order_whose_price_does_not_fit_its_type_is_refused_by_field() {
    let refused = |order: Incoming| match asks().submit(0, &order).unwrap_err() {
        Refusal::BadSchema { field, .. } => field,
        other => panic!("{other}"),
    };
    let limit = Incoming { order_type: OrderType::LimitOrder, ..buy(1, None) };
    assert_eq!(refused(limit), "limit_price");
    assert_eq!(refused(buy(1, Some(Decimal::ZERO))), "limit_price");
    assert_eq!(refused(buy(0, None)), "size");
    let market = Incoming { limit_price: Some(dec!(100)), ..buy(1, None) };
    assert_eq!(refused(market), "limit_price");
    assert_eq!(refused(Incoming { post_only: true, ..buy(1, None) }), "post_only");
}
