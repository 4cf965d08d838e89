//! Who may do what: every operation, asked by nobody, by the wrong role and by the right one.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::desk::start;

const VIEWER: [(&str, &str); 13] = [
    ("GET", "/api/v1/asset-classes/supported"),
    ("GET", "/api/v1/assumptions/defaults"),
    ("POST", "/api/v1/asset-classes/validate-pool"),
    ("GET", "/api/v1/pools"),
    ("GET", "/api/v1/pools/pool_1"),
    ("GET", "/api/v1/pools/pool_1/stats"),
    ("GET", "/api/v1/pools/pool_1/assets"),
    ("GET", "/api/v1/pools/pool_1/tape/issues"),
    ("GET", "/api/v1/tape-mappings"),
    ("GET", "/api/v1/runs"),
    ("GET", "/api/v1/runs/run_1"),
    ("GET", "/api/v1/pools/pool_1/runs"),
    ("GET", "/api/v1/runs/run_1/export"),
];

const OPERATOR: [(&str, &str); 13] = [
    ("POST", "/api/v1/asset-classes/analyze"),
    ("POST", "/api/v1/asset-classes/analyze/async"),
    ("POST", "/api/v1/pools"),
    ("PUT", "/api/v1/pools/pool_1"),
    ("DELETE", "/api/v1/pools/pool_1"),
    ("POST", "/api/v1/pools/tape"),
    ("POST", "/api/v1/pools/pool_1/tape"),
    ("POST", "/api/v1/pools/pool_1/tape/resolve"),
    ("POST", "/api/v1/pools/pool_1/actuals"),
    ("POST", "/api/v1/tape-mappings"),
    ("DELETE", "/api/v1/tape-mappings/mapping_1"),
    ("POST", "/api/v1/pools/pool_1/runs"),
    ("DELETE", "/api/v1/runs/run_1"),
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

#[tokio::test]
async fn nobody_gets_in_without_credentials() {
    let app = start().await.anonymous();
    for (method, path) in VIEWER.into_iter().chain(OPERATOR) {
        let reply = app.request(request(method, path)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}

#[tokio::test]
async fn a_viewer_looks_and_an_operator_works() {
    let app = start().await;
    let (viewer, operator) = (app.as_caller("credit:viewer"), app.as_caller("credit:operator"));
    let stranger = app.as_caller("levels:operator");
    let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    for (method, path) in VIEWER {
        let seen = viewer.request(request(method, path)).await.status;
        assert!(!refused.contains(&seen), "{method} {path}: {seen}");
        assert_eq!(stranger.request(request(method, path)).await.status, StatusCode::FORBIDDEN);
    }
    for (method, path) in OPERATOR {
        assert_eq!(
            viewer.request(request(method, path)).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let done = operator.request(request(method, path)).await.status;
        assert!(
            !refused.contains(&done) && !done.is_server_error() || done == 501,
            "{method} {path}: {done}"
        );
    }
}
