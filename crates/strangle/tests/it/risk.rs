//! The kill switch and the guards.

use http::StatusCode;
use serde_json::json;

use crate::desk::{start, start_with};

#[tokio::test]
async fn the_kill_switch_says_who_turned_it_and_why() {
    let app = start().await;
    assert_eq!(app.get("/api/risk/state").await.1["state"], "active");

    let body = json!({ "state": "halted", "reason": "drill", "flatten": true });
    let (status, set) = app.put("/api/risk/state", body).await;

    assert_eq!(
        (status, &set["state"], &set["flatten"]),
        (StatusCode::OK, &json!("halted"), &json!(true))
    );
    assert_eq!((&set["source"], &set["reason"]), (&json!("row"), &json!("drill")));
    let (_, events) = app.get("/api/risk/events").await;
    assert_eq!(events["items"][0]["kind"], "trading_state");
    assert_eq!(events["items"][0]["severity"], "critical");
    assert_eq!(events["items"][0]["actor"], set["changed_by"]);
}

#[tokio::test]
async fn a_turn_needs_a_reason_and_only_a_halt_flattens() {
    let app = start().await;
    for (body, pointer) in [
        (json!({ "state": "halted", "reason": " " }), "/reason"),
        (json!({ "state": "active", "reason": "go", "flatten": true }), "/flatten"),
        (json!({ "state": "asleep", "reason": "go" }), "/state"),
    ] {
        let (status, problem) = app.put("/api/risk/state", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

#[tokio::test]
async fn what_the_environment_or_the_file_says_cannot_be_undone_here() {
    let app = start_with(&[("KILL_SWITCH", "halt")]).await;
    let (_, state) = app.get("/api/risk/state").await;
    assert_eq!((&state["state"], &state["source"]), (&json!("halted"), &json!("environment")));
    let (status, problem) =
        app.put("/api/risk/state", json!({ "state": "active", "reason": "go" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("kill_switch_set")));

    let app = start().await;
    let file = app.context.settings.data_dir.join("KILL");
    std::fs::write(&file, "halt_and_flatten").unwrap();
    let (_, state) = app.get("/api/risk/state").await;
    assert_eq!((&state["source"], &state["flatten"]), (&json!("file"), &json!(true)));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(app.get("/api/risk/state").await.1["state"], "active");
}

#[tokio::test]
async fn the_guards_are_those_of_the_settings_until_somebody_sets_them() {
    let app = start_with(&[("MAX_DAILY_LOSS", "50.5")]).await;
    let (_, usual) = app.get("/api/risk/limits").await;
    assert_eq!(
        (&usual["max_daily_loss"], &usual["max_sessions_per_day"]),
        (&json!("50.5"), &json!(3))
    );
    assert_eq!((&usual["version"], &usual["changed_by"]), (&json!(0), &json!(null)));

    let body = json!({
        "max_daily_loss": "75", "max_sessions_per_day": 2, "max_orders_per_minute": 30,
        "max_lots_per_leg": 100,
    });
    let (status, set) = app.put("/api/risk/limits", body.clone()).await;
    assert_eq!(
        (status, &set["max_daily_loss"], &set["version"]),
        (StatusCode::OK, &json!("75"), &json!(1))
    );
    assert_eq!(app.put("/api/risk/limits", body).await.1["version"], 2);
    let (_, events) = app.get("/api/risk/events?limit=1").await;
    assert_eq!(events["items"][0]["payload"]["before"]["max_daily_loss"], "75");
    let cursor = events["next_cursor"].as_str().unwrap();
    let (_, older) = app.get(&format!("/api/risk/events?limit=1&cursor={cursor}")).await;
    assert_eq!(older["items"][0]["payload"]["before"]["max_daily_loss"], "50.5");
}

#[tokio::test]
async fn guards_that_guard_nothing_are_refused() {
    let app = start().await;
    let body = json!({
        "max_daily_loss": "0", "max_sessions_per_day": 0, "max_orders_per_minute": 1_001,
        "max_lots_per_leg": -1,
    });
    let (status, problem) = app.put("/api/risk/limits", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 4, "{problem}");

    let (status, problem) = app.put("/api/risk/limits", json!({ "max_lots_per_leg": 5 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let missing: Vec<_> = problem["errors"].as_array().unwrap().iter().collect();
    assert_eq!(
        missing.iter().map(|error| &error["pointer"]).collect::<Vec<_>>(),
        ["/max_sessions_per_day", "/max_orders_per_minute"]
    );
    assert!(missing.iter().all(|error| error["code"] == "missing"), "{problem}");
}

#[tokio::test]
async fn a_switch_of_the_desk_is_turned_by_name() {
    let app = start().await;
    let (_, flags) = app.get("/api/trading/flags").await;
    assert_eq!(
        (&flags["items"][0]["name"], &flags["items"][0]["enabled"]),
        (&json!("recurrence"), &json!(true))
    );
    app.put("/api/trading/flags/recurrence", json!({ "enabled": false })).await;
    assert_eq!(app.get("/api/trading/flags").await.1["items"][0]["enabled"], false);
    let (status, _) = app.put("/api/trading/flags/none", json!({ "enabled": false })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
