//! The durable part of a session: the fold of its facts.
//!
//! Whatever a decision after a restart depends on is here and nowhere else. Folding the same facts
//! gives the same ledger, bit for bit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::facts::{BalanceAction, Difference, Event, Fact, Summary};
use super::leg::{Leg, RecordedFill};
use super::spec::SessionSpec;
use super::state::{SessionState, Severity};
use crate::exit::ExitReason;
use crate::instrument::Symbol;
use crate::intent::{ClientOrderId, FillType, Intent, Side};
use crate::pnl::{LegResult, percent_of};
use crate::profile::Profile;
use crate::risk::Book;
use crate::schedule::Schedule;
use crate::selection::{NoSelection, Selection};
use crate::trailing::Trail;

/// Facts that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Corrupt {
    /// The log does not begin with the birth of the session.
    #[error("the log does not begin with session_created")]
    NoBeginning,
    /// A place in the log is missing or taken twice.
    #[error("event {found} follows event {last}")]
    OutOfSequence {
        /// The last good one.
        last: u64,
        /// The one after it.
        found: u64,
    },
    /// A fact names a leg that does not exist.
    #[error("event {0} names a leg that does not exist")]
    NoSuchLeg(u64),
    /// A fact names an order that does not exist.
    #[error("event {0} names an order that was never planned")]
    NoSuchIntent(u64),
    /// An order was planned twice.
    #[error("event {0} plans an order that is already planned")]
    DuplicateIntent(u64),
}

/// Why and since when a session is closing its legs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitDecision {
    /// Why.
    pub reason: ExitReason,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Who asked, where somebody did.
    pub by: Option<String>,
    /// How many orders the session had then.
    pub intents_before: usize,
}

/// An alert that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// How urgent.
    pub severity: Severity,
    /// What, for people.
    pub message: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The last pass of reconciliation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastPass {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether two agreed.
    pub agreed: bool,
    /// What differed.
    pub differences: Vec<Difference>,
}

/// The durable part of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The birth certificate.
    pub spec: SessionSpec,
    /// The profile in force.
    pub profile: Profile,
    /// The schedule in force.
    pub schedule: Schedule,
    /// Where the session is.
    pub state: SessionState,
    /// Where it goes back to from `reconciling` and `unresolved`.
    pub resume: Option<SessionState>,
    /// When it came to its state.
    pub state_since: DateTime<Utc>,
    /// The choice of the contracts.
    pub selection: Option<Box<Selection>>,
    /// Why nothing was chosen.
    pub refusal: Option<NoSelection>,
    /// The legs.
    pub legs: Vec<Leg>,
    /// The orders, in the order in which they were planned.
    pub intents: Vec<Intent>,
    /// When it began to sell.
    pub entering_at: Option<DateTime<Utc>>,
    /// What was done about legs of different size, and how many orders there were then.
    pub balance: Option<(BalanceAction, usize)>,
    /// When it went live.
    pub live_at: Option<DateTime<Utc>>,
    /// What percentages refer to.
    pub basis: Option<Decimal>,
    /// The index when it went live.
    pub spot_entry: Option<Decimal>,
    /// The best, the worst and the trailing stop.
    pub trail: Trail,
    /// Why it closes its legs.
    pub exit: Option<ExitDecision>,
    /// Whether it closes them at market at once, and how many orders there were then.
    pub panic: Option<usize>,
    /// Whether closing is left to people.
    pub hands_off: bool,
    /// Whether entries are paused.
    pub entries_paused: bool,
    /// Positions of others in our symbols.
    pub foreign: Vec<(Symbol, i64)>,
    /// The last reconciliation.
    pub last_pass: Option<LastPass>,
    /// The alerts that stand.
    pub alerts: BTreeMap<String, Alert>,
    /// The result.
    pub summary: Option<Box<Summary>>,
    /// When it was born.
    pub created_at: DateTime<Utc>,
    /// The place of the last fact.
    pub seq: u64,
}

impl Ledger {
    /// Begins a ledger with the first fact.
    ///
    /// # Errors
    ///
    /// Refuses any other fact.
    pub fn begin(event: &Event) -> Result<Self, Corrupt> {
        let (1, Fact::SessionCreated { spec }) = (event.seq, &event.fact) else {
            return Err(Corrupt::NoBeginning);
        };
        Ok(Self::born((**spec).clone(), event.at))
    }

