//! The picture of the desk that people watch: one a tick, kept in a row and sent to streams.

#![expect(missing_docs, reason = "the names are those of the API; what they do not say is said")]

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::Action;

/// What the desk is doing, in the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeskStatus {
    /// Nothing.
    Idle,
    /// For the time of entry, or for the exchange's answers after a start.
    Waiting,
    /// Sells.
    Entering,
    /// Watches what was sold.
    Live,
    /// Buys back.
    Exiting,
    /// Has just ended.
    Cooldown,
    /// Does not know what is true; a person must look.
    Unresolved,
}

impl DeskStatus {
    /// The status that belongs to a session's state.
    #[must_use]
    pub fn of_state(state: &str) -> Self {
        match state {
            "created" | "waiting" | "reconciling" => Self::Waiting,
            "selecting" | "entering" => Self::Entering,
            "live" => Self::Live,
            "exiting" => Self::Exiting,
            "closed" | "entry_aborted" => Self::Cooldown,
            _ => Self::Unresolved,
        }
    }
}

/// The desk at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Runtime {
    pub status: DeskStatus,
    /// The session's own state: `created`, `reconciling`, `waiting`, `selecting`, `entering`,
    /// `live`, `exiting`, `closed`, `entry_aborted`, `unresolved` or `halted`.
    pub state: Option<String>,
    /// `live` or `simulation`.
    pub mode: String,
    /// `sim`, `testnet` or `prod`.
    pub environment: String,
    /// The account's label; live trading asks for it as a confirmation.
    #[serde(default)]
    pub account: String,
    /// Why it is that mode: `paper`, `missing_credentials`, `live_trading_disabled`, …
    pub mode_reason: Option<String>,
    /// Whether a session is open.
    pub active: bool,
    pub strategy_id: Option<String>,
    pub session_id: Option<i64>,
    pub generated_at: DateTime<Utc>,
    pub schedule: Schedule,
    pub entry: Entry,
    pub positions: Vec<Position>,
    pub totals: Totals,
    pub limits: Limits,
    pub trailing: Trailing,
    pub spot: Spot,
    pub greeks: Option<Greeks>,
    pub margin: Option<Margin>,
    pub data_quality: DataQuality,
    pub risk: Risk,
    pub reconciliation: ReconciliationBrief,
    pub exit_reason: Option<String>,
    /// What is wrong and what the engine does about it.
    pub alerts: Vec<Alert>,
    /// The profile of the session, or the active one.
    pub config: Option<ConfigBrief>,
    /// The actions that are not refused now.
    pub allowed_actions: Vec<Action>,
}

/// When it begins and ends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    pub scheduled_entry_at: Option<DateTime<Utc>>,
    pub time_to_entry_seconds: Option<i64>,
    pub planned_exit_at: Option<DateTime<Utc>>,
    /// `exit_time` or `expiry_guard`.
    pub exit_bound: Option<String>,
    pub time_to_exit_seconds: Option<i64>,
}

/// How the entry goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// `idle`, `waiting`, `selecting`, `working`, `completed` or `aborted`.
    pub status: String,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub target_expiry: Option<DateTime<Utc>>,
    pub selected_contracts: Vec<SelectedContract>,
    /// `delta` or `price`.
    pub selection_strategy: Option<String>,
    pub legs: Vec<EntryLeg>,
    /// Why it was aborted.
    pub reason: Option<String>,
}

/// A contract that was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SelectedContract {
    /// `call` or `put`.
    pub kind: String,
    pub symbol: String,
    pub strike: f64,
    pub delta: Option<f64>,
    pub mid: Option<f64>,
    pub iv: Option<f64>,
    pub spread_pct: Option<f64>,
    /// How far the strike lies from the index, per cent.
    pub distance_pct: Option<f64>,
}

/// One leg of the entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryLeg {
    /// `call` or `put`.
    pub kind: String,
    pub symbol: String,
    pub target_qty: i64,
    pub filled_qty: i64,
    pub status: String,
    pub attempts: Vec<Attempt>,
}

/// One order of a leg.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    pub attempt: i64,
    /// `entry`, `exit`, `unwind`, `panic` or `protective`.
    pub purpose: String,
    pub client_order_id: String,
    pub order_id: Option<String>,
    /// `limit_order` or `market_order`.
    pub order_type: String,
    pub side: String,
    pub price: Option<f64>,
    pub size: i64,
    pub filled: i64,
    pub fill_ratio: f64,
    pub status: String,
    pub latency_ms: Option<i64>,
    pub error: Option<String>,
}

