//! One door to SQL for two engines: embedded SQLite and PostgreSQL.
//!
//! Services write each statement once, in the SQL that both engines understand, and run it through
//! [`Tx`]. The enum below picks the native driver, so nothing is lost to a lowest common
//! denominator and no service code is generic over the engine.
//!
//! # The portable subset
//!
//! | Rust                      | SQLite             | PostgreSQL         | Notes                        |
//! |---------------------------|--------------------|--------------------|------------------------------|
//! | `String`, newtype ids     | `TEXT`             | `TEXT`             | prefix and UUIDv7            |
//! | `i64`                     | `BIGINT`           | `BIGINT`           | money in minor units, counts |
//! | `DateTime<Utc>`           | `TEXT` (ISO-8601)  | `TIMESTAMPTZ`      | whole microseconds           |
//! | `NaiveDate`               | `TEXT`             | `DATE`             |                              |
//! | [`Exact`] decimal         | `TEXT`             | `NUMERIC`          | never summed in SQL          |
//! | `sqlx::types::Json<T>`    | `TEXT`             | `JSONB`            | read and written whole       |
//! | `f64`                     | `DOUBLE PRECISION` | `DOUBLE PRECISION` | statistics only, not money   |
//! | `bool`                    | `BOOLEAN`          | `BOOLEAN`          |                              |
//! | `Vec<u8>`                 | `BLOB`             | `BYTEA`            | small; else the object store |
//!
//! # Invariants
//!
//! - SQLite has exactly one writer connection; readers are opened read-only.
//! - A write transaction takes its lock when it begins, never halfway.

mod error;
mod exact;
mod migrations;
mod tx;

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

pub use error::{DbError, Result};
pub use exact::Exact;
pub use migrations::{Migrations, PLATFORM, Pending};
pub use sqlx::types::Json;
pub use tx::{Query, Record, Row, Sql, Tx, Value};

/// The size of a page of a new SQLite file. Twice the usual one: half the system calls, and broader
/// trees, for twice as much log after a small change.
const PAGE_BYTES: u32 = 8_192;

/// How hard SQLite tries to survive a power cut. A killed process loses nothing either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The last commits may be lost when the machine loses power.
    #[default]
    Normal,
    /// Every commit is on the disk before it is acknowledged.
    Full,
}

/// How many connections a pool may open, and how long a caller waits for one.
#[derive(Debug, Clone, Copy)]
pub struct PoolLimits {
    /// PostgreSQL connections, or SQLite readers.
    pub connections: u32,
    /// After this time the caller gets [`DbError::Unavailable`].
    pub acquire_timeout: Duration,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self { connections: 10, acquire_timeout: Duration::from_secs(5) }
    }
}

/// A pool of connections to the configured engine. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// Embedded, one machine, the default.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Read-only connections.
        readers: SqlitePool,
    },
    /// A server, many machines.
    Postgres(PgPool),
}

impl Db {
    /// Opens the SQLite file at `path`, which is created if it is missing.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the file cannot be opened.
    pub async fn open_sqlite(
        path: &Path,
        durability: Durability,
        limits: PoolLimits,
    ) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .page_size(PAGE_BYTES)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match durability {
                Durability::Normal => SqliteSynchronous::Normal,
                Durability::Full => SqliteSynchronous::Full,
            })
            .foreign_keys(true)
            .busy_timeout(limits.acquire_timeout);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(limits.acquire_timeout)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(limits.connections.clamp(1, 8))
            .acquire_timeout(limits.acquire_timeout)
            .idle_timeout(Duration::from_mins(1))
            .connect_lazy_with(options.read_only(true));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Connects to the PostgreSQL server that `url` names.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the URL is malformed or the server cannot be reached.
    pub async fn connect_postgres(url: &str, limits: PoolLimits) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        Ok(Self::Postgres(Self::postgres_pool(limits).connect_with(options).await?))
    }

    /// Makes a pool for `options` that connects when it is first used.
    #[must_use]
    pub fn lazy_postgres(options: PgConnectOptions, limits: PoolLimits) -> Self {
        Self::Postgres(Self::postgres_pool(limits).connect_lazy_with(options))
    }

    fn postgres_pool(limits: PoolLimits) -> PgPoolOptions {
        PgPoolOptions::new()
            .max_connections(limits.connections.max(2))
            .acquire_timeout(limits.acquire_timeout)
            .idle_timeout(Duration::from_mins(5))
            .after_connect(|connection, _| Box::pin(end_forgotten_transactions(connection)))
    }

    /// Applies all migrations that the database does not have yet.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Migrate`] if a migration fails or an applied one was edited.
    pub async fn migrate(&self, migrations: &Migrations) -> Result<()> {
        migrations.run(self).await
    }

    /// Begins a transaction that only reads.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Unavailable`] if no connection becomes free in time.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that writes.
    ///
    /// SQLite takes its write lock here and not at the first `INSERT`, so that two writers wait for
    /// each other instead of failing halfway with `database is locked`.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Unavailable`] if no connection or lock becomes free in time.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if it does not.
    pub async fn ping(&self) -> Result<()> {
        self.read().await?.query("SELECT 1").execute().await?;
        Ok(())
    }

    /// Copies a SQLite database, as it is at one instant, into a new file; others may write
    /// meanwhile. Does nothing for PostgreSQL.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the file is there already or cannot be written.
    pub async fn snapshot_sqlite(&self, target: &Path) -> Result<()> {
        if let Self::Sqlite { writer, .. } = self {
            let target = target.to_string_lossy().into_owned();
            sqlx::query("VACUUM INTO $1").bind(target).execute(writer).await?;
        }
        Ok(())
    }

    /// Asks SQLite whether a file is a sound database.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Corrupt`] with what SQLite found.
    pub async fn check_sqlite(path: &Path) -> Result<()> {
        use sqlx::{ConnectOptions as _, Connection as _};
        let options = SqliteConnectOptions::new().filename(path).immutable(true);
        let mut connection = options.connect().await?;
        let (answer,): (String,) =
            sqlx::query_as("PRAGMA integrity_check(1)").fetch_one(&mut connection).await?;
        connection.close().await?;
        if answer == "ok" {
            return Ok(());
        }
        Err(DbError::Corrupt { table: "integrity_check", source: answer.into() })
    }

    /// Tells which engine this is.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Closes all connections; SQLite writes its log back into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Asks PostgreSQL to end transactions in which nothing happens for a minute: a process that hangs
/// or lost its network gives up its locks. A value that the operator has set stays.
async fn end_forgotten_transactions(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT set_config('idle_in_transaction_session_timeout', '60s', FALSE) \
         WHERE current_setting('idle_in_transaction_session_timeout') = '0'",
    )
    .execute(connection)
    .await?;
    Ok(())
}
