//! `/scenarios`: saved scenarios of stress tests and of forecasts.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::{DbError, Json as DbJson};
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cashflow::{ForecastBody, forecast_now};
use super::forecasts::{StoredForecastView, keep};
use super::problems::{name_taken, refused};
use crate::Credit;
use crate::domain::asset::Issue;
use crate::domain::stress::{CustomScenario, FactorsBody, Kind, SpeedsBody, known};
use crate::store::forecasts::ForecastRow;
use crate::store::scenarios::{self, ScenarioRow};

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    OpenApiRouter::new()
        .routes(routes!(list_scenarios, create_scenario))
        .routes(routes!(find_scenario, update_scenario, delete_scenario))
        .routes(routes!(run_scenario))
}

/// A scenario to save: of forecasts with `forecast_request`, of stress tests otherwise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioBody {
    /// What people call it; unique among those of its kind.
    name: String,
    /// What happens.
    #[serde(default)]
    description: String,
    /// `stress` or `forecast`; follows from what is sent if absent.
    kind: Option<ScenarioKind>,
    /// What kind of scenario it is.
    #[serde(default, rename = "type")]
    scenario_type: Kind,
    /// Of stress tests: how far markets and speeds move.
    market_factors: Option<FactorsBody>,
    /// Of stress tests: speeds that replace what was assumed.
    speeds: Option<SpeedsBody>,
    /// Of forecasts: what `/cashflow/forecast` takes.
    forecast_request: Option<ForecastBody>,
    /// Words to find it by, at most 20.
    #[serde(default)]
    tags: Vec<String>,
    /// Whether others start from it.
    #[serde(default)]
    is_template: bool,
}

/// What a scenario is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SavedScenarioKind)]
pub(super) enum ScenarioKind {
    /// Stress tests of pools.
    Stress,
    /// Forecasts of single loans.
    Forecast,
}

/// A saved scenario.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedScenarioView {
    id: String,
    kind: String,
    name: String,
    description: String,
    #[serde(rename = "type")]
    scenario_type: String,
    /// `market_factors` and `speeds`, or `forecast_request`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    body: Value,
    tags: Vec<String>,
    is_template: bool,
    owner_id: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Goes up with every change.
    version: i64,
}

/// Which scenarios to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ScenarioQuery {
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<ScenarioKind>,
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl ScenarioKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Stress => "stress",
            Self::Forecast => "forecast",
        }
    }
}

impl From<ScenarioRow> for SavedScenarioView {
    fn from(row: ScenarioRow) -> Self {
        let body = match row.kind.as_str() {
            "forecast" => json!({ "forecast_request": row.body.0 }),
            _ => json!({
                "market_factors": row.body.0.get("market_factors"),
                "speeds": row.body.0.get("speeds"),
            }),
        };
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            description: row.description,
            scenario_type: row.scenario_type,
            body,
            tags: row.tags.0,
            is_template: row.is_template,
            owner_id: row.owner_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// Checks a body and makes its row.
fn row(app: &Credit, caller: &Caller, body: ScenarioBody) -> Result<ScenarioRow, Problem> {
    let is_forecast = body.forecast_request.is_some();
    let otherwise = if is_forecast { ScenarioKind::Forecast } else { ScenarioKind::Stress };
    let kind = body.kind.unwrap_or(otherwise);
    let mut issues = Vec::new();
    let custom = CustomScenario {
        name: Some(body.name.clone()),
        description: body.description.clone(),
        market_factors: body.market_factors.unwrap_or_default(),
        speeds: body.speeds.unwrap_or_default(),
    };
    issues.extend(custom.violations(""));
    if kind == ScenarioKind::Forecast && (body.market_factors.is_some() || body.speeds.is_some()) {
        let message = "belongs to scenarios of stress tests; leave it out";
        issues.push(Issue::new("/market_factors", "conflict", message));
    }
    if kind == ScenarioKind::Stress && is_forecast {
        let message = "belongs to scenarios of forecasts; leave it out";
        issues.push(Issue::new("/forecast_request", "conflict", message));
    }
    if kind == ScenarioKind::Stress && known().iter().any(|one| one.name == body.name) {
        let message = "is the name of a predefined scenario; choose another name";
        issues.push(Issue::new("/name", "name_taken", message));
    }
    if kind == ScenarioKind::Forecast && !is_forecast {
        let message = "is missing: send what /cashflow/forecast takes";
        issues.push(Issue::new("/forecast_request", "missing", message));
    }
    if body.tags.len() > 20 || body.tags.iter().any(|tag| tag.chars().count() > 50) {
        let message = "must be at most 20 words of at most 50 characters";
        issues.push(Issue::new("/tags", "length", message));
    }
    if !issues.is_empty() {
        return Err(refused(issues));
    }
    let content = match &body.forecast_request {
        Some(request) => {
            forecast_now(request, app.clock.today())?;
            serde_json::to_value(request)
        }
        None => serde_json::to_value(&custom),
    };
    let content = content.map_err(Problem::internal)?;
    let text = json!([content, body.tags]).to_string();
    if text.contains("\\u0000") {
        let message = "must not contain the NUL character";
        return Err(refused(vec![Issue::new("", "wrong_text", message)]));
    }
    let now = app.clock.now();
    let scenario_type = serde_json::to_value(body.scenario_type).map_err(Problem::internal)?;
    Ok(ScenarioRow {
        id: app.ids.with_prefix("scenario"),
        owner_id: caller.user_id.clone(),
        kind: kind.name().to_owned(),
        name: body.name,
        description: body.description,
        scenario_type: scenario_type.as_str().unwrap_or("custom").to_owned(),
        body: DbJson(content),
        tags: DbJson(body.tags),
        is_template: body.is_template,
        created_at: now,
        updated_at: now,
        version: 1,
    })
}

fn missing(id: &str) -> Problem {
    Problem::not_found("scenario_not_found", format!("scenario `{id}`"))
}

async fn find(app: &Credit, caller: &Caller, id: &str) -> Result<ScenarioRow, Problem> {
    let mut tx = app.db.read().await?;
    scenarios::find(&mut tx, &caller.tenant_id, id).await?.ok_or_else(|| missing(id))
}

/// Lists the saved scenarios, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/scenarios",
    tag = "scenarios",
    params(ScenarioQuery),
    responses((status = 200, body = Page<SavedScenarioView>)),
)]
pub(super) async fn list_scenarios(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<ScenarioQuery>,
) -> Result<Json<Page<SavedScenarioView>>, Problem> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let limit = page.limit()?;
    let kind = query.kind.map(|kind| kind.name().to_owned());
    let mut tx = app.db.read().await?;
    let rows = scenarios::list(&mut tx, &caller.tenant_id, kind, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), SavedScenarioView::from)))
}

