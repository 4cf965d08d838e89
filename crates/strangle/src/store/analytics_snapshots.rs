//! The `trade_analytics_snapshots` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// The figures of a closed session.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SnapshotRow {
    pub(crate) session_id: i64,
    pub(crate) tenant_id: String,
    pub(crate) mode: String,
    pub(crate) kpis: Json<Value>,
    pub(crate) generated_at: DateTime<Utc>,
}

/// Adds or replaces the figures of a session.
pub(crate) async fn put(tx: &mut Tx, row: &SnapshotRow) -> Result<()> {
    tx.query(
        "INSERT INTO trade_analytics_snapshots (session_id, tenant_id, mode, kpis, \
         generated_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session_id) DO UPDATE \
         SET kpis = excluded.kpis, generated_at = excluded.generated_at",
    )
    .bind(row.session_id)
    .bind(row.tenant_id.clone())
    .bind(row.mode.clone())
    .bind(row.kpis.clone())
    .bind(row.generated_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns the newest figures of a mode.
pub(crate) async fn find_latest(
    tx: &mut Tx,
    tenant: &str,
    mode: &str,
) -> Result<Option<SnapshotRow>> {
    tx.query(
        "SELECT session_id, tenant_id, mode, kpis, generated_at FROM \
         trade_analytics_snapshots WHERE tenant_id = $1 AND mode = $2 ORDER BY \
         generated_at DESC LIMIT 1",
    )
    .bind(tenant.to_owned())
    .bind(mode.to_owned())
    .fetch_optional()
    .await
}
