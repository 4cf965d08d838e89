//! Who may do what: every operation, asked by nobody, by the wrong role and by the right one.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::desk::start;

const VIEWER: [(&str, &str); 26] = [
    ("GET", "/configs"),
    ("GET", "/configs/"),
    ("GET", "/configs/config_1"),
    ("POST", "/configs/config_1/preview"),
    ("GET", "/configs/config_1/export"),
    ("GET", "/configs/config_1/versions"),
    ("GET", "/trading/operations/op_1"),
    ("GET", "/trading/heartbeat"),
    ("GET", "/trading/runtime"),
    ("GET", "/trading/risk-snapshot"),
    ("GET", "/trading/chain?expiry=2000-01-01"),
    ("POST", "/trading/fees/quote"),
    ("GET", "/trading/flags"),
    ("GET", "/trading/sessions"),
    ("GET", "/trading/sessions/1"),
    ("GET", "/trading/sessions/1/events"),
    ("GET", "/trading/sessions/1/pnl"),
    ("GET", "/trading/sessions/export"),
    ("GET", "/trading/reconciliation"),
    ("GET", "/risk/state"),
    ("GET", "/risk/limits"),
    ("GET", "/risk/events"),
    ("GET", "/analytics/dashboard"),
    ("GET", "/analytics/history"),
    ("GET", "/analytics/export"),
    ("GET", "/trading/sessions/1/events?limit=1"),
];

const OPERATOR: [(&str, &str); 17] = [
    ("POST", "/configs"),
    ("PUT", "/configs/config_1"),
    ("DELETE", "/configs/config_1"),
    ("POST", "/configs/config_1/activate"),
    ("POST", "/configs/config_1/deactivate"),
    ("POST", "/configs/config_1/duplicate"),
    ("POST", "/configs/import"),
    ("POST", "/trading/control"),
    ("POST", "/trading/legs/1/close"),
    ("POST", "/trading/reconciliation/run"),
    ("PUT", "/risk/state"),
    ("GET", "/backtests"),
    ("POST", "/backtests"),
    ("GET", "/backtests/1"),
    ("DELETE", "/backtests/1"),
    ("POST", "/trading/control"),
    ("PUT", "/configs/config_2"),
];

const ADMIN: [(&str, &str); 7] = [
    ("PUT", "/risk/limits"),
    ("PUT", "/trading/flags/recurrence"),
    ("POST", "/trading/sessions/cleanup"),
    ("POST", "/trading/sessions/1/adopt"),
    ("POST", "/sim/scenario"),
    ("POST", "/sim/fault"),
    ("POST", "/sim/clock"),
];

fn request(method: &str, path: &str) -> Request<Body> {
    let method: Method = method.parse().unwrap();
    Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(Body::from("{}"))
        .unwrap()
}

fn everything() -> impl Iterator<Item = (&'static str, String)> {
    let all = VIEWER.into_iter().chain(OPERATOR).chain(ADMIN);
    all.flat_map(|(method, path)| {
        ["/api", "/api/v1/strangle"].map(|prefix| (method, format!("{prefix}{path}")))
    })
}

#[tokio::test]
async fn nobody_gets_in_without_credentials_at_either_address() {
    let app = start().await.anonymous();
    for (method, path) in everything() {
        let reply = app.request(request(method, &path)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    for path in ["/api/trading/stream", "/api/v1/strangle/trading/stream", "/api/trading/preflight"]
    {
        let reply = app.request(request("GET", path)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn each_role_does_what_it_may_and_nothing_more() {
    let app = start().await;
    let viewer = app.as_caller("strangle:viewer");
    let operator = app.as_caller("strangle:operator");
    let admin = app.as_caller("strangle:admin");
    let stranger = app.as_caller("credit:admin");
    let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    for (asked, may, may_not) in [
        (&VIEWER[..], &viewer, None),
        (&OPERATOR[..], &operator, Some(&viewer)),
        (&ADMIN[..], &admin, Some(&operator)),
    ] {
        for (method, path) in asked {
            let path = format!("/api{path}");
            let strange = stranger.request(request(method, &path)).await.status;
            assert_eq!(strange, StatusCode::FORBIDDEN, "{method} {path}");
            if let Some(may_not) = may_not {
                let refusal = may_not.request(request(method, &path)).await.status;
                assert_eq!(refusal, StatusCode::FORBIDDEN, "{method} {path}");
            }
            let done = may.request(request(method, &path)).await.status;
            let failed =
                done.is_server_error() && done != StatusCode::NOT_IMPLEMENTED && done != 503;
            assert!(!refused.contains(&done) && !failed, "{method} {path}: {done}");
        }
    }
}

#[tokio::test]
async fn what_comes_later_says_so() {
    let app = start().await;
    for (method, path, code) in [
        ("GET", "/api/backtests", "backtests_not_available"),
        ("POST", "/api/trading/sessions/1/adopt", "adopt_not_available"),
    ] {
        let reply = app.request(request(method, path)).await;
        assert_eq!(reply.status, StatusCode::NOT_IMPLEMENTED, "{path}");
        assert_eq!(reply.json()["code"], code);
    }
}
