use platform::settings::Env;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

#[test]
fn events_become_lines_with_the_fields_of_their_spans() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs/b.log");
    let mut env = Env::new([
        ("LOG_FILE".to_owned(), path.display().to_string()),
        ("LOG_FORMAT".to_owned(), "json".to_owned()),
    ]);
    let settings = PlatformSettings::read(&mut env);
    let (lines, guard) = layer(&settings).unwrap();
    let subscriber = tracing_subscriber::registry().with(lines);

    tracing::subscriber::with_default(subscriber, || {
        let span =
            tracing::info_span!("work", strategy_id = "delta-1", step = tracing::field::Empty);
        let _entered = span.enter();
        span.record("step", 2);
        tracing::warn!(event = "slow", password = "p", loan.id = %7, "it took {} s", 3);
    });
    assert!(guard.flush());
    drop(guard);

    let text = std::fs::read_to_string(&path).unwrap();
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (name, value) in [
        ("level", "WARN"),
        ("logger", "logbook::writer::tests"),
        ("message", "it took 3 s"),
        ("event", "slow"),
        ("strategy_id", "delta-1"),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
    assert_eq!(line["payload"], serde_json::json!({"step": 2, "password": "***", "loan.id": "7"}));
}

#[test]
fn a_log_file_that_cannot_be_written_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().join("inside-a-file/b.log").display().to_string();
    let mut env = Env::new([("LOG_FILE".to_owned(), path.clone())]);
    let settings = PlatformSettings::read(&mut env);
    let error = layer::<tracing_subscriber::Registry>(&settings).err().unwrap().to_string();
    assert!(error.contains(&path) && error.contains("LOG_FILE"), "{error}");
}
