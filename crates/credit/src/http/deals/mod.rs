//! `/deals`: structured deals, their library, language and runs.
//!
//! | module | answers |
//! |---|---|
//! | `library`, `views` | lists, one deal, create, change, delete |
//! | `sharing` | who else may do what |
//! | `versions` | what a deal was, and what changed |
//! | `transfer` | import, export, clone |
//! | `language` | parse, format, check, templates |
//! | `bodies`, `flows`, `plans`, `runs`, `run_views`, `results` | runs, and what came out of them |
//! | `pricing` | prices, explanations, comparisons |
//! | `absent` | what a later release does |
//!
//! Who may see a deal is decided before anything else is looked at, caches included: what one may
//! not see does not exist.

mod absent;
mod bodies;
mod flows;
mod language;
mod library;
mod plans;
mod pricing;
mod problems;
mod results;
mod run_views;
mod runs;
mod sharing;
mod transfer;
mod versions;
mod views;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use bodies::RunBody;
pub(super) use plans::prepare;
pub(super) use problems::{deal_failed, draft_problem};

use crate::Credit;

/// The largest body of a deal; pools by hand come with a run.
const LARGEST_DEAL: usize = 4 * 1024 * 1024;
/// The largest body of a run.
const LARGEST_RUN: usize = 64 * 1024 * 1024;

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    library().merge(language()).merge(run_routes())
}

fn library() -> OpenApiRouter<Credit> {
    OpenApiRouter::new()
        .routes(routes!(library::list_public_deals))
        .routes(routes!(library::list_my_deals))
        .routes(routes!(library::list_shared_deals))
        .routes(routes!(library::create_deal))
        .routes(routes!(library::find_deal, library::update_deal, library::delete_deal))
        .routes(routes!(sharing::share_deal))
        .routes(routes!(sharing::unshare_deal))
        .routes(routes!(sharing::list_deal_access))
        .routes(routes!(versions::list_deal_versions))
        .routes(routes!(versions::find_deal_version))
        .routes(routes!(versions::restore_deal_version))
        .routes(routes!(versions::diff_deal))
        .routes(routes!(transfer::export_deal))
        .routes(routes!(transfer::import_deal))
        .routes(routes!(transfer::clone_deal))
        .layer(DefaultBodyLimit::max(LARGEST_DEAL))
}

fn language() -> OpenApiRouter<Credit> {
    OpenApiRouter::new()
        .routes(routes!(language::parse_deal_text))
        .routes(routes!(language::format_deal))
        .routes(routes!(language::complete_deal_text))
        .routes(routes!(language::check_deal))
        .routes(routes!(language::check_stored_deal))
        .routes(routes!(language::list_deal_templates))
        .routes(routes!(language::find_deal_template))
        .layer(DefaultBodyLimit::max(LARGEST_DEAL))
}

fn run_routes() -> OpenApiRouter<Credit> {
    OpenApiRouter::new()
        .routes(routes!(runs::preview_deal_run))
        .routes(routes!(runs::run_deal))
        .routes(routes!(runs::list_deal_runs))
        .routes(routes!(runs::find_deal_run, runs::delete_deal_run))
        .routes(routes!(results::list_deal_run_bonds))
        .routes(routes!(results::list_deal_run_pool))
        .routes(routes!(results::list_deal_run_fees))
        .routes(routes!(results::list_deal_run_accounts))
        .routes(routes!(results::list_deal_run_triggers))
        .routes(routes!(results::list_deal_run_log))
        .routes(routes!(pricing::explain_deal_run))
        .routes(routes!(pricing::price_deal_run))
        .routes(routes!(pricing::price_deal))
        .routes(routes!(pricing::compare_deal_runs))
        .routes(routes!(absent::solve_deal))
        .routes(routes!(absent::sweep_deal))
        .layer(DefaultBodyLimit::max(LARGEST_RUN))
}
