//! How long the figures take over a long history. Run with `--ignored`, best in a release build.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
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
