//! What a later release does.

use platform::auth::Caller;
use platform::problem::Problem;

use super::problems::not_available;

const BACKTESTS: &str = "Backtests come with a later release. The engine and the simulator already \
    run on a virtual clock: `quintet strangle sim-exchange` is an exchange to try a profile on.";

/// Takes positions that were not opened here into a session. Comes with a later release.
#[utoipa::path(
    post,
    path = "/trading/sessions/{id}/adopt",
    tag = "strangle sessions",
    params(("id" = String, Path)),
    responses((status = 501, description = "`adopt_not_available`", body = Problem)),
)]
pub(super) async fn adopt_positions(_: Caller) -> Problem {
    not_available(
        "adopt_not_available",
        "Positions that were not opened here are shown as foreign and never touched; adopting \
         them comes with a later release.",
    )
}

/// Lists backtests. Comes with a later release.
#[utoipa::path(
    get,
    path = "/backtests",
    tag = "strangle backtests",
    responses((status = 501, description = "`backtests_not_available`", body = Problem)),
)]
pub(super) async fn list_backtests(_: Caller) -> Problem {
    not_available("backtests_not_available", BACKTESTS)
}

/// Runs a backtest. Comes with a later release.
#[utoipa::path(
    post,
    path = "/backtests",
    tag = "strangle backtests",
    responses((status = 501, description = "`backtests_not_available`", body = Problem)),
)]
pub(super) async fn create_backtest(_: Caller) -> Problem {
    not_available("backtests_not_available", BACKTESTS)
}

/// Returns a backtest. Comes with a later release.
#[utoipa::path(
    get,
    path = "/backtests/{id}",
    tag = "strangle backtests",
    params(("id" = String, Path)),
    responses((status = 501, description = "`backtests_not_available`", body = Problem)),
)]
pub(super) async fn find_backtest(_: Caller) -> Problem {
    not_available("backtests_not_available", BACKTESTS)
}

/// Removes a backtest. Comes with a later release.
#[utoipa::path(
    delete,
    path = "/backtests/{id}",
    tag = "strangle backtests",
    params(("id" = String, Path)),
    responses((status = 501, description = "`backtests_not_available`", body = Problem)),
)]
pub(super) async fn delete_backtest(_: Caller) -> Problem {
    not_available("backtests_not_available", BACKTESTS)
}
