//! Bytes that nothing refers to are removed.

use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;
use chrono::TimeDelta;
use http::StatusCode;
use platform::jobs::JobFilter;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{TAPE, add_pool, get_as, start, upload};
use crate::jobs::work;

/// The files of the object store.
pub(crate) fn files(app: &TestApp) -> Vec<PathBuf> {
    let root = app.context.settings.data_dir.join("objects/credit");
    let folders = std::fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path());
    folders.flat_map(|f| std::fs::read_dir(f).unwrap()).map(|file| file.unwrap().path()).collect()
}

/// Makes all files as old as the clock of the test says.
pub(crate) fn touch(app: &TestApp) {
    let now: SystemTime = app.context.clock.now().into();
    for file in files(app) {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(now).unwrap();
    }
}

/// Lets the scheduler see the time, and does the sweep that it enqueued.
pub(crate) async fn sweep(app: &TestApp) -> Value {
    assert!(app.run_due_schedules().await.contains(&"credit.sweep_objects"));
    let filter = JobFilter {
        tenant_id: "default".to_owned(),
        services: vec!["credit".to_owned()],
        state: None,
        name: Some("credit.sweep_objects".to_owned()),
        before: None,
    };
    let newest = app.context.queue.list(&filter, 1).await.unwrap();
    work(app, &json!({"job_id": newest[0].id}), false).await.unwrap()
}

#[tokio::test]
async fn what_no_row_names_is_removed_after_a_day_and_the_rest_stays() {
    let app = start().await;
    assert!(app.run_due_schedules().await.is_empty(), "the first sight waits for the next night");
    let id = add_pool(&app, 3).await;
    let run = app.post(&format!("/api/v1/pools/{id}/runs"), json!({})).await.1;
    let imported = upload(&app, "/api/v1/pools/tape?name=Tape", "text/csv", TAPE).await.json();
    let tape_pool = imported["pool"]["id"].as_str().unwrap();
    let other = format!("{TAPE}B-1,1000,5,180,100,GA,NA,NA\n");
    let waiting =
        upload(&app, "/api/v1/pools/tape?run_async=true&name=Later", "text/csv", other).await;
    let waiting = waiting.json();
    let named = files(&app).len();
    let orphan = app.context.objects.put(Bytes::from_static(b"nobody's")).await.unwrap();
    let half = app.context.settings.data_dir.join("objects/credit").join(&orphan[..2]);
    std::fs::write(half.join(format!("{orphan}#1")), b"nob").unwrap();
    touch(&app);

    app.context.clock.advance(TimeDelta::hours(20));
    assert_eq!(sweep(&app).await, json!({"removed": 0}), "they are not a day old");
    app.context.clock.advance(TimeDelta::hours(24));
    assert_eq!(sweep(&app).await, json!({"removed": 2}));
    app.context.clock.advance(TimeDelta::hours(24));
    assert_eq!(sweep(&app).await, json!({"removed": 0}), "it may run twice");

    assert_eq!(files(&app).len(), named);
    let run = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
    assert_eq!(get_as(&app, &format!("{run}/export")).await.status, StatusCode::OK);
    let issues = format!("/api/v1/pools/{tape_pool}/tape/issues");
    assert_eq!(app.get(&issues).await.0, StatusCode::OK);
    let again = format!("/api/v1/pools/{tape_pool}/tape/resolve");
    let (status, answer) = app.post(&again, json!({"exclude_all_invalid": true})).await;
    assert_eq!(status, StatusCode::CREATED, "the tape is still there: {answer}");
    assert!(work(&app, &waiting, false).await.is_ok(), "its tape waited with it");
}

#[tokio::test]
async fn a_tape_of_which_the_description_is_damaged_stops_the_sweep() {
    let app = start().await;
    app.run_due_schedules().await;
    upload(&app, "/api/v1/pools/tape?name=Tape", "text/csv", TAPE).await;
    let before: Vec<_> = files(&app);
    for file in &before {
        let bytes = std::fs::read(file).unwrap();
        if bytes.starts_with(b"{\"file_name\"") {
            std::fs::write(file, b"{").unwrap();
        }
    }
    touch(&app);
    app.context.clock.advance(TimeDelta::days(3));
    app.run_due_schedules().await;
    let runner = app.jobs().find("credit.sweep_objects").unwrap();
    let token = tokio_util::sync::CancellationToken::new();
    let (run, _) = platform::jobs::JobRun::new(
        "job_x".to_owned(),
        "default".to_owned(),
        "system".to_owned(),
        1,
        token,
    );

    assert!(runner(json!({}), run).await.is_err());

    assert_eq!(files(&app).len(), before.len());
}
