//! Backups of SQLite, made while the server runs.

use std::fs;
use std::path::{Path, PathBuf};

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
