//! The tables `sim_snapshots` and `sim_journal`: the embedded simulator's own. The engine never
//! reads them.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// The newest snapshot of an exchange.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SnapshotRow {
    /// Entries up to this number are in the state.
    pub(crate) last: i64,
    pub(crate) state: Vec<u8>,
    pub(crate) clock_micros: i64,
    pub(crate) clock_at: DateTime<Utc>,
    pub(crate) clock_speed: f64,
}

/// Returns the snapshot of an exchange.
pub(crate) async fn find_snapshot(tx: &mut Tx, venue: &str) -> Result<Option<SnapshotRow>> {
    tx.query(
        "SELECT last, state, clock_micros, clock_at, clock_speed FROM sim_snapshots \
         WHERE venue = $1",
    )
    .bind(venue.to_owned())
    .fetch_optional()
    .await
}

/// Puts a snapshot in place of the older one and of the entries in it.
pub(crate) async fn replace_snapshot(tx: &mut Tx, venue: &str, row: &SnapshotRow) -> Result<()> {
    tx.query(
        "INSERT INTO sim_snapshots (venue, last, state, clock_micros, clock_at, clock_speed) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (venue) DO UPDATE SET last = excluded.last, state = excluded.state, \
         clock_micros = excluded.clock_micros, clock_at = excluded.clock_at, \
         clock_speed = excluded.clock_speed",
    )
    .bind(venue.to_owned())
    .bind(row.last)
    .bind(row.state.clone())
    .bind(row.clock_micros)
    .bind(row.clock_at)
    .bind(row.clock_speed)
    .execute()
    .await?;
    tx.query("DELETE FROM sim_journal WHERE venue = $1 AND number <= $2")
        .bind(venue.to_owned())
        .bind(row.last)
        .execute()
        .await?;
    Ok(())
}

/// Adds entries; their numbers are unique.
pub(crate) async fn insert_entries(
    tx: &mut Tx,
    venue: &str,
    rows: &[(i64, Json<Value>)],
) -> Result<()> {
    tx.insert_many(
        "INSERT INTO sim_journal (venue, number, entry) ",
        "",
        3,
        rows,
        |row, (number, entry)| {
            row.push(venue.to_owned()).push(*number).push(entry.clone());
        },
    )
    .await?;
    Ok(())
}

/// Lists the entries after a number, oldest first.
pub(crate) async fn list_entries(
    tx: &mut Tx,
    venue: &str,
    after: i64,
) -> Result<Vec<(i64, Json<Value>)>> {
    tx.query(
        "SELECT number, entry FROM sim_journal WHERE venue = $1 AND number > $2 ORDER BY number",
    )
    .bind(venue.to_owned())
    .bind(after)
    .fetch_all()
    .await
}
