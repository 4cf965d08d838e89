//! What was traded.

use http::StatusCode;
use serde_json::json;

use crate::desk::{Seed, active_config, start};

#[tokio::test]
async fn sessions_come_newest_first_in_pages() {
    let app = start().await;
    for id in 1..=30 {
        Seed::closed(id, "2026-01-14T09:50:00Z", "1.84", "0.2").write(&app).await;
    }

    let (_, first) = app.get("/api/trading/sessions").await;
    assert_eq!(
        (&first["total"], &first["pages"], &first["page_size"]),
        (&json!(30), &json!(2), &json!(25))
    );
    assert_eq!(first["items"][0]["id"], 30);
    let (_, second) = app.get("/api/trading/sessions?page=2").await;
    assert_eq!(second["items"].as_array().unwrap().len(), 5);
    assert_eq!(second["items"][4]["id"], 1);

    let session = &first["items"][0];
    assert_eq!(session["duration_seconds"], 5 * 3_600);
    assert_eq!(session["status"], "stopped");
    assert_eq!(session["exit_reason"], "time_exit");
    let leg = &session["legs_summary"][0];
    assert_eq!((&leg["symbol"], &leg["side"]), (&json!("C-BTC-126000-160126"), &json!("short")));
    assert_eq!(leg["fees"], json!({ "entry": 0.05, "exit": 0.05, "total": 0.1 }));
    assert_eq!(leg["pnl_pct"], 27.152_317_88);
}

#[tokio::test]
async fn a_list_is_narrowed_by_words_and_times() {
    let app = start().await;
    let id = active_config(&app).await;
    Seed::closed(1, "2026-01-10T09:50:00Z", "1", "0.2").write(&app).await;
    Seed::open(2, &id).write(&app).await;

    for (query, expected) in [
        ("status=running", vec![2]),
        ("status=stopped", vec![1]),
        ("mode=live", vec![]),
        ("exit_reason=time_exit", vec![1]),
        ("from=2026-01-12T00:00:00Z", vec![2]),
        ("to=2026-01-12T00:00:00Z", vec![1]),
    ] {
        let (_, page) = app.get(&format!("/api/trading/sessions?{query}")).await;
        let ids: Vec<i64> =
            page["items"].as_array().unwrap().iter().map(|s| s["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    for query in ["page=0", "page_size=201", "status=asleep", "mode=demo", "from=yesterday"] {
        let (status, _) = app.get(&format!("/api/trading/sessions?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

#[tokio::test]
async fn a_session_is_found_by_number_and_by_name_with_everything_about_it() {
    let app = start().await;
    Seed::closed(4, "2026-01-14T09:50:00Z", "1.84", "0.2").write(&app).await;

    let (status, session) = app.get("/api/trading/sessions/4").await;

    assert_eq!(status, StatusCode::OK, "{session}");
    assert_eq!(session["orders"].as_array().unwrap().len(), 2);
    assert_eq!(session["positions"][0]["exit_price"], 210.0);
    assert_eq!(session["config_snapshot"]["underlying"], "BTC");
    assert_eq!(session["monitor_snapshot"], json!(null));
    let name = session["strategy_id"].as_str().unwrap();
    assert_eq!(app.get(&format!("/api/trading/sessions/{name}")).await.1, session);
    assert_eq!(app.get("/api/trading/sessions/5").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/api/trading/sessions/none").await.0, StatusCode::NOT_FOUND);
    let (_, events) = app.get("/api/trading/sessions/4/events").await;
    assert_eq!(events["items"], json!([]));
}

#[tokio::test]
async fn sessions_are_exported_with_twenty_columns() {
    let app = start().await;
    Seed::closed(1, "2026-01-13T09:50:00Z", "1.84", "0.2").write(&app).await;
    Seed::closed(2, "2026-01-14T09:50:00Z", "-2.5", "0.2").write(&app).await;

    let request = http::Request::get("/api/trading/sessions/export?format=csv");
    let reply = app.request(request.body(axum::body::Body::empty()).unwrap()).await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(
        reply.headers["content-disposition"],
        "attachment; filename=\"trading-sessions-20260115T120000Z.csv\""
    );
    let text = reply.text();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0].split(',').count(), 20);
    assert!(lines[1].starts_with("delta-strangle-20260115040000-2,2026-01-14T04:50:00+00:00,"));
    assert!(
        lines[1].contains(",-2.70,0.2,100,2,time_exit,BTC,123456.70,123000.00,"),
        "{}",
        lines[1]
    );
    assert!(lines[1].ends_with("P-BTC-121000-160126,121000.00,+0.1234,+2.06"), "{}", lines[1]);
    let (status, problem) = app.get("/api/trading/sessions/export?format=xlsx").await;
    assert_eq!(
        (status, &problem["detail"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("format must be csv"))
    );
}

#[tokio::test]
async fn a_session_that_was_left_behind_is_ended_only_if_it_is_flat() {
    let app = start().await;
    let (_, nothing) = app.post("/api/trading/sessions/cleanup", json!({})).await;
    assert_eq!(nothing, json!({ "closed": [], "needs_attention": [] }));

    let id = active_config(&app).await;
    Seed::open(5, &id).write(&app).await;
    let (_, held) = app.post("/api/trading/sessions/cleanup", json!({})).await;
    assert_eq!(held["closed"], json!([]));
    assert!(held["needs_attention"][0]["reason"].as_str().unwrap().contains("leg"));

    let mut tx = app.context.db.write().await.unwrap();
    tx.query("UPDATE legs SET open_qty = 0").execute().await.unwrap();
    tx.commit().await.unwrap();
    let (_, flat) = app.post("/api/trading/sessions/cleanup", json!({})).await;
    assert_eq!(flat["closed"], json!(["delta-strangle-20260115040000-5"]));
    assert_eq!(app.get("/api/trading/sessions/5").await.1["status"], "stopped");
}

#[tokio::test]
async fn the_path_of_a_session_is_returned_as_fine_as_asked() {
    let app = start().await;
    Seed::closed(1, "2026-01-14T09:50:00Z", "1", "0.2").write(&app).await;
    let mut tx = app.context.db.write().await.unwrap();
    for second in 0..10 {
        let at = app.context.clock.now() + chrono::TimeDelta::seconds(second);
        tx.query(
            "INSERT INTO pnl_points (session_id, at, tenant_id, net, gross, fees, spot) \
             VALUES (1, $1, 'default', 1.5, 2.0, 0.5, NULL)",
        )
        .bind(at)
        .execute()
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();

    let (_, path) = app.get("/api/trading/sessions/1/pnl").await;
    assert_eq!(path["points"].as_array().unwrap().len(), 10);
    assert_eq!(path["points"][0]["net"], 1.5);
    let (_, path) = app.get("/api/trading/sessions/1/pnl?resolution=4").await;
    assert_eq!(path["points"].as_array().unwrap().len(), 4);
    let (status, _) = app.get("/api/trading/sessions/1/pnl?resolution=0").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}
