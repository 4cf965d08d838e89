//! The `app_feature_flags` table.

use chrono::{DateTime, Utc};
use platform::db::{Result, Tx};
use sqlx::FromRow;

/// A switch.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FlagRow {
    pub(crate) tenant_id: String,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) changed_by: String,
    pub(crate) changed_at: DateTime<Utc>,
}

/// Sets a switch.
pub(crate) async fn put(tx: &mut Tx, row: &FlagRow) -> Result<()> {
    tx.query(
        "INSERT INTO app_feature_flags (tenant_id, name, enabled, changed_by, \
         changed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, name) DO \
         UPDATE SET enabled = excluded.enabled, changed_by = excluded.changed_by, \
         changed_at = excluded.changed_at",
    )
    .bind(row.tenant_id.clone())
    .bind(row.name.clone())
    .bind(row.enabled)
    .bind(row.changed_by.clone())
    .bind(row.changed_at)
    .execute()
    .await?;
    Ok(())
}

/// Lists the switches that somebody has set.
pub(crate) async fn list(tx: &mut Tx, tenant: &str) -> Result<Vec<FlagRow>> {
    tx.query(
        "SELECT tenant_id, name, enabled, changed_by, changed_at FROM app_feature_flags \
         WHERE tenant_id = $1 ORDER BY name",
    )
    .bind(tenant.to_owned())
    .fetch_all()
    .await
}
