//! The `credit_simulations` table with its blocks and its archive.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::domain::simulation::Plan;

/// A simulation as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SimulationRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) plan: Json<Plan>,
    pub(crate) scenario_id: Option<String>,
    pub(crate) pool_id: Option<String>,
    pub(crate) pool_version: Option<i64>,
    pub(crate) pool_name: String,
    pub(crate) pool_hash: String,
    pub(crate) loans_object: String,
    pub(crate) request_hash: String,
    pub(crate) engine_version: String,
    pub(crate) paths: i64,
    /// Paths in a block; part of the row so that another release resumes with the same blocks.
    pub(crate) block_paths: i64,
    pub(crate) summary: Option<Json<Value>>,
    pub(crate) object: Option<String>,
    pub(crate) job_id: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) version: i64,
}

/// How a simulation ended.
#[derive(Debug, Clone)]
pub(crate) struct SimulationEnd {
    pub(crate) state: &'static str,
    pub(crate) summary: Option<Value>,
    pub(crate) object: Option<String>,
    pub(crate) error: Option<(String, String)>,
    pub(crate) execution_seconds: Option<f64>,
    pub(crate) now: DateTime<Utc>,
}

/// Adds a simulation.
pub(crate) async fn insert(tx: &mut Tx, row: &SimulationRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_simulations (id, tenant_id, owner_id, name, state, plan, scenario_id, \
         pool_id, pool_version, pool_name, pool_hash, loans_object, request_hash, engine_version, \
         paths, block_paths, summary, object, job_id, error_code, error_message, \
         execution_seconds, created_at, updated_at, finished_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26)",
    )
    .bind(row.id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.owner_id.clone())
    .bind(row.name.clone())
    .bind(row.state.clone())
    .bind(row.plan.clone())
    .bind(row.scenario_id.clone())
    .bind(row.pool_id.clone())
    .bind(row.pool_version)
    .bind(row.pool_name.clone())
    .bind(row.pool_hash.clone())
    .bind(row.loans_object.clone())
    .bind(row.request_hash.clone())
    .bind(row.engine_version.clone())
    .bind(row.paths)
    .bind(row.block_paths)
    .bind(row.summary.clone())
    .bind(row.object.clone())
    .bind(row.job_id.clone())
    .bind(row.error_code.clone())
    .bind(row.error_message.clone())
    .bind(row.execution_seconds)
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.finished_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Returns a simulation.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<SimulationRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, state, plan, scenario_id, pool_id, pool_version, \
         pool_name, pool_hash, loans_object, request_hash, engine_version, paths, block_paths, \
         summary, object, job_id, error_code, error_message, execution_seconds, created_at, \
         updated_at, finished_at, version \
         FROM credit_simulations WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Returns the newest completed simulation of a request.
pub(crate) async fn find_completed(
    tx: &mut Tx,
    tenant: &str,
    request_hash: &str,
) -> Result<Option<SimulationRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, state, plan, scenario_id, pool_id, pool_version, \
         pool_name, pool_hash, loans_object, request_hash, engine_version, paths, block_paths, \
         summary, object, job_id, error_code, error_message, execution_seconds, created_at, \
         updated_at, finished_at, version FROM credit_simulations \
         WHERE tenant_id = $1 AND request_hash = $2 AND state = 'completed' \
         ORDER BY id DESC LIMIT 1",
    )
    .bind(tenant.to_owned())
    .bind(request_hash.to_owned())
    .fetch_optional()
    .await
}

/// Lists simulations, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<SimulationRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, state, plan, scenario_id, pool_id, pool_version, \
         pool_name, pool_hash, loans_object, request_hash, engine_version, paths, block_paths, \
         summary, object, job_id, error_code, error_message, execution_seconds, created_at, \
         updated_at, finished_at, version FROM credit_simulations \
         WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "t".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Notes that a simulation has begun; returns whether it was waiting or interrupted.
