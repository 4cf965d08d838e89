//! `/trading/stream`: what happens, as it happens.

use std::collections::VecDeque;

use axum::extract::State;
use axum::response::Response;
use futures::{Stream, StreamExt as _, stream};
use http::HeaderMap;
use platform::auth::Caller;
use platform::events::Numbered;
use platform::http::sse::{self, Message};
use platform::problem::Problem;
use serde_json::{Value, json};

use crate::Strangle;
use crate::desk::topics;
use crate::http::require_desk;

/// The kinds that a session's events have.
const KINDS: [&str; 5] = ["order", "fill", "risk", "spot", "log"];

/// Streams the desk as server-sent events `runtime`, `order`, `fill`, `risk`, `spot`, `log`.
///
/// It begins with a `runtime`. `Last-Event-ID` goes on after that event; where events were missed a
/// `reset` comes, then a `runtime`.
#[utoipa::path(
    get,
    path = "/trading/stream",
    tag = "strangle desk",
    params(("Last-Event-ID" = Option<u64>, Header, description = "The last event you have seen")),
    responses((status = 200, description = "Events", content_type = "text/event-stream")),
)]
pub(super) async fn stream_desk(
    State(app): State<Strangle>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require_desk(&app, &caller)?;
    let seen = sse::last_event_id(&headers)?;
    // Followed before the picture is taken, so that nothing lies between the two.
    let events = app.events.follow(seen);
    let first = picture(&app, None).await;
    let tasks = app.tasks.clone();
    Ok(sse::stream(&tasks, messages(app, caller.tenant_id, first, events)))
}

async fn picture(app: &Strangle, id: Option<u64>) -> Option<Message<Value>> {
    let picture = app.picture().await.ok()?;
    let data = serde_json::to_value(picture).ok()?;
    Some(Message { id: id.map(|id| id.to_string()), kind: "runtime", data })
}

fn messages(
    app: Strangle,
    tenant: String,
    first: Option<Message<Value>>,
    events: impl Stream<Item = Numbered> + Send + 'static,
) -> impl Stream<Item = Message<Value>> + Send {
    let ready: VecDeque<_> = first.into_iter().collect();
    let events = Box::pin(events);
    stream::unfold(
        (app, tenant, ready, events),
        |(app, tenant, mut ready, mut events)| async move {
            loop {
                if let Some(message) = ready.pop_front() {
                    return Some((message, (app, tenant, ready, events)));
                }
                let numbered = events.next().await?;
                ready.extend(translated(&app, &tenant, numbered).await);
            }
        },
    )
}

/// Turns an event into messages; most events are of no interest.
async fn translated(app: &Strangle, tenant: &str, numbered: Numbered) -> Vec<Message<Value>> {
    let Numbered { id, event } = numbered;
    if event.is_reset() {
        let reset = Message { id: Some(id.to_string()), kind: "reset", data: json!({}) };
        return std::iter::once(reset).chain(picture(app, Some(id)).await).collect();
    }
    if event.tenant_id != tenant {
        return Vec::new();
    }
    match event.topic.as_str() {
        topics::RUNTIME => picture(app, Some(id)).await.into_iter().collect(),
        topics::SESSION => {
            let kind = KINDS.into_iter().find(|kind| *kind == event.kind);
            let message = |kind| Message { id: Some(id.to_string()), kind, data: event.data };
            kind.map(message).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
