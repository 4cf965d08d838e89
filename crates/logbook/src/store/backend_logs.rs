//! Finds rows of `backend_logs`, the last ingested first.
//!
//! Rows are listed by `id` from the newest end, which every index serves without sorting: an
//! equality finds its rows in the order of `id`. A range of time is first turned into the range of
//! ids that lies in it.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Sql, Tx};
use sqlx::FromRow;

use super::statement::{Statement, Value};
use crate::domain::instant::Micros;
use crate::domain::key;
use crate::domain::level::Level;

/// Rows are counted up to here when there are conditions; beyond it the total is a lower bound.
pub(crate) const MAX_COUNT: i64 = 100_000;

/// A row as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LogRow {
    pub(crate) id: i64,
    pub(crate) logged_at: DateTime<Utc>,
    pub(crate) ingested_at: DateTime<Utc>,
    pub(crate) level: String,
    pub(crate) logger_name: String,
    pub(crate) event: Option<String>,
    pub(crate) message: String,
    pub(crate) correlation_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) strategy_id: Option<String>,
    pub(crate) line_hash: Vec<u8>,
    pub(crate) payload: Option<Json<serde_json::Value>>,
}

/// Which rows; all conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogFilter {
    pub(crate) level: Option<Level>,
    pub(crate) event: Option<String>,
    pub(crate) logger: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) strategy_id: Option<String>,
    /// A piece of the message, the event or the payload, taken literally, in any case of letters.
    pub(crate) search: Option<String>,
    /// The first instant.
    pub(crate) start: Option<Micros>,
    /// The last instant.
    pub(crate) end: Option<Micros>,
}

/// A part of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice {
    /// Only rows with a smaller id.
    pub(crate) before: Option<i64>,
    /// Rows to leave out at the newest end.
    pub(crate) skip: i64,
    /// The most rows.
    pub(crate) limit: i64,
}

impl Slice {
    /// The newest rows.
    pub(crate) fn first(limit: i64) -> Self {
        Self { before: None, skip: 0, limit }
    }
}

/// Lists rows, the last ingested first.
pub(crate) async fn list(tx: &mut Tx, filter: &LogFilter, slice: Slice) -> Result<Vec<LogRow>> {
    let Some(range) = id_range(tx, filter).await? else { return Ok(Vec::new()) };
    let inner =
        Statement::new(tx, COLUMNS).then("WHERE id IN (SELECT id FROM backend_logs WHERE 1 = 1");
    let mut inner = conditions(inner, filter, Access::Index).then_range(range);
    if let Some(before) = slice.before {
        inner = inner.then(" AND id < ").bind(Value::Int(before));
    }
    inner
        .then(" ORDER BY id DESC LIMIT ")
        .bind(Value::Int(slice.limit))
        .then(" OFFSET ")
        .bind(Value::Int(slice.skip))
        .then(") ORDER BY id DESC")
        .fetch_all(tx)
        .await
}

/// Lists rows that were ingested after the row `after`, in that order.
pub(crate) async fn list_after(
    tx: &mut Tx,
    filter: &LogFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<LogRow>> {
    let statement = Statement::new(tx, COLUMNS).then("WHERE id > ").bind(Value::Int(after));
    conditions(statement, filter, Access::Scan)
        .then(" ORDER BY id LIMIT ")
        .bind(Value::Int(limit))
        .fetch_all(tx)
        .await
}

/// Returns the id of the last ingested row, 0 if there is none.
pub(crate) async fn last_id(tx: &mut Tx) -> Result<i64> {
    Statement::new(tx, "SELECT COALESCE(MAX(id), 0) FROM backend_logs").fetch_count(tx).await
}

/// Counts rows; with conditions, up to [`MAX_COUNT`] of them. Tells whether there are more.
pub(crate) async fn count(tx: &mut Tx, filter: &LogFilter) -> Result<(i64, bool)> {
    if *filter == LogFilter::default() {
        let all = Statement::new(tx, "SELECT COUNT(*) FROM backend_logs").fetch_count(tx).await?;
        return Ok((all, false));
    }
    let Some(range) = id_range(tx, filter).await? else { return Ok((0, false)) };
    let statement =
        Statement::new(tx, "SELECT COUNT(*) FROM (SELECT 1 FROM backend_logs WHERE 1 = 1");
    let found = conditions(statement, filter, Access::Index)
        .then_range(range)
        .then(" LIMIT ")
        .bind(Value::Int(MAX_COUNT + 1))
        .then(") AS found")
        .fetch_count(tx)
        .await?;
    Ok((found.min(MAX_COUNT), found > MAX_COUNT))
}

const COLUMNS: &str = "SELECT id, logged_at, ingested_at, level, logger_name, event, message, \
     correlation_id, request_id, strategy_id, line_hash, payload FROM backend_logs ";

/// How the engine is to come by the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Through the index of the condition that leaves the fewest rows.
    Index,
    /// As the rest of the statement says; conditions only test.
    Scan,
}

/// The smallest and the largest id in a range of time.
pub(crate) type IdRange = Option<(i64, i64)>;

