//! How fast a live session takes quotes and ticks that change nothing.

#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::{Decimal, dec};
use strangle_engine::client_order_id::Tag;
use strangle_engine::instrument::{
    Contract, OptionKind, ProductId, Symbol, TradingStatus, Underlying,
};
use strangle_engine::intent::{
    Fill, FillType, OrderReport, OrderRequest, Role, SendOutcome, VenueOrderState,
};
use strangle_engine::pricing::Greeks;
use strangle_engine::profile::{Profile, ProfileFields};
use strangle_engine::quote::{Level, Quote, Source, Spot};
use strangle_engine::reconcile::Part;
use strangle_engine::schedule::{Schedule, Times};
use strangle_engine::selection::Candidate;
use strangle_engine::session::{
    AccountView, Act, EngineSettings, Input, Mode, Output, Session, SessionSpec, SessionState,
    Task, World,
};

/// Inputs of one sample.
const INPUTS: u32 = 10_000;

fn main() {
    divan::main();
}

#[divan::bench]
fn quiet_quotes(bencher: divan::Bencher) {
    let (session, world, now) = live();
    let quote = quote(302, OptionKind::Call, now);
    bencher
        .counter(divan::counter::ItemsCount::new(INPUTS))
        .with_inputs(|| (session.clone(), Vec::new()))
        .bench_local_refs(|(session, out)| {
            for step in 0..INPUTS {
                let exchange_at = now + TimeDelta::milliseconds(i64::from(step / 10));
                let quote = Quote { exchange_at, ..quote };
                let input = Input::Quote { product_id: ProductId(102), quote: &quote };
                session.handle(exchange_at, &world, input, out);
            }
        });
}

#[divan::bench]
fn quiet_ticks(bencher: divan::Bencher) {
    let (session, world, now) = live();
    bencher
        .counter(divan::counter::ItemsCount::new(INPUTS))
        .with_inputs(|| (session.clone(), Vec::new()))
        .bench_local_refs(|(session, out)| {
            for step in 0..INPUTS {
                let at = now + TimeDelta::milliseconds(i64::from(step / 10));
                let input = Input::Tick { monotonic_ms: at.timestamp_millis() };
                session.handle(at, &world, input, out);
            }
        });
}

/// Returns a session that has sold both legs.
fn live() -> (Session, World, DateTime<Utc>) {
    let mut now: DateTime<Utc> = "2025-10-06T04:00:00Z".parse().unwrap();
    let profile =
        Profile::new(ProfileFields { quantity: 10, ..ProfileFields::named("bench") }).unwrap();
    let spec = SessionSpec {
        number: 1,
        strategy_id: "bench".to_owned(),
        tag: Tag::of("bench"),
        mode: Mode::Paper,
        task: Task::Strangle,
        schedule: Schedule::plan(&Times::of(&profile), now).unwrap(),
        profile,
        settings: EngineSettings::default(),
    };
    let world = World::calm();
    let (mut session, _) = Session::create(spec, now);
    let mut out = Vec::new();
    let mut asked = Vec::new();
    while session.state() != SessionState::Live {
        now += TimeDelta::seconds(1);
        session.handle(now, &world, Input::Index(Spot { price: dec!(123500), at: now }), &mut out);
        let input = Input::Tick { monotonic_ms: now.timestamp_millis() };
        session.handle(now, &world, input, &mut out);
        asked.extend(out.drain(..).filter_map(|output| match output {
            Output::Do(act) => Some(act),
            _ => None,
        }));
        for act in std::mem::take(&mut asked) {
            answer(&mut session, &world, now, &act, &mut out);
        }
    }
    out.clear();
    for (product, mark, kind) in [(102, 302, OptionKind::Call), (202, 332, OptionKind::Put)] {
        let quote = quote(mark, kind, now);
        let input = Input::Quote { product_id: ProductId(product), quote: &quote };
        session.handle(now, &world, input, &mut out);
    }
    let input = Input::Tick { monotonic_ms: now.timestamp_millis() };
    session.handle(now, &world, input, &mut out);
    (session, world, now)
}

