//! `/asset-classes/stress-testing/results/{task_id}`: what an asynchronous stress test found.

use axum::extract::State;
use http::StatusCode;
use platform::auth::{Caller, Role};
use platform::correlation::Correlation;
use platform::http::{Json, Path};
use platform::jobs::{JobRow, JobView};
use platform::problem::Problem;

use super::views::{About, StressPerformanceView, StressResultView, outcome, scenario_views};
use crate::Credit;
use crate::domain::analysis::CashflowFormat;
use crate::http::problems::{storage, stress_not_finished, stress_not_found};
use crate::store::stress_runs::{self, StressRunRow};

/// Returns the result of an asynchronous stress test to whoever asked for it.
#[utoipa::path(
    get,
    path = "/api/v1/asset-classes/stress-testing/results/{task_id}",
    tag = "stress testing",
    params(("task_id" = String, Path)),
    responses(
        (status = 200, body = StressResultView),
        (status = 404, description = "`stress_test_not_found`: unknown, expired, or not yours", body = Problem),
        (status = 409, description = "`stress_test_not_finished`, with its progress", body = Problem),
    ),
)]
pub(in crate::http) async fn find_stress_result(
    State(app): State<Credit>,
    caller: Caller,
    Path(task_id): Path<String>,
) -> Result<Json<StressResultView>, Problem> {
    let (run, job) = find(&app, &caller, &task_id).await?;
    let Some(object) = run.object.clone() else {
        let ended = !matches!(run.state.as_str(), "queued" | "running");
        let job = job.map(JobView::of).transpose()?;
        let progress = job.as_ref().map_or(0.0, |job| job.progress);
        let why =
            run.error_message.as_deref().or(if ended { Some("it has no result") } else { None });
        return Err(stress_not_finished(&run.state, progress, why));
    };
    let bytes = app.fetch(&object).await.map_err(storage)?;
    let found = outcome(&bytes)?;
    let seconds = run.execution_seconds.unwrap_or(0.0);
    let about = About {
        pool_name: &run.pool_name,
        pool_hash: &run.pool_hash,
        terms: &run.terms.0,
        plan: &run.plan.0,
        skipped: &run.skipped.0,
        warnings: &[],
        cashflow_format: CashflowFormat::Rows,
        cache_hit: false,
        seconds,
    };
    let count = found.scenarios.len();
    let asset_count = found.report.asset_count;
    let report = about.plan.report.then(|| found.report.clone());
    let scenarios = u32::try_from(count).map_or(0.0, f64::from);
    Ok(Json(StressResultView {
        request_id: Correlation::current().request_id,
        pool_name: run.pool_name.clone(),
        analysis_date: run.terms.0.analysis_date,
        execution_time: seconds,
        scenario_results: scenario_views(found, &about),
        report,
        performance_metrics: StressPerformanceView {
            scenario_count: count,
            asset_count,
            calculation_seconds: seconds,
            scenarios_per_second: (seconds > 0.0).then(|| scenarios / seconds),
            engine_version: run.engine_version.clone(),
        },
    }))
}

/// Removes the result of an asynchronous stress test; one that still runs is cancelled.
#[utoipa::path(
    delete,
    path = "/api/v1/asset-classes/stress-testing/results/{task_id}",
    tag = "stress testing",
    params(("task_id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn delete_stress_result(
    State(app): State<Credit>,
    caller: Caller,
    Path(task_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (run, _) = find(&app, &caller, &task_id).await?;
    app.queue.cancel(&task_id).await?;
    let mut tx = app.db.write().await?;
    stress_runs::delete(&mut tx, &caller.tenant_id, &run.id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops an asynchronous stress test: a waiting one at once, a running one when it next looks.
#[utoipa::path(
    post,
    path = "/api/v1/asset-classes/stress-testing/tasks/{task_id}/cancel",
    tag = "stress testing",
    params(("task_id" = String, Path)),
    responses(
        (status = 202, description = "The job as it is now", body = JobView),
        (status = 404, description = "`stress_test_not_found`", body = Problem),
    ),
)]
pub(in crate::http) async fn cancel_stress_test(
    State(app): State<Credit>,
    caller: Caller,
    Path(task_id): Path<String>,
) -> Result<(StatusCode, Json<JobView>), Problem> {
    find(&app, &caller, &task_id).await?;
    let job = app.queue.cancel(&task_id).await?.ok_or_else(|| stress_not_found(&task_id))?;
    Ok((StatusCode::ACCEPTED, Json(JobView::of(job)?)))
}

/// Finds the run of a task that belongs to the caller, or to anybody of an administrator's tenant.
async fn find(
    app: &Credit,
    caller: &Caller,
    task_id: &str,
) -> Result<(StressRunRow, Option<JobRow>), Problem> {
    let mut tx = app.db.read().await?;
    let run = stress_runs::find_by_job(&mut tx, &caller.tenant_id, task_id).await?;
    drop(tx);
    let now = app.clock.now();
    let run = run
        .filter(|run| run.owner_id == caller.user_id || caller.may("credit", Role::Admin))
        .filter(|run| run.expires_at.is_none_or(|at| at > now))
        .ok_or_else(|| stress_not_found(task_id))?;
    with_job(app, run).await
}

/// A run whose job ended without it shows how.
pub(super) async fn with_job(
    app: &Credit,
    mut run: StressRunRow,
) -> Result<(StressRunRow, Option<JobRow>), Problem> {
    let Some(job_id) = &run.job_id else { return Ok((run, None)) };
    let job = app.queue.find(job_id).await?;
    if let Some(job) = &job
        && matches!(run.state.as_str(), "queued" | "running")
        && matches!(job.state.as_str(), "cancelled" | "failed")
    {
        run.state.clone_from(&job.state);
        run.error_code = run.error_code.or_else(|| job.error_code.clone());
        run.error_message = run.error_message.or_else(|| job.error_message.clone());
    }
    Ok((run, job))
}
