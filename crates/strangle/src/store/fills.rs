//! The `fills` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Result, Tx};
use sqlx::FromRow;

/// A trade of ours.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FillRow {
    pub(crate) fill_id: String,
    pub(crate) tenant_id: String,
    pub(crate) session_id: i64,
    pub(crate) leg_id: i64,
    pub(crate) client_order_id: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) symbol: String,
    pub(crate) side: String,
    pub(crate) price: Exact,
    pub(crate) size: i64,
    pub(crate) role: Option<String>,
    pub(crate) commission: Option<Exact>,
    pub(crate) estimated_fee: Option<Exact>,
    pub(crate) index_price: Option<Exact>,
    pub(crate) fill_type: String,
    pub(crate) exchange_ts: DateTime<Utc>,
    pub(crate) recorded_at: DateTime<Utc>,
}

/// Adds a fill; returns whether it was new. The second report of one fill changes nothing.
pub(crate) async fn insert(tx: &mut Tx, row: &FillRow) -> Result<bool> {
    let added = tx
        .query(
            "INSERT INTO fills (fill_id, tenant_id, session_id, leg_id, client_order_id, \
         order_id, symbol, side, price, size, role, commission, estimated_fee, \
         index_price, fill_type, exchange_ts, recorded_at) VALUES ($1, $2, $3, $4, $5, \
         $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (fill_id) \
         DO NOTHING",
        )
        .bind(row.fill_id.clone())
        .bind(row.tenant_id.clone())
        .bind(row.session_id)
        .bind(row.leg_id)
        .bind(row.client_order_id.clone())
        .bind(row.order_id.clone())
        .bind(row.symbol.clone())
        .bind(row.side.clone())
        .bind(row.price)
        .bind(row.size)
        .bind(row.role.clone())
        .bind(row.commission)
        .bind(row.estimated_fee)
        .bind(row.index_price)
        .bind(row.fill_type.clone())
        .bind(row.exchange_ts)
        .bind(row.recorded_at)
        .execute()
        .await?;
    Ok(added == 1)
}

/// Notes what the exchange took for a fill.
pub(crate) async fn set_commission(tx: &mut Tx, fill_id: &str, commission: Exact) -> Result<()> {
    tx.query("UPDATE fills SET commission = $1 WHERE fill_id = $2")
        .bind(commission)
        .bind(fill_id.to_owned())
        .execute()
        .await?;
    Ok(())
}

/// A trade whose commission the exchange has not told.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct UnchargedRow {
    pub(crate) fill_id: String,
    pub(crate) session_id: i64,
    pub(crate) exchange_ts: DateTime<Utc>,
}

/// Lists the trades of an account's ended sessions, recorded since an instant, whose commission the
/// exchange has not told.
pub(crate) async fn list_uncharged(
    tx: &mut Tx,
    environment: &str,
    account: &str,
    since: DateTime<Utc>,
) -> Result<Vec<UnchargedRow>> {
    tx.query(
        "SELECT fill_id, session_id, exchange_ts FROM fills JOIN strategy_sessions \
         ON strategy_sessions.id = fills.session_id \
         WHERE commission IS NULL AND fill_type = 'normal' AND recorded_at >= $1 \
         AND environment = $2 AND account = $3 AND status = 'stopped' ORDER BY fill_id",
    )
    .bind(since)
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .fetch_all()
    .await
}

/// Lists the fills of a session in their order.
pub(crate) async fn list(tx: &mut Tx, session: i64) -> Result<Vec<FillRow>> {
    tx.query(
        "SELECT fill_id, tenant_id, session_id, leg_id, client_order_id, order_id, \
         symbol, side, price, size, role, commission, estimated_fee, index_price, \
         fill_type, exchange_ts, recorded_at FROM fills WHERE session_id = $1 ORDER BY \
         exchange_ts, fill_id",
    )
    .bind(session)
    .fetch_all()
    .await
}
