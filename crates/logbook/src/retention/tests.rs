use std::io::Read as _;

use chrono::TimeDelta;
use platform::leader::Leader;
use sha2::Digest as _;
use testkit::TestApp;

use super::*;
use crate::testing::{app_of, insert_line};

async fn started(variables: &[(&str, &str)]) -> (TestApp, App) {
    // The running service must not be faster than the test.
    let idle = [("BACKEND_LOG_INGEST_ENABLED", "false"), ("BACKEND_LOG_RETENTION_DAYS", "0")];
    let test = TestApp::start_with(crate::REGISTRATION, &idle).await;
    let app = app_of(&test, variables);
    (test, app)
}

async fn fill(app: &App, days: &[i64]) {
    for age in days {
        let at = app.context.clock.now() - TimeDelta::days(*age);
        let text = crate::domain::instant::text(at.timestamp_micros());
        insert_line(app, &format!(r#"{{"timestamp":"{text}","message":"{age}"}}"#)).await;
    }
}

#[tokio::test]
async fn only_rows_strictly_older_are_deleted_and_zero_days_delete_nothing() {
    let (test, app) = started(&[]).await;
    fill(&app, &[0, 7, 8, 30]).await;

    assert_eq!(purge(&app, 0).await.unwrap(), Deleted::default());
    let deleted = purge(&app, 7).await.unwrap();

    assert_eq!(deleted, Deleted { backend: 2, frontend: 0, archived: 0 });
    let (_, page) = test.get("/api/logs/backend").await;
    assert_eq!(page["total"], 2);
    assert_eq!(purge(&app, 7).await.unwrap(), Deleted::default());
}

#[tokio::test]
async fn rows_are_archived_with_a_checksum_before_they_are_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("BACKEND_LOG_ARCHIVE_DIR", folder.path().to_str().unwrap())];
    let (_test, app) = started(&variables).await;
    fill(&app, &[8, 9, 1]).await;

    let deleted = purge(&app, 7).await.unwrap();

    assert_eq!(deleted, Deleted { backend: 2, frontend: 0, archived: 2 });
    let name = "backend-logs-000000000001-000000000002.jsonl.gz";
    let bytes = std::fs::read(folder.path().join(name)).unwrap();
    let sum = std::fs::read_to_string(folder.path().join(format!("{name}.sha256"))).unwrap();
    assert_eq!(sum, format!("{}  {name}\n", hex::encode(sha2::Sha256::digest(&bytes))));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
    let messages: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].clone())
        .collect();
    assert_eq!(messages, ["8", "9"]);
}

#[tokio::test]
async fn a_process_that_does_not_lead_any_more_deletes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("BACKEND_LOG_ARCHIVE_DIR", folder.path().to_str().unwrap())];
    for variables in [&variables[..], &[]] {
        let (test, mut app) = started(variables).await;
        fill(&app, &[8, 9]).await;
        app.context.leader = Leader::following(tokio::sync::watch::channel(None).1);

        let ended = purge(&app, 7).await;

        assert!(ended.is_err_and(|error| error.is_fenced()));
        assert_eq!(test.get("/api/logs/backend").await.1["total"], 2);
    }
}
