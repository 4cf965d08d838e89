//! What a later release does.

use axum::extract::State;
use http::StatusCode;
use platform::auth::Caller;
use platform::http::Path;
use platform::problem::Problem;

use super::library::seen;
use super::problems::not_yet;
use crate::Credit;
use crate::domain::deals::Permission;

/// Searching for sizes, coupons and break-even speeds; a later release does it.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/solve",
    tag = "deals",
    params(("id" = String, Path)),
    responses(
        (status = 404, body = Problem),
        (status = 501, description = "`not_implemented`", body = Problem),
    ),
)]
pub(crate) async fn solve_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    seen(&app, Some(&caller), &id, Permission::Read).await?;
    Err(not_yet(
        "Solving for tranche sizes, coupons and break-even speeds is not available yet; run the \
         deal with scenarios of your own and compare the runs.",
    ))
}

/// Results over a grid of speeds; a later release does it.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/sensitivity",
    tag = "deals",
    params(("id" = String, Path)),
    responses(
        (status = 404, body = Problem),
        (status = 501, description = "`not_implemented`", body = Problem),
    ),
)]
pub(crate) async fn sweep_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    seen(&app, Some(&caller), &id, Permission::Read).await?;
    Err(not_yet(
        "Grids of speeds are not available yet; send the points as scenarios of one run, with \
         default_multiplier, prepayment_multiplier and interest_rate_shock.",
    ))
}
