//! A session as it is shown: the names are those that clients rely on.

#![expect(missing_docs, reason = "the names are those of the API; what they do not say is said")]

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::runtime::Spot;

/// The result of a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PnlSummary {
    pub realized: f64,
    pub unrealized: f64,
    /// After fees; the same as `total_pnl`.
    pub total: f64,
    pub total_pnl: f64,
    /// Per cent of the basis of the limits.
    pub total_pnl_pct: f64,
    pub notional: f64,
    pub fees: f64,
    pub pnl_before_fees: f64,
    pub exit_reason: Option<String>,
    pub generated_at: Option<DateTime<Utc>>,
    pub max_profit_seen: f64,
    pub max_profit_seen_pct: f64,
    pub max_drawdown_seen: f64,
    pub max_drawdown_seen_pct: f64,
    /// Absent if it was never armed; 0 is break-even.
    pub trailing_level_pct: Option<f64>,
    pub trailing_enabled: bool,
    pub spot: Spot,
    /// USD that the trades lost against the middle of the book; absent if none was planned here.
    pub slippage: Option<f64>,
    /// The same in per cent of what was traded.
    pub slippage_pct: Option<f64>,
    /// The exact texts of the money above.
    pub realized_exact: String,
    pub total_pnl_exact: String,
    pub pnl_before_fees_exact: String,
    pub fees_exact: String,
}

/// One leg in brief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegSummary {
    pub leg_id: i64,
    /// `call` or `put`.
    pub kind: String,
    pub symbol: String,
    pub side: String,
    pub status: String,
    pub entry_price: Option<f64>,
    pub exit_price: Option<f64>,
    pub quantity: i64,
    pub contract_size: f64,
    pub realized_pnl: f64,
    /// Per cent of what the leg collected.
    pub pnl_pct: Option<f64>,
    pub entry_time: Option<DateTime<Utc>>,
    pub exit_time: Option<DateTime<Utc>>,
    pub fees: LegFees,
    /// Absent if none of its trades was planned here.
    pub slippage: Option<LegSlippage>,
}

/// What the trades of a leg lost against the middle of the book at the moment they were planned;
/// below 0 if they gained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegSlippage {
    /// The mean price that was hoped for when it was sold.
    pub planned_entry: Option<f64>,
    /// The mean price that was hoped for when it was bought back.
    pub planned_exit: Option<f64>,
    /// USD lost by selling.
    pub entry: Option<f64>,
    /// USD lost by buying back.
    pub exit: Option<f64>,
    /// USD lost by both.
    pub total: f64,
    /// Per cent of what the contracts were worth at the prices that were hoped for.
    pub pct: Option<f64>,
}

/// What a leg cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegFees {
    pub entry: f64,
    pub exit: f64,
    pub total: f64,
}
