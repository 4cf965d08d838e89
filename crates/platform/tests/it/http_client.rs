//! Asking other servers, which do not always behave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::any;
use http::{Method, StatusCode, header};
use platform::backoff::Backoff;
use platform::breaker::{self, BreakerOptions};
use platform::health::Status;
use platform::http_client::{HttpClient, HttpError, HttpOptions};
use serde_json::{Value, json};

use crate::support::serve;

/// A vendor that answers the same way `bad` times, and then well.
async fn vendor(status: StatusCode, bad: usize) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let answer = move || {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            if number < bad {
                (status, [(header::RETRY_AFTER, "0")], "{\"error\":\"busy\"}").into_response()
            } else {
                axum::Json(json!({"price": 7})).into_response()
            }
        }
    };
    (serve(Router::new().route("/price", any(answer))).await, asked)
}

fn client(target: &str) -> HttpClient {
    let options = HttpOptions {
        deadline: Duration::from_secs(3),
        timeout: Duration::from_millis(300),
        tries: 3,
        backoff: Backoff { base: Duration::from_millis(10), max: Duration::from_millis(20) },
        max_bytes: 1_000,
        breaker: BreakerOptions { failures: 4, open_for: Duration::from_millis(200) },
    };
    HttpClient::with_options(target, options)
}

#[tokio::test]
async fn a_busy_vendor_is_asked_again() {
    let (url, asked) = vendor(StatusCode::SERVICE_UNAVAILABLE, 2).await;
    let price: Value = client("busy").get_json(&format!("{url}/price")).await.unwrap();
    assert_eq!((price, asked.load(Ordering::SeqCst)), (json!({"price": 7}), 3));
}

#[tokio::test]
async fn what_might_have_an_effect_twice_is_sent_once_unless_it_has_a_key() {
    let (url, asked) = vendor(StatusCode::SERVICE_UNAVAILABLE, 2).await;
    let (url, client) = (format!("{url}/price"), client("orders"));
    let error = client.post_json::<_, Value>(&url, &json!({})).await.unwrap_err();
    assert!(matches!(error, HttpError::Status { status, .. } if status == 503));
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    let keyed = client.request(Method::POST, &url).header("idempotency-key", "order-1");
    assert_eq!(client.send(keyed).await.unwrap().status, StatusCode::OK);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_refusal_is_not_repeated_and_says_what_was_answered() {
    let (url, asked) = vendor(StatusCode::NOT_FOUND, 9).await;
    let error = client("refusing").get_json::<Value>(&format!("{url}/price")).await.unwrap_err();
    assert_eq!(error.to_string(), "refusing answered 404 Not Found");
    assert!(matches!(error, HttpError::Status { body, .. } if body == "{\"error\":\"busy\"}"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_vendor_that_fails_is_left_alone_and_then_tried_again() {
    let (url, asked) = vendor(StatusCode::INTERNAL_SERVER_ERROR, 4).await;
    let (url, client) = (format!("{url}/price"), client("failing"));
    for _ in 0..4 {
        client.get_json::<Value>(&url).await.unwrap_err();
    }
    assert!(matches!(client.get_json::<Value>(&url).await, Err(HttpError::LeftAlone(_))));
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    let finding = (breaker::check().look)().await;
    assert_eq!(finding.status, Status::Degraded);
    assert!(finding.detail.contains("failing"), "{}", finding.detail);

    tokio::time::sleep(Duration::from_millis(250)).await;
    client.get_json::<Value>(&url).await.unwrap();
    client.get_json::<Value>(&url).await.unwrap();
}

#[tokio::test]
async fn one_host_that_fails_does_not_close_the_way_to_another() {
    let (bad, _) = vendor(StatusCode::INTERNAL_SERVER_ERROR, 99).await;
    let (good, _) = vendor(StatusCode::OK, 0).await;
    let client = client("hosts");
    for _ in 0..5 {
        client.get_json::<Value>(&format!("{bad}/price")).await.unwrap_err();
    }
    client.get_json::<Value>(&format!("{good}/price")).await.unwrap();
}

#[tokio::test]
async fn a_call_ends_by_its_deadline_and_a_try_by_its_timeout() {
    let sleepy = Router::new()
        .route("/", any(|| async { tokio::time::sleep(Duration::from_mins(1)).await }));
    let url = serve(sleepy).await;
    let begun = Instant::now();
    let error = client("sleepy").get_json::<Value>(&url).await.unwrap_err();
    assert!(matches!(error, HttpError::TimedOut(_)));
    assert!((Duration::from_millis(850)..Duration::from_secs(3)).contains(&begun.elapsed()));

    let begun = Instant::now();
    let short = HttpClient::new("short", Duration::from_millis(200));
    short.get_json::<Value>(&url).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_millis(600), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn answers_that_are_too_long_or_not_json_are_errors() {
    let router = Router::new()
        .route("/long", any(|| async { "x".repeat(1_001) }))
        .route("/text", any(|| async { "seven" }))
        .route("/away", any(|| async { (StatusCode::FOUND, [(header::LOCATION, "/long")]) }));
    let (url, client) = (serve(router).await, client("odd"));
    let ask =
        async |path: &str| client.get_json::<Value>(&format!("{url}{path}")).await.unwrap_err();
    assert!(matches!(ask("/long").await, HttpError::TooLarge(_)));
    assert!(matches!(ask("/text").await, HttpError::Malformed(..)));
    let redirected = ask("/away").await;
    assert!(matches!(redirected, HttpError::Status { status, .. } if status == 302));
}

#[tokio::test]
async fn an_error_never_shows_the_address() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/?api_key=hush");
    let error = client("nobody").get_json::<Value>(&url).await.unwrap_err();
    assert!(matches!(error, HttpError::Unreachable(..)));
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
}
