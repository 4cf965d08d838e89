use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::start;

fn entries(count: usize) -> Value {
    json!({ "entries": vec![json!({"level": "warn", "message": "m"}); count] })
}

#[tokio::test]
async fn records_are_stored_under_their_columns_and_listed_for_administrators() {
    let app = start(&[]).await;
    let (status, body) = app
        .post(
            "/api/logs/batch",
            json!({"entries": [{
                "level": "warning", "message": "x".repeat(600), "event": "click",
                "timestamp": "2026-01-15T11:59:59.5Z", "sessionId": "s-1", "environment": "test",
                "source": "console", "appVersion": "1.2", "userId": "somebody else",
                "correlationId": "corr-0001", "requestId": "req-0001", "unknown": 1,
                "data": {"password": "p", "nested": [{"apiKey": "k"}], "n": 1},
            }]}),
        )
        .await;
    assert_eq!((status, body), (StatusCode::ACCEPTED, json!({"stored": 1})));

    let (_, page) = app.get("/api/logs/frontend?level=WARN&sessionId=s-1&search=XXX").await;
    assert_eq!(
        page,
        json!({"total": 1, "page": 1, "page_size": 50, "items": [{
            "id": 1, "created_at": "2026-01-15T12:00:00Z",
            "logged_at": "2026-01-15T11:59:59.500Z", "level": "WARN", "message": "x".repeat(512),
            "event": "click", "session_id": "s-1", "environment": "test", "source": "console",
            "app_version": "1.2", "user_id": "user_test", "correlation_id": "corr-0001",
            "request_id": "req-0001",
            "data": {"password": "***", "nested": [{"apiKey": "***"}], "n": 1},
        }]})
    );
    let other = app.with_header("x-test-tenant", "elsewhere");
    assert_eq!(other.get("/api/logs/frontend").await.1["total"], 0);
}

#[tokio::test]
async fn a_batch_needs_the_key_or_a_caller() {
    let open = start(&[]).await;
    let path = "/api/logs/batch";
    assert_eq!(open.anonymous().post(path, entries(1)).await.0, StatusCode::UNAUTHORIZED);
    let guess = open.anonymous().with_header("x-log-api-key", "");
    assert_eq!(guess.post(path, entries(1)).await.0, StatusCode::UNAUTHORIZED);

    let keyed = start(&[("LOG_INGEST_API_KEY", "k")]).await;
    let status = |app: testkit::TestApp| async move { app.post(path, entries(1)).await.0 };
    assert_eq!(status(keyed.anonymous()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(keyed.clone()).await, StatusCode::ACCEPTED);
    assert_eq!(status(keyed.with_header("x-log-api-key", "x")).await, StatusCode::UNAUTHORIZED);
    let good = keyed.anonymous().with_header("x-log-api-key", "k");
    assert_eq!(status(good).await, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn bad_batches_store_nothing_and_say_why() {
    let app = start(&[]).await;
    let send = |body: String, mime: &'static str| {
        let app = app.clone();
        async move {
            let request = Request::post("/api/logs/batch").header("content-type", mime);
            let reply = app.request(request.body(Body::from(body)).unwrap()).await;
            (reply.status.as_u16(), reply.json()["code"].clone())
        }
    };
    let json = "application/json";
    let large = json!({"entries": [{"message": "x".repeat(256 * 1024)}]}).to_string();
    for (body, mime, status, code) in [
        (entries(0).to_string(), json, 422, "validation"),
        (entries(101).to_string(), json, 400, "batch_too_large"),
        ("{".to_owned(), json, 400, "malformed_json"),
        ("[]".to_owned(), json, 422, "validation"),
        (r#"{"entries":[{"message":5}]}"#.to_owned(), json, 422, "validation"),
        (r#"{"entries":[{"message":"m","level":"loud"}]}"#.to_owned(), json, 422, "validation"),
        (format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)), json, 422, "validation"),
        (large, json, 413, "body_too_large"),
        (entries(1).to_string(), "image/png", 415, "unsupported_media_type"),
    ] {
        assert_eq!(send(body, mime).await, (status, json!(code)), "{status} {code}");
    }
    assert_eq!(app.get("/api/logs/frontend").await.1["total"], 0);
    assert_eq!(send(entries(2).to_string(), "text/plain;charset=UTF-8").await.0, 202);
    assert_eq!(app.get("/api/logs/frontend").await.1["total"], 2);
}

#[tokio::test]
async fn a_flood_is_refused_with_the_time_to_wait() {
    let app = start(&[("LOG_INGEST_PER_MINUTE", "10")]).await;
    assert_eq!(app.post("/api/logs/batch", entries(10)).await.0, StatusCode::ACCEPTED);
    let request = Request::post("/api/logs/batch").header("content-type", "application/json");
    let reply = app.request(request.body(Body::from(entries(5).to_string())).unwrap()).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers["retry-after"], "31");
}
