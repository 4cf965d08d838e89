//! The `strangle_timeline` view: what was ordered and held, in the order of time.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Result, Tx};
use sqlx::FromRow;

/// Which entries. An empty word means all.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) mode: String,
    pub(crate) strategy: String,
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
}

/// One entry.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct EntryRow {
    pub(crate) at: DateTime<Utc>,
    /// Sorts entries of one instant.
    pub(crate) entry_key: String,
    pub(crate) session_id: i64,
    pub(crate) order_id: Option<String>,
    pub(crate) position_id: i64,
    pub(crate) symbol: String,
    pub(crate) side: String,
    pub(crate) quantity: i64,
    pub(crate) price: Option<Exact>,
    pub(crate) fill_price: Option<Exact>,
    pub(crate) realized: Option<Exact>,
    pub(crate) unrealized: Option<Exact>,
    pub(crate) fees: Exact,
    /// The status of an order; `position_entry` or `position_exit`.
    pub(crate) what: String,
}

/// Lists entries after `after`, in the order of time and key.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    filter: &Filter,
    after: (DateTime<Utc>, &str),
    limit: i64,
) -> Result<Vec<EntryRow>> {
    tx.query(
        "SELECT at, entry_key, session_id, order_id, position_id, symbol, side, quantity, price, \
         fill_price, realized, unrealized, fees, what \
         FROM strangle_timeline WHERE tenant_id = $1 AND ($2 = '' OR mode = $2) \
         AND ($3 = '' OR strategy_id = $3) AND at >= $4 AND at <= $5 AND at >= $6 \
         AND (at > $6 OR entry_key > $7) ORDER BY at, entry_key LIMIT $8",
    )
    .bind(tenant.to_owned())
    .bind(filter.mode.clone())
    .bind(filter.strategy.clone())
    .bind(filter.start)
    .bind(filter.end)
    .bind(after.0)
    .bind(after.1.to_owned())
    .bind(limit)
    .fetch_all()
    .await
}

/// Lists the newest entries, in the order of time and key.
pub(crate) async fn newest(
    tx: &mut Tx,
    tenant: &str,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    let mut rows: Vec<EntryRow> = tx
        .query(
            "SELECT at, entry_key, session_id, order_id, position_id, symbol, side, quantity, price, \
         fill_price, realized, unrealized, fees, what \
             FROM strangle_timeline WHERE tenant_id = $1 AND ($2 = '' OR mode = $2) \
             AND ($3 = '' OR strategy_id = $3) AND at >= $4 AND at <= $5 \
             ORDER BY at DESC, entry_key DESC LIMIT $6",
        )
        .bind(tenant.to_owned())
        .bind(filter.mode.clone())
        .bind(filter.strategy.clone())
        .bind(filter.start)
        .bind(filter.end)
        .bind(limit)
        .fetch_all()
        .await?;
    rows.reverse();
    Ok(rows)
}

/// The number of entries, and the newest one's instant.
pub(crate) async fn summary(
    tx: &mut Tx,
    tenant: &str,
    filter: &Filter,
) -> Result<(i64, Option<DateTime<Utc>>)> {
    tx.query(
        "SELECT COUNT(*), MAX(at) FROM strangle_timeline WHERE tenant_id = $1 \
         AND ($2 = '' OR mode = $2) AND ($3 = '' OR strategy_id = $3) \
         AND at >= $4 AND at <= $5",
    )
    .bind(tenant.to_owned())
    .bind(filter.mode.clone())
    .bind(filter.strategy.clone())
    .bind(filter.start)
    .bind(filter.end)
    .fetch_one()
    .await
}
