//! The `credit_runs` and `credit_run_blobs` tables. A finished run never changes again.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::analysis::{Metrics, Terms};

/// A run as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct RunRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) pool_id: Option<String>,
    pub(crate) pool_version: Option<i64>,
    pub(crate) pool_name: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) terms: Json<Terms>,
    pub(crate) skipped: Json<Vec<String>>,
    pub(crate) request_hash: String,
    pub(crate) pool_hash: String,
    pub(crate) loans_object: String,
    pub(crate) engine_version: String,
    pub(crate) metrics: Option<Json<Metrics>>,
    pub(crate) job_id: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) state: &'static str,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) error: Option<(String, String)>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) now: DateTime<Utc>,
}

/// Adds a run.
pub(crate) async fn insert(tx: &mut Tx, run: &RunRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_runs (id, tenant_id, owner_id, pool_id, pool_version, pool_name, \
         name, state, terms, skipped, request_hash, pool_hash, loans_object, engine_version, \
         metrics, job_id, error_code, error_message, execution_seconds, created_at, finished_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21)",
    )
    .bind(run.id.clone())
    .bind(run.tenant_id.clone())
    .bind(run.owner_id.clone())
    .bind(run.pool_id.clone())
    .bind(run.pool_version)
    .bind(run.pool_name.clone())
    .bind(run.name.clone())
    .bind(run.state.clone())
    .bind(run.terms.clone())
    .bind(run.skipped.clone())
    .bind(run.request_hash.clone())
    .bind(run.pool_hash.clone())
    .bind(run.loans_object.clone())
    .bind(run.engine_version.clone())
    .bind(run.metrics.clone())
    .bind(run.job_id.clone())
    .bind(run.error_code.clone())
    .bind(run.error_message.clone())
    .bind(run.execution_seconds)
    .bind(run.created_at)
    .bind(run.finished_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns a run.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<RunRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, pool_id, pool_version, pool_name, name, state, terms, \
         skipped, request_hash, pool_hash, loans_object, engine_version, metrics, job_id, \
         error_code, error_message, execution_seconds, created_at, finished_at \
         FROM credit_runs WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists the runs of a pool, or of all pools, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    pool_id: Option<String>,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<RunRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, pool_id, pool_version, pool_name, name, state, terms, \
         skipped, request_hash, pool_hash, loans_object, engine_version, metrics, job_id, \
         error_code, error_message, execution_seconds, created_at, finished_at \
         FROM credit_runs WHERE tenant_id = $1 AND ($2 = '' OR pool_id = $2) AND id < $3 \
         ORDER BY id DESC LIMIT $4",
    )
    .bind(tenant.to_owned())
    .bind(pool_id.unwrap_or_default())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "s".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Notes that a run has begun; returns whether it was waiting or interrupted.
pub(crate) async fn start(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_runs SET state = 'running' \
             WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')",
        )
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Ends a run that has not ended yet; returns whether it had not.
pub(crate) async fn finish(tx: &mut Tx, tenant: &str, id: &str, end: &End) -> Result<bool> {
    let (code, message) = end.error.clone().unzip();
    let changed = tx
        .query(
            "UPDATE credit_runs SET state = $1, metrics = $2, error_code = $3, \
             error_message = $4, execution_seconds = $5, finished_at = $6 \
             WHERE tenant_id = $7 AND id = $8 AND state IN ('queued', 'running')",
        )
        .bind(end.state)
        .bind(end.metrics.clone().map(Json))
        .bind(code)
        .bind(message)
        .bind(end.execution_seconds)
        .bind(end.now)
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Removes a run with its blobs; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    tx.query("DELETE FROM credit_run_blobs WHERE tenant_id = $1 AND run_id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    let removed = tx
        .query("DELETE FROM credit_runs WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}

/// Notes where the result of a run is kept.
pub(crate) async fn insert_blob(
    tx: &mut Tx,
    tenant: &str,
    run_id: &str,
    object: &str,
    bytes: i64,
) -> Result<()> {
    tx.query(
        "INSERT INTO credit_run_blobs (run_id, kind, tenant_id, object, bytes) \
         VALUES ($1, 'outcome', $2, $3, $4) ON CONFLICT (run_id, kind) DO NOTHING",
    )
    .bind(run_id.to_owned())
    .bind(tenant.to_owned())
    .bind(object.to_owned())
    .bind(bytes)
    .execute()
    .await?;
    Ok(())
}

/// Returns where the result of a run is kept.
pub(crate) async fn find_blob(tx: &mut Tx, tenant: &str, run_id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = tx
        .query(
            "SELECT object FROM credit_run_blobs \
             WHERE tenant_id = $1 AND run_id = $2 AND kind = 'outcome'",
        )
        .bind(tenant.to_owned())
        .bind(run_id.to_owned())
        .fetch_optional()
        .await?;
    Ok(found.map(|(object,)| object))
}
