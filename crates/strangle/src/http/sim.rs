//! `/sim`: the simulator, only where it is the exchange.

use axum::extract::State;
use platform::auth::Caller;
use platform::http::Json;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::problems::{field, no_simulator, unanswered};
use crate::Strangle;
use crate::domain::market::SimStatus;
use crate::domain::operation::{Command, SimControl};
use crate::http::require_desk;
use crate::settings::Venue;

/// Another kind of market.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioRequest {
    /// `calm`, `trend`, `crash`, `melt-up`, `chop`, `vol-spike`, `gap`, `weekend`, or a script such
    /// as `at +30m move -8% over 5m`.
    scenario: String,
}

/// Something goes wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultRequest {
    /// The rule, as the simulator reads it: `{"when": …, "match": {"method", "path", "nth"},
    /// "action": "lose_response"}`.
    #[schema(value_type = Object)]
    fault: Value,
}

/// Another time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockRequest {
    /// Simulated seconds a second, above 0 and up to 100000.
    speed: Option<f64>,
    /// Seconds to jump ahead, up to 30 days.
    advance_seconds: Option<f64>,
}

/// A new market.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetRequest {
    /// The old one if absent.
    seed: Option<u64>,
}

async fn ask(
    app: &Strangle,
    caller: &Caller,
    command: Command,
) -> Result<Json<SimStatus>, Problem> {
    require_sim(app, caller)?;
    let answer = app.ask(&caller.tenant_id, &caller.user_id, command).await;
    Ok(Json(answer.map_err(unanswered)?))
}

async fn control(
    app: &Strangle,
    caller: &Caller,
    change: SimControl,
) -> Result<Json<SimStatus>, Problem> {
    ask(app, caller, Command::SimControl(change)).await
}

fn require_sim(app: &Strangle, caller: &Caller) -> Result<(), Problem> {
    require_desk(app, caller)?;
    if app.settings.venue.venue == Venue::Sim { Ok(()) } else { Err(no_simulator()) }
}

/// Shows the simulator.
#[utoipa::path(
    get,
    path = "/sim/status",
    tag = "strangle simulator",
    responses((status = 200, body = SimStatus), (status = 404, body = Problem)),
)]
pub(super) async fn find_sim_status(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<SimStatus>, Problem> {
    ask(&app, &caller, Command::SimStatus).await
}

/// Changes the kind of market.
#[utoipa::path(
    post,
    path = "/sim/scenario",
    tag = "strangle simulator",
    request_body = ScenarioRequest,
    responses((status = 200, body = SimStatus), (status = 404, body = Problem)),
)]
pub(super) async fn set_sim_scenario(
    State(app): State<Strangle>,
    caller: Caller,
    Json(request): Json<ScenarioRequest>,
) -> Result<Json<SimStatus>, Problem> {
    require_sim(&app, &caller)?;
    if request.scenario.is_empty() || request.scenario.len() > 2_000 {
        return Err(field("/scenario", "invalid_scenario", "must have 1 to 2000 letters"));
    }
    let change = SimControl::Scenario { scenario: request.scenario };
    control(&app, &caller, change).await
}

/// Makes something go wrong.
#[utoipa::path(
    post,
    path = "/sim/fault",
    tag = "strangle simulator",
    request_body = FaultRequest,
    responses((status = 200, body = SimStatus), (status = 404, body = Problem)),
)]
pub(super) async fn inject_sim_fault(
    State(app): State<Strangle>,
    caller: Caller,
    Json(request): Json<FaultRequest>,
) -> Result<Json<SimStatus>, Problem> {
    let change = SimControl::Fault { fault: request.fault };
    control(&app, &caller, change).await
}

/// Changes the simulator's time.
#[utoipa::path(
    post,
    path = "/sim/clock",
    tag = "strangle simulator",
    request_body = ClockRequest,
    responses((status = 200, body = SimStatus), (status = 404, body = Problem)),
)]
pub(super) async fn set_sim_clock(
    State(app): State<Strangle>,
    caller: Caller,
    Json(request): Json<ClockRequest>,
) -> Result<Json<SimStatus>, Problem> {
    require_sim(&app, &caller)?;
    if request.speed.is_some_and(|speed| !(speed > 0.0 && speed <= 100_000.0)) {
        return Err(field("/speed", "out_of_range", "must be above 0 and up to 100000"));
    }
    let month = 30.0 * 86_400.0;
    if request.advance_seconds.is_some_and(|seconds| !(seconds >= 0.0 && seconds <= month)) {
        return Err(field("/advance_seconds", "out_of_range", "must be 0 to 2592000"));
    }
    let change =
        SimControl::Clock { speed: request.speed, advance_seconds: request.advance_seconds };
    control(&app, &caller, change).await
}

/// Begins a new market.
#[utoipa::path(
    post,
    path = "/sim/reset",
    tag = "strangle simulator",
    request_body = ResetRequest,
    responses(
        (status = 200, body = SimStatus),
        (status = 404, body = Problem),
        (status = 422, description = "`session_open`", body = Problem),
    ),
)]
pub(super) async fn reset_sim(
    State(app): State<Strangle>,
    caller: Caller,
    Json(request): Json<ResetRequest>,
) -> Result<Json<SimStatus>, Problem> {
    control(&app, &caller, SimControl::Reset { seed: request.seed }).await
}
