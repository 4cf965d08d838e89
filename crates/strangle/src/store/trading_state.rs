//! The `trading_state` table.

use chrono::{DateTime, Utc};
use platform::db::{Result, Tx};
use sqlx::FromRow;

/// The kill switch of an account.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct TradingStateRow {
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) tenant_id: String,
    pub(crate) state: String,
    pub(crate) flatten: bool,
    pub(crate) reason: String,
    pub(crate) changed_by: String,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) version: i64,
}

/// Sets the state.
pub(crate) async fn put(tx: &mut Tx, row: &TradingStateRow) -> Result<()> {
    tx.query(
        "INSERT INTO trading_state (environment, account, tenant_id, state, flatten, \
         reason, changed_by, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, \
         $8, $9) ON CONFLICT (environment, account) DO UPDATE SET state = \
         excluded.state, flatten = excluded.flatten, reason = excluded.reason, \
         changed_by = excluded.changed_by, changed_at = excluded.changed_at, version = \
         trading_state.version + 1",
    )
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.tenant_id.clone())
    .bind(row.state.clone())
    .bind(row.flatten)
    .bind(row.reason.clone())
    .bind(row.changed_by.clone())
    .bind(row.changed_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Returns the state, unless nobody has ever set it.
pub(crate) async fn find(
    tx: &mut Tx,
    environment: &str,
    account: &str,
) -> Result<Option<TradingStateRow>> {
    tx.query(
        "SELECT environment, account, tenant_id, state, flatten, reason, changed_by, \
         changed_at, version FROM trading_state WHERE environment = $1 AND account = $2",
    )
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .fetch_optional()
    .await
}
