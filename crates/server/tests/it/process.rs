//! A process from its first start to its end.

use std::time::Instant;

use crate::server::{Server, quintet};

fn sign_in(server: &Server, password: &str) -> (u16, serde_json::Value) {
    let body = serde_json::json!({ "username": "admin@localhost", "password": password });
    let (status, body) = server.post("/api/auth/login", "", &body.to_string()).unwrap();
    (status, serde_json::from_str(&body).unwrap_or_default())
}

#[test]
fn a_first_start_needs_no_setting_and_prints_the_password_once() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path());
    let password = server.password().expect("a one-time password");
    assert_eq!(sign_in(&server, &password).0, 200);
    assert_eq!(sign_in(&server, "not the password").0, 401);
    assert_eq!(server.terminate(), Some(0));

    let again = Server::start(directory.path());
    assert_eq!(again.password(), None);
    assert_eq!(sign_in(&again, &password).0, 200);
}

#[test]
fn it_is_ready_fast_and_small_when_idle() {
    let directory = tempfile::tempdir().unwrap();
    drop(Server::start(directory.path()));

    let started = Instant::now();
    let server = Server::start(directory.path());
    let seconds = started.elapsed().as_secs_f64();
    let megabytes = server.resident_bytes() >> 20;

    // The limits of a release build on a quiet machine are 2 s and 150 MB; tests run unoptimised
    // code beside each other.
    assert!(seconds < 6.0, "ready after {seconds:.1} s");
    assert!(megabytes < 150, "{megabytes} MB resident");
}

#[test]
fn a_killed_process_has_kept_everything_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path());
    let password = server.password().unwrap();
    let (_, login) = sign_in(&server, &password);
    let bearer = format!("Authorization: Bearer {}\r\n", login["access_token"].as_str().unwrap());
    let change = serde_json::json!({
        "current_password": password, "new_password": "a much longer secret 42",
    });
    let (status, body) = server.post("/api/auth/password", &bearer, &change.to_string()).unwrap();
    assert!(status < 300, "{status} {body}");
    server.kill();

    let again = Server::start(directory.path());
    assert_eq!(sign_in(&again, &password).0, 401);
    assert_eq!(sign_in(&again, "a much longer secret 42").0, 200);
}

#[test]
fn all_problems_of_the_settings_are_reported_at_once_with_code_78() {
    let directory = tempfile::tempdir().unwrap();
    let output = quintet(directory.path())
        .env("PORT", "eighty")
        .env("ENVIRONMENT", "production")
        .env("DEBUG", "true")
        .arg("serve")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{text}");
    for part in ["PORT", "DEBUG", "SECRET_KEY"] {
        assert!(text.contains(part), "{part} is missing in: {text}");
    }
}

#[test]
fn two_processes_do_not_share_sqlite_files() {
    let directory = tempfile::tempdir().unwrap();
    let _first = Server::start(directory.path());
    let output = quintet(directory.path()).env("PORT", "0").arg("serve").output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.contains("DATA_DIR"), "{text}");
}

#[test]
fn the_request_id_is_on_every_line_and_in_the_problem() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path());
    let id = "X-Request-ID: test-request-0001\r\n";
    let (status, body) = server.post("/api/auth/login", id, "{}").unwrap();
    assert_eq!(status, 422);
    assert!(body.contains("test-request-0001"), "{body}");
    server.terminate();
    let log = std::fs::read_to_string(directory.path().join("logs/backend.log")).unwrap();
    assert!(log.lines().any(|line| line.contains("test-request-0001")), "{log}");
}
