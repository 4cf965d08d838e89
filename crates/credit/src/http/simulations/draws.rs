//! A simulation that is not kept, and draws without projections.

use std::collections::BTreeMap;

use axum::extract::State;
use credit_engine::risk::sample::summary;
use platform::auth::Caller;
use platform::http::Json;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check;
use super::run::run_now;
use crate::Credit;
use crate::domain::analysis::{AnalysisRequest, TermsDefaults};
use crate::domain::asset::Issue;
use crate::domain::simulation::{
    MOST_DRAWS, Modifiers, Repair, Report, Sensitivity, SimulationRequest, VariableBody,
};
use crate::http::problems::{failed, refused};

/// Variables to draw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct FactorDraws {
    /// What is random; any names.
    variables: Vec<VariableBody>,
    /// Correlations of pairs, as `"first:second": 0.3`.
    #[serde(default)]
    correlations: BTreeMap<String, f64>,
    /// Whether impossible correlations are replaced by the nearest possible ones.
    #[serde(default)]
    repair_correlations: bool,
    /// Draws, 1 to 10,000.
    #[serde(alias = "num_scenarios", alias = "paths")]
    count: u32,
    /// The seed; equal seeds give equal draws.
    #[serde(default = "default_seed")]
    seed: u64,
    /// What a scenario changes of the variables.
    scenario: Option<Modifiers>,
}

const fn default_seed() -> u64 {
    42
}

/// Draws by variable.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FactorDrawsView {
    /// One value a draw, by variable.
    draws: BTreeMap<String, Vec<f64>>,
    /// Mean and standard deviation of the draws, by variable.
    moments: BTreeMap<String, [f64; 2]>,
    /// The share of the draws that a clamp held, by variable.
    clamped_share: BTreeMap<String, f64>,
    /// What was changed to make the correlations possible.
    correlation_repair: Option<Repair>,
}

/// Simulates a pool while the caller waits and keeps nothing.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/optimized",
    tag = "simulations",
    request_body = SimulationRequest,
    responses(
        (status = 200, body = Report),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_simulation_directly", skip_all)]
pub(in crate::http) async fn run_simulation_directly(
    State(app): State<Credit>,
    caller: Caller,
    Json(request): Json<SimulationRequest>,
) -> Result<Json<Report>, Problem> {
    let checked = check(&app, &caller, request, app.settings.direct_work).await?;
    let loans = app.simulation_loans(&checked.chosen.subject.loans).await;
    let loans = loans.map_err(|failure| failed(&failure))?;
    Ok(Json(run_now(&app, loans, checked.plan).await?))
}

/// Draws correlated variables without projecting anything.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/optimized/scenarios",
    tag = "simulations",
    request_body = FactorDraws,
    responses(
        (status = 200, body = FactorDrawsView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn draw_simulation_factors(
    State(app): State<Credit>,
    Json(asked): Json<FactorDraws>,
) -> Result<Json<FactorDrawsView>, Problem> {
    if !(1..=MOST_DRAWS).contains(&asked.count) {
        let message = format!("must be between 1 and {MOST_DRAWS}, was {}", asked.count);
        return Err(refused(vec![Issue::new("/count", "out_of_range", message)]));
    }
    let count = asked.count;
    let request = request_of(asked).map_err(Problem::internal)?;
    let defaults = TermsDefaults { today: app.clock.today() };
    let terms = request.analysis.terms(defaults).map_err(refused)?;
    let plan = request.plan(terms).map_err(refused)?;
    let view = tokio::task::spawn_blocking(move || {
        let draws = plan.draws();
        let paths: Vec<_> = (0..u64::from(count)).map(|path| draws.path(path)).collect();
        let mut view = FactorDrawsView {
            draws: BTreeMap::new(),
            moments: BTreeMap::new(),
            clamped_share: BTreeMap::new(),
            correlation_repair: plan.repair(),
        };
        for (position, name) in plan.names().enumerate() {
            let values: Vec<f64> =
                paths.iter().filter_map(|path| path.values.get(position).copied()).collect();
            let held = paths.iter().filter(|path| path.clamped.get(position) == Some(&true));
            let held = u32::try_from(held.count()).unwrap_or(u32::MAX);
            let moments = summary(&values).map_or([0.0; 2], |s| [s.mean, s.standard_deviation]);
            view.moments.insert(name.to_owned(), moments);
            view.clamped_share.insert(name.to_owned(), f64::from(held) / f64::from(count));
            view.draws.insert(name.to_owned(), values);
        }
        view
    });
    Ok(Json(view.await.map_err(Problem::internal)?))
}

/// Makes a simulation of the draws, in which any name has a meaning.
fn request_of(asked: FactorDraws) -> Result<SimulationRequest, serde_json::Error> {
    let analysis: AnalysisRequest = serde_json::from_str("{}")?;
    let named = |variable: &VariableBody| (variable.name.clone(), Sensitivity::default());
    Ok(SimulationRequest {
        name: None,
        analysis,
        sensitivities: asked.variables.iter().map(named).collect(),
        variables: asked.variables,
        correlations: asked.correlations,
        repair_correlations: asked.repair_correlations,
        paths: asked.count,
        seed: asked.seed,
        horizon_months: None,
        reference: None,
        percentiles: Vec::new(),
        levels: vec![0.95],
        chosen_paths: Vec::new(),
        scenario: asked.scenario,
    })
}
