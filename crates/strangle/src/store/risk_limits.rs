//! The `risk_limits` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Result, Tx};
use sqlx::FromRow;

/// The guards of an account.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LimitsRow {
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) tenant_id: String,
    pub(crate) max_daily_loss: Option<Exact>,
    pub(crate) max_sessions_per_day: i64,
    pub(crate) max_orders_per_minute: i64,
    pub(crate) max_lots_per_leg: i64,
    pub(crate) changed_by: String,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) version: i64,
}

/// Sets the guards.
pub(crate) async fn put(tx: &mut Tx, row: &LimitsRow) -> Result<()> {
    tx.query(
        "INSERT INTO risk_limits (environment, account, tenant_id, max_daily_loss, \
         max_sessions_per_day, max_orders_per_minute, max_lots_per_leg, changed_by, \
         changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON \
         CONFLICT (environment, account) DO UPDATE SET max_daily_loss = \
         excluded.max_daily_loss, max_sessions_per_day = excluded.max_sessions_per_day, \
         max_orders_per_minute = excluded.max_orders_per_minute, max_lots_per_leg = \
         excluded.max_lots_per_leg, changed_by = excluded.changed_by, changed_at = \
         excluded.changed_at, version = risk_limits.version + 1",
    )
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.tenant_id.clone())
    .bind(row.max_daily_loss)
    .bind(row.max_sessions_per_day)
    .bind(row.max_orders_per_minute)
    .bind(row.max_lots_per_leg)
    .bind(row.changed_by.clone())
    .bind(row.changed_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Returns the guards, unless nobody has ever set them.
pub(crate) async fn find(
    tx: &mut Tx,
    environment: &str,
    account: &str,
) -> Result<Option<LimitsRow>> {
    tx.query(
        "SELECT environment, account, tenant_id, max_daily_loss, max_sessions_per_day, \
         max_orders_per_minute, max_lots_per_leg, changed_by, changed_at, version FROM \
         risk_limits WHERE environment = $1 AND account = $2",
    )
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .fetch_optional()
    .await
}
