//! The exchange as a state machine: `(state, time, command) → (state, events)`.
//!
//! | module | what |
//! |---|---|
//! | `tick` | the market moves on: resting orders, settlement, publication |
//! | `orders` | commands of clients |
//! | `checks` | what an order must satisfy |
//! | `trades` | what a fill does to position and money |
//! | `director` | commands of the director |
//! | `market` | questions about the market |
//! | `accounts` | questions about an account |
//! | `durable` | snapshot, journal, ledger |
//!
//! Invariants:
//! - state is a function of setup, commands and time: `advance(a); advance(b)` is `advance(b)`;
//! - `balance = Σ transactions` for each account, and position = Σ fills for each product;
//! - watching a product changes the events, never the state.

mod accounts;
mod checks;
mod director;
mod durable;
mod market;
mod orders;
mod tick;
mod trades;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::{Fill, Position, PositionStep, Transaction, TransactionType};
use crate::book::Taken;
use crate::config::{Config, ConfigError};
use crate::control::{Distortion, SystemStatus};
use crate::event::{Event, EventKind};
use crate::journal::{Command, JournalEntry};
use crate::listing::Listing;
use crate::market::{Frame, Market};
use crate::order::{Order, OrderId, UserId};
use crate::product::{ProductId, Terms, Underlying};
use crate::time::Micros;

use self::tick::Watches;

/// A simulated exchange.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exchange {
    config: Config,
    btc_terms: Terms,
    eth_terms: Terms,
    now: Micros,
    next_entry: u64,
    status: SystemStatus,
    market: Market,
    listing: Listing,
    accounts: BTreeMap<UserId, AccountState>,
    orders: Vec<Order>,
    fills: Vec<Fill>,
    transactions: Vec<Transaction>,
    path: Vec<PositionStep>,
    resting: BTreeMap<ProductId, Vec<OrderId>>,
    taken: BTreeMap<ProductId, Taken>,
    /// Products that any account ever traded.
    traded: BTreeSet<ProductId>,
    distorted: Vec<Distorted>,
    #[serde(skip)]
    next_event: u64,
    #[serde(skip)]
    watches: Watches,
    #[serde(skip)]
    events: Vec<Event>,
    #[serde(skip)]
    journal: Vec<JournalEntry>,
    #[serde(skip)]
    nested: bool,
}

/// What an account owns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct AccountState {
    balance: Decimal,
    positions: BTreeMap<ProductId, Position>,
    by_client_id: BTreeMap<String, OrderId>,
    open: Vec<OrderId>,
}

/// A market shown wrongly for a while.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Distorted {
    how: Distortion,
    product_id: Option<ProductId>,
    until: Micros,
    btc: Frame,
    eth: Frame,
}

impl Exchange {
    /// Sets an exchange up: products listed, accounts funded.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the rule that the setup breaks.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let market = Market::new(&config);
        let mut listing = Listing::default();
        for underlying in Underlying::ALL {
            listing.extend(&market, underlying);
        }
        let mut exchange = Self {
            btc_terms: Terms::of(Underlying::Btc),
            eth_terms: Terms::of(Underlying::Eth),
            now: config.start,
            next_event: 0,
            next_entry: 0,
            status: SystemStatus::Live,
            market,
            listing,
            accounts: BTreeMap::new(),
            orders: Vec::new(),
            fills: Vec::new(),
            transactions: Vec::new(),
            path: Vec::new(),
            resting: BTreeMap::new(),
            taken: BTreeMap::new(),
            traded: BTreeSet::new(),
            distorted: Vec::new(),
            watches: Watches::default(),
            events: Vec::new(),
            journal: Vec::new(),
            nested: false,
            config,
        };
        for account in exchange.config.accounts.clone() {
            exchange.accounts.insert(account.user_id, AccountState::default());
            exchange.post(account.user_id, TransactionType::Deposit, account.balance, None);
        }
        Ok(exchange)
    }

    /// How the exchange was set up.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Virtual time.
    #[must_use]
    pub const fn now(&self) -> Micros {
        self.now
    }

    /// Moves virtual time on; an earlier time changes nothing.
    pub fn advance(&mut self, to: Micros) {
        while self.market.next_tick() <= to {
            self.tick();
        }
        self.now = self.now.max(to);
    }

    /// The events since the last call, oldest first.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The journal entries since the last call, oldest first.
    pub fn take_journal(&mut self) -> Vec<JournalEntry> {
        std::mem::take(&mut self.journal)
    }

    /// Moves to `at` and begins a command; true when it is not part of another one.
    fn begin(&mut self, at: Micros) -> bool {
        self.advance(at);
        !std::mem::replace(&mut self.nested, true)
    }

    /// Ends a command; one that changed something and is not part of another is journaled.
    fn end(&mut self, is_outer: bool, done: Option<Command>) {
        if !is_outer {
            return;
        }
        self.nested = false;
        if let Some(command) = done {
            let entry = JournalEntry { seq: self.next_entry, at: self.now, command };
            self.next_entry += 1;
            self.journal.push(entry);
        }
    }

    fn emit(&mut self, kind: EventKind) {
        self.events.push(Event { at: self.now, seq: self.next_event, kind });
        self.next_event += 1;
    }
}
