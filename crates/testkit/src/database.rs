//! An empty database for one test.

use std::str::FromStr as _;

use platform::db::{Db, Durability, PoolLimits};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;

/// An empty database for one test: a schema of its own on the server that `TEST_DATABASE_URL`
/// names, otherwise a temporary file.
#[derive(Debug)]
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Also holds what else the test writes; removed with this value.
    pub directory: TempDir,
}

impl TestDb {
    /// Creates the database; the platform's own tables are in it.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be created.
    pub async fn create() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let limits = PoolLimits { connections: 4, ..PoolLimits::default() };
        let db = match server_url() {
            None => {
                let file = directory.path().join("test.db");
                Db::open_sqlite(&file, Durability::Normal, limits).await.expect("a SQLite file")
            }
            Some(url) => Db::lazy_postgres(schema(&url).await, limits),
        };
        db.migrate(&platform::db::PLATFORM).await.expect("the platform's tables");
        Self { db, directory }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no settings")]
fn server_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// Creates a schema with a name of its own, and returns how to connect to it.
#[expect(clippy::disallowed_methods, reason = "a name that no other test draws")]
async fn schema(url: &str) -> PgConnectOptions {
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    let options = PgConnectOptions::from_str(url).expect("TEST_DATABASE_URL is an address");
    let mut admin = options.connect().await.expect("TEST_DATABASE_URL answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {name}")))
        .execute(&mut admin)
        .await
        .expect("a schema can be created");
    options.options([("search_path", name)])
}
