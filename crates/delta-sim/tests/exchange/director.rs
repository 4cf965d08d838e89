//! What the director can do.

use delta_sim::{
    Config, ConfigError, Control, ControlError, Distortion, EventKind, Exchange, Micros, Move,
    Origin, Scenario, Side, SystemStatus, Underlying, UserId,
};
use rust_decimal::{Decimal, dec};

use crate::desk::{USER, call, exchange, limit, market, place, put, wait};

fn script(exchange: &mut Exchange, text: &str) {
    let moves = Move::script(text).unwrap();
    exchange.control(exchange.now(), Control::Script { underlying: None, moves }).unwrap();
}

#[test]
fn a_script_moves_the_index_exactly() {
    let mut exchange = exchange();
    script(&mut exchange, "at +30m move -8% over 5m");
    wait(&mut exchange, 1_800);
    let before = exchange.spot(Underlying::Btc);
    wait(&mut exchange, 150);
    let half_way = exchange.spot(Underlying::Btc) / before;
    assert!((half_way - dec!(0.9591663)).abs() < dec!(0.000001), "{half_way}");
    wait(&mut exchange, 150);
    let change = exchange.spot(Underlying::Btc) / before;
    assert!((change - dec!(0.92)).abs() < dec!(1e-9), "{change}");
}

#[test]
fn a_gap_takes_one_tick() {
    let mut exchange = exchange();
    exchange.control(exchange.now(), Control::Scenario { scenario: Scenario::Gap }).unwrap();
    wait(&mut exchange, 3_599);
    let before = exchange.spot(Underlying::Eth);
    wait(&mut exchange, 1);
    let change = exchange.spot(Underlying::Eth) / before;
    assert!((change - dec!(0.94)).abs() < dec!(1e-9), "{change}");
}

#[test]
fn regimes_go_where_their_names_say() {
    let end = |scenario| {
        let moves = (0..12).map(|seed| {
            let config = Config { seed, scenario, ..Config::default() };
            let mut exchange = Exchange::new(config).unwrap();
            let id = call(&exchange);
            wait(&mut exchange, 6 * 3_600);
            let volatility = exchange.quote(id).unwrap().mark_vol;
            (f64::try_from(exchange.spot(Underlying::Btc)).unwrap() / 1e5 - 1.0, volatility)
        });
        let moves: Vec<(f64, f64)> = moves.collect();
        let mean = moves.iter().map(|(one, _)| one).sum::<f64>() / 12.0;
        let size = moves.iter().map(|(one, _)| one.abs()).sum::<f64>() / 12.0;
        let volatility = moves.iter().map(|(_, one)| one).sum::<f64>() / 12.0;
        (mean, size, volatility)
    };
    let calm = end(Scenario::Calm);
    let crash = end(Scenario::Crash);
    assert!(crash.0 < -0.01 && crash.2 > 1.3 * calm.2, "{crash:?} {calm:?}");
    assert!(end(Scenario::MeltUp).0 > 0.005);
    assert!(end(Scenario::Weekend).1 < calm.1);
    assert!(end(Scenario::Chop).1 < calm.1, "it comes back");
    assert!(end(Scenario::VolSpike).1 > calm.1);
}

#[test]
fn another_actor_trades_and_closes_on_the_account() {
    let mut exchange = exchange();
    let id = put(&exchange);
    let control =
        Control::ExternalTrade { user_id: USER, product_id: id, side: Side::Sell, size: 7 };
    exchange.control(exchange.now(), control).unwrap();
    let order = exchange.orders(USER).next().unwrap();
    assert_eq!((order.origin, order.client_order_id.as_deref()), (Origin::External, None));
    assert_eq!(exchange.position(USER, id).unwrap().size, -7);

    let control = Control::ExternalClose { user_id: USER, product_id: None };
    exchange.control(exchange.now(), control).unwrap();
    assert_eq!(exchange.positions(USER), []);
}

