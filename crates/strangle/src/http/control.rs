//! `/trading/control`: what the desk is told. It answers at once; the process that trades does it.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::db::{DbError, Tx};
use platform::http::{Json, Path};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strangle_engine::profile::Profile;
use utoipa::ToSchema;

use super::problems::{config_not_found, conflict, field, operation_not_found, refused};
use crate::Strangle;
use crate::domain::operation::{Command, StartOrder, StopMode};
use crate::guards::NewState;
use crate::http::require_desk;
use crate::settings::Venue;
use crate::store::operations::{self, OperationRow};
use crate::store::{configs, sessions};

/// What the desk can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ControlAction {
    Start,
    Stop,
    Restart,
    Panic,
    PauseEntries,
    Resume,
}

/// An order to the desk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ControlRequest {
    action: ControlAction,
    /// The profile of a start; the active one if absent.
    configuration_id: Option<String>,
    /// What becomes of open positions; they are bought back if absent.
    stop_mode: Option<StopMode>,
    /// In live trading the account's label, so that nobody starts by mistake.
    confirm: Option<String>,
}

/// What was understood; the work goes on in the background.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ControlView {
    pub(super) strategy_id: Option<String>,
    /// `starting`, `running`, `stopping`, `stopped`, `restarting`, `panic` or `error`.
    pub(super) status: &'static str,
    pub(super) message: String,
    /// The sessions that end because of it.
    pub(super) stopped_sessions: Vec<String>,
    /// Positions that were not opened here are never taken over: always empty.
    pub(super) imported_positions: Vec<String>,
    /// Follow it at `/api/trading/operations/{id}`.
    pub(super) operation_id: String,
}

