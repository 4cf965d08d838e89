//! The `credit_stress_runs` table. A finished run never changes again.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::analysis::Terms;
use crate::domain::stress::Report;
use crate::stress::Plan;

/// A stress run as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct StressRunRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) pool_id: Option<String>,
    pub(crate) pool_version: Option<i64>,
    pub(crate) pool_name: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) terms: Json<Terms>,
    pub(crate) plan: Json<Plan>,
    pub(crate) skipped: Json<Vec<String>>,
    pub(crate) request_hash: String,
    pub(crate) pool_hash: String,
    pub(crate) loans_object: String,
    pub(crate) engine_version: String,
    pub(crate) report: Option<Json<Report>>,
    pub(crate) object: Option<String>,
    pub(crate) job_id: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// How a stress run ended.
#[derive(Debug, Clone)]
pub(crate) struct StressEnd {
    pub(crate) state: &'static str,
    pub(crate) report: Option<Report>,
    pub(crate) object: Option<String>,
    pub(crate) error: Option<(String, String)>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// Adds a run.
pub(crate) async fn insert(tx: &mut Tx, run: &StressRunRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_stress_runs (id, tenant_id, owner_id, pool_id, pool_version, \
         pool_name, name, state, terms, plan, skipped, request_hash, pool_hash, loans_object, \
         engine_version, report, object, job_id, error_code, error_message, execution_seconds, \
         created_at, updated_at, finished_at, expires_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $22, $23, $24, 1)",
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
    .bind(run.plan.clone())
    .bind(run.skipped.clone())
    .bind(run.request_hash.clone())
    .bind(run.pool_hash.clone())
    .bind(run.loans_object.clone())
    .bind(run.engine_version.clone())
    .bind(run.report.clone())
    .bind(run.object.clone())
    .bind(run.job_id.clone())
    .bind(run.error_code.clone())
    .bind(run.error_message.clone())
    .bind(run.execution_seconds)
    .bind(run.created_at)
    .bind(run.finished_at)
    .bind(run.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns a run.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<StressRunRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, pool_id, pool_version, pool_name, name, state, terms, \
         plan, skipped, request_hash, pool_hash, loans_object, engine_version, report, object, \
         job_id, error_code, error_message, execution_seconds, created_at, finished_at, \
         expires_at FROM credit_stress_runs WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Returns the run that a job computes.
pub(crate) async fn find_by_job(
    tx: &mut Tx,
    tenant: &str,
    job_id: &str,
) -> Result<Option<StressRunRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, pool_id, pool_version, pool_name, name, state, terms, \
         plan, skipped, request_hash, pool_hash, loans_object, engine_version, report, object, \
         job_id, error_code, error_message, execution_seconds, created_at, finished_at, \
         expires_at FROM credit_stress_runs WHERE tenant_id = $1 AND job_id = $2",
    )
    .bind(tenant.to_owned())
    .bind(job_id.to_owned())
    .fetch_optional()
    .await
}

/// Lists the runs of a pool, or all that are kept, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    pool_id: Option<String>,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<StressRunRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, pool_id, pool_version, pool_name, name, state, terms, \
         plan, skipped, request_hash, pool_hash, loans_object, engine_version, report, object, \
         job_id, error_code, error_message, execution_seconds, created_at, finished_at, \
         expires_at FROM credit_stress_runs \
         WHERE tenant_id = $1 AND ($2 = '' OR pool_id = $2) AND id < $3 ORDER BY id DESC LIMIT $4",
    )
    .bind(tenant.to_owned())
    .bind(pool_id.unwrap_or_default())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "t".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Notes that a run has begun; returns whether it was waiting or interrupted.
pub(crate) async fn start(tx: &mut Tx, tenant: &str, id: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_stress_runs SET state = 'running', updated_at = $3, \
             version = version + 1 \
             WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')",
        )
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Ends a run that has not ended yet; returns whether it had not.
pub(crate) async fn finish(tx: &mut Tx, tenant: &str, id: &str, end: &StressEnd) -> Result<bool> {
    let (code, message) = end.error.clone().unzip();
    let changed = tx
        .query(
            "UPDATE credit_stress_runs SET state = $1, report = $2, object = $3, \
             error_code = $4, error_message = $5, execution_seconds = $6, finished_at = $7, \
             updated_at = $7, expires_at = $8, version = version + 1 \
             WHERE tenant_id = $9 AND id = $10 AND state IN ('queued', 'running')",
        )
        .bind(end.state)
        .bind(end.report.clone().map(Json))
        .bind(end.object.clone())
        .bind(code)
        .bind(message)
        .bind(end.execution_seconds)
        .bind(end.now)
        .bind(end.expires_at)
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Removes a run; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_stress_runs WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}

/// Removes up to 1000 runs of all tenants that expired before `now`, and returns how many.
pub(crate) async fn purge(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    tx.query(
        "DELETE FROM credit_stress_runs WHERE id IN (SELECT id FROM credit_stress_runs \
         WHERE expires_at < $1 ORDER BY id LIMIT 1000)",
    )
    .bind(now)
    .execute()
    .await
}
