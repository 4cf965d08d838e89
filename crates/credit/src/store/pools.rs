//! The `credit_pools` table.

use chrono::{DateTime, NaiveDate, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::domain::table::Summary;

/// A pool as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct PoolRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) currency: Option<String>,
    pub(crate) cut_off_date: Option<NaiveDate>,
    pub(crate) metadata: Option<Json<Value>>,
    pub(crate) summary: Json<Summary>,
    pub(crate) version: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Adds a pool.
pub(crate) async fn insert(tx: &mut Tx, pool: &PoolRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_pools (id, tenant_id, owner_id, name, description, currency, \
         cut_off_date, metadata, summary, version, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(pool.id.clone())
    .bind(pool.tenant_id.clone())
    .bind(pool.owner_id.clone())
    .bind(pool.name.clone())
    .bind(pool.description.clone())
    .bind(pool.currency.clone())
    .bind(pool.cut_off_date)
    .bind(pool.metadata.clone())
    .bind(pool.summary.clone())
    .bind(pool.version)
    .bind(pool.created_at)
    .bind(pool.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns a pool, unless it was deleted.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<PoolRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, description, currency, cut_off_date, metadata, \
         summary, version, created_at, updated_at FROM credit_pools \
         WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists pools, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<PoolRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, description, currency, cut_off_date, metadata, \
         summary, version, created_at, updated_at FROM credit_pools \
         WHERE tenant_id = $1 AND deleted_at IS NULL AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "q".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Replaces the current version; returns whether the one the caller had seen was still current.
pub(crate) async fn update(tx: &mut Tx, pool: &PoolRow, seen: i64) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_pools SET name = $1, description = $2, currency = $3, \
             cut_off_date = $4, metadata = $5, summary = $6, version = $7, updated_at = $8 \
             WHERE tenant_id = $9 AND id = $10 AND version = $11 AND deleted_at IS NULL",
        )
        .bind(pool.name.clone())
        .bind(pool.description.clone())
        .bind(pool.currency.clone())
        .bind(pool.cut_off_date)
        .bind(pool.metadata.clone())
        .bind(pool.summary.clone())
        .bind(pool.version)
        .bind(pool.updated_at)
        .bind(pool.tenant_id.clone())
        .bind(pool.id.clone())
        .bind(seen)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Marks a pool as deleted; returns whether the version the caller had seen was still current.
pub(crate) async fn delete(
    tx: &mut Tx,
    tenant: &str,
    id: &str,
    seen: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_pools SET deleted_at = $1 WHERE tenant_id = $2 AND id = $3 \
             AND version = $4 AND deleted_at IS NULL",
        )
        .bind(now)
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .bind(seen)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Tells whether there is any pool at all, deleted ones included.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool> {
    let found: Option<(String,)> =
        tx.query("SELECT id FROM credit_pools LIMIT 1").fetch_optional().await?;
    Ok(found.is_some())
}
