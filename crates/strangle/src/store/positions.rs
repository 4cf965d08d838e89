//! The `position_ledger` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// One leg, for people and for the timeline.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct PositionRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: String,
    pub(crate) session_id: i64,
    pub(crate) symbol: String,
    pub(crate) side: String,
    pub(crate) entry_price: Option<Exact>,
    pub(crate) exit_price: Option<Exact>,
    pub(crate) quantity: i64,
    pub(crate) realized_pnl: Exact,
    pub(crate) unrealized_pnl: Exact,
    pub(crate) fees: Exact,
    pub(crate) entry_time: Option<DateTime<Utc>>,
    pub(crate) exit_time: Option<DateTime<Utc>>,
    pub(crate) trailing_sl_state: Option<Json<Value>>,
    pub(crate) analytics: Option<Json<Value>>,
}

/// Adds a position or stores what has changed about it.
pub(crate) async fn upsert(tx: &mut Tx, row: &PositionRow) -> Result<()> {
    tx.query(
        "INSERT INTO position_ledger (id, tenant_id, session_id, symbol, side, \
         entry_price, exit_price, quantity, realized_pnl, unrealized_pnl, fees, \
         entry_time, exit_time, trailing_sl_state, analytics) VALUES ($1, $2, $3, $4, \
         $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO UPDATE \
         SET symbol = excluded.symbol, side = excluded.side, entry_price = \
         excluded.entry_price, exit_price = excluded.exit_price, \
         quantity = excluded.quantity, realized_pnl = excluded.realized_pnl, \
         unrealized_pnl = excluded.unrealized_pnl, fees = excluded.fees, entry_time = \
         excluded.entry_time, exit_time = excluded.exit_time, trailing_sl_state = \
         excluded.trailing_sl_state, analytics = excluded.analytics",
    )
    .bind(row.id)
    .bind(row.tenant_id.clone())
    .bind(row.session_id)
    .bind(row.symbol.clone())
    .bind(row.side.clone())
    .bind(row.entry_price)
    .bind(row.exit_price)
    .bind(row.quantity)
    .bind(row.realized_pnl)
    .bind(row.unrealized_pnl)
    .bind(row.fees)
    .bind(row.entry_time)
    .bind(row.exit_time)
    .bind(row.trailing_sl_state.clone())
    .bind(row.analytics.clone())
    .execute()
    .await?;
    Ok(())
}

/// Lists the positions of a session.
pub(crate) async fn list(tx: &mut Tx, session: i64) -> Result<Vec<PositionRow>> {
    tx.query(
        "SELECT id, tenant_id, session_id, symbol, side, entry_price, exit_price, \
         quantity, realized_pnl, unrealized_pnl, fees, entry_time, exit_time, \
         trailing_sl_state, analytics FROM position_ledger WHERE session_id = $1 ORDER \
         BY id",
    )
    .bind(session)
    .fetch_all()
    .await
}
