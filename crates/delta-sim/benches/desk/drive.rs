//! Drives sessions through the core of the simulator, without transport and store.

use chrono::{DateTime, NaiveDate, Utc};
use delta_sim::{
    Config, EventKind, Exchange, FillSource, Micros, NewOrder, Order, OrderRef, OrderState,
    OrderType, Side as SimSide, TimeInForce, UserId,
};
use rust_decimal::Decimal;
use strangle_engine::client_order_id::{ClientOrderId, Tag};
use strangle_engine::instrument::{Contract, ProductId, TradingStatus, Underlying};
use strangle_engine::intent::{
    CancelOutcome, Fill, FillType, OrderReport, OrderRequest, Role, SendOutcome, Side,
    VenueOrderState,
};
use strangle_engine::profile::{Profile, ProfileFields};
use strangle_engine::quote::{Level, Quote, Source, Spot};
use strangle_engine::reconcile::{LookUpAnswer, Part};
use strangle_engine::schedule::{Schedule, Times};
use strangle_engine::selection::Candidate;
use strangle_engine::session::{
    AccountView, Act, EngineSettings, Input, Mode, Output, PositionReport, Session, SessionSpec,
    SessionState, Settlement, Task, World,
};

const USER: UserId = UserId(1);

/// A desk on a simulated exchange.
pub(crate) struct Desk {
    exchange: Exchange,
    world: World,
    session: Option<Session>,
    number: u64,
    out: Vec<Output>,
    pub(crate) inputs: u64,
    pub(crate) facts: u64,
}

