//! What happened: the append-only log of a session.
//!
//! A session is the fold of its facts. Everything a decision after a restart depends on is here;
//! quotes and timers are not.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::spec::SessionSpec;
use super::state::{SessionState, Severity};
pub use crate::execution::pair::BalanceAction;
use crate::exit::ExitReason;
use crate::instrument::{Contract, Symbol};
use crate::intent::{ClientOrderId, Fill, IntentPlan, IntentState};
use crate::profile::Profile;
use crate::schedule::Schedule;
use crate::selection::{NoSelection, Selection};
use crate::trailing::Trail;

/// One fact in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the session's log, from 1 without gaps.
    pub seq: u64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
pub enum Fact {
    /// The session was born.
    SessionCreated {
        /// Its birth certificate.
        spec: Box<SessionSpec>,
    },
    /// It went from one state to another. Going to `reconciling` or `unresolved` remembers `from`
    /// as the state to resume.
    StateChanged {
        /// Before.
        from: SessionState,
        /// After.
        to: SessionState,
        /// Why, for programs.
        why: String,
    },
    /// The contracts were chosen; the legs exist from here on.
    Selected {
        /// The record of the choice.
        selection: Box<Selection>,
        /// The schedule, with the guard of the chosen expiry.
        schedule: Schedule,
        /// Contracts on each leg.
        quantity: i64,
    },
    /// Nothing could be chosen.
    NotSelected {
        /// Why.
        refusal: NoSelection,
    },
    /// A leg was taken over from an earlier session, to be bought back.
    LegAdopted {
        /// The contract.
        contract: Contract,
        /// Contracts short.
        size: i64,
        /// The mean price at which it was sold.
        entry_price: Decimal,
        /// When.
        opened_at: DateTime<Utc>,
    },
    /// The sizes of the legs differed when the attempts were spent.
    Balanced {
        /// What is done.
        action: BalanceAction,
    },
    /// An order was decided on.
    IntentPlanned {
        /// The order.
        plan: Box<IntentPlan>,
    },
    /// The order is about to leave.
    IntentSending {
        /// Which.
        client_order_id: ClientOrderId,
    },
    /// The exchange said something about the order.
    IntentReported {
        /// Which.
        client_order_id: ClientOrderId,
        /// The exchange's number.
        exchange_order_id: i64,
        /// What it is now.
        state: IntentState,
        /// Contracts traded.
        filled: i64,
        /// Their mean price, where told.
        average_price: Option<Decimal>,
    },
    /// The exchange refused the order, or it never left.
    IntentRejected {
        /// Which.
        client_order_id: ClientOrderId,
        /// The exchange's code, or `not_sent`.
        code: String,
        /// What it said.
        message: String,
    },
    /// Nobody knows what became of the order.
    IntentUnknown {
        /// Which.
        client_order_id: ClientOrderId,
        /// What happened.
        error: String,
    },
    /// A cancel is about to leave.
    IntentCancelRequested {
        /// Which.
        client_order_id: ClientOrderId,
        /// Why, for programs.
        why: String,
    },
    /// The order is proven never to have been accepted.
    IntentNotAccepted {
        /// Which.
        client_order_id: ClientOrderId,
    },
    /// The order was planned and certainly never sent.
    IntentAbandoned {
        /// Which.
        client_order_id: ClientOrderId,
    },
    /// A trade of a leg.
    FillRecorded {
        /// Which leg.
        leg: usize,
        /// The trade.
        fill: Fill,
        /// The fee the schedule gives, where the index was known.
        fee_estimate: Option<Decimal>,
        /// The index at the moment of recording.
        index: Option<Decimal>,
        /// Whether the price is an estimate, because the trade was not ours.
        estimated: bool,
    },
    /// What the exchange charged for a trade that was recorded without it.
    CommissionKnown {
        /// Which trade.
        fill_id: String,
        /// What was charged.
        commission: Decimal,
    },
    /// Both legs are open in equal size.
    WentLive {
        /// What percentages refer to, in USD.
        basis: Decimal,
        /// Contracts on each leg.
        size: i64,
        /// The index.
        spot: Option<Decimal>,
    },
    /// The best or worst result so far, or the trailing stop, moved.
    ExtremesMoved {
        /// The new extremes.
        extremes: Trail,
    },
    /// A rule, a person or the kill switch ended the session.
    ExitDecided {
        /// Why.
        reason: ExitReason,
        /// The result at that moment, in percent of the basis.
        net_pct: Option<f64>,
        /// Who asked, where somebody did.
        by: Option<String>,
    },
    /// The exit goes straight to market from here on.
    PanicRequested {
        /// Who asked.
        by: String,
    },
    /// A person closes one leg, or a part of it.
    LegCloseRequested {
        /// Which leg.
        leg: usize,
        /// Contracts.
        size: i64,
        /// At this price at worst; absent goes to market.
        limit_price: Option<Decimal>,
        /// Who asked.
        by: String,
    },
    /// A person's close of a leg came to its end.
    LegCloseEnded {
        /// Which leg.
        leg: usize,
        /// Contracts closed.
        closed: i64,
    },
    /// A leg is closed.
    LegClosed {
        /// Which leg.
        leg: usize,
        /// What proves it.
        evidence: CloseEvidence,
    },
    /// Somebody else's position in one of our symbols.
    ForeignPosition {
        /// Where.
        symbol: Symbol,
        /// How much, signed; 0 when it is gone.
        size: i64,
    },
    /// A pass of reconciliation came to a result.
    Reconciled {
        /// What started it.
        trigger: ReconcileTrigger,
        /// What differed.
        differences: Vec<Difference>,
        /// Whether this and the pass before it, at least 10 s earlier, found the same.
        agreed: bool,
    },
    /// The desk watches and leaves closing to people, or stops doing so.
    HandsOff {
        /// Whether it does.
        on: bool,
        /// Who asked.
        by: String,
    },
    /// No entry until resumed, or again.
    EntriesPaused {
        /// Whether entries are paused.
        on: bool,
        /// Who asked.
        by: String,
    },
    /// The profile was edited in a way that only reduces risk.
    ProfileTightened {
        /// The new profile.
        profile: Box<Profile>,
        /// Who asked.
        by: String,
    },
    /// A larger guard before expiry moved the exit forward.
    Rescheduled {
        /// The new schedule.
        schedule: Schedule,
    },
    /// Something people must know.
    Alert {
        /// What, for programs.
        code: String,
        /// How urgent.
        severity: Severity,
        /// What, for people.
        message: String,
    },
    /// An alert is over.
    AlertCleared {
        /// Which.
        code: String,
    },
    /// The session is over.
    SessionClosed {
        /// The result.
        summary: Box<Summary>,
    },
}

