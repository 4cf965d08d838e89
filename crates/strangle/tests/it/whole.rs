//! A whole session: the engine and the simulator in this process, two hundred times as fast.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{say, until};

/// It is 17:30 in India when the test begins, and stays so on this machine's clock.
async fn running_desk() -> TestApp {
    let fast = [("SIM_SPEED", "200"), ("SIM_SCENARIO", "calm"), ("ENGINE_TICK_MS", "1000")];
    let app = TestApp::start_with(strangle::REGISTRATION, &fast).await;
    until(&app, "/api/sim/status", "answers", |sim| sim["now"].is_string()).await;
    app
}

fn profile(name: &str) -> Value {
    json!({
        "name": name, "quantity": 10, "trade_time_ist": "17:20", "exit_time_ist": "18:00",
        "max_loss_pct": 900.0, "max_profit_pct": 100.0, "trailing_sl_enabled": false,
    })
}

async fn start(app: &TestApp) {
    let (status, config) = app.post("/api/configs", profile("Quick")).await;
    assert_eq!(status, 201, "{config}");
    let id = config["id"].as_str().unwrap();
    app.post(&format!("/api/configs/{id}/activate"), json!({})).await;
    let (status, started) = app.post("/api/trading/control", json!({ "action": "start" })).await;
    assert_eq!(status, 200, "{started}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_with_its_whole_result_although_the_fees_are_told_late() {
    let app = running_desk().await;
    let (status, preview) = app.post("/api/configs/preview", profile("")).await;
    assert_eq!(status, 200, "{preview}");
    assert!(preview["credit"].as_f64().unwrap_or_default() >= 0.0, "{preview}");
    start(&app).await;
    let live = |runtime: &Value| runtime["status"] == "live";
    let runtime = until(&app, "/api/trading/runtime", "is live", live).await;
    let stamp = runtime["generated_at"].as_str().unwrap();
    assert!(stamp.len() <= "2026-01-15T12:00:00.123456Z".len(), "{stamp}");
    let guards = runtime["risk"]["guards"].as_array().unwrap();
    let today = guards.iter().find(|guard| guard["name"] == "sessions_per_day").unwrap();
    assert_eq!(today["used"], 1.0, "the session that runs is one of today's");

    // From here on the list of trades cannot be read: nobody says what the exit costs.
    let silence = json!({
        "match": { "method": "GET", "path": "/v2/fills" }, "when": { "for": "4h" },
        "action": { "kind": "garbage_json" },
    });
    let (status, sim) = app.post("/api/sim/fault", json!({ "fault": silence })).await;
    assert_eq!(status, 200, "{sim}");
    let over = |session: &Value| session["status"] == "stopped";
    let session = until(&app, "/api/trading/sessions/1", "is over", over).await;
    assert_eq!(session["exit_reason"], "time_exit", "{}", session["summary"]);
    let estimate = session["summary"].clone();
    let uncharged = |session: &Value| {
        let fills = session["fills"].as_array().unwrap().iter();
        fills.filter(|fill| fill["commission"].is_null()).count()
    };
    assert!(uncharged(&session) > 0, "{}", session["fills"]);

    app.post("/api/sim/fault", json!({ "fault": null })).await;
    let charged = |session: &Value| uncharged(session) == 0;
    let session = until(&app, "/api/trading/sessions/1", "is charged", charged).await;

    let summary = &session["summary"];
    let fees: f64 = session["fills"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fill| fill["commission"].as_f64().unwrap())
        .sum();
    assert!((summary["fees"].as_f64().unwrap() - fees).abs() < 1e-8, "{summary}");
    assert_eq!(summary["pnl_before_fees"], estimate["pnl_before_fees"]);
    let exact = summary["pnl_before_fees_exact"].as_str().unwrap();
    let gross: f64 = exact.parse().unwrap();
    assert!((gross - summary["pnl_before_fees"].as_f64().unwrap()).abs() < 1e-8);
    result_is_everywhere_the_same(&app, &session).await;
    let (good, text) = say(&app, &["rebuild", "--verify"]).await;
    assert!(good, "{text}");
}

/// The path, the figures, the timeline and the legs say what the session says.
async fn result_is_everywhere_the_same(app: &TestApp, session: &Value) {
    let summary = &session["summary"];
    let net = summary["total_pnl"].as_f64().unwrap();
    let (_, path) = app.get("/api/trading/sessions/1/pnl").await;
    let last = path["points"].as_array().unwrap().last().unwrap();
    assert_eq!(last["at"], summary["generated_at"], "{last}");
    assert!((last["net"].as_f64().unwrap() - net).abs() < 1e-8, "{last} {net}");

    // The simulated exchange is half an hour ahead of this machine's clock.
    let (_, seen) = app.get("/api/analytics/history?preset=7d").await;
    assert_eq!(seen["metrics"]["trade_count"], 1, "{}", seen["range"]);
    assert_eq!(seen["metrics"]["net_pnl"], summary["total_pnl"]);
    assert_eq!(seen["extra"]["average_slippage"], summary["slippage"]);
    assert_eq!(seen["extra"]["slippage_pct"], summary["slippage_pct"]);
    assert!(summary["slippage"].is_number(), "{summary}");
    assert_eq!(seen["extra"]["open_pnl"], json!(null));
    let results: f64 = seen["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["realized_pnl"].as_f64())
        .sum();
    assert!((results - summary["realized"].as_f64().unwrap()).abs() < 1e-8, "{results}");

    for leg in session["legs_summary"].as_array().unwrap() {
        let slippage = &leg["slippage"];
        assert!(slippage["planned_entry"].is_number() && slippage["exit"].is_number(), "{leg}");
    }
    for event in session["events"].as_array().unwrap() {
        if event["type"] == "intent_planned" {
            let price = event["payload"]["plan"]["order"]["kind"]["price"].as_str();
            let decimals = price.and_then(|price| price.split_once('.')).map_or(0, |it| it.1.len());
            assert!(decimals <= 1, "{}", event["payload"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `--ignored` prints it"]
async fn a_paper_desk_at_two_hundred_times_the_speed_is_not_refused() {
    let app = running_desk().await;
    start(&app).await;
    let begun = Instant::now();
    let over = |session: &Value| session["status"] == "stopped";
    let session = until(&app, "/api/trading/sessions/1", "is over", over).await;
    let events = session["events"].as_array().unwrap();
    let refused = events.iter().filter(|event| event["type"] == "intent_rejected").count();
    let alerts: Vec<_> = events.iter().filter(|event| event["type"] == "alert").collect();
    eprintln!("{:?}: {} events, {refused} refused, {alerts:?}", begun.elapsed(), events.len());
    assert_eq!(refused, 0);
    assert!(begun.elapsed() < Duration::from_mins(1));
}
