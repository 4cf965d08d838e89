//! Lists and summaries of the log.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::db::Tx;
use platform::http::{Cursor, Json, Query};
use platform::problem::{FieldError, Problem};

use super::query::{LogQuery, PageParams};
use super::views::{LogPage, LogRowView, LogSummary, NameCount, VolumeBucket};
use crate::App;
use crate::domain::instant;
use crate::domain::level::Level;
use crate::store::backend_logs::{self, LogFilter, Slice};
use crate::store::summary::{self, Names};

/// Lists lines of the log, the last read first.
#[utoipa::path(
    get, path = "/api/logs/backend", operation_id = "list_backend_logs", tag = "logs",
    params(LogQuery, PageParams),
    responses((status = 200, description = "A page of the log", body = LogPage))
)]
#[tracing::instrument(name = "http.logbook.list_backend_logs", skip_all)]
pub(super) async fn list_backend_logs(
    State(app): State<App>,
    Query(query): Query<LogQuery>,
    Query(params): Query<PageParams>,
) -> Result<Json<LogPage>, Problem> {
    let filter = query.filter()?;
    let (page, page_size) = params.checked()?;
    let slice = match &params.cursor {
        None => Slice { before: None, skip: (page - 1) * page_size, limit: page_size + 1 },
        Some(text) => Slice {
            before: Some(Cursor::decode(text).ok_or_else(unknown_cursor)?.0),
            skip: 0,
            limit: page_size + 1,
        },
    };

    let mut tx = app.context.db.read().await?;
    let mut rows = backend_logs::list(&mut tx, &filter, slice).await?;
    let size = usize::try_from(page_size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    let only_page = !more && slice.before.is_none() && slice.skip == 0;
    // A rare text is searched for in all rows: once is enough.
    let (total, total_capped) = if only_page {
        (i64::try_from(rows.len()).unwrap_or(i64::MAX), false)
    } else {
        backend_logs::count(&mut tx, &filter).await?
    };

    rows.truncate(size);
    let next_cursor = rows.last().filter(|_| more).map(|row| Cursor(row.id).encode());
    let items = rows.into_iter().map(LogRowView::from).collect();
    Ok(Json(LogPage { total, total_capped, page, page_size, items, next_cursor }))
}

fn unknown_cursor() -> Problem {
    Problem::invalid(vec![FieldError::new(
        "/query/cursor",
        "unknown_cursor",
        "is not a cursor of this list; start again without one",
    )])
}

/// Counts lines of the log by level, name and time, and names the latest error and warning.
#[utoipa::path(
    get, path = "/api/logs/backend/summary", operation_id = "summarize_backend_logs", tag = "logs",
    params(LogQuery),
    responses((status = 200, description = "The log at a glance", body = LogSummary))
)]
#[tracing::instrument(name = "http.logbook.summarize_backend_logs", skip_all)]
pub(super) async fn summarize_backend_logs(
    State(app): State<App>,
    Query(query): Query<LogQuery>,
) -> Result<Json<LogSummary>, Problem> {
    let filter = query.filter()?;

    let mut tx = app.context.db.read().await?;
    let counts = summary::count(&mut tx, &filter).await?;
    let newest = backend_logs::list(&mut tx, &filter, Slice::first(1)).await?;
    let latest_error = latest(&mut tx, &filter, Level::Error).await?;
    let latest_warning = latest(&mut tx, &filter, Level::Warn).await?;
    let volume = volume(&mut tx, &filter, counts.first, counts.last).await?;

    Ok(Json(LogSummary {
        total: counts.total,
        level_counts: counts.levels.into(),
        top_loggers: names(counts.loggers),
        top_events: names(counts.events),
        latest_entry_at: counts.last,
        latest_error,
        latest_warning,
        ingestion_lag_seconds: newest
            .first()
            .map(|row| (row.ingested_at - row.logged_at).as_seconds_f64()),
        volume,
    }))
}

/// Finds the last line of a level, unless the conditions ask for another level.
async fn latest(
    tx: &mut Tx,
    filter: &LogFilter,
    level: Level,
) -> Result<Option<LogRowView>, Problem> {
    if filter.level.is_some_and(|asked| asked != level) {
        return Ok(None);
    }
    let filter = LogFilter { level: Some(level), ..filter.clone() };
    let rows = backend_logs::list(tx, &filter, Slice::first(1)).await?;
    Ok(rows.into_iter().next().map(LogRowView::from))
}

/// Counts by time: over the range that was asked for, or from the first to the last line.
async fn volume(
    tx: &mut Tx,
    filter: &LogFilter,
    first: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
) -> Result<Vec<VolumeBucket>, Problem> {
    let first = filter.start.or(first.map(|at| at.timestamp_micros()));
    let last = filter.end.or(last.map(|at| at.timestamp_micros()));
    let Some((first, last)) = first.zip(last).filter(|(first, last)| first <= last) else {
        return Ok(Vec::new());
    };
    let buckets = summary::volume(tx, filter, first, last).await?;
    Ok(buckets
        .into_iter()
        .map(|bucket| VolumeBucket { at: instant::to_utc(bucket.at), counts: bucket.levels.into() })
        .collect())
}

fn names(names: Names) -> Vec<NameCount> {
    names.into_iter().map(|(name, count)| NameCount { name, count }).collect()
}
