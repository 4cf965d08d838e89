//! `/pools/{id}/stress-runs`: stress tests of stored pools, which are kept.

use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::results::with_job;
use super::run::{Named, assets, enqueue, new_run};
use super::views::{
    About, StressAcceptedView, StressRunDetailView, StressRunView, outcome, scenario_views,
};
use super::{StressRequest, check_size, plan};
use crate::Credit;
use crate::domain::analysis::{AnalysisRequest, CashflowFormat};
use crate::domain::stress::{ReportFormat, html};
use crate::http::analyze::{stored, terms};
use crate::http::pools::find as find_pool_row;
use crate::http::problems::{
    storage, stress_failed, stress_not_finished, stress_not_found, switched_off,
};
use crate::http::responses::plain;
use crate::store::stress_runs::{self, StressRunRow};

/// A pool with more assets than this is not waited for, unless asked.
const WAITED_FOR: usize = 1_000;

/// Whether the caller waits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct NewStressRunQuery {
    /// `true` makes a job of it, `false` waits; a pool of more than 1,000 assets is a job if absent.
    run_async: Option<bool>,
}

/// The form of a report.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ReportQuery {
    /// `json`, `html` or `csv`; what the operator chose if absent.
    #[param(inline)]
    format: Option<ReportFormat>,
}

/// Which runs to list.
#[derive(Debug, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct StressRunsQuery {
    /// Only those of this pool.
    pool_id: Option<String>,
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Runs a stored pool under scenarios and keeps the result.
#[utoipa::path(
    post,
    path = "/api/v1/pools/{id}/stress-runs",
    tag = "stress testing",
    params(("id" = String, Path), NewStressRunQuery),
    request_body(content = StressRequest, description = "`request.pool` is left out; `request.scenario_name` names the run"),
    responses(
        (status = 201, body = StressRunDetailView),
        (status = 202, description = "As a job", body = StressAcceptedView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.create_stress_run", skip_all, fields(pool.id = %id))]
pub(in crate::http) async fn create_stress_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<NewStressRunQuery>,
    Json(request): Json<StressRequest>,
) -> Result<Response, Problem> {
    let (request, choice) = request.split();
    let request = AnalysisRequest { include_stress_tests: false, include_metrics: true, ..request };
    let plan = plan(&app, &caller, &choice).await?;
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
            return Err(Problem::invalid(vec![FieldError::new(
                "/request/pool",
                "conflict",
                message,
            )]));
        }
    };
    let chosen = stored(&app, &caller, &id, version).await?;
    let count = assets(&app, &chosen.subject.loans).await?;
    check_size(&app, count)?;
    let name = request.scenario_name.clone().unwrap_or_else(|| "Stress test".to_owned());
    if query.run_async.unwrap_or(count > WAITED_FOR) {
        let named = Named { name, expires: false };
        let accepted = enqueue(&app, &caller, chosen, terms, plan, named).await?;
        let location = [(header::LOCATION, accepted.status_url.clone())];
        return Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response());
    }

    let begun = Instant::now();
    let budget = app.direct_budget();
    let tenant = &caller.tenant_id;
    let found = app.stress_outcome(tenant, &chosen.subject, &terms, &plan, true, budget).await;
    let (bytes, cache_hit) = found.map_err(|failure| stress_failed(&failure))?;
    let report = outcome(&bytes)?.report;
    let object = app.objects.put(bytes.clone()).await.map_err(storage)?;
    let run = StressRunRow {
        state: "succeeded".to_owned(),
        report: Some(DbJson(report)),
        object: Some(object),
        execution_seconds: Some(begun.elapsed().as_secs_f64()),
        finished_at: Some(app.clock.now()),
        ..new_run(&app, &caller, chosen, terms, plan, name).await?
    };
    let mut tx = app.db.write().await?;
    stress_runs::insert(&mut tx, &run).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/stress-runs/{}", run.id))];
    let view = detail(run, Some(&bytes), cache_hit)?;
    Ok((StatusCode::CREATED, location, Json(view)).into_response())
}

/// Lists the stress runs of a pool, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/pools/{id}/stress-runs",
    tag = "stress testing",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<StressRunView>), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn list_pool_stress_runs(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<StressRunView>>, Problem> {
    find_pool_row(&app, &caller, &id).await?;
    list(&app, &caller, Some(id), &page).await
}

/// Lists all stress runs, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/stress-runs",
    tag = "stress testing",
    params(StressRunsQuery),
    responses((status = 200, body = Page<StressRunView>)),
)]
pub(in crate::http) async fn list_stress_runs(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<StressRunsQuery>,
) -> Result<Json<Page<StressRunView>>, Problem> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    list(&app, &caller, query.pool_id, &page).await
}

