//! The `reconciliation_reports` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// What a comparison with the exchange found and did.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ReportRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) session_id: Option<i64>,
    pub(crate) trigger_kind: String,
    pub(crate) result: String,
    pub(crate) differences: Json<Value>,
    pub(crate) actions: Json<Value>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) finished_at: DateTime<Utc>,
}

/// Adds a report.
pub(crate) async fn insert(tx: &mut Tx, row: &ReportRow) -> Result<()> {
    tx.query(
        "INSERT INTO reconciliation_reports (id, tenant_id, environment, account, \
         session_id, trigger_kind, result, differences, actions, started_at, \
         finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(row.id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.session_id)
    .bind(row.trigger_kind.clone())
    .bind(row.result.clone())
    .bind(row.differences.clone())
    .bind(row.actions.clone())
    .bind(row.started_at)
    .bind(row.finished_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns the newest report of an account.
pub(crate) async fn find_last(
    tx: &mut Tx,
    tenant: &str,
    environment: &str,
    account: &str,
) -> Result<Option<ReportRow>> {
    tx.query(
        "SELECT id, tenant_id, environment, account, session_id, trigger_kind, result, \
         differences, actions, started_at, finished_at FROM reconciliation_reports \
         WHERE tenant_id = $1 AND environment = $2 AND account = $3 ORDER BY id DESC \
         LIMIT 1",
    )
    .bind(tenant.to_owned())
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .fetch_optional()
    .await
}