fn answer(
    session: &mut Session,
    world: &World,
    now: DateTime<Utc>,
    act: &Act,
    out: &mut Vec<Output>,
) {
    match act {
        Act::LoadChain { .. } => {
            let chain = [
                candidate(102, 302, OptionKind::Call, now),
                candidate(202, 332, OptionKind::Put, now),
            ];
            session.handle(now, world, Input::Chain(Part::Known(&chain)), out);
        }
        Act::LoadAccount { query } => {
            let mut view = AccountView::empty(query.request, now);
            view.positions = Part::Known(Vec::new());
            view.open_orders = Part::Known(Vec::new());
            view.fills = Part::Known(Vec::new());
            session.handle(now, world, Input::Account(&view), out);
        }
        Act::Place { order } => fill(session, world, now, order, out),
        _ => {}
    }
}

fn fill(
    session: &mut Session,
    world: &World,
    now: DateTime<Utc>,
    order: &OrderRequest,
    out: &mut Vec<Output>,
) {
    let price = order.kind.price().unwrap();
    let report = OrderReport {
        client_order_id: Some(order.client_order_id.clone()),
        exchange_order_id: order.product_id.0,
        product_id: order.product_id,
        symbol: order.symbol,
        side: order.side,
        size: order.size,
        unfilled: 0,
        state: VenueOrderState::Closed,
        average_price: Some(price),
        updated_at: Some(now),
    };
    let fill = Fill {
        fill_id: order.client_order_id.as_str().to_owned(),
        client_order_id: Some(order.client_order_id.clone()),
        exchange_order_id: Some(order.product_id.0),
        product_id: order.product_id,
        symbol: order.symbol,
        side: order.side,
        size: order.size,
        price,
        role: Some(Role::Taker),
        commission: Some(dec!(0.01)),
        fill_type: FillType::Normal,
        exchange_at: now,
    };
    let client_order_id = &order.client_order_id;
    let outcome = SendOutcome::Confirmed { report };
    session.handle(now, world, Input::Sent { client_order_id, outcome: &outcome }, out);
    session.handle(now, world, Input::Fill(&fill), out);
}

fn candidate(product: i64, mark: i64, kind: OptionKind, now: DateTime<Utc>) -> Candidate {
    let strike = if kind == OptionKind::Call { dec!(126000) } else { dec!(121000) };
    let expiry = NaiveDate::from_ymd_opt(2025, 10, 7).unwrap();
    let contract = Contract {
        symbol: Symbol::option(kind, Underlying::Btc, strike, expiry).unwrap(),
        product_id: ProductId(product),
        underlying: Underlying::Btc,
        kind,
        strike,
        expiry,
        contract_value: dec!(0.001),
        tick_size: dec!(0.1),
        position_size_limit: None,
        taker_rate: None,
        maker_rate: None,
        margin: None,
    };
    Candidate {
        contract,
        quote: quote(mark, kind, now),
        open_interest: dec!(1000),
        status: TradingStatus::Operational,
    }
}

fn quote(mark: i64, kind: OptionKind, at: DateTime<Utc>) -> Quote {
    let level = |price| Some(Level { price, size: 500 });
    let mark = Decimal::from(mark);
    let delta = if kind == OptionKind::Call { 0.14 } else { -0.13 };
    Quote {
        bid: level(mark - Decimal::TWO),
        ask: level(mark + Decimal::TWO),
        mark,
        last: None,
        mark_iv: Some(0.5),
        greeks: Some(Greeks { delta, gamma: 1e-5, vega: 2.0, theta: -50.0, rho: 0.0 }),
        band: None,
        exchange_at: at,
        received_at: at,
        source: Source::Stream,
    }
}
