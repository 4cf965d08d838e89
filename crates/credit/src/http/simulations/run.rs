//! Simulations that are kept.

use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::jobs::NewJob;
use platform::problem::Problem;

use super::scenarios::find_scenario;
use super::views::{NewSimulationQuery, SimulationDetailView, SimulationView, WithScenarioQuery};
use super::{Checked, check, find, new_row, simulation_failed};
use crate::Credit;
use crate::domain::simulation::{Report, SimulationRequest};
use crate::http::problems::{failed, storage};
use crate::jobs::RunSimulation;
use crate::simulations::{run_whole, simulation_hash, summary};
use crate::store::simulations::{self, SimulationEnd, SimulationRow};

/// Simulates a pool under random drivers, as a job or while the caller waits.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/simulations",
    tag = "simulations",
    params(NewSimulationQuery),
    request_body = SimulationRequest,
    responses(
        (status = 200, description = "An earlier simulation of the same request", body = SimulationDetailView),
        (status = 201, description = "With `run_async=false`", body = SimulationDetailView),
        (status = 202, body = SimulationDetailView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.create_simulation", skip_all)]
pub(in crate::http) async fn create_simulation(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<NewSimulationQuery>,
    Json(request): Json<SimulationRequest>,
) -> Result<Response, Problem> {
    let how = (query.run_async, query.use_cache);
    Box::pin(create(&app, &caller, request, None, how)).await
}

/// Simulates a pool with the variables of a request changed by a saved scenario.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/simulations/with-scenario",
    tag = "simulations",
    params(WithScenarioQuery),
    request_body = SimulationRequest,
    responses(
        (status = 200, description = "An earlier simulation of the same request", body = SimulationDetailView),
        (status = 201, description = "With `run_async=false`", body = SimulationDetailView),
        (status = 202, body = SimulationDetailView),
        (status = 404, description = "`pool_not_found`, `scenario_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.create_simulation_with_scenario", skip_all)]
pub(in crate::http) async fn create_simulation_with_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<WithScenarioQuery>,
    Json(mut request): Json<SimulationRequest>,
) -> Result<Response, Problem> {
    let scenario = find_scenario(&app, &caller, &query.scenario_id).await?;
    request.scenario = Some(scenario.modifiers.0);
    let how = (query.run_async, query.use_cache);
    Box::pin(create(&app, &caller, request, Some(query.scenario_id), how)).await
}

async fn create(
    app: &Credit,
    caller: &Caller,
    request: SimulationRequest,
    scenario_id: Option<String>,
    (run_async, use_cache): (Option<bool>, Option<bool>),
) -> Result<Response, Problem> {
    let waits = run_async == Some(false);
    let allowed = if waits { app.settings.direct_work } else { app.settings.simulation_work };
    let checked = check(app, caller, request, allowed).await?;
    if use_cache != Some(false)
        && let Some(known) = completed(app, caller, hash_of(&checked)?).await?
    {
        return Ok((StatusCode::OK, Json(detail(app, known, true).await?)).into_response());
    }
    let loans = waits.then(|| checked.chosen.subject.loans.clone());
    let row = new_row(app, caller, checked, scenario_id).await?;
    let (status, row, report) = match loans {
        Some(loans) => {
            let begun = Instant::now();
            let loans = app.simulation_loans(&loans).await.map_err(|e| failed(&e))?;
            let report = run_now(app, loans, row.plan.0.clone()).await?;
            let row = keep(app, row, &report, begun.elapsed().as_secs_f64()).await?;
            (StatusCode::CREATED, row, Some(report))
        }
        None => (StatusCode::ACCEPTED, enqueue(app, caller, row).await?, None),
    };
    let location = [(header::LOCATION, format!("/api/v1/monte-carlo/simulations/{}", row.id))];
    let view = view(app, row, report, false).await?;
    Ok((status, location, Json(view)).into_response())
}

fn hash_of(checked: &Checked) -> Result<String, Problem> {
    let pool_hash = &checked.chosen.subject.pool_hash;
    simulation_hash(pool_hash, &checked.plan).map_err(Problem::internal)
}

async fn completed(
    app: &Credit,
    caller: &Caller,
    hash: String,
) -> Result<Option<SimulationRow>, Problem> {
    let mut tx = app.db.read().await?;
    Ok(simulations::find_completed(&mut tx, &caller.tenant_id, &hash).await?)
}

/// Runs a simulation while the caller waits.
pub(super) async fn run_now(
    app: &Credit,
    loans: Vec<credit_engine::loan::Loan>,
    plan: crate::domain::simulation::Plan,
) -> Result<Report, Problem> {
    let budget = app.direct_budget();
    let cancelled = budget.cancelled.clone();
    let running = app.in_turn(move || run_whole(loans, &plan, &cancelled));
    if let Ok(result) = tokio::time::timeout(budget.time, running).await {
        return result.map_err(|failure| simulation_failed(&failure));
    }
    budget.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    let problem = Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        "out_of_time",
        "The simulation takes longer than a caller may wait",
    );
    Err(problem.detail("Send it with run_async=true, or ask for fewer paths."))
}

/// Keeps a simulation that has run.
async fn keep(
    app: &Credit,
    row: SimulationRow,
    report: &Report,
    seconds: f64,
) -> Result<SimulationRow, Problem> {
    let bytes = Bytes::from(serde_json::to_vec(report).map_err(Problem::internal)?);
    let object = app.objects.put(bytes).await.map_err(storage)?;
    let row = SimulationRow {
        state: "completed".to_owned(),
        summary: Some(platform::db::Json(summary(report))),
        object: Some(object),
        execution_seconds: Some(seconds),
        finished_at: Some(app.clock.now()),
        ..row
    };
    let mut tx = app.db.write().await?;
    simulations::insert(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row)
}

