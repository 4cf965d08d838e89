//! The `order_ledger` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// An order as the exchange last reported it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct OrderRow {
    pub(crate) client_order_id: String,
    pub(crate) tenant_id: String,
    pub(crate) session_id: i64,
    pub(crate) leg_id: i64,
    pub(crate) order_id: Option<String>,
    pub(crate) symbol: String,
    pub(crate) side: String,
    pub(crate) quantity: i64,
    pub(crate) filled: i64,
    pub(crate) price: Option<Exact>,
    pub(crate) fill_price: Option<Exact>,
    pub(crate) fees: Exact,
    pub(crate) status: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) raw_response: Option<Json<Value>>,
}

/// Adds an order or stores what has become of it.
pub(crate) async fn upsert(tx: &mut Tx, row: &OrderRow) -> Result<()> {
    tx.query(
        "INSERT INTO order_ledger (client_order_id, tenant_id, session_id, leg_id, \
         order_id, symbol, side, quantity, filled, price, fill_price, fees, status, \
         created_at, updated_at, raw_response) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
         $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (client_order_id) DO UPDATE \
         SET order_id = excluded.order_id, filled = excluded.filled, fill_price = \
         excluded.fill_price, fees = excluded.fees, status = excluded.status, \
         updated_at = excluded.updated_at, raw_response = \
         COALESCE(excluded.raw_response, order_ledger.raw_response)",
    )
    .bind(row.client_order_id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.session_id)
    .bind(row.leg_id)
    .bind(row.order_id.clone())
    .bind(row.symbol.clone())
    .bind(row.side.clone())
    .bind(row.quantity)
    .bind(row.filled)
    .bind(row.price)
    .bind(row.fill_price)
    .bind(row.fees)
    .bind(row.status.clone())
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.raw_response.clone())
    .execute()
    .await?;
    Ok(())
}

/// Lists the orders of a session in their order.
pub(crate) async fn list(tx: &mut Tx, session: i64) -> Result<Vec<OrderRow>> {
    tx.query(
        "SELECT client_order_id, tenant_id, session_id, leg_id, order_id, symbol, side, \
         quantity, filled, price, fill_price, fees, status, created_at, updated_at, \
         raw_response FROM order_ledger WHERE session_id = $1 ORDER BY created_at, \
         client_order_id",
    )
    .bind(session)
    .fetch_all()
    .await
}