pub(crate) async fn start(tx: &mut Tx, tenant: &str, id: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_simulations SET state = 'running', updated_at = $1 \
             WHERE tenant_id = $2 AND id = $3 AND state IN ('pending', 'running')",
        )
        .bind(now)
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Makes a simulation that has ended wait again; returns whether it had ended. What it gave goes
/// away; blocks of one that did not end well stay and are used.
pub(crate) async fn restart(
    tx: &mut Tx,
    tenant: &str,
    id: &str,
    job_id: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_simulations SET state = 'pending', job_id = $1, summary = NULL, \
             object = NULL, error_code = NULL, error_message = NULL, execution_seconds = NULL, \
             finished_at = NULL, updated_at = $2, version = version + 1 \
             WHERE tenant_id = $3 AND id = $4 AND state IN ('completed', 'failed', 'canceled')",
        )
        .bind(job_id.to_owned())
        .bind(now)
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Ends a simulation that has not ended yet; returns whether it had not.
pub(crate) async fn finish(
    tx: &mut Tx,
    tenant: &str,
    id: &str,
    end: &SimulationEnd,
) -> Result<bool> {
    let (code, message) = end.error.clone().unzip();
    let changed = tx
        .query(
            "UPDATE credit_simulations SET state = $1, summary = $2, object = $3, \
             error_code = $4, error_message = $5, execution_seconds = $6, finished_at = $7, \
             updated_at = $7, version = version + 1 \
             WHERE tenant_id = $8 AND id = $9 AND state IN ('pending', 'running')",
        )
        .bind(end.state)
        .bind(end.summary.clone().map(Json))
        .bind(end.object.clone())
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

/// Removes a simulation with its blocks; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    delete_blocks(tx, tenant, id).await?;
    let removed = tx
        .query("DELETE FROM credit_simulations WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}

/// Notes where a block is kept.
pub(crate) async fn insert_block(
    tx: &mut Tx,
    tenant: &str,
    id: &str,
    block: i64,
    object: &str,
) -> Result<()> {
    tx.query(
        "INSERT INTO credit_simulation_blocks (simulation_id, block, tenant_id, object) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (simulation_id, block) DO NOTHING",
    )
    .bind(id.to_owned())
    .bind(block)
    .bind(tenant.to_owned())
    .bind(object.to_owned())
    .execute()
    .await?;
    Ok(())
}

/// Lists the blocks of a simulation in their order.
pub(crate) async fn list_blocks(tx: &mut Tx, tenant: &str, id: &str) -> Result<Vec<(i64, String)>> {
    tx.query(
        "SELECT block, object FROM credit_simulation_blocks \
         WHERE tenant_id = $1 AND simulation_id = $2 ORDER BY block",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_all()
    .await
}

/// Forgets the blocks of a simulation.
pub(crate) async fn delete_blocks(tx: &mut Tx, tenant: &str, id: &str) -> Result<()> {
    tx.query("DELETE FROM credit_simulation_blocks WHERE tenant_id = $1 AND simulation_id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(())
}

/// Lists simulations of all tenants that ended before an instant, oldest first.
pub(crate) async fn list_ended(
    tx: &mut Tx,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT tenant_id, id FROM credit_simulations \
         WHERE finished_at IS NOT NULL AND finished_at < $1 ORDER BY finished_at LIMIT $2",
    )
    .bind(before)
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Copies a simulation to the archive, without its distribution.
pub(crate) async fn archive(tx: &mut Tx, tenant: &str, id: &str, now: DateTime<Utc>) -> Result<()> {
    tx.query(
        "INSERT INTO credit_simulations_archive (id, tenant_id, owner_id, name, state, plan, \
         pool_name, pool_hash, engine_version, paths, summary, created_at, finished_at, \
         archived_at) \
         SELECT id, tenant_id, owner_id, name, state, plan, pool_name, pool_hash, \
         engine_version, paths, summary, created_at, finished_at, $1 \
         FROM credit_simulations WHERE tenant_id = $2 AND id = $3 ON CONFLICT (id) DO NOTHING",
    )
    .bind(now)
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .execute()
    .await?;
    Ok(())
}
