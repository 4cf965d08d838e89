//! What the desk is doing, without an engine.

use axum::body::Body;
use futures::StreamExt as _;
use http::{Request, StatusCode};
use platform::events::Event;
use serde_json::json;

use crate::desk::{Seed, active_config, start, start_with};

#[tokio::test]
async fn an_idle_desk_says_what_it_would_do() {
    let app = start().await;
    let (status, runtime) = app.get("/api/trading/runtime").await;
    assert_eq!(status, StatusCode::OK, "{runtime}");
    assert_eq!((&runtime["status"], &runtime["active"]), (&json!("idle"), &json!(false)));
    assert_eq!((&runtime["mode"], &runtime["environment"]), (&json!("simulation"), &json!("sim")));
    assert_eq!(runtime["allowed_actions"], json!(["panic", "pause_entries"]));

    active_config(&app).await;
    let (_, runtime) = app.get("/api/trading/runtime").await;
    assert_eq!(runtime["allowed_actions"], json!(["start", "panic", "pause_entries"]));
    assert_eq!(runtime["config"]["name"], "Paper");
}

#[tokio::test]
async fn a_session_that_nobody_watches_raises_an_alarm() {
    let app = start().await;
    let id = active_config(&app).await;
    Seed::open(1, &id).write(&app).await;

    let (_, runtime) = app.get("/api/trading/runtime").await;
    assert_eq!(runtime["status"], "live");
    assert_eq!(runtime["alerts"][0]["code"], "engine_silent");
    let (_, heartbeat) = app.get("/api/trading/heartbeat").await;
    assert_eq!((&heartbeat["silent"], &heartbeat["status"]), (&json!(true), &json!("live")));
    assert_eq!(heartbeat["active_configuration_id"], json!(id));
    let (_, exposure) = app.get("/api/trading/risk-snapshot?basis=mark").await;
    assert_eq!((&exposure["basis"], &exposure["ladder"]), (&json!("mark"), &json!([])));
}

#[tokio::test]
async fn missing_credentials_show_before_anybody_starts() {
    let app = start_with(&[("DELTA_ENV", "testnet")]).await;
    active_config(&app).await;
    let (_, runtime) = app.get("/api/trading/runtime").await;
    assert_eq!(
        (&runtime["mode"], &runtime["mode_reason"]),
        (&json!("live"), &json!("missing_credentials"))
    );
    assert_eq!(runtime["allowed_actions"], json!(["panic", "pause_entries"]));
    let (status, problem) = app.get("/api/sim/status").await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("no_simulator")));
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_taken_back() {
    let app = start().await;
    let (status, problem) = app.get("/api/trading/chain?underlying=ETH").await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("unavailable"))
    );
    let mut tx = app.context.db.read().await.unwrap();
    let (left,): (i64,) =
        tx.query("SELECT COUNT(*) FROM trading_operations").fetch_one().await.unwrap();
    assert_eq!(left, 0);
    let (status, problem) = app.get("/api/trading/chain?underlying=DOGE").await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("validation"))
    );
}

#[tokio::test]
async fn the_stream_begins_with_a_picture_and_carries_what_happens_to_this_tenant() {
    let app = start().await;
    let request = Request::get("/api/trading/stream").body(Body::empty()).unwrap();
    let response = app.open(request).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut frames = response.into_body().into_data_stream();
    let mut next =
        async || String::from_utf8(frames.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(next().await.contains("event: runtime"));

    for (tenant, id) in [("other", 1), ("default", 2)] {
        app.context.events.publish(Event {
            topic: "strangle.session".to_owned(),
            kind: "fill".to_owned(),
            tenant_id: tenant.to_owned(),
            data: json!({ "id": id }),
        });
    }
    let frame = next().await;
    assert!(frame.contains("event: fill") && frame.contains("{\"id\":2}"), "{frame}");
    assert!(frame.contains("\nid: ") || frame.starts_with("id: "), "{frame}");
}

#[tokio::test]
async fn a_comparison_is_asked_for_and_the_newest_is_shown() {
    let app = start().await;
    assert_eq!(app.get("/api/trading/reconciliation").await.1, json!({ "last": null }));
    let (status, started) = app.post("/api/trading/reconciliation/run", json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let path = format!("/api/trading/operations/{}", started["operation_id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.1["kind"], "reconcile");
}
