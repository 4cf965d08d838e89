//! Saved scenarios of simulations, and simulations compared.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use platform::auth::Caller;
use platform::db::{DbError, Json as DbJson};
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::run_now;
use super::{check, plan_of};
use crate::Credit;
use crate::domain::asset::Issue;
use crate::domain::simulation::{Modifiers, Report, SimulationRequest};
use crate::http::problems::{failed, refused};
use crate::store::simulation_scenarios::{self, SimulationScenarioRow};

/// The most scenarios of one comparison.
const MOST_COMPARED: usize = 10;

/// A scenario to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SimulationScenarioBody {
    /// What people call it; unique.
    #[schema(example = "Stagflation")]
    name: String,
    /// What it is about.
    #[serde(default)]
    description: String,
    /// What it changes of the variables.
    modifiers: Modifiers,
}

/// A saved scenario.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SimulationScenarioView {
    id: String,
    name: String,
    description: String,
    modifiers: Modifiers,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// The version shown; send it back as `If-Match`.
    version: i64,
}

/// A request and the scenarios it is compared under.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulationComparison)]
pub(in crate::http) struct Comparison {
    /// The simulation without a scenario.
    base_request: SimulationRequest,
    /// Saved scenarios, 1 to 10.
    scenario_ids: Vec<String>,
    /// Measures to compare; all if absent.
    #[serde(default)]
    metrics_to_compare: Vec<String>,
    /// Percentiles to compare, in per cent; those of the request if absent.
    #[serde(default)]
    percentiles_to_compare: Vec<f64>,
}

/// Simulations side by side.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ComparisonView {
    /// The base first, then the scenarios as asked.
    results: Vec<ComparedView>,
}

/// One of the simulations compared.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ComparedView {
    /// Absent for the base.
    scenario_id: Option<String>,
    /// `base`, or what the scenario is called.
    name: String,
    /// Figures by measure.
    metrics: BTreeMap<String, ComparedMeasure>,
    /// The bad tail of the value.
    value_at_risk: BTreeMap<String, f64>,
    /// The mean beyond it.
    expected_shortfall: BTreeMap<String, f64>,
}

/// A measure of a simulation beside that of the base.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ComparedMeasure {
    mean: f64,
    standard_deviation: f64,
    /// The mean less that of the base.
    change: f64,
    /// The same per 100 of the mean of the base.
    change_percent: Option<f64>,
    /// By level in per cent.
    percentiles: BTreeMap<String, f64>,
}

impl From<SimulationScenarioRow> for SimulationScenarioView {
    fn from(row: SimulationScenarioRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            modifiers: row.modifiers.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl SimulationScenarioBody {
    fn check(self) -> Result<Self, Problem> {
        let mut issues = Vec::new();
        self.modifiers.check_ranges("/modifiers", &mut issues);
        if !(1..=100).contains(&self.name.trim().chars().count()) {
            issues.push(Issue::new("/name", "length", "must have 1 to 100 characters"));
        }
        if self.description.chars().count() > 2_000 {
            issues.push(Issue::new("/description", "length", "must have at most 2000 characters"));
        }
        let text = serde_json::to_string(&self.modifiers).map_err(Problem::internal)?;
        if text.contains("\\u0000") || self.name.contains('\0') || self.description.contains('\0') {
            issues.push(Issue::new("", "wrong_text", "must not contain the NUL character"));
        }
        let name = self.name.trim().to_owned();
        if issues.is_empty() { Ok(Self { name, ..self }) } else { Err(refused(issues)) }
    }
}

fn not_found(id: &str) -> Problem {
    Problem::not_found("scenario_not_found", format!("scenario `{id}`"))
}

fn taken(name: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "scenario_name_taken", "The name is taken")
        .detail(format!("A scenario is called `{name}`; choose another name."))
}

/// Finds a scenario of the caller's tenant.
pub(super) async fn find_scenario(
    app: &Credit,
    caller: &Caller,
    id: &str,
) -> Result<SimulationScenarioRow, Problem> {
    let mut tx = app.db.read().await?;
    let row = simulation_scenarios::find(&mut tx, &caller.tenant_id, id).await?;
    row.ok_or_else(|| not_found(id))
}

/// Lists the scenarios of simulations, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/monte-carlo/scenarios",
    tag = "simulations",
    params(PageQuery),
    responses((status = 200, body = Page<SimulationScenarioView>)),
)]
pub(in crate::http) async fn list_simulation_scenarios(
    State(app): State<Credit>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SimulationScenarioView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows =
        simulation_scenarios::list(&mut tx, &caller.tenant_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), SimulationScenarioView::from)))
}

