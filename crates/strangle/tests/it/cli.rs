//! The command line.

use crate::desk::{Seed, say, start};

#[tokio::test]
async fn trading_is_stopped_and_released_from_the_command_line() {
    let app = start().await;

    assert!(say(&app, &["kill", "--flatten", "--reason", "fire"]).await.0);
    let (_, state) = app.get("/api/risk/state").await;
    assert_eq!((state["state"].as_str(), state["flatten"].as_bool()), (Some("halted"), Some(true)));
    assert_eq!(state["reason"], "fire");

    assert!(say(&app, &["kill", "--release"]).await.0);
    assert_eq!(app.get("/api/risk/state").await.1["state"], "active");

    assert!(say(&app, &["kill", "--file"]).await.0);
    assert_eq!(app.get("/api/risk/state").await.1["source"], "file");
    assert!(!say(&app, &["kill", "--release"]).await.0, "the file still stops trading");
    assert!(say(&app, &["kill", "--file", "--release"]).await.0);
    assert_eq!(app.get("/api/risk/state").await.1["state"], "active");
}

#[tokio::test]
async fn the_desk_is_described_for_the_operator() {
    let app = start().await;
    Seed::open(3, "config_1").write(&app).await;

    let (good, text) = say(&app, &["check"]).await;

    assert!(good);
    assert!(text.contains("environment     sim"), "{text}");
    assert!(text.contains("delta-strangle-20260115040000-3 is live"), "{text}");
    let (_, text) = say(&app, &["report"]).await;
    assert!(text.starts_with("symbol"), "{text}");
}

#[tokio::test]
async fn rows_that_no_event_explains_are_reported() {
    let app = start().await;
    Seed::closed(1, "2026-01-13T09:50:00Z", "10", "2").write(&app).await;

    let (good, text) = say(&app, &["rebuild", "--verify"]).await;

    assert!(!good);
    assert!(text.contains("session 1: its events make no session"), "{text}");
    assert!(text.ends_with("1 sessions looked at, 1 differences\n"), "{text}");
}
