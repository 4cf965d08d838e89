//! Changes which lines are written, in all processes.

use axum::extract::State;
use platform::auth::Caller;
use platform::events::Event;
use platform::http::Json;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

use crate::App;
use crate::writer;

const TOPIC: &str = "logs";
const KIND: &str = "log_level_changed";

/// Which lines are written.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogLevel {
    /// `debug`, `info`, `warn`, `error`, or directives such as `info,credit=debug`.
    #[schema(example = "info,credit=debug")]
    level: String,
}

/// Changes which lines are written, until the next start, in all processes.
#[utoipa::path(
    put, path = "/api/logs/level", operation_id = "update_log_level", tag = "logs",
    request_body = LogLevel,
    responses(
        (status = 200, description = "It was changed", body = LogLevel),
        (status = 409, description = "`log_not_started`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    )
)]
#[tracing::instrument(name = "http.logbook.update_log_level", skip_all)]
pub(super) async fn update_log_level(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<LogLevel>,
) -> Result<Json<LogLevel>, Problem> {
    writer::set_level(&new.level)?;
    tracing::warn!(
        event = "log_level_changed",
        level = new.level,
        user_id = caller.user_id,
        "log level changed to {}",
        new.level
    );
    app.context.events.publish(Event {
        topic: TOPIC.to_owned(),
        kind: KIND.to_owned(),
        tenant_id: caller.tenant_id,
        data: serde_json::json!({ "level": new.level }),
    });
    Ok(Json(new))
}

/// Does in this process what was done in another.
pub(crate) async fn follow_changes(app: App) {
    let mut events = app.context.events.subscribe();
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = app.context.tasks.stopping() => return,
        };
        match event {
            Ok(event) if event.topic == TOPIC && event.kind == KIND => {
                let level = event.data.get("level").and_then(serde_json::Value::as_str);
                if let Some(Err(error)) = level.map(writer::set_level) {
                    tracing::warn!(error = %error, "log level of another process not taken over");
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
