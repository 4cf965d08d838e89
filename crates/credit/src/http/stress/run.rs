//! `/asset-classes/stress-testing/run`: at once or as a job.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::Json;
use platform::jobs::NewJob;
use platform::problem::Problem;

use super::views::{About, StressAcceptedView, outcome, scenario_views};
use super::{StressRequest, check_size, plan};
use crate::Credit;
use crate::calculator::Loans;
use crate::domain::analysis::{AnalysisRequest, ENGINE_VERSION, Terms};
use crate::domain::table::rows;
use crate::http::analyze::{Chosen, choose, terms};
use crate::http::problems::{storage, stress_failed, table, too_many_stress_tests};
use crate::http::responses::AnalysisView;
use crate::jobs::RunStressTest;
use crate::store::stress_runs::{self, StressRunRow};
use crate::stress::{Plan, stress_hash};

/// Analyses a pool under several scenarios and compares the results.
///
/// `base` is always in the answer and equals the analysis without scenarios.
#[utoipa::path(
    post,
    path = "/api/v1/asset-classes/stress-testing/run",
    tag = "stress testing",
    request_body = StressRequest,
    responses(
        (status = 200, description = "One analysis a scenario", body = BTreeMap<String, AnalysisView>),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 429, description = "`rate_limited`", body = Problem),
        (status = 504, description = "`out_of_time`: use the async form", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_stress_test", skip_all)]
pub(in crate::http) async fn run_stress_test(
    State(app): State<Credit>,
    caller: Caller,
    Json(request): Json<StressRequest>,
) -> Result<Json<BTreeMap<String, AnalysisView>>, Problem> {
    let begun = Instant::now();
    limit(&app, &caller).await?;
    let (request, choice) = request.split();
    let plan = plan(&app, &caller, &choice).await?;
    let cashflow_format = request.cashflow_format;
    let (terms, chosen) = subject(&app, &caller, request).await?;

    let budget = app.direct_budget();
    let tenant = &caller.tenant_id;
    let found = app.stress_outcome(tenant, &chosen.subject, &terms, &plan, true, budget).await;
    let (bytes, cache_hit) = found.map_err(|failure| stress_failed(&failure))?;

    let about = About {
        pool_name: &chosen.pool_name,
        pool_hash: &chosen.subject.pool_hash,
        terms: &terms,
        plan: &plan,
        skipped: &chosen.skipped,
        warnings: &chosen.warnings,
        cashflow_format,
        cache_hit,
        seconds: begun.elapsed().as_secs_f64(),
    };
    Ok(Json(scenario_views(outcome(&bytes)?, &about)))
}

/// Accepts a stress test as a job.
#[utoipa::path(
    post,
    path = "/api/v1/asset-classes/stress-testing/async-run",
    tag = "stress testing",
    request_body = StressRequest,
    responses(
        (status = 202, body = StressAcceptedView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 429, description = "`rate_limited`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_stress_test_async", skip_all)]
pub(in crate::http) async fn run_stress_test_async(
    State(app): State<Credit>,
    caller: Caller,
    Json(request): Json<StressRequest>,
) -> Result<Response, Problem> {
    limit(&app, &caller).await?;
    let (request, choice) = request.split();
    let plan = plan(&app, &caller, &choice).await?;
    let name = request.scenario_name.clone().unwrap_or_else(|| "Stress test".to_owned());
    let (terms, chosen) = subject(&app, &caller, request).await?;
    let accepted =
        enqueue(&app, &caller, chosen, terms, plan, Named { name, expires: true }).await?;
    let location = [(header::LOCATION, accepted.status_url.clone())];
    Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response())
}

/// Counts a stress test of the caller.
async fn limit(app: &Credit, caller: &Caller) -> Result<(), Problem> {
    match app.stress_limit.check(&caller.user_id).await? {
        Some(seconds) => Err(too_many_stress_tests(seconds)),
        None => Ok(()),
    }
}

/// The loans of a request and its terms; a pool that is too large is refused.
async fn subject(
    app: &Credit,
    caller: &Caller,
    request: AnalysisRequest,
) -> Result<(Terms, Chosen), Problem> {
    let request = AnalysisRequest { include_stress_tests: false, include_metrics: true, ..request };
    let terms = terms(app, &request)?;
    let chosen = choose(app, caller, request).await?;
    check_size(app, assets(app, &chosen.subject.loans).await?)?;
    Ok((terms, chosen))
}

