//! Runs of deals as they are shown.

use chrono::{DateTime, NaiveDate, Utc};
use deal_engine::model::Deal;
use deal_engine::run::DealRun;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::deals::{FindingView, Results, RunSummary, ScenarioRun};
use crate::store::deal_runs::DealRunRow;

/// A run of a deal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealRunView {
    pub(super) id: String,
    pub(super) deal_id: String,
    /// The version of the deal that was run.
    pub(super) deal_version: i64,
    /// What the caller called it.
    pub(super) name: String,
    /// `queued`, `running`, `succeeded`, `failed`, `cancelled` or `timed_out`.
    pub(super) state: String,
    /// The names of its scenarios, the base first.
    pub(super) scenarios: Vec<String>,
    pub(super) pricing_date: NaiveDate,
    /// The run in a few numbers, once it succeeded.
    pub(super) summary: Option<RunSummary>,
    /// The job that computes it, if it is one.
    pub(super) job_id: Option<String>,
    pub(super) error_code: Option<String>,
    pub(super) error_message: Option<String>,
    pub(super) execution_seconds: Option<f64>,
    pub(super) engine_version: String,
    /// Identifies deal, collateral and terms: equal hashes have equal results.
    pub(super) request_hash: String,
    pub(super) owner_id: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) finished_at: Option<DateTime<Utc>>,
}

/// A run of a deal with what was computed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealRunDetailView {
    #[serde(flatten)]
    pub(super) run: DealRunView,
    /// Whether the results were computed before; `false` for runs that are read.
    pub(super) cache_hit: bool,
    /// The deal as it was run.
    #[schema(value_type = Option<Object>)]
    pub(super) deal: Option<Deal>,
    /// With `include_results=true` every scenario in columns, without the log.
    pub(super) results: Option<Vec<ScenarioResultView>>,
}

/// One scenario of a run in columns.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScenarioResultView {
    pub(super) name: String,
    pub(super) title: String,
    /// Dates, bonds, pools, fees, accounts, ledgers, triggers, tests, cash, summary and warnings by
    /// column, one entry a payment date.
    #[schema(value_type = Object)]
    pub(super) run: DealRun,
}

/// What an unsaved deal pays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealPreviewView {
    /// Warnings of the static check.
    pub(super) findings: Vec<FindingView>,
    /// One entry a scenario; the first is the base.
    pub(super) scenarios: Vec<ScenarioResultView>,
    pub(super) execution_seconds: f64,
    pub(super) cache_hit: bool,
}

/// How a run is begun.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunDealQuery {
    /// `true` makes a job of it, `false` waits; by size if absent.
    pub(super) run_async: Option<bool>,
    /// `true` answers with every column.
    pub(super) include_results: Option<bool>,
}

/// How a run is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DealRunQuery {
    /// `true` answers with every column.
    pub(super) include_results: Option<bool>,
}

impl From<DealRunRow> for DealRunView {
    fn from(run: DealRunRow) -> Self {
        Self {
            id: run.id,
            deal_id: run.deal_id,
            deal_version: run.deal_version,
            name: run.name,
            state: run.state,
            scenarios: run.scenarios.0,
            pricing_date: run.pricing_date,
            summary: run.summary.map(|summary| summary.0),
            job_id: run.job_id,
            error_code: run.error_code,
            error_message: run.error_message,
            execution_seconds: run.execution_seconds,
            engine_version: run.engine_version,
            request_hash: run.request_hash,
            owner_id: run.owner_id,
            created_at: run.created_at,
            finished_at: run.finished_at,
        }
    }
}

/// Shows every scenario; the log has its own address.
pub(crate) fn columns(results: Results, with_log: bool) -> Vec<ScenarioResultView> {
    let view = |scenario: ScenarioRun| {
        let log = scenario.run.log.filter(|_| with_log);
        let run = DealRun { log, ..scenario.run };
        ScenarioResultView { name: scenario.name, title: scenario.title, run }
    };
    results.scenarios.into_iter().map(view).collect()
}
