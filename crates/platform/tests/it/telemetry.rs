//! Traces arrive at a collector.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use platform::telemetry;
use tokio::sync::mpsc;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::serve;

#[tokio::test(flavor = "multi_thread")]
async fn spans_are_delivered_to_the_collector() {
    let (sender, mut received) = mpsc::unbounded_channel();
    let collect = move |body: Bytes| {
        let sender = sender.clone();
        async move { sender.send(body).unwrap() }
    };
    let url = serve(Router::new().route("/v1/traces", post(collect))).await;
    let (layer, telemetry) = telemetry::layer(&url, "1.2.3").unwrap();

    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("price_the_pool", pool = "Hartwell").in_scope(|| ());
    });
    tokio::task::spawn_blocking(move || telemetry.shutdown()).await.unwrap();

    let body = received.recv().await.unwrap();
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("price_the_pool") && text.contains("Hartwell"), "{text}");
    assert!(text.contains("quintet") && text.contains("1.2.3"), "{text}");
}