/// Turns the range of time of a filter into one of ids: outer `None` if no row lies in it, inner
/// `None` if the filter has no such range.
pub(crate) async fn id_range(tx: &mut Tx, filter: &LogFilter) -> Result<Option<IdRange>> {
    if filter.start.is_none() && filter.end.is_none() {
        return Ok(Some(None));
    }
    let mut statement = Statement::new(tx, "SELECT MIN(id), MAX(id) FROM backend_logs WHERE 1 = 1");
    if let Some(start) = filter.start {
        statement = statement.then(" AND logged_at >= ").bind(Value::Instant(start));
    }
    if let Some(end) = filter.end {
        statement = statement.then(" AND logged_at <= ").bind(Value::Instant(end));
    }
    let rows: Vec<(Option<i64>, Option<i64>)> = statement.fetch_all(tx).await?;
    Ok(match rows.first() {
        Some((Some(first), Some(last))) => Some(Some((*first, *last))),
        _ => None,
    })
}

/// Adds the conditions of a filter.
///
/// SQLite keeps no statistics here and would take any index; a plus sign before a column says that
/// its index is not to be taken. PostgreSQL knows better by itself.
pub(crate) fn conditions(statement: Statement, filter: &LogFilter, access: Access) -> Statement {
    let mut build = Builder { statement, free: access == Access::Index };
    // The most selective ones first: only the first may use its index.
    let ids = [
        (&filter.correlation_id, CORRELATION, key::of_id as fn(&str) -> i64),
        (&filter.request_id, REQUEST, key::of_id),
        (&filter.strategy_id, STRATEGY, key::of_name),
        (&filter.event, EVENT, key::of_name),
        (&filter.logger, LOGGER, key::of_name),
    ];
    for (value, column, key) in ids {
        if let Some(value) = value {
            build = build.equal(column, value, key);
        }
    }
    let Builder { mut statement, free } = build;
    if let Some(level) = filter.level {
        let indexed = free && level != Level::Info && filter.search.is_none();
        statement = statement
            .then(if indexed {
                Sql::from(" AND level <> 'INFO' AND level = ")
            } else {
                Sql { sqlite: " AND +level = ", postgres: " AND level = " }
            })
            .bind(Value::Text(level.name().to_owned()));
    }
    if let Some(start) = filter.start {
        statement = statement
            .then(Sql { sqlite: " AND +logged_at >= ", postgres: " AND logged_at >= " })
            .bind(Value::Instant(start));
    }
    if let Some(end) = filter.end {
        statement = statement
            .then(Sql { sqlite: " AND +logged_at <= ", postgres: " AND logged_at <= " })
            .bind(Value::Instant(end));
    }
    match &filter.search {
        Some(text) => search(statement, text),
        None => statement,
    }
}

/// The texts of an equality: with and without its index, for SQLite by key and text.
#[derive(Clone, Copy)]
struct Column {
    key: &'static str,
    key_untouched: &'static str,
    text: Sql,
}

const CORRELATION: Column = Column {
    key: " AND correlation_key = ",
    key_untouched: " AND +correlation_key = ",
    text: Sql { sqlite: " AND +correlation_id = ", postgres: " AND correlation_id = " },
};
const REQUEST: Column = Column {
    key: " AND request_key = ",
    key_untouched: " AND +request_key = ",
    text: Sql { sqlite: " AND +request_id = ", postgres: " AND request_id = " },
};
const STRATEGY: Column = Column {
    key: " AND strategy_key = ",
    key_untouched: " AND +strategy_key = ",
    text: Sql { sqlite: " AND +strategy_id = ", postgres: " AND strategy_id = " },
};
const EVENT: Column = Column {
    key: " AND event_key = ",
    key_untouched: " AND +event_key = ",
    text: Sql { sqlite: " AND +event = ", postgres: " AND event = " },
};
const LOGGER: Column = Column {
    key: " AND logger_key = ",
    key_untouched: " AND +logger_key = ",
    text: Sql { sqlite: " AND +logger_name = ", postgres: " AND logger_name = " },
};

struct Builder {
    statement: Statement,
    /// Whether no condition uses its index yet.
    free: bool,
}

impl Builder {
    fn equal(self, column: Column, value: &str, key: fn(&str) -> i64) -> Self {
        let mut statement = self.statement;
        if !statement.is_postgres() {
            let text = if self.free { column.key } else { column.key_untouched };
            statement = statement.then(text).bind(Value::Int(key(value)));
        }
        let statement = statement.then(column.text).bind(Value::Text(value.to_owned()));
        Self { statement, free: false }
    }
}

fn search(statement: Statement, text: &str) -> Statement {
    let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = Value::Text(format!("%{literal}%"));
    statement
        .then(Sql { sqlite: " AND (message LIKE ", postgres: " AND (message ILIKE " })
        .bind(pattern.clone())
        .then(Sql { sqlite: " ESCAPE '\\' OR event LIKE ", postgres: " OR event ILIKE " })
        .bind(pattern.clone())
        .then(Sql {
            sqlite: " ESCAPE '\\' OR payload LIKE ",
            postgres: " OR CAST(payload AS TEXT) ILIKE ",
        })
        .bind(pattern)
        .then(Sql { sqlite: " ESCAPE '\\')", postgres: ")" })
}

impl Statement {
    /// Adds the range of ids.
    pub(crate) fn then_range(self, range: IdRange) -> Self {
        match range {
            Some((first, last)) => self
                .then(" AND id BETWEEN ")
                .bind(Value::Int(first))
                .then(" AND ")
                .bind(Value::Int(last)),
            None => self,
        }
    }
}
