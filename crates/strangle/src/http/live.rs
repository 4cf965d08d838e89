//! `/trading`: what the desk is doing, and what it sees.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use platform::auth::Caller;
use platform::http::{Json, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use strangle_engine::instrument::Underlying;
use utoipa::{IntoParams, ToSchema};

use super::problems::{field, unanswered};
use crate::Strangle;
use crate::domain::exposure::{Basis, Exposure, of_positions};
use crate::domain::market::{Chain, Preflight};
use crate::domain::operation::{ChainQuestion, Command};
use crate::domain::profile::UnderlyingSchema;
use crate::domain::runtime::{DeskStatus, Runtime};
use crate::http::require_desk;
use crate::picture::SILENT;
use crate::store::{configs, runtime_snapshots, sessions};

/// Whether the desk lives.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Heartbeat {
    status: DeskStatus,
    strategy_id: Option<String>,
    active_configuration_id: Option<String>,
    /// When the engine last looked.
    last_tick_at: Option<DateTime<Utc>>,
    /// Whether that was long ago.
    silent: bool,
    /// Which process holds the lease, as far as is known.
    lease_owner: Option<String>,
    fencing_token: Option<i64>,
}

/// Which option chain.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChainQuery {
    /// `BTC` or `ETH`; that of the active profile's default if absent.
    #[param(value_type = Option<UnderlyingSchema>)]
    underlying: Option<Underlying>,
    /// The nearest if absent.
    expiry: Option<NaiveDate>,
}

/// Which payoff.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExposureQuery {
    /// `entry` (default): against what was collected; `mark`: against what it is worth now.
    #[param(inline)]
    basis: Option<Basis>,
}

/// Says whether the desk lives.
#[utoipa::path(
    get,
    path = "/trading/heartbeat",
    tag = "strangle desk",
    responses((status = 200, body = Heartbeat)),
)]
pub(super) async fn find_heartbeat(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<Heartbeat>, Problem> {
    require_desk(&app, &caller)?;
    let mut tx = app.db.read().await?;
    let row = runtime_snapshots::find(&mut tx, app.environment(), &app.account).await?;
    let open = sessions::find_open(&mut tx, app.environment(), &app.account).await?;
    let active = configs::find_active(&mut tx, &caller.tenant_id).await?;
    let silent = row.as_ref().is_none_or(|row| app.clock.now() - row.last_tick_at > SILENT);
    Ok(Json(Heartbeat {
        status: open.as_ref().map_or(DeskStatus::Idle, |open| DeskStatus::of_state(&open.state)),
        strategy_id: open.map(|open| open.strategy_id),
        active_configuration_id: active.map(|active| active.id),
        last_tick_at: row.as_ref().map(|row| row.last_tick_at),
        silent,
        lease_owner: row.as_ref().map(|row| row.instance_id.clone()),
        fencing_token: row.map(|row| row.fencing_token),
    }))
}

/// Shows what the desk is doing.
#[utoipa::path(
    get,
    path = "/trading/runtime",
    tag = "strangle desk",
    responses((status = 200, body = Runtime)),
)]
pub(super) async fn find_runtime(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<Runtime>, Problem> {
    require_desk(&app, &caller)?;
    Ok(Json(app.picture().await?))
}

/// Shows the payoff of what is open.
#[utoipa::path(
    get,
    path = "/trading/risk-snapshot",
    tag = "strangle desk",
    params(ExposureQuery),
    responses((status = 200, body = Exposure)),
)]
pub(super) async fn find_risk_snapshot(
    State(app): State<Strangle>,
    caller: Caller,
    Query(query): Query<ExposureQuery>,
) -> Result<Json<Exposure>, Problem> {
    require_desk(&app, &caller)?;
    let runtime = app.picture().await?;
    Ok(Json(of_positions(&runtime, query.basis.unwrap_or_default())))
}

/// Shows the option chain of one expiry.
#[utoipa::path(
    get,
    path = "/trading/chain",
    tag = "strangle desk",
    params(ChainQuery),
    responses(
        (status = 200, body = Chain),
        (status = 409, description = "`no_market_data`", body = Problem),
    ),
)]
pub(super) async fn find_chain(
    State(app): State<Strangle>,
    caller: Caller,
    Query(query): Query<ChainQuery>,
) -> Result<Json<Chain>, Problem> {
    require_desk(&app, &caller)?;
    let today = app.clock.today();
    let far = today + TimeDelta::days(800);
    if query.expiry.is_some_and(|expiry| expiry < today - TimeDelta::days(1) || expiry > far) {
        let message = format!("must be {today} to {far}");
        return Err(field("/query/expiry", "out_of_range", message));
    }
    let default = app.settings.defaults.underlying.parse().unwrap_or(Underlying::Btc);
    let question = Command::Chain(ChainQuestion {
        underlying: query.underlying.unwrap_or(default),
        expiry: query.expiry,
    });
    let chain = app.ask(&caller.tenant_id, &caller.user_id, question).await;
    Ok(Json(chain.map_err(unanswered)?))
}

/// Looks whether trading could begin: keys, address, clock, balance, margin mode, products, socket.
#[utoipa::path(
    get,
    path = "/trading/preflight",
    tag = "strangle desk",
    responses((status = 200, body = Preflight)),
)]
pub(super) async fn find_preflight(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<Preflight>, Problem> {
    require_desk(&app, &caller)?;
    let answer = app.ask(&caller.tenant_id, &caller.user_id, Command::Preflight).await;
    Ok(Json(answer.map_err(unanswered)?))
}
