//! The `credit_deal_runs` table. A finished run never changes again.

use chrono::{DateTime, NaiveDate, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::deals::RunSummary;

/// A run of a deal as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct DealRunRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) deal_id: String,
    pub(crate) deal_version: i64,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) scenarios: Json<Vec<String>>,
    pub(crate) pricing_date: NaiveDate,
    pub(crate) request_hash: String,
    /// What is computed, complete.
    pub(crate) request_object: String,
    /// The loans that the request names.
    pub(crate) loan_objects: Json<Vec<String>>,
    pub(crate) result_object: Option<String>,
    pub(crate) engine_version: String,
    pub(crate) summary: Option<Json<RunSummary>>,
    pub(crate) job_id: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub(crate) struct DealRunEnd {
    pub(crate) state: &'static str,
    pub(crate) result_object: Option<String>,
    pub(crate) summary: Option<RunSummary>,
    pub(crate) error: Option<(String, String)>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) now: DateTime<Utc>,
}

/// Adds a run.
pub(crate) async fn insert(tx: &mut Tx, run: &DealRunRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_deal_runs (id, tenant_id, owner_id, deal_id, deal_version, name, \
         state, scenarios, pricing_date, request_hash, request_object, loan_objects, \
         result_object, engine_version, summary, job_id, error_code, error_message, \
         execution_seconds, created_at, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
         $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    )
    .bind(run.id.clone())
    .bind(run.tenant_id.clone())
    .bind(run.owner_id.clone())
    .bind(run.deal_id.clone())
    .bind(run.deal_version)
    .bind(run.name.clone())
    .bind(run.state.clone())
    .bind(run.scenarios.clone())
    .bind(run.pricing_date)
    .bind(run.request_hash.clone())
    .bind(run.request_object.clone())
    .bind(run.loan_objects.clone())
    .bind(run.result_object.clone())
    .bind(run.engine_version.clone())
    .bind(run.summary.clone())
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
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<DealRunRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, deal_id, deal_version, name, state, scenarios, \
         pricing_date, request_hash, request_object, loan_objects, result_object, engine_version, \
         summary, job_id, error_code, error_message, execution_seconds, created_at, finished_at \
         FROM credit_deal_runs WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Whose runs of a deal a list shows.
#[derive(Debug, Clone)]
pub(crate) struct RunFilter {
    pub(crate) deal_id: String,
    /// Only runs of these two; of everybody if absent.
    pub(crate) owners: Option<(String, String)>,
    /// Only runs before this id.
    pub(crate) before: Option<String>,
    pub(crate) limit: u32,
}

/// Lists the runs of a deal, newest first.
pub(crate) async fn list(tx: &mut Tx, tenant: &str, filter: &RunFilter) -> Result<Vec<DealRunRow>> {
    let (one, other) = filter.owners.clone().unwrap_or_default();
    tx.query(
        "SELECT id, tenant_id, owner_id, deal_id, deal_version, name, state, scenarios, \
         pricing_date, request_hash, request_object, loan_objects, result_object, engine_version, \
         summary, job_id, error_code, error_message, execution_seconds, created_at, finished_at \
         FROM credit_deal_runs WHERE tenant_id = $1 AND deal_id = $2 AND id < $3 \
         AND ($4 = '' OR owner_id = $4 OR owner_id = $5) ORDER BY id DESC LIMIT $6",
    )
    .bind(tenant.to_owned())
    .bind(filter.deal_id.clone())
    // An id sorts before the letter after its prefix.
    .bind(filter.before.clone().unwrap_or_else(|| "e".to_owned()))
    .bind(one)
    .bind(other)
    .bind(i64::from(filter.limit))
    .fetch_all()
    .await
}

/// Notes that a run has begun; returns whether it was waiting or interrupted.
pub(crate) async fn start(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_deal_runs SET state = 'running' \
             WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')",
        )
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Ends a run that has not ended yet; returns whether it had not.
pub(crate) async fn finish(tx: &mut Tx, tenant: &str, id: &str, end: &DealRunEnd) -> Result<bool> {
    let (code, message) = end.error.clone().unzip();
    let changed = tx
        .query(
            "UPDATE credit_deal_runs SET state = $1, result_object = $2, summary = $3, \
             error_code = $4, error_message = $5, execution_seconds = $6, finished_at = $7 \
             WHERE tenant_id = $8 AND id = $9 AND state IN ('queued', 'running')",
        )
        .bind(end.state)
        .bind(end.result_object.clone())
        .bind(end.summary.clone().map(Json))
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

/// Removes a run; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_deal_runs WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}

/// Lists the objects that runs of any tenant name.
pub(crate) async fn list_objects(tx: &mut Tx) -> Result<Vec<String>> {
    let rows = tx
        .query("SELECT request_object, result_object, loan_objects FROM credit_deal_runs")
        .fetch_all::<(String, Option<String>, Json<Vec<String>>)>()
        .await?;
    let mut names = Vec::new();
    for (request, result, loans) in rows {
        names.push(request);
        names.extend(result);
        names.extend(loans.0);
    }
    Ok(names)
}

/// How many runs are in one state.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct StateCount {
    pub(crate) state: String,
    pub(crate) runs: i64,
}

/// Counts the runs of a tenant by state.
pub(crate) async fn count_by_state(tx: &mut Tx, tenant: &str) -> Result<Vec<StateCount>> {
    tx.query(
        "SELECT state, COUNT(*) AS runs FROM credit_deal_runs WHERE tenant_id = $1 \
         GROUP BY state ORDER BY state",
    )
    .bind(tenant.to_owned())
    .fetch_all()
    .await
}
