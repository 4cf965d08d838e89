//! Translates between HTTP and credit.

mod access;
mod alias;
mod analyze;
mod asset_classes;
mod assumptions;
mod cashflow;
mod deals;
mod enhanced;
mod forecasts;
mod loans;
mod mappings;
mod market;
mod pools;
mod problems;
mod responses;
mod runs;
mod scenarios;
mod simulations;
mod sockets;
mod specialized;
mod stats;
mod stress;
mod structured;
mod tape_issues;
mod tapes;
mod tools;
mod verify;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use access::ACCESS;
pub(crate) use forecasts::compute_forecast;

use crate::Credit;

/// The largest pool in a body; a larger one is a tape.
const LARGEST_POOL: usize = 64 * 1024 * 1024;

/// Lists the operations.
pub(crate) fn routes(credit: &Credit) -> OpenApiRouter {
    let large = OpenApiRouter::new()
        .routes(routes!(analyze::analyze_pool))
        .routes(routes!(analyze::analyze_pool_async))
        .routes(routes!(asset_classes::validate_pool))
        .routes(routes!(pools::list_pools, pools::create_pool))
        .routes(routes!(pools::find_pool, pools::update_pool, pools::delete_pool))
        .routes(routes!(tape_issues::resolve_tape_issues))
        .layer(DefaultBodyLimit::max(LARGEST_POOL));
    let streamed = OpenApiRouter::new()
        .routes(routes!(tapes::import_pool_tape))
        .routes(routes!(tapes::import_tape))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(asset_classes::list_asset_classes))
        .routes(routes!(assumptions::find_assumption_defaults))
        .routes(routes!(stats::find_pool_stats))
        .routes(routes!(stats::list_pool_assets))
        .routes(routes!(tape_issues::list_tape_issues))
        .routes(routes!(mappings::list_tape_mappings, mappings::create_tape_mapping))
        .routes(routes!(mappings::delete_tape_mapping))
        .routes(routes!(pools::create_pool_actuals))
        .routes(routes!(runs::create_pool_run, runs::list_pool_runs))
        .routes(routes!(runs::list_runs))
        .routes(routes!(runs::find_run, runs::delete_run))
        .routes(routes!(runs::export_run))
        .routes(routes!(verify::verify_engine))
        .merge(simulations::routes())
        .merge(stress::routes())
        .merge(cashflow::routes())
        .merge(enhanced::routes())
        .merge(forecasts::routes())
        .merge(loans::routes())
        .merge(market::routes())
        .merge(sockets::routes())
        .merge(specialized::routes())
        .merge(tools::routes())
        .merge(scenarios::routes())
        .merge(deals::routes())
        .merge(structured::routes())
        .merge(large)
        .merge(streamed)
        .with_state(credit.clone())
}
