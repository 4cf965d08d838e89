//! `/structured`, also `/structured-products`: deals in the simple form, analysed and not kept.

mod bodies;

use std::time::Instant;

use axum::extract::{DefaultBodyLimit, State};
use chrono::NaiveDate;
use deal_engine::run::DealRun;
use platform::auth::Caller;
use platform::correlation::Correlation;
use platform::http::Json;
use platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::bodies::{StructuredBody, StructuredScenariosBody};
use super::alias::also_at;
use super::deals::{RunBody, deal_failed, prepare};
use super::problems::refused;
use crate::Credit;
use crate::deals::decode;
use crate::domain::deals::{DEAL_ENGINE_VERSION, Results, RunSummary, ScenarioSummary, Structure};
use crate::domain::structured::translate;
use crate::store::deal_runs::{self, StateCount};

/// The largest body.
const LARGEST: usize = 64 * 1024 * 1024;

/// Lists the operations, under both of their addresses.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    let old = |path: &str| format!("/api/v1/structured-products{path}");
    OpenApiRouter::new()
        .routes(routes!(find_structured_health))
        .routes(also_at(routes!(find_structured_health), &old("/health"), "old"))
        .routes(routes!(find_structured_metrics))
        .routes(also_at(routes!(find_structured_metrics), &old("/metrics"), "old"))
        .routes(routes!(analyze_structured_deal))
        .routes(also_at(routes!(analyze_structured_deal), &old("/deals/analyze"), "old"))
        .routes(routes!(run_structured_scenarios))
        .routes(also_at(routes!(run_structured_scenarios), &old("/deals/scenarios"), "old"))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// How the engine for deals is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StructuredHealthView {
    /// `healthy`, or `busy` if every turn is taken.
    #[schema(value_type = String)]
    status: &'static str,
    engine_version: &'static str,
    /// Computations that could begin now.
    free_turns: usize,
    turns: usize,
}

/// What was run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StructuredMetricsView {
    /// Runs of the caller's tenant that are kept, by state.
    runs: Vec<StateCountView>,
    total: i64,
}

/// Runs in one state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DealRunStateCount)]
pub(crate) struct StateCountView {
    state: String,
    runs: i64,
}

/// What a deal in the simple form pays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StructuredView {
    request_id: String,
    deal_name: String,
    pricing_date: NaiveDate,
    /// What the caller asked for.
    run_type: String,
    /// `success`; failures are problems.
    #[schema(value_type = String)]
    status: &'static str,
    execution_time: f64,
    cache_hit: bool,
    /// The deal in the deal language, for the library.
    deal_text: String,
    /// One entry a scenario; the first is the base.
    scenarios: Vec<StructuredScenarioView>,
}

/// One scenario of a deal in the simple form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StructuredScenarioView {
    /// Bonds, fees, calls, triggers and warnings.
    #[serde(flatten)]
    summary: ScenarioSummary,
    /// Everything by column, one entry a payment date.
    #[schema(value_type = Object)]
    cashflows: DealRun,
}

impl From<StateCount> for StateCountView {
    fn from(count: StateCount) -> Self {
        Self { state: count.state, runs: count.runs }
    }
}

/// Says whether the engine for deals can begin something.
#[utoipa::path(
    get,
    path = "/api/v1/structured/health",
    tag = "structured deals",
    responses((status = 200, body = StructuredHealthView)),
)]
pub(crate) async fn find_structured_health(
    State(app): State<Credit>,
) -> Json<StructuredHealthView> {
    let free = app.turns.available_permits();
    Json(StructuredHealthView {
        status: if free == 0 { "busy" } else { "healthy" },
        engine_version: DEAL_ENGINE_VERSION,
        free_turns: free,
        turns: app.parallelism,
    })
}

/// Counts the runs of deals that are kept.
#[utoipa::path(
    get,
    path = "/api/v1/structured/metrics",
    tag = "structured deals",
    responses((status = 200, body = StructuredMetricsView)),
)]
pub(crate) async fn find_structured_metrics(
    State(app): State<Credit>,
    caller: Caller,
) -> Result<Json<StructuredMetricsView>, Problem> {
    let mut tx = app.db.read().await?;
    let counts = deal_runs::count_by_state(&mut tx, &caller.tenant_id).await?;
    let total = counts.iter().map(|count| count.runs).sum();
    let runs = counts.into_iter().map(StateCountView::from).collect();
    Ok(Json(StructuredMetricsView { runs, total }))
}

/// Runs a deal in the simple form once.
#[utoipa::path(
    post,
    path = "/api/v1/structured/deals/analyze",
    tag = "structured deals",
    request_body = StructuredBody,
    responses(
        (status = 200, body = StructuredView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 422, description = "`validation`, `run_failed`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.analyze_structured_deal", skip_all)]
pub(crate) async fn analyze_structured_deal(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<StructuredBody>,
) -> Result<Json<StructuredView>, Problem> {
    answer(&app, &caller, StructuredScenariosBody::of(body)).await
}

/// Runs a deal in the simple form under several scenarios.
#[utoipa::path(
    post,
    path = "/api/v1/structured/deals/scenarios",
    tag = "structured deals",
    request_body = StructuredScenariosBody,
    responses(
        (status = 200, body = StructuredView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 422, description = "`validation`, `run_failed`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_structured_scenarios", skip_all)]
pub(crate) async fn run_structured_scenarios(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<StructuredScenariosBody>,
) -> Result<Json<StructuredView>, Problem> {
    answer(&app, &caller, body).await
}

async fn answer(
    app: &Credit,
    caller: &Caller,
    body: StructuredScenariosBody,
) -> Result<Json<StructuredView>, Problem> {
    let begun = Instant::now();
    let deal = translate(&body.deal_name, &body.waterfall_config).map_err(refused)?;
    let structure = Structure::read(Some(deal), None).map_err(super::deals::draft_problem)?;
    let (deal_name, run_type) = (body.deal_name.clone(), body.run_type.clone());
    let run: RunBody = body.run_body(app.clock.today()).map_err(refused)?;
    let plan = Box::pin(prepare(app, caller, &structure, run, false)).await?;

    let found = app.deal_results(&caller.tenant_id, &plan, app.direct_budget()).await;
    let (bytes, cache_hit) = found.map_err(|failure| deal_failed(&failure))?;
    let results: Results = decode(&bytes).map_err(|failure| deal_failed(&failure))?;

    let summaries = RunSummary::of(&results).scenarios;
    let scenarios = summaries.into_iter().zip(results.scenarios).map(|(summary, scenario)| {
        StructuredScenarioView { summary, cashflows: DealRun { log: None, ..scenario.run } }
    });
    Ok(Json(StructuredView {
        request_id: Correlation::current().request_id,
        deal_name,
        pricing_date: plan.pricing_date,
        run_type: run_type.unwrap_or_else(|| "single".to_owned()),
        status: "success",
        execution_time: begun.elapsed().as_secs_f64(),
        cache_hit,
        deal_text: structure.text,
        scenarios: scenarios.collect(),
    }))
}
