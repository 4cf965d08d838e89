//! `Idempotency-Key`: a write that is sent several times is done once.

use crate::loans::pool;
use crate::postgres::Database;
use crate::server::Server;

fn a_write_is_done_once(server: &Server) {
    let bearer = server.sign_in();
    let headers = format!("{bearer}Idempotency-Key: one-and-the-same\r\n");
    let body = pool("Once", 5).to_string();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..10)
            .map(|_| {
                scope.spawn(|| server.call("POST", "/api/v1/pools", &headers, body.as_bytes()))
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap().unwrap()).collect()
    });

    let created: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    let original = created.iter().filter(|a| a.header("idempotent-replayed").is_none());
    assert_eq!(original.count(), 1, "{answers:?}");
    for answer in &answers {
        if answer.status == 201 {
            assert_eq!(answer.body, created[0].body);
        } else {
            answer.assert_problem(409, "idempotency_in_progress");
            assert!(answer.header("retry-after").is_some(), "{}", answer.head);
        }
    }

    let replayed = server.call("POST", "/api/v1/pools", &headers, body.as_bytes()).unwrap();
    assert_eq!((replayed.status, &replayed.body), (201, &created[0].body));
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    assert_eq!(replayed.header("location"), created[0].header("location"));
    let other = pool("Other", 5).to_string();
    let reused = server.call("POST", "/api/v1/pools", &headers, other.as_bytes()).unwrap();
    reused.assert_problem(422, "idempotency_key_reused");
    let long = format!("{bearer}Idempotency-Key: {}\r\n", "x".repeat(256));
    let malformed = server.call("POST", "/api/v1/pools", &long, body.as_bytes()).unwrap();
    malformed.assert_problem(400, "malformed_idempotency_key");
    let listed = server.call("GET", "/api/v1/pools", &bearer, b"").unwrap().json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_write_that_is_sent_ten_times_at_once_is_done_once() {
    let directory = tempfile::tempdir().unwrap();
    a_write_is_done_once(&Server::start_with_admin(directory.path(), &[], &[]));
}

#[test]
fn a_write_that_is_sent_ten_times_at_once_is_done_once_on_postgresql() {
    let Some(database) = Database::create() else { return };
    let directory = tempfile::tempdir().unwrap();
    let settings = [("DATABASE_URL", database.url.as_str())];
    a_write_is_done_once(&Server::start_with_admin(directory.path(), &settings, &[]));
}
