//! Panic without a session.

use rust_decimal::dec;

use super::dice::Faults;
use super::venue::{CALL, PUT, contract};
use super::world::{Desk, fields, spec};
use crate::client_order_id::Tag;
use crate::intent::Side;
use crate::session::desk::{Account, flatten_plan};
use crate::session::{Act, SessionState, Task};

#[test]
fn what_our_mark_owns_is_bought_back_without_a_session() {
    let mut lost = Desk::live(Faults::NONE, fields());
    lost.venue.external_trade(PUT, -3);
    let contracts = [contract(CALL), contract(PUT)];
    let (open_orders, fills) = (lost.venue.open_orders(), lost.venue.all_fills());
    let positions = lost.venue.position_reports();
    let account = Account {
        open_orders: &open_orders,
        fills: &fills,
        positions: &positions,
        contracts: &contracts,
    };

    let plan = flatten_plan(Tag::of("test"), &account);
    let sizes: Vec<i64> = plan.holdings.iter().map(|holding| holding.size).collect();
    assert_eq!(sizes, [10, 10], "what others sold is not ours");
    assert_eq!(plan.holdings[0].entry_price, dec!(300));
    assert!(flatten_plan(Tag::of("other"), &account).holdings.is_empty());

    let mut spec = spec(fields(), lost.now);
    spec.number = 8;
    spec.task = Task::Flatten { holdings: plan.holdings };
    let mut desk = Desk::with(5, Faults::NONE, spec, lost.now);
    desk.venue = lost.venue;
    desk.until_over();

    assert_eq!(desk.state(), SessionState::Closed);
    assert_eq!(desk.venue.positions[&CALL], 0);
    assert_eq!(desk.venue.positions[&PUT], -3);
    assert_eq!(desk.placed(Side::Buy).len(), 2);
}

#[test]
fn our_open_orders_are_cancelled_and_nothing_makes_a_no_op() {
    let mut resting = Desk::start(1, Faults { no_fill: 100, ..Faults::NONE }, fields());
    resting.until("resting", |desk| desk.venue.our_open_orders() == 2);
    let open_orders = resting.venue.open_orders();
    let account = Account { open_orders: &open_orders, fills: &[], positions: &[], contracts: &[] };

    let plan = flatten_plan(Tag::of("test"), &account);

    assert_eq!(plan.cancels.len(), 2);
    assert!(plan.cancels.iter().all(|act| matches!(act, Act::Cancel { .. })));
    assert!(plan.holdings.is_empty() && plan.unknown_products.is_empty());
}

#[test]
fn an_interrupted_flattening_goes_on_after_a_restart() {
    let lost = Desk::live(Faults::NONE, fields());
    let contracts = [contract(CALL), contract(PUT)];
    let (fills, positions) = (lost.venue.all_fills(), lost.venue.position_reports());
    let account =
        Account { open_orders: &[], fills: &fills, positions: &positions, contracts: &contracts };
    let mut spec = spec(fields(), lost.now);
    spec.number = 8;
    let holdings = flatten_plan(Tag::of("test"), &account).holdings;
    spec.task = Task::Flatten { holdings };
    let mut desk = Desk::with(5, Faults::NONE, spec, lost.now);
    desk.venue = lost.venue;
    desk.step();
    desk.restart();

    desk.until_over();

    assert!(desk.venue.positions.values().all(|size| *size == 0));
    let bought: i64 = desk.placed(Side::Buy).iter().map(|order| order.size).sum();
    assert_eq!(bought, 20);
}
