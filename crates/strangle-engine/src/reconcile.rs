//! What the exchange's answers mean for the ledger: the decision table.
//!
//! - [`orders`]: what became of an order, and what to do with an open one.
//! - [`positions`]: what a position that differs from the ledger means.
//!
//! Two rules stand above the table. A failed look is not an answer: it is never "absent" and never
//! "flat". And an order is absent only by proof: the exchange refuses signatures older than 5 s, so
//! an order that is [`ABSENCE_PROOF`] old and is found neither by its name, nor among the open
//! orders, nor in the history, nor in the fills, was never accepted and never will be.

pub mod orders;
pub mod positions;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::orders::{IntentFacts, Next, OrderVerdict, Verdict, judge_intent, judge_open_order};
pub use self::positions::{PositionFacts, PositionVerdict, judge_position, touched_symbols};

use crate::intent::OrderReport;

/// How long after sending an order that nobody has was never accepted: 5 s of signature and 2 s
/// for clocks.
pub const ABSENCE_PROOF: TimeDelta = TimeDelta::seconds(7);

/// How far apart two passes must be to prove anything: the margined positions lag up to 10 s.
pub const PASS_DISTANCE: TimeDelta = TimeDelta::seconds(10);

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "part", content = "value", rename_all = "snake_case")]
pub enum Part<T> {
    /// It was not asked for.
    #[default]
    NotAsked,
    /// It could not be loaded.
    Unavailable(String),
    /// This is it.
    Known(T),
}

impl<T> Part<T> {
    /// Returns the value, if it is known.
    #[must_use]
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotAsked | Self::Unavailable(_) => None,
        }
    }

    /// Says whether it was asked for in vain.
    #[must_use]
    pub const fn failed(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// What one place says about an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "look", rename_all = "snake_case")]
pub enum Look {
    /// Nobody looked.
    #[default]
    NotAsked,
    /// The look failed.
    Failed {
        /// How.
        error: String,
    },
    /// It is not there.
    NotFound,
    /// It is there.
    Found {
        /// As this.
        report: OrderReport,
    },
}

impl Look {
    /// Returns the report.
    #[must_use]
    pub const fn found(&self) -> Option<&OrderReport> {
        match self {
            Self::Found { report } => Some(report),
            _ => None,
        }
    }
}

/// What the fills say about an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "look", rename_all = "snake_case")]
pub enum FillsLook {
    /// Nobody looked.
    #[default]
    NotAsked,
    /// The look failed.
    Failed {
        /// How.
        error: String,
    },
    /// It has none.
    None,
    /// It has some.
    Some {
        /// Contracts.
        filled: i64,
    },
}

/// What all places say about an order. Later places are asked only when the first has nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookUpAnswer {
    /// When the look began, on the exchange's clock.
    pub asked_at: DateTime<Utc>,
    /// By its name.
    pub by_client_id: Look,
    /// Among the open and pending orders.
    pub open_orders: Look,
    /// In the history.
    pub history: Look,
    /// In the fills.
    pub fills: FillsLook,
}

impl LookUpAnswer {
    /// Returns the answer of an order that was found by its name.
    #[must_use]
    pub const fn found(asked_at: DateTime<Utc>, report: OrderReport) -> Self {
        Self {
            asked_at,
            by_client_id: Look::Found { report },
            open_orders: Look::NotAsked,
            history: Look::NotAsked,
            fills: FillsLook::NotAsked,
        }
    }

    /// Returns the answer of an order that is nowhere.
    #[must_use]
    pub const fn absent(asked_at: DateTime<Utc>) -> Self {
        Self {
            asked_at,
            by_client_id: Look::NotFound,
            open_orders: Look::NotFound,
            history: Look::NotFound,
            fills: FillsLook::None,
        }
    }

    /// Returns the answer of a look that failed.
    #[must_use]
    pub fn failed(asked_at: DateTime<Utc>, error: &str) -> Self {
        Self {
            asked_at,
            by_client_id: Look::Failed { error: error.to_owned() },
            open_orders: Look::NotAsked,
            history: Look::NotAsked,
            fills: FillsLook::NotAsked,
        }
    }

    /// Returns the report, wherever it was found.
    #[must_use]
    pub fn report(&self) -> Option<&OrderReport> {
        [&self.by_client_id, &self.open_orders, &self.history].into_iter().find_map(Look::found)
    }

    /// Says whether every place was asked, answered, and has nothing.
    #[must_use]
    pub fn absent_everywhere(&self) -> bool {
        [&self.by_client_id, &self.open_orders, &self.history]
            .into_iter()
            .all(|look| *look == Look::NotFound)
            && self.fills == FillsLook::None
    }

    /// Returns the error of the first look that failed.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        let looks = [&self.by_client_id, &self.open_orders, &self.history];
        let failed = looks.into_iter().find_map(|look| match look {
            Look::Failed { error } => Some(error.as_str()),
            _ => None,
        });
        match &self.fills {
            FillsLook::Failed { error } => failed.or(Some(error)),
            _ => failed,
        }
    }
}
