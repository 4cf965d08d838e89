//! What every operation promises, whatever it does: refusals, headers, encodings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use platform::auth::{Access, AccessTable};
use platform::clock::Clock;
use platform::http::compose::{Mounted, Parts, compose};
use platform::ids::Ids;
use platform::settings::{Env, PlatformSettings};
use platform::tasks::Tasks;
use testkit::{HeaderAuthenticator, TestDb};
use tower::ServiceExt as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Answer;
use crate::server::Server;

struct Running {
    server: Server,
    bearer: String,
    _directory: tempfile::TempDir,
}

impl Running {
    fn start(settings: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::start_with_admin(directory.path(), settings, &[]);
        let bearer = server.sign_in();
        Self { server, bearer, _directory: directory }
    }

    fn call(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let headers = format!("{}{headers}", self.bearer);
        self.server.call(method, path, &headers, body).unwrap()
    }
}

#[test]
fn bodies_that_cannot_be_read_are_refused_with_the_reason() {
    let running = Running::start(&[]);
    let path = "/api/v1/tape-mappings";
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(2 << 20));
    running.call("POST", path, "", large.as_bytes()).assert_problem(413, "body_too_large");
    let text = "Content-Type: text/plain\r\n";
    running.call("POST", path, text, b"{}").assert_problem(415, "unsupported_media_type");
    for body in ["{", "{\"name\": nope}", "[", "\u{fffe}"] {
        running.call("POST", path, "", body.as_bytes()).assert_problem(400, "malformed_json");
    }
    for bomb in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        running.call("POST", path, "", bomb.as_bytes()).assert_problem(400, "malformed_json");
    }
    let wrong = running.call("POST", path, "", b"{\"name\": 7, \"mapping\": {}}");
    wrong.assert_problem(422, "validation");
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/name");
}

#[test]
fn addresses_and_methods_that_are_not_there_are_refused() {
    let running = Running::start(&[]);
    running.call("GET", "/api/v1/nothing", "", b"").assert_problem(404, "route_not_found");
    running.call("POST", "/nothing/here", "", b"{}").assert_problem(404, "route_not_found");
    for (method, path, allowed) in [
        ("DELETE", "/api/v1/pools", "GET,HEAD,POST"),
        ("POST", "/health", "GET,HEAD"),
        ("PATCH", "/api/v1/pools/pool_1", "GET,HEAD,PUT,DELETE"),
    ] {
        let answer = running.call(method, path, "", b"");
        answer.assert_problem(405, "method_not_allowed");
        let mut listed: Vec<_> = answer.header("allow").unwrap_or_default().split(',').collect();
        let mut expected: Vec<_> = allowed.split(',').collect();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{method} {path}");
    }
}

#[test]
fn another_host_is_misdirected_and_an_origin_elsewhere_is_not_let_in() {
    let running = Running::start(&[]);
    let elsewhere = running.call("GET", "/api/v1/pools", "Host: evil.example\r\n", b"");
    elsewhere.assert_problem(421, "unknown_host");
    let origin = "Origin: https://evil.example\r\n";
    let preflight = format!("{origin}Access-Control-Request-Method: POST\r\n");
    for (method, headers) in [("GET", origin), ("OPTIONS", preflight.as_str())] {
        let answer = running.call(method, "/api/v1/pools", headers, b"");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{}", answer.head);
    }

    let open = Running::start(&[("CORS_ORIGINS", "https://desk.example")]);
    let let_in = open.call("GET", "/api/v1/pools", "Origin: https://desk.example\r\n", b"");
    assert_eq!(let_in.header("access-control-allow-origin"), Some("https://desk.example"));
    let kept_out = open.call("GET", "/api/v1/pools", origin, b"");
    assert_eq!(kept_out.header("access-control-allow-origin"), None);
}

#[test]
fn every_answer_carries_the_ids_and_the_security_headers() {
    let running = Running::start(&[]);
    let ids = "X-Request-ID: request-17\r\nX-Correlation-ID: trade-42\r\n";
    for path in ["/api/v1/pools", "/nothing", "/health", "/"] {
        let answer = running.call("GET", path, ids, b"");
        assert_eq!(answer.header("x-request-id"), Some("request-17"), "{path}");
        assert_eq!(answer.header("x-correlation-id"), Some("trade-42"), "{path}");
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options"] {
            assert!(answer.header(name).is_some(), "{path} has no {name}");
        }
    }
    let hostile = format!("X-Request-ID: {}\r\n", "a".repeat(5_000));
    let drawn = running.call("GET", "/health", &hostile, b"");
    assert!(drawn.header("x-request-id").is_some_and(|id| id.len() < 200), "{}", drawn.head);
}