#[test]
fn a_frozen_market_stands_still_and_a_stale_one_says_so() {
    for (distortion, is_stale) in [(Distortion::Frozen, false), (Distortion::Stale, true)] {
        let mut exchange = exchange();
        let id = call(&exchange);
        let before = exchange.quote(id).unwrap();
        let duration = Micros::seconds(60);
        let control = Control::Distort { distortion, product_id: None, duration };
        exchange.control(exchange.now(), control).unwrap();
        wait(&mut exchange, 30);
        let during = exchange.quote(id).unwrap();
        assert_eq!((during.mark, during.bid, during.ask), (before.mark, before.bid, before.ask));
        assert_eq!(during.at == before.at, is_stale);
        wait(&mut exchange, 30);
        assert_ne!(exchange.quote(id).unwrap().mark, before.mark);
    }
}

#[test]
fn a_crossed_market_shows_the_bid_above_the_ask() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let duration = Micros::seconds(60);
    let control =
        Control::Distort { distortion: Distortion::Crossed, product_id: Some(id), duration };
    exchange.control(exchange.now(), control).unwrap();
    let quote = exchange.quote(id).unwrap();
    assert!(quote.bid.unwrap().price > quote.ask.unwrap().price);
    exchange.control(exchange.now(), Control::Undistort).unwrap();
    let quote = exchange.quote(id).unwrap();
    assert!(quote.bid.unwrap().price < quote.ask.unwrap().price);
}

#[test]
fn the_margined_report_lags() {
    let mut exchange = exchange();
    let id = call(&exchange);
    place(&mut exchange, market(id, Side::Sell, 5)).unwrap();
    wait(&mut exchange, 2);
    assert_eq!(exchange.positions(USER).len(), 1);
    assert_eq!(exchange.margined_positions(USER), []);
    wait(&mut exchange, 1);
    assert_eq!(exchange.margined_positions(USER), exchange.positions(USER));

    let delay = Micros::seconds(11);
    let refused = exchange.control(exchange.now(), Control::PositionsDelay { delay });
    assert!(matches!(refused, Err(ControlError::Invalid { field: "delay", .. })));
}

#[test]
fn a_resting_order_can_be_filled_in_part_on_demand() {
    let mut exchange = exchange();
    let id = call(&exchange);
    let order = place(&mut exchange, limit(id, Side::Buy, 10, dec!(0.1))).unwrap();
    let fill = Control::FillOrder { user_id: USER, order_id: order.id, size: 4 };
    exchange.control(exchange.now(), fill).unwrap();
    assert_eq!(exchange.order(USER, order.id).unwrap().unfilled_size, 6);
}

#[test]
fn a_refused_control_changes_nothing() {
    let mut exchange = exchange();
    let before = exchange.state_hash();
    let user_id = UserId(77);
    let id = call(&exchange);
    for control in [
        Control::Deposit { user_id, amount: Decimal::ONE },
        Control::ExternalClose { user_id, product_id: None },
        Control::ExternalTrade { user_id: USER, product_id: id, side: Side::Buy, size: 0 },
        Control::Expire { product_id: delta_sim::ProductId(1) },
    ] {
        assert!(exchange.control(exchange.now(), control).is_err());
    }
    assert_eq!(exchange.state_hash(), before);
    assert_eq!(exchange.take_journal(), []);
}

#[test]
fn a_status_is_announced_once() {
    let mut exchange = exchange();
    for _ in 0..2 {
        let status = SystemStatus::DegradedMode;
        exchange.control(exchange.now(), Control::System { status }).unwrap();
    }
    let events = exchange.take_events();
    let kinds: Vec<_> = events.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::System(SystemStatus::DegradedMode)]);
}

#[test]
fn an_impossible_setup_is_refused_by_rule() {
    let refused = |config: Config| Exchange::new(config).err();
    let usual = Config::default;
    assert_eq!(refused(Config { tick: Micros(7), ..usual() }), Some(ConfigError::Tick));
    let odd = Micros::seconds(7);
    assert_eq!(refused(Config { tick: odd, ..usual() }), Some(ConfigError::Tick));
    assert_eq!(refused(Config { levels: 0, ..usual() }), Some(ConfigError::Levels));
    let zero = Decimal::ZERO;
    assert_eq!(refused(Config { btc_start: zero, ..usual() }), Some(ConfigError::StartPrice));
    assert_eq!(refused(Config { start: Micros(0), ..usual() }), Some(ConfigError::Start));
    let twice = vec![usual().accounts[0].clone(), usual().accounts[0].clone()];
    assert_eq!(refused(Config { accounts: twice, ..usual() }), Some(ConfigError::Accounts));
}
