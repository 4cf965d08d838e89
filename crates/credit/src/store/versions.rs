//! The `credit_pool_versions` table: rows are added and never changed.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::table::Summary;
use crate::domain::tape::{Mapping, Report, Resolution};

/// A version of a pool as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct VersionRow {
    pub(crate) pool_id: String,
    pub(crate) version: i64,
    pub(crate) tenant_id: String,
    pub(crate) content_hash: String,
    pub(crate) loans_object: String,
    pub(crate) summary: Json<Summary>,
    pub(crate) tape_object: Option<String>,
    pub(crate) mapping: Option<Json<Mapping>>,
    pub(crate) resolution: Option<Json<Resolution>>,
    pub(crate) report: Option<Json<Report>>,
    pub(crate) issues_object: Option<String>,
    pub(crate) change_description: String,
    pub(crate) created_by: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// Adds a version.
pub(crate) async fn insert(tx: &mut Tx, version: &VersionRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_pool_versions (pool_id, version, tenant_id, content_hash, \
         loans_object, summary, tape_object, mapping, resolution, report, issues_object, \
         change_description, created_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(version.pool_id.clone())
    .bind(version.version)
    .bind(version.tenant_id.clone())
    .bind(version.content_hash.clone())
    .bind(version.loans_object.clone())
    .bind(version.summary.clone())
    .bind(version.tape_object.clone())
    .bind(version.mapping.clone())
    .bind(version.resolution.clone())
    .bind(version.report.clone())
    .bind(version.issues_object.clone())
    .bind(version.change_description.clone())
    .bind(version.created_by.clone())
    .bind(version.created_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns one version of a pool.
pub(crate) async fn find(
    tx: &mut Tx,
    tenant: &str,
    pool_id: &str,
    version: i64,
) -> Result<Option<VersionRow>> {
    tx.query(
        "SELECT pool_id, version, tenant_id, content_hash, loans_object, summary, tape_object, \
         mapping, resolution, report, issues_object, change_description, created_by, created_at \
         FROM credit_pool_versions WHERE tenant_id = $1 AND pool_id = $2 AND version = $3",
    )
    .bind(tenant.to_owned())
    .bind(pool_id.to_owned())
    .bind(version)
    .fetch_optional()
    .await
}
