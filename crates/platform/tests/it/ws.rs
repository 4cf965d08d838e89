//! A WebSocket as a client sees it.

use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::routing::any;
use futures::{SinkExt as _, StreamExt as _, stream};
use http::HeaderMap;
use platform::http::sse::Message;
use platform::http::ws;
use platform::tasks::Tasks;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// Serves one message and then silence.
async fn serve(tasks: &Tasks) -> String {
    let state = tasks.clone();
    let handler = async move |headers: HeaderMap, upgrade: Upgrade| {
        let first = Message { id: Some("1".into()), kind: "job_progress", data: 42 };
        ws::push(upgrade, &headers, &state, stream::iter([first]).chain(stream::pending()))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/ws", any(handler));
    tasks.spawn("server", async move { axum::serve(listener, router).await.unwrap() });
    format!("{address}/ws")
}

#[tokio::test]
async fn messages_arrive_a_ping_is_answered_and_a_stop_says_goodbye() {
    let tasks = Tasks::default();
    let address = serve(&tasks).await;
    let (mut socket, _) = connect_async(format!("ws://{address}")).await.unwrap();

    assert_eq!(text(next(&mut socket).await), r#"{"type":"job_progress","id":"1","data":42}"#);
    socket.send(Frame::Text(r#"{"type":"ping"}"#.into())).await.unwrap();
    assert_eq!(text(next(&mut socket).await), r#"{"type":"pong"}"#);

    tasks.stop();
    let Frame::Close(Some(close)) = next(&mut socket).await else { panic!("no close frame") };
    assert_eq!(u16::from(close.code), 1001);
}

#[tokio::test]
async fn a_foreign_page_and_a_plain_request_are_refused() {
    let tasks = Tasks::default();
    let address = serve(&tasks).await;

    let mut foreign = format!("ws://{address}").into_client_request().unwrap();
    foreign.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    let error = connect_async(foreign).await.unwrap_err().to_string();
    assert!(error.contains("403"), "{error}");

    let plain = reqwest::get(format!("http://{address}")).await.unwrap();
    assert_eq!(plain.status().as_u16(), 426);
}

/// The next frame that is not a ping of the server.
#[expect(clippy::unwrap_used, reason = "part of a test")]
async fn next<S>(socket: &mut S) -> Frame
where
    S: futures::Stream<Item = Result<Frame, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(20), socket.next()).await;
        match frame.unwrap().unwrap().unwrap() {
            Frame::Ping(_) => {}
            frame => return frame,
        }
    }
}

fn text(frame: Frame) -> String {
    match frame {
        Frame::Text(text) => text.as_str().to_owned(),
        other => panic!("not text: {other:?}"),
    }
}
