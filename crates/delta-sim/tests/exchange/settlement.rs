//! What happens at 12:00 UTC.

use delta_sim::{
    CancelReason, Config, Control, EventKind, Exchange, FillSource, FillType, Micros,
    ProductChange, ProductState, RecordedTick, Refusal, Side, TransactionType, Underlying,
};
use rust_decimal::{Decimal, dec};

use crate::desk::{USER, exchange, limit, market, place, product};

/// 2026-01-15T12:00Z, the first settlement of the default setup.
fn noon(exchange: &Exchange) -> Micros {
    exchange.config().start + Micros(12 * Micros::HOUR.0)
}

/// An index that stands at 100000 and then takes three values of ten minutes each.
fn staircase(exchange: &mut Exchange) {
    let opening = noon(exchange) - Micros(30 * Micros::MINUTE.0);
    let tick = |minutes: i64, price| RecordedTick {
        at: opening + Micros(minutes * Micros::MINUTE.0) + Micros::SECOND,
        price,
    };
    let ticks = vec![
        RecordedTick { at: exchange.now(), price: dec!(100000) },
        tick(0, dec!(103000)),
        tick(10, dec!(103600)),
        tick(20, dec!(102700)),
        tick(600, dec!(102700)),
    ];
    let control = Control::Recorded { underlying: Underlying::Btc, ticks };
    exchange.control(exchange.now(), control).unwrap();
}

#[test]
fn a_short_call_pays_what_the_mean_of_the_last_half_hour_is_above_its_strike() {
    let mut exchange = exchange();
    staircase(&mut exchange);
    let in_money = product(&exchange, "C-BTC-102000-150126").id;
    let worthless = product(&exchange, "P-BTC-98000-150126").id;
    let call = place(&mut exchange, market(in_money, Side::Sell, 10)).unwrap();
    let put = place(&mut exchange, market(worthless, Side::Sell, 10)).unwrap();
    let price = exchange.ticker(worthless).unwrap().band.upper;
    let resting = place(&mut exchange, limit(worthless, Side::Sell, 1, price)).unwrap();

    exchange.advance(noon(&exchange) - Micros::SECOND);
    assert_eq!(exchange.positions(USER).len(), 2);
    exchange.take_events();
    exchange.advance(noon(&exchange));

    assert_eq!(exchange.positions(USER), []);
    let settled: Vec<_> = exchange
        .fills(USER)
        .filter(|fill| fill.fill_type == FillType::Settlement)
        .map(|fill| (fill.product_id, fill.side, fill.size, fill.price, fill.commission))
        .collect();
    assert!(settled.contains(&(in_money, Side::Buy, 10, dec!(1100), Decimal::ZERO)));
    assert!(settled.contains(&(worthless, Side::Buy, 10, Decimal::ZERO, Decimal::ZERO)));
    let paid: Vec<Decimal> = exchange
        .transactions(USER)
        .filter(|one| one.transaction_type == TransactionType::Settlement)
        .map(|one| one.amount)
        .collect();
    assert_eq!(paid, [dec!(-11)]);

    let premium = |order: &delta_sim::Order| order.average_fill_price.unwrap() * dec!(0.01);
    let fees = call.paid_commission + put.paid_commission;
    let expected = dec!(10000) + premium(&call) + premium(&put) - fees - dec!(11);
    let wallet = exchange.wallet(USER).unwrap();
    assert_eq!((wallet.balance, wallet.available_balance), (expected, expected));
    let realized: Decimal = [in_money, worthless]
        .iter()
        .map(|id| exchange.position(USER, *id).unwrap().realized_pnl)
        .sum();
    assert_eq!(realized, expected - dec!(10000) + fees);

    let resting = exchange.order(USER, resting.id).unwrap();
    assert_eq!(resting.cancellation_reason, Some(CancelReason::ProductExpired));
    let expired = exchange.product(in_money).unwrap();
    assert_eq!(expired.state, ProductState::Expired);
    assert_eq!(expired.settlement_price, Some(dec!(1100)));
    let events = exchange.take_events();
    let change = ProductChange::Settled(dec!(1100));
    let wanted = EventKind::Product { product_id: in_money, change };
    assert!(events.iter().any(|event| event.kind == wanted));
}

#[test]
fn the_mark_glides_to_the_payoff_during_the_window() {
    let mut exchange = exchange();
    staircase(&mut exchange);
    let id = product(&exchange, "C-BTC-102000-150126").id;
    exchange.advance(noon(&exchange) - Micros::seconds(1));
    let mark = exchange.quote(id).unwrap().mark;
    assert!((mark - dec!(1100)).abs() < dec!(1), "{mark}");
    let twap = exchange.spot_twap(Underlying::Btc).unwrap();
    assert!((twap - dec!(103100)).abs() < dec!(1), "{twap}");
    exchange.advance(noon(&exchange) + Micros::SECOND);
    assert_eq!(exchange.spot_twap(Underlying::Btc), None);
    assert_eq!(exchange.quote(id), None);
}

#[test]
fn expired_products_take_no_orders_and_new_ones_are_listed() {
    let mut exchange = exchange();
    let id = product(&exchange, "C-BTC-102000-150126").id;
    assert!(exchange.product_by_symbol("C-BTC-100000-180126").is_none());
    exchange.advance(noon(&exchange));
    let refused = place(&mut exchange, market(id, Side::Buy, 1));
    assert_eq!(refused, Err(Refusal::InvalidContract));
    assert!(exchange.product_by_symbol("C-BTC-100000-180126").is_some());

    exchange.advance(noon(&exchange) + Micros(4 * Micros::DAY.0));
    assert!(exchange.product(id).is_none(), "nobody traded it");
}

#[test]
fn a_traded_product_stays_visible_and_its_settlement_has_a_uuid() {
    let mut exchange = exchange();
    let id = product(&exchange, "C-BTC-102000-150126").id;
    place(&mut exchange, market(id, Side::Buy, 3)).unwrap();
    exchange.advance(noon(&exchange) + Micros(4 * Micros::DAY.0));
    assert!(exchange.product(id).is_some());
    let last = exchange.fills(USER).last().unwrap();
    let FillSource::Settlement(number) = &last.source else { panic!("{last:?}") };
    assert_eq!((number.len(), number.as_bytes()[14]), (36, b'4'));
}

#[test]
fn a_product_can_be_expired_out_of_schedule() {
    let mut exchange = exchange();
    let id = product(&exchange, "C-BTC-95000-160126").id;
    place(&mut exchange, market(id, Side::Buy, 3)).unwrap();
    exchange.control(exchange.now(), Control::Expire { product_id: id }).unwrap();
    assert_eq!(exchange.positions(USER), []);
    let payoff = exchange.spot(Underlying::Btc) - dec!(95000);
    assert_eq!(exchange.product(id).unwrap().settlement_price, Some(payoff.normalize()));
}

#[test]
fn a_step_that_does_not_meet_noon_exactly_settles_at_noon_all_the_same() {
    let config = Config { tick: Micros(250_000), ..Config::default() };
    let config = Config { start: config.start + Micros(123_456), ..config };
    let mut exchange = Exchange::new(config).unwrap();
    let id = product(&exchange, "C-BTC-102000-150126").id;
    place(&mut exchange, market(id, Side::Buy, 1)).unwrap();
    exchange.advance(exchange.now() + Micros(13 * Micros::HOUR.0));
    let at = exchange.fills(USER).last().unwrap().created_at;
    assert_eq!(at.0 % (12 * Micros::HOUR.0), 0);
}