/// Number of assets of a pool.
pub(super) async fn assets(app: &Credit, loans: &Loans) -> Result<usize, Problem> {
    match loans {
        Loans::Here(loans) => Ok(loans.len()),
        Loans::Stored(object) => {
            let bytes = app.fetch(object).await.map_err(storage)?;
            rows(&bytes).map_err(table)
        }
    }
}

/// How a run is called, and whether it goes away.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) expires: bool,
}

/// Adds a waiting run and its job.
pub(super) async fn enqueue(
    app: &Credit,
    caller: &Caller,
    chosen: Chosen,
    terms: Terms,
    plan: Plan,
    named: Named,
) -> Result<StressAcceptedView, Problem> {
    let scenario_count = plan.scenarios.len();
    let count = assets(app, &chosen.subject.loans).await?;
    let work = u64::try_from(count.saturating_mul(scenario_count)).unwrap_or(u64::MAX);
    let expires = named.expires;
    let mut run = new_run(app, caller, chosen, terms, plan, named.name).await?;
    let job = RunStressTest { run_id: run.id.clone(), expires };
    let mut tx = app.db.write().await?;
    let new = NewJob {
        job: &job,
        title: format!("Stress {}", run.pool_name),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        priority: 0,
        unique_key: None,
        result_url: Some(format!("/api/v1/stress-runs/{}", run.id)),
    };
    let job_id = app.queue.enqueue(&mut tx, new).await?;
    run.job_id = Some(job_id.clone());
    // One that is cancelled before it begins goes away too.
    let kept = TimeDelta::from_std(app.settings.stress.results_ttl).unwrap_or(TimeDelta::MAX);
    run.expires_at = app.clock.now().checked_add_signed(kept).filter(|_| expires);
    stress_runs::insert(&mut tx, &run).await?;
    tx.commit().await?;
    let result_url = if expires {
        format!("/api/v1/asset-classes/stress-testing/results/{job_id}")
    } else {
        format!("/api/v1/stress-runs/{}", run.id)
    };
    let sockets = app.settings.stress.features.websocket;
    Ok(StressAcceptedView {
        status: "queued",
        message: format!("{scenario_count} scenarios of {} are queued.", run.pool_name),
        pool_name: run.pool_name,
        run_id: run.id,
        scenario_count,
        websocket_url: sockets.then(|| format!("/ws/task-status?task_id={job_id}")),
        events_url: "/api/jobs/events".to_owned(),
        status_url: format!("/api/jobs/{job_id}"),
        result_url,
        // A loan lives 360 months at most of the time.
        estimated_completion_time: app.pace.end_of(work.saturating_mul(360), app.clock.now()),
        task_id: job_id.clone(),
        job_id,
    })
}

/// Makes the row of a run that waits, its loans kept.
pub(super) async fn new_run(
    app: &Credit,
    caller: &Caller,
    chosen: Chosen,
    terms: Terms,
    plan: Plan,
    name: String,
) -> Result<StressRunRow, Problem> {
    let request_hash = stress_hash(&chosen.subject, &terms, &plan).map_err(Problem::internal)?;
    let loans_object = match (chosen.table, &chosen.subject.loans) {
        (_, Loans::Stored(object)) => object.clone(),
        (Some(writer), Loans::Here(_)) => {
            let written = writer.finish().map_err(table)?;
            app.objects.put(written.bytes).await.map_err(storage)?
        }
        (None, Loans::Here(_)) => return Err(Problem::internal("loans without a table")),
    };
    Ok(StressRunRow {
        id: app.ids.with_prefix("stress"),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        pool_id: chosen.pool_id,
        pool_version: chosen.pool_version,
        pool_name: chosen.pool_name,
        name,
        state: "queued".to_owned(),
        terms: DbJson(terms),
        plan: DbJson(plan),
        skipped: DbJson(chosen.skipped),
        request_hash,
        pool_hash: chosen.subject.pool_hash,
        loans_object,
        engine_version: ENGINE_VERSION.to_owned(),
        report: None,
        object: None,
        job_id: None,
        error_code: None,
        error_message: None,
        execution_seconds: None,
        created_at: app.clock.now(),
        finished_at: None,
        expires_at: None,
    })
}
