//! Counts the rows of `backend_logs` by level, name and time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::db::{Result, Sql, Tx};

use super::backend_logs::{Access, LogFilter, conditions, id_range};
use super::statement::{Statement, Value};
use crate::domain::instant::Micros;
use crate::domain::level::Level;

/// How many names are returned.
const TOP: usize = 5;
/// How many intervals of time are returned at most.
pub(crate) const BUCKETS: i64 = 60;

/// Names with their counts, the most frequent first.
pub(crate) type Names = Vec<(String, i64)>;

/// The counts.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) total: i64,
    pub(crate) levels: [i64; 4],
    pub(crate) loggers: Names,
    pub(crate) events: Names,
    pub(crate) first: Option<DateTime<Utc>>,
    pub(crate) last: Option<DateTime<Utc>>,
}

/// Counts rows.
pub(crate) async fn count(tx: &mut Tx, filter: &LogFilter) -> Result<Counts> {
    if *filter == LogFilter::default() { count_all(tx).await } else { count_some(tx, filter).await }
}

/// Counts all rows from the indexes alone.
async fn count_all(tx: &mut Tx) -> Result<Counts> {
    let total = Statement::new(tx, "SELECT COUNT(*) FROM backend_logs").fetch_count(tx).await?;
    let others: Vec<(String, i64)> = Statement::new(
        tx,
        "SELECT level, COUNT(*) FROM backend_logs WHERE level <> 'INFO' GROUP BY level",
    )
    .fetch_all(tx)
    .await?;
    let mut counts = Counts { total, ..Counts::default() };
    counts.levels = [0, total, 0, 0];
    for (level, count) in others {
        counts.add_level(&level, count);
        counts.add_level(Level::Info.name(), -count);
    }
    counts.loggers = Statement::new(tx, TOP_LOGGERS).fetch_all(tx).await?;
    counts.events = Statement::new(tx, TOP_EVENTS).fetch_all(tx).await?;
    let ends: Vec<Ends> = Statement::new(
        tx,
        "SELECT (SELECT MIN(logged_at) FROM backend_logs), \
         (SELECT MAX(logged_at) FROM backend_logs)",
    )
    .fetch_all(tx)
    .await?;
    (counts.first, counts.last) = ends.first().copied().unwrap_or_default();
    Ok(counts)
}

/// The first and the last instant.
type Ends = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// SQLite counts by key, in the index, and looks up the five names.
const TOP_LOGGERS: Sql = Sql {
    sqlite: "SELECT (SELECT logger_name FROM backend_logs WHERE logger_key = key LIMIT 1), found \
             FROM (SELECT logger_key AS key, COUNT(*) AS found FROM backend_logs \
             GROUP BY logger_key ORDER BY found DESC, key LIMIT 5) ORDER BY 2 DESC, 1",
    postgres: "SELECT logger_name, COUNT(*) FROM backend_logs GROUP BY logger_name \
               ORDER BY 2 DESC, 1 LIMIT 5",
};
const TOP_EVENTS: Sql = Sql {
    sqlite: "SELECT (SELECT event FROM backend_logs WHERE event_key = key LIMIT 1), found \
             FROM (SELECT event_key AS key, COUNT(*) AS found FROM backend_logs \
             WHERE event_key IS NOT NULL GROUP BY event_key ORDER BY found DESC, key LIMIT 5) \
             ORDER BY 2 DESC, 1",
    postgres: "SELECT event, COUNT(*) FROM backend_logs WHERE event IS NOT NULL GROUP BY event \
               ORDER BY 2 DESC, 1 LIMIT 5",
};

/// A group of rows: level, logger, event, count, first and last instant.
type Group = (String, String, Option<String>, i64, DateTime<Utc>, DateTime<Utc>);

