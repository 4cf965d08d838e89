//! The API of the logbook, from HTTP to SQL and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod backend;
mod frontend;
mod oracles;

use std::io::Write as _;
use std::time::Duration;

use serde_json::Value;
use testkit::TestApp;

/// Starts the logbook; the log file is looked at often.
pub(crate) async fn start(variables: &[(&str, &str)]) -> TestApp {
    let mut all = vec![("BACKEND_LOG_POLL_INTERVAL", "0.05")];
    all.extend_from_slice(variables);
    TestApp::start_with(logbook::REGISTRATION, &all).await
}

/// Appends to the log file.
pub(crate) fn append(app: &TestApp, text: &str) {
    let path = &app.context.settings.log_file;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Waits until so many lines are stored, then a little longer in case there are more.
pub(crate) async fn wait_for(app: &TestApp, lines: i64) -> Value {
    for _ in 0..200 {
        let (_, page) = app.get("/api/logs/backend").await;
        if page["total"].as_i64() >= Some(lines) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    tokio::time::sleep(Duration::from_millis(150)).await;
    app.get("/api/logs/backend").await.1
}
