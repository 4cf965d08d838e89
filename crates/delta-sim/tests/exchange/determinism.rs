//! One seed, one course: at any speed, after any restart.

use delta_sim::{
    CancelFilter, Config, Control, Distortion, Event, Exchange, JournalEntry, Ledger, LedgerError,
    Micros, Move, OrderEdit, OrderRef, ProductId, Scenario, Side, SystemStatus, TradingStatus,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::desk::{USER, call, exchange, limit, market, product};

/// 90 minutes before a settlement, and a call and a put that settle then.
fn near_expiry() -> (Exchange, [ProductId; 2]) {
    // 2026-01-16T10:30Z.
    let start = Micros(1_768_559_400_000_000);
    let exchange = Exchange::new(Config { start, ..Config::default() }).unwrap();
    let ids = ["C-BTC-100600-160126", "P-BTC-99400-160126"].map(|name| product(&exchange, name).id);
    (exchange, ids)
}

/// Something a client or the director does after a pause.
#[derive(Debug, Clone)]
enum Act {
    Market { is_call: bool, buys: bool, size: i64, reduces: bool },
    Limit { is_call: bool, buys: bool, size: i64, ticks: i64, name: u8, posts: bool },
    Edit { nth: usize, size: i64, ticks: i64 },
    Cancel { nth: usize },
    CancelAll,
    Control(Control),
}

fn control() -> impl Strategy<Value = Control> {
    let percent = |percent: i64| Move {
        after: Micros::seconds(20),
        percent: Decimal::from(percent),
        over: Micros::seconds(90),
    };
    prop_oneof![
        Just(Control::Scenario { scenario: Scenario::Crash }),
        Just(Control::Scenario { scenario: Scenario::VolSpike }),
        Just(Control::Scenario { scenario: Scenario::Chop }),
        (-5_i64..5)
            .prop_map(move |size| Control::Script { underlying: None, moves: vec![percent(size)] }),
        Just(Control::Distort {
            distortion: Distortion::Frozen,
            product_id: None,
            duration: Micros::seconds(45),
        }),
        Just(Control::System { status: SystemStatus::Maintenance }),
        Just(Control::System { status: SystemStatus::Live }),
        Just(Control::TradingStatus {
            product_id: None,
            status: TradingStatus::DisruptedCancelOnly
        }),
        Just(Control::TradingStatus { product_id: None, status: TradingStatus::Operational }),
        Just(Control::ExternalClose { user_id: USER, product_id: None }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (any::<bool>(), any::<bool>(), 1_i64..400, any::<bool>()).prop_map(
            |(is_call, buys, size, reduces)| Act::Market { is_call, buys, size, reduces }
        ),
        4 => (any::<bool>(), any::<bool>(), 1_i64..400, -20_i64..20, 0_u8..6, any::<bool>())
            .prop_map(|(is_call, buys, size, ticks, name, posts)| Act::Limit {
                is_call, buys, size, ticks, name, posts
            }),
        1 => (0_usize..4, 1_i64..400, -20_i64..20)
            .prop_map(|(nth, size, ticks)| Act::Edit { nth, size, ticks }),
        1 => (0_usize..4).prop_map(|nth| Act::Cancel { nth }),
        1 => Just(Act::CancelAll),
        2 => control().prop_map(Act::Control),
    ]
}

/// Pauses up to an hour, so that many scripts reach the settlement.
fn script() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let pause = prop_oneof![3 => 0_i64..90_000_000, 1 => 0_i64..3_600_000_000];
    prop::collection::vec((pause, act()), 1..25)
}

fn perform(exchange: &mut Exchange, [call, put]: [ProductId; 2], at: Micros, act: &Act) {
    let tick = Decimal::new(1, 1);
    let pick = |is_call| if is_call { call } else { put };
    let side = |buys| if buys { Side::Buy } else { Side::Sell };
    // Whether a command is taken or refused does not matter here, only that it is the same twice.
    match act.clone() {
        Act::Market { is_call, buys, size, reduces } => {
            let mut order = market(pick(is_call), side(buys), size);
            order.reduce_only = reduces;
            drop(exchange.place(at, USER, order));
        }
        Act::Limit { is_call, buys, size, ticks, name, posts } => {
            let id = pick(is_call);
            let mark = exchange.quote(id).map_or(Decimal::TEN, |quote| quote.mark);
            let price = (mark / tick).floor() * tick + tick * Decimal::from(ticks);
            let mut order = limit(id, side(buys), size, price);
            order.client_order_id = Some(format!("name-{name}"));
            order.post_only = posts;
            drop(exchange.place(at, USER, order));
        }
        Act::Edit { nth, size, ticks } => {
            let Some(order) = exchange.open_orders(USER).nth(nth).cloned() else { return };
            let edit = OrderEdit {
                order: OrderRef::Id(order.id),
                product_id: order.product_id,
                size: Some(size),
                limit_price: order.limit_price.map(|price| price + tick * Decimal::from(ticks)),
            };
            drop(exchange.edit(at, USER, edit));
        }
        Act::Cancel { nth } => {
            let Some(id) = exchange.open_orders(USER).nth(nth).map(|order| order.id) else {
                return;
            };
            drop(exchange.cancel(at, USER, OrderRef::Id(id), None));
        }
        Act::CancelAll => drop(exchange.cancel_all(at, USER, CancelFilter::default())),
        Act::Control(control) => drop(exchange.control(at, control)),
    }
}

/// Runs a script; between two acts time passes in steps of `step`, or at once.
fn run(script: &[(i64, Act)], step: Option<i64>) -> (Exchange, Vec<Event>, Vec<JournalEntry>) {
    let (mut exchange, ids) = near_expiry();
    for id in ids {
        exchange.watch(id);
    }
    let mut at = exchange.now();
    let mut events = Vec::new();
    for (pause, act) in script {
        let until = at + Micros(*pause);
        if let Some(step) = step {
            while at + Micros(step) < until {
                at = at + Micros(step);
                exchange.advance(at);
                events.extend(exchange.take_events());
            }
        }
        at = until;
        exchange.advance(at);
        perform(&mut exchange, ids, at, act);
    }
    events.extend(exchange.take_events());
    let journal = exchange.take_journal();
    (exchange, events, journal)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn state_and_events_do_not_depend_on_the_steps(
        script in script(),
        step in 700_000_i64..400_000_000,
    ) {
        let (straight, events, _) = run(&script, None);
        let (stepped, stepped_events, _) = run(&script, Some(step));
        prop_assert_eq!(straight.state_hash(), stepped.state_hash());
        let bytes = |events: &[Event]| serde_json::to_string(events).unwrap();
        prop_assert_eq!(bytes(&events), bytes(&stepped_events));
    }

    #[test]
    fn snapshot_and_journal_bring_the_ledger_back(script in script(), cut in 0.0_f64..1.0) {
        let (last, _, journal) = run(&script, None);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a short list"
        )]
        let cut = (journal.len() as f64 * cut) as usize;

        let (mut first, _) = near_expiry();
        journal[..cut].iter().for_each(|entry| first.replay(entry));
        let mut restored = Exchange::restore(&first.snapshot()).unwrap();
        journal[cut..].iter().for_each(|entry| restored.replay(entry));
        restored.advance(last.now());

        let bytes = |exchange: &Exchange| serde_json::to_string(&exchange.ledger()).unwrap();
        prop_assert_eq!(bytes(&restored), bytes(&last));
        prop_assert_eq!(restored.state_hash(), last.state_hash());
        prop_assert!(restored.take_journal().is_empty());
    }

    #[test]
    fn money_and_contracts_are_conserved(script in script()) {
        let (exchange, _, _) = run(&script, None);
        let ledger = exchange.ledger();
        prop_assert_eq!(ledger.verify(), Ok(()));
        for position in exchange.positions(USER) {
            let last = ledger.path(USER, position.product_id).last();
            prop_assert_eq!(last.map(|(_, size)| size), Some(position.size));
        }
    }
}

