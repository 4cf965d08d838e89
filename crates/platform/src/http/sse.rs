//! Server-sent events: the default way to push to a browser.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::{Stream, StreamExt as _};
use http::{HeaderName, HeaderValue};
use serde::Serialize;

use crate::problem::Problem;
use crate::tasks::Tasks;

/// One frame: the kind of event, its id for `Last-Event-ID`, and its data as JSON.
#[derive(Debug, Clone)]
pub struct Message<T> {
    /// Where a client that lost its connection goes on.
    pub id: Option<String>,
    /// What kind of event.
    pub kind: &'static str,
    /// The thing itself.
    pub data: T,
}

/// Sends a stream to the browser until either side ends it or the process stops.
///
/// A comment every 15 s keeps proxies from closing the connection.
pub fn stream<T: Serialize + Send + 'static>(
    tasks: &Tasks,
    messages: impl Stream<Item = Message<T>> + Send + 'static,
) -> Response {
    let stop = tasks.stop_token();
    let frames = messages.take_until(async move { stop.cancelled().await }).filter_map(
        |message| async move {
            let mut frame = Frame::default().event(message.kind);
            if let Some(id) = message.id {
                frame = frame.id(id);
            }
            frame.json_data(message.data).ok().map(Ok::<_, Infallible>)
        },
    );
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15)).text("keep-alive");
    let mut response = Sse::new(frames).keep_alive(keep_alive).into_response();
    // Tells nginx not to collect the stream before it sends it on.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Reads where a client wants to go on.
///
/// # Errors
///
/// Returns 400 if `Last-Event-ID` is not a number.
pub fn last_event_id(headers: &http::HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    value.to_str().ok().and_then(|text| text.parse().ok()).map(Some).ok_or_else(|| {
        Problem::new(http::StatusCode::BAD_REQUEST, "malformed_event_id", "Last-Event-ID is bad")
            .detail("Send the id of the last event you have seen, or leave it out.")
    })
}
