//! What the desk is told.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{Seed, active_config, add_config, start, start_with};

async fn control(app: &TestApp, body: Value) -> (StatusCode, Value) {
    app.post("/api/trading/control", body).await
}

#[tokio::test]
async fn a_start_is_written_down_and_answered_at_once() {
    let app = start().await;
    active_config(&app).await;

    let (status, view) = control(&app, json!({ "action": "start" })).await;

    assert_eq!(status, StatusCode::OK, "{view}");
    assert_eq!(view["status"], "starting");
    assert_eq!(view["strategy_id"], "delta-strangle-20260115120000-1");
    assert_eq!(view["stopped_sessions"], json!([]));
    assert_eq!(view["imported_positions"], json!([]));
    let path = format!("/api/trading/operations/{}", view["operation_id"].as_str().unwrap());
    let (status, operation) = app.get(&path).await;
    assert_eq!((status, &operation["state"]), (StatusCode::OK, &json!("queued")));
    assert_eq!(operation["kind"], "start");
    assert_eq!(operation["strategy_id"], view["strategy_id"]);
}

#[tokio::test]
async fn of_many_starts_one_wins() {
    let app = start().await;
    active_config(&app).await;

    let all = (0..8).map(|_| control(&app, json!({ "action": "start" })));
    let answers = futures::future::join_all(all).await;

    let won = answers.iter().filter(|(status, _)| *status == StatusCode::OK).count();
    assert_eq!(won, 1);
    for (status, problem) in answers.iter().filter(|(status, _)| *status != StatusCode::OK) {
        assert_eq!((*status, &problem["code"]), (StatusCode::CONFLICT, &json!("already_running")));
    }
}

#[tokio::test]
async fn nothing_starts_while_a_session_is_open_and_nothing_stops_while_none_is() {
    let app = start().await;
    let id = active_config(&app).await;
    for action in ["stop", "restart"] {
        let (status, problem) = control(&app, json!({ "action": action })).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("not_running")));
    }
    Seed::open(7, &id).write(&app).await;

    let (status, problem) = control(&app, json!({ "action": "start" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("already_running")));
    let (_, view) = control(&app, json!({ "action": "stop", "stop_mode": "keep" })).await;
    assert_eq!(view["status"], "stopping");
    assert_eq!(view["stopped_sessions"], json!(["delta-strangle-20260115040000-7"]));
    let (_, view) = control(&app, json!({ "action": "restart" })).await;
    assert_eq!(view["status"], "restarting");
}

#[tokio::test]
async fn panic_works_without_a_session_and_while_halted() {
    let app = start().await;
    let (status, view) = control(&app, json!({ "action": "panic" })).await;
    assert_eq!((status, &view["status"]), (StatusCode::OK, &json!("panic")));

    app.put("/api/risk/state", json!({ "state": "halted", "reason": "drill" })).await;
    assert_eq!(control(&app, json!({ "action": "panic" })).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_profile_must_be_there_and_its_expiry_ahead() {
    let app = start().await;
    let (status, problem) = control(&app, json!({ "action": "start" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("config_not_found")));
    let (status, _) =
        control(&app, json!({ "action": "start", "configuration_id": "config_none" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let body = json!({ "name": "Past", "expiry_date": "01-01-2026" });
    let (_, past) = app.post("/api/configs", body).await;
    let (status, problem) =
        control(&app, json!({ "action": "start", "configuration_id": past["id"] })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["code"], "expired_expiry");
}

#[tokio::test]
async fn pausing_and_halting_keep_entries_back() {
    let app = start().await;
    active_config(&app).await;

    let (_, view) = control(&app, json!({ "action": "pause_entries" })).await;
    assert_eq!(view["status"], "stopped");
    assert_eq!(app.get("/api/risk/state").await.1["state"], "reducing");
    let (status, problem) = control(&app, json!({ "action": "start" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("entries_paused")));
    control(&app, json!({ "action": "resume" })).await;
    assert_eq!(app.get("/api/risk/state").await.1["state"], "active");

    app.put("/api/risk/state", json!({ "state": "halted", "reason": "drill" })).await;
    for action in ["start", "resume"] {
        let (status, problem) = control(&app, json!({ "action": action })).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::CONFLICT, &json!("halted")),
            "{action}"
        );
    }
}

#[tokio::test]
async fn live_trading_is_never_replaced_by_paper() {
    let app = start_with(&[("DELTA_ENV", "prod"), ("DELTA_LIVE_TRADING", "true")]).await;
    active_config(&app).await;
    let (status, problem) = control(&app, json!({ "action": "start" })).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("live_credentials_missing"))
    );

    let keys = [("DELTA_API_KEY", "abcdef123456"), ("DELTA_API_SECRET", "hush")];
    let app = start_with(&[&[("DELTA_ENV", "prod")][..], &keys].concat()).await;
    active_config(&app).await;
    let (_, problem) = control(&app, json!({ "action": "start" })).await;
    assert_eq!(problem["code"], "live_trading_disabled");

    let live = [("DELTA_ENV", "prod"), ("DELTA_LIVE_TRADING", "true")];
    let app = start_with(&[&live[..], &keys].concat()).await;
    active_config(&app).await;
    let (status, problem) = control(&app, json!({ "action": "start" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["pointer"], "/confirm");
    assert!(!problem.to_string().contains("abcdef123456"));
    let (status, _) = control(&app, json!({ "action": "start", "confirm": "abcdef" })).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_leg_is_closed_in_whole_or_in_part() {
    let app = start().await;
    let id = active_config(&app).await;
    Seed::open(3, &id).write(&app).await;
    let close = async |leg: i64, body: Value| {
        app.post(&format!("/api/trading/legs/{leg}/close"), body).await
    };

    for (body, pointer) in [
        (json!({ "order_type": "limit_order" }), "/limit_price"),
        (json!({ "order_type": "market_order", "limit_price": "5" }), "/limit_price"),
        (json!({ "order_type": "limit_order", "limit_price": "-5" }), "/limit_price"),
        (json!({ "order_type": "market_order", "size": 0 }), "/size"),
        (json!({ "order_type": "market_order", "size": 11 }), "/size"),
    ] {
        let (status, problem) = close(6, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let (status, view) = close(6, json!({ "order_type": "market_order", "size": 4 })).await;
    assert_eq!(status, StatusCode::OK, "{view}");
    assert_eq!(close(99, json!({ "order_type": "market_order" })).await.0, StatusCode::NOT_FOUND);
    Seed::closed(2, "2026-01-14T09:50:00Z", "1", "0.1").write(&app).await;
    let (status, problem) = close(4, json!({ "order_type": "market_order" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("leg_not_open")));
}

#[tokio::test]
async fn another_tenant_has_no_desk() {
    let app = start_with(&[("STRANGLE_TENANT", "elsewhere")]).await;
    add_config(&app, "Mine").await;
    let (status, problem) = control(&app, json!({ "action": "panic" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("desk_not_found")));
    for path in ["/api/trading/runtime", "/api/risk/state", "/api/trading/heartbeat"] {
        assert_eq!(app.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}
