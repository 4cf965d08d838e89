//! Writes the rows of the log file, thousands at a time.
//!
//! The two engines are fed in their own fast way. SQLite gets statements of [`ROWS`] rows, prepared
//! once; PostgreSQL gets one statement with an array for each column. Both skip a line that is
//! already there.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};
use platform::db::{DbError, Result, Tx};
use sqlx::Arguments as _;
use sqlx::sqlite::SqliteArguments;

use crate::domain::entry::Entry;
use crate::domain::instant::{self, Micros};
use crate::domain::key;
use crate::tail::lines::LineName;

/// Rows of a full statement for SQLite. Larger ones are not faster.
const ROWS: usize = 256;
const COLUMNS: usize = 17;
/// Held by whoever inserts on PostgreSQL, so that ids become visible in order and a reader that
/// goes on after the last id it saw misses nothing.
const ORDER_LOCK: i64 = 0x6c6f_6762_6f6f_6b00;
/// What SQLite needs while rows come in large batches: 32 MiB of pages in memory (KiB; negative: not
/// pages), and 2,000 pages of log before pages that change again and again are copied back.
const LARGE: [&str; 2] = ["PRAGMA cache_size = -32768", "PRAGMA wal_autocheckpoint = 2000"];

/// The rows of one batch in the form that the engine takes.
#[derive(Debug)]
pub(crate) struct Prepared {
    rows: usize,
    ingested_at: Micros,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Sqlite { ingested_at: Arc<str>, levels: [Arc<str>; 4], statements: Vec<SqliteArguments> },
    Postgres(Box<Columns>),
}

/// One array for each column.
#[derive(Debug, Default)]
struct Columns {
    logged_at: Vec<DateTime<Utc>>,
    level: Vec<&'static str>,
    logger: Vec<String>,
    event: Vec<Option<String>>,
    message: Vec<String>,
    correlation_id: Vec<Option<String>>,
    request_id: Vec<Option<String>>,
    strategy_id: Vec<Option<String>>,
    line_hash: Vec<Vec<u8>>,
    line_place: Vec<i64>,
    payload: Vec<Option<String>>,
}

