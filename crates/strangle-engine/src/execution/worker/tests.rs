use chrono::NaiveDate;
use rust_decimal::dec;

use super::*;
use crate::client_order_id::{ClientOrderId, Tag};
use crate::instrument::{OptionKind, ProductId, Symbol, Underlying};
use crate::intent::{IntentPlan, OrderRequest};
use crate::quote::{Level, Source};

fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_760_000_000_000 + millis).unwrap()
}

fn rules() -> Rules {
    Rules {
        entry_attempts: 4,
        exit_attempts: 2,
        retry_delay: TimeDelta::seconds(2),
        entry_timeout: TimeDelta::seconds(30),
        exit_timeout: TimeDelta::seconds(5),
        partial_fill_threshold: 0.10,
        policy: LimitPricePolicy::Touch,
        fallback: MarketFallback::CollaredIoc,
        max_slippage_pct: dec!(20),
    }
}

fn contract() -> Contract {
    let expiry = NaiveDate::from_ymd_opt(2025, 10, 7).unwrap();
    let (kind, underlying) = (OptionKind::Call, Underlying::Btc);
    Contract {
        symbol: Symbol::option(kind, underlying, dec!(126000), expiry).unwrap(),
        product_id: ProductId(102),
        underlying,
        kind,
        strike: dec!(126000),
        expiry,
        contract_value: dec!(0.001),
        tick_size: dec!(0.1),
        position_size_limit: None,
        taker_rate: None,
        maker_rate: None,
        margin: None,
    }
}

fn quote() -> Quote {
    let level = |price| Some(Level { price, size: 10 });
    Quote {
        bid: level(dec!(300)),
        ask: level(dec!(304)),
        mark: dec!(302),
        last: None,
        mark_iv: None,
        greeks: None,
        band: None,
        exchange_at: at(0),
        received_at: at(0),
        source: Source::Stream,
    }
}

fn task(style: Style) -> Task {
    let entry = matches!(style, Style::Entry | Style::TopUp);
    let (purpose, side) =
        if entry { (Purpose::Entry, Side::Sell) } else { (Purpose::Exit, Side::Buy) };
    Task { purpose, side, size: 10, style, reduce_only: !entry }
}

fn tried(resting: u32, immediate: u32) -> Attempts {
    let last_end = (resting + immediate > 0).then(|| at(0));
    Attempts { resting, immediate, last_end, refused: false, hopeless: false }
}

fn step(style: Style, attempts: Attempts, now: DateTime<Utc>) -> Step {
    next_order(&task(style), &attempts, &rules(), &contract(), Some(&quote()), now)
}

fn limit(price: Decimal) -> Step {
    Step::Send { kind: OrderKind::LimitGtc { price } }
}

const MARKET: Step = Step::Send { kind: OrderKind::MarketIoc };

#[test]
fn an_entry_tries_limits_then_the_collar_then_stops() {
    assert_eq!(step(Style::Entry, tried(0, 0), at(0)), limit(dec!(300)));
    assert_eq!(step(Style::Entry, tried(1, 0), at(1_999)), Step::Wait { until: at(2_000) });
    assert_eq!(step(Style::Entry, tried(3, 0), at(2_000)), limit(dec!(300)));
    let collared = OrderKind::LimitIoc { price: dec!(241.6) };
    assert_eq!(step(Style::Entry, tried(4, 0), at(2_000)), Step::Send { kind: collared });
    assert_eq!(step(Style::Entry, tried(4, 1), at(2_000)), Step::Exhausted);
    assert_eq!(step(Style::TopUp, tried(0, 0), at(0)), Step::Send { kind: collared });
    assert_eq!(step(Style::TopUp, tried(0, 1), at(0)), Step::Exhausted);
}

#[test]
fn a_refusal_that_stays_the_same_ends_an_entry_and_never_an_exit() {
    let hopeless = Attempts { refused: true, hopeless: true, ..tried(1, 0) };

    assert_eq!(step(Style::Entry, hopeless, at(60_000)), Step::Exhausted);
    assert_eq!(step(Style::Exit, hopeless, at(60_000)), limit(dec!(304)));
}

#[test]
fn an_exit_goes_from_limits_to_market_for_ever() {
    assert_eq!(step(Style::Exit, tried(0, 0), at(0)), limit(dec!(304)));
    assert_eq!(step(Style::Exit, tried(1, 0), at(0)), limit(dec!(304)));
    assert_eq!(step(Style::Exit, tried(2, 0), at(0)), MARKET);
    for (immediate, pause) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 15), (6, 15), (1_000, 15)] {
        let tried = tried(2, immediate);
        let until = at(pause * 1_000);
        assert_eq!(step(Style::Exit, tried, at(pause * 1_000 - 1)), Step::Wait { until });
        assert_eq!(step(Style::Exit, tried, until), MARKET);
    }
    assert_eq!(step(Style::Panic, tried(0, 0), at(0)), MARKET);
}