impl Desk {
    pub(crate) fn new(start: DateTime<Utc>) -> Self {
        let config = Config { start: Micros::at(start), ..Config::default() };
        Self {
            exchange: Exchange::new(config).expect("a good setup"),
            world: World::calm(),
            session: None,
            number: 0,
            out: Vec::new(),
            inputs: 0,
            facts: 0,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        instant(self.exchange.now())
    }

    pub(crate) fn session(&self) -> &Session {
        self.session.as_ref().expect("a session")
    }

    pub(crate) fn state(&self) -> SessionState {
        self.session().state()
    }

    pub(crate) fn reason(&self) -> String {
        let summary = self.session().ledger().summary.as_ref();
        summary.map_or("none", |summary| summary.exit_reason.as_str()).to_owned()
    }

    pub(crate) fn sleep_until(&mut self, at: DateTime<Utc>) {
        self.exchange.advance(Micros::at(at));
        self.exchange.take_events();
        self.exchange.take_journal();
    }

    /// Opens a session that enters at 09:30 and leaves at 15:20.
    pub(crate) fn open(&mut self) {
        let fields = ProfileFields { quantity: 10, ..ProfileFields::named("bench") };
        let profile = Profile::new(fields).expect("a good profile");
        self.number += 1;
        let now = self.now();
        let spec = SessionSpec {
            number: self.number,
            strategy_id: format!("bench-{}", self.number),
            tag: Tag::of("bench"),
            mode: Mode::Paper,
            task: Task::Strangle,
            schedule: Schedule::plan(&Times::of(&profile), now).expect("a window"),
            profile,
            settings: EngineSettings::default(),
        };
        let (session, _) = Session::create(spec, now);
        self.session = Some(session);
    }

    /// One second of the market: index, both quotes, what the account heard, the clock.
    pub(crate) fn second(&mut self) {
        self.exchange.advance(self.exchange.now() + Micros::SECOND);
        let now = self.now();
        let spot = Spot { price: self.exchange.spot(Underlying::Btc), at: now };
        self.tell(now, Input::Index(spot));
        let mut open = [None; 2];
        for (place, leg) in open.iter_mut().zip(&self.session().ledger().legs) {
            *place = Some(leg.contract.product_id);
        }
        for product_id in open.into_iter().flatten() {
            if let Some(quote) = self.quote(product_id, now) {
                self.tell(now, Input::Quote { product_id, quote: &quote });
            }
        }
        self.hear(now);
        self.tell(now, Input::Tick { monotonic_ms: now.timestamp_millis() });
    }

    /// What a leg would have to cost so that every limit is broken.
    pub(crate) fn ruinous_quote(&self, at: DateTime<Utc>) -> (ProductId, Quote) {
        let leg = self.session().ledger().legs.first().expect("a leg");
        let product_id = leg.contract.product_id;
        let quote = self.quote(product_id, at).expect("a market");
        (product_id, Quote { mark: quote.mark * Decimal::TEN, exchange_at: at, ..quote })
    }

    /// The orders that a quote makes leave.
    pub(crate) fn orders_after(
        &self,
        session: &mut Session,
        at: DateTime<Utc>,
        product_id: ProductId,
        quote: &Quote,
    ) -> Vec<OrderRequest> {
        let mut out = Vec::new();
        session.handle(at, &self.world, Input::Quote { product_id, quote }, &mut out);
        out.into_iter()
            .filter_map(|output| match output {
                Output::Do(Act::Place { order }) => Some(order),
                _ => None,
            })
            .collect()
    }

    /// Tells the session something and does what it asks, until it asks nothing more.
    fn tell(&mut self, now: DateTime<Utc>, input: Input<'_>) {
        self.inputs += 1;
        let mut out = std::mem::take(&mut self.out);
        let session = self.session.as_mut().expect("a session");
        session.handle(now, &self.world, input, &mut out);
        for output in out.drain(..) {
            match output {
                Output::Record(_) => self.facts += 1,
                Output::Commit => {}
                Output::Do(act) => self.act(now, act),
            }
        }
        if self.out.capacity() == 0 {
            self.out = out;
        }
    }

    fn act(&mut self, now: DateTime<Utc>, act: Act) {
        match act {
            Act::LoadChain { from, to, .. } => {
                let chain = self.chain(from, to, now);
                self.tell(now, Input::Chain(Part::Known(&chain)));
            }
            Act::Place { order } => self.place(now, &order),
            Act::Cancel { client_order_id, .. } => {
                let name = OrderRef::Client(client_order_id.as_str().to_owned());
                let outcome = match self.exchange.cancel(self.exchange.now(), USER, name, None) {
                    Ok(order) => CancelOutcome::Confirmed { report: Some(report(&order)) },
                    Err(_) => CancelOutcome::OpenOrderNotFound,
                };
                let client_order_id = &client_order_id;
                self.tell(now, Input::CancelAnswered { client_order_id, outcome: &outcome });
            }
            Act::LookUp { client_order_id, .. } => {
                let answer = self.look_up(&client_order_id, now);
                let client_order_id = &client_order_id;
                self.tell(now, Input::LookedUp { client_order_id, answer: &answer });
            }
            Act::LoadAccount { query } => {
                let mut view = AccountView::empty(query.request, now);
                let positions = self.exchange.positions(USER);
                let position = |it: &delta_sim::Position| PositionReport {
                    product_id: it.product_id,
                    symbol: it.product_symbol,
                    size: it.size,
                    entry_price: Some(it.entry_price),
                };
                view.positions = Part::Known(positions.iter().map(position).collect());
                view.open_orders =
                    Part::Known(self.exchange.open_orders(USER).map(report).collect());
                let since = query.fills_since.map(Micros::at);
                let fills = self.exchange.fills(USER).rev();
                let fills = fills.take_while(|it| since.is_some_and(|at| it.created_at >= at));
                view.fills = Part::Known(fills.map(fill).collect());
                let settled = query.settlements.iter().filter_map(|id| {
                    let price = self.exchange.product(*id)?.settlement_price?;
                    Some(Settlement { product_id: *id, price, at: now })
                });
                view.settlements = Part::Known(settled.collect());
                for (name, ..) in &query.look_up {
                    view.looked_up.push((name.clone(), self.look_up(name, now)));
                }
                self.tell(now, Input::Account(&view));
            }
            _ => {}
        }
    }

    fn place(&mut self, now: DateTime<Utc>, order: &OrderRequest) {
        let wire = NewOrder {
            product_id: order.product_id,
            side: if order.side == Side::Buy { SimSide::Buy } else { SimSide::Sell },
            size: order.size,
            order_type: match order.kind.price() {
                Some(_) => OrderType::LimitOrder,
                None => OrderType::MarketOrder,
            },
            limit_price: order.kind.price(),
            time_in_force: if order.kind.rests() { TimeInForce::Gtc } else { TimeInForce::Ioc },
            post_only: false,
            reduce_only: order.reduce_only,
            client_order_id: Some(order.client_order_id.as_str().to_owned()),
        };
        let outcome = match self.exchange.place(self.exchange.now(), USER, wire) {
            Ok(placed) => SendOutcome::Confirmed { report: report(&placed) },
            Err(refusal) => {
                SendOutcome::Refused { code: refusal.to_string(), message: String::new() }
            }
        };
        let client_order_id = &order.client_order_id;
        self.tell(now, Input::Sent { client_order_id, outcome: &outcome });
        self.hear(now);
    }

    /// What the account's stream says.
    fn hear(&mut self, now: DateTime<Utc>) {
        for event in self.exchange.take_events() {
            match event.kind {
                EventKind::Order { order, .. } => self.tell(now, Input::Order(&report(&order))),
                EventKind::Fill(traded) => self.tell(now, Input::Fill(&fill(&traded))),
                _ => {}
            }
        }
        self.exchange.take_journal();
    }

    fn look_up(&self, name: &ClientOrderId, now: DateTime<Utc>) -> LookUpAnswer {
        match self.exchange.order_by_client_id(USER, name.as_str()) {
            Some(order) => LookUpAnswer::found(now, report(order)),
            None => LookUpAnswer::absent(now),
        }
    }

    fn chain(&self, from: NaiveDate, to: NaiveDate, now: DateTime<Utc>) -> Vec<Candidate> {
        let terms = self.exchange.terms(Underlying::Btc);
        let mut chain = Vec::new();
        for product in self.exchange.products() {
            let expiry = instant(product.expiry).date_naive();
            if product.underlying != Underlying::Btc || !(from..=to).contains(&expiry) {
                continue;
            }
            let Some(quote) = self.quote(product.id, now) else { continue };
            let greeks = self.exchange.ticker(product.id).map(|ticker| ticker.greeks);
            chain.push(Candidate {
                contract: Contract {
                    symbol: product.symbol,
                    product_id: product.id,
                    underlying: product.underlying,
                    kind: product.kind,
                    strike: Decimal::from(product.strike),
                    expiry,
                    contract_value: terms.contract_value,
                    tick_size: terms.tick_size,
                    position_size_limit: Some(terms.position_size_limit),
                    taker_rate: Some(terms.taker_commission_rate),
                    maker_rate: Some(terms.maker_commission_rate),
                    margin: None,
                },
                quote: Quote { greeks, ..quote },
                open_interest: Decimal::ONE_THOUSAND,
                status: TradingStatus::Operational,
            });
        }
        chain
    }

    fn quote(&self, product_id: ProductId, now: DateTime<Utc>) -> Option<Quote> {
        let seen = self.exchange.quote(product_id)?;
        let level = |it: delta_sim::Level| Level { price: it.price, size: it.size };
        Some(Quote {
            bid: seen.bid.map(level),
            ask: seen.ask.map(level),
            mark: seen.mark,
            last: None,
            mark_iv: Some(seen.mark_vol),
            greeks: None,
            band: None,
            exchange_at: now,
            received_at: now,
            source: Source::Stream,
        })
    }
}

fn instant(at: Micros) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.0).unwrap_or_default()
}

