//! Metadata, figures and timeline of a range, one below the other.

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::cell::Row;
use crate::analytics::metrics::{Figure, Metrics};
use crate::analytics::timeline::Entry;

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// When it was made.
    pub generated_at: DateTime<Utc>,
    /// The first instant of the range, if it has one.
    pub start: Option<DateTime<Utc>>,
    /// The last instant of the range.
    pub end: DateTime<Utc>,
    /// The name of the range; empty for one of its own.
    pub preset: String,
    /// The session it is restricted to; empty for all.
    pub strategy_id: String,
    /// Rows of the timeline.
    pub record_count: u64,
    /// Whether the newest fact is too old.
    pub is_stale: bool,
    /// A sentence about that.
    pub status_message: String,
    /// The newest fact.
    pub latest_timestamp: Option<DateTime<Utc>>,
}

/// Returns the name of the file.
///
/// ```
/// let at = "2025-10-06T12:00:00Z".parse().unwrap();
/// let name = strangle_engine::export::analytics_file::filename(at);
/// assert_eq!(name, "analytics-export-20251006-120000.csv");
/// ```
#[must_use]
pub fn filename(generated_at: DateTime<Utc>) -> String {
    format!("analytics-export-{}.csv", generated_at.format("%Y%m%d-%H%M%S"))
}

/// Writes everything above the timeline, with its heading.
pub fn write_head(buffer: &mut String, metadata: &Metadata, metrics: &Metrics) {
    Row::new(buffer).raw("section").raw("field").raw("value").end();
    let start = metadata.start.map(instant).unwrap_or_default();
    let latest = metadata.latest_timestamp.map(instant).unwrap_or_default();
    let stale = if metadata.is_stale { "True" } else { "False" };
    for (field, value) in [
        ("generated_at", instant(metadata.generated_at).as_str()),
        ("start", &start),
        ("end", &instant(metadata.end)),
        ("preset", &metadata.preset),
        ("strategy_id", &metadata.strategy_id),
        ("record_count", &metadata.record_count.to_string()),
        ("is_stale", stale),
        ("status_message", &metadata.status_message),
        ("latest_timestamp", &latest),
    ] {
        Row::new(buffer).raw("metadata").raw(field).text(value).end();
    }

    buffer.push_str("\r\n");
    for (name, figure) in metrics.figures() {
        let value = match figure {
            Figure::Count(count) => Decimal::from(count),
            Figure::Amount(amount) => amount,
        };
        Row::new(buffer).raw("metrics").raw(name).number(value).end();
    }

    buffer.push_str("\r\n");
    let mut heading = Row::new(buffer).raw("timeline");
    for column in TIMELINE_COLUMNS {
        heading = heading.raw(column);
    }
    heading.end();
}

/// The columns of the timeline, after the name of the section.
pub const TIMELINE_COLUMNS: [&str; 13] = [
    "timestamp",
    "session_id",
    "entry_type",
    "order_id",
    "position_id",
    "symbol",
    "side",
    "quantity",
    "price",
    "fill_price",
    "realized_pnl",
    "unrealized_pnl",
    "metadata",
];

/// Writes one row of the timeline.
pub fn write_entry(buffer: &mut String, entry: &Entry) {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let position = entry.position_id.map(|id| id.to_string()).unwrap_or_default();
    let metadata = match &entry.metadata {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Row::new(buffer)
        .raw("timeline")
        .raw(&instant(entry.timestamp))
        .number(Decimal::from(entry.session_id))
        .raw(entry.entry_type.as_str())
        .text(&optional(&entry.order_id))
        .raw(&position)
        .text(&optional(&entry.symbol))
        .text(&optional(&entry.side))
        .optional(entry.quantity)
        .optional(entry.price)
        .optional(entry.fill_price)
        .optional(entry.realized_pnl)
        .optional(entry.unrealized_pnl)
        .text(&metadata)
        .end();
}

/// Writes an instant as `2025-10-06T12:00:00+00:00`; a fraction of a second only if there is one.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
