//! Runs of deals.

use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::jobs::NewJob;
use platform::problem::{FieldError, Problem};

use super::bodies::RunBody;
use super::library::{seen, version_of};
use super::plans::prepare;
use super::problems::{deal_failed, deal_run_not_found, draft_problem, nul};
use super::run_views::{
    DealPreviewView, DealRunDetailView, DealRunQuery, DealRunView, RunDealQuery, columns,
};
use crate::Credit;
use crate::deals::{DealFailure, could_be_id, decode};
use crate::domain::deals::{Permission, Results, RunPlan, RunSummary, Structure};
use crate::http::analyze::AcceptedView;
use crate::http::pools::owner;
use crate::http::problems::storage;
use crate::jobs::RunDeal;
use crate::store::deal_runs::{self, DealRunRow, RunFilter};
use crate::store::deals::DealRow;

/// Runs a deal that is not kept; nothing is stored.
#[utoipa::path(
    post,
    path = "/api/v1/deals/preview-run",
    tag = "deal runs",
    request_body = RunBody,
    responses(
        (status = 200, body = DealPreviewView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 422, description = "`validation`, `run_failed`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.preview_deal_run", skip_all)]
pub(crate) async fn preview_deal_run(
    State(app): State<Credit>,
    caller: Caller,
    Json(mut body): Json<RunBody>,
) -> Result<Json<DealPreviewView>, Problem> {
    let begun = Instant::now();
    let structure =
        Structure::read(body.structure.take(), body.text.take()).map_err(draft_problem)?;
    let plan = Box::pin(prepare(&app, &caller, &structure, body, false)).await?;

    let found = app.deal_results(&caller.tenant_id, &plan, app.direct_budget()).await;
    let (bytes, cache_hit) = found.map_err(|failure| deal_failed(&failure))?;
    let results: Results = decode(&bytes).map_err(|failure| deal_failed(&failure))?;

    Ok(Json(DealPreviewView {
        findings: structure.findings,
        scenarios: columns(results, plan.keep_log),
        execution_seconds: begun.elapsed().as_secs_f64(),
        cache_hit,
    }))
}

/// Runs a stored deal and keeps the results; large runs become jobs.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/run",
    tag = "deal runs",
    params(("id" = String, Path), RunDealQuery),
    request_body = RunBody,
    responses(
        (status = 200, body = DealRunDetailView),
        (status = 202, body = AcceptedView),
        (status = 404, description = "`deal_not_found`, `pool_not_found`", body = Problem),
        (status = 422, description = "`validation`, `run_failed`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_deal", skip_all, fields(deal.id = %id))]
pub(crate) async fn run_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<RunDealQuery>,
    Json(body): Json<RunBody>,
) -> Result<Response, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    if body.structure.is_some() || body.text.is_some() {
        let message =
            "is the one that is kept: leave it out, or use POST /api/v1/deals/preview-run";
        return Err(Problem::invalid(vec![FieldError::new("/structure", "conflict", message)]));
    }
    let (_, structure) = version_of(&app, &deal, None).await?;
    let name = body.name.clone().unwrap_or_else(|| "Run".to_owned());
    let plan = Box::pin(prepare(&app, &caller, &structure, body, true)).await?;

    let work = plan.work();
    if work > app.settings.job_work {
        let allowed = app.settings.job_work;
        return Err(deal_failed(&DealFailure::TooExpensive { needed: work, allowed }));
    }
    let large = work > app.settings.direct_work;
    if query.run_async.unwrap_or(large) {
        let accepted = accept_run(&app, &caller, &deal, &plan, name).await?;
        let location = [(header::LOCATION, accepted.status_url.clone())];
        return Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response());
    }

    let begun = Instant::now();
    let found = app.deal_results(&caller.tenant_id, &plan, app.direct_budget()).await;
    let (bytes, cache_hit) = found.map_err(|failure| deal_failed(&failure))?;
    let results: Results = decode(&bytes).map_err(|failure| deal_failed(&failure))?;
    let object = app.objects.put(bytes).await.map_err(storage)?;
    let waiting = app.waiting_run(&owner(&caller), &deal, &plan, name).await;
    let run = DealRunRow {
        state: "succeeded".to_owned(),
        result_object: Some(object),
        summary: Some(DbJson(RunSummary::of(&results))),
        execution_seconds: Some(begun.elapsed().as_secs_f64()),
        finished_at: Some(app.clock.now()),
        ..waiting.map_err(|failure| deal_failed(&failure))?
    };
    let mut tx = app.db.write().await?;
    deal_runs::insert(&mut tx, &run).await?;
    tx.commit().await?;

    let location = [(header::LOCATION, format!("/api/v1/deals/{id}/runs/{}", run.id))];
    let include = query.include_results.unwrap_or(false);
    let view = DealRunDetailView {
        run: run.into(),
        cache_hit,
        deal: Some(plan.deal),
        results: include.then(|| columns(results, false)),
    };
    Ok((location, Json(view)).into_response())
}

