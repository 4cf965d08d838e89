//! `/runs`: analyses of stored pools that are kept.

use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::analyze::{enqueue, new_run, stored, terms};
use super::pools::find as find_pool_row;
use super::problems::{failed, run_not_finished, run_not_found, storage};
use super::responses::{AnalysisView, Shown, attachment, file};
use crate::Credit;
use crate::calculator::{Failure, parse};
use crate::domain::analysis::{AnalysisRequest, CashflowFormat, Metrics, Outcome};
use crate::domain::export::{FileFormat, Title};
use crate::store::runs::{self, RunRow};

/// A run in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunView {
    id: String,
    /// The stored pool, if it was one.
    pool_id: Option<String>,
    pool_version: Option<i64>,
    pool_name: String,
    /// What the caller called it.
    name: String,
    /// `queued`, `running`, `succeeded`, `failed`, `cancelled` or `timed_out`.
    state: String,
    /// The measures, once it succeeded.
    metrics: Option<Metrics>,
    /// The job that computes it, if it is one.
    job_id: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    execution_seconds: Option<f64>,
    engine_version: String,
    /// Identifies request and loans: equal hashes have equal results.
    request_hash: String,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// A run with its result.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunDetailView {
    #[serde(flatten)]
    run: RunView,
    /// What was asked.
    #[schema(value_type = Object)]
    terms: serde_json::Value,
    /// What was found, once it succeeded.
    result: Option<AnalysisView>,
}

/// How a run is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RunQuery {
    /// `rows` (default) or `columns`.
    cashflow_format: Option<CashflowFormat>,
    /// `false` leaves cash flows out.
    include_cashflows: Option<bool>,
}

/// Whether the caller waits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NewRunQuery {
    /// `true` makes a job of it.
    run_async: Option<bool>,
}

/// The file to make.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `csv` (default), `xlsx`, `parquet` or `json`.
    #[param(inline)]
    format: Option<FileFormat>,
}

impl From<RunRow> for RunView {
    fn from(run: RunRow) -> Self {
        Self {
            id: run.id,
            pool_id: run.pool_id,
            pool_version: run.pool_version,
            pool_name: run.pool_name,
            name: run.name,
            state: run.state,
            metrics: run.metrics.map(|metrics| metrics.0),
            job_id: run.job_id,
            error_code: run.error_code,
            error_message: run.error_message,
            execution_seconds: run.execution_seconds,
            engine_version: run.engine_version,
            request_hash: run.request_hash,
            created_at: run.created_at,
            finished_at: run.finished_at,
        }
    }
}

/// Analyses a stored pool and keeps the result under a name.
#[utoipa::path(
    post,
    path = "/api/v1/pools/{id}/runs",
    tag = "runs",
    params(("id" = String, Path), NewRunQuery),
    request_body(content = AnalysisRequest, description = "The terms; `scenario_name` names the run, `pool` is left out"),
    responses(
        (status = 201, body = RunDetailView),
        (status = 202, description = "With `run_async=true`", body = super::analyze::AcceptedView),
        (status = 404, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.create_pool_run", skip_all, fields(pool.id = %id))]
pub(super) async fn create_pool_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<NewRunQuery>,
    Json(request): Json<AnalysisRequest>,
) -> Result<Response, Problem> {
    let terms = terms(&app, &request)?;
    let version = match &request.pool {
        None => None,
        Some(draft)
            if draft.assets.is_none() && draft.pool_id.as_ref().is_none_or(|p| *p == id) =>
        {
            draft.pool_version
        }
        Some(_) => {
            let message = "is the one in the address: leave it out, or send only pool_version";
            return Err(Problem::invalid(vec![FieldError::new("/pool", "conflict", message)]));
        }
    };
    let chosen = stored(&app, &caller, &id, version).await?;
    let name = request.scenario_name.clone().unwrap_or_else(|| "Analysis".to_owned());
    if query.run_async == Some(true) {
        let accepted = enqueue(&app, &caller, chosen, terms, name).await?;
        let location = [(header::LOCATION, accepted.status_url.clone())];
        return Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response());
    }

    let begun = Instant::now();
    let budget = app.direct_budget();
    let found = app.outcome(&caller.tenant_id, &chosen.subject, &terms, true, budget).await;
    let (bytes, cache_hit) = found.map_err(|failure| failed(&failure))?;
    let outcome = parse(&bytes).map_err(|failure| failed(&failure))?;

    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let object = app.objects.put(bytes).await.map_err(storage)?;
    let waiting = new_run(&app, &caller, chosen, terms, name).await?;
    let run = RunRow {
        state: "succeeded".to_owned(),
        metrics: outcome.metrics.clone().map(DbJson),
        execution_seconds: Some(begun.elapsed().as_secs_f64()),
        finished_at: Some(app.clock.now()),
        ..waiting
    };
    let mut tx = app.db.write().await?;
    runs::insert(&mut tx, &run).await?;
    runs::insert_blob(&mut tx, &run.tenant_id, &run.id, &object, size).await?;
    tx.commit().await?;

    let location = [(header::LOCATION, format!("/api/v1/runs/{}", run.id))];
    let cashflows = request.include_cashflows.then_some(request.cashflow_format);
    let view = detail(run, Some(outcome), cashflows, cache_hit)?;
    Ok((StatusCode::CREATED, location, Json(view)).into_response())
}

