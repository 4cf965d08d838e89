//! The log as CSV, streamed: memory holds one batch of rows.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::header;
use platform::db::DbError;
use platform::http::Query;
use platform::problem::Problem;

use super::query::LogQuery;
use crate::App;
use crate::domain::csv::cell;
use crate::domain::instant;
use crate::store::backend_logs::{self, LogFilter, LogRow, Slice};

/// Rows of one batch.
const BATCH: u16 = 1_000;
const HEADER: [&str; 12] = [
    "id",
    "logged_at",
    "ingested_at",
    "level",
    "logger_name",
    "event",
    "message",
    "correlation_id",
    "strategy_id",
    "request_id",
    "line_hash",
    "payload",
];

/// Exports lines of the log as CSV, the last read first.
///
/// Cells that a spreadsheet would take for a formula begin with an apostrophe.
#[utoipa::path(
    get, path = "/api/logs/backend/export", operation_id = "export_backend_logs", tag = "logs",
    params(LogQuery),
    responses((status = 200, description = "The lines", body = String, content_type = "text/csv"))
)]
#[tracing::instrument(name = "http.logbook.export_backend_logs", skip_all)]
pub(super) async fn export_backend_logs(
    State(app): State<App>,
    Query(query): Query<LogQuery>,
) -> Result<Response, Problem> {
    let filter = query.filter()?;
    // The first batch is read before the answer begins, so that a failure still has a status.
    let first = read(&app, &filter, None).await?;

    let name = app.context.clock.now().format("backend-logs-export-%Y%m%d-%H%M%S.csv");
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(batches(app, filter, first))).into_response())
}

/// What the stream still has to do.
enum Next {
    Rows(Vec<LogRow>, bool),
    After(i64),
    Done,
}

fn batches(
    app: App,
    filter: LogFilter,
    first: Vec<LogRow>,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send {
    stream::unfold((Next::Rows(first, true), app, filter), |(next, app, filter)| async move {
        let (rows, with_header) = match next {
            Next::Rows(rows, with_header) => (rows, with_header),
            Next::After(id) => match read(&app, &filter, Some(id)).await {
                Ok(rows) => (rows, false),
                Err(error) => {
                    tracing::error!(error = %error, "log export broke off");
                    let error = std::io::Error::other("the export broke off");
                    return Some((Err(error), (Next::Done, app, filter)));
                }
            },
            Next::Done => return None,
        };
        if rows.is_empty() && !with_header {
            return None;
        }
        let full = rows.len() == usize::from(BATCH);
        let next = match rows.last() {
            Some(row) if full => Next::After(row.id),
            _ => Next::Done,
        };
        Some((encode(&rows, with_header), (next, app, filter)))
    })
    // The layer that compresses asks once more after the end.
    .fuse()
}

async fn read(app: &App, filter: &LogFilter, before: Option<i64>) -> Result<Vec<LogRow>, DbError> {
    let mut tx = app.context.db.read().await?;
    backend_logs::list(&mut tx, filter, Slice { before, skip: 0, limit: BATCH.into() }).await
}

fn encode(rows: &[LogRow], with_header: bool) -> Result<Bytes, std::io::Error> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::with_capacity(rows.len() * 256));
    if with_header {
        out.write_record(HEADER)?;
    }
    for row in rows {
        let payload = row.payload.as_ref().map(|payload| payload.0.to_string());
        out.write_record([
            row.id.to_string().as_str(),
            &instant::text(row.logged_at.timestamp_micros()),
            &instant::text(row.ingested_at.timestamp_micros()),
            &row.level,
            &cell(&row.logger_name),
            &optional(row.event.as_deref()),
            &cell(&row.message),
            &optional(row.correlation_id.as_deref()),
            &optional(row.strategy_id.as_deref()),
            &optional(row.request_id.as_deref()),
            &hex::encode(&row.line_hash),
            &optional(payload.as_deref()),
        ])?;
    }
    out.into_inner().map(Bytes::from).map_err(|e| std::io::Error::other(e.to_string()))
}

fn optional(text: Option<&str>) -> Cow<'_, str> {
    text.map(cell).unwrap_or_default()
}
