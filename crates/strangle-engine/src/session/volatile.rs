//! What a session knows and does not keep: the market, and when something is due.
//!
//! All of it may be lost at any moment. After a replay it begins empty and the session reconciles.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::facts::ReconcileTrigger;
use crate::exit::Confirmation;
use crate::quote::{QuoteBook, Spot};
use crate::risk::TradingState;

/// A question to the exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// When it was asked; absent when no answer is awaited.
    pub(super) asked_at: Option<DateTime<Utc>>,
    /// When to ask next.
    pub(super) next_at: DateTime<Utc>,
    /// How many answers in a row were none.
    pub(super) failures: u32,
}

impl Ask {
    /// An answer that takes longer is not waited for.
    const PATIENCE: TimeDelta = TimeDelta::seconds(15);

    pub(super) const fn at(next_at: DateTime<Utc>) -> Self {
        Self { asked_at: None, next_at, failures: 0 }
    }

    /// Returns when to ask next.
    pub(super) fn due_at(&self) -> DateTime<Utc> {
        self.asked_at.map_or(self.next_at, |asked| asked + Self::PATIENCE)
    }

    pub(super) const fn asked(&mut self, now: DateTime<Utc>) {
        self.asked_at = Some(now);
    }

    pub(super) fn answered(&mut self, now: DateTime<Utc>, pause: TimeDelta) {
        *self = Self::at(now + pause);
    }

    /// Asks again after 1, 2, 4 … 30 seconds.
    pub(super) fn failed(&mut self, now: DateTime<Utc>) {
        let pause = (1_i64 << self.failures.min(5)).min(30);
        self.asked_at = None;
        self.failures = self.failures.saturating_add(1);
        self.next_at = now + TimeDelta::seconds(pause);
    }
}

/// What is volatile of a leg.
#[derive(Debug, Clone)]
pub(super) struct LegWatch {
    /// Its market.
    pub(super) quotes: QuoteBook,
    /// Since when the market is too old or frozen.
    pub(super) stale_since: Option<DateTime<Utc>>,
    /// The next market by REST.
    pub(super) rest: Ask,
    /// The look-ups of its order.
    pub(super) look_up: Ask,
    /// A position that differs from the ledger, and since when it is seen.
    pub(super) suspicion: Option<(i64, DateTime<Utc>)>,
    /// When the exchange was first seen without a position.
    pub(super) zero_since: Option<DateTime<Utc>>,
    /// Mean price of entry, for the stop of the leg.
    pub(super) entry: Option<f64>,
}

/// What a pass found: if the next one finds the same, it is the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pass {
    /// When it began.
    pub(super) at: DateTime<Utc>,
    /// The ledger's and the exchange's position of each leg.
    pub(super) positions: Vec<(i64, i64)>,
    /// How many orders work.
    pub(super) working: usize,
}

/// The volatile part of a session.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named")]
#[derive(Debug, Clone)]
pub(super) struct Volatile {
    pub(super) now: DateTime<Utc>,
    pub(super) wake: DateTime<Utc>,
    pub(super) last_tick_at: Option<DateTime<Utc>>,
    /// The forward-only clock and the wall clock at the last tick.
    pub(super) clock: Option<(i64, DateTime<Utc>)>,
    pub(super) legs: Vec<LegWatch>,
    pub(super) spot: Option<Spot>,
    pub(super) spot_high: Option<Decimal>,
    pub(super) spot_low: Option<Decimal>,
    pub(super) losses: Confirmation,
    /// Whether this process has reconciled the session.
    pub(super) reconciled: bool,
    /// Whether the session was born in this process.
    pub(super) fresh: bool,
    pub(super) subscribed: bool,
    /// What holds the entry up.
    pub(super) held_by: Option<String>,
    pub(super) chain: Ask,
    /// Whether the positions were seen since the selection began.
    pub(super) positions_seen: bool,
    pub(super) account: Ask,
    pub(super) request: u64,
    pub(super) fills_request: u64,
    pub(super) last_request: u64,
    pub(super) trigger: ReconcileTrigger,
    pub(super) next_full: DateTime<Utc>,
    pub(super) pass: Option<Pass>,
    pub(super) fills: Ask,
    pub(super) next_point: DateTime<Utc>,
    /// The switch of the desk at the last step.
    pub(super) trading_state: TradingState,
    pub(super) flatten: bool,
}

impl Volatile {
    pub(super) fn new(now: DateTime<Utc>, fresh: bool) -> Self {
        Self {
            now,
            wake: now,
            last_tick_at: None,
            clock: None,
            legs: Vec::new(),
            spot: None,
            spot_high: None,
            spot_low: None,
            losses: Confirmation::default(),
            reconciled: false,
            fresh,
            subscribed: false,
            held_by: None,
            chain: Ask::at(now),
            positions_seen: false,
            account: Ask::at(now),
            request: 0,
            fills_request: 0,
            last_request: 0,
            trigger: ReconcileTrigger::Startup,
            next_full: now,
            pass: None,
            fills: Ask::at(now),
            next_point: now,
            trading_state: TradingState::Active,
            flatten: false,
        }
    }

    /// Makes room for the legs of the ledger.
    pub(super) fn fit(&mut self, legs: usize) {
        let now = self.now;
        self.legs.resize_with(legs, || LegWatch {
            quotes: QuoteBook::default(),
            stale_since: None,
            rest: Ask::at(now),
            look_up: Ask::at(now),
            suspicion: None,
            zero_since: None,
            entry: None,
        });
    }
}
