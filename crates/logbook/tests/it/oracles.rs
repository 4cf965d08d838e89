//! The cases of `tests/oracles/strangle/logs.json`, or of the file that `LOGBOOK_ORACLES` names.
//!
//! `cargo xtask oracles` runs this test and reads the answers it prints.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::TestApp;

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
            () if Rotation::of(inputs).is_some() => rotated(inputs).await,
            () if has("restarts") => restarted(inputs).await,
            () if has("levels") => levels(inputs).await,
            () if inputs.get("configured_key").is_some() => key(inputs).await,
            () if has("entries") => batch(inputs).await,
            () if ages(inputs).is_some() => retention_by_age(inputs).await,
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

/// How somebody makes room for the file: by another name, or by emptying it.
#[derive(Clone, Copy, PartialEq)]
enum Rotation {
    Renamed,
    Truncated,
}

impl Rotation {
    /// Reads it from the names or the words of a case.
    fn of(inputs: &Value) -> Option<Self> {
        let said = inputs.as_object()?.iter().map(|(name, value)| {
            format!("{name} {}", value.as_str().filter(|text| text.len() < 40).unwrap_or_default())
        });
        let said = said.collect::<Vec<_>>().join(" ").to_lowercase();
        if said.contains("trunc") {
            Some(Self::Truncated)
        } else {
            (said.contains("renam") || said.contains("rotat")).then_some(Self::Renamed)
        }
    }
}

/// The file is rotated between two texts; nothing is lost and nothing is read twice.
async fn rotated(inputs: &Value) -> Value {
    const AFTER: [&str; 9] = [
        "then",
        "after",
        "new_file",
        "then_write",
        "after_rename",
        "after_truncate",
        "after_rotation",
        "second_file",
        "new_content",
    ];
    let lines = |text: &str| i64::try_from(text.matches('\n').count()).unwrap();
    let app = start(&[("BACKEND_LOG_RETENTION_DAYS", "0")]).await;
    let before = inputs["file"].as_str().unwrap_or_default();
    let after = AFTER.iter().find_map(|name| inputs[*name].as_str()).unwrap_or_default();
    append(&app, before);
    let first = wait_for(&app, lines(before)).await;
    let path = &app.context.settings.log_file;
    match Rotation::of(inputs) {
        Some(Rotation::Truncated) => drop(std::fs::File::create(path).unwrap()),
        _ => std::fs::rename(path, path.with_extension("log.1")).unwrap(),
    }
    append(&app, after);
    let page = wait_for(&app, lines(before) + lines(after)).await;
    let rows = page["items"].as_array().unwrap().iter().rev();
    let messages: Vec<_> = rows.map(|row| row["message"].clone()).collect();
    json!({
        "rows": page["total"], "messages": messages,
        "rows_after_first": first["total"], "rows_after_second": page["total"],
    })
}

/// The ages of rows in days, under whichever name.
fn ages(inputs: &Value) -> Option<Vec<f64>> {
    inputs["retention_days"].as_f64()?;
    let (_, ages) = inputs.as_object()?.iter().find(|(name, _)| name.contains("age"))?;
    ages.as_array()?.iter().map(Value::as_f64).collect()
}

async fn retention_by_age(inputs: &Value) -> Value {
    let ages = ages(inputs).unwrap_or_default();
    let app = start(&[("BACKEND_LOG_RETENTION_DAYS", "0")]).await;
    for age in &ages {
        #[expect(clippy::cast_possible_truncation, reason = "an age in seconds")]
        let at = app.context.clock.now() - TimeDelta::seconds((age * 86_400.0).round() as i64);
        append(&app, &format!("{}\n", json!({ "timestamp": at.to_rfc3339(), "message": "m" })));
    }
    let rows = i64::try_from(ages.len()).unwrap();
    wait_for(&app, rows).await;
    let left = purged(&app, inputs["retention_days"].to_string()).await;
    json!({ "deleted": rows - left, "remaining": left, "left": left, "kept": left })
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
    let left = purged(&app, days).await;
    json!({ "deleted": rows - left })
}

/// Starts the log again with so many days of retention, and counts what is left after a while.
async fn purged(app: &TestApp, days: String) -> i64 {
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
    app.get("/api/logs/backend").await.1["total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotated_file_and_rows_of_some_age_are_kinds_of_cases() {
    let line = |text: &str| format!("{{\"message\":\"{text}\"}}\n");
    let (first, second) = (line("a") + &line("b"), line("c"));
    for inputs in [
        json!({ "file": first, "rotation": "rename", "then": second }),
        json!({ "file": first, "copytruncate": true, "after_truncate": second }),
    ] {
        let found = rotated(&inputs).await;
        assert_eq!(found["messages"], json!(["a", "b", "c"]), "{inputs}");
    }
    let inputs = json!({ "retention_days": 7, "row_ages_days": [1, 6.9, 7.1, 30] });
    assert_eq!(retention_by_age(&inputs).await["deleted"], 2);
}