/// What one leg is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Position {
    pub leg_id: i64,
    /// `call` or `put`.
    pub kind: String,
    pub symbol: String,
    pub product_id: i64,
    pub strike: f64,
    pub expiry: DateTime<Utc>,
    /// `short` or `flat`.
    pub side: String,
    pub status: String,
    pub quantity: i64,
    pub open_quantity: i64,
    pub contract_size: f64,
    pub entry_price: Option<f64>,
    pub entry_price_exact: Option<String>,
    pub exit_price: Option<f64>,
    pub mark_price: Option<f64>,
    pub last_price: Option<f64>,
    pub best_bid: Option<f64>,
    pub best_ask: Option<f64>,
    pub bid_size: Option<f64>,
    pub ask_size: Option<f64>,
    /// Age of the quote, milliseconds.
    pub quote_age_ms: Option<i64>,
    /// `stream`, `rest` or `none`.
    pub mark_source: String,
    pub stale: bool,
    pub fees_entry: f64,
    pub fees_exit: f64,
    pub realized_pnl: f64,
    pub unrealized_pnl: f64,
    pub total_pnl: f64,
    pub total_pnl_exact: String,
    pub pnl_pct: Option<f64>,
    /// What it would cost to close now, at the ask.
    pub liquidation_value: Option<f64>,
    pub notional: f64,
    /// How far the strike lies from the index, per cent.
    pub distance_pct: Option<f64>,
    pub iv: Option<f64>,
    /// Of the position, not of one contract.
    pub greeks: Option<Greeks>,
    pub entry_time: Option<DateTime<Utc>>,
    pub exit_time: Option<DateTime<Utc>>,
}

/// What all legs together are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    pub realized: f64,
    pub unrealized: f64,
    /// Before fees.
    pub pnl_before_fees: f64,
    pub fees: f64,
    /// After fees.
    pub total_pnl: f64,
    /// Per cent of `basis`.
    pub total_pnl_pct: f64,
    /// What the limits are per cent of.
    pub basis: f64,
    pub notional: f64,
    pub realized_exact: String,
    pub unrealized_exact: String,
    pub pnl_before_fees_exact: String,
    pub fees_exact: String,
    pub total_pnl_exact: String,
    pub notional_exact: String,
}

impl Default for Totals {
    fn default() -> Self {
        let nothing = || "0".to_owned();
        Self {
            realized: 0.0,
            unrealized: 0.0,
            pnl_before_fees: 0.0,
            fees: 0.0,
            total_pnl: 0.0,
            total_pnl_pct: 0.0,
            basis: 0.0,
            notional: 0.0,
            realized_exact: nothing(),
            unrealized_exact: nothing(),
            pnl_before_fees_exact: nothing(),
            fees_exact: nothing(),
            total_pnl_exact: nothing(),
            notional_exact: nothing(),
        }
    }
}

/// Where the session ends by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    pub max_profit_pct: Option<f64>,
    pub max_loss_pct: Option<f64>,
    /// The nearer of the loss limit and the trailing level, as a loss in per cent.
    pub effective_loss_pct: Option<f64>,
    pub trailing_enabled: bool,
    /// Absent while it is not armed; 0 is break-even.
    pub trailing_level_pct: Option<f64>,
}

/// The trailing stop.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Trailing {
    pub enabled: bool,
    pub armed: bool,
    /// Absent while it is not armed; 0 is break-even.
    pub level_pct: Option<f64>,
    pub max_profit_seen: f64,
    pub max_profit_seen_pct: f64,
    pub max_drawdown_seen: f64,
    pub max_drawdown_seen_pct: f64,
}

/// The index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Spot {
    pub symbol: Option<String>,
    pub entry: Option<f64>,
    pub exit: Option<f64>,
    pub last: Option<f64>,
    pub high: Option<f64>,
    pub low: Option<f64>,
    pub updated_at: Option<DateTime<Utc>>,
}

/// Sensitivities: of a contract in a chain, of the position elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Greeks {
    pub delta: f64,
    pub gamma: f64,
    pub vega: f64,
    pub theta: f64,
}

/// What the exchange blocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Margin {
    pub balance: Option<f64>,
    pub available: Option<f64>,
    pub blocked: Option<f64>,
    /// Whether it is computed here and not reported by the exchange.
    pub estimated: bool,
}

/// How good the data are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DataQuality {
    /// By symbol.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub quote_age_ms: std::collections::BTreeMap<String, i64>,
    pub ws_connected: bool,
    pub private_connected: bool,
    pub rest_fallback: bool,
    /// The symbols whose quotes are too old.
    pub stale: Vec<String>,
    pub clock_skew_ms: Option<i64>,
    /// Share of the exchange's request quota that is used, 0 to 1.
    pub quota_used: Option<f64>,
}

/// The guards.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Risk {
    /// `active`, `reducing` or `halted`.
    pub trading_state: String,
    pub guards: Vec<Guard>,
}

/// One guard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Guard {
    pub name: String,
    /// `ok`, `warning` or `blocking`.
    pub status: String,
    pub used: Option<f64>,
    pub limit: Option<f64>,
    pub message: String,
}

/// What the last comparison with the exchange said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReconciliationBrief {
    pub last_at: Option<DateTime<Utc>>,
    pub differences: i64,
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Alert {
    pub code: String,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    pub message: String,
    pub at: DateTime<Utc>,
}

/// The profile in brief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConfigBrief {
    pub id: String,
    pub name: String,
    pub version: i64,
    pub underlying: String,
    pub quantity: i64,
    pub trade_time_ist: String,
    pub exit_time_ist: String,
}
