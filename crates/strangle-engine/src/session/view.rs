//! What a session shows.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::facts::{CloseEvidence, Difference, Summary};
use super::spec::Mode;
use super::state::{SessionState, Severity};
use crate::exit::ExitReason;
use crate::instrument::{Contract, Symbol};
use crate::intent::{IntentPlan, IntentState};
use crate::pricing::Greeks;
use crate::quote::{Quote, Spot};
use crate::schedule::Schedule;
use crate::selection::{NoSelection, Selection};
use crate::trailing::Trail;

/// Everything a snapshot of a running session needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionView {
    /// The session's public name.
    pub strategy_id: String,
    /// Its number.
    pub number: u64,
    /// Where the orders go.
    pub mode: Mode,
    /// Where it is.
    pub state: SessionState,
    /// The state it goes back to from `reconciling` and `unresolved`.
    pub resume: Option<SessionState>,
    /// The status of the API.
    pub status: &'static str,
    /// When this view was made.
    pub generated_at: DateTime<Utc>,
    /// When the session last heard the clock.
    pub last_tick_at: Option<DateTime<Utc>>,
    /// When it enters and leaves.
    pub schedule: Schedule,
    /// What the entry did.
    pub entry: EntryView,
    /// The legs.
    pub legs: Vec<LegView>,
    /// The result.
    pub totals: Totals,
    /// The best, the worst and the trailing stop.
    pub extremes: Trail,
    /// The index.
    pub spot: SpotView,
    /// The position's greeks, where every open leg has them.
    pub greeks: Option<Greeks>,
    /// What the margin of the legs is estimated to be, in USD.
    pub margin_estimate: Option<Decimal>,
    /// Whether the desk only watches.
    pub hands_off: bool,
    /// Whether entries are paused.
    pub entries_paused: bool,
    /// The last reconciliation.
    pub reconciliation: ReconciliationView,
    /// The alerts that stand.
    pub alerts: Vec<AlertView>,
    /// Why it ended or is ending.
    pub exit_reason: Option<ExitReason>,
    /// The result, once it is over.
    pub summary: Option<Summary>,
    /// What can be asked of it now: `stop`, `panic`, `pause_entries`, `resume`, `close_leg`.
    pub allowed_actions: Vec<&'static str>,
}

/// What the entry did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryView {
    /// `pending`, `selecting`, `working`, `done` or `aborted`.
    pub status: &'static str,
    /// When the first order could leave.
    pub started_at: Option<DateTime<Utc>>,
    /// When both legs were open.
    pub completed_at: Option<DateTime<Utc>>,
    /// The choice.
    pub selection: Option<Selection>,
    /// Why nothing was chosen.
    pub refusal: Option<NoSelection>,
    /// What holds the entry up at the moment, for programs.
    pub held_by: Option<String>,
}

/// One leg.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LegView {
    /// Its place in the session.
    pub index: usize,
    /// Its contract.
    pub contract: Contract,
    /// `planned`, `opening`, `open`, `closing`, `closed`, `settled` or `unresolved`.
    pub status: &'static str,
    /// Contracts wanted.
    pub target: i64,
    /// Contracts open, below zero when short.
    pub open: i64,
    /// The mean price of all sells.
    pub entry_price: Option<Decimal>,
    /// The mean price of all buys.
    pub exit_price: Option<Decimal>,
    /// The market.
    pub quote: Option<Quote>,
    /// How old it is, in milliseconds.
    pub quote_age_ms: Option<i64>,
    /// Whether it is too old or frozen.
    pub stale: bool,
    /// (strike − spot) / spot in percent.
    pub distance_pct: Option<Decimal>,
    /// From trades already closed, in USD.
    pub realized: Decimal,
    /// From what is open, at the mark, in USD.
    pub unrealized: Decimal,
    /// What it would cost to close at the ask, in USD.
    pub liquidation_cost: Option<Decimal>,
    /// Fees of sells.
    pub fees_entry: Decimal,
    /// Fees of buys.
    pub fees_exit: Decimal,
    /// Contracts × contract value × index, in USD.
    pub notional: Option<Decimal>,
    /// Whether a price or fee in it is an estimate.
    pub estimated: bool,
    /// What proves that it is closed.
    pub evidence: Option<CloseEvidence>,
    /// When it was first sold.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Its orders, the oldest first.
    pub attempts: Vec<AttemptView>,
}

/// One order of a leg.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttemptView {
    /// The order.
    pub plan: IntentPlan,
    /// What is known of it.
    pub state: IntentState,
    /// The exchange's number.
    pub exchange_order_id: Option<i64>,
    /// Contracts traded.
    pub filled: i64,
    /// Their mean price.
    pub average_price: Option<Decimal>,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
    /// When it left.
    pub sending_at: Option<DateTime<Utc>>,
    /// When the exchange first answered.
    pub acked_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub terminal_at: Option<DateTime<Utc>>,
    /// The last error.
    pub last_error: Option<String>,
}

/// The result so far.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Totals {
    /// From trades already closed, before fees, in USD.
    pub realized: Decimal,
    /// From what is open, at the marks, in USD.
    pub unrealized: Decimal,
    /// Both, before fees.
    pub gross: Decimal,
    /// Fees paid.
    pub fees: Decimal,
    /// Gross less fees.
    pub net: Decimal,
    /// Net in percent of the basis, where there is one.
    pub net_pct: Option<f64>,
    /// What percentages refer to, in USD.
    pub basis: Option<Decimal>,
    /// Contracts × contract value × index of both legs, in USD.
    pub notional: Option<Decimal>,
}

/// The index over the session.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct SpotView {
    /// At entry.
    pub entry: Option<Decimal>,
    /// At the end.
    pub exit: Option<Decimal>,
    /// The newest.
    pub last: Option<Spot>,
    /// The highest since entry, as far as this process saw.
    pub high: Option<Decimal>,
    /// The lowest since entry, as far as this process saw.
    pub low: Option<Decimal>,
}

/// The last reconciliation.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReconciliationView {
    /// When.
    pub last_at: Option<DateTime<Utc>>,
    /// Whether two passes agreed.
    pub agreed: bool,
    /// What differed.
    pub differences: Vec<Difference>,
    /// Positions of others in our symbols.
    pub foreign: Vec<(Symbol, i64)>,
    /// Orders whose fate is not known.
    pub unknown_intents: usize,
}

/// An alert that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertView {
    /// What, for programs.
    pub code: String,
    /// How urgent.
    pub severity: Severity,
    /// What, for people.
    pub message: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// One point of the result's path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PnlPoint {
    /// When.
    pub at: DateTime<Utc>,
    /// Net, in USD.
    pub net: Decimal,
    /// Before fees.
    pub gross: Decimal,
    /// Fees paid.
    pub fees: Decimal,
    /// The index.
    pub spot: Option<Decimal>,
}
