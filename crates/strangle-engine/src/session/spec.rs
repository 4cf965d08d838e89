//! What a session is told at its birth, and never changes.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::client_order_id::Tag;
use crate::fees::FeeRates;
use crate::instrument::Contract;
use crate::profile::Profile;
use crate::schedule::Schedule;

/// Where the orders go. A session never changes it (INV-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The built-in exchange.
    Paper,
    /// The exchange's demo venue.
    Testnet,
    /// Real money.
    Live,
}

impl Mode {
    /// Returns the name, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Testnet => "testnet",
            Self::Live => "live",
        }
    }
}

/// The birth certificate of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionSpec {
    /// The session's number, unique on the desk: it names the orders.
    pub number: u64,
    /// The session's public name, `delta-strangle-YYYYMMDDHHMMSS-<seq>`.
    pub strategy_id: String,
    /// The mark of this instance on its orders.
    pub tag: Tag,
    /// Where the orders go.
    pub mode: Mode,
    /// What it does.
    pub task: Task,
    /// The profile, as it was at the start.
    pub profile: Profile,
    /// The desk's settings, as they were at the start.
    pub settings: EngineSettings,
    /// When it enters and leaves.
    pub schedule: Schedule,
}

/// What a session does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Sells a strangle and manages it.
    Strangle,
    /// Buys back what the desk owns but no session watches.
    Flatten {
        /// What is bought back.
        holdings: Vec<Holding>,
    },
}

/// A short position to buy back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    /// The contract.
    pub contract: Contract,
    /// Contracts short; above zero.
    pub size: i64,
    /// The mean price at which it was sold, as far as known.
    pub entry_price: Decimal,
    /// When it was sold, as far as known.
    pub opened_at: DateTime<Utc>,
}

/// The settings of the desk that rules depend on. Durations are milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineSettings {
    /// Limit attempts of an entry leg (`DELTA_ORDER_RETRY_ATTEMPTS`).
    pub entry_attempts: u32,
    /// The pause between attempts (`DELTA_ORDER_RETRY_DELAY_SECONDS`).
    pub retry_delay_ms: i64,
    /// The filled share at which waiting ends (`DELTA_PARTIAL_FILL_THRESHOLD`).
    pub partial_fill_threshold: f64,
    /// The wait of an entry attempt (`DELTA_ORDER_TIMEOUT_SECONDS`).
    pub order_timeout_ms: i64,
    /// Limit attempts of an exit before it goes to market.
    pub exit_attempts: u32,
    /// The wait of an exit attempt.
    pub exit_timeout_ms: i64,
    /// The oldest quote an entry may use (`STALE_QUOTE_SECONDS`).
    pub stale_quote_ms: i64,
    /// The silence that is reported (`TICK_STALE_WARNING_SECONDS`).
    pub silence_warning_ms: i64,
    /// Units of the exchange's quota that only exits may use.
    pub quota_reserve: u32,
    /// The fee rates in force, for products that state none.
    pub fees: FeeRates,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            entry_attempts: 4,
            retry_delay_ms: 2_000,
            partial_fill_threshold: 0.10,
            order_timeout_ms: 30_000,
            exit_attempts: 2,
            exit_timeout_ms: 5_000,
            stale_quote_ms: 15_000,
            silence_warning_ms: 60_000,
            quota_reserve: 500,
            fees: FeeRates::default(),
        }
    }
}

impl EngineSettings {
    /// Returns the pause between attempts.
    #[must_use]
    pub const fn retry_delay(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.retry_delay_ms)
    }

    /// Returns the oldest quote an entry may use.
    #[must_use]
    pub const fn stale_quote(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.stale_quote_ms)
    }

    /// Returns the silence that is reported.
    #[must_use]
    pub const fn silence_warning(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.silence_warning_ms)
    }
}
