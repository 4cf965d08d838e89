//! The `order_intents` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Result, Tx};
use sqlx::FromRow;

/// An order, before and after it left.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct IntentRow {
    pub(crate) client_order_id: String,
    pub(crate) tenant_id: String,
    pub(crate) session_id: i64,
    pub(crate) leg_id: i64,
    pub(crate) purpose: String,
    pub(crate) attempt: i64,
    pub(crate) side: String,
    pub(crate) size: i64,
    pub(crate) order_type: String,
    pub(crate) limit_price: Option<Exact>,
    pub(crate) time_in_force: String,
    pub(crate) reduce_only: bool,
    pub(crate) state: String,
    pub(crate) planned_at: DateTime<Utc>,
    pub(crate) sending_at: Option<DateTime<Utc>>,
    pub(crate) acked_at: Option<DateTime<Utc>>,
    pub(crate) terminal_at: Option<DateTime<Utc>>,
    pub(crate) exchange_order_id: Option<String>,
    pub(crate) filled: i64,
    pub(crate) avg_price: Option<Exact>,
    pub(crate) last_error: Option<String>,
    pub(crate) fencing_token: i64,
}

/// Adds an intent or stores what has become of it.
pub(crate) async fn upsert(tx: &mut Tx, row: &IntentRow) -> Result<()> {
    tx.query(
        "INSERT INTO order_intents (client_order_id, tenant_id, session_id, leg_id, \
         purpose, attempt, side, size, order_type, limit_price, time_in_force, \
         reduce_only, state, planned_at, sending_at, acked_at, terminal_at, \
         exchange_order_id, filled, avg_price, last_error, fencing_token) VALUES ($1, \
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21, $22) ON CONFLICT (client_order_id) DO UPDATE SET state = \
         excluded.state, sending_at = excluded.sending_at, acked_at = \
         excluded.acked_at, terminal_at = excluded.terminal_at, exchange_order_id = \
         excluded.exchange_order_id, filled = excluded.filled, avg_price = \
         excluded.avg_price, last_error = excluded.last_error, fencing_token = \
         excluded.fencing_token",
    )
    .bind(row.client_order_id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.session_id)
    .bind(row.leg_id)
    .bind(row.purpose.clone())
    .bind(row.attempt)
    .bind(row.side.clone())
    .bind(row.size)
    .bind(row.order_type.clone())
    .bind(row.limit_price)
    .bind(row.time_in_force.clone())
    .bind(row.reduce_only)
    .bind(row.state.clone())
    .bind(row.planned_at)
    .bind(row.sending_at)
    .bind(row.acked_at)
    .bind(row.terminal_at)
    .bind(row.exchange_order_id.clone())
    .bind(row.filled)
    .bind(row.avg_price)
    .bind(row.last_error.clone())
    .bind(row.fencing_token)
    .execute()
    .await?;
    Ok(())
}

/// Lists the intents of a session in their order.
pub(crate) async fn list(tx: &mut Tx, session: i64) -> Result<Vec<IntentRow>> {
    tx.query(
        "SELECT client_order_id, tenant_id, session_id, leg_id, purpose, attempt, side, \
         size, order_type, limit_price, time_in_force, reduce_only, state, planned_at, \
         sending_at, acked_at, terminal_at, exchange_order_id, filled, avg_price, \
         last_error, fencing_token FROM order_intents WHERE session_id = $1 ORDER BY \
         planned_at, client_order_id",
    )
    .bind(session)
    .fetch_all()
    .await
}

/// Lists the intents of a session that may still change something.
pub(crate) async fn list_open(tx: &mut Tx, session: i64) -> Result<Vec<IntentRow>> {
    tx.query(
        "SELECT client_order_id, tenant_id, session_id, leg_id, purpose, attempt, side, \
         size, order_type, limit_price, time_in_force, reduce_only, state, planned_at, \
         sending_at, acked_at, terminal_at, exchange_order_id, filled, avg_price, \
         last_error, fencing_token FROM order_intents WHERE session_id = $1 AND \
         terminal_at IS NULL ORDER BY planned_at, client_order_id",
    )
    .bind(session)
    .fetch_all()
    .await
}
