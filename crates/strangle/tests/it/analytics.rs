//! How the desk has done.

use std::io::Read as _;

use http::{Request, StatusCode};
use serde_json::json;

use crate::desk::{Seed, start};

#[tokio::test]
async fn fees_are_taken_from_the_result_once() {
    let app = start().await;
    Seed::closed(1, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;
    Seed::closed(2, "2026-01-14T09:50:00Z", "-3", "1").write(&app).await;
    Seed::closed(3, "2025-01-14T09:50:00Z", "100", "1").write(&app).await;

    let (status, seen) = app.get("/api/analytics/history").await;

    assert_eq!(status, StatusCode::OK, "{seen}");
    let metrics = &seen["metrics"];
    assert_eq!(metrics["net_pnl"], 4.0);
    assert_eq!(metrics["pnl_before_fees"], 7.0);
    assert_eq!(metrics["fees_total"], 3.0);
    assert_eq!((&metrics["trade_count"], &metrics["win_rate"]), (&json!(2), &json!(50.0)));
    assert_eq!(metrics["max_drawdown"], 4.0);
    assert_eq!(seen["range"]["preset"], "30d");
    assert_eq!(seen["charts"]["cumulative_pnl"][1]["value"], 4.0);
    assert_eq!(seen["charts"]["trades_histogram"].as_array().unwrap().len(), 10);
    assert_eq!(seen["extra"]["exit_reasons"][0]["label"], "time_exit");
    let timeline = seen["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), 12);
    assert!(timeline.is_sorted_by_key(|entry| entry["timestamp"].as_str().unwrap().to_owned()));
    assert_eq!(
        seen["status"],
        json!({
            "is_stale": false, "latest_timestamp": "2026-01-14T09:50:00Z", "message": null,
        })
    );
}

#[tokio::test]
async fn a_range_is_named_or_given_and_may_be_turned_round() {
    let app = start().await;
    Seed::closed(1, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;
    for (query, count) in [
        ("preset=7d", 1),
        ("preset=all", 1),
        ("preset=YTD", 1),
        ("start=2026-01-13&end=2026-01-13", 1),
        ("start=2026-01-14T00:00:00Z&end=2026-01-12T00:00:00Z", 1),
        ("start=2026-01-14", 0),
        ("preset=all&strategy_id=delta-strangle-20260115040000-1", 1),
        ("preset=all&strategy_id=other", 0),
        ("preset=all&mode=live", 0),
        ("preset=all&tz=UTC", 1),
    ] {
        let (status, seen) = app.get(&format!("/api/analytics/history?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {seen}");
        assert_eq!(seen["metrics"]["trade_count"], count, "{query}");
    }
    for (query, pointer) in [
        ("start=yesterday", "/query/start"),
        ("end=2026-02-31", "/query/end"),
        ("start=+999999-01-01T00:00:00Z", "/query/start"),
        ("preset=8d", "/query/preset"),
        ("mode=demo", "/query/mode"),
        ("tz=Mars/Olympus", "/query/tz"),
    ] {
        let (status, problem) = app.get(&format!("/api/analytics/history?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

#[tokio::test]
async fn the_export_is_a_file_with_three_sections() {
    let app = start().await;
    Seed::closed(1, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;

    let request = Request::get("/api/analytics/export?preset=30d&format=csv");
    let reply = app.request(request.body(axum::body::Body::empty()).unwrap()).await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(
        reply.headers["content-disposition"],
        "attachment; filename=\"analytics-export-20260115-120000.csv\""
    );
    let text = reply.text();
    let sections: Vec<&str> = text.split("\r\n\r\n").collect();
    assert_eq!(sections.len(), 3, "{text}");
    assert!(
        sections[0].starts_with(
            "section,field,value\r\nmetadata,generated_at,2026-01-15T12:00:00+00:00\r\n"
        )
    );
    assert!(sections[0].contains("metadata,record_count,6\r\n"), "{text}");
    assert!(sections[1].contains("metrics,net_pnl,8\r\n"), "{text}");
    assert_eq!(sections[2].trim_end().lines().count(), 7, "{text}");
    assert!(
        sections[2].contains(",1,order,912,2,C-BTC-126000-160126,sell,10,302,302,,,"),
        "{text}"
    );

    let (status, problem) = app.get("/api/analytics/export?format=xlsx").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["detail"], "format must be csv");
}

#[tokio::test]
async fn a_file_is_whole_however_it_is_compressed() {
    let app = start().await;
    for id in 1..=40 {
        Seed::closed(id, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;
    }
    let ask = async |encoding: &str| {
        let request = Request::get("/api/analytics/export?preset=30d&format=csv")
            .header("accept-encoding", encoding)
            .body(axum::body::Body::empty())
            .unwrap();
        app.request(request).await
    };
    let plain = ask("identity").await.text();
    assert!(plain.lines().count() > 240, "{}", plain.lines().count());

    let (mut gzip, mut br) = (String::new(), String::new());
    let packed = ask("gzip").await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_string(&mut gzip).unwrap();
    let packed = ask("br").await;
    assert_eq!(packed.headers["content-encoding"], "br");
    brotli_decompressor::Decompressor::new(&packed.body[..], 4_096)
        .read_to_string(&mut br)
        .unwrap();

    assert_eq!(gzip, plain);
    assert_eq!(br, plain);
}

#[tokio::test]
async fn what_happens_on_a_clock_that_is_ahead_is_not_the_future() {
    let app = start().await;
    // This machine's clock says 15 January, 12:00.
    Seed::closed(1, "2026-01-18T09:50:00Z", "10", "2").write(&app).await;
    let (_, blind) = app.get("/api/analytics/history?preset=7d").await;
    assert_eq!(blind["metrics"]["trade_count"], 0);

    let (_, mut picture) = app.get("/api/trading/runtime").await;
    picture["generated_at"] = json!("2026-01-18T10:00:00Z");
    let mut tx = app.context.db.write().await.unwrap();
    tx.query(
        "INSERT INTO runtime_snapshots (environment, account, tenant_id, session_id, snapshot, \
         last_tick_at, instance_id, fencing_token) \
         VALUES ('sim', 'paper', 'default', NULL, $1, $2, 'test', 1)",
    )
    .bind(platform::db::Json(picture))
    .bind(app.context.clock.now())
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();

    for preset in ["7d", "30d", "all"] {
        let (_, seen) = app.get(&format!("/api/analytics/history?preset={preset}")).await;
        assert_eq!(seen["metrics"]["trade_count"], 1, "{preset}: {}", seen["range"]);
        assert_eq!(seen["range"]["end"], "2026-01-18T10:00:00Z");
        assert_eq!(seen["status"]["is_stale"], false);
    }
    let request = Request::get("/api/analytics/export?preset=7d");
    let file = app.request(request.body(axum::body::Body::empty()).unwrap()).await.text();
    assert!(file.contains("metadata,record_count,6\r\n"), "{file}");
}

#[tokio::test]
async fn a_position_has_its_result_at_its_end_and_not_before() {
    let app = start().await;
    Seed::closed(1, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;

    let (_, seen) = app.get("/api/analytics/history").await;

    let timeline = seen["timeline"].as_array().unwrap();
    let with_result: Vec<_> = timeline
        .iter()
        .filter(|entry| !entry["realized_pnl"].is_null())
        .map(|entry| (&entry["metadata"]["event"], &entry["realized_pnl"]))
        .collect();
    let end = (&json!("position_exit"), &json!(0.92));
    assert_eq!(with_result, [end, end]);
    let begin = timeline.iter().find(|it| it["metadata"]["event"] == "position_entry").unwrap();
    assert_eq!(begin["metadata"]["fees"], "0.05", "those of the sale alone");
}

#[tokio::test]
async fn the_dashboard_shows_the_newest_figures() {
    let app = start().await;
    let (status, empty) = app.get("/api/analytics/dashboard").await;
    assert_eq!((status, &empty["kpis"]), (StatusCode::OK, &json!([])));

    Seed::closed(1, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;
    let kpis = json!([
        { "label": "Net PnL", "value": "8", "trend": "up", "unit": "USD" },
        { "label": "Trailing Level %", "value": null, "trend": "flat", "unit": "%" },
    ]);
    let mut tx = app.context.db.write().await.unwrap();
    tx.query(
        "INSERT INTO trade_analytics_snapshots (session_id, tenant_id, mode, kpis, generated_at) \
         VALUES (1, 'default', 'paper', $1, $2)",
    )
    .bind(platform::db::Json(kpis))
    .bind(app.context.clock.now())
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let (_, seen) = app.get("/api/analytics/dashboard").await;
    assert_eq!(
        seen["kpis"][0],
        json!({ "label": "Net PnL", "value": 8.0, "trend": "up", "unit": "USD" })
    );
    assert_eq!(seen["kpis"][1]["value"], json!(null));
    assert_eq!(seen["chart_data"]["sessions"][0]["value"], 8.0);
}
