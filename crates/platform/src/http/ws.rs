//! WebSocket, where a guide names it: the same messages as [`super::sse`], and pings both ways.
//!
//! Cookies go with a WebSocket from any page, so a browser's `Origin` must be this host.

use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::{Stream, StreamExt as _};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::sse::Message;
use crate::problem::Problem;
use crate::tasks::Tasks;

/// The largest message that a client may send.
const MAX_MESSAGE: usize = 64 << 10;
/// How often the connection is tried.
const PING: Duration = Duration::from_secs(20);
/// A client that has not answered for so long is gone.
const SILENCE: Duration = Duration::from_mins(1);
/// "Going away": the process stops.
const GOING_AWAY: u16 = 1001;

/// Sends a stream over a WebSocket until either side ends it or the process stops.
///
/// # Errors
///
/// Returns 403 to a page of another origin, and 426 to a request that is not an upgrade.
pub fn push<T: Serialize + Send + 'static>(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    headers: &HeaderMap,
    tasks: &Tasks,
    messages: impl Stream<Item = Message<T>> + Send + 'static,
) -> Result<Response, Problem> {
    same_origin(headers)?;
    let upgrade = upgrade.map_err(|rejection| {
        Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", "This is a WebSocket")
            .detail(format!("Connect with a WebSocket client. {rejection}."))
    })?;
    let tasks = tasks.clone();
    Ok(upgrade.max_message_size(MAX_MESSAGE).on_upgrade(move |socket| async move {
        // The client went away: nobody is left to tell.
        let _ = talk(socket, tasks, messages).await;
    }))
}

async fn talk<T: Serialize>(
    mut socket: WebSocket,
    tasks: Tasks,
    messages: impl Stream<Item = Message<T>>,
) -> Result<(), axum::Error> {
    let mut messages = std::pin::pin!(messages);
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            () = tasks.stopping() => {
                let reason = Utf8Bytes::from_static("the server stops; connect again");
                let close = CloseFrame { code: GOING_AWAY, reason };
                return socket.send(Frame::Close(Some(close))).await;
            }
            message = messages.next() => {
                let Some(message) = message else { return socket.send(Frame::Close(None)).await };
                let text = json!({ "type": message.kind, "id": message.id, "data": message.data });
                socket.send(Frame::Text(text.to_string().into())).await?;
            }
            frame = socket.recv() => match frame {
                None | Some(Err(_) | Ok(Frame::Close(_))) => return Ok(()),
                Some(Ok(Frame::Text(text))) if text.contains("\"ping\"") => {
                    heard = Instant::now();
                    socket.send(Frame::Text(r#"{"type":"pong"}"#.into())).await?;
                }
                Some(Ok(_)) => heard = Instant::now(),
            },
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return socket.send(Frame::Close(None)).await;
                }
                socket.send(Frame::Ping(bytes::Bytes::new())).await?;
            }
        }
    }
}

fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return Ok(());
    };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if origin.split_once("://").is_some_and(|(_, authority)| authority == host) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "This page may not connect here")
        .detail("WebSockets are for pages of this host; use SSE or the API from elsewhere."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_origin_cannot_use_the_cookies_of_this_one() {
        let headers = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "desk.example:8080".parse().unwrap());
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            headers
        };
        assert!(same_origin(&headers("https://desk.example:8080")).is_ok());
        assert!(same_origin(&headers("https://evil.example")).is_err());
        assert!(same_origin(&headers("null")).is_err());
    }
}