/// How far an operation is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OperationView {
    id: String,
    kind: String,
    /// `queued`, `running`, `succeeded` or `failed`.
    state: String,
    progress: String,
    strategy_id: Option<String>,
    session_id: Option<i64>,
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    error_code: Option<String>,
    error_message: Option<String>,
    requested_by: String,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<OperationRow> for OperationView {
    fn from(row: OperationRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            state: row.state,
            progress: row.progress,
            strategy_id: row.strategy_id,
            session_id: row.session_id,
            result: row.result.map(|result| result.0),
            error_code: row.error_code,
            error_message: row.error_message,
            requested_by: row.requested_by,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

/// Tells the desk what to do.
#[utoipa::path(
    post,
    path = "/trading/control",
    tag = "strangle desk",
    request_body = ControlRequest,
    responses(
        (status = 200, body = ControlView),
        (status = 404, description = "`config_not_found`", body = Problem),
        (status = 409, description = "`already_running`, `not_running`, `live_credentials_missing`, `live_trading_disabled`, `halted`, `entries_paused`", body = Problem),
        (status = 422, description = "`validation`, `expired_expiry`, `confirm_required`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.strangle.control_desk", skip_all)]
pub(super) async fn control_desk(
    State(app): State<Strangle>,
    caller: Caller,
    Json(request): Json<ControlRequest>,
) -> Result<Json<ControlView>, Problem> {
    require_desk(&app, &caller)?;
    tracing::info!(
        event = "control_command_received",
        action = ?request.action,
        user_id = %caller.user_id,
        "the desk is told to {:?}",
        request.action
    );
    let mut tx = app.db.write().await?;
    let open = sessions::find_open(&mut tx, app.environment(), &app.account).await?;
    let open = open.map(|session| session.strategy_id);
    let stop_mode = request.stop_mode.unwrap_or_default();
    let (command, status, message) = match request.action {
        ControlAction::Start => {
            if let Some(running) = &open {
                return Err(already_running(running));
            }
            let start = new_session(&app, &mut tx, &caller, &request).await?;
            (Command::Start(start), "starting", "the session is being opened".to_owned())
        }
        ControlAction::Restart => {
            if open.is_none() {
                return Err(not_running());
            }
            let start = new_session(&app, &mut tx, &caller, &request).await?;
            let message = "the session ends, then another is opened".to_owned();
            (Command::Restart { stop_mode, start }, "restarting", message)
        }
        ControlAction::Stop => {
            if open.is_none() {
                return Err(not_running());
            }
            (Command::Stop { stop_mode }, "stopping", "the session is being ended".to_owned())
        }
        ControlAction::Panic => {
            (Command::Panic, "panic", "everything of this desk is being closed".to_owned())
        }
        ControlAction::PauseEntries | ControlAction::Resume => {
            return switch(app, tx, &caller, request.action, open).await;
        }
    };
    let row = app.operation(&caller.tenant_id, &caller.user_id, command);
    insert(&mut tx, &row).await?;
    tx.commit().await?;
    app.announce(&caller.tenant_id, &row.id);

    let ends = request.action != ControlAction::Start;
    Ok(Json(ControlView {
        strategy_id: row.strategy_id.or_else(|| open.clone()),
        status,
        message,
        stopped_sessions: open.into_iter().filter(|_| ends).collect(),
        imported_positions: Vec::new(),
        operation_id: row.id,
    }))
}

pub(super) async fn insert(tx: &mut Tx, row: &OperationRow) -> Result<(), Problem> {
    match operations::insert(tx, row).await {
        Err(DbError::Unique(_)) => Err(conflict(
            "already_running",
            "A session is being opened",
            "Another start is on its way; wait for it.",
        )),
        added => Ok(added?),
    }
}

/// Pauses entries or allows them again. That is done at once: the engine reads it before each order.
async fn switch(
    app: Strangle,
    mut tx: Tx,
    caller: &Caller,
    action: ControlAction,
    open: Option<String>,
) -> Result<Json<ControlView>, Problem> {
    let now = app.trading_state(&mut tx).await?;
    if now.state == "halted" {
        return Err(conflict(
            "halted",
            "The kill switch is set",
            format!("{}. Set the trading state with PUT /api/risk/state.", now.reason),
        ));
    }
    let (state, message) = match action {
        ControlAction::PauseEntries => ("reducing", "nothing is opened from now on"),
        _ => ("active", "entries are allowed again"),
    };
    let new = NewState { state, flatten: false, reason: message.to_owned() };
    app.set_trading_state(&mut tx, &caller.user_id, &new).await?;
    let command = match action {
        ControlAction::PauseEntries => Command::PauseEntries,
        _ => Command::Resume,
    };
    let now = app.clock.now();
    let row = OperationRow {
        state: "succeeded".to_owned(),
        progress: "done".to_owned(),
        result: Some(platform::db::Json(json!({ "trading_state": state }))),
        started_at: Some(now),
        finished_at: Some(now),
        ..app.operation(&caller.tenant_id, &caller.user_id, command)
    };
    insert(&mut tx, &row).await?;
    tx.commit().await?;
    app.announce(&caller.tenant_id, &row.id);
    let status = if open.is_some() { "running" } else { "stopped" };
    Ok(Json(ControlView {
        strategy_id: open,
        status,
        message: message.to_owned(),
        stopped_sessions: Vec::new(),
        imported_positions: Vec::new(),
        operation_id: row.id,
    }))
}

/// Checks that a session may begin, and numbers it.
async fn new_session(
    app: &Strangle,
    tx: &mut Tx,
    caller: &Caller,
    request: &ControlRequest,
) -> Result<Box<StartOrder>, Problem> {
    let config = match &request.configuration_id {
        Some(id) => configs::find(tx, &caller.tenant_id, id).await?,
        None => configs::find_active(tx, &caller.tenant_id).await?,
    };
    let named = request.configuration_id.as_deref().unwrap_or("that is active");
    let config = config.ok_or_else(|| config_not_found(named))?;
    let now = app.clock.now();
    startable(app, request, &config.profile.0, now)?;
    let state = app.trading_state(tx).await?;
    match state.state {
        "active" => {}
        "reducing" => {
            return Err(conflict("entries_paused", "Entries are paused", "Resume them first."));
        }
        _ => {
            let detail = format!("{}. Set the trading state to active first.", state.reason);
            return Err(conflict("halted", "The kill switch is set", detail));
        }
    }
    let session_id = sessions::next_id(tx).await?;
    Ok(Box::new(StartOrder {
        session_id,
        strategy_id: format!("delta-strangle-{}-{session_id}", now.format("%Y%m%d%H%M%S")),
        config_id: config.id,
        config_version: config.version,
        profile: config.profile.0,
    }))
}

/// Checks what does not depend on what runs now.
fn startable(
    app: &Strangle,
    request: &ControlRequest,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    profile.check_expiry(now).map_err(refused)?;
    let venue = &app.settings.venue;
    if venue.venue == Venue::Sim {
        return Ok(());
    }
    if venue.credentials.is_none() {
        return Err(conflict(
            "live_credentials_missing",
            "The exchange's credentials are missing",
            "Set DELTA_API_KEY and DELTA_API_SECRET, or start the same profile on paper with \
             DELTA_ENV=sim.",
        ));
    }
    if !venue.live_trading {
        return Err(conflict(
            "live_trading_disabled",
            "Real orders are switched off",
            "Set DELTA_LIVE_TRADING=true, or start the same profile on paper with DELTA_ENV=sim.",
        ));
    }
    if venue.venue == Venue::Prod && request.confirm.as_deref() != Some(&*app.account) {
        let message = format!("must be the account's label, `{}`", app.account);
        return Err(field("/confirm", "confirm_required", message));
    }
    Ok(())
}

fn already_running(strategy: &str) -> Problem {
    conflict(
        "already_running",
        "A session is open",
        format!("`{strategy}` is open; stop or restart it."),
    )
}

fn not_running() -> Problem {
    conflict(
        "not_running",
        "No session is open",
        "There is nothing to stop; `panic` works without a session.",
    )
}

/// Says how far an operation is.
#[utoipa::path(
    get,
    path = "/trading/operations/{id}",
    tag = "strangle desk",
    params(("id" = String, Path)),
    responses((status = 200, body = OperationView), (status = 404, body = Problem)),
)]
pub(super) async fn find_operation(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<OperationView>, Problem> {
    let mut tx = app.db.read().await?;
    let row = operations::find(&mut tx, &caller.tenant_id, &id).await?;
    Ok(Json(row.ok_or_else(|| operation_not_found(&id))?.into()))
}
