//! Reading through rotations, truncations and crashes: against a model, with random histories, and
//! with writers on other threads.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use platform::clock::Clock;
use platform::ids::Ids;
use proptest::prelude::*;
use testkit::TestDb;

use super::reader::{Position, Reader, Step};
use super::service::{BackendLogTailService, TailSettings, TailStatus};
use crate::domain::entry::{self, Line};
use crate::writer::file::{LogFile, Rotation};

/// Reads everything there is; the process is "killed" before it commits the batch number `crash`,
/// and again after ever longer runs: what it has not committed is forgotten, and so are its open
/// files.
fn drain(log: &Path, at: &mut Option<Position>, mut crash: usize, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = Reader::new(log).unwrap();
    let mut batches = 0;
    loop {
        let before = at.clone();
        match reader.step(before.as_ref(), most).unwrap() {
            Step::Lines(lines, after) => {
                batches += 1;
                if batches == crash {
                    reader = Reader::new(log).unwrap();
                    batches = 0;
                    crash += 1;
                    continue;
                }
                found.extend(lines.iter().map(|(_, line)| String::from_utf8_lossy(line).into()));
                *at = Some(after);
            }
            Step::Move(next) => *at = Some(next),
            Step::Idle => return found,
        }
    }
}

fn append(log: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(log).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Renames the log as the host does: `.1` is the newest.
fn rename(log: &Path) {
    let named = |n: u32| log.with_extension(format!("log.{n}"));
    for n in (1..20).rev() {
        let _ = std::fs::rename(named(n), named(n + 1));
    }
    let _ = std::fs::rename(log, named(1));
}

fn copy_and_truncate(log: &Path) {
    if log.exists() {
        std::fs::copy(log, log.with_extension("log.1")).unwrap();
        OpenOptions::new().write(true).open(log).unwrap().set_len(0).unwrap();
    }
}

#[test]
fn a_half_written_line_waits_for_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, "one\ntw");
    assert_eq!(drain(&log, &mut at, 0, 100), ["one"]);
    append(&log, "o\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["two"]);
}

#[test]
fn a_renamed_file_is_read_to_its_end_before_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, "a\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["a"]);
    append(&log, "b\n");
    for line in ["c\n", "d\n", "e without end"] {
        rename(&log);
        append(&log, line);
    }
    rename(&log);
    append(&log, "f\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["b", "c", "d", "e without end", "f"]);
}

#[test]
fn a_truncated_file_is_read_anew_after_what_the_copy_still_has() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, "a\n");
    assert_eq!(drain(&log, &mut at, 0, 100), ["a"]);
    append(&log, "b\nc\n");
    copy_and_truncate(&log);
    // The file has outgrown the old offset before anybody looked.
    append(&log, "d\ne\nf\ng\n");
    assert_eq!(drain(&log, &mut at, 0, 4), ["b", "c", "d", "e", "f", "g"]);
    assert_eq!(at.unwrap().generation, 1);
}

#[test]
fn a_line_longer_than_a_batch_is_stepped_over() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    let mut at = None;
    append(&log, &format!("{}\nshort\n", "x".repeat(20 << 20)));
    let lines = drain(&log, &mut at, 0, 1 << 16);
    assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [super::lines::KEPT, 5]);
}

/// What happens to the log.
#[derive(Debug, Clone)]
enum Happening {
    Append(u8),
    Half,
    Rename,
    CopyTruncate,
    Read { crash: usize, most: usize },
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        4 => (1..20_u8).prop_map(Happening::Append),
        1 => Just(Happening::Half),
        1 => Just(Happening::Rename),
        1 => Just(Happening::CopyTruncate),
        3 => (0..4_usize, 1..300_usize).prop_map(|(crash, most)| Happening::Read { crash, most }),
    ];
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_happens_every_line_is_read_once_and_in_order(history in happenings()) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("b.log");
        append(&log, "");
        let (mut at, mut written, mut read) = (None, Vec::new(), Vec::new());
        read.extend(drain(&log, &mut at, 0, 100));
        let mut truncated = false;
        let mut half = false;
        for happening in history.into_iter().chain([Happening::Read { crash: 0, most: 64 }]) {
            match happening {
                Happening::Append(count) => {
                    for _ in 0..count {
                        let text = format!("line {} {}", written.len(), "x".repeat(written.len() % 7));
                        append(&log, &format!("{text}\n"));
                        if half {
                            let last = written.pop().unwrap_or_default();
                            written.push(format!("{last}{text}"));
                            half = false;
                        } else {
                            written.push(text);
                        }
                    }
                }
                Happening::Half if !half => {
                    let text = format!("half {} ", written.len());
                    append(&log, &text);
                    written.push(text);
                    half = true;
                }
                // One copy is kept: what it overwrites must have been read.
                Happening::CopyTruncate if !half => {
                    for place in ["before", "behind"] {
                        let text = format!("{place} {}", written.len());
                        append(&log, &format!("{text}\n"));
                        written.push(text);
                        if place == "before" {
                            read.extend(drain(&log, &mut at, 0, 64));
                        }
                    }
                    copy_and_truncate(&log);
                    read.extend(drain(&log, &mut at, 0, 64));
                    truncated = true;
                }
                // A host uses one way of rotation or the other.
                Happening::Rename if !truncated => {
                    rename(&log);
                    append(&log, "");
                    half = false;
                }
                Happening::Read { crash, most } => {
                    read.extend(drain(&log, &mut at, crash, most));
                }
                _ => {}
            }
        }
        if half {
            written.pop();
        }
        prop_assert_eq!(read, written);
    }
}

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
    let claim = super::service::Claim::take(&log, &ids).unwrap().unwrap();
    assert!(super::service::Claim::take(&log, &ids).unwrap().is_none());
    let name = claim.name.clone();
    drop(claim);
    assert_eq!(super::service::Claim::take(&log, &ids).unwrap().unwrap().name, name);
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

#[test]
fn what_the_tail_logs_is_not_read_back() {
    let line = br#"{"level":"INFO","logger":"logbook::tail::reader","message":"x"}"#;
    assert_eq!(entry::read(line), Line::Skip);
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
            .args(["--exact", "tail::tests::child_that_reads_until_it_is_killed", "--ignored"])
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
