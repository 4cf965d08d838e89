//! The `runtime_snapshots` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::runtime::Runtime;

/// The newest picture of a desk.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SnapshotRow {
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) tenant_id: String,
    pub(crate) session_id: Option<i64>,
    pub(crate) snapshot: Json<Runtime>,
    pub(crate) last_tick_at: DateTime<Utc>,
    pub(crate) instance_id: String,
    pub(crate) fencing_token: i64,
}

/// Replaces the picture.
pub(crate) async fn put(tx: &mut Tx, row: &SnapshotRow) -> Result<()> {
    tx.query(
        "INSERT INTO runtime_snapshots (environment, account, tenant_id, session_id, \
         snapshot, last_tick_at, instance_id, fencing_token) VALUES ($1, $2, $3, $4, \
         $5, $6, $7, $8) ON CONFLICT (environment, account) DO UPDATE SET tenant_id = \
         excluded.tenant_id, session_id = excluded.session_id, snapshot = \
         excluded.snapshot, last_tick_at = excluded.last_tick_at, instance_id = \
         excluded.instance_id, fencing_token = excluded.fencing_token",
    )
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.tenant_id.clone())
    .bind(row.session_id)
    .bind(row.snapshot.clone())
    .bind(row.last_tick_at)
    .bind(row.instance_id.clone())
    .bind(row.fencing_token)
    .execute()
    .await?;
    Ok(())
}

/// Returns the picture, if a desk has ever run.
pub(crate) async fn find(
    tx: &mut Tx,
    environment: &str,
    account: &str,
) -> Result<Option<SnapshotRow>> {
    tx.query(
        "SELECT environment, account, tenant_id, session_id, snapshot, last_tick_at, \
         instance_id, fencing_token FROM runtime_snapshots WHERE environment = $1 AND \
         account = $2",
    )
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .fetch_optional()
    .await
}