async fn list(
    app: &Credit,
    caller: &Caller,
    pool_id: Option<String>,
    page: &PageQuery,
) -> Result<Json<Page<StressRunView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows =
        stress_runs::list(&mut tx, &caller.tenant_id, pool_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |run| run.id.clone(), StressRunView::from)))
}

/// Returns a stress run with what came of every scenario.
#[utoipa::path(
    get,
    path = "/api/v1/stress-runs/{id}",
    tag = "stress testing",
    params(("id" = String, Path)),
    responses((status = 200, body = StressRunDetailView), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn find_stress_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<StressRunDetailView>, Problem> {
    let run = find(&app, &caller, &id).await?;
    let bytes = match &run.object {
        Some(object) => Some(app.fetch(object).await.map_err(storage)?),
        None => None,
    };
    Ok(Json(detail(run, bytes.as_ref(), false)?))
}

/// Removes a stress run; one that still runs is cancelled.
#[utoipa::path(
    delete,
    path = "/api/v1/stress-runs/{id}",
    tag = "stress testing",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn delete_stress_run(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let run = find(&app, &caller, &id).await?;
    if let Some(job_id) = &run.job_id {
        app.queue.cancel(job_id).await?;
    }
    let mut tx = app.db.write().await?;
    stress_runs::delete(&mut tx, &caller.tenant_id, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the comparison of a stress run as JSON, as a page to print, or as text with commas.
#[utoipa::path(
    get,
    path = "/api/v1/stress-runs/{id}/report",
    tag = "stress testing",
    params(("id" = String, Path), ReportQuery),
    responses(
        (status = 200, description = "The report", content(
            (crate::domain::stress::Report = "application/json"),
            (String = "text/html"),
            (String = "text/csv"),
        )),
        (status = 403, description = "`switched_off`", body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "`stress_test_not_finished`", body = Problem),
    ),
)]
pub(in crate::http) async fn find_stress_report(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Problem> {
    let settings = &app.settings.stress;
    if !settings.features.reports {
        return Err(switched_off("Making reports"));
    }
    let run = find(&app, &caller, &id).await?;
    let Some(DbJson(report)) = &run.report else {
        return Err(stress_not_finished(&run.state, 0.0, run.error_message.as_deref()));
    };
    let made_at = run.finished_at.unwrap_or(run.created_at);
    let (text, kind, end) = match query.format.unwrap_or(settings.report_format) {
        ReportFormat::Json => return Ok(Json(report).into_response()),
        ReportFormat::Html => {
            let page = report.to_html(&run.pool_name, made_at, settings.include_charts);
            (page, "text/html; charset=utf-8", "html")
        }
        ReportFormat::Csv => (report.to_csv(), "text/csv; charset=utf-8", "csv"),
    };
    let name = format!("inline; filename=\"{}-stress.{end}\"", plain(&run.pool_name));
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (header, value) in
        [(header::CONTENT_DISPOSITION, name), (header::CONTENT_SECURITY_POLICY, html::policy())]
    {
        headers.insert(header, HeaderValue::from_str(&value).map_err(Problem::internal)?);
    }
    Ok(response)
}

async fn find(app: &Credit, caller: &Caller, id: &str) -> Result<StressRunRow, Problem> {
    let mut tx = app.db.read().await?;
    let run = stress_runs::find(&mut tx, &caller.tenant_id, id).await?;
    drop(tx);
    let now = app.clock.now();
    let run = run.filter(|run| run.expires_at.is_none_or(|at| at > now));
    let run = run.ok_or_else(|| stress_not_found(id))?;
    Ok(with_job(app, run).await?.0)
}

fn detail(
    run: StressRunRow,
    bytes: Option<&bytes::Bytes>,
    cache_hit: bool,
) -> Result<StressRunDetailView, Problem> {
    let about = About {
        pool_name: &run.pool_name,
        pool_hash: &run.pool_hash,
        terms: &run.terms.0,
        plan: &run.plan.0,
        skipped: &run.skipped.0,
        warnings: &[],
        cashflow_format: CashflowFormat::Columns,
        cache_hit,
        seconds: run.execution_seconds.unwrap_or(0.0),
    };
    let found = bytes.map(outcome).transpose()?;
    let scenario_results = found.map(|found| scenario_views(found, &about));
    let terms = serde_json::to_value(&run.terms.0).map_err(Problem::internal)?;
    Ok(StressRunDetailView { run: run.into(), terms, scenario_results })
}
