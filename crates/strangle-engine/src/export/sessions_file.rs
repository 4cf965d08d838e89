//! One row a session.

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;

use super::cell::{Row, fixed, signed};
use crate::instrument::Underlying;

/// The columns, in order.
pub const COLUMNS: [&str; 20] = [
    "strategy_id",
    "activated_at",
    "stopped_at",
    "config_snapshot",
    "total_pnl",
    "total_fees",
    "win_rate",
    "trade_count",
    "exit_reason",
    "underlying_symbol",
    "spot_entry",
    "spot_exit",
    "ce_symbol",
    "ce_strike",
    "ce_delta",
    "ce_distance_pct",
    "pe_symbol",
    "pe_strike",
    "pe_delta",
    "pe_distance_pct",
];

/// What one session says of itself. What is missing gives an empty cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionRow {
    /// Its name.
    pub strategy_id: String,
    /// When it began.
    pub activated_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub stopped_at: Option<DateTime<Utc>>,
    /// The profile at its start, as JSON.
    pub config_snapshot: String,
    /// The result after fees, in USD.
    pub total_pnl: Option<Decimal>,
    /// What was paid, in USD.
    pub total_fees: Option<Decimal>,
    /// The part of its legs that won, in percent.
    pub win_rate: Option<Decimal>,
    /// Its legs.
    pub trade_count: Option<u32>,
    /// Why it ended.
    pub exit_reason: Option<String>,
    /// The asset.
    pub underlying: Option<Underlying>,
    /// The index at entry.
    pub spot_entry: Option<Decimal>,
    /// The index at exit.
    pub spot_exit: Option<Decimal>,
    /// The call.
    pub call: LegCells,
    /// The put.
    pub put: LegCells,
}

/// What one leg says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LegCells {
    /// The contract.
    pub symbol: Option<String>,
    /// Its strike.
    pub strike: Option<Decimal>,
    /// Its delta when it was chosen.
    pub delta: Option<Decimal>,
    /// How far the strike was from the index, in percent.
    pub distance_pct: Option<Decimal>,
}

/// Returns the name of the file.
///
/// ```
/// let at = "2025-10-06T12:00:00Z".parse().unwrap();
/// let name = strangle_engine::export::sessions_file::filename(at);
/// assert_eq!(name, "trading-sessions-20251006T120000Z.csv");
/// ```
#[must_use]
pub fn filename(generated_at: DateTime<Utc>) -> String {
    format!("trading-sessions-{}.csv", generated_at.format("%Y%m%dT%H%M%SZ"))
}

/// Writes the heading.
pub fn write_head(buffer: &mut String) {
    let mut row = Row::new(buffer);
    for column in COLUMNS {
        row = row.raw(column);
    }
    row.end();
}

/// Writes one session. Sessions are written newest first.
pub fn write_session(buffer: &mut String, session: &SessionRow) {
    let instant = |at: Option<DateTime<Utc>>| {
        at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, false)).unwrap_or_default()
    };
    let row = Row::new(buffer)
        .text(&session.strategy_id)
        .raw(&instant(session.activated_at))
        .raw(&instant(session.stopped_at))
        .text(&session.config_snapshot)
        .raw(&with_sign(session.total_pnl, 2))
        .optional(session.total_fees)
        .optional(session.win_rate)
        .optional(session.trade_count.map(Decimal::from))
        .text(session.exit_reason.as_deref().unwrap_or_default())
        .raw(session.underlying.map_or("", Underlying::as_str))
        .raw(&with_cents(session.spot_entry))
        .raw(&with_cents(session.spot_exit));
    let row = leg(row, &session.call);
    leg(row, &session.put).end();
}

fn leg<'a>(row: Row<'a>, leg: &LegCells) -> Row<'a> {
    row.text(leg.symbol.as_deref().unwrap_or_default())
        .raw(&with_cents(leg.strike))
        .raw(&with_sign(leg.delta, 4))
        .raw(&with_sign(leg.distance_pct, 2))
}

fn with_sign(number: Option<Decimal>, decimals: u32) -> String {
    number.map(|number| signed(number, decimals)).unwrap_or_default()
}

fn with_cents(number: Option<Decimal>) -> String {
    number.map(|number| fixed(number, 2)).unwrap_or_default()
}
