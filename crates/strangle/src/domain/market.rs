//! What the desk says about the market: the option chain, the preview of an entry, the preflight.

#![expect(missing_docs, reason = "the names are those of the API; what they do not say is said")]

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::exposure::Exposure;
use super::runtime::{Greeks, SelectedContract};

/// The options of one expiry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Chain {
    pub underlying: String,
    pub expiry: NaiveDate,
    /// The expiries that are listed.
    pub expiries: Vec<NaiveDate>,
    pub spot: Option<f64>,
    pub generated_at: DateTime<Utc>,
    /// By strike.
    pub rows: Vec<ChainRow>,
}

/// Both options of one strike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChainRow {
    pub strike: f64,
    /// How far it lies from the index, per cent.
    pub distance_pct: Option<f64>,
    pub call: Option<ChainOption>,
    pub put: Option<ChainOption>,
}

/// One option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChainOption {
    pub symbol: String,
    pub product_id: i64,
    pub bid: Option<f64>,
    pub ask: Option<f64>,
    pub bid_size: Option<f64>,
    pub ask_size: Option<f64>,
    pub mark: Option<f64>,
    pub iv: Option<f64>,
    pub open_interest: Option<f64>,
    /// Of one contract's underlying.
    pub greeks: Option<Greeks>,
    /// Age of the quote, milliseconds.
    pub quote_age_ms: Option<i64>,
    /// Whether orders are taken.
    pub operational: bool,
}

/// What a profile would sell now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryPreview {
    pub generated_at: DateTime<Utc>,
    pub underlying: String,
    pub spot: f64,
    pub expiry: DateTime<Utc>,
    pub entry_at: DateTime<Utc>,
    pub exit_at: DateTime<Utc>,
    /// `exit_time` or `expiry_guard`.
    pub exit_bound: String,
    /// Call, then put.
    pub contracts: Vec<SelectedContract>,
    pub quantity: i64,
    pub contract_value: f64,
    /// What both legs bring, in the underlying's unit price.
    pub credit: f64,
    /// What both legs bring, USD.
    pub premium: f64,
    pub premium_exact: String,
    pub break_even_low: f64,
    pub break_even_high: f64,
    /// Chance that the index ends between the break-evens, 0 to 1.
    pub probability_of_profit: Option<f64>,
    pub max_profit: f64,
    pub greeks: Option<Greeks>,
    pub margin: Option<f64>,
    pub fees: f64,
    pub fees_exact: String,
    pub exposure: Exposure,
    pub warnings: Vec<Warning>,
    /// Contracts that came close, and why they were not taken.
    pub near_misses: Vec<NearMiss>,
}

/// Something about an entry that deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    pub code: String,
    pub message: String,
}

/// A contract that was not taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NearMiss {
    pub symbol: String,
    pub reason: String,
    pub delta: Option<f64>,
    pub mid: Option<f64>,
}

/// Whether trading could begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preflight {
    pub generated_at: DateTime<Utc>,
    pub environment: String,
    pub account: String,
    /// Whether no check failed.
    pub passed: bool,
    pub checks: Vec<PreflightCheck>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreflightCheck {
    /// `credentials`, `ip_allowed`, `clock_skew`, `balance`, `margin_mode`, `products`, `socket`, …
    pub name: String,
    pub status: CheckStatus,
    pub message: String,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// Good.
    Pass,
    /// Trading can begin, but look.
    Warn,
    /// Trading cannot begin.
    Fail,
}

/// The simulator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SimStatus {
    pub seed: u64,
    pub scenario: String,
    /// Simulated seconds a second; absent means as fast as the machine can.
    pub speed: Option<f64>,
    pub now: DateTime<Utc>,
    pub started_at: DateTime<Utc>,
    /// Where it answers like the exchange, if it does.
    pub listen: Option<String>,
    pub open_orders: u64,
    pub fills: u64,
    /// USD.
    pub balance: String,
    #[schema(value_type = Vec<Object>)]
    pub faults: Vec<serde_json::Value>,
}