/// Lists the runs of a pool, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/pools/{id}/runs",
    tag = "runs",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<RunView>), (status = 404, body = Problem)),
)]
pub(super) async fn list_pool_runs(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<RunView>>, Problem> {
    find_pool_row(&app, &caller, &id).await?;
    list(&app, &caller, Some(id), &page).await
}

/// Lists all runs, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/runs",
    tag = "runs",
    params(PageQuery),
    responses((status = 200, body = Page<RunView>)),
)]
pub(super) async fn list_runs(
    State(app): State<Credit>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<RunView>>, Problem> {
    list(&app, &caller, None, &page).await
}

async fn list(
    app: &Credit,
    caller: &Caller,
    pool_id: Option<String>,
    page: &PageQuery,
) -> Result<Json<Page<RunView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = runs::list(&mut tx, &caller.tenant_id, pool_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |run| run.id.clone(), RunView::from)))
}

/// Returns a run with its result.
#[utoipa::path(
    get,
    path = "/api/v1/runs/{id}",
    tag = "runs",
    params(("id" = String, Path), RunQuery),
    responses((status = 200, body = RunDetailView), (status = 404, body = Problem)),
)]
pub(super) async fn find_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunDetailView>, Problem> {
    let run = find(&app, &caller, &id).await?;
    let outcome = match result(&app, &caller, &run).await? {
        Some(bytes) => Some(parse(&bytes).map_err(|failure| failed(&failure))?),
        None => None,
    };
    let include = query.include_cashflows.unwrap_or(true);
    let cashflows = include.then_some(query.cashflow_format.unwrap_or_default());
    Ok(Json(detail(run, outcome, cashflows, false)?))
}

/// Removes a run and its result; one that still runs is cancelled.
#[utoipa::path(
    delete,
    path = "/api/v1/runs/{id}",
    tag = "runs",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(super) async fn delete_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let run = find(&app, &caller, &id).await?;
    if let Some(job_id) = &run.job_id {
        app.queue.cancel(job_id).await?;
    }
    let mut tx = app.db.write().await?;
    runs::delete(&mut tx, &caller.tenant_id, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the cash flows of a run as a file.
#[utoipa::path(
    get,
    path = "/api/v1/runs/{id}/export",
    tag = "runs",
    params(("id" = String, Path), ExportQuery),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/vnd.apache.parquet"),
            (serde_json::Value = "application/json"),
        )),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.export_run", skip_all, fields(run.id = %id))]
pub(super) async fn export_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let run = find(&app, &caller, &id).await?;
    let bytes = result(&app, &caller, &run).await?;
    let bytes = bytes.ok_or_else(|| run_not_finished(&run.state))?;
    let outcome = parse(&bytes).map_err(|failure| failed(&failure))?;
    let (pool, name) = (run.pool_name.clone(), run.name.clone());
    let title = Title { pool: &pool, run: &name };
    let format = query.format.unwrap_or(FileFormat::Csv);
    if format == FileFormat::Json {
        let view = detail(run, Some(outcome), Some(CashflowFormat::Rows), false)?;
        let body = serde_json::to_vec(&view).map_err(Problem::internal)?;
        return Ok(attachment(body, title, format));
    }
    let span = tracing::Span::current();
    let made = tokio::task::spawn_blocking(move || {
        let _entered = span.entered();
        file(&outcome, Title { pool: &pool, run: &name }, format)
    });
    made.await.map_err(Problem::internal)?
}

/// Finds a run of the caller's tenant; one whose job ended without it shows how.
async fn find(app: &Credit, caller: &Caller, id: &str) -> Result<RunRow, Problem> {
    let mut tx = app.db.read().await?;
    let run = runs::find(&mut tx, &caller.tenant_id, id).await?;
    drop(tx);
    let mut run = run.ok_or_else(|| run_not_found(id))?;
    let waiting = matches!(run.state.as_str(), "queued" | "running");
    if let Some(job_id) = run.job_id.as_ref().filter(|_| waiting)
        && let Some(job) = app.queue.find(job_id).await?
        && matches!(job.state.as_str(), "cancelled" | "failed")
    {
        run.state = job.state;
        run.error_code = run.error_code.or(job.error_code);
        run.error_message = run.error_message.or(job.error_message);
    }
    Ok(run)
}

/// The stored outcome of a run, if it has one.
async fn result(app: &Credit, caller: &Caller, run: &RunRow) -> Result<Option<Bytes>, Problem> {
    let mut tx = app.db.read().await?;
    let object = runs::find_blob(&mut tx, &caller.tenant_id, &run.id).await?;
    match object {
        Some(object) => Ok(Some(app.fetch(&object).await.map_err(storage)?)),
        None => Ok(None),
    }
}

fn detail(
    run: RunRow,
    outcome: Option<Outcome>,
    cashflows: Option<CashflowFormat>,
    cache_hit: bool,
) -> Result<RunDetailView, Problem> {
    let shown = Shown {
        pool_name: run.pool_name.clone(),
        scenario_name: Some(run.name.clone()),
        pool_hash: run.pool_hash.clone(),
        skipped: run.skipped.0.clone(),
        warnings: Vec::new(),
        cashflows,
        cache_hit,
        execution_time: run.execution_seconds.unwrap_or(0.0),
    };
    let terms = serde_json::to_value(&run.terms.0).map_err(|e| failed(&Failure::Outcome(e)))?;
    let result = outcome.map(|outcome| AnalysisView::new(outcome, &run.terms.0, shown));
    Ok(RunDetailView { run: run.into(), terms, result })
}
