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
    /// The exact texts of the money above.
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
}

/// What a leg cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegFees {
    pub entry: f64,
    pub exit: f64,
    pub total: f64,
}
