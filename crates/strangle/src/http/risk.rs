//! `/risk`: the kill switch and the guards of the account.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::db::Exact;
use platform::http::{Json, Page, PageQuery, Query};
use platform::problem::{FieldError, Problem};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::problems::{conflict, field};
use crate::Strangle;
use crate::desk::topics;
use crate::guards::NewState;
use crate::http::require_desk;
use crate::kill::TradingState;
use crate::store::risk_events::{self, RiskEventRow};
use crate::store::risk_limits::{self, LimitsRow};

/// What trading is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WantedState {
    /// Everything.
    Active,
    /// Nothing that adds exposure.
    Reducing,
    /// Nothing but the way out.
    Halted,
}

/// The kill switch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TradingStateView {
    /// `active`, `reducing` or `halted`.
    state: &'static str,
    /// Whether what is open is closed as well.
    flatten: bool,
    reason: String,
    /// `row`, `environment` or `file`; what the environment or the file `KILL` say cannot be
    /// changed here.
    source: &'static str,
    changed_by: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    version: i64,
}

/// A turn of the kill switch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TradingStateChange {
    state: WantedState,
    /// Why; 1 to 500 letters.
    reason: String,
    /// With `halted`: close what is open as well.
    #[serde(default)]
    flatten: bool,
}

/// The guards of the account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitsView {
    /// No new session on a day that has lost this much, USD; absent switches it off.
    max_daily_loss: Option<String>,
    max_sessions_per_day: i64,
    max_orders_per_minute: i64,
    max_lots_per_leg: i64,
    changed_by: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    /// 0 as long as the settings of the process hold.
    version: i64,
}

/// New guards.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the settings")]
pub(super) struct LimitsChange {
    #[schema(value_type = Option<String>)]
    max_daily_loss: Option<Decimal>,
    #[schema(value_type = i64, required = true, minimum = 1, maximum = 100)]
    max_sessions_per_day: Option<i64>,
    #[schema(value_type = i64, required = true, minimum = 1, maximum = 1000)]
    max_orders_per_minute: Option<i64>,
    #[schema(value_type = i64, required = true, minimum = 1, maximum = 100_000)]
    max_lots_per_leg: Option<i64>,
}

/// New guards that have been checked.
struct CheckedLimits {
    sessions_per_day: i64,
    orders_per_minute: i64,
    lots_per_leg: i64,
}

/// Somebody changed a guard, or a guard refused something.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RiskEventView {
    id: String,
    kind: String,
    /// `info`, `warning` or `critical`.
    severity: String,
    message: String,
    session_id: Option<i64>,
    actor: String,
    at: DateTime<Utc>,
    #[schema(value_type = Object)]
    payload: Value,
}

impl From<TradingState> for TradingStateView {
    fn from(now: TradingState) -> Self {
        Self {
            state: now.state,
            flatten: now.flatten,
            reason: now.reason,
            source: now.source,
            changed_by: now.row.as_ref().map(|row| row.changed_by.clone()),
            changed_at: now.row.as_ref().map(|row| row.changed_at),
            version: now.row.map_or(0, |row| row.version),
        }
    }
}

impl From<LimitsRow> for LimitsView {
    fn from(row: LimitsRow) -> Self {
        Self {
            max_daily_loss: row.max_daily_loss.map(|loss| crate::domain::number::exact(loss.0)),
            max_sessions_per_day: row.max_sessions_per_day,
            max_orders_per_minute: row.max_orders_per_minute,
            max_lots_per_leg: row.max_lots_per_leg,
            changed_by: (row.version > 0).then_some(row.changed_by),
            changed_at: (row.version > 0).then_some(row.changed_at),
            version: row.version,
        }
    }
}

impl From<RiskEventRow> for RiskEventView {
    fn from(row: RiskEventRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            severity: row.severity,
            message: row.message,
            session_id: row.session_id,
            actor: row.actor,
            at: row.at,
            payload: row.payload.0,
        }
    }
}

