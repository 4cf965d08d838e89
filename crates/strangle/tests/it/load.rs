//! How long the figures take over a long history. Run with `--ignored`, best in a release build.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures::StreamExt as _;
use platform::db::{Exact, Json};
use rust_decimal::Decimal;
use serde_json::json;
use testkit::TestApp;

use crate::desk::start;

const SESSIONS: i64 = 1_000;
const POINTS: i64 = 1_000;

async fn fill(app: &TestApp) {
    let begin = app.context.clock.now() - TimeDelta::days(SESSIONS);
    let ids: Vec<i64> = (1..=SESSIONS).collect();
    let mut tx = app.context.db.write().await.unwrap();
    tx.insert_many(
        "INSERT INTO strategy_sessions (id, tenant_id, strategy_id, environment, account, \
         config_id, config_version, config_snapshot, mode, state, status, activated_at, \
         deactivated_at, exit_reason, gross, fees, instance_id, fencing_token, last_seq, \
         updated_at)",
        "",
        20,
        &ids,
        |row, id| {
            let at = begin + TimeDelta::days(*id);
            row.push(*id).push("default".to_owned()).push(format!("delta-strangle-{id}"));
            row.push("sim".to_owned()).push("paper".to_owned()).push("config_1".to_owned());
            row.push(1_i64).push(Json(json!({ "name": "Paper" }))).push("paper".to_owned());
            row.push("closed".to_owned()).push("stopped".to_owned()).push(at);
            row.push(Some(at + TimeDelta::hours(5))).push("time_exit".to_owned());
            row.push(Exact(Decimal::from(id % 7 - 3))).push(Exact(Decimal::new(1, 1)));
            row.push("test".to_owned()).push(1_i64).push(0_i64).push(at);
        },
    )
    .await
    .unwrap();
    for id in &ids {
        let points: Vec<i64> = (0..POINTS).collect();
        tx.insert_many(
            "INSERT INTO pnl_points (session_id, at, tenant_id, net, gross, fees)",
            "",
            6,
            &points,
            |row, second| {
                let at = begin + TimeDelta::days(*id) + TimeDelta::seconds(*second);
                row.push(*id).push(at).push("default".to_owned());
                row.push(1.0_f64).push(1.1_f64).push(0.1_f64);
            },
        )
        .await
        .unwrap();
    }
    tx.query(
        "INSERT INTO trade_analytics_snapshots (session_id, tenant_id, mode, kpis, generated_at) \
         VALUES ($1, 'default', 'paper', $2, $3)",
    )
    .bind(SESSIONS)
    .bind(Json(json!([])))
    .bind(begin)
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

const ORDERS: i64 = 1_000;

/// A thousand orders for each session.
async fn fill_orders(app: &TestApp) {
    let begin = app.context.clock.now() - TimeDelta::days(SESSIONS);
    let mut tx = app.context.db.write().await.unwrap();
    for id in 1..=SESSIONS {
        let orders: Vec<i64> = (0..ORDERS).collect();
        tx.insert_many(
            "INSERT INTO order_ledger (client_order_id, tenant_id, session_id, leg_id, order_id, \
             symbol, side, quantity, filled, price, fill_price, fees, status, created_at, \
             updated_at)",
            "",
            15,
            &orders,
            |row, number| {
                let at = begin + TimeDelta::days(id) + TimeDelta::seconds(*number);
                row.push(format!("abcdef-{id}-{number}")).push("default".to_owned()).push(id);
                row.push(id * 64).push(format!("{}", id * ORDERS + number));
                row.push("C-BTC-126000-160126".to_owned()).push("sell".to_owned());
                row.push(10_i64).push(10_i64).push(Exact(Decimal::new(3_025, 1)));
                row.push(Exact(Decimal::new(3_020, 1))).push(Exact(Decimal::new(5, 2)));
                row.push("filled".to_owned()).push(at).push(at);
            },
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

/// The most memory that this process has held, in MiB.
fn peak_mib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

#[tokio::test]
#[ignore = "a measurement over a million rows"]
async fn a_million_entries_are_exported_with_little_memory() {
    let app = start().await;
    fill(&app).await;
    fill_orders(&app).await;
    let before = peak_mib();
    let begun = Instant::now();

    let request = http::Request::get("/api/analytics/export?preset=all");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let (parts, body) = app.open(request).await.into_parts();
    let mut pieces = body.into_data_stream();
    let (mut bytes, mut lines) = (0, 0);
    while let Some(piece) = pieces.next().await {
        let piece = piece.unwrap();
        bytes += piece.len();
        lines += piece.split(|byte| *byte == b'\n').count() - 1;
    }

    let grown = peak_mib() - before;
    let took = begun.elapsed();
    eprintln!("{lines} lines, {bytes} bytes in {took:?}; the peak of memory grew by {grown} MiB");
    assert_eq!(parts.status, 200);
    assert!(lines > 1_000_000, "{lines}");
    assert!(grown < 64, "{grown} MiB");
}

#[tokio::test]
#[ignore = "a measurement over a million rows"]
async fn the_dashboard_answers_within_a_tenth_of_a_second_over_a_million_points() {
    let app = start().await;
    fill(&app).await;
    for path in ["/api/analytics/dashboard", "/api/analytics/history?preset=all"] {
        let mut times = Vec::new();
        for _ in 0..40 {
            let begun = Instant::now();
            let (status, _) = app.get(path).await;
            times.push(begun.elapsed());
            assert_eq!(status, 200);
        }
        times.sort();
        eprintln!("{path}: median {:?}, 95th percentile {:?}", times[20], times[37]);
        assert!(times[37] < Duration::from_millis(100), "{path}: {:?}", times[37]);
    }
}
