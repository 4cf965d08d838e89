//! `/monte-carlo`: simulations, their scenarios, and draws without projections.

mod draws;
mod portfolio;
mod run;
mod scenarios;
mod views;

use axum::extract::DefaultBodyLimit;
use http::StatusCode;
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::LARGEST_POOL;
use super::alias::also_at;
use super::analyze::{Chosen, choose, terms};
use super::problems::{failed, refused, storage, table};
use crate::Credit;
use crate::calculator::{Failure, Loans};
use crate::domain::analysis::{ENGINE_VERSION, GroupBy};
use crate::domain::asset::Issue;
use crate::domain::simulation::{Plan, SimulationRequest};
use crate::simulations::{admit, block_paths, simulation_hash};
use crate::store::simulations::{self, SimulationRow};

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    let large = OpenApiRouter::new()
        .routes(routes!(run::list_simulations, run::create_simulation))
        .routes(routes!(run::create_simulation_with_scenario))
        .routes(also_at(
            routes!(run::create_simulation_with_scenario),
            "/api/v1/monte-carlo/with-scenario",
            "alias",
        ))
        .routes(routes!(scenarios::compare_simulation_scenarios))
        .routes(routes!(draws::run_simulation_directly))
        .routes(routes!(portfolio::run_credit_portfolio))
        .layer(DefaultBodyLimit::max(LARGEST_POOL));
    OpenApiRouter::new()
        .routes(routes!(run::find_simulation, run::delete_simulation))
        .routes(routes!(run::run_simulation))
        .routes(routes!(run::cancel_simulation))
        .routes(routes!(
            scenarios::list_simulation_scenarios,
            scenarios::create_simulation_scenario
        ))
        .routes(routes!(
            scenarios::find_simulation_scenario,
            scenarios::update_simulation_scenario,
            scenarios::delete_simulation_scenario
        ))
        .routes(routes!(draws::draw_simulation_factors))
        .merge(large)
}

/// A checked request: what is simulated and how much work it is.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) plan: Plan,
    pub(super) chosen: Chosen,
    pub(super) work: u64,
}

/// There is no such simulation, or the caller may not know about it.
pub(super) fn simulation_not_found(id: &str) -> Problem {
    Problem::not_found("simulation_not_found", format!("simulation `{id}`"))
}

/// Turns a failed simulation into an answer.
pub(super) fn simulation_failed(failure: &Failure) -> Problem {
    match failure {
        Failure::TooExpensive { needed, allowed } => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_expensive",
            "The simulation is too large",
        )
        .detail(format!(
            "It needs {needed} months of loan groups and {allowed} are allowed. Ask for fewer \
             paths or a pool with fewer different terms; with run_async=true more is allowed than \
             while you wait."
        )),
        other => failed(other),
    }
}

/// Makes the plan of a request whose analysis is given.
pub(super) fn plan_of(app: &Credit, request: &SimulationRequest) -> Result<Plan, Problem> {
    let mut terms = terms(app, &request.analysis)?;
    if request.analysis.pool.is_none() {
        let message = "is missing: send assets, or {\"pool_id\": \"…\"}";
        return Err(refused(vec![Issue::new("/analysis/pool", "missing", message)]));
    }
    terms.include_metrics = true;
    terms.include_stress_tests = false;
    terms.group_by = GroupBy::None;
    let plan = request.plan(terms).map_err(refused)?;
    let text = serde_json::to_string(&plan).map_err(Problem::internal)?;
    let name = request.name.as_deref().unwrap_or_default();
    if text.contains("\\u0000") || name.contains('\0') {
        let message = "must not contain the NUL character";
        return Err(refused(vec![Issue::new("", "wrong_text", message)]));
    }
    Ok(plan)
}

/// Checks a request and how much work it is.
pub(super) async fn check(
    app: &Credit,
    caller: &Caller,
    request: SimulationRequest,
    allowed: u64,
) -> Result<Checked, Problem> {
    let plan = plan_of(app, &request)?;
    let SimulationRequest { name, analysis, .. } = request;
    let chosen = choose(app, caller, analysis).await?;
    let loans = app.simulation_loans(&chosen.subject.loans).await;
    let loans = loans.map_err(|failure| failed(&failure))?;
    let work = admit(&loans, &plan, allowed).map_err(|failure| simulation_failed(&failure))?;
    Ok(Checked { name: name.unwrap_or_else(|| "Simulation".to_owned()), plan, chosen, work })
}

/// Makes the row of a simulation that waits, its loans kept.
pub(super) async fn new_row(
    app: &Credit,
    caller: &Caller,
    checked: Checked,
    scenario_id: Option<String>,
) -> Result<SimulationRow, Problem> {
    let Checked { name, plan, chosen, work } = checked;
    let hash = simulation_hash(&chosen.subject.pool_hash, &plan).map_err(Problem::internal)?;
    let loans_object = match (chosen.table, &chosen.subject.loans) {
        (_, Loans::Stored(object)) => object.clone(),
        (Some(writer), Loans::Here(_)) => {
            let written = writer.finish().map_err(table)?;
            app.objects.put(written.bytes).await.map_err(storage)?
        }
        (None, Loans::Here(_)) => return Err(Problem::internal("loans without a table")),
    };
    let now = app.clock.now();
    Ok(SimulationRow {
        id: app.ids.with_prefix("sim"),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        name,
        state: "pending".to_owned(),
        scenario_id,
        pool_id: chosen.pool_id,
        pool_version: chosen.pool_version,
        pool_name: chosen.pool_name,
        pool_hash: chosen.subject.pool_hash,
        loans_object,
        request_hash: hash,
        engine_version: ENGINE_VERSION.to_owned(),
        paths: i64::from(plan.paths),
        block_paths: i64::from(block_paths(work, plan.paths)),
        plan: DbJson(plan),
        summary: None,
        object: None,
        job_id: None,
        error_code: None,
        error_message: None,
        execution_seconds: None,
        created_at: now,
        updated_at: now,
        finished_at: None,
        version: 1,
    })
}

/// Finds a simulation of the caller's tenant; one whose job ended without it shows how.
pub(super) async fn find(
    app: &Credit,
    caller: &Caller,
    id: &str,
) -> Result<SimulationRow, Problem> {
    let mut tx = app.db.read().await?;
    let row = simulations::find(&mut tx, &caller.tenant_id, id).await?;
    drop(tx);
    let mut row = row.ok_or_else(|| simulation_not_found(id))?;
    let waiting = matches!(row.state.as_str(), "pending" | "running");
    if let Some(job_id) = row.job_id.as_ref().filter(|_| waiting)
        && let Some(job) = app.queue.find(job_id).await?
    {
        match job.state.as_str() {
            "cancelled" => "canceled".clone_into(&mut row.state),
            "failed" => "failed".clone_into(&mut row.state),
            _ => return Ok(row),
        }
        row.error_code = row.error_code.or(job.error_code);
        row.error_message = row.error_message.or(job.error_message);
    }
    Ok(row)
}
