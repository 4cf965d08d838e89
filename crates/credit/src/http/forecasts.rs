//! `/forecasts`: work on single loans that is kept.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::{Json, Page, PageQuery, Path};
use platform::jobs::NewJob;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cashflow::{BatchRequest, ForecastBody, LoanStressBody, forecast_now, stress_now};
use super::problems::{refused, run_not_finished, storage};
use crate::Credit;
use crate::domain::asset::Issue;
use crate::domain::loans::batch;
use crate::jobs::RunForecast;
use crate::store::forecasts::{self, ForecastRow};

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    let slash = get(list_forecasts).post(create_forecast);
    let old = Router::new().route("/api/v1/forecasts/", slash);
    OpenApiRouter::from(old)
        .routes(routes!(list_forecasts, create_forecast))
        .routes(routes!(find_forecast))
        .routes(routes!(find_forecast_projections))
        .routes(routes!(run_forecast_async))
        .routes(routes!(run_forecast_stress_async))
}

/// A forecast to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewForecast {
    /// What people call it.
    name: Option<String>,
    /// The forecast, as in `/cashflow/forecast`.
    forecast_request: ForecastBody,
}

/// A stored forecast.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StoredForecastView {
    id: String,
    /// `forecast`, `stress_test` or `batch`.
    kind: String,
    name: String,
    /// `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    state: String,
    /// The measures, once it succeeded.
    #[schema(value_type = Option<Object>)]
    summary: Option<Value>,
    /// The saved scenario that it ran, if it was one.
    scenario_id: Option<String>,
    job_id: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// Work that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ForecastAcceptedView {
    /// The id of its job.
    task_id: String,
    forecast_id: String,
    #[schema(example = "queued")]
    status: &'static str,
    /// Updates over a WebSocket.
    websocket_url: String,
    /// Updates as server-sent events.
    events_url: String,
    /// Where its progress can be read.
    pub(super) status_url: String,
    /// Where the result will be.
    result_url: String,
}

impl From<ForecastRow> for StoredForecastView {
    fn from(row: ForecastRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            state: row.state,
            summary: row.summary.map(|summary| summary.0),
            scenario_id: row.scenario_id,
            job_id: row.job_id,
            error_code: row.error_code,
            error_message: row.error_message,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// The measures of a piece of work, and all of it as JSON; `None` if `look` said stop.
pub(crate) fn compute_forecast(
    kind: &str,
    request: Value,
    today: NaiveDate,
    look: &mut dyn FnMut(f64) -> bool,
) -> Result<Option<(Value, Vec<u8>)>, Problem> {
    let (summary, whole) = match kind {
        "stress_test" => {
            let body: LoanStressBody = read(request)?;
            let view = stress_now(&body, today)?;
            (json!(view.metrics()), serde_json::to_vec(&view))
        }
        "batch" => {
            let body: BatchRequest = read(request)?;
            let count = body.loans.len();
            let wanted = (body.include_detailed_projections, body.summary_metrics);
            let looked = |done| look(crate::calculator::share(done, count));
            let Some(found) = batch(&body.loans, body.valuing(), today, wanted, looked) else {
                return Ok(None);
            };
            let summary = json!({
                "portfolio_metrics": found.portfolio_metrics,
                "loans_processed": found.loans_processed,
                "loans_failed": found.loans_failed,
            });
            (summary, serde_json::to_vec(&found))
        }
        _ => {
            let body: ForecastBody = read(request)?;
            let view = forecast_now(&body, today)?;
            (json!(view.metrics()), serde_json::to_vec(&view))
        }
    };
    Ok(Some((summary, whole.map_err(Problem::internal)?)))
}

fn read<T: serde::de::DeserializeOwned>(request: Value) -> Result<T, Problem> {
    serde_json::from_value(request).map_err(Problem::internal)
}

/// Computes a forecast now and keeps it.
pub(super) async fn keep(app: &Credit, row: ForecastRow) -> Result<(ForecastRow, String), Problem> {
    let made =
        compute_forecast(&row.kind, row.request.0.clone(), app.clock.today(), &mut |_| false)?;
    let (summary, whole) = made.ok_or_else(|| Problem::internal("a forecast stopped by itself"))?;
    let object = app.objects.put(Bytes::from(whole)).await.map_err(storage)?;
    let row = ForecastRow {
        state: "succeeded".to_owned(),
        summary: Some(DbJson(summary)),
        object: Some(object),
        finished_at: Some(app.clock.now()),
        ..row
    };
    let mut tx = app.db.write().await?;
    forecasts::insert(&mut tx, &row).await?;
    tx.commit().await?;
    let location = format!("/api/v1/forecasts/{}", row.id);
    Ok((row, location))
}

/// Adds a waiting row and its job.
pub(super) async fn accept(
    app: &Credit,
    caller: &Caller,
    mut row: ForecastRow,
) -> Result<ForecastAcceptedView, Problem> {
    check_text(&row)?;
    let result_url = format!("/api/v1/forecasts/{}", row.id);
    let job = RunForecast { forecast_id: row.id.clone() };
    let mut tx = app.db.write().await?;
    let new = NewJob {
        job: &job,
        title: format!("Forecast {}", row.name),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        priority: 0,
        unique_key: None,
        result_url: Some(result_url.clone()),
    };
    let job_id = app.queue.enqueue(&mut tx, new).await?;
    row.job_id = Some(job_id.clone());
    forecasts::insert(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(ForecastAcceptedView {
        forecast_id: row.id,
        status: "queued",
        websocket_url: format!("/ws/task-status?task_id={job_id}"),
        events_url: "/api/jobs/events".to_owned(),
        status_url: format!("/api/jobs/{job_id}"),
        result_url,
        task_id: job_id,
    })
}

/// Refuses what a database cannot keep.
fn check_text(row: &ForecastRow) -> Result<(), Problem> {
    let length = row.name.chars().count();
    let mut issues = Vec::new();
    if !(1..=200).contains(&length) || row.name.contains('\0') {
        let message = format!("must have 1 to 200 characters without NUL, has {length}");
        issues.push(Issue::new("/name", "length", message));
    }
    if row.request.0.to_string().contains("\\u0000") {
        issues.push(Issue::new("", "wrong_text", "must not contain the NUL character"));
    }
    if issues.is_empty() { Ok(()) } else { Err(refused(issues)) }
}

/// Lists the stored forecasts, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/forecasts",
    tag = "single loans",
    params(PageQuery),
    responses((status = 200, body = Page<StoredForecastView>)),
)]
pub(super) async fn list_forecasts(
    State(app): State<Credit>,
    caller: Caller,
    platform::http::Query(page): platform::http::Query<PageQuery>,
) -> Result<Json<Page<StoredForecastView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = forecasts::list(&mut tx, &caller.tenant_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), StoredForecastView::from)))
}

