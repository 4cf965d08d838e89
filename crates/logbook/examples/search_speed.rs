//! Measures how long the Log Viewer waits: reads a log file into a new database, then asks for
//! pages, totals and summaries with the usual filters: `search_speed <log file> <lines>`.
//!
//! Each request goes through all layers of the service, one after the other, on the engine of the
//! tests: SQLite, or the server that `TEST_DATABASE_URL` names.

#![expect(clippy::expect_used, reason = "a measurement that cannot be set up must stop")]

use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::TestApp;

const ROUNDS: usize = 9;

/// Filters; `{name}` stands for the value of the field in a row 50,000 lines before the newest.
const QUERIES: [&str; 15] = [
    "backend?page_size=50",
    "backend?page_size=50&level=INFO",
    "backend?page_size=50&level=ERROR",
    "backend?page_size=50&event={event}",
    "backend?page_size=50&logger={logger_name}",
    "backend?page_size=50&correlationId={correlation_id}",
    "backend?page_size=50&requestId={request_id}",
    "backend?page_size=50&strategyId={strategy_id}",
    "backend?page_size=50&event={event}&level=ERROR",
    "backend?page_size=50&search=waiting",
    "backend?page_size=50&search=order%20777%20was",
    "backend?page_size=50&search=nowhere",
    "backend?page_size=50&startTime={logged_at}",
    "backend/summary",
    "backend/summary?level=ERROR",
];

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let log = arguments.next().expect("a log file");
    let lines: i64 = arguments.next().and_then(|n| n.parse().ok()).expect("a number of lines");
    let variables = [
        ("LOG_FILE", log.as_str()),
        ("BACKEND_LOG_POLL_INTERVAL", "0.2"),
        ("BACKEND_LOG_RETENTION_DAYS", "0"),
    ];
    let app = TestApp::start_with(logbook::REGISTRATION, &variables).await;
    while get(&app, "backend?page_size=1").await["total"].as_i64() < Some(lines) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    println!("{lines} lines stored; memory {}", memory());

    let page = get(&app, "backend?page_size=500&page=100").await;
    let sample = page["items"]
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["strategy_id"].is_string()))
        .cloned()
        .unwrap_or_default();
    for query in QUERIES {
        let query = fill(query, &sample);
        let mut times = Vec::new();
        let mut total = Value::Null;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let mut page = get(&app, &query).await;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            total = page["total"].take();
        }
        times.sort_by(f64::total_cmp);
        let (best, median) = (times.first().copied(), times.get(ROUNDS / 2).copied());
        let (best, median) = (best.unwrap_or_default(), median.unwrap_or_default());
        println!("{best:8.1} {median:8.1} ms  {total:>8}  {query}");
    }
    println!("memory {}", memory());
}

async fn get(app: &TestApp, query: &str) -> Value {
    app.get(&format!("/api/logs/{query}")).await.1
}

/// Puts the fields of a row into a query.
fn fill(query: &str, row: &Value) -> String {
    let mut filled = query.to_owned();
    for (name, value) in row.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default().replace(':', "%3A");
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}

/// What the process holds in memory now.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}
