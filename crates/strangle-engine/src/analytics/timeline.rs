//! What happened, in order.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryType {
    /// An order on the exchange.
    Order,
    /// A leg.
    Position,
    /// Anything else.
    Event,
}

impl EntryType {
    /// Returns the stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Position => "position",
            Self::Event => "event",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub timestamp: DateTime<Utc>,
    /// In which session.
    pub session_id: i64,
    /// What it is about.
    pub entry_type: EntryType,
    /// The exchange's order.
    pub order_id: Option<String>,
    /// The leg.
    pub position_id: Option<i64>,
    /// The contract.
    pub symbol: Option<String>,
    /// `buy`, `sell`, or `short` for a leg.
    pub side: Option<String>,
    /// Contracts.
    pub quantity: Option<Decimal>,
    /// The price asked for, or the price of entry or exit.
    pub price: Option<Decimal>,
    /// The price paid.
    pub fill_price: Option<Decimal>,
    /// What was closed, in USD.
    pub realized_pnl: Option<Decimal>,
    /// What was open, in USD.
    pub unrealized_pnl: Option<Decimal>,
    /// Everything else; a text is exported as it is.
    pub metadata: Value,
}

/// Puts entries in order: by time, then by session, order and leg.
pub fn sort(entries: &mut [Entry]) {
    fn key(entry: &Entry) -> impl Ord + '_ {
        let ids = (entry.session_id, entry.order_id.as_deref(), entry.position_id);
        (entry.timestamp, ids, entry.entry_type)
    }
    entries.sort_by(|a, b| key(a).cmp(&key(b)));
}