#[test]
fn an_entry_needs_a_quote_and_an_exit_does_not() {
    let without =
        |style, attempts| next_order(&task(style), &attempts, &rules(), &contract(), None, at(0));

    assert_eq!(without(Style::Entry, tried(0, 0)), Step::NeedQuote);
    assert_eq!(without(Style::TopUp, tried(0, 0)), Step::NeedQuote);
    assert_eq!(without(Style::Exit, tried(0, 0)), MARKET);
    assert_eq!(without(Style::Exit, tried(0, 1)), Step::Wait { until: at(1_000) });
}

#[test]
fn an_entry_never_sells_below_the_collar() {
    let cheap = Quote { bid: Some(Level { price: dec!(200), size: 10 }), ..quote() };

    let step =
        next_order(&task(Style::Entry), &tried(0, 0), &rules(), &contract(), Some(&cheap), at(0));

    assert_eq!(step, limit(dec!(241.6)));
}

#[test]
fn nothing_left_is_done() {
    let done = Task { size: 0, ..task(Style::Exit) };

    let step = next_order(&done, &tried(0, 0), &rules(), &contract(), None, at(0));

    assert_eq!(step, Step::Done);
}

fn intent(state: IntentState, kind: OrderKind, filled: i64) -> Intent {
    let contract = contract();
    let plan = IntentPlan {
        leg: 0,
        option: OptionKind::Call,
        purpose: Purpose::Entry,
        attempt: 1,
        order: OrderRequest {
            client_order_id: ClientOrderId::new(
                Tag::of("x"),
                1,
                OptionKind::Call,
                Purpose::Entry,
                1,
            ),
            product_id: contract.product_id,
            symbol: contract.symbol,
            side: Side::Sell,
            size: 10,
            kind,
            reduce_only: false,
        },
        reference_price: None,
        fencing_token: 1,
    };
    let mut intent = Intent::new(plan, at(0));
    intent.state = state;
    intent.sending_at = Some(at(0));
    intent.acked_at = Some(at(0));
    intent.cancel_at = Some(at(0));
    intent.reported = filled;
    intent
}

#[test]
fn an_order_is_watched_by_its_state() {
    use IntentState::{CancelRequested, Open, PartiallyFilled, Planned, Sending, Unknown};

    const RESTS: OrderKind = OrderKind::LimitGtc { price: Decimal::ONE_HUNDRED };
    let watch = |state, kind, filled, superseded, millis| {
        watch(&intent(state, kind, filled), superseded, None, &rules(), at(millis))
    };
    let poll = |millis| Watch::Poll { until: Some(at(millis)) };
    assert_eq!(watch(Planned, RESTS, 0, None, 0), Watch::Abandon);
    assert_eq!(watch(Sending, RESTS, 0, Some("x"), 11_999), poll(12_000));
    assert_eq!(watch(Sending, RESTS, 0, None, 12_000), Watch::MarkUnknown { why: "no_answer" });
    assert_eq!(watch(Unknown, RESTS, 0, Some("x"), 99_000), Watch::Poll { until: None });
    assert_eq!(watch(Open, RESTS, 0, None, 29_999), poll(30_000));
    assert_eq!(watch(Open, RESTS, 0, None, 30_000), Watch::Cancel { why: "timeout" });
    assert_eq!(watch(Open, RESTS, 0, Some("panic"), 1), Watch::Cancel { why: "panic" });
    assert_eq!(watch(PartiallyFilled, RESTS, 1, None, 1), Watch::Cancel { why: "partial_fill" });
    assert_eq!(watch(Open, OrderKind::MarketIoc, 0, None, 9_999), poll(10_000));
    assert_eq!(watch(PartiallyFilled, OrderKind::MarketIoc, 5, None, 1), poll(10_000));
    assert_eq!(watch(CancelRequested, RESTS, 0, Some("x"), 9_999), poll(10_000));
    let unconfirmed = Watch::MarkUnknown { why: "cancel_unconfirmed" };
    assert_eq!(watch(CancelRequested, RESTS, 0, None, 10_000), unconfirmed);
}

#[test]
fn attempts_count_what_was_sent() {
    let price = Decimal::ONE_HUNDRED;
    let mut refused = intent(IntentState::Rejected, OrderKind::LimitGtc { price }, 0);
    refused.last_error = Some("insufficient_margin".to_owned());
    refused.terminal_at = Some(at(5));
    let abandoned = intent(IntentState::Abandoned, OrderKind::LimitGtc { price }, 0);
    let market = intent(IntentState::Filled, OrderKind::MarketIoc, 10);

    let attempts = Attempts::of([&market, &abandoned, &refused].into_iter());

    let last_end = Some(at(5));
    let expected = Attempts { resting: 1, immediate: 1, last_end, refused: true, hopeless: true };
    assert_eq!(attempts, expected);
}
