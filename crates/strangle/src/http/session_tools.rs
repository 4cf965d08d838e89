//! The path of a session's profit, and sessions that were left behind.

use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use platform::auth::Caller;
use platform::http::{Json, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::problems::field;
use super::sessions::find;
use crate::Strangle;
use crate::domain::number::rounded;
use crate::http::require_desk;
use crate::picture::SILENT;
use crate::store::pnl_points::{self, PointRow};
use crate::store::{intents, legs, risk_events, runtime_snapshots, sessions};

/// How fine the path is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PathQuery {
    /// Seconds between two points, 1 to 86400; as fine as it is kept if absent.
    #[param(minimum = 1, maximum = 86_400)]
    resolution: Option<i64>,
}

/// The path of the profit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PnlPath {
    session_id: i64,
    strategy_id: String,
    points: Vec<PnlPoint>,
}

/// The profit at one moment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PnlPoint {
    at: DateTime<Utc>,
    /// After fees, USD.
    net: f64,
    gross: f64,
    fees: f64,
    spot: Option<f64>,
}

/// What became of sessions that were left behind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CleanupView {
    /// Sessions that are proven flat and were ended.
    closed: Vec<String>,
    /// Sessions that a person must look at.
    needs_attention: Vec<NeedsAttention>,
}

/// A session that cannot be ended by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NeedsAttention {
    strategy_id: String,
    reason: String,
}

impl From<PointRow> for PnlPoint {
    fn from(row: PointRow) -> Self {
        Self {
            at: row.at,
            net: rounded(row.net),
            gross: rounded(row.gross),
            fees: rounded(row.fees),
            spot: row.spot.map(rounded),
        }
    }
}

/// Keeps the first point, the last, and one in every `resolution` seconds.
fn thinned(points: Vec<PointRow>, resolution: TimeDelta) -> Vec<PointRow> {
    let last = points.last().map(|point| point.at);
    let mut next = None;
    let keep = |point: &PointRow| {
        let due = next.is_none_or(|next| point.at >= next);
        if due {
            next = Some(point.at + resolution);
        }
        due || Some(point.at) == last
    };
    let mut keep = keep;
    points.into_iter().filter(|point| keep(point)).collect()
}

/// Returns the path of a session's profit, at most 2000 points.
#[utoipa::path(
    get,
    path = "/trading/sessions/{id}/pnl",
    tag = "strangle sessions",
    params(("id" = String, Path), PathQuery),
    responses((status = 200, body = PnlPath), (status = 404, body = Problem)),
)]
pub(super) async fn find_session_pnl(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<Json<PnlPath>, Problem> {
    if query.resolution.is_some_and(|seconds| !(1..=86_400).contains(&seconds)) {
        return Err(field("/query/resolution", "out_of_range", "must be 1 to 86400"));
    }
    let mut tx = app.db.read().await?;
    let session = find(&mut tx, &caller, &id).await?;
    let mut points = pnl_points::list(&mut tx, session.id).await?;
    if let Some(seconds) = query.resolution {
        points = thinned(points, TimeDelta::seconds(seconds));
    }
    Ok(Json(PnlPath {
        session_id: session.id,
        strategy_id: session.strategy_id,
        points: points.into_iter().map(Into::into).collect(),
    }))
}

/// Ends a session that nobody runs and that is proven flat; others are listed.
#[utoipa::path(
    post,
    path = "/trading/sessions/cleanup",
    tag = "strangle sessions",
    responses((status = 200, body = CleanupView)),
)]
#[tracing::instrument(name = "http.strangle.clean_up_sessions", skip_all)]
pub(super) async fn clean_up_sessions(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<CleanupView>, Problem> {
    require_desk(&app, &caller)?;
    let mut view = CleanupView { closed: Vec::new(), needs_attention: Vec::new() };
    let mut tx = app.db.write().await?;
    let open = sessions::find_open(&mut tx, app.environment(), &app.account).await?;
    let Some(mut session) = open else { return Ok(Json(view)) };
    let name = session.strategy_id.clone();
    let picture = runtime_snapshots::find(&mut tx, app.environment(), &app.account).await?;
    let now = app.clock.now();
    let watched = picture.is_some_and(|picture| {
        picture.session_id == Some(session.id) && now - picture.last_tick_at <= SILENT
    });
    let held = legs::list(&mut tx, session.id).await?.iter().any(|leg| leg.open_qty != 0);
    let unproven = !intents::list_open(&mut tx, session.id).await?.is_empty();
    let reason = match (watched, held, unproven) {
        (true, ..) => Some("a process runs it"),
        (_, true, _) => Some("a leg is open; reconcile, then stop or panic"),
        (.., true) => Some("the fate of an order is not known; reconcile first"),
        _ => None,
    };
    if let Some(reason) = reason {
        view.needs_attention.push(NeedsAttention { strategy_id: name, reason: reason.to_owned() });
        return Ok(Json(view));
    }
    "closed".clone_into(&mut session.state);
    "stopped".clone_into(&mut session.status);
    session.deactivated_at = Some(now);
    session.updated_at = now;
    session.exit_reason.get_or_insert_with(|| "manual".to_owned());
    sessions::update(&mut tx, &session).await?;
    let message = format!("{name} was left behind and is flat: ended");
    let payload = json!({ "strategy_id": name });
    let event = app.risk_event("cleanup", "warning", message, payload, &caller.user_id);
    risk_events::insert(&mut tx, &event).await?;
    tx.commit().await?;
    view.closed.push(name);
    Ok(Json(view))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_path_keeps_its_ends() {
        let begin: DateTime<Utc> = "2026-01-15T04:00:00Z".parse().unwrap();
        let point = |second| PointRow {
            session_id: 1,
            at: begin + TimeDelta::seconds(second),
            tenant_id: "default".into(),
            net: 0.0,
            gross: 0.0,
            fees: 0.0,
            spot: None,
        };

        let kept = thinned((0..=25).map(point).collect(), TimeDelta::seconds(10));

        let seconds: Vec<i64> = kept.iter().map(|point| (point.at - begin).num_seconds()).collect();
        assert_eq!(seconds, [0, 10, 20, 25]);
    }
}