impl Fact {
    /// Returns the name of its type, as stored.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SessionCreated { .. } => "session_created",
            Self::StateChanged { .. } => "state_changed",
            Self::Selected { .. } => "selected",
            Self::NotSelected { .. } => "not_selected",
            Self::LegAdopted { .. } => "leg_adopted",
            Self::Balanced { .. } => "balanced",
            Self::IntentPlanned { .. } => "intent_planned",
            Self::IntentSending { .. } => "intent_sending",
            Self::IntentReported { .. } => "intent_reported",
            Self::IntentRejected { .. } => "intent_rejected",
            Self::IntentUnknown { .. } => "intent_unknown",
            Self::IntentCancelRequested { .. } => "intent_cancel_requested",
            Self::IntentNotAccepted { .. } => "intent_not_accepted",
            Self::IntentAbandoned { .. } => "intent_abandoned",
            Self::FillRecorded { .. } => "fill_recorded",
            Self::CommissionKnown { .. } => "commission_known",
            Self::WentLive { .. } => "went_live",
            Self::ExtremesMoved { .. } => "extremes_moved",
            Self::ExitDecided { .. } => "exit_decided",
            Self::PanicRequested { .. } => "panic_requested",
            Self::LegCloseRequested { .. } => "leg_close_requested",
            Self::LegCloseEnded { .. } => "leg_close_ended",
            Self::LegClosed { .. } => "leg_closed",
            Self::ForeignPosition { .. } => "foreign_position",
            Self::Reconciled { .. } => "reconciled",
            Self::HandsOff { .. } => "hands_off",
            Self::EntriesPaused { .. } => "entries_paused",
            Self::ProfileTightened { .. } => "profile_tightened",
            Self::Rescheduled { .. } => "rescheduled",
            Self::Alert { .. } => "alert",
            Self::AlertCleared { .. } => "alert_cleared",
            Self::SessionClosed { .. } => "session_closed",
        }
    }
}

/// What proves that a leg is closed (INV-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "evidence", rename_all = "snake_case")]
pub enum CloseEvidence {
    /// Every contract sold was bought back, trade by trade.
    Fills,
    /// The exchange settled it.
    Settlement,
    /// The exchange reported no position twice, at least 10 s apart.
    ZeroTwice {
        /// The first report.
        first: DateTime<Utc>,
        /// The second.
        second: DateTime<Utc>,
    },
    /// It never opened.
    NeverOpened,
}

/// What started a pass of reconciliation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReconcileTrigger {
    /// The start of the process or of the session.
    Startup,
    /// The running check of the positions.
    Positions,
    /// The full pass.
    Full,
    /// A person.
    Command,
}

/// One difference between the ledger and the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Where.
    pub symbol: Symbol,
    /// What the ledger says, signed.
    pub ledger: i64,
    /// What the exchange says, signed.
    pub exchange: i64,
    /// What it means, for programs.
    pub meaning: String,
}

/// The result of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Why it ended.
    pub exit_reason: ExitReason,
    /// Bought and sold, before fees, in USD.
    pub gross: Decimal,
    /// What was paid in fees.
    pub fees: Decimal,
    /// Gross less fees.
    pub net: Decimal,
    /// Net in percent of the basis, where there is one.
    pub net_pct: Option<f64>,
    /// What percentages refer to, in USD.
    pub basis: Option<Decimal>,
    /// Contracts × contract value × index at entry, in USD, where known.
    pub notional: Option<Decimal>,
    /// The best and the worst.
    pub extremes: Trail,
    /// The index at entry.
    pub spot_entry: Option<Decimal>,
    /// The index at the end.
    pub spot_exit: Option<Decimal>,
    /// Whether a price or fee in it is an estimate.
    pub estimated: bool,
    /// When it went live.
    pub entered_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub closed_at: DateTime<Utc>,
}
