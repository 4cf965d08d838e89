//! The `credit_forecasts` table: stored work on single loans.

use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::Credit;

/// A forecast as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ForecastRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) request: Json<Value>,
    pub(crate) summary: Option<Json<Value>>,
    pub(crate) object: Option<String>,
    pub(crate) scenario_id: Option<String>,
    pub(crate) job_id: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

impl ForecastRow {
    /// A row that waits.
    pub(crate) fn waiting(app: &Credit, caller: &Caller, kind: &str, name: String) -> Self {
        Self {
            id: app.ids.with_prefix("forecast"),
            tenant_id: caller.tenant_id.clone(),
            owner_id: caller.user_id.clone(),
            kind: kind.to_owned(),
            name,
            state: "queued".to_owned(),
            request: Json(Value::Null),
            summary: None,
            object: None,
            scenario_id: None,
            job_id: None,
            error_code: None,
            error_message: None,
            created_at: app.clock.now(),
            finished_at: None,
        }
    }
}

/// Adds a forecast.
pub(crate) async fn insert(tx: &mut Tx, row: &ForecastRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_forecasts (id, tenant_id, owner_id, kind, name, state, request, \
         summary, object, scenario_id, job_id, error_code, error_message, created_at, \
         updated_at, finished_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, 1)",
    )
    .bind(row.id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.owner_id.clone())
    .bind(row.kind.clone())
    .bind(row.name.clone())
    .bind(row.state.clone())
    .bind(row.request.clone())
    .bind(row.summary.clone())
    .bind(row.object.clone())
    .bind(row.scenario_id.clone())
    .bind(row.job_id.clone())
    .bind(row.error_code.clone())
    .bind(row.error_message.clone())
    .bind(row.created_at)
    .bind(row.finished_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns a forecast.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<ForecastRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, kind, name, state, request, summary, object, \
         scenario_id, job_id, error_code, error_message, created_at, finished_at \
         FROM credit_forecasts WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists forecasts, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<ForecastRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, kind, name, state, request, summary, object, \
         scenario_id, job_id, error_code, error_message, created_at, finished_at \
         FROM credit_forecasts WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "g".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Ends a forecast that has not ended yet; returns whether it had not.
pub(crate) async fn finish(tx: &mut Tx, row: &ForecastRow) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_forecasts SET state = $1, summary = $2, object = $3, error_code = $4, \
             error_message = $5, finished_at = $6, updated_at = $6, version = version + 1 \
             WHERE tenant_id = $7 AND id = $8 AND state IN ('queued', 'running')",
        )
        .bind(row.state.clone())
        .bind(row.summary.clone())
        .bind(row.object.clone())
        .bind(row.error_code.clone())
        .bind(row.error_message.clone())
        .bind(row.finished_at)
        .bind(row.tenant_id.clone())
        .bind(row.id.clone())
        .execute()
        .await?;
    Ok(changed == 1)
}