impl Prepared {
    /// Starts a batch for one of the engines.
    pub(crate) fn new(postgres: bool, ingested_at: Micros) -> Self {
        let form = if postgres {
            Form::Postgres(Box::default())
        } else {
            Form::Sqlite {
                ingested_at: instant::text(ingested_at).into(),
                levels: crate::domain::level::Level::ALL.map(|level| level.name().into()),
                statements: Vec::new(),
            }
        };
        Self { rows: 0, ingested_at, form }
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Driver`] if the driver cannot take a value.
    pub(crate) fn push(&mut self, entry: &Entry<'_>, name: &LineName) -> Result<()> {
        let logged_at = entry.logged_at.unwrap_or(self.ingested_at);
        match &mut self.form {
            Form::Sqlite { ingested_at, levels, statements } => {
                if self.rows.is_multiple_of(ROWS) {
                    let mut arguments = SqliteArguments::default();
                    arguments.reserve(ROWS * COLUMNS, 0);
                    statements.push(arguments);
                }
                let level = levels.get(entry.level as usize).cloned().unwrap_or_default();
                if let Some(arguments) = statements.last_mut() {
                    let common = (instant::text(logged_at), Arc::clone(ingested_at), level);
                    bind(arguments, common, entry, name)
                        .map_err(|e| DbError::Driver(sqlx::Error::Encode(e)))?;
                }
            }
            Form::Postgres(columns) => columns.push(logged_at, entry, name),
        }
        self.rows += 1;
        Ok(())
    }

    /// Writes the rows and returns how many were new.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the database fails; nothing was written then.
    pub(crate) async fn insert(self, tx: &mut Tx) -> Result<u64> {
        if self.rows == 0 {
            return Ok(0);
        }
        match (self.form, tx) {
            (Form::Sqlite { statements, .. }, Tx::Sqlite(tx)) => {
                if self.rows > ROWS {
                    for pragma in LARGE {
                        sqlx::query(pragma).execute(&mut **tx).await?;
                    }
                }
                let mut written = 0;
                let mut left = self.rows;
                for arguments in statements {
                    let rows = left.min(ROWS);
                    left -= rows;
                    written += match rows {
                        ROWS => sqlx::query_with(FULL.as_str(), arguments).persistent(true),
                        1 => sqlx::query_with(ONE.as_str(), arguments).persistent(true),
                        rows => {
                            let text = sqlx::AssertSqlSafe(statement(rows));
                            sqlx::query_with(text, arguments).persistent(false)
                        }
                    }
                    .execute(&mut **tx)
                    .await?
                    .rows_affected();
                }
                Ok(written)
            }
            (Form::Postgres(columns), Tx::Postgres(tx)) => {
                columns.insert(tx, instant::to_utc(self.ingested_at)).await
            }
            _ => Err(DbError::Driver(sqlx::Error::Protocol("rows of the other engine".into()))),
        }
    }
}

static FULL: LazyLock<String> = LazyLock::new(|| statement(ROWS));
static ONE: LazyLock<String> = LazyLock::new(|| statement(1));

/// The text of a statement for SQLite: only its number of rows varies.
///
/// `OR FAIL` leaves what a failing statement did to the end of the transaction, which is to roll
/// back. Without it SQLite copies every page that the statement changes into a file of its own.
fn statement(rows: usize) -> String {
    let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    format!(
        "INSERT OR FAIL INTO backend_logs (logged_at, ingested_at, level, logger_name, \
         logger_key, event, event_key, message, correlation_id, correlation_key, request_id, \
         request_key, strategy_id, strategy_key, line_hash, line_place, payload) VALUES {} \
         ON CONFLICT (line_place, line_hash) DO NOTHING",
        vec![row; rows].join(", ")
    )
}

fn bind(
    arguments: &mut SqliteArguments,
    (logged_at, ingested_at, level): (String, Arc<str>, Arc<str>),
    entry: &Entry<'_>,
    name: &LineName,
) -> std::result::Result<(), sqlx::error::BoxDynError> {
    // Encoding a slice that is shared already allocates once, encoding a borrowed one twice.
    let shared = |text: &Option<Cow<'_, str>>| text.as_deref().map(Arc::<str>::from);
    arguments.add(logged_at)?;
    arguments.add(ingested_at)?;
    arguments.add(level)?;
    arguments.add(Arc::<str>::from(&*entry.logger))?;
    arguments.add(key::of_name(&entry.logger))?;
    arguments.add(shared(&entry.event))?;
    arguments.add(entry.event.as_deref().map(key::of_name))?;
    arguments.add(Arc::<str>::from(&*entry.message))?;
    arguments.add(shared(&entry.correlation_id))?;
    arguments.add(entry.correlation_id.as_deref().map(key::of_id))?;
    arguments.add(shared(&entry.request_id))?;
    arguments.add(entry.request_id.as_deref().map(key::of_id))?;
    arguments.add(shared(&entry.strategy_id))?;
    arguments.add(entry.strategy_id.as_deref().map(key::of_name))?;
    arguments.add(&name.hash[..])?;
    arguments.add(name.place)?;
    arguments.add(shared(&entry.payload))
}

impl Columns {
    fn push(&mut self, logged_at: Micros, entry: &Entry<'_>, name: &LineName) {
        let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        self.logged_at.push(instant::to_utc(logged_at));
        self.level.push(entry.level.name());
        self.logger.push(entry.logger.clone().into_owned());
        self.event.push(owned(&entry.event));
        self.message.push(entry.message.clone().into_owned());
        self.correlation_id.push(owned(&entry.correlation_id));
        self.request_id.push(owned(&entry.request_id));
        self.strategy_id.push(owned(&entry.strategy_id));
        self.line_hash.push(name.hash.to_vec());
        self.line_place.push(name.place);
        self.payload.push(owned(&entry.payload));
    }

    async fn insert(
        self,
        tx: &mut sqlx::Transaction<'static, sqlx::Postgres>,
        ingested_at: DateTime<Utc>,
    ) -> Result<u64> {
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ORDER_LOCK).execute(&mut **tx).await?;
        let written = sqlx::query(
            "INSERT INTO backend_logs (logged_at, ingested_at, level, logger_name, event, \
             message, correlation_id, request_id, strategy_id, line_hash, line_place, payload) \
             SELECT t.logged_at, $12, t.level, t.logger_name, t.event, t.message, \
             t.correlation_id, t.request_id, t.strategy_id, t.line_hash, t.line_place, \
             CAST(t.payload AS JSONB) \
             FROM UNNEST($1::TIMESTAMPTZ[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], \
             $6::TEXT[], $7::TEXT[], $8::TEXT[], $9::BYTEA[], $10::BIGINT[], $11::TEXT[]) AS t (logged_at, \
             level, logger_name, event, message, correlation_id, request_id, strategy_id, \
             line_hash, line_place, payload) ON CONFLICT (line_place, line_hash) DO NOTHING",
        )
        .bind(self.logged_at)
        .bind(self.level)
        .bind(self.logger)
        .bind(self.event)
        .bind(self.message)
        .bind(self.correlation_id)
        .bind(self.request_id)
        .bind(self.strategy_id)
        .bind(self.line_hash)
        .bind(self.line_place)
        .bind(self.payload)
        .bind(ingested_at)
        .execute(&mut **tx)
        .await?;
        Ok(written.rows_affected())
    }
}
