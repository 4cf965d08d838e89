//! The `credit_tape_mappings` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::tape::Mapping;

/// A saved mapping.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct MappingRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) mapping: Json<Mapping>,
    pub(crate) created_at: DateTime<Utc>,
}

/// Adds a mapping for a tenant; the name is unique.
pub(crate) async fn insert(tx: &mut Tx, tenant: &str, owner: &str, row: &MappingRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_tape_mappings (id, tenant_id, owner_id, name, mapping, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.id.clone())
    .bind(tenant.to_owned())
    .bind(owner.to_owned())
    .bind(row.name.clone())
    .bind(row.mapping.clone())
    .bind(row.created_at)
    .execute()
    .await?;
    Ok(())
}

/// Lists the mappings of a tenant by name.
pub(crate) async fn list(tx: &mut Tx, tenant: &str) -> Result<Vec<MappingRow>> {
    tx.query(
        "SELECT id, name, mapping, created_at FROM credit_tape_mappings \
         WHERE tenant_id = $1 ORDER BY name LIMIT 1000",
    )
    .bind(tenant.to_owned())
    .fetch_all()
    .await
}

/// Returns one mapping.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<MappingRow>> {
    tx.query(
        "SELECT id, name, mapping, created_at FROM credit_tape_mappings \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Removes one mapping; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_tape_mappings WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}