#[test]
fn a_ledger_that_was_tampered_with_does_not_verify() {
    let mut exchange = exchange();
    let id = call(&exchange);
    exchange.place(exchange.now(), USER, market(id, Side::Sell, 5)).unwrap();
    let ledger = exchange.ledger();
    let spoilt = |spoil: fn(&mut Ledger)| {
        let mut ledger = ledger.clone();
        spoil(&mut ledger);
        ledger.verify().unwrap_err()
    };
    assert_eq!(ledger.verify(), Ok(()));
    let paid = spoilt(|ledger| ledger.balances[0].1 += Decimal::ONE);
    assert_eq!(paid, LedgerError::Balance(USER));
    let sold = spoilt(|ledger| ledger.fills[0].size = 6);
    assert!(matches!(sold, LedgerError::Position(_)));
    let charged = spoilt(|ledger| ledger.fills[0].commission = Decimal::ONE);
    assert!(matches!(charged, LedgerError::Money(_)));
    let ordered = spoilt(|ledger| ledger.orders[0].unfilled_size = 1);
    assert!(matches!(ordered, LedgerError::Order(_)));
}

#[test]
fn looking_changes_nothing() {
    let (mut watched, mut alone) = (exchange(), exchange());
    for second in 1..400 {
        let at = alone.config().start + Micros::seconds(second);
        let id = call(&watched);
        if second == 50 {
            watched.watch(id);
        }
        watched.advance(at);
        assert!(watched.ticker(id).is_some() && watched.depth(id, 5).is_some());
    }
    alone.advance(watched.now());
    assert_eq!(watched.state_hash(), alone.state_hash());
}

#[test]
fn seeds_differ_and_a_seed_stays() {
    let hash = |seed| {
        let mut exchange = Exchange::new(Config { seed, ..Config::default() }).unwrap();
        exchange.advance(exchange.now() + Micros(30 * Micros::HOUR.0));
        exchange.state_hash()
    };
    assert_eq!(hash(7), hash(7));
    assert_ne!(hash(7), hash(8));
}
