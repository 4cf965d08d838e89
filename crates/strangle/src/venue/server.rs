//! A hosted exchange behind HTTP and WebSocket: it moves bytes, and nothing else.
//!
//! Requests go to `/v2/…` and `/sim/…`; the public socket is `/public`, the private one `/private`.
//! It has no protection of its own, so it listens where only this machine can reach it.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use delta_sim::rest::Request;
use delta_sim::socket::{Feed, Frame};
use futures::stream;
use platform::tasks::Tasks;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::host::{Host, Reply};

/// How long a client that gets no answer is kept waiting before the connection is dropped.
const SILENCE: Duration = Duration::from_mins(2);
/// A code that no close frame carries: the connection just ends.
const ABNORMAL: u16 = 1006;

/// Serves until the process stops.
///
/// # Errors
///
/// Returns the error of the listener.
pub async fn serve(listener: TcpListener, host: Host, tasks: &Tasks) -> io::Result<()> {
    let stop = tasks.stop_token();
    let service = router(host).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
}

fn router(host: Host) -> Router {
    Router::new()
        .route("/public", get(public))
        .route("/private", get(private))
        .fallback(answer)
        .with_state(host)
}

async fn answer(
    State(host): State<Host>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if uri.path() == "/sim/clock"
        && let Some(speed) = speed_in(&body)
    {
        return changed(&host, speed).await;
    }
    let request = Request {
        method: method.as_str().to_owned(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers: headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
        body: body.to_vec(),
        address: peer.ip().to_string(),
    };
    match host.request(request).await {
        Ok(Reply::Answer(response, delay)) => {
            let delay = Duration::from_micros(u64::try_from(delay.0).unwrap_or_default());
            host.time().sleep(delay).await;
            written(response)
        }
        Ok(Reply::Silence) => {
            tokio::select! {
                () = tokio::time::sleep(SILENCE) => {}
                () = host.stopped() => {}
            }
            broken()
        }
        // The request has been read, so the nearest to a refused connection is a broken one.
        Ok(Reply::Refused) | Err(_) => broken(),
    }
}

/// The pace of the clock is the host's.
fn speed_in(body: &[u8]) -> Option<f64> {
    serde_json::from_slice::<Value>(body).ok()?.get("speed")?.as_f64()
}

async fn changed(host: &Host, speed: f64) -> Response {
    if !(speed.is_finite() && speed > 0.0) {
        let error = json!({"code": "bad_schema", "context": {"speed": "must be above zero"}});
        let body = json!({"success": false, "error": error}).to_string();
        return (StatusCode::BAD_REQUEST, body).into_response();
    }
    match host.set_speed(speed).await {
        Ok(()) => {
            json!({"success": true, "result": {"speed": host.speed()}}).to_string().into_response()
        }
        Err(_) => broken(),
    }
}

fn written(response: delta_sim::rest::Response) -> Response {
    let mut built = Response::builder().status(response.status);
    for (name, value) in response.headers {
        // The length is counted by the server.
        if !name.eq_ignore_ascii_case("content-length") {
            built = built.header(name, value);
        }
    }
    built.body(Body::from(response.body)).unwrap_or_else(|_| broken())
}

/// An answer that breaks off before it can be read.
fn broken() -> Response {
    let end = io::Error::from(io::ErrorKind::ConnectionReset);
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(end)])))
}

async fn public(
    State(host): State<Host>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Infallible> {
    Ok(open(host, Feed::Public, peer, upgrade).await)
}

async fn private(
    State(host): State<Host>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Infallible> {
    Ok(open(host, Feed::Private, peer, upgrade).await)
}

async fn open(host: Host, feed: Feed, peer: SocketAddr, upgrade: WebSocketUpgrade) -> Response {
    match host.connect(feed, peer.ip().to_string()).await {
        Ok(Some(socket)) => upgrade.on_upgrade(move |client| carry(client, socket)),
        Ok(None) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Carries messages in both directions until one side ends.
async fn carry(mut client: WebSocket, mut socket: super::HostSocket) {
    loop {
        tokio::select! {
            frame = socket.frames.recv() => {
                let (message, is_last) = match frame {
                    Some(Frame::Text(text)) => (Message::text(text), false),
                    Some(Frame::Close { code: ABNORMAL, .. }) | None => return,
                    Some(Frame::Close { code, reason }) => {
                        (Message::Close(Some(CloseFrame { code, reason: reason.into() })), true)
                    }
                };
                if client.send(message).await.is_err() || is_last {
                    return;
                }
            }
            message = client.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if socket.send(text.to_string()).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            }
        }
    }
}