async fn enqueue(
    app: &Credit,
    caller: &Caller,
    row: SimulationRow,
) -> Result<SimulationRow, Problem> {
    let mut tx = app.db.write().await?;
    let job_id = add_job(app, &mut tx, caller, &row).await?;
    let row = SimulationRow { job_id: Some(job_id), ..row };
    simulations::insert(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row)
}

async fn add_job(
    app: &Credit,
    tx: &mut platform::db::Tx,
    caller: &Caller,
    row: &SimulationRow,
) -> Result<String, Problem> {
    let job = RunSimulation { simulation_id: row.id.clone() };
    let new = NewJob {
        job: &job,
        title: format!("Simulate {} ({} paths)", row.pool_name, row.paths),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        priority: 0,
        unique_key: None,
        result_url: Some(format!("/api/v1/monte-carlo/simulations/{}", row.id)),
    };
    Ok(app.queue.enqueue(tx, new).await?)
}

/// Lists simulations, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/monte-carlo/simulations",
    tag = "simulations",
    params(PageQuery),
    responses((status = 200, body = Page<SimulationView>)),
)]
pub(in crate::http) async fn list_simulations(
    State(app): State<Credit>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SimulationView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = simulations::list(&mut tx, &caller.tenant_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), SimulationView::from)))
}

/// Returns a simulation with its result.
#[utoipa::path(
    get,
    path = "/api/v1/monte-carlo/simulations/{id}",
    tag = "simulations",
    params(("id" = String, Path)),
    responses((status = 200, body = SimulationDetailView), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn find_simulation(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<SimulationDetailView>, Problem> {
    let row = find(&app, &caller, &id).await?;
    Ok(Json(detail(&app, row, false).await?))
}

/// Removes a simulation; one that still runs is cancelled.
#[utoipa::path(
    delete,
    path = "/api/v1/monte-carlo/simulations/{id}",
    tag = "simulations",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn delete_simulation(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let row = find(&app, &caller, &id).await?;
    if let Some(job_id) = &row.job_id {
        app.queue.cancel(job_id).await?;
    }
    let mut tx = app.db.write().await?;
    simulations::delete(&mut tx, &caller.tenant_id, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a simulation again; one that did not end well goes on where it stopped.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/simulations/{id}/run",
    tag = "simulations",
    params(("id" = String, Path)),
    responses(
        (status = 202, body = SimulationDetailView),
        (status = 404, body = Problem),
        (status = 409, description = "`simulation_running`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_simulation", skip_all, fields(simulation.id = %id))]
pub(in crate::http) async fn run_simulation(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<SimulationDetailView>), Problem> {
    let row = find(&app, &caller, &id).await?;
    if matches!(row.state.as_str(), "pending" | "running") {
        return Err(is_running(&row));
    }
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    // A job that was cancelled before it began has not ended its simulation.
    let end = SimulationEnd {
        state: "canceled",
        summary: None,
        object: None,
        error: None,
        execution_seconds: None,
        now,
    };
    simulations::finish(&mut tx, &caller.tenant_id, &id, &end).await?;
    let job_id = add_job(&app, &mut tx, &caller, &row).await?;
    if !simulations::restart(&mut tx, &caller.tenant_id, &id, &job_id, now).await? {
        return Err(is_running(&row));
    }
    tx.commit().await?;
    let row = find(&app, &caller, &id).await?;
    Ok((StatusCode::ACCEPTED, Json(detail(&app, row, false).await?)))
}

/// Asks a simulation to stop.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/simulations/{id}/cancel",
    tag = "simulations",
    params(("id" = String, Path)),
    responses((status = 202, body = SimulationDetailView), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn cancel_simulation(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<SimulationDetailView>), Problem> {
    let row = find(&app, &caller, &id).await?;
    if let Some(job_id) = &row.job_id {
        app.queue.cancel(job_id).await?;
    }
    let row = find(&app, &caller, &id).await?;
    Ok((StatusCode::ACCEPTED, Json(detail(&app, row, false).await?)))
}

fn is_running(row: &SimulationRow) -> Problem {
    Problem::new(StatusCode::CONFLICT, "simulation_running", "The simulation is running")
        .detail(format!("Simulation `{}` is {}; wait for it or cancel it.", row.id, row.state))
}

/// Shows a simulation with its stored result.
async fn detail(
    app: &Credit,
    row: SimulationRow,
    cache_hit: bool,
) -> Result<SimulationDetailView, Problem> {
    let report = match &row.object {
        Some(object) => {
            let bytes = app.fetch(object).await.map_err(storage)?;
            Some(serde_json::from_slice(&bytes).map_err(Problem::internal)?)
        }
        None => None,
    };
    view(app, row, report, cache_hit).await
}

async fn view(
    app: &Credit,
    row: SimulationRow,
    result: Option<Report>,
    cache_hit: bool,
) -> Result<SimulationDetailView, Problem> {
    let progress = match (row.state.as_str(), &row.job_id) {
        ("completed", _) => 1.0,
        ("pending" | "running", Some(job_id)) => {
            app.queue.find(job_id).await?.map_or(0.0, |job| job.progress)
        }
        _ => 0.0,
    };
    let plan = serde_json::to_value(&row.plan.0).map_err(Problem::internal)?;
    Ok(SimulationDetailView { simulation: row.into(), plan, progress, result, cache_hit })
}