/// Saves a scenario of simulations.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/scenarios",
    tag = "simulations",
    request_body = SimulationScenarioBody,
    responses(
        (status = 201, body = SimulationScenarioView),
        (status = 409, description = "`scenario_name_taken`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn create_simulation_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<SimulationScenarioBody>,
) -> Result<(StatusCode, Json<SimulationScenarioView>), Problem> {
    let body = body.check()?;
    let now = app.clock.now();
    let row = SimulationScenarioRow {
        id: app.ids.with_prefix("simscn"),
        owner_id: caller.user_id.clone(),
        name: body.name,
        description: body.description,
        modifiers: DbJson(body.modifiers),
        created_at: now,
        updated_at: now,
        version: 1,
    };

    let mut tx = app.db.write().await?;
    match simulation_scenarios::insert(&mut tx, &caller.tenant_id, &row).await {
        Err(DbError::Unique(_)) => return Err(taken(&row.name)),
        added => added?,
    }
    tx.commit().await?;

    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Returns a scenario of simulations.
#[utoipa::path(
    get,
    path = "/api/v1/monte-carlo/scenarios/{id}",
    tag = "simulations",
    params(("id" = String, Path)),
    responses((status = 200, body = SimulationScenarioView), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn find_simulation_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<([(http::HeaderName, http::HeaderValue); 1], Json<SimulationScenarioView>), Problem> {
    let row = find_scenario(&app, &caller, &id).await?;
    Ok((etag(row.version), Json(row.into())))
}

/// Replaces a scenario of simulations.
#[utoipa::path(
    put,
    path = "/api/v1/monte-carlo/scenarios/{id}",
    tag = "simulations",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = SimulationScenarioBody,
    responses(
        (status = 200, body = SimulationScenarioView),
        (status = 404, body = Problem),
        (status = 409, description = "`scenario_name_taken`", body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn update_simulation_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    Json(body): Json<SimulationScenarioBody>,
) -> Result<([(http::HeaderName, http::HeaderValue); 1], Json<SimulationScenarioView>), Problem> {
    let seen = find_scenario(&app, &caller, &id).await?;
    if_match.check(seen.version)?;
    let body = body.check()?;
    let row = SimulationScenarioRow {
        name: body.name,
        description: body.description,
        modifiers: DbJson(body.modifiers),
        updated_at: app.clock.now(),
        ..seen
    };

    let mut tx = app.db.write().await?;
    let changed = match simulation_scenarios::update(&mut tx, &caller.tenant_id, &row).await {
        Err(DbError::Unique(_)) => return Err(taken(&row.name)),
        changed => changed?,
    };
    if !changed {
        return Err(stale(row.version + 1));
    }
    tx.commit().await?;

    let row = SimulationScenarioRow { version: row.version + 1, ..row };
    Ok((etag(row.version), Json(row.into())))
}

/// Removes a scenario of simulations.
#[utoipa::path(
    delete,
    path = "/api/v1/monte-carlo/scenarios/{id}",
    tag = "simulations",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(in crate::http) async fn delete_simulation_scenario(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    if !simulation_scenarios::delete(&mut tx, &caller.tenant_id, &id).await? {
        return Err(not_found(&id));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Simulates a pool without and with saved scenarios, on the same random numbers.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/scenarios/compare",
    tag = "simulations",
    request_body = Comparison,
    responses(
        (status = 200, body = ComparisonView),
        (status = 404, description = "`pool_not_found`, `scenario_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.compare_simulation_scenarios", skip_all)]
pub(in crate::http) async fn compare_simulation_scenarios(
    State(app): State<Credit>,
    caller: Caller,
    Json(comparison): Json<Comparison>,
) -> Result<Json<ComparisonView>, Problem> {
    let Comparison { mut base_request, scenario_ids, metrics_to_compare, percentiles_to_compare } =
        comparison;
    if !(1..=MOST_COMPARED).contains(&scenario_ids.len()) {
        let message = format!("must name 1 to {MOST_COMPARED} scenarios");
        return Err(refused(vec![Issue::new("/scenario_ids", "out_of_range", message)]));
    }
    if !percentiles_to_compare.is_empty() {
        base_request.percentiles = percentiles_to_compare;
    }
    let mut plans = vec![(None, "base".to_owned(), plan_of(&app, &base_request)?)];
    for id in scenario_ids {
        let scenario = find_scenario(&app, &caller, &id).await?;
        base_request.scenario = Some(scenario.modifiers.0);
        plans.push((Some(id), scenario.name, plan_of(&app, &base_request)?));
    }
    base_request.scenario = None;
    let share = u64::try_from(plans.len()).unwrap_or(1);
    let checked = check(&app, &caller, base_request, app.settings.direct_work / share).await?;
    let loans = app.simulation_loans(&checked.chosen.subject.loans).await;
    let loans = loans.map_err(|failure| failed(&failure))?;

    let mut reports = Vec::with_capacity(plans.len());
    for (id, name, plan) in plans {
        reports.push((id, name, run_now(&app, loans.clone(), plan).await?));
    }
    let Some((_, _, base)) = reports.first() else { return Err(Problem::internal("no base")) };
    let compared = |(id, name, report): &(Option<String>, String, Report)| {
        compared(base, report, id.clone(), name.clone(), &metrics_to_compare)
    };
    Ok(Json(ComparisonView { results: reports.iter().map(compared).collect() }))
}

fn compared(
    base: &Report,
    report: &Report,
    scenario_id: Option<String>,
    name: String,
    wanted: &[String],
) -> ComparedView {
    let is_wanted = |name: &String| wanted.is_empty() || wanted.contains(name);
    let measures = report.measures.iter().filter(|(name, _)| is_wanted(name));
    let metrics = measures.map(|(name, measure)| {
        let reference = base.measures.get(name).map_or(measure.mean, |other| other.mean);
        let change = measure.mean - reference;
        let change_percent = (reference.abs() > 0.0).then(|| 100.0 * change / reference.abs());
        let compared = ComparedMeasure {
            mean: measure.mean,
            standard_deviation: measure.standard_deviation,
            change,
            change_percent,
            percentiles: measure.percentiles.clone(),
        };
        (name.clone(), compared)
    });
    let tails = &report.value_tails;
    ComparedView {
        scenario_id,
        name,
        metrics: metrics.collect(),
        value_at_risk: tails.iter().map(|t| (t.level.to_string(), t.value_at_risk)).collect(),
        expected_shortfall: tails
            .iter()
            .map(|t| (t.level.to_string(), t.expected_shortfall))
            .collect(),
    }
}
