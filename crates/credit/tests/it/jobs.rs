//! Work that nobody waits for.

use std::fmt::Write as _;

use http::StatusCode;
use platform::jobs::{JobError, JobRun};
use serde_json::{Value, json};
use testkit::TestApp;
use tokio_util::sync::CancellationToken;

use crate::desk::{TAPE, add_pool, pool, start, upload};

/// Runs a waiting job as a worker would; `cancel` asks it to stop before it begins.
pub(crate) async fn work(app: &TestApp, accepted: &Value, cancel: bool) -> Result<Value, JobError> {
    let id = accepted["job_id"].as_str().unwrap().to_owned();
    let row = app.context.queue.find(&id).await.unwrap().unwrap();
    let runner = app.jobs().find(&row.name).unwrap();
    let token = CancellationToken::new();
    if cancel {
        token.cancel();
    }
    let (run, _) = JobRun::new(id, row.tenant_id, row.owner_id, 1, token);
    runner(serde_json::to_value(row.payload).unwrap(), run).await
}

#[tokio::test]
async fn an_analysis_as_a_job_ends_in_a_run() {
    let app = start().await;
    let body = json!({"pool": pool(3), "scenario_name": "Later"});

    let (status, accepted) = app.post("/api/v1/asset-classes/analyze/async", body.clone()).await;
    assert_eq!((status, &accepted["status"]), (StatusCode::ACCEPTED, &json!("queued")));
    let url = accepted["result_url"].as_str().unwrap();
    assert_eq!(app.get(url).await.1["state"], "queued");
    assert_eq!(app.get(&format!("{url}/export")).await.0, StatusCode::CONFLICT);

    work(&app, &accepted, false).await.unwrap();
    let again = work(&app, &accepted, false).await;

    assert!(again.is_ok(), "a job may run twice");
    let (_, run) = app.get(url).await;
    assert_eq!((&run["state"], &run["name"]), (&json!("succeeded"), &json!("Later")));
    let (_, direct) = app.post("/api/v1/asset-classes/analyze", body).await;
    assert_eq!(run["result"]["metrics"], direct["metrics"]);
}

#[tokio::test]
async fn a_cancelled_analysis_says_so() {
    let app = start().await;
    let id = add_pool(&app, 2).await;

    let (status, accepted) =
        app.post(&format!("/api/v1/pools/{id}/runs?run_async=true"), json!({})).await;
    let ended = work(&app, &accepted, true).await;

    assert_eq!(status, StatusCode::ACCEPTED);
    let url = accepted["result_url"].as_str().unwrap();
    match ended {
        Err(JobError::Cancelled) => assert_eq!(app.get(url).await.1["state"], "cancelled"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_tape_as_a_job_ends_in_a_pool() {
    let app = start().await;

    let reply =
        upload(&app, "/api/v1/pools/tape?run_async=true&name=Later", "text/csv", TAPE).await;
    let accepted = reply.json();
    let first = work(&app, &accepted, false).await.unwrap();
    let second = work(&app, &accepted, false).await.unwrap();

    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert_eq!(first, second);
    let (status, pool) = app.get(accepted["result_url"].as_str().unwrap()).await;
    assert_eq!((status, &pool["summary"]["asset_count"]), (StatusCode::OK, &json!(2)));
}

#[tokio::test]
async fn a_large_tape_becomes_a_job_and_a_cancelled_one_leaves_no_pool() {
    let app =
        TestApp::start_with(credit::REGISTRATION, &[("CREDIT_DIRECT_TAPE_BYTES", "1000")]).await;
    let mut tape = "id,balance,rate,term\n".to_owned();
    for id in 0..10_000 {
        let _ = writeln!(tape, "{id},1000,0.05,60");
    }

    let reply = upload(&app, "/api/v1/pools/tape", "text/csv", tape).await;
    let ended = work(&app, &reply.json(), true).await;

    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert!(matches!(ended, Err(JobError::Cancelled)));
    assert_eq!(app.get("/api/v1/pools").await.1["items"], json!([]));
}
