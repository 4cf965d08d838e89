//! The `trading_configuration_versions` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use strangle_engine::profile::Profile;

/// A profile as it once was.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct VersionRow {
    pub(crate) config_id: String,
    pub(crate) version: i64,
    pub(crate) tenant_id: String,
    pub(crate) profile: Json<Profile>,
    pub(crate) changed_by: String,
    pub(crate) changed_at: DateTime<Utc>,
}

/// Adds a version.
pub(crate) async fn insert(tx: &mut Tx, row: &VersionRow) -> Result<()> {
    tx.query(
        "INSERT INTO trading_configuration_versions (config_id, version, tenant_id, \
         profile, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.config_id.clone())
    .bind(row.version)
    .bind(row.tenant_id.clone())
    .bind(row.profile.clone())
    .bind(row.changed_by.clone())
    .bind(row.changed_at)
    .execute()
    .await?;
    Ok(())
}

/// Lists the versions of a profile, newest first, below the version `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    config: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<VersionRow>> {
    tx.query(
        "SELECT config_id, version, tenant_id, profile, changed_by, changed_at FROM \
         trading_configuration_versions WHERE tenant_id = $1 AND config_id = $2 AND \
         version < $3 ORDER BY version DESC LIMIT $4",
    )
    .bind(tenant.to_owned())
    .bind(config.to_owned())
    .bind(before)
    .bind(limit)
    .fetch_all()
    .await
}