/// Counts the rows of a filter in one pass.
async fn count_some(tx: &mut Tx, filter: &LogFilter) -> Result<Counts> {
    let mut counts = Counts::default();
    let Some(range) = id_range(tx, filter).await? else { return Ok(counts) };
    let statement = Statement::new(
        tx,
        "SELECT level, logger_name, event, COUNT(*), MIN(logged_at), MAX(logged_at) \
         FROM backend_logs WHERE 1 = 1",
    );
    let groups: Vec<Group> = conditions(statement, filter, Access::Index)
        .then_range(range)
        .then(" GROUP BY level, logger_name, event")
        .fetch_all(tx)
        .await?;
    let (mut loggers, mut events) = (BTreeMap::new(), BTreeMap::new());
    for (level, logger, event, count, first, last) in groups {
        counts.total += count;
        counts.add_level(&level, count);
        *loggers.entry(logger).or_insert(0) += count;
        if let Some(event) = event {
            *events.entry(event).or_insert(0) += count;
        }
        counts.first = Some(counts.first.map_or(first, |known| known.min(first)));
        counts.last = counts.last.max(Some(last));
    }
    counts.loggers = top(loggers);
    counts.events = top(events);
    Ok(counts)
}

impl Counts {
    fn add_level(&mut self, name: &str, count: i64) {
        let place = Level::of(name).map(|level| level as usize);
        if let Some(total) = place.and_then(|place| self.levels.get_mut(place)) {
            *total += count;
        }
    }
}

fn top(names: BTreeMap<String, i64>) -> Names {
    let mut names: Names = names.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names.truncate(TOP);
    names
}

/// An interval of time: its start, and its counts by level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) at: Micros,
    pub(crate) levels: [i64; 4],
}

/// The length of an interval: whole seconds, so that at most [`BUCKETS`] of them cover the time
/// from `first` to `last`, both included.
pub(crate) fn bucket_width(first: Micros, last: Micros) -> Micros {
    let seconds = (last - first) / 1_000_000 + 1;
    (seconds + BUCKETS - 1) / BUCKETS * 1_000_000
}

/// Counts rows in intervals from `first` to `last`.
///
/// Each interval and level is a range of the index on time; nothing is sorted.
pub(crate) async fn volume(
    tx: &mut Tx,
    filter: &LogFilter,
    first: Micros,
    last: Micros,
) -> Result<Vec<Bucket>> {
    let width = bucket_width(first, last);
    let mut statement = Statement::new(tx, "WITH buckets (n, low, high) AS (VALUES ");
    let mut at = first;
    for n in 0..BUCKETS {
        if at > last {
            break;
        }
        statement = statement
            .then(if n == 0 { "(" } else { ", (" })
            .bind(Value::Int(n))
            .then(Sql { sqlite: ", ", postgres: "::BIGINT, " })
            .bind(Value::Instant(at))
            .then(Sql { sqlite: ", ", postgres: "::TIMESTAMPTZ, " })
            .bind(Value::Instant(at + width))
            .then(Sql { sqlite: ")", postgres: "::TIMESTAMPTZ)" });
        at += width;
    }
    statement = statement.then(") SELECT n");
    let filter = LogFilter { start: None, end: None, ..filter.clone() };
    for text in LEVELS {
        statement = conditions(statement.then(text), &filter, Access::Scan).then(")");
    }
    let rows: Vec<(i64, i64, i64, i64, i64)> =
        statement.then(" FROM buckets ORDER BY n").fetch_all(tx).await?;
    Ok(rows
        .into_iter()
        .map(|(n, debug, info, warn, error)| Bucket {
            at: first + n * width,
            levels: [debug, info, warn, error],
        })
        .collect())
}

/// The count of one level in one interval, in the order of [`Level::ALL`].
const LEVELS: [&str; 4] = [
    ", (SELECT COUNT(*) FROM backend_logs WHERE logged_at >= low AND logged_at < high \
     AND level = 'DEBUG'",
    ", (SELECT COUNT(*) FROM backend_logs WHERE logged_at >= low AND logged_at < high \
     AND level = 'INFO'",
    ", (SELECT COUNT(*) FROM backend_logs WHERE logged_at >= low AND logged_at < high \
     AND level = 'WARN'",
    ", (SELECT COUNT(*) FROM backend_logs WHERE logged_at >= low AND logged_at < high \
     AND level = 'ERROR'",
];
