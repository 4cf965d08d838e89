//! Processes that are killed in the middle of things: what was acknowledged is kept, and nothing
//! half-written is seen.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::http::{call, connect};
use crate::loans::{pool, tape};
use crate::postgres::{Database, query, wait_for};
use crate::server::{Server, quintet};

/// Leases that are over soon, so that a killed job is taken again soon.
const SHORT: [(&str, &str); 1] = [("JOB_LEASE_SECONDS", "3")];

/// Different moments between the start of a process and its being ready.
fn moments(count: u64) -> impl Iterator<Item = Duration> {
    (0..count).map(|number| Duration::from_millis(5 + number * 197 % 700))
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().map(|e| e.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Makes sure that every object that has a name holds the bytes of that name. What is still being
/// written is in `incoming`, or has a number after its name, and nobody finds it.
fn assert_objects_are_whole(directory: &Path) {
    for file in files(&directory.join("data/objects")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains('#') || file.components().any(|part| part.as_os_str() == "incoming") {
            continue;
        }
        let hash = hex::encode(Sha256::digest(std::fs::read(&file).unwrap()));
        assert_eq!(hash, name, "{} is half written", file.display());
    }
}

fn pools(server: &Server, bearer: &str) -> Vec<serde_json::Value> {
    let answer = server.call("GET", "/api/v1/pools?limit=1000", bearer, b"").unwrap();
    answer.json()["items"].as_array().unwrap().clone()
}

#[test]
fn every_write_that_was_acknowledged_is_there_after_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let (bearer, port) = (server.sign_in(), server.port);
    let acknowledged = Mutex::new(BTreeSet::new());

    std::thread::scope(|scope| {
        for client in 0..4 {
            let (bearer, acknowledged) = (&bearer, &acknowledged);
            scope.spawn(move || {
                for number in 0.. {
                    let body = pool(&format!("{client}-{number}"), 3).to_string();
                    let answer = call(port, "POST", "/api/v1/pools", bearer, body.as_bytes());
                    let Some(answer) = answer.filter(|answer| answer.status == 201) else { return };
                    let id = answer.json()["id"].as_str().unwrap().to_owned();
                    acknowledged.lock().unwrap().insert(id);
                }
            });
        }
        std::thread::sleep(Duration::from_millis(1_500));
        server.kill();
    });

    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > 4, "only {} pools were added", acknowledged.len());
    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let bearer = server.sign_in();
    for id in &acknowledged {
        let (status, text) = server.get(&format!("/api/v1/pools/{id}/assets"), &bearer).unwrap();
        assert_eq!(status, 200, "{id} is lost: {text}");
    }
    assert_objects_are_whole(directory.path());
}

#[test]
fn an_upload_that_was_cut_off_by_a_kill_leaves_nothing_to_see() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let bearer = server.sign_in();
    let body = tape(60_000);
    let path = "/api/v1/pools/tape?name=Cut";
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\n{bearer}Content-Type: text/csv\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = connect(server.port, 10).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body.as_bytes()[..body.len() / 2]).unwrap();
    stream.flush().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.kill();

    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let bearer = server.sign_in();
    assert_eq!(pools(&server, &bearer), Vec::<serde_json::Value>::new());
    assert_objects_are_whole(directory.path());
    let headers = format!("{bearer}Content-Type: text/csv\r\n");
    let again = server.call("POST", path, &headers, tape(200).as_bytes()).unwrap();
    assert_eq!(again.status, 201, "{}", again.text());
}

#[test]
fn a_job_that_was_cut_off_by_a_kill_is_done_once_after_the_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with_admin(directory.path(), &SHORT, &[]);
    let bearer = server.sign_in();
    let headers = format!("{bearer}Content-Type: text/csv\r\n");
    let path = "/api/v1/pools/tape?name=Later&run_async=true";
    let answer = server.call("POST", path, &headers, tape(150_000).as_bytes()).unwrap();
    assert_eq!(answer.status, 202, "{}", answer.text());
    let job = answer.json()["status_url"].as_str().unwrap().to_owned();
    let state = |server: &Server, bearer: &str| {
        server.call("GET", &job, bearer, b"").unwrap().json()["state"].clone()
    };
    wait_for("the job to run", 30, || state(&server, &bearer) == "running");
    server.kill();

    let server = Server::start_with_admin(directory.path(), &SHORT, &[]);
    let bearer = server.sign_in();
    wait_for("the job to end", 120, || state(&server, &bearer) == "succeeded");
    let pools = pools(&server, &bearer);
    assert_eq!(pools.len(), 1, "{pools:?}");
    assert_eq!(pools[0]["summary"]["asset_count"], 150_000);
    assert_objects_are_whole(directory.path());
}

#[test]
fn migrations_that_were_cut_off_by_a_kill_are_completed_by_the_next_start() {
    for moment in moments(20) {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::spawn(directory.path(), &[], &[]);
        std::thread::sleep(moment);
        server.kill();
        let output = quintet(directory.path()).args(["migrate", "up"]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "killed after {moment:?}: {text}");
        let check = quintet(directory.path()).args(["migrate", "check"]).status().unwrap();
        assert!(check.success(), "killed after {moment:?}: migrations are missing");
    }
    // Killed again and again on the same files, it still starts.
    let directory = tempfile::tempdir().unwrap();
    for moment in moments(20) {
        let server = Server::spawn(directory.path(), &[], &[]);
        std::thread::sleep(moment);
        server.kill();
    }
    let server = Server::start(directory.path());
    assert_eq!(server.get("/health", "").unwrap().0, 200);
}

#[test]
fn migrations_on_postgresql_that_were_cut_off_by_a_kill_are_completed_by_the_next_start() {
    let Some(database) = Database::create() else { return };
    let settings = [("DATABASE_URL", database.url.as_str())];
    for moment in moments(20) {
        query(&database.url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        let directory = tempfile::tempdir().unwrap();
        let server = Server::spawn(directory.path(), &settings, &[]);
        std::thread::sleep(moment);
        server.kill();
        let mut up = quintet(directory.path());
        let output = up.envs(settings).args(["migrate", "up"]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "killed after {moment:?}: {text}");
    }
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with(directory.path(), &settings, &[]);
    assert_eq!(server.get("/health", "").unwrap().0, 200);
}

#[test]
fn a_backup_that_was_cut_off_by_a_kill_is_not_taken_for_one() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let bearer = server.sign_in();
    for number in 0..20 {
        let body = pool(&format!("Pool {number}"), 200).to_string();
        let answer = server.call("POST", "/api/v1/pools", &bearer, body.as_bytes()).unwrap();
        assert_eq!(answer.status, 201);
    }
    for moment in moments(12) {
        let mut create = quintet(directory.path());
        create.args(["backup", "create", "--output", "backups"]);
        let mut child = create.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    let create = ["backup", "create", "--output", "backups", "--keep", "50"];
    // A name is good for a second; the last one killed may have had it.
    std::thread::sleep(Duration::from_millis(1_100));
    let output = quintet(directory.path()).args(create).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let backups: Vec<_> =
        std::fs::read_dir(directory.path().join("backups")).unwrap().map(|e| e.unwrap()).collect();
    assert!(!backups.is_empty());
    for backup in backups {
        let name = backup.path();
        let verify = quintet(directory.path()).args(["backup", "verify"]).arg(&name).output();
        let text = String::from_utf8_lossy(&verify.as_ref().unwrap().stdout).into_owned();
        assert!(verify.unwrap().status.success(), "{}: {text}", name.display());
    }
    assert_eq!(server.get("/health", "").unwrap().0, 200);
}
