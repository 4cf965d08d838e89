//! A tape of a million rows, cancelled half-way.

use axum::body::Body;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::StreamExt as _;
use http::StatusCode;
use platform::jobs::{JobError, JobRun};
use serde_json::{Value, json};
use testkit::TestApp;
use tokio_util::sync::CancellationToken;

use crate::desk::upload;
use crate::sweep::{files, sweep, touch};

/// Rows of one chunk of the upload.
const CHUNK: u64 = 1_000;

/// Makes a tape while it is sent.
fn tape(rows: u64) -> Body {
    let head = futures::stream::once(async { "id,balance,rate,term,state,fico\n".to_owned() });
    let chunks = futures::stream::iter(0..rows / CHUNK).map(|chunk| {
        let row = |id: u64| {
            format!("loan-{id:09},{},0.0{},360,NC,{}\n", 100_000 + id, 40 + id % 50, 600 + id % 200)
        };
        (chunk * CHUNK..(chunk + 1) * CHUNK).map(row).collect::<String>()
    });
    Body::from_stream(head.chain(chunks).map(|text| Ok::<_, std::io::Error>(Bytes::from(text))))
}

/// Runs the import until half of it is done, and cancels it there; returns the rows read by then.
async fn cancel_half_way(app: &TestApp, job_id: &str) -> u64 {
    let row = app.context.queue.find(job_id).await.unwrap().unwrap();
    let runner = app.jobs().find(&row.name).unwrap();
    let token = CancellationToken::new();
    let (run, mut progress) = JobRun::new(row.id, row.tenant_id, row.owner_id, 1, token.clone());
    let running = runner(serde_json::to_value(row.payload).unwrap(), run);
    let cancelling = async {
        progress.wait_for(|(share, _)| *share >= 0.5).await.unwrap();
        token.cancel();
    };
    let (ended, ()) = futures::future::join(running, cancelling).await;
    assert!(matches!(ended, Err(JobError::Cancelled)));
    let (_, message) = progress.borrow().clone();
    message.split(' ').next().unwrap().parse().unwrap()
}

/// A line of what the system says about the memory of this process, in bytes.
fn memory(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

async fn a_cancelled_import_leaves_nothing(rows: u64, most_memory: u64) {
    let variables = [("CREDIT_DIRECT_TAPE_BYTES", "1000")];
    let app = TestApp::start_with(credit::REGISTRATION, &variables).await;
    app.run_due_schedules().await;
    let before = memory("VmRSS:");

    let reply = upload(&app, "/api/v1/pools/tape?name=Large", "text/csv", tape(rows)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let accepted: Value = reply.json();
    let uploaded = files(&app).len();
    let read = cancel_half_way(&app, accepted["job_id"].as_str().unwrap()).await;

    assert!(read >= rows / 3 && read < rows, "{read} of {rows} rows");
    if let (Some(before), Some(most)) = (before, memory("VmHWM:")) {
        let grown = most.saturating_sub(before);
        assert!(grown < most_memory, "memory grew by {grown} bytes");
    }
    assert_eq!(app.get("/api/v1/pools").await.1["items"], json!([]));
    let url = accepted["result_url"].as_str().unwrap();
    assert_eq!(app.get(url).await.0, StatusCode::NOT_FOUND);
    assert_eq!(files(&app).len(), uploaded, "no half table");

    app.context.queue.cancel(accepted["job_id"].as_str().unwrap()).await.unwrap();
    touch(&app);
    app.context.clock.advance(TimeDelta::hours(48));
    assert_eq!(sweep(&app).await, json!({ "removed": uploaded }), "nor the tape, after a day");
    assert!(files(&app).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_cancelled_half_way_leaves_nothing() {
    a_cancelled_import_leaves_nothing(100_000, 100 << 20).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a million rows take long without optimisation; ./test nightly-large runs it"]
async fn an_import_of_a_million_rows_that_is_cancelled_half_way_leaves_nothing() {
    a_cancelled_import_leaves_nothing(1_000_000, 200 << 20).await;
}