/// Adds a waiting run and its job.
pub(crate) async fn accept_run(
    app: &Credit,
    caller: &Caller,
    deal: &DealRow,
    plan: &RunPlan,
    name: String,
) -> Result<AcceptedView, Problem> {
    let waiting = app.waiting_run(&owner(caller), deal, plan, name).await;
    let mut run = waiting.map_err(|failure| deal_failed(&failure))?;
    let result_url = format!("/api/v1/deals/{}/runs/{}", deal.id, run.id);
    let mut tx = app.db.write().await?;
    let new = NewJob {
        job: &RunDeal { run_id: run.id.clone() },
        title: format!("Run {}", deal.name),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        priority: 0,
        unique_key: None,
        result_url: Some(result_url.clone()),
    };
    let job_id = app.queue.enqueue(&mut tx, new).await?;
    run.job_id = Some(job_id.clone());
    deal_runs::insert(&mut tx, &run).await?;
    tx.commit().await?;
    let status_url = format!("/api/jobs/{job_id}");
    Ok(AcceptedView { job_id, status: "queued", status_url, result_url })
}

/// Lists the runs of a deal that the caller may see, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs",
    tag = "deal runs",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<DealRunView>), (status = 404, body = Problem)),
)]
pub(crate) async fn list_deal_runs(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DealRunView>>, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let limit = page.limit()?;
    let before: Option<String> = page.after()?;
    if before.as_deref().is_some_and(nul) {
        return Err(deal_run_not_found("cursor"));
    }
    let insider = app.granted(&caller, &deal).await?;
    let owners = (!insider).then(|| (caller.user_id.clone(), deal.owner_id.clone()));
    let filter = RunFilter { deal_id: id, owners, before, limit: limit + 1 };
    let mut tx = app.db.read().await?;
    let rows = deal_runs::list(&mut tx, &caller.tenant_id, &filter).await?;
    Ok(Json(Page::from_rows(rows, limit, |run| run.id.clone(), DealRunView::from)))
}

/// Returns a run.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), DealRunQuery),
    responses((status = 200, body = DealRunDetailView), (status = 404, body = Problem)),
)]
pub(crate) async fn find_deal_run(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, run_id)): Path<(String, String)>,
    Query(query): Query<DealRunQuery>,
) -> Result<Json<DealRunDetailView>, Problem> {
    let (_, run) = seen_run(&app, &caller, &id, &run_id).await?;
    let include = query.include_results.unwrap_or(false);
    let results = match &run.result_object {
        Some(object) => {
            Some(app.fetch_results(object).await.map_err(|failure| deal_failed(&failure))?)
        }
        None => None,
    };
    Ok(Json(DealRunDetailView {
        run: run.into(),
        cache_hit: false,
        deal: results.as_ref().map(|results| results.deal.clone()),
        results: results.filter(|_| include).map(|results| columns(results, false)),
    }))
}

/// Removes a run; one that still runs is cancelled. Its owner may, and whoever administers the deal.
#[utoipa::path(
    delete,
    path = "/api/v1/deals/{id}/runs/{run_id}",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
    ),
)]
pub(crate) async fn delete_deal_run(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, run_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (_, run) = seen_run(&app, &caller, &id, &run_id).await?;
    if run.owner_id != caller.user_id {
        seen(&app, Some(&caller), &id, Permission::Admin).await?;
    }
    if let Some(job_id) = &run.job_id {
        app.queue.cancel(job_id).await?;
    }
    let mut tx = app.db.write().await?;
    deal_runs::delete(&mut tx, &caller.tenant_id, &run_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Finds a run that the caller may see; one whose job ended without it shows how.
pub(super) async fn seen_run(
    app: &Credit,
    caller: &Caller,
    id: &str,
    run_id: &str,
) -> Result<(DealRow, DealRunRow), Problem> {
    let (deal, _) = seen(app, Some(caller), id, Permission::Read).await?;
    if !could_be_id(run_id) {
        return Err(deal_run_not_found(run_id));
    }
    let mut tx = app.db.read().await?;
    let run = deal_runs::find(&mut tx, &caller.tenant_id, run_id).await?;
    drop(tx);
    let run = run.filter(|run| run.deal_id == deal.id);
    let mut run = run.ok_or_else(|| deal_run_not_found(run_id))?;
    let own = run.owner_id == caller.user_id || run.owner_id == deal.owner_id;
    if !own && !app.granted(caller, &deal).await? {
        return Err(deal_run_not_found(run_id));
    }
    let waiting = matches!(run.state.as_str(), "queued" | "running");
    if let Some(job_id) = run.job_id.as_ref().filter(|_| waiting)
        && let Some(job) = app.queue.find(job_id).await?
        && matches!(job.state.as_str(), "cancelled" | "failed")
    {
        run.state = job.state;
        run.error_code = run.error_code.or(job.error_code);
        run.error_message = run.error_message.or(job.error_message);
    }
    Ok((deal, run))
}
