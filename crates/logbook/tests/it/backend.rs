use axum::body::Body;
use futures::StreamExt as _;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::{append, start, wait_for};

/// A log of five lines.
async fn filled() -> TestApp {
    let app = start(&[]).await;
    for line in [
        json!({"timestamp": "2026-01-15T11:00:00Z", "level": "INFO", "logger": "a", "event": "started", "message": "100% done", "correlation_id": "corr-0001", "payload": {"n": 1}}),
        json!({"timestamp": "2026-01-15T11:10:00Z", "level": "WARNING", "logger": "a", "event": "slow", "message": "1000 done", "correlation_id": "corr-0001", "request_id": "req-0001"}),
        json!({"timestamp": "2026-01-15T11:20:00Z", "level": "CRITICAL", "logger": "b", "event": "slow", "message": "=cmd|x", "strategy_id": "delta-1", "token": "abc"}),
        json!({"timestamp": "2026-01-15T11:30:00Z", "level": "debug", "logger": "b", "message": "a_b"}),
        json!({"timestamp": "2026-01-15T11:59:30Z", "level": "INFO", "logger": "b", "message": "axb"}),
    ] {
        append(&app, &format!("{line}\n"));
    }
    wait_for(&app, 5).await;
    app
}

fn messages(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|row| row["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_condition_narrows_the_list_and_search_is_literal() {
    let app = filled().await;
    for (query, expected) in [
        ("level=WARN", vec!["1000 done"]),
        ("level=warning", vec!["1000 done"]),
        ("level=INFO", vec!["axb", "100% done"]),
        ("event=slow", vec!["=cmd|x", "1000 done"]),
        ("event=slow&level=ERROR", vec!["=cmd|x"]),
        ("logger=a", vec!["1000 done", "100% done"]),
        ("correlationId=corr-0001", vec!["1000 done", "100% done"]),
        ("correlationId=corr-0001&logger=a&event=started", vec!["100% done"]),
        ("requestId=req-0001", vec!["1000 done"]),
        ("strategyId=delta-1", vec!["=cmd|x"]),
        ("search=100%25", vec!["100% done"]),
        ("search=a_b", vec!["a_b"]),
        ("search=DONE", vec!["1000 done", "100% done"]),
        ("search=DONE&level=WARN", vec!["1000 done"]),
        ("search=%5C", vec![]),
        ("startTime=2026-01-15T11:20:00Z&endTime=2026-01-15T11:30:00Z", vec!["a_b", "=cmd|x"]),
        ("startTime=2026-01-15T16:55:00%2B05:30", vec!["axb", "a_b"]),
        ("startTime=2027-01-01T00:00:00Z", vec![]),
        ("page_size=2&page=2", vec!["=cmd|x", "1000 done"]),
        ("level=&search=", vec!["axb", "a_b", "=cmd|x", "1000 done", "100% done"]),
    ] {
        let (status, page) = app.get(&format!("/api/logs/backend?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {page}");
        assert_eq!(messages(&page), expected, "{query}");
    }
}

#[tokio::test]
async fn a_row_has_the_names_that_clients_rely_on_and_no_secret() {
    let app = filled().await;
    let (_, page) = app.get("/api/logs/backend?strategyId=delta-1").await;
    assert_eq!(
        page,
        json!({
            "total": 1, "total_capped": false, "page": 1, "page_size": 50,
            "items": [{
                "id": 3, "logged_at": "2026-01-15T11:20:00Z", "ingested_at": "2026-01-15T12:00:00Z",
                "level": "ERROR", "logger_name": "b", "event": "slow", "message": "=cmd|x",
                "correlation_id": null, "strategy_id": "delta-1", "request_id": null,
                "payload": {"token": "***"},
            }],
        })
    );
}

#[tokio::test]
async fn cursors_reach_every_row_once() {
    let app = filled().await;
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, page) = app.get(&format!("/api/logs/backend?page_size=2{cursor}")).await;
        found.extend(messages(&page).iter().map(|m| (*m).to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, ["axb", "a_b", "=cmd|x", "1000 done", "100% done"]);
}

#[tokio::test]
async fn conditions_that_cannot_be_read_are_refused_by_name() {
    let app = filled().await;
    for (query, pointer) in [
        ("level=loud", "/query/level"),
        ("page_size=501", "/query/page_size"),
        ("page_size=0", "/query/page_size"),
        ("page=0", "/query/page"),
        ("page=9223372036854775807", "/query/page"),
        ("startTime=yesterday", "/query/startTime"),
        ("startTime=2026-01-02T00:00:00Z&endTime=2026-01-01T00:00:00Z", "/query/startTime"),
        ("cursor=%21", "/query/cursor"),
        ("search=%00", "/query/search"),
    ] {
        let (status, problem) = app.get(&format!("/api/logs/backend?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}");
    }
}

#[tokio::test]
async fn the_summary_counts_levels_names_and_time() {
    let app = filled().await;
    let (status, summary) = app.get("/api/logs/backend/summary").await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(summary["total"], 5);
    assert_eq!(summary["level_counts"], json!({"DEBUG": 1, "INFO": 2, "WARN": 1, "ERROR": 1}));
    assert_eq!(
        summary["top_loggers"],
        json!([{"name": "b", "count": 3}, {"name": "a", "count": 2}])
    );
    assert_eq!(
        summary["top_events"],
        json!([{"name": "slow", "count": 2}, {"name": "started", "count": 1}])
    );
    assert_eq!(summary["latest_entry_at"], "2026-01-15T11:59:30Z");
    assert_eq!(summary["latest_error"]["message"], "=cmd|x");
    assert_eq!(summary["latest_warning"]["message"], "1000 done");
    assert_eq!(summary["ingestion_lag_seconds"], 30.0);
    let volume = summary["volume"].as_array().unwrap();
    assert_eq!(volume.len(), 60);
    let sum: i64 = volume
        .iter()
        .flat_map(|bucket| bucket["counts"].as_object().unwrap().values())
        .map(|count| count.as_i64().unwrap())
        .sum();
    assert_eq!(sum, 5);

    let (_, some) =
        app.get("/api/logs/backend/summary?logger=b&startTime=2026-01-15T11:25:00Z").await;
    assert_eq!(some["total"], 2);
    assert_eq!(some["level_counts"], json!({"DEBUG": 1, "INFO": 1, "WARN": 0, "ERROR": 0}));
    assert_eq!(some["latest_error"], Value::Null);
    assert_eq!(some["volume"][0]["at"], "2026-01-15T11:25:00Z");
}

#[tokio::test]
async fn an_empty_log_has_an_empty_summary() {
    let app = start(&[]).await;
    let (status, summary) = app.get("/api/logs/backend/summary").await;
    assert_eq!((status, &summary["total"]), (StatusCode::OK, &json!(0)));
    assert_eq!(summary["volume"], json!([]));
    assert_eq!(summary["latest_entry_at"], Value::Null);
}

#[tokio::test]
async fn the_export_has_twelve_columns_and_no_formulas() {
    let app = filled().await;
    let request = Request::get("/api/logs/backend/export?event=slow").body(Body::empty()).unwrap();
    let reply = app.request(request).await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(
        reply.headers["content-disposition"],
        "attachment; filename=\"backend-logs-export-20260115-120000.csv\""
    );
    let mut csv = csv::Reader::from_reader(&*reply.body);
    assert_eq!(
        csv.headers().unwrap().iter().collect::<Vec<_>>().join(","),
        "id,logged_at,ingested_at,level,logger_name,event,message,correlation_id,strategy_id,\
         request_id,line_hash,payload"
    );
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(&rows[0][6], "'=cmd|x");
    assert_eq!(rows[0][10].len(), 64);
    assert_eq!(&rows[0][11], r#"{"token":"***"}"#);
    assert_eq!(&rows[1][1], "2026-01-15T11:10:00.000000Z");
}

#[tokio::test]
async fn a_long_export_is_complete() {
    let app = start(&[]).await;
    let lines: Vec<String> = (0..2_500).map(|n| format!("{{\"message\":\"{n}\"}}\n")).collect();
    append(&app, &lines.concat());
    wait_for(&app, 2_500).await;
    let request = Request::get("/api/logs/backend/export").body(Body::empty()).unwrap();
    let reply = app.request(request).await;
    let mut csv = csv::Reader::from_reader(&*reply.body);
    let found: Vec<String> = csv.records().map(|row| row.unwrap()[6].to_owned()).collect();
    assert_eq!(found, (0..2_500).rev().map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_live_log_shows_new_lines_and_goes_on_after_the_last_seen() {
    let app = filled().await;
    let open = |last: Option<&'static str>| {
        let mut request = Request::get("/api/logs/backend/tail?logger=b");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let app = app.clone();
        async move { app.open(request.body(Body::empty()).unwrap()).await.into_body() }
    };
    let mut resumed = open(Some("3")).await.into_data_stream();
    let mut live = open(None).await.into_data_stream();
    append(
        &app,
        "{\"message\":\"other\",\"logger\":\"a\"}\n{\"message\":\"new\",\"logger\":\"b\"}\n",
    );

    let mut text = String::new();
    while !text.contains("\"new\"") {
        text.push_str(std::str::from_utf8(&resumed.next().await.unwrap().unwrap()).unwrap());
    }
    let ids: Vec<_> = text.lines().filter(|line| line.starts_with("id:")).collect();
    assert_eq!(ids, ["id: 4", "id: 5", "id: 7"]);
    let first = live.next().await.unwrap().unwrap();
    let first = std::str::from_utf8(&first).unwrap();
    assert!(first.contains("event: log") && first.contains("id: 7"), "{first}");
}

#[tokio::test]
async fn who_may_read_the_log_is_a_viewer() {
    let app = start(&[]).await;
    for path in ["/api/logs/backend", "/api/logs/backend/summary", "/api/logs/backend/export"] {
        assert_eq!(app.as_caller("viewer").request(get(path)).await.status, StatusCode::OK);
        let other = app.as_caller("credit:admin").request(get(path)).await;
        assert_eq!(other.status, StatusCode::FORBIDDEN);
        let anonymous = app.anonymous().request(get(path)).await;
        assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    }
    for path in ["/api/logs/frontend"] {
        assert_eq!(app.as_caller("viewer").get(path).await.0, StatusCode::FORBIDDEN);
        assert_eq!(app.as_caller("admin").get(path).await.0, StatusCode::OK);
    }
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_level_is_changed_by_administrators_in_a_process_that_logs() {
    let app = start(&[]).await;
    let viewer = app.as_caller("viewer").put("/api/logs/level", json!({"level": "debug"})).await;
    assert_eq!(viewer.0, StatusCode::FORBIDDEN);
    let (status, problem) = app.put("/api/logs/level", json!({"level": "loud"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["pointer"], "/level");
    let (status, problem) = app.put("/api/logs/level", json!({"level": "debug"})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("log_not_started")));
}
