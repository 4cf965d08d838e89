//! `/ws/task-status` and `/ws/{user_id}`: updates of the caller's jobs over a WebSocket.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use futures::StreamExt as _;
use http::{HeaderMap, StatusCode, header};
use platform::auth::{Caller, Role};
use platform::events::Numbered;
use platform::http::sse::Message;
use platform::http::{Path, Query, ws};
use platform::jobs::TOPIC;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problems::switched_off;
use crate::Credit;

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    OpenApiRouter::new().routes(routes!(connect_tasks)).routes(routes!(connect_own_tasks))
}

/// Which task.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskQuery {
    /// Only this one; all of the caller's tenant if absent.
    task_id: Option<String>,
}

/// Streams what happens to the jobs of credit of your tenant.
///
/// The caller is known before the connection is accepted. Messages are `{type, id, data}` with
/// `type` one of `connection_established`, `task_update`, `completed`, `error`, `reset`; a message
/// `{"type": "ping"}` is answered with `{"type": "pong"}`.
#[utoipa::path(
    get,
    path = "/ws/task-status",
    tag = "jobs",
    params(TaskQuery),
    responses(
        (status = 101, description = "Messages follow"),
        (status = 403, description = "`switched_off`", body = Problem),
        (status = 426, description = "The request does not ask for a WebSocket", body = Problem),
    ),
)]
pub(super) async fn connect_tasks(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<TaskQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    connect(&app, caller, query.task_id, &headers, upgrade)
}

/// The same for clients that name themselves; the name must be theirs.
#[utoipa::path(
    get,
    path = "/ws/{user_id}",
    tag = "jobs",
    params(("user_id" = String, Path), TaskQuery),
    responses(
        (status = 101, description = "Messages follow"),
        (status = 403, description = "`foreign_user`, `switched_off`", body = Problem),
        (status = 426, description = "The request does not ask for a WebSocket", body = Problem),
    ),
)]
pub(super) async fn connect_own_tasks(
    State(app): State<Credit>,
    caller: Caller,
    Path(user_id): Path<String>,
    Query(query): Query<TaskQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    if headers.contains_key(header::UPGRADE) && user_id != caller.user_id {
        let problem =
            Problem::new(StatusCode::FORBIDDEN, "foreign_user", "This is not your connection");
        return Err(problem.detail("Connect to /ws/task-status, or with your own user id."));
    }
    connect(&app, caller, query.task_id, &headers, upgrade)
}

fn connect(
    app: &Credit,
    caller: Caller,
    task_id: Option<String>,
    headers: &HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    if !app.settings.stress.features.websocket {
        return Err(switched_off("Updates over WebSockets"));
    }
    let hello = Message {
        id: None,
        kind: "connection_established",
        data: json!({ "user_id": caller.user_id, "task_id": task_id }),
    };
    let updates = app.events.follow(None).filter_map(move |numbered| {
        std::future::ready(update(numbered, &caller, task_id.as_deref()))
    });
    let messages = futures::stream::iter([hello]).chain(updates);
    ws::push(upgrade, headers, &app.tasks, messages)
}

/// An event as a message, if it is for the caller.
fn update(numbered: Numbered, caller: &Caller, task_id: Option<&str>) -> Option<Message<Value>> {
    let Numbered { id, event } = numbered;
    let id = Some(id.to_string());
    if event.is_reset() {
        return Some(Message { id, kind: "reset", data: event.data });
    }
    let text = |name: &str| event.data.get(name).and_then(Value::as_str);
    let mine = event.topic == TOPIC
        && event.tenant_id == caller.tenant_id
        && text("service") == Some("credit")
        && caller.may("credit", Role::Viewer)
        && task_id.is_none_or(|wanted| text("id") == Some(wanted));
    if !mine {
        return None;
    }
    let kind = match event.kind.as_str() {
        "job_succeeded" => "completed",
        "job_failed" | "job_cancelled" => "error",
        _ => "task_update",
    };
    let progress = event.data.get("progress").and_then(Value::as_f64).unwrap_or(0.0);
    let data = json!({
        "task_id": text("id"),
        "status": text("state").unwrap_or("queued"),
        "progress": 100.0 * progress,
        "message": text("message").unwrap_or_default(),
        "data": event.data.get("result"),
    });
    Some(Message { id, kind, data })
}
