//! `/asset-classes/stress-testing/scenarios`: what can be chosen.

use axum::extract::State;
use platform::auth::Caller;
use platform::http::Json;
use platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Credit;
use crate::domain::stress::{StressScenario, known};
use crate::store::scenarios::list_stress;

/// The scenarios that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct StressScenariosView {
    /// For any pool, `base` first.
    predefined: Vec<StressScenario>,
    /// Shocks of the past, and by class as `class.name`.
    others: Vec<StressScenario>,
    /// Saved by somebody of your tenant.
    saved: Vec<StressScenario>,
}

/// Lists the scenarios: predefined, historical, by class, and saved ones.
#[utoipa::path(
    get,
    path = "/api/v1/asset-classes/stress-testing/scenarios",
    tag = "stress testing",
    responses((status = 200, body = StressScenariosView)),
)]
pub(in crate::http) async fn list_stress_scenarios(
    State(app): State<Credit>,
    caller: Caller,
) -> Result<Json<StressScenariosView>, Problem> {
    let mut tx = app.db.read().await?;
    let saved = list_stress(&mut tx, &caller.tenant_id).await?;
    let mut predefined = known();
    let others = predefined.split_off(StressScenario::predefined().len());
    Ok(Json(StressScenariosView { predefined, others, saved }))
}