#[test]
fn head_answers_like_get_without_a_body() {
    let running = Running::start(&[]);
    for path in ["/api/v1/pools", "/health", "/openapi.json", "/"] {
        let (get, head) = (running.call("GET", path, "", b""), running.call("HEAD", path, "", b""));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
}

#[test]
fn large_answers_are_compressed_for_those_who_can_read_it() {
    let running = Running::start(&[]);
    let plain = running.call("GET", "/openapi.json", "", b"");
    assert_eq!(plain.header("content-encoding"), None);
    for encoding in ["gzip", "br"] {
        let headers = format!("Accept-Encoding: {encoding}\r\n");
        let packed = running.call("GET", "/openapi.json", &headers, b"");
        assert_eq!(packed.header("content-encoding"), Some(encoding));
        assert!(packed.body.len() * 3 < plain.body.len(), "{encoding}: {}", packed.body.len());
    }
}

#[test]
fn a_large_problem_can_be_read_by_those_who_asked_for_compression() {
    let running = Running::start(&[]);
    let assets: Vec<_> = (0..100).map(|_| serde_json::json!({ "balance": "nothing" })).collect();
    let body = serde_json::json!({ "pool_name": "Wrong", "assets": assets }).to_string();
    for encoding in ["gzip", "br", "zstd"] {
        let headers = format!("Accept-Encoding: {encoding}\r\n");
        let answer = running.call("POST", "/api/v1/pools", &headers, body.as_bytes());
        assert!(answer.body.len() > 2_000, "{}", answer.text());
        assert_eq!(answer.header("content-encoding"), None, "{}", answer.head);
        answer.assert_problem(422, "validation");
    }
}

#[test]
fn a_stream_that_is_compressed_has_an_end() {
    let running = Running::start(&[]);
    for encoding in ["gzip", "br", "zstd", "identity"] {
        let headers = format!("Accept-Encoding: {encoding}\r\n");
        let answer = running.call("GET", "/api/logs/backend/export", &headers, b"");
        assert_eq!(answer.status, 200, "{encoding}: {}", answer.text());
    }
    assert!(!running.server.stderr().contains("panic"), "{}", running.server.stderr());
}

#[test]
fn a_flood_of_connections_that_say_nothing_holds_up_nobody() {
    let running = Running::start(&[]);
    let silent: Vec<_> =
        (0..300).map(|_| crate::http::connect(running.server.port, 5).unwrap()).collect();
    let asked = std::time::Instant::now();
    assert_eq!(running.call("GET", "/api/v1/pools", "", b"").status, 200);
    assert!(asked.elapsed().as_secs() < 3, "took {:?}", asked.elapsed());
    drop(silent);
}

/// Always panics.
#[utoipa::path(post, path = "/panics", responses((status = 200, description = "Never")))]
async fn panics() -> StatusCode {
    panic!("the secret of the house")
}

/// Takes its time, and counts how often it came to its end.
#[utoipa::path(post, path = "/slow", responses((status = 201, description = "Done")))]
async fn slow(State(done): State<Arc<AtomicU32>>) -> (StatusCode, String) {
    tokio::time::sleep(Duration::from_millis(300)).await;
    (StatusCode::CREATED, (done.fetch_add(1, Ordering::SeqCst) + 1).to_string())
}

/// The two operations above behind all layers.
fn router(database: &TestDb, done: &Arc<AtomicU32>) -> Router {
    const ACCESS: AccessTable = &[("panics", Access::SignedIn), ("slow", Access::SignedIn)];
    let directory = database.directory.path().display().to_string();
    let mut env = Env::new([("DATA_DIR".to_owned(), directory)]);
    let routes = OpenApiRouter::new().routes(routes!(panics)).routes(routes!(slow));
    let parts = Parts {
        settings: Arc::new(PlatformSettings::read(&mut env)),
        tasks: Tasks::default(),
        clock: Clock::System,
        ids: Ids::Random,
        db: database.db.clone(),
        authenticator: Arc::new(HeaderAuthenticator),
        limiter: None,
        mounted: vec![Mounted {
            service: "test",
            routes: routes.with_state(done.clone()),
            access: ACCESS,
        }],
        fallback: None,
    };
    compose(parts).unwrap().router
}

fn keyed(path: &str) -> Request<Body> {
    Request::post(path)
        .header("host", "localhost")
        .header(HeaderAuthenticator::HEADER, "viewer")
        .header("idempotency-key", "key-1")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn a_panic_is_a_problem_without_detail_and_leaves_no_claim() {
    let (database, done) = (TestDb::create().await, Arc::default());
    let router = router(&database, &done);

    for _ in 0..2 {
        let response = router.clone().oneshot(keyed("/panics")).await.unwrap();

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("\"code\":\"internal\"") && !text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn a_keyed_write_whose_client_went_away_is_done_once_and_its_answer_is_kept() {
    let (database, done) = (TestDb::create().await, Arc::default());
    let router = router(&database, &done);

    let first = router.clone().oneshot(keyed("/slow"));
    let gone = tokio::time::timeout(Duration::from_millis(100), first).await;
    assert!(gone.is_err(), "the client goes away before the answer");

    let begun = Instant::now();
    let repeated = loop {
        let response = router.clone().oneshot(keyed("/slow")).await.unwrap();
        if response.status() != StatusCode::CONFLICT {
            break response;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the claim was left behind");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(repeated.status(), StatusCode::CREATED);
    assert_eq!(repeated.headers()["idempotent-replayed"], "true");
    assert_eq!(repeated.into_body().collect().await.unwrap().to_bytes(), "1");
    assert_eq!(done.load(Ordering::SeqCst), 1);
}
