//! The `credit_deal_versions` table: rows are added and never changed.

use chrono::{DateTime, Utc};
use platform::db::{Result, Tx};
use sqlx::FromRow;

/// A version of a deal as it is stored. The structure is text, so that it comes back byte for byte.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct DealVersionRow {
    pub(crate) deal_id: String,
    pub(crate) version: i64,
    pub(crate) tenant_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) deal_type: String,
    /// JSON.
    pub(crate) structure: String,
    /// As it was typed, comments included, or as the formatter writes it.
    pub(crate) text_form: String,
    pub(crate) content_hash: String,
    pub(crate) change_description: String,
    pub(crate) created_by: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// A version in a list.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct DealVersionHead {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) deal_type: String,
    pub(crate) content_hash: String,
    pub(crate) change_description: String,
    pub(crate) created_by: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// Adds a version.
pub(crate) async fn insert(tx: &mut Tx, version: &DealVersionRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_deal_versions (deal_id, version, tenant_id, name, description, \
         deal_type, structure, text_form, content_hash, change_description, created_by, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(version.deal_id.clone())
    .bind(version.version)
    .bind(version.tenant_id.clone())
    .bind(version.name.clone())
    .bind(version.description.clone())
    .bind(version.deal_type.clone())
    .bind(version.structure.clone())
    .bind(version.text_form.clone())
    .bind(version.content_hash.clone())
    .bind(version.change_description.clone())
    .bind(version.created_by.clone())
    .bind(version.created_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns one version of a deal.
pub(crate) async fn find(
    tx: &mut Tx,
    tenant: &str,
    deal_id: &str,
    version: i64,
) -> Result<Option<DealVersionRow>> {
    tx.query(
        "SELECT deal_id, version, tenant_id, name, description, deal_type, structure, text_form, \
         content_hash, change_description, created_by, created_at \
         FROM credit_deal_versions WHERE tenant_id = $1 AND deal_id = $2 AND version = $3",
    )
    .bind(tenant.to_owned())
    .bind(deal_id.to_owned())
    .bind(version)
    .fetch_optional()
    .await
}

/// Lists the versions of a deal, newest first, before the version `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    deal_id: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<DealVersionHead>> {
    tx.query(
        "SELECT version, name, deal_type, content_hash, change_description, created_by, \
         created_at FROM credit_deal_versions \
         WHERE tenant_id = $1 AND deal_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4",
    )
    .bind(tenant.to_owned())
    .bind(deal_id.to_owned())
    .bind(before.unwrap_or(i64::MAX))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}
