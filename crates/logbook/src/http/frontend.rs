//! Lists what browsers reported.

use axum::extract::State;
use platform::auth::Caller;
use platform::http::{Json, Query};
use platform::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use super::query::{PageParams, Refused};
use super::views::{FrontendLogPage, FrontendLogView};
use crate::App;
use crate::store::frontend_logs::{self, FrontendFilter};

/// Which records; all conditions must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FrontendQuery {
    /// `DEBUG`, `INFO`, `WARN` (also `WARNING`) or `ERROR`.
    level: Option<String>,
    /// The name of the event.
    event: Option<String>,
    /// The visit.
    session_id: Option<String>,
    /// The piece of work.
    correlation_id: Option<String>,
    /// A piece of the message: literal, in any case of letters.
    search: Option<String>,
    /// The first instant of reception, RFC 3339.
    start_time: Option<String>,
    /// The last instant of reception, RFC 3339.
    end_time: Option<String>,
}

/// Lists what browsers of your tenant reported, the last received first.
#[utoipa::path(
    get, path = "/api/logs/frontend", operation_id = "list_frontend_logs", tag = "logs",
    params(FrontendQuery, PageParams),
    responses((status = 200, description = "A page of records", body = FrontendLogPage))
)]
#[tracing::instrument(name = "http.logbook.list_frontend_logs", skip_all)]
pub(super) async fn list_frontend_logs(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<FrontendQuery>,
    Query(params): Query<PageParams>,
) -> Result<Json<FrontendLogPage>, Problem> {
    let filter = query.filter()?;
    let (page, page_size) = params.checked()?;

    let mut tx = app.context.db.read().await?;
    let total = frontend_logs::count(&mut tx, &caller.tenant_id, &filter).await?;
    let skip = (page - 1) * page_size;
    let rows = frontend_logs::list(&mut tx, &caller.tenant_id, &filter, skip, page_size).await?;

    let items = rows.into_iter().map(FrontendLogView::from).collect();
    Ok(Json(FrontendLogPage { total, page, page_size, items }))
}

impl FrontendQuery {
    fn filter(self) -> Result<FrontendFilter, Problem> {
        let mut refused = Refused::default();
        let filter = FrontendFilter {
            level: refused.level(self.level),
            event: refused.text("event", self.event),
            session_id: refused.text("sessionId", self.session_id),
            correlation_id: refused.text("correlationId", self.correlation_id),
            search: refused.text("search", self.search),
            start: refused.instant("startTime", self.start_time),
            end: refused.instant("endTime", self.end_time),
        };
        refused.order(filter.start, filter.end);
        refused.finish()?;
        Ok(filter)
    }
}