    /// Returns the ledger of a session that was just born.
    pub(super) fn born(spec: SessionSpec, at: DateTime<Utc>) -> Self {
        Self {
            profile: spec.profile.clone(),
            schedule: spec.schedule,
            spec,
            state: SessionState::Created,
            resume: None,
            state_since: at,
            selection: None,
            refusal: None,
            legs: Vec::new(),
            intents: Vec::new(),
            entering_at: None,
            balance: None,
            live_at: None,
            basis: None,
            spot_entry: None,
            trail: Trail::default(),
            exit: None,
            panic: None,
            hands_off: false,
            entries_paused: false,
            foreign: Vec::new(),
            last_pass: None,
            alerts: BTreeMap::new(),
            summary: None,
            created_at: at,
            seq: 1,
        }
    }

    /// Returns an order by its name.
    #[must_use]
    pub fn intent(&self, client_order_id: &ClientOrderId) -> Option<&Intent> {
        self.intents.iter().rev().find(|it| it.plan.order.client_order_id == *client_order_id)
    }

    /// Returns the orders of a leg.
    pub fn intents_of(&self, leg: usize) -> impl Iterator<Item = &Intent> {
        self.intents.iter().filter(move |intent| intent.plan.leg == leg)
    }

    /// Returns the order of a leg that is not over. There is at most one.
    #[must_use]
    pub fn active(&self, leg: usize) -> Option<&Intent> {
        self.intents_of(leg).find(|intent| !intent.state.is_terminal())
    }

    /// Returns the contracts of a leg that are sold and not bought back, by whichever source knows
    /// more: below zero if somebody has turned the leg long.
    #[must_use]
    pub fn net_sold(&self, leg: usize) -> i64 {
        let recorded = self.legs.get(leg).map_or(0, |leg| -leg.book.position());
        let missing: i64 = self
            .intents_of(leg)
            .map(|intent| -intent.plan.order.side.signed(intent.missing()))
            .sum();
        recorded + missing
    }

    /// Returns the contracts of a leg that are reported as traded and not recorded.
    #[must_use]
    pub fn missing(&self, leg: usize) -> i64 {
        self.intents_of(leg).map(Intent::missing).sum()
    }

    /// Returns what the risk gate must know of a leg.
    #[must_use]
    pub fn book(&self, leg: usize) -> Book {
        let working = |side| {
            let orders = self.intents_of(leg).filter(|it| it.plan.order.side == side);
            orders.map(Intent::working).sum()
        };
        Book {
            net_sold: self.net_sold(leg),
            open_sells: working(Side::Sell),
            open_buys: working(Side::Buy),
            target: self.legs.get(leg).map_or(0, |leg| leg.target),
            busy: self.intents_of(leg).any(|intent| intent.state.blocks_new_orders()),
        }
    }

    /// Returns what the recorded trades came to; what is still open counts for nothing.
    #[must_use]
    pub fn result(&self) -> LegResult {
        let of = |leg: &Leg| LegResult {
            realized: leg.book.realized(),
            unrealized: Decimal::ZERO,
            fees: leg.book.fees(),
        };
        self.legs.iter().fold(LegResult::default(), |sum, leg| sum.plus(&of(leg)))
    }

    /// Says whether a price or a fee in the result is not what the exchange said.
    #[must_use]
    pub fn is_estimate(&self) -> bool {
        let missing = (0..self.legs.len()).any(|leg| self.missing(leg) > 0);
        missing || self.legs.iter().flat_map(|leg| &leg.fills).any(RecordedFill::is_estimate)
    }

    /// Returns the trades whose commission the exchange has not told yet. It settles what expires,
    /// and reports trades of others, without one.
    pub fn uncharged(&self) -> impl Iterator<Item = &RecordedFill> {
        let fills = self.legs.iter().flat_map(|leg| &leg.fills);
        fills.filter(|it| it.fill.fill_type == FillType::Normal && it.fill.commission.is_none())
    }

    /// Makes the summary right again after a commission that came late.
    pub(super) fn revise_summary(&mut self) {
        let (result, estimated) = (self.result(), self.is_estimate());
        let Some(summary) = &mut self.summary else { return };
        summary.fees = result.fees;
        summary.net = result.net();
        summary.net_pct = summary.basis.and_then(|basis| percent_of(summary.net, basis));
        summary.estimated = estimated;
    }

    /// Says whether a trade is already recorded.
    #[must_use]
    pub fn has_fill(&self, fill_id: &str) -> bool {
        self.legs.iter().any(|leg| leg.fills.iter().any(|fill| fill.fill.fill_id == fill_id))
    }
}