/// Saves a scenario.
#[utoipa::path(
    post,
    path = "/api/v1/scenarios",
    tag = "scenarios",
    request_body = ScenarioBody,
    responses(
        (status = 201, body = SavedScenarioView),
        (status = 409, description = "`name_taken`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn create_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<ScenarioBody>,
) -> Result<Response, Problem> {
    let row = row(&app, &caller, body)?;
    let mut tx = app.db.write().await?;
    let added = scenarios::insert(&mut tx, &caller.tenant_id, &row).await;
    if let Err(DbError::Unique(_)) = added {
        return Err(name_taken("scenario", &row.name));
    }
    added?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/scenarios/{}", row.id))];
    Ok((StatusCode::CREATED, etag(1), location, Json(SavedScenarioView::from(row))).into_response())
}

/// Returns a saved scenario.
#[utoipa::path(
    get,
    path = "/api/v1/scenarios/{id}",
    tag = "scenarios",
    params(("id" = String, Path)),
    responses((status = 200, body = SavedScenarioView), (status = 404, body = Problem)),
)]
pub(super) async fn find_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = find(&app, &caller, &id).await?;
    Ok((etag(row.version), Json(SavedScenarioView::from(row))).into_response())
}

/// Replaces a saved scenario; its kind stays.
#[utoipa::path(
    put,
    path = "/api/v1/scenarios/{id}",
    tag = "scenarios",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = ScenarioBody,
    responses(
        (status = 200, body = SavedScenarioView),
        (status = 404, body = Problem),
        (status = 409, description = "`name_taken`", body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn update_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    seen: IfMatch,
    Json(body): Json<ScenarioBody>,
) -> Result<Response, Problem> {
    let new = row(&app, &caller, body)?;
    let mut tx = app.db.write().await?;
    let known = scenarios::find(&mut tx, &caller.tenant_id, &id).await?;
    let known = known.ok_or_else(|| missing(&id))?;
    seen.check(known.version)?;
    if known.kind != new.kind {
        let message = format!("must stay {}, was {}", known.kind, new.kind);
        return Err(refused(vec![Issue::new("/kind", "conflict", message)]));
    }
    let row = ScenarioRow {
        id: known.id,
        owner_id: known.owner_id,
        created_at: known.created_at,
        version: known.version,
        ..new
    };
    match scenarios::update(&mut tx, &caller.tenant_id, &row).await {
        Ok(true) => tx.commit().await?,
        Ok(false) => return Err(stale(row.version)),
        Err(DbError::Unique(_)) => return Err(name_taken("scenario", &row.name)),
        Err(error) => return Err(error.into()),
    }
    let row = ScenarioRow { version: row.version + 1, ..row };
    Ok((etag(row.version), Json(SavedScenarioView::from(row))).into_response())
}

/// Removes a saved scenario.
#[utoipa::path(
    delete,
    path = "/api/v1/scenarios/{id}",
    tag = "scenarios",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(super) async fn delete_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    if !scenarios::delete(&mut tx, &caller.tenant_id, &id).await? {
        return Err(missing(&id));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a saved forecast and keeps the result; a stress scenario is run by its name.
#[utoipa::path(
    post,
    path = "/api/v1/scenarios/{id}/run",
    tag = "scenarios",
    params(("id" = String, Path)),
    responses(
        (status = 201, body = StoredForecastView),
        (status = 404, body = Problem),
        (status = 422, description = "It is a stress scenario: name it in `scenario_names`", body = Problem),
    ),
)]
pub(super) async fn run_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scenario = find(&app, &caller, &id).await?;
    if scenario.kind != "forecast" {
        let message = format!(
            "is a scenario of stress tests: name \"{}\" in scenario_names of \
             POST /api/v1/pools/{{id}}/stress-runs",
            scenario.name
        );
        return Err(refused(vec![Issue::new("/kind", "wrong_kind", message)]));
    }
    let row = ForecastRow {
        request: scenario.body,
        scenario_id: Some(scenario.id),
        ..ForecastRow::waiting(&app, &caller, "forecast", scenario.name)
    };
    let (row, location) = keep(&app, row).await?;
    let location = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, location, Json(StoredForecastView::from(row))).into_response())
}
