//! How stress tests are shown.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use platform::problem::Problem;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::analysis::{CashflowFormat, Note, Terms};
use crate::domain::stress::{Report, ScenarioOutcome, StressOutcome, StressScenario};
use crate::http::problems::stress_failed;
use crate::http::responses::{AnalysisView, Shown};
use crate::store::stress_runs::StressRunRow;
use crate::stress::{Plan, parse_stress};

/// What the views of all scenarios have in common.
pub(super) struct About<'a> {
    pub(super) pool_name: &'a str,
    pub(super) pool_hash: &'a str,
    pub(super) terms: &'a Terms,
    pub(super) plan: &'a Plan,
    pub(super) skipped: &'a [String],
    pub(super) warnings: &'a [Note],
    pub(super) cashflow_format: CashflowFormat,
    pub(super) cache_hit: bool,
    pub(super) seconds: f64,
}

/// Every scenario as an analysis of its own; the comparison is with `base`.
pub(super) fn scenario_views(
    outcome: StressOutcome,
    about: &About<'_>,
) -> BTreeMap<String, AnalysisView> {
    let StressOutcome { scenarios, report } = outcome;
    let mut views: BTreeMap<String, AnalysisView> = scenarios
        .into_iter()
        .map(|found| (found.scenario.name.clone(), view(found, about)))
        .collect();
    if about.plan.report
        && let Some(base) = views.get_mut("base")
    {
        with_report(&mut base.analytics, &report);
    }
    views
}

fn view(found: ScenarioOutcome, about: &About<'_>) -> AnalysisView {
    let shown = Shown {
        pool_name: about.pool_name.to_owned(),
        scenario_name: Some(found.scenario.name),
        pool_hash: about.pool_hash.to_owned(),
        skipped: about.skipped.to_vec(),
        warnings: about.warnings.to_vec(),
        cashflows: about.plan.options.include_cashflows.then_some(about.cashflow_format),
        cache_hit: about.cache_hit,
        execution_time: about.seconds,
    };
    AnalysisView::new(found.outcome, about.terms, shown)
}

fn with_report(analytics: &mut Value, report: &Report) {
    if !analytics.is_object() {
        *analytics = json!({});
    }
    if let Some(object) = analytics.as_object_mut() {
        object.insert("stress_test_report".to_owned(), json!(report));
    }
}

/// Reads an outcome that was computed before.
pub(super) fn outcome(bytes: &Bytes) -> Result<StressOutcome, Problem> {
    parse_stress(bytes).map_err(|failure| stress_failed(&failure))
}

/// A stress run in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StressRunView {
    id: String,
    /// The stored pool, if it was one.
    pool_id: Option<String>,
    pool_version: Option<i64>,
    pool_name: String,
    /// What the caller called it.
    name: String,
    /// `queued`, `running`, `succeeded`, `failed`, `cancelled` or `timed_out`.
    state: String,
    analysis_date: NaiveDate,
    /// The scenarios, `base` first.
    scenarios: Vec<StressScenario>,
    /// The comparison, once it succeeded.
    report: Option<Report>,
    /// The job that computes it, if it is one.
    job_id: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    execution_seconds: Option<f64>,
    engine_version: String,
    /// Identifies request, scenarios and loans: equal hashes have equal results.
    request_hash: String,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    /// When it is removed; never if absent.
    expires_at: Option<DateTime<Utc>>,
}

impl From<StressRunRow> for StressRunView {
    fn from(run: StressRunRow) -> Self {
        Self {
            id: run.id,
            pool_id: run.pool_id,
            pool_version: run.pool_version,
            pool_name: run.pool_name,
            name: run.name,
            state: run.state,
            analysis_date: run.terms.0.analysis_date,
            scenarios: run.plan.0.scenarios,
            report: run.report.map(|report| report.0),
            job_id: run.job_id,
            error_code: run.error_code,
            error_message: run.error_message,
            execution_seconds: run.execution_seconds,
            engine_version: run.engine_version,
            request_hash: run.request_hash,
            created_at: run.created_at,
            finished_at: run.finished_at,
            expires_at: run.expires_at,
        }
    }
}

/// A stress run with the results of every scenario.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StressRunDetailView {
    #[serde(flatten)]
    pub(super) run: StressRunView,
    /// What was asked.
    #[schema(value_type = Object)]
    pub(super) terms: Value,
    /// What came of every scenario, once it succeeded.
    pub(super) scenario_results: Option<BTreeMap<String, AnalysisView>>,
}

/// A stress test that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StressAcceptedView {
    /// Names it in every other address; it is the id of its job.
    pub(super) task_id: String,
    /// The same.
    pub(super) job_id: String,
    /// The run that it fills.
    pub(super) run_id: String,
    #[schema(example = "queued")]
    pub(super) status: &'static str,
    pub(super) message: String,
    pub(super) pool_name: String,
    pub(super) scenario_count: usize,
    /// Updates over a WebSocket; absent if the operator switched them off.
    pub(super) websocket_url: Option<String>,
    /// Updates as server-sent events.
    pub(super) events_url: String,
    /// Where its progress can be read.
    pub(super) status_url: String,
    /// Where the result will be.
    pub(super) result_url: String,
    /// When it will be done, from how fast others were.
    pub(super) estimated_completion_time: DateTime<Utc>,
}

/// The result of an asynchronous stress test.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StressResultView {
    pub(super) request_id: String,
    pub(super) pool_name: String,
    pub(super) analysis_date: NaiveDate,
    /// Seconds.
    pub(super) execution_time: f64,
    /// What came of every scenario.
    pub(super) scenario_results: BTreeMap<String, AnalysisView>,
    /// The comparison, if it was asked for.
    pub(super) report: Option<Report>,
    pub(super) performance_metrics: StressPerformanceView,
}

/// How much was computed, and how fast.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StressPerformanceView {
    pub(super) scenario_count: usize,
    pub(super) asset_count: usize,
    /// Seconds of computing, the wait in the queue left out.
    pub(super) calculation_seconds: f64,
    /// Scenarios a second.
    pub(super) scenarios_per_second: Option<f64>,
    pub(super) engine_version: String,
}
