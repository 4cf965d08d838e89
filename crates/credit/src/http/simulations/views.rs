//! What callers see of simulations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::domain::simulation::Report;
use crate::store::simulations::SimulationRow;

/// A simulation in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SimulationView {
    pub(super) id: String,
    /// What people call it.
    name: String,
    /// `pending`, `running`, `completed`, `failed` or `canceled`.
    state: String,
    /// How many paths.
    paths: i64,
    /// The scenario that changed its variables.
    scenario_id: Option<String>,
    pool_id: Option<String>,
    pool_version: Option<i64>,
    pool_name: String,
    /// The main figures, once it is completed.
    #[schema(value_type = Option<Object>)]
    summary: Option<Value>,
    /// The job that runs it.
    job_id: Option<String>,
    /// Where its progress can be read.
    status_url: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    execution_seconds: Option<f64>,
    engine_version: String,
    /// Identifies request and loans: equal hashes have equal results.
    request_hash: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// A simulation with its result.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SimulationDetailView {
    #[serde(flatten)]
    pub(super) simulation: SimulationView,
    /// What was asked, complete and checked.
    #[schema(value_type = Object)]
    pub(super) plan: Value,
    /// The share of the paths that is done, 0 to 1.
    pub(super) progress: f64,
    /// What was found, once it is completed.
    pub(super) result: Option<Report>,
    /// Whether an earlier simulation of the same request was found.
    pub(super) cache_hit: bool,
}

/// Whether the caller waits, and whether an earlier result will do.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct NewSimulationQuery {
    /// `true` (default) makes a job of it.
    pub(super) run_async: Option<bool>,
    /// `false` computes again.
    pub(super) use_cache: Option<bool>,
}

/// The scenario, and whether the caller waits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct WithScenarioQuery {
    /// The saved scenario that changes the variables.
    pub(super) scenario_id: String,
    /// `true` (default) makes a job of it.
    pub(super) run_async: Option<bool>,
    /// `false` computes again.
    pub(super) use_cache: Option<bool>,
}

impl From<SimulationRow> for SimulationView {
    fn from(row: SimulationRow) -> Self {
        Self {
            status_url: row.job_id.as_ref().map(|job| format!("/api/jobs/{job}")),
            id: row.id,
            name: row.name,
            state: row.state,
            paths: row.paths,
            scenario_id: row.scenario_id,
            pool_id: row.pool_id,
            pool_version: row.pool_version,
            pool_name: row.pool_name,
            summary: row.summary.map(|summary| summary.0),
            job_id: row.job_id,
            error_code: row.error_code,
            error_message: row.error_message,
            execution_seconds: row.execution_seconds,
            engine_version: row.engine_version,
            request_hash: row.request_hash,
            created_at: row.created_at,
            updated_at: row.updated_at,
            finished_at: row.finished_at,
        }
    }
}
