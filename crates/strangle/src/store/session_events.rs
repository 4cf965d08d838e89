//! The `session_events` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// One thing that happened in a session.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct EventRow {
    pub(crate) session_id: i64,
    pub(crate) seq: i64,
    pub(crate) tenant_id: String,
    #[sqlx(rename = "type")]
    pub(crate) kind: String,
    pub(crate) payload: Json<Value>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) fencing_token: i64,
}

/// Adds an event; its number must be new.
pub(crate) async fn insert(tx: &mut Tx, row: &EventRow) -> Result<()> {
    tx.query(
        "INSERT INTO session_events (session_id, seq, tenant_id, type, payload, at, \
         fencing_token) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.session_id)
    .bind(row.seq)
    .bind(row.tenant_id.clone())
    .bind(row.kind.clone())
    .bind(row.payload.clone())
    .bind(row.at)
    .bind(row.fencing_token)
    .execute()
    .await?;
    Ok(())
}

/// Lists the events of a session after the number `after`.
pub(crate) async fn list(
    tx: &mut Tx,
    session: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<EventRow>> {
    tx.query(
        "SELECT session_id, seq, tenant_id, type, payload, at, fencing_token FROM \
         session_events WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(session)
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}
