//! The log as it grows.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use futures::{Stream, stream};
use http::HeaderMap;
use platform::db::DbError;
use platform::http::Query;
use platform::http::sse::{self, Message};
use platform::problem::Problem;
use tokio::sync::watch;

use super::query::LogQuery;
use super::views::LogRowView;
use crate::App;
use crate::store::backend_logs::{self, LogFilter};

/// Rows that are read at one time.
const BATCH: u16 = 500;
/// How often to look for rows that another process has stored.
const POLL: Duration = Duration::from_secs(1);

/// Streams lines of the log as they are read, as server-sent events `log` whose data are lines.
///
/// `Last-Event-ID` goes on after that line.
#[utoipa::path(
    get, path = "/api/logs/backend/tail", operation_id = "tail_backend_logs", tag = "logs",
    params(
        LogQuery,
        ("Last-Event-ID" = Option<u64>, Header, description = "The last line you have seen"),
    ),
    responses((status = 200, description = "Events", content_type = "text/event-stream"))
)]
#[tracing::instrument(name = "http.logbook.tail_backend_logs", skip_all)]
pub(super) async fn tail_backend_logs(
    State(app): State<App>,
    Query(query): Query<LogQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = query.filter()?;
    let last = backend_logs::last_id(&mut app.context.db.read().await?).await?;
    let seen = sse::last_event_id(&headers)?.and_then(|id| i64::try_from(id).ok());

    // An id beyond the last row is of a log that was emptied since.
    let after = seen.filter(|seen| *seen <= last).unwrap_or(last);
    let follower = Follower {
        stored: app.tail.stored(),
        after,
        ready: VecDeque::new(),
        filter,
        app: app.clone(),
    };
    Ok(sse::stream(&app.context.tasks, follower.messages()))
}

struct Follower {
    app: App,
    filter: LogFilter,
    stored: watch::Receiver<u64>,
    after: i64,
    ready: VecDeque<LogRowView>,
}

impl Follower {
    fn messages(self) -> impl Stream<Item = Message<LogRowView>> + Send {
        stream::unfold(self, |mut follower| async move {
            loop {
                if let Some(row) = follower.ready.pop_front() {
                    let id = Some(row.id.to_string());
                    return Some((Message { id, kind: "log", data: row }, follower));
                }
                match follower.read().await {
                    Ok(true) => {}
                    Ok(false) => follower.wait().await,
                    Err(error) => {
                        tracing::debug!(error = %error, "live log cannot be read now");
                        follower.wait().await;
                    }
                }
            }
        })
    }

    /// Reads the next rows, and tells whether there may be more.
    async fn read(&mut self) -> Result<bool, DbError> {
        let mut tx = self.app.context.db.read().await?;
        let last = backend_logs::last_id(&mut tx).await?;
        if last <= self.after {
            return Ok(false);
        }
        let rows =
            backend_logs::list_after(&mut tx, &self.filter, self.after, BATCH.into()).await?;
        let full = rows.len() == usize::from(BATCH);
        // Without a full batch, everything up to the last row was looked at.
        self.after = match rows.last() {
            Some(row) if full => row.id,
            _ => last,
        };
        self.ready.extend(rows.into_iter().map(LogRowView::from));
        Ok(full || !self.ready.is_empty())
    }

    /// Waits until this process has stored rows, or until it is time to look for those of others.
    async fn wait(&mut self) {
        let changed = tokio::time::timeout(POLL, self.stored.changed()).await;
        if let Ok(Err(_)) = changed {
            tokio::time::sleep(POLL).await;
        }
    }
}