/// Says what trading is allowed.
#[utoipa::path(
    get,
    path = "/risk/state",
    tag = "strangle risk",
    responses((status = 200, body = TradingStateView)),
)]
pub(super) async fn find_trading_state(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<TradingStateView>, Problem> {
    require_desk(&app, &caller)?;
    let mut tx = app.db.read().await?;
    Ok(Json(app.trading_state(&mut tx).await?.into()))
}

/// Turns the kill switch. It works without a session and survives a restart.
#[utoipa::path(
    put,
    path = "/risk/state",
    tag = "strangle risk",
    request_body = TradingStateChange,
    responses(
        (status = 200, body = TradingStateView),
        (status = 409, description = "`kill_switch_set`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.strangle.update_trading_state", skip_all)]
pub(super) async fn update_trading_state(
    State(app): State<Strangle>,
    caller: Caller,
    Json(change): Json<TradingStateChange>,
) -> Result<Json<TradingStateView>, Problem> {
    require_desk(&app, &caller)?;
    let length = change.reason.trim().chars().count();
    if !(1..=500).contains(&length) {
        return Err(field("/reason", "invalid_reason", "must have 1 to 500 letters"));
    }
    if change.flatten && change.state != WantedState::Halted {
        return Err(field("/flatten", "not_allowed", "goes with `halted` only"));
    }
    let state = match change.state {
        WantedState::Active => "active",
        WantedState::Reducing => "reducing",
        WantedState::Halted => "halted",
    };
    let mut tx = app.db.write().await?;
    let now = app.trading_state(&mut tx).await?;
    if now.source != "row" && change.state != WantedState::Halted {
        return Err(conflict(
            "kill_switch_set",
            "The kill switch is set outside",
            format!("{}; remove it there first.", now.reason),
        ));
    }
    let new = NewState { state, flatten: change.flatten, reason: change.reason.trim().to_owned() };
    app.set_trading_state(&mut tx, &caller.user_id, &new).await?;
    let now = app.trading_state(&mut tx).await?;
    tx.commit().await?;
    app.announce(&caller.tenant_id, "risk_state");
    let told = json!({ "id": "trading_state", "state": now.state, "reason": now.reason });
    app.tell(topics::SESSION, "risk", &caller.tenant_id, told);
    Ok(Json(now.into()))
}

/// Returns the guards of the account.
#[utoipa::path(
    get,
    path = "/risk/limits",
    tag = "strangle risk",
    responses((status = 200, body = LimitsView)),
)]
pub(super) async fn find_risk_limits(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<LimitsView>, Problem> {
    require_desk(&app, &caller)?;
    let mut tx = app.db.read().await?;
    Ok(Json(app.limits(&mut tx).await?.into()))
}

/// Sets the guards of the account.
#[utoipa::path(
    put,
    path = "/risk/limits",
    tag = "strangle risk",
    request_body = LimitsChange,
    responses(
        (status = 200, body = LimitsView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.strangle.update_risk_limits", skip_all)]
pub(super) async fn update_risk_limits(
    State(app): State<Strangle>,
    caller: Caller,
    Json(change): Json<LimitsChange>,
) -> Result<Json<LimitsView>, Problem> {
    require_desk(&app, &caller)?;
    let checked = check_limits(&change)?;
    let mut tx = app.db.write().await?;
    let row = LimitsRow {
        environment: app.environment().to_owned(),
        account: app.account.to_string(),
        tenant_id: caller.tenant_id.clone(),
        max_daily_loss: change.max_daily_loss.map(Exact),
        max_sessions_per_day: checked.sessions_per_day,
        max_orders_per_minute: checked.orders_per_minute,
        max_lots_per_leg: checked.lots_per_leg,
        changed_by: caller.user_id.clone(),
        changed_at: app.clock.now(),
        version: 1,
    };
    let before = LimitsView::from(app.limits(&mut tx).await?);
    risk_limits::put(&mut tx, &row).await?;
    let after = LimitsView::from(app.limits(&mut tx).await?);
    let payload = json!({ "before": before, "after": after });
    let message = "the account's guards were changed".to_owned();
    let event = app.risk_event("limits", "info", message, payload, &caller.user_id);
    risk_events::insert(&mut tx, &event).await?;
    tx.commit().await?;
    app.announce(&caller.tenant_id, "risk_limits");
    Ok(Json(after))
}

fn check_limits(change: &LimitsChange) -> Result<CheckedLimits, Problem> {
    let mut errors = Vec::new();
    let mut number = |pointer, value: Option<i64>, most| {
        let (code, message) = match value {
            Some(value) if (1..=most).contains(&value) => return value,
            Some(value) => ("out_of_range", format!("must be 1 to {most}, was {value}")),
            None => ("missing", format!("is missing: give 1 to {most}")),
        };
        errors.push(FieldError::new(pointer, code, message));
        0
    };
    let checked = CheckedLimits {
        sessions_per_day: number("/max_sessions_per_day", change.max_sessions_per_day, 100),
        orders_per_minute: number("/max_orders_per_minute", change.max_orders_per_minute, 1_000),
        lots_per_leg: number("/max_lots_per_leg", change.max_lots_per_leg, 100_000),
    };
    if change.max_daily_loss.is_some_and(|loss| loss <= Decimal::ZERO) {
        let message = "must be above 0; leave it out to switch it off";
        errors.push(FieldError::new("/max_daily_loss", "out_of_range", message));
    }
    if errors.is_empty() { Ok(checked) } else { Err(Problem::invalid(errors)) }
}

/// Lists who changed a guard and what guards refused, newest first.
#[utoipa::path(
    get,
    path = "/risk/events",
    tag = "strangle risk",
    params(PageQuery),
    responses((status = 200, body = Page<RiskEventView>)),
)]
pub(super) async fn list_risk_events(
    State(app): State<Strangle>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<RiskEventView>>, Problem> {
    let limit = page.limit()?;
    // An id sorts before the letter after its prefix.
    let before = page.after::<String>()?.unwrap_or_else(|| "s".to_owned());
    let mut tx = app.db.read().await?;
    let rows = risk_events::list(&mut tx, &caller.tenant_id, &before, i64::from(limit) + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), RiskEventView::from)))
}
