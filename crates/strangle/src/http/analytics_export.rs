//! `/analytics/export`: a range as CSV, streamed.

use std::time::Instant;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use platform::auth::{BoxFuture, Caller};
use platform::db::{Db, DbError};
use platform::http::Query;
use platform::problem::Problem;
use serde::Deserialize;
use strangle_engine::analytics::metrics::Metrics;
use strangle_engine::export::analytics_file::{Metadata, filename, write_entry, write_head};
use utoipa::IntoParams;

use super::analytics::{entry, look};
use super::analytics_query::AnalyticsQuery;
use super::csv_stream::{Pages, file};
use super::problems::not_csv;
use crate::Strangle;
use crate::metrics::{EXPORT_SECONDS, EXPORTS};
use crate::store::timeline::{self, Filter};

/// Rows of one page.
const PAGE: i64 = 1_000;

/// The form of the file.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FormatQuery {
    /// `csv`
    pub(super) format: Option<String>,
}

impl FormatQuery {
    /// Refuses everything but CSV.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self.format.as_deref() {
            None | Some("csv") => Ok(()),
            Some(_) => Err(not_csv()),
        }
    }
}

/// The timeline below the figures.
struct Timeline {
    db: Db,
    tenant: String,
    filter: Filter,
    after: (DateTime<Utc>, String),
    rows: u64,
    begun: Instant,
}

impl Timeline {
    async fn page(&mut self, text: &mut String) -> Result<bool, DbError> {
        let mut tx = self.db.read().await?;
        let after = (self.after.0, self.after.1.as_str());
        let rows = timeline::list(&mut tx, &self.tenant, &self.filter, after, PAGE).await?;
        drop(tx);
        let Some(last) = rows.last() else { return Ok(false) };
        self.after = (last.at, last.entry_key.clone());
        for row in rows {
            write_entry(text, &entry(row));
            self.rows += 1;
        }
        Ok(true)
    }
}

impl Pages for Timeline {
    fn next<'a>(&'a mut self, text: &'a mut String) -> BoxFuture<'a, Result<bool, DbError>> {
        Box::pin(self.page(text))
    }

    fn ended(&self, failure: Option<&DbError>) {
        let took = self.begun.elapsed();
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let (start, end, rows) = (self.filter.start, self.filter.end, self.rows);
        let result = if failure.is_some() { "failed" } else { "completed" };
        metrics::counter!(EXPORTS, "result" => result).increment(1);
        metrics::histogram!(EXPORT_SECONDS).record(took.as_secs_f64());
        match failure {
            None => tracing::info!(
                event = "analytics_export_completed",
                duration_ms,
                %start,
                %end,
                rows,
                "analytics exported"
            ),
            Some(error) => tracing::error!(
                event = "analytics_export_failed",
                duration_ms,
                %start,
                %end,
                rows,
                error = error as &dyn std::error::Error,
                "the export of analytics broke off"
            ),
        }
    }
}

/// Exports the figures and the timeline of a range.
#[utoipa::path(
    get,
    path = "/analytics/export",
    tag = "strangle analytics",
    params(AnalyticsQuery, FormatQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 422, description = "`validation`: `format must be csv`", body = Problem),
    ),
    extensions(("x-streamed" = json!(true))),
)]
#[tracing::instrument(name = "http.strangle.export_analytics", skip_all)]
pub(super) async fn export_analytics(
    State(app): State<Strangle>,
    caller: Caller,
    Query(format): Query<FormatQuery>,
    Query(query): Query<AnalyticsQuery>,
) -> Result<Response, Problem> {
    format.check()?;
    let begun = Instant::now();
    let mut tx = app.db.read().await?;
    let now = app.later_clock(&mut tx, &caller.tenant_id).await?;
    let asked = query.read(now)?;
    let filter = asked.filter();
    let looked = look(&app, &mut tx, &caller.tenant_id, &asked, now).await?;
    drop(tx);
    let now = app.clock.now();

    let metadata = Metadata {
        generated_at: now,
        start: asked.range.start(),
        end: asked.range.end(),
        preset: asked.preset.map(|preset| preset.as_str().to_owned()).unwrap_or_default(),
        strategy_id: asked.strategy,
        record_count: u64::try_from(looked.entries).unwrap_or_default(),
        is_stale: looked.status.is_stale,
        status_message: looked.status.message,
        latest_timestamp: looked.status.latest_timestamp,
    };
    let mut head = String::new();
    write_head(&mut head, &metadata, &Metrics::of(&looked.sessions, &asked.zone));
    let pages = Timeline {
        db: app.db.clone(),
        tenant: caller.tenant_id,
        after: (filter.start, String::new()),
        filter,
        rows: 0,
        begun,
    };
    Ok(file(&filename(now), head, pages))
}
