//! The `trading_operations` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::domain::operation::Command;

/// What the desk was asked, and how far it is.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct OperationRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) kind: String,
    pub(crate) session_id: Option<i64>,
    pub(crate) strategy_id: Option<String>,
    pub(crate) payload: Json<Command>,
    pub(crate) state: String,
    pub(crate) progress: String,
    pub(crate) result: Option<Json<Value>>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) requested_by: String,
    pub(crate) correlation_id: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// Adds an operation; fails with `Unique` if it opens a session and another such one waits.
pub(crate) async fn insert(tx: &mut Tx, row: &OperationRow) -> Result<()> {
    tx.query(
        "INSERT INTO trading_operations (id, tenant_id, environment, account, kind, \
         session_id, strategy_id, payload, state, progress, result, error_code, \
         error_message, requested_by, correlation_id, created_at, started_at, \
         finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18)",
    )
    .bind(row.id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.kind.clone())
    .bind(row.session_id)
    .bind(row.strategy_id.clone())
    .bind(row.payload.clone())
    .bind(row.state.clone())
    .bind(row.progress.clone())
    .bind(row.result.clone())
    .bind(row.error_code.clone())
    .bind(row.error_message.clone())
    .bind(row.requested_by.clone())
    .bind(row.correlation_id.clone())
    .bind(row.created_at)
    .bind(row.started_at)
    .bind(row.finished_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns an operation.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<OperationRow>> {
    tx.query(
        "SELECT id, tenant_id, environment, account, kind, session_id, strategy_id, \
         payload, state, progress, result, error_code, error_message, requested_by, \
         correlation_id, created_at, started_at, finished_at FROM trading_operations \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists what an account's desk has not finished, oldest first.
pub(crate) async fn list_todo(
    tx: &mut Tx,
    environment: &str,
    account: &str,
) -> Result<Vec<OperationRow>> {
    tx.query(
        "SELECT id, tenant_id, environment, account, kind, session_id, strategy_id, \
         payload, state, progress, result, error_code, error_message, requested_by, \
         correlation_id, created_at, started_at, finished_at FROM trading_operations \
         WHERE environment = $1 AND account = $2 AND finished_at IS NULL ORDER BY id \
         LIMIT 100",
    )
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .fetch_all()
    .await
}

/// Notes that an operation is being done.
pub(crate) async fn begin(tx: &mut Tx, id: &str, progress: &str, now: DateTime<Utc>) -> Result<()> {
    tx.query(
        "UPDATE trading_operations SET state = 'running', progress = $1, started_at = \
         COALESCE(started_at, $2) WHERE id = $3 AND finished_at IS NULL",
    )
    .bind(progress.to_owned())
    .bind(now)
    .bind(id.to_owned())
    .execute()
    .await?;
    Ok(())
}

/// Notes that an operation is done.
pub(crate) async fn succeed(
    tx: &mut Tx,
    id: &str,
    result: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.query(
        "UPDATE trading_operations SET state = 'succeeded', progress = 'done', result = \
         $1, finished_at = $2 WHERE id = $3 AND finished_at IS NULL",
    )
    .bind(Json(result))
    .bind(now)
    .bind(id.to_owned())
    .execute()
    .await?;
    Ok(())
}

/// Notes that an operation was not done, and why.
pub(crate) async fn fail(
    tx: &mut Tx,
    id: &str,
    code: &str,
    message: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.query(
        "UPDATE trading_operations SET state = 'failed', progress = 'refused', \
         error_code = $1, error_message = $2, finished_at = $3 WHERE id = $4 AND \
         finished_at IS NULL",
    )
    .bind(code.to_owned())
    .bind(message.to_owned())
    .bind(now)
    .bind(id.to_owned())
    .execute()
    .await?;
    Ok(())
}

/// Removes a question that was answered or given up.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<()> {
    tx.query("DELETE FROM trading_operations WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(())
}
