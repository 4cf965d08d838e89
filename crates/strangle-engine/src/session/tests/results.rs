//! What a session came to: its path, its extremes, what its trades cost.

use rust_decimal::dec;

use super::dice::Faults;
use super::venue::{CALL, PUT};
use super::world::{Desk, fields};
use crate::intent::{Fill, FillType, Role, Side};
use crate::session::{Act, Event, Fact, Input, SessionState};

#[test]
fn the_path_and_the_extremes_go_on_while_the_legs_are_bought_back() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.refused_side = Some(Side::Buy);
    desk.venue.marks.insert(CALL, dec!(1000));
    desk.until_state(SessionState::Exiting);
    let decided = desk.session.ledger().trail.max_drawdown;
    let points = |desk: &Desk| desk.acts_of(|act| matches!(act, Act::KeepPoint { .. }));
    let before = points(&desk);

    desk.venue.marks.insert(CALL, dec!(1400));
    desk.run(30);

    assert_eq!(desk.state(), SessionState::Exiting);
    assert!(points(&desk) > before, "the path goes on");
    let deeper = desk.session.ledger().trail.max_drawdown;
    assert_eq!(deeper - decided, dec!(4), "400 on ten contracts of 0.001");
    desk.venue.refused_side = None;
    desk.until_over();
    let summary = desk.session.ledger().summary.clone().unwrap();
    assert_eq!(summary.extremes.max_drawdown, summary.extremes.max_profit - summary.net);
}

#[test]
fn a_commission_that_comes_after_the_end_makes_the_result_exact() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.venue.uncharged = true;
    desk.until_over();
    let mut ledger = desk.session.ledger().clone();
    let estimate = ledger.summary.clone().unwrap();
    assert!(estimate.estimated);
    let late: Vec<String> =
        ledger.uncharged().map(|recorded| recorded.fill.fill_id.clone()).collect();
    assert_eq!(late.len(), 4);

    for fill_id in late {
        let fact = Fact::CommissionKnown { fill_id, commission: dec!(0.5) };
        ledger.apply(&Event { seq: ledger.seq + 1, at: desk.now, fact }).unwrap();
    }

    let exact = ledger.summary.unwrap();
    assert_eq!((exact.fees, exact.gross), (dec!(2), estimate.gross));
    assert_eq!(exact.net, exact.gross - dec!(2));
    assert!(!exact.estimated && exact.net_pct < estimate.net_pct);
}

#[test]
fn a_trade_from_the_list_of_trades_gets_its_name_from_the_order() {
    let mut desk = Desk::start(1, Faults { no_fill: 100, ..Faults::NONE }, fields());
    let acknowledged = |desk: &Desk| {
        let intents = &desk.session.ledger().intents;
        intents.len() == 2 && intents.iter().all(crate::intent::Intent::acknowledged)
    };
    desk.until("acknowledged", acknowledged);
    // The trade is the test's, not the little exchange's.
    desk.venue.external_trade(CALL, 0);
    let intent = desk.session.ledger().intents[0].clone();
    let order = &intent.plan.order;
    let fill = Fill {
        fill_id: "by-rest".to_owned(),
        client_order_id: None,
        exchange_order_id: intent.exchange_order_id,
        product_id: order.product_id,
        symbol: order.symbol,
        side: Side::Sell,
        size: 3,
        price: dec!(300),
        role: Some(Role::Maker),
        commission: Some(dec!(0.01)),
        fill_type: FillType::Normal,
        exchange_at: desk.now,
    };

    desk.input(Input::Fill(&fill));
    desk.input(Input::Fill(&Fill { exchange_order_id: Some(1), ..fill.clone() }));
    desk.input(Input::Fill(&Fill {
        fill_id: "of-others".to_owned(),
        exchange_order_id: Some(1),
        ..fill
    }));

    let [Fact::FillRecorded { fill: recorded, leg, .. }] = desk.facts("fill_recorded")[..] else {
        panic!("one trade is recorded: {:?}", desk.tail(10));
    };
    assert_eq!(recorded.client_order_id.as_ref(), Some(&order.client_order_id));
    assert_eq!((*leg, recorded.fill_id.as_str()), (intent.plan.leg, "by-rest"));
    assert_eq!(desk.session.ledger().intents[0].recorded, 3);
}

#[test]
fn slippage_is_what_trades_lost_against_the_middle_of_the_book() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.until_over();
    let ledger = desk.session.ledger();

    let sold = ledger.slippage(0, Side::Sell).unwrap();
    let total = ledger.total_slippage().unwrap();

    assert_eq!(sold.planned_price(), Some(dec!(302)), "sold at 300");
    assert_eq!((sold.size, sold.lost), (10, dec!(0.02)));
    assert_eq!((total.lost, total.base), (dec!(0.08), dec!(12.68)));
    assert!((total.pct().unwrap() - 0.630_914_8).abs() < 1e-6);
    assert_eq!(ledger.slippage(2, Side::Sell), None);
}

#[test]
fn prices_are_written_without_zeros_that_say_nothing() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.venue.marks.insert(CALL, dec!(302.000000));
    desk.venue.marks.insert(PUT, dec!(332.100000));
    desk.until_state(SessionState::Live);

    let planned = desk.facts("intent_planned");
    assert_eq!(planned.len(), 2);
    for fact in planned {
        let Fact::IntentPlanned { plan } = fact else { continue };
        let prices = [plan.order.kind.price(), plan.reference_price].map(Option::unwrap);
        assert!(prices.iter().all(|price| price.scale() <= 1), "{prices:?}");
    }
}
