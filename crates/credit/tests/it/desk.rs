//! What the tests send.

use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};
use testkit::{Reply, TestApp};

/// Starts credit with its default settings.
pub(crate) async fn start() -> TestApp {
    TestApp::start(credit::REGISTRATION).await
}

/// A good loan.
pub(crate) fn loan(id: &str) -> Value {
    json!({
        "id": id,
        "asset_class": "residential_mortgage",
        "balance": 250_000.0,
        "rate": 0.065,
        "term_months": 360,
        "remaining_term_months": 340,
        "location": "NC",
        "fico_score": 720,
    })
}

/// A good pool of `count` loans.
pub(crate) fn pool(count: usize) -> Value {
    let loans: Vec<Value> = (1..=count).map(|i| loan(&format!("L-{i}"))).collect();
    json!({ "pool_name": "Oak Street", "cut_off_date": "2025-03-31", "currency": "USD", "assets": loans })
}

/// Sends bytes of some type.
pub(crate) async fn upload(app: &TestApp, path: &str, kind: &str, bytes: impl Into<Body>) -> Reply {
    let request =
        Request::post(path).header(header::CONTENT_TYPE, kind).body(bytes.into()).unwrap();
    app.request(request).await
}

/// Asks for something in a format of its own.
pub(crate) async fn get_as(app: &TestApp, path: &str) -> Reply {
    app.request(Request::get(path).body(Body::empty()).unwrap()).await
}

/// Adds a pool and returns its id.
pub(crate) async fn add_pool(app: &TestApp, count: usize) -> String {
    let (status, body) = app.post("/api/v1/pools", pool(count)).await;
    assert_eq!(status, 201, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

/// A tape with two good rows, one to repair, one that is gone and one copy.
pub(crate) const TAPE: &str = "\
loan_id,upb,interest rate,term,remaining term,state,fico,zeroBalanceCode
A-1,\"$100,000.50\",6.5,360,350,NC,720,NA
A-2,50000,7.25,360,361,SC,640,NA
A-3,0,5.0,360,10,SC,640,01
A-4,20000,5,180,100,GA,NA,NA
A-4,20000,5,180,100,GA,NA,NA
";
