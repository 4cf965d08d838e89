//! The cases of `tests/oracles/strangle/logs.json`, or of the file that `LOGBOOK_ORACLES` names.
//!
//! `cargo xtask oracles` runs this test and reads the answers it prints.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{append, start, wait_for};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracles/strangle/logs.json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_of_the_oracle_holds() {
    for (case, found) in answers(FILE).await {
        assert_eq!(found, case["expected"], "{}: {}", case["id"], case["title"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_of_the_oracle_is_answered() {
    let named = std::env::var_os("LOGBOOK_ORACLES");
    let file = named.map_or(FILE.to_owned(), |file| file.to_string_lossy().into_owned());
    for (case, found) in answers(&file).await {
        assert!(!found.is_null(), "{case}");
        println!("\noracle answer: {}", json!({ "id": case["id"], "got": found }));
    }
}

/// Answers the cases of a file.
async fn answers(file: &str) -> Vec<(Value, Value)> {
    let oracle: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut answers = Vec::new();
    for case in oracle["cases"].as_array().unwrap() {
        let inputs = &case["inputs"];
        let has = |name: &str| !inputs[name].is_null();
        let found = match () {
            () if has("then_append") => half_written(inputs).await,
            () if has("restarts") => restarted(inputs).await,
            () if has("levels") => levels(inputs).await,
            () if inputs.get("configured_key").is_some() => key(inputs).await,
            () if has("entries") => batch(inputs).await,
            () if has("retention_days") => retention(inputs).await,
            () if has("messages") => searched(inputs).await,
            () if has("file") => read_once(inputs).await,
            () => json!({ "error": "unknown_kind_of_case" }),
        };
        answers.push((case.clone(), found));
    }
    answers
}

async fn half_written(inputs: &Value) -> Value {
    let app = start(&[]).await;
    append(&app, inputs["file"].as_str().unwrap());
    let first = wait_for(&app, 1).await;
    append(&app, inputs["then_append"].as_str().unwrap());
    let second = wait_for(&app, 2).await;
    let messages: Vec<_> = second["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|row| row["message"].clone())
        .collect();
    json!({
        "rows_after_first": first["total"], "rows_after_second": second["total"],
        "messages": messages,
    })
}

/// Reads a whole file, whatever is in it.
async fn read_once(inputs: &Value) -> Value {
    let app = start(&[]).await;
    let text = inputs["file"].as_str().unwrap_or_default();
    append(&app, text);
    let complete = text.matches('\n').count();
    let page = wait_for(&app, i64::try_from(complete).unwrap()).await;
    let rows = page["items"].as_array().unwrap().iter().rev();
    let of = |name: &str| rows.clone().map(|row| row[name].clone()).collect::<Vec<_>>();
    json!({ "rows": page["total"], "messages": of("message"), "levels": of("level") })
}

/// Looks for a text among messages.
async fn searched(inputs: &Value) -> Value {
    let app = start(&[]).await;
    let messages = inputs["messages"].as_array().unwrap();
    for message in messages {
        append(&app, &format!("{}\n", json!({ "level": "INFO", "message": message })));
    }
    wait_for(&app, i64::try_from(messages.len()).unwrap()).await;
    let search = inputs["search"].as_str().unwrap_or_default();
    let encoded = search.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
    let (_, page) = app.get(&format!("/api/logs/backend?search={encoded}")).await;
    json!({ "count": page["total"], "rows": page["total"] })
}

async fn restarted(inputs: &Value) -> Value {
    let app = start(&[]).await;
    append(&app, inputs["file"].as_str().unwrap());
    wait_for(&app, 1).await;
    app.context.tasks.drain(std::time::Duration::from_secs(5)).await;
    for _ in 0..inputs["restarts"].as_i64().unwrap() {
        let mut context = app.context.clone();
        context.tasks = platform::tasks::Tasks::default();
        // The lines of the case are older than the days that are kept by default.
        let mut env = platform::settings::Env::new([
            ("BACKEND_LOG_POLL_INTERVAL".to_owned(), "0.05".to_owned()),
            ("BACKEND_LOG_RETENTION_DAYS".to_owned(), "0".to_owned()),
        ]);
        let started = (logbook::REGISTRATION.configure)(&mut env)(context.clone()).await;
        assert!(started.is_ok());
        wait_for(&app, 1).await;
        context.tasks.drain(std::time::Duration::from_secs(5)).await;
    }
    json!({ "rows": app.get("/api/logs/backend").await.1["total"] })
}

async fn levels(inputs: &Value) -> Value {
    let app = start(&[]).await;
    let levels = inputs["levels"].as_array().unwrap();
    for level in levels {
        append(&app, &format!("{}\n", json!({ "level": level, "message": "m" })));
    }
    wait_for(&app, i64::try_from(levels.len()).unwrap()).await;
    let filter = inputs["filter"].as_str().unwrap();
    let (_, page) = app.get(&format!("/api/logs/backend?level={filter}")).await;
    let (_, summary) = app.get("/api/logs/backend/summary").await;
    json!({
        "count": page["total"], "latest_warning_present": !summary["latest_warning"].is_null(),
    })
}

async fn key(inputs: &Value) -> Value {
    let app =
        start(&[("LOG_INGEST_API_KEY", inputs["configured_key"].as_str().unwrap_or_default())])
            .await;
    let mut caller = app.anonymous();
    if let Some(header) = inputs["header"].as_str() {
        caller = caller.with_header("x-log-api-key", header);
    }
    let (status, _) = caller.post("/api/logs/batch", json!({"entries": [{"message": "m"}]})).await;
    json!({ "status": status.as_u16() })
}

async fn batch(inputs: &Value) -> Value {
    let app = start(&[]).await;
    let count = usize::try_from(inputs["entries"].as_u64().unwrap()).unwrap();
    let entries = vec![json!({"level": "info", "message": "m"}); count];
    let (status, body) = app.post("/api/logs/batch", json!({ "entries": entries })).await;
    json!({ "status": status.as_u16(), "body": body })
}

async fn retention(inputs: &Value) -> Value {
    let days = inputs["retention_days"].to_string();
    let app = start(&[("BACKEND_LOG_RETENTION_DAYS", "0")]).await;
    let rows = inputs["rows"].as_i64().unwrap();
    for _ in 0..rows {
        append(&app, "{\"timestamp\":\"2020-01-01T00:00:00Z\",\"message\":\"old\"}\n");
    }
    wait_for(&app, rows).await;
    app.context.clock.advance(TimeDelta::days(400));
    let mut context = app.context.clone();
    context.tasks = platform::tasks::Tasks::default();
    let variables = [
        ("BACKEND_LOG_RETENTION_DAYS".to_owned(), days),
        ("BACKEND_LOG_INGEST_ENABLED".to_owned(), "false".to_owned()),
    ];
    let mut env = platform::settings::Env::new(variables);
    assert!((logbook::REGISTRATION.configure)(&mut env)(context.clone()).await.is_ok());
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    context.tasks.drain(std::time::Duration::from_secs(5)).await;
    let left = app.get("/api/logs/backend").await.1["total"].as_i64().unwrap();
    json!({ "deleted": rows - left })
}
