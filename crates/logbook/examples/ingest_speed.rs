//! Measures how much processor time the reading of a log file takes, with everything that the
//! service does: `ingest_speed <folder with backend.log> <lines>`.
//!
//! Prints the processor seconds of the whole process. `benches/logbook_compare.py` runs it beside
//! the same work done with Python.

#![expect(clippy::expect_used, reason = "a measurement that cannot be set up must stop")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::cache::Cache;
use platform::clock::Clock;
use platform::db::{Db, Durability, PoolLimits};
use platform::events::Events;
use platform::ids::Ids;
use platform::jobs::Queue;
use platform::leader::Leader;
use platform::objects::Objects;
use platform::service::Context;
use platform::settings::{Env, PlatformSettings};
use platform::tasks::Tasks;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let lines: i64 = arguments.next().and_then(|n| n.parse().ok()).expect("a number of lines");

    let path = folder.join("logbook.db");
    let limits = PoolLimits::default();
    let db = Db::open_sqlite(&path, Durability::Normal, limits).await.expect("a database");
    db.migrate(&platform::db::PLATFORM).await.expect("the platform's tables");
    db.migrate(&logbook::REGISTRATION.migrations).await.expect("the tables");

    let values = [
        ("LOG_FILE", folder.join("backend.log").display().to_string()),
        ("BACKEND_LOG_RETENTION_DAYS", "0".to_owned()),
        ("BACKEND_LOG_POLL_INTERVAL", "0.2".to_owned()),
    ];
    let mut env = Env::new(values.map(|(name, value)| (name.to_owned(), value)));
    let settings = Arc::new(PlatformSettings::read(&mut env));
    let start = (logbook::REGISTRATION.configure)(&mut env);
    let (clock, ids, tasks) = (Clock::System, Ids::Random, Tasks::default());
    let context = Context {
        queue: Queue::new("logbook", db.clone(), clock.clone(), ids.clone()),
        db: db.clone(),
        clock,
        ids,
        tasks: tasks.clone(),
        cache: Cache::in_process(1 << 20, Duration::from_mins(1)),
        events: Events::default(),
        objects: Objects::in_directory(&folder.join("objects")).expect("a directory"),
        leader: Leader::alone(),
        settings,
    };

    let (cpu, wall) = (cpu_seconds(), Instant::now());
    let service = start(context).await.expect("the service starts");
    while stored(&db).await < lines {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (cpu, wall) = (cpu_seconds() - cpu, wall.elapsed().as_secs_f64());
    tasks.drain(Duration::from_secs(5)).await;
    drop(service);
    println!("{{\"lines\": {lines}, \"cpu_seconds\": {cpu:.3}, \"wall_seconds\": {wall:.3}}}");
}

/// The last id: as many rows as lines, because the database was empty.
async fn stored(db: &Db) -> i64 {
    let mut tx = db.read().await.expect("a reader");
    let found: (Option<i64>,) =
        tx.query("SELECT MAX(id) FROM backend_logs").fetch_one().await.expect("a count");
    found.0.unwrap_or(0)
}

/// Processor time of this process, all threads, user and system.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("a Linux system");
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum();
    ticks / 100.0
}