/// Forecasts a loan and keeps the result.
#[utoipa::path(
    post,
    path = "/api/v1/forecasts",
    tag = "single loans",
    request_body = NewForecast,
    responses(
        (status = 201, body = StoredForecastView),
        (status = 422, description = "`validation`", body = Problem),
        (status = 501, description = "`monte_carlo_not_available`", body = Problem),
    ),
)]
pub(super) async fn create_forecast(
    State(app): State<Credit>,
    caller: Caller,
    Json(new): Json<NewForecast>,
) -> Result<Response, Problem> {
    let name = new.name.unwrap_or_else(|| "Forecast".to_owned());
    let request = serde_json::to_value(&new.forecast_request).map_err(Problem::internal)?;
    let row = ForecastRow {
        request: DbJson(request),
        ..ForecastRow::waiting(&app, &caller, "forecast", name)
    };
    check_text(&row)?;
    let (row, location) = keep(&app, row).await?;
    let location = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, location, Json(StoredForecastView::from(row))).into_response())
}

/// Returns a stored forecast.
#[utoipa::path(
    get,
    path = "/api/v1/forecasts/{id}",
    tag = "single loans",
    params(("id" = String, Path)),
    responses((status = 200, body = StoredForecastView), (status = 404, body = Problem)),
)]
pub(super) async fn find_forecast(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<StoredForecastView>, Problem> {
    Ok(Json(find(&app, &caller, &id).await?.into()))
}

/// Returns all that a stored forecast computed.
#[utoipa::path(
    get,
    path = "/api/v1/forecasts/{id}/projections",
    tag = "single loans",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "As the operation answers that computed it", body = Object),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(super) async fn find_forecast_projections(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = find(&app, &caller, &id).await?;
    let object = row.object.as_ref().ok_or_else(|| run_not_finished(&row.state))?;
    let bytes = app.fetch(object).await.map_err(storage)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

/// Accepts a forecast as a job.
#[utoipa::path(
    post,
    path = "/api/v1/forecast/async",
    tag = "single loans",
    request_body = ForecastBody,
    responses((status = 202, body = ForecastAcceptedView), (status = 422, body = Problem)),
)]
pub(super) async fn run_forecast_async(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<ForecastBody>,
) -> Result<Response, Problem> {
    // What would be refused later is refused now.
    forecast_now(&body, app.clock.today())?;
    let request = serde_json::to_value(&body).map_err(Problem::internal)?;
    accepted(&app, &caller, "forecast", "Forecast", request).await
}

/// Accepts a stress test of a loan as a job.
#[utoipa::path(
    post,
    path = "/api/v1/forecast/stress-test",
    tag = "single loans",
    request_body = LoanStressBody,
    responses((status = 202, body = ForecastAcceptedView), (status = 422, body = Problem)),
)]
pub(super) async fn run_forecast_stress_async(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<LoanStressBody>,
) -> Result<Response, Problem> {
    stress_now(&body, app.clock.today())?;
    let request = serde_json::to_value(&body).map_err(Problem::internal)?;
    accepted(&app, &caller, "stress_test", "Stress test", request).await
}

async fn accepted(
    app: &Credit,
    caller: &Caller,
    kind: &str,
    name: &str,
    request: Value,
) -> Result<Response, Problem> {
    let row = ForecastRow {
        request: DbJson(request),
        ..ForecastRow::waiting(app, caller, kind, name.to_owned())
    };
    let accepted = accept(app, caller, row).await?;
    let location = [(header::LOCATION, accepted.status_url.clone())];
    Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response())
}

async fn find(app: &Credit, caller: &Caller, id: &str) -> Result<ForecastRow, Problem> {
    let mut tx = app.db.read().await?;
    let row = forecasts::find(&mut tx, &caller.tenant_id, id).await?;
    let row =
        row.ok_or_else(|| Problem::not_found("forecast_not_found", format!("forecast `{id}`")));
    let mut row = row?;
    if let Some(job_id) = row.job_id.as_ref().filter(|_| row.state == "queued")
        && let Some(job) = app.queue.find(job_id).await?
        && matches!(job.state.as_str(), "running" | "cancelled" | "failed")
    {
        row.state = job.state;
        row.error_code = row.error_code.or(job.error_code);
        row.error_message = row.error_message.or(job.error_message);
    }
    Ok(row)
}
