//! What a session is told, and what it asks for.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use super::command::{Command, CommandRefused};
use super::facts::Event;
use super::view::PnlPoint;
use crate::instrument::{ProductId, Symbol, TradingStatus, Underlying};
use crate::intent::{CancelOutcome, ClientOrderId, Fill, OrderReport, OrderRequest, SendOutcome};
use crate::quote::{Quote, Spot};
use crate::reconcile::{LookUpAnswer, Part};
use crate::risk::{AccountLimits, TradingState};
use crate::selection::Candidate;

/// What the account and the process say at this moment. The driver keeps one and refreshes it; a
/// session never stores it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named")]
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Whether this process holds the lease, with time left to send.
    pub lease_held: bool,
    /// The lease's fencing token.
    pub fencing_token: i64,
    /// The switch of the desk.
    pub trading_state: TradingState,
    /// Whether the kill switch also asks for everything to be closed.
    pub flatten: bool,
    /// Whether credentials of the session's mode are there and accepted.
    pub credentials: bool,
    /// Whether the venue answers: no maintenance, no open breaker.
    pub venue_up: bool,
    /// Whether the private stream is up.
    pub private_feed_up: bool,
    /// How far the exchange's clock is from ours, in milliseconds.
    pub clock_skew_ms: i64,
    /// Orders sent in the last 60 s.
    pub orders_last_minute: u32,
    /// Units left in the exchange's window.
    pub quota_left: u32,
    /// The net result of the sessions closed today (IST), in USD.
    pub daily_realized: Decimal,
    /// Sessions that entered today (IST), this one not counted.
    pub sessions_today: u32,
    /// No entry before this, after a streak of losses.
    pub cooldown_until: Option<DateTime<Utc>>,
    /// The account's own limits.
    pub limits: AccountLimits,
    /// What the exchange lets be blocked as margin, in USD; absent while unknown.
    pub available_balance: Option<Decimal>,
    /// The worst status of the products that the session trades.
    pub trading_status: TradingStatus,
}

impl World {
    /// Returns a world in which everything is allowed: for tests, previews and simulations.
    #[must_use]
    pub fn calm() -> Self {
        Self {
            lease_held: true,
            fencing_token: 1,
            trading_state: TradingState::Active,
            flatten: false,
            credentials: true,
            venue_up: true,
            private_feed_up: true,
            clock_skew_ms: 0,
            orders_last_minute: 0,
            quota_left: 10_000,
            daily_realized: Decimal::ZERO,
            sessions_today: 0,
            cooldown_until: None,
            limits: AccountLimits::default(),
            available_balance: Some(Decimal::from(1_000_000)),
            trading_status: TradingStatus::Operational,
        }
    }
}