const fn side(side: SimSide) -> Side {
    match side {
        SimSide::Buy => Side::Buy,
        SimSide::Sell => Side::Sell,
    }
}

fn report(order: &Order) -> OrderReport {
    OrderReport {
        client_order_id: order.client_order_id.as_deref().and_then(ClientOrderId::from_text),
        exchange_order_id: order.id.0,
        product_id: order.product_id,
        symbol: order.product_symbol,
        side: side(order.side),
        size: order.size,
        unfilled: order.unfilled_size,
        state: match order.state {
            OrderState::Open => VenueOrderState::Open,
            OrderState::Pending => VenueOrderState::Pending,
            OrderState::Closed => VenueOrderState::Closed,
            OrderState::Cancelled => VenueOrderState::Cancelled,
        },
        average_price: order.average_fill_price,
        updated_at: Some(instant(order.updated_at)),
    }
}

fn fill(traded: &delta_sim::Fill) -> Fill {
    Fill {
        fill_id: traded.id.to_string(),
        client_order_id: traded.client_order_id.as_deref().and_then(ClientOrderId::from_text),
        exchange_order_id: match &traded.source {
            FillSource::Order(id) => Some(id.0),
            FillSource::Settlement(_) => None,
        },
        product_id: traded.product_id,
        symbol: traded.product_symbol,
        side: side(traded.side),
        size: traded.size,
        price: traded.price,
        role: Some(Role::Taker),
        commission: Some(traded.commission),
        fill_type: FillType::Normal,
        exchange_at: instant(traded.created_at),
    }
}
