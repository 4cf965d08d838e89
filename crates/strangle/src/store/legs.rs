//! The `legs` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::domain::session::LegSlippage;

/// A leg as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LegRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: String,
    pub(crate) session_id: i64,
    pub(crate) kind: String,
    pub(crate) symbol: String,
    pub(crate) product_id: i64,
    pub(crate) strike: Exact,
    pub(crate) expiry: DateTime<Utc>,
    pub(crate) contract_value: Exact,
    pub(crate) tick_size: Exact,
    pub(crate) target_qty: i64,
    pub(crate) open_qty: i64,
    pub(crate) entry_vwap: Option<Exact>,
    pub(crate) exit_vwap: Option<Exact>,
    pub(crate) fees_entry: Exact,
    pub(crate) fees_exit: Exact,
    pub(crate) realized: Exact,
    pub(crate) status: String,
    pub(crate) selection: Json<Value>,
    /// What its trades lost against the prices that were hoped for.
    pub(crate) slippage: Option<Json<LegSlippage>>,
    pub(crate) opened_at: Option<DateTime<Utc>>,
    pub(crate) closed_at: Option<DateTime<Utc>>,
}

/// More legs than a session ever has.
const MOST_LEGS: i64 = 64;

/// The number of a leg: made of its session and its place there, so that a replay makes the same.
pub(crate) fn leg_id(session: i64, index: usize) -> i64 {
    let index = i64::try_from(index).unwrap_or(MOST_LEGS).min(MOST_LEGS - 1);
    session.saturating_mul(MOST_LEGS).saturating_add(index)
}

/// Adds a leg or stores what has changed about it.
pub(crate) async fn upsert(tx: &mut Tx, row: &LegRow) -> Result<()> {
    tx.query(
        "INSERT INTO legs (id, tenant_id, session_id, kind, symbol, product_id, strike, \
         expiry, contract_value, tick_size, target_qty, open_qty, entry_vwap, \
         exit_vwap, fees_entry, fees_exit, realized, status, selection, opened_at, \
         closed_at, slippage) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT (id) DO UPDATE SET \
         kind = excluded.kind, symbol = excluded.symbol, product_id = excluded.product_id, \
         strike = excluded.strike, expiry = excluded.expiry, contract_value = \
         excluded.contract_value, tick_size = excluded.tick_size, target_qty = \
         excluded.target_qty, open_qty = excluded.open_qty, entry_vwap = \
         excluded.entry_vwap, exit_vwap = excluded.exit_vwap, fees_entry = \
         excluded.fees_entry, fees_exit = excluded.fees_exit, realized = \
         excluded.realized, status = excluded.status, selection = excluded.selection, \
         opened_at = excluded.opened_at, closed_at = excluded.closed_at, \
         slippage = excluded.slippage",
    )
    .bind(row.id)
    .bind(row.tenant_id.clone())
    .bind(row.session_id)
    .bind(row.kind.clone())
    .bind(row.symbol.clone())
    .bind(row.product_id)
    .bind(row.strike)
    .bind(row.expiry)
    .bind(row.contract_value)
    .bind(row.tick_size)
    .bind(row.target_qty)
    .bind(row.open_qty)
    .bind(row.entry_vwap)
    .bind(row.exit_vwap)
    .bind(row.fees_entry)
    .bind(row.fees_exit)
    .bind(row.realized)
    .bind(row.status.clone())
    .bind(row.selection.clone())
    .bind(row.opened_at)
    .bind(row.closed_at)
    .bind(row.slippage)
    .execute()
    .await?;
    Ok(())
}

/// Returns a leg.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: i64) -> Result<Option<LegRow>> {
    tx.query(
        "SELECT id, tenant_id, session_id, kind, symbol, product_id, strike, expiry, \
         contract_value, tick_size, target_qty, open_qty, entry_vwap, exit_vwap, \
         fees_entry, fees_exit, realized, status, selection, slippage, opened_at, closed_at FROM \
         legs WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id)
    .fetch_optional()
    .await
}

/// Lists the legs of a session: call, then put.
pub(crate) async fn list(tx: &mut Tx, session: i64) -> Result<Vec<LegRow>> {
    tx.query(
        "SELECT id, tenant_id, session_id, kind, symbol, product_id, strike, expiry, \
         contract_value, tick_size, target_qty, open_qty, entry_vwap, exit_vwap, \
         fees_entry, fees_exit, realized, status, selection, slippage, opened_at, closed_at FROM \
         legs WHERE session_id = $1 ORDER BY id",
    )
    .bind(session)
    .fetch_all()
    .await
}

/// Lists the legs of a run of sessions.
pub(crate) async fn list_of(
    tx: &mut Tx,
    tenant: &str,
    first: i64,
    last: i64,
) -> Result<Vec<LegRow>> {
    tx.query(
        "SELECT id, tenant_id, session_id, kind, symbol, product_id, strike, expiry, \
         contract_value, tick_size, target_qty, open_qty, entry_vwap, exit_vwap, \
         fees_entry, fees_exit, realized, status, selection, slippage, opened_at, closed_at FROM \
         legs WHERE tenant_id = $1 AND session_id BETWEEN $2 AND $3 ORDER BY \
         session_id, id",
    )
    .bind(tenant.to_owned())
    .bind(first)
    .bind(last)
    .fetch_all()
    .await
}
