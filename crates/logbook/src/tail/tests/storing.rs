//! Reading into the table: with writers on other threads, in bursts, and with processes that are
//! killed.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use platform::clock::Clock;
use platform::ids::Ids;
use testkit::TestDb;

use super::super::service::{BackendLogTailService, Claim, TailSettings, TailStatus};
use super::{append, rename};
use crate::writer::file::{LogFile, Rotation};

/// A service over a database, which can be dropped at any point like a killed process.
fn service(test: &TestDb, log: &Path) -> BackendLogTailService {
    BackendLogTailService {
        settings: TailSettings {
            log: log.to_owned(),
            poll_interval: std::time::Duration::from_millis(50),
            batch_size: 128,
            keep_raw: true,
        },
        db: test.db.clone(),
        clock: Clock::System,
        ids: Ids::Random,
        status: TailStatus::default(),
    }
}

async fn messages(test: &TestDb) -> Vec<String> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(String,)> =
        tx.query("SELECT message FROM backend_logs ORDER BY id").fetch_all().await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

async fn database() -> TestDb {
    let test = TestDb::create().await;
    test.db.migrate(&crate::REGISTRATION.migrations).await.unwrap();
    test
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_many_writers_are_stored_once_through_rotations_and_kills() {
    const WRITERS: usize = 4;
    const LINES: usize = 3_000;
    let test = database().await;
    let log = test.directory.path().join("logs/b.log");
    let rotation = Rotation { path: log.clone(), max_bytes: 40_000, keep: 1_000 };
    let mut first = LogFile::open(rotation.clone()).unwrap();
    first.write(b"{\"message\":\"start\"}\n").unwrap();
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let rotation = rotation.clone();
        writers.push(std::thread::spawn(move || {
            let mut file = LogFile::open(rotation).unwrap();
            for line in 0..LINES {
                let record = format!("{{\"message\":\"{writer}-{line}\",\"level\":\"INFO\"}}\n");
                file.write(record.as_bytes()).unwrap();
                if line % 50 == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            }
        }));
    }

    // Killed again and again, at whatever point it is; the lives grow longer, so that even a slow
    // machine comes to the end.
    let total = WRITERS * LINES + 1;
    let mut life = std::time::Duration::from_millis(40);
    while messages(&test).await.len() < total && life.as_secs() < 20 {
        let tasks = platform::tasks::Tasks::default();
        let running = service(&test, &log).run(tasks.clone());
        let _ = tokio::time::timeout(life, running).await;
        life = life * 23 / 20;
    }
    for writer in writers {
        writer.join().unwrap();
    }

    let found = messages(&test).await;
    let distinct: std::collections::HashSet<_> = found.iter().collect();
    assert_eq!((found.len(), distinct.len()), (total, total));
    assert!(log.with_extension("log.5").exists(), "it was rotated");
}

#[tokio::test]
async fn two_services_do_not_read_the_same_file() {
    let test = database().await;
    let log = test.directory.path().join("b.log");
    append(&log, "a\n");
    let ids = Ids::Random;
    let claim = Claim::take(&log, &ids).unwrap().unwrap();
    assert!(Claim::take(&log, &ids).unwrap().is_none());
    let name = claim.name.clone();
    drop(claim);
    assert_eq!(Claim::take(&log, &ids).unwrap().unwrap().name, name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_a_hundred_thousand_lines_is_stored_whole() {
    let test = database().await;
    let log = test.directory.path().join("b.log");
    let mut burst = String::new();
    for n in 0..100_000 {
        let _ = writeln!(burst, "{{\"message\":\"{n}\",\"event\":\"e{}\"}}", n % 7);
    }
    append(&log, &burst);
    let stop = Arc::new(AtomicBool::new(false));
    let tasks = platform::tasks::Tasks::default();
    let running = service(&test, &log);
    let status = running.status.clone();
    tasks.spawn("tail", running.run(tasks.clone()));
    for _ in 0..1_200 {
        if status.state().lines >= 100_000 {
            stop.store(true, Ordering::Relaxed);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    tasks.drain(std::time::Duration::from_secs(5)).await;
    assert!(stop.load(Ordering::Relaxed), "{:?}", status.state());
    let found = messages(&test).await;
    assert!(found.iter().enumerate().all(|(n, message)| *message == n.to_string()));
    assert_eq!(found.len(), 100_000);
}

/// The folder that a child process works in; set by the test that starts it.
const CHILD: &str = "LOGBOOK_TEST_CHILD";

/// Not a test of its own: the process that [`a_killed_process_loses_and_repeats_nothing`] kills.
#[tokio::test]
#[ignore = "started by another test"]
#[expect(clippy::disallowed_methods, reason = "how a test speaks to its child")]
async fn child_that_reads_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let folder = Path::new(&folder);
    let db = open(&folder.join("test.db")).await;
    let service = BackendLogTailService {
        settings: TailSettings {
            log: folder.join("b.log"),
            poll_interval: std::time::Duration::from_millis(50),
            batch_size: 16,
            keep_raw: true,
        },
        db,
        clock: Clock::System,
        ids: Ids::Random,
        status: TailStatus::default(),
    };
    service.run(platform::tasks::Tasks::default()).await;
}

async fn open(path: &Path) -> platform::db::Db {
    use platform::db::{Db, Durability, PoolLimits};
    let db = Db::open_sqlite(path, Durability::Normal, PoolLimits::default()).await.unwrap();
    db.migrate(&crate::REGISTRATION.migrations).await.unwrap();
    db
}

#[tokio::test]
async fn a_killed_process_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let db = open(&folder.path().join("test.db")).await;
    let mut written = 0;
    for round in 0..8_u64 {
        let mut burst = String::new();
        for _ in 0..4_000 {
            let _ = writeln!(burst, "{{\"message\":\"{written}\"}}");
            written += 1;
        }
        append(&log, &burst);
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tail::tests::storing::child_that_reads_until_it_is_killed",
                "--ignored",
            ])
            .env(CHILD, folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(40 + round * 35)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        if round % 3 == 2 {
            rename(&log);
            append(&log, "");
        }
    }

    let test = TestDb { db, directory: folder };
    let running = service(&test, &log);
    let tasks = platform::tasks::Tasks::default();
    tasks.spawn("tail", running.run(tasks.clone()));
    for _ in 0..200 {
        if messages(&test).await.len() >= written {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    tasks.drain(std::time::Duration::from_secs(5)).await;
    let found = messages(&test).await;
    assert!(found.iter().enumerate().all(|(n, message)| *message == n.to_string()));
    assert_eq!(found.len(), written);
}
