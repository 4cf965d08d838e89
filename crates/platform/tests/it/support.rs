//! Databases, clocks and waiting for tests.

use std::time::Duration;

use chrono::{DateTime, TimeZone as _, Utc};
use platform::clock::Clock;
use platform::db::{Db, Durability, PLATFORM, PoolLimits};
use platform::ids::Ids;
use platform::jobs::{JobRow, Queue};
use platform::redis::Redis;
use sqlx::postgres::PgConnectOptions;

/// A database with the platform's tables, gone when the test ends.
pub(crate) struct TestDb {
    pub(crate) db: Db,
    place: Place,
}

enum Place {
    Folder { _folder: tempfile::TempDir },
    Schema { url: String, name: String },
}

impl TestDb {
    pub(crate) async fn open() -> Self {
        let (db, place) = match postgres_url() {
            Some(url) => schema(url).await,
            None => file().await,
        };
        db.migrate(&PLATFORM).await.unwrap();
        Self { db, place }
    }

    /// The address by which another process finds the same tables; none for SQLite.
    pub(crate) fn address(&self) -> Option<(String, String)> {
        match &self.place {
            Place::Schema { url, name } => Some((url.clone(), name.clone())),
            Place::Folder { .. } => None,
        }
    }
}

async fn file() -> (Db, Place) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let db = Db::open_sqlite(&path, Durability::Normal, limits()).await.unwrap();
    (db, Place::Folder { _folder: folder })
}

async fn schema(url: String) -> (Db, Place) {
    let name = format!("it_{}", Ids::Random.draw().simple());
    execute(&url, format!("CREATE SCHEMA {name}")).await;
    (schema_db(&url, &name), Place::Schema { url, name })
}

pub(crate) fn schema_db(url: &str, schema: &str) -> Db {
    let options: PgConnectOptions = url.parse().unwrap();
    let options = options.options([("search_path", schema)]).application_name(schema);
    Db::lazy_postgres(options, limits())
}

async fn execute(url: &str, sql: String) {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Schema { url, name } = self else { return };
        // What is still connected may hold locks that this thread keeps it from giving up.
        let close = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
        );
        let (url, drop) = (url.clone(), format!("DROP SCHEMA {name} CASCADE"));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                execute(&url, close).await;
                execute(&url, drop).await;
            });
        });
        let _ = dropping.join();
    }
}

fn limits() -> PoolLimits {
    PoolLimits { connections: 6, acquire_timeout: Duration::from_secs(20) }
}

pub(crate) fn postgres_url() -> Option<String> {
    variable("TEST_DATABASE_URL")
}

/// The server for tests with Redis; says so if there is none.
pub(crate) fn redis_url() -> Option<String> {
    let url = variable("TEST_REDIS_URL");
    if url.is_none() {
        eprintln!("skipped: TEST_REDIS_URL is not set");
    }
    url
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where to look")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 15, 12, 0, 0).unwrap()
}

pub(crate) fn queue(db: &Db, clock: &Clock) -> Queue {
    Queue::new("test", db.clone(), clock.clone(), Ids::Random)
}

/// Waits until the job is in this state, at most thirty seconds.
pub(crate) async fn wait_for(queue: &Queue, id: &str, state: &str) -> JobRow {
    for _ in 0..3_000 {
        let row = queue.find(id).await.unwrap().unwrap();
        if row.state == state {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("job {id} is {}, not {state}", queue.find(id).await.unwrap().unwrap().state);
}

/// Opens Redis with a prefix that no other test uses; says so if there is none.
pub(crate) fn redis(timeout: Duration) -> Option<Redis> {
    let prefix = format!("it-{}:", Ids::Random.draw().simple());
    Redis::open(&redis_url()?, &prefix, timeout).ok()
}

/// A Redis that nobody serves: connections are refused.
pub(crate) fn dead_redis(timeout: Duration) -> Redis {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Redis::open(&format!("redis://127.0.0.1:{port}"), "it:", timeout).unwrap()
}

/// Waits until `done` says so, at most thirty seconds.
pub(crate) async fn eventually(what: &str, mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within thirty seconds: {what}");
}

/// Serves `router` on a free port of this machine for as long as the test runs.
pub(crate) async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = async move { axum::serve(listener, router).await.unwrap() };
    platform::tasks::Tasks::default().spawn("server", serving);
    format!("http://{address}")
}