/// What a session is told. Prices and sizes are the exchange's; times are corrected to its clock.
#[derive(Debug, Clone, PartialEq)]
pub enum Input<'a> {
    /// Time has passed. Sent at the latest at [`super::Session::next_wake`] and about every second.
    Tick {
        /// A clock that only goes forward, in milliseconds from any origin; it tells a jump of the
        /// wall clock.
        monotonic_ms: i64,
    },
    /// A contract's market. Quotes of other contracts are ignored.
    Quote {
        /// Which contract.
        product_id: ProductId,
        /// Its market.
        quote: &'a Quote,
    },
    /// The index.
    Index(Spot),
    /// The answer to [`Act::LoadChain`].
    Chain(Part<&'a [Candidate]>),
    /// The answer to [`Act::Place`].
    Sent {
        /// Which order.
        client_order_id: &'a ClientOrderId,
        /// What became of it.
        outcome: &'a SendOutcome,
    },
    /// The answer to [`Act::Cancel`].
    CancelAnswered {
        /// Which order.
        client_order_id: &'a ClientOrderId,
        /// What became of the cancel.
        outcome: &'a CancelOutcome,
    },
    /// The private stream about an order. Orders that are not ours are ignored.
    Order(&'a OrderReport),
    /// A trade from the private stream or a query. Told any number of times, recorded once.
    Fill(&'a Fill),
    /// The answer to [`Act::LookUp`].
    LookedUp {
        /// Which order.
        client_order_id: &'a ClientOrderId,
        /// What was found.
        answer: &'a LookUpAnswer,
    },
    /// The answer to [`Act::LoadAccount`].
    Account(&'a AccountView),
    /// The private stream came back or lost a message: what it showed may have gaps.
    Reconnected,
    /// A person or the desk asks for something.
    Command(&'a Command),
}

/// What a session asks to be done. Acts are done without waiting for each other; each is answered
/// by one input, or never, and then asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Load the listed options of an asset with their markets (answer: [`Input::Chain`]).
    LoadChain {
        /// The asset.
        underlying: Underlying,
        /// The earliest expiry wanted.
        from: chrono::NaiveDate,
        /// The latest.
        to: chrono::NaiveDate,
    },
    /// Load fresh markets of contracts by REST (answers: [`Input::Quote`]).
    LoadQuotes {
        /// Which.
        symbols: Vec<Symbol>,
    },
    /// Stream the markets of contracts from here on (answers: [`Input::Quote`]).
    Subscribe {
        /// Which.
        symbols: Vec<Symbol>,
    },
    /// Stop streaming.
    Unsubscribe {
        /// Which.
        symbols: Vec<Symbol>,
    },
    /// Place an order, once, without retries (answer: [`Input::Sent`]). Its intent is committed.
    Place {
        /// The order.
        order: OrderRequest,
    },
    /// Cancel an order, once (answer: [`Input::CancelAnswered`]).
    Cancel {
        /// Which order.
        client_order_id: ClientOrderId,
        /// The exchange's number, where known.
        exchange_order_id: Option<i64>,
        /// Its product.
        product_id: ProductId,
    },
    /// Find out what became of an order: by its name; if it is not found, also among the open
    /// orders, in the history and in the fills (answer: [`Input::LookedUp`]).
    LookUp {
        /// Which order.
        client_order_id: ClientOrderId,
        /// Its product.
        product_id: ProductId,
        /// When it was sent.
        since: DateTime<Utc>,
    },
    /// Load parts of the account (answer: [`Input::Account`]).
    LoadAccount {
        /// Which parts.
        query: AccountQuery,
    },
    /// Keep a point of the result's path. Not a fact: a lost point harms nothing.
    KeepPoint {
        /// The point.
        point: PnlPoint,
    },
}

/// Which parts of the account are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountQuery {
    /// A number that the answer repeats.
    pub request: u64,
    /// The asset.
    pub underlying: Underlying,
    /// All open orders of the account on the asset, every page.
    pub open_orders: bool,
    /// All positions on the asset, from the real-time endpoint, joined with the margined one.
    pub positions: bool,
    /// All fills since then, every page.
    pub fills_since: Option<DateTime<Utc>>,
    /// These orders, like [`Act::LookUp`].
    pub look_up: Vec<(ClientOrderId, ProductId, DateTime<Utc>)>,
    /// Whether these products have expired, and at which price they settled.
    pub settlements: Vec<ProductId>,
}

/// The parts of the account as the exchange told them. A part that could not be loaded says so: a
/// failed look is never "nothing".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountView {
    /// The number of the query.
    pub request: u64,
    /// When the query began, on the exchange's clock: what happened later may be missing.
    pub asked_at: DateTime<Utc>,
    /// The open orders, also those of others.
    pub open_orders: Part<Vec<OrderReport>>,
    /// The positions, also those of others.
    pub positions: Part<Vec<PositionReport>>,
    /// The fills, also those of others.
    pub fills: Part<Vec<Fill>>,
    /// The looked up orders.
    pub looked_up: Vec<(ClientOrderId, LookUpAnswer)>,
    /// The settled products of those asked for.
    pub settlements: Part<Vec<Settlement>>,
}

impl AccountView {
    /// Returns a view in which nothing was asked for.
    #[must_use]
    pub const fn empty(request: u64, asked_at: DateTime<Utc>) -> Self {
        Self {
            request,
            asked_at,
            open_orders: Part::NotAsked,
            positions: Part::NotAsked,
            fills: Part::NotAsked,
            looked_up: Vec::new(),
            settlements: Part::NotAsked,
        }
    }
}

/// A position as the exchange tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionReport {
    /// The product.
    pub product_id: ProductId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Contracts, below zero when short.
    pub size: i64,
    /// The mean price of entry, where told.
    pub entry_price: Option<Decimal>,
}

/// The settlement of an expired product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The product.
    pub product_id: ProductId,
    /// Its settlement price: what the option paid, in USD per unit.
    pub price: Decimal,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a session gives out. The order matters.
///
/// The driver walks through the outputs in order. Records are kept back until a
/// [`Output::Commit`], a [`Output::Do`] or the end; then all of them are committed in one
/// transaction, in which the lease is checked. An act is begun only when everything before it is
/// committed. If a commit fails, the driver drops the session and loads it again from the store.
#[expect(
    clippy::large_enum_variant,
    reason = "most outputs are records, in a vector that is reused"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// A fact that the session has already taken in.
    Record(Event),
    /// Everything before this must be durable before anything after it.
    Commit,
    /// Something to do.
    Do(Act),
}
