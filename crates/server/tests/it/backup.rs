//! Backups, made while the server runs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::loans::pool;
use crate::postgres::Database;
use crate::server::{Server, quintet};

fn create(directory: &Path) -> PathBuf {
    let output =
        quintet(directory).args(["backup", "create", "--output", "backups"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory.join(text)
}

fn run(directory: &Path, arguments: &[&str]) -> (bool, String) {
    let output = quintet(directory).arg("backup").args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_backup_of_a_running_server_brings_everything_back() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path());
    let password = server.password().unwrap();
    let backup = create(directory.path());
    let name = backup.to_str().unwrap();
    let (sound, text) = run(directory.path(), &["verify", name]);
    assert!(sound && text.contains("0 problems"), "{text}");

    let (replaced, text) = run(directory.path(), &["restore", name, "--force"]);
    assert!(!replaced, "a restore under a running server must be refused: {text}");
    server.kill();
    fs::remove_dir_all(directory.path().join("data")).unwrap();
    let (restored, text) = run(directory.path(), &["restore", name]);
    assert!(restored, "{text}");

    let server = Server::start(directory.path());
    let body = serde_json::json!({ "username": "admin@localhost", "password": password });
    let (status, _) = server.post("/api/auth/login", "", &body.to_string()).unwrap();
    assert_eq!((status, server.password()), (200, None));
}

#[test]
fn a_damaged_or_incomplete_backup_is_not_restored() {
    let directory = tempfile::tempdir().unwrap();
    drop(Server::start(directory.path()));
    let backup = create(directory.path());
    let name = backup.to_str().unwrap();
    let file = backup.join("accounts.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();

    let (sound, text) = run(directory.path(), &["verify", name]);
    assert!(!sound && text.contains("accounts.db"), "{text}");
    let before = fs::read(directory.path().join("data/accounts.db")).unwrap();
    let (restored, _) = run(directory.path(), &["restore", name, "--force"]);
    assert!(!restored);
    assert_eq!(fs::read(directory.path().join("data/accounts.db")).unwrap(), before);

    fs::remove_file(backup.join("manifest.json")).unwrap();
    let (sound, text) = run(directory.path(), &["verify", name]);
    assert!(!sound && text.contains("not a complete backup"), "{text}");
}

#[test]
fn a_backup_of_postgresql_brings_everything_back() {
    let Some(database) = Database::create() else { return };
    let settings = [("DATABASE_URL", database.url.as_str())];
    let directory = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str], url: &str| {
        let mut command = quintet(directory.path());
        let output = command.env("DATABASE_URL", url).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).trim().to_owned())
    };
    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let body = pool("Kept", 5).to_string();
    let created = server.call("POST", "/api/v1/pools", &bearer, body.as_bytes()).unwrap();
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let (made, name) = command(&["backup", "create", "--output", "backups"], &database.url);
    assert!(made, "{name}");
    let (sound, text) = command(&["backup", "verify", &name], &database.url);
    assert!(sound && text.contains("0 problems"), "{text}");
    let later = pool("Lost", 5).to_string();
    assert_eq!(
        server.call("POST", "/api/v1/pools", &bearer, later.as_bytes()).unwrap().status,
        201
    );
    server.kill();

    let (replaced, text) = command(&["backup", "restore", &name], &database.url);
    assert!(!replaced && text.contains("--force"), "{text}");
    assert_eq!(database.query("SELECT count(*) FROM credit_pools"), "2");
    let (restored, text) = command(&["backup", "restore", &name, "--force"], &database.url);
    assert!(restored, "{text}");
    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let (status, text) = server.get(&format!("/api/v1/pools/{id}/assets"), &bearer).unwrap();
    assert_eq!(status, 200, "{text}");
    let (_, pools) = server.get("/api/v1/pools", &bearer).unwrap();
    assert!(pools.contains("Kept") && !pools.contains("Lost"), "{pools}");
    server.kill();

    let Some(other) = Database::create() else { return };
    std::fs::remove_dir_all(directory.path().join("data")).unwrap();
    let (restored, text) = command(&["backup", "restore", &name], &other.url);
    assert!(restored, "{text}");
    assert_eq!(other.query("SELECT name FROM credit_pools"), "Kept");
}

#[test]
fn objects_that_are_kept_elsewhere_are_in_the_backup_too() {
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = directory.path().join("elsewhere");
    let elsewhere = elsewhere.to_str().unwrap();
    let settings = [("ARTIFACT_ROOT", elsewhere)];
    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let body = pool("Elsewhere", 5).to_string();
    let created = server.call("POST", "/api/v1/pools", &bearer, body.as_bytes()).unwrap();
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let mut create = quintet(directory.path());
    let output = create.envs(settings).args(["backup", "create"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    server.kill();
    for gone in ["data", "elsewhere"] {
        fs::remove_dir_all(directory.path().join(gone)).unwrap();
    }

    let mut restore = quintet(directory.path());
    let output = restore.envs(settings).args(["backup", "restore", &name]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let (status, text) = server.get(&format!("/api/v1/pools/{id}/assets"), &bearer).unwrap();
    assert_eq!(status, 200, "{text}");
}
