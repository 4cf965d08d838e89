//! The `credit_curves` table.

use chrono::{DateTime, NaiveDate, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// A curve as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct CurveRow {
    pub(crate) id: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) as_of: NaiveDate,
    pub(crate) curve: Json<Value>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) version: i64,
}

/// Adds a curve; name and date together are unique.
pub(crate) async fn insert(tx: &mut Tx, tenant: &str, row: &CurveRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_curves (id, tenant_id, owner_id, name, kind, as_of, curve, \
         created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(row.id.clone())
    .bind(tenant.to_owned())
    .bind(row.owner_id.clone())
    .bind(row.name.clone())
    .bind(row.kind.clone())
    .bind(row.as_of)
    .bind(row.curve.clone())
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Replaces a curve of this version; returns whether it was still that version.
pub(crate) async fn update(tx: &mut Tx, tenant: &str, row: &CurveRow) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_curves SET name = $1, kind = $2, as_of = $3, curve = $4, \
             updated_at = $5, version = version + 1 \
             WHERE tenant_id = $6 AND id = $7 AND version = $8",
        )
        .bind(row.name.clone())
        .bind(row.kind.clone())
        .bind(row.as_of)
        .bind(row.curve.clone())
        .bind(row.updated_at)
        .bind(tenant.to_owned())
        .bind(row.id.clone())
        .bind(row.version)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Returns a curve.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<CurveRow>> {
    tx.query(
        "SELECT id, owner_id, name, kind, as_of, curve, created_at, updated_at, version \
         FROM credit_curves WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists curves, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<CurveRow>> {
    tx.query(
        "SELECT id, owner_id, name, kind, as_of, curve, created_at, updated_at, version \
         FROM credit_curves WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "d".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Removes a curve; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_curves WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}
