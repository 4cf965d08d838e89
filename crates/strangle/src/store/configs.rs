//! The `trading_configurations` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use strangle_engine::profile::Profile;

/// A profile as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ConfigRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) name: String,
    pub(crate) underlying: String,
    pub(crate) profile: Json<Profile>,
    pub(crate) is_active: bool,
    pub(crate) version: i64,
    pub(crate) created_by: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Adds a profile; its name is unique.
pub(crate) async fn insert(tx: &mut Tx, row: &ConfigRow) -> Result<()> {
    tx.query(
        "INSERT INTO trading_configurations (id, tenant_id, name, underlying, profile, \
         is_active, version, created_by, created_at, updated_at) VALUES ($1, $2, $3, \
         $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(row.id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.name.clone())
    .bind(row.underlying.clone())
    .bind(row.profile.clone())
    .bind(row.is_active)
    .bind(row.version)
    .bind(row.created_by.clone())
    .bind(row.created_at)
    .bind(row.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns a profile.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<ConfigRow>> {
    tx.query(
        "SELECT id, tenant_id, name, underlying, profile, is_active, version, \
         created_by, created_at, updated_at FROM trading_configurations WHERE tenant_id \
         = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Returns the active profile.
pub(crate) async fn find_active(tx: &mut Tx, tenant: &str) -> Result<Option<ConfigRow>> {
    tx.query(
        "SELECT id, tenant_id, name, underlying, profile, is_active, version, \
         created_by, created_at, updated_at FROM trading_configurations WHERE tenant_id \
         = $1 AND is_active",
    )
    .bind(tenant.to_owned())
    .fetch_optional()
    .await
}

/// Lists all profiles by name.
pub(crate) async fn list(tx: &mut Tx, tenant: &str) -> Result<Vec<ConfigRow>> {
    tx.query(
        "SELECT id, tenant_id, name, underlying, profile, is_active, version, \
         created_by, created_at, updated_at FROM trading_configurations WHERE tenant_id \
         = $1 ORDER BY name LIMIT 1000",
    )
    .bind(tenant.to_owned())
    .fetch_all()
    .await
}

/// Replaces a profile; returns whether the version that was seen was still the current one.
pub(crate) async fn update(tx: &mut Tx, row: &ConfigRow, seen: i64) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE trading_configurations SET name = $1, underlying = $2, profile = $3, \
         version = $4, updated_at = $5 WHERE tenant_id = $6 AND id = $7 AND version = \
         $8",
        )
        .bind(row.name.clone())
        .bind(row.underlying.clone())
        .bind(row.profile.clone())
        .bind(row.version)
        .bind(row.updated_at)
        .bind(row.tenant_id.clone())
        .bind(row.id.clone())
        .bind(seen)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Makes no profile the active one.
pub(crate) async fn deactivate_all(tx: &mut Tx, tenant: &str) -> Result<()> {
    tx.query(
        "UPDATE trading_configurations SET is_active = FALSE WHERE tenant_id = $1 AND \
         is_active",
    )
    .bind(tenant.to_owned())
    .execute()
    .await?;
    Ok(())
}

/// Makes a profile the active one; returns whether there is one.
pub(crate) async fn activate(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE trading_configurations SET is_active = TRUE WHERE tenant_id = $1 AND id \
         = $2",
        )
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Makes a profile inactive; returns whether there is one.
pub(crate) async fn deactivate(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE trading_configurations SET is_active = FALSE WHERE tenant_id = $1 AND \
         id = $2",
        )
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Removes a profile with its history; returns whether it was there and not active.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let changed = tx
        .query(
            "DELETE FROM trading_configurations WHERE tenant_id = $1 AND id = $2 AND NOT \
         is_active",
        )
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Tells whether any tenant has a profile.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool> {
    let found: Option<(String,)> =
        tx.query("SELECT id FROM trading_configurations LIMIT 1").fetch_optional().await?;
    Ok(found.is_some())
}
