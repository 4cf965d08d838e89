//! Stress tests, under both of their addresses, and those of stored pools.

mod pool_runs;
mod results;
mod run;
mod scenarios;
mod views;

use std::collections::BTreeMap;

use axum::extract::DefaultBodyLimit;
use platform::auth::Caller;
use platform::problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::LARGEST_POOL;
use super::alias::also_at;
use super::problems::{refused, switched_off};
use crate::Credit;
use crate::domain::analysis::AnalysisRequest;
use crate::domain::asset::Issue;
use crate::domain::stress::{CustomScenario, Options, ScenarioNames, select};
use crate::store::scenarios::list_stress;
use crate::stress::Plan;

/// What the old address is called in the access table.
const ALIAS: &str = "alias";
/// The most threads that a request may ask for.
const MOST_WORKERS: u16 = 16;

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    let large = OpenApiRouter::new()
        .routes(routes!(run::run_stress_test))
        .routes(also_at(routes!(run::run_stress_test), "/api/v1/stress-testing/run", ALIAS))
        .routes(routes!(run::run_stress_test_async))
        .routes(also_at(
            routes!(run::run_stress_test_async),
            "/api/v1/stress-testing/async-run",
            ALIAS,
        ))
        .layer(DefaultBodyLimit::max(LARGEST_POOL));
    OpenApiRouter::new()
        .routes(routes!(scenarios::list_stress_scenarios))
        .routes(also_at(
            routes!(scenarios::list_stress_scenarios),
            "/api/v1/stress-testing/scenarios",
            ALIAS,
        ))
        .routes(routes!(results::find_stress_result, results::delete_stress_result))
        .routes(also_at(
            routes!(results::find_stress_result, results::delete_stress_result),
            "/api/v1/stress-testing/results/{task_id}",
            ALIAS,
        ))
        .routes(routes!(results::cancel_stress_test))
        .routes(also_at(
            routes!(results::cancel_stress_test),
            "/api/v1/stress-testing/tasks/{task_id}/cancel",
            ALIAS,
        ))
        .routes(routes!(pool_runs::create_stress_run, pool_runs::list_pool_stress_runs))
        .routes(routes!(pool_runs::list_stress_runs))
        .routes(routes!(pool_runs::find_stress_run, pool_runs::delete_stress_run))
        .routes(routes!(pool_runs::find_stress_report))
        .merge(large)
}

/// The scenarios of a stress test, and what is computed beside them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StressChoice {
    /// Scenarios by name; all seven predefined ones if none are named and none are sent along.
    #[serde(default)]
    scenario_names: Vec<String>,
    /// Scenarios that are sent along, by name.
    #[serde(default)]
    custom_scenarios: BTreeMap<String, CustomScenario>,
    /// `false` computes on one thread; results do not differ.
    #[serde(default = "yes")]
    run_parallel: bool,
    /// Threads, 1 to 16.
    #[serde(default = "four")]
    max_workers: u16,
    /// Whether the answer carries the cash flows of every scenario.
    #[serde(default)]
    include_cashflows: bool,
    /// Whether the answer carries the comparison.
    #[serde(default = "yes")]
    generate_report: bool,
}

/// A stress test of a pool.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StressRequest {
    /// The pool and the terms, as in `/asset-classes/analyze`.
    request: AnalysisRequest,
    /// Scenarios by name; all seven predefined ones if none are named and none are sent along.
    #[serde(default)]
    scenario_names: Vec<String>,
    /// Scenarios that are sent along, by name.
    #[serde(default)]
    custom_scenarios: BTreeMap<String, CustomScenario>,
    /// `false` computes on one thread; results do not differ.
    #[serde(default = "yes")]
    run_parallel: bool,
    /// Threads, 1 to 16.
    #[serde(default = "four")]
    max_workers: u16,
    /// Whether the answer carries the cash flows of every scenario.
    #[serde(default)]
    include_cashflows: bool,
    /// Whether the answer carries the comparison.
    #[serde(default = "yes")]
    generate_report: bool,
}

const fn yes() -> bool {
    true
}

const fn four() -> u16 {
    4
}

impl StressRequest {
    /// The pool and its terms, and what is done with them.
    fn split(self) -> (AnalysisRequest, StressChoice) {
        let choice = StressChoice {
            scenario_names: self.scenario_names,
            custom_scenarios: self.custom_scenarios,
            run_parallel: self.run_parallel,
            max_workers: self.max_workers,
            include_cashflows: self.include_cashflows,
            generate_report: self.generate_report,
        };
        (self.request, choice)
    }
}

/// Completes and checks a choice.
async fn plan(app: &Credit, caller: &Caller, choice: &StressChoice) -> Result<Plan, Problem> {
    let settings = &app.settings.stress;
    let features = settings.features;
    if !choice.custom_scenarios.is_empty() && !features.custom_scenarios {
        return Err(switched_off("Sending scenarios along"));
    }
    let mut tx = app.db.read().await?;
    let saved = list_stress(&mut tx, &caller.tenant_id).await?;
    drop(tx);
    let mut issues = Vec::new();
    if !(1..=MOST_WORKERS).contains(&choice.max_workers) {
        let message = format!("must be 1 to {MOST_WORKERS}, was {}", choice.max_workers);
        issues.push(Issue::new("/max_workers", "out_of_range", message));
    }
    let names = ScenarioNames {
        names: &choice.scenario_names,
        custom: &choice.custom_scenarios,
        saved: &saved,
        most: settings.max_scenarios,
    };
    let scenarios = match select(names) {
        Ok(scenarios) => scenarios,
        Err(found) => {
            issues.extend(found);
            Vec::new()
        }
    };
    if !issues.is_empty() {
        return Err(refused(issues));
    }
    let threads = if choice.run_parallel && features.parallel {
        usize::from(choice.max_workers).min(settings.max_workers)
    } else {
        1
    };
    Ok(Plan {
        scenarios,
        options: Options {
            include_cashflows: choice.include_cashflows,
            sensitivity: features.sensitivity,
        },
        threads: (threads < app.parallelism).then_some(threads),
        report: choice.generate_report && features.reports,
    })
}

/// Refuses a pool with more assets than a stress test may have.
fn check_size(app: &Credit, assets: usize) -> Result<(), Problem> {
    let most = app.settings.stress.max_assets;
    if assets <= most {
        return Ok(());
    }
    let message = format!(
        "must hold at most {most} assets for a stress test, holds {assets}; split it, or ask the \
         operator to raise STRESS_TEST_MAX_ASSETS_PER_POOL"
    );
    Err(refused(vec![Issue::new("/request/pool/assets", "too_many", message)]))
}
