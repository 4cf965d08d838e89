//! Jobs as people see them: the same operations for all services.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use futures::{Stream, StreamExt as _};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::queue::{JobFilter, TOPIC};
use super::{JobRow, JobState, JobView, Queue, Queues};
use crate::auth::{Access, AccessTable, Caller, Role};
use crate::events::Numbered;
use crate::http::sse::{self, Message};
use crate::http::{Json, Page, PageQuery, Path, Query, ws};
use crate::problem::Problem;

/// Who may use the operations: whoever is signed in sees the jobs of the services they may look at.
pub const ACCESS: AccessTable = &[
    ("list_jobs", Access::SignedIn),
    ("find_job", Access::SignedIn),
    ("cancel_job", Access::SignedIn),
    ("stream_jobs", Access::SignedIn),
    ("connect_jobs", Access::SignedIn),
];

/// Returns the operations on the jobs of these queues.
pub fn routes(queues: Queues) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(stream_jobs))
        .routes(routes!(connect_jobs))
        .routes(routes!(find_job))
        .routes(routes!(cancel_job))
        .with_state(queues)
}

/// Which jobs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JobQuery {
    /// Only jobs in this state.
    state: Option<JobState>,
    /// Only jobs of this service.
    service: Option<String>,
    /// Only jobs of this kind.
    name: Option<String>,
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Lists the jobs of your tenant, newest first.
#[utoipa::path(
    get, path = "/api/jobs", operation_id = "list_jobs", tag = "jobs", params(JobQuery),
    responses((status = 200, description = "One page", body = Page<JobView>))
)]
async fn list_jobs(
    State(queues): State<Queues>,
    caller: Caller,
    Query(query): Query<JobQuery>,
) -> Result<Json<Page<JobView>>, Problem> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let limit = page.limit()?;
    let visible = queues.services().filter(|service| caller.may(service, Role::Viewer));
    let wanted = visible.filter(|service| query.service.as_deref().is_none_or(|s| s == *service));
    let filter = JobFilter {
        tenant_id: caller.tenant_id.clone(),
        services: wanted.map(str::to_owned).collect(),
        state: query.state,
        name: query.name,
        before: page.after()?,
    };

    let rows = queues.list(&filter, limit.saturating_add(1)).await?;

    let Page { items, next_cursor } =
        Page::from_rows(rows, limit, |row| row.id.clone(), JobView::of);
    let items = items.into_iter().collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor }))
}

/// Shows one job.
#[utoipa::path(
    get, path = "/api/jobs/{id}", operation_id = "find_job", tag = "jobs",
    params(("id" = String, Path, description = "`job_…`")),
    responses(
        (status = 200, description = "The job", body = JobView),
        (status = 404, description = "There is no such job", body = Problem),
    )
)]
async fn find_job(
    State(queues): State<Queues>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<JobView>, Problem> {
    let (row, _) = visible_job(&queues, &caller, &id).await?;
    Ok(Json(JobView::of(row)?))
}

/// Cancels a job: a waiting one at once, a running one when it next looks; one that has ended stays
/// as it is. Its owner may, and operators of its service.
#[utoipa::path(
    post, path = "/api/jobs/{id}/cancel", operation_id = "cancel_job", tag = "jobs",
    params(("id" = String, Path, description = "`job_…`")),
    responses(
        (status = 200, description = "The job as it is now", body = JobView),
        (status = 403, description = "It is not yours, and you are no operator", body = Problem),
        (status = 404, description = "There is no such job", body = Problem),
    )
)]
async fn cancel_job(
    State(queues): State<Queues>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<JobView>, Problem> {
    let (row, queue) = visible_job(&queues, &caller, &id).await?;
    if !may_cancel(&caller, &row) {
        return Err(Problem::new(
            http::StatusCode::FORBIDDEN,
            "forbidden",
            "You may not do this",
        )
        .detail(format!(
            "This job belongs to somebody else. Cancelling it needs the role `operator` for {}.",
            row.service
        )));
    }

    let row = queue.cancel(&row.id).await?.ok_or_else(|| missing(&id))?;

    Ok(Json(JobView::of(row)?))
}

/// Streams what happens to the jobs of your tenant, as server-sent events whose data are jobs.
///
/// `job_queued` carries `id`, `service`, `name` and `title` only. `reset` means that events were
/// missed: read the list again.
#[utoipa::path(
    get, path = "/api/jobs/events", operation_id = "stream_jobs", tag = "jobs",
    params(("Last-Event-ID" = Option<u64>, Header, description = "The last event you have seen")),
    responses((status = 200, description = "Events", content_type = "text/event-stream"))
)]
async fn stream_jobs(
    State(queues): State<Queues>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = sse::last_event_id(&headers)?;
    let events = queues.events.follow(after);
    Ok(sse::stream(&queues.tasks, messages(events, caller)))
}

/// Streams the same over a WebSocket, for clients behind proxies that hold event streams back.
#[utoipa::path(
    get, path = "/ws/jobs", operation_id = "connect_jobs", tag = "jobs",
    responses(
        (status = 101, description = "Messages `{type, id, data}` follow"),
        (status = 426, description = "The request does not ask for a WebSocket", body = Problem),
    )
)]
async fn connect_jobs(
    State(queues): State<Queues>,
    caller: Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let events = queues.events.follow(None);
    ws::push(upgrade, &headers, &queues.tasks, messages(events, caller))
}

fn messages(
    events: impl Stream<Item = Numbered> + Send + 'static,
    caller: Caller,
) -> impl Stream<Item = Message<serde_json::Value>> + Send + 'static {
    events.filter_map(move |Numbered { id, event }| {
        let service = event.data.get("service").and_then(serde_json::Value::as_str);
        let mine = event.topic == TOPIC
            && event.tenant_id == caller.tenant_id
            && service.is_some_and(|service| caller.may(service, Role::Viewer));
        let message = if event.is_reset() {
            Some(Message { id: Some(id.to_string()), kind: "reset", data: event.data })
        } else if mine {
            let kind = kind(&event.kind);
            Some(Message { id: Some(id.to_string()), kind, data: event.data })
        } else {
            None
        };
        std::future::ready(message)
    })
}

fn kind(kind: &str) -> &'static str {
    const KINDS: [&str; 5] =
        ["job_queued", "job_progress", "job_succeeded", "job_failed", "job_cancelled"];
    KINDS.into_iter().find(|known| *known == kind).unwrap_or("job_progress")
}

/// Returns a job that the caller may look at.
async fn visible_job(
    queues: &Queues,
    caller: &Caller,
    id: &str,
) -> Result<(JobRow, Queue), Problem> {
    let found = queues.find(id).await?;
    found
        .filter(|(row, _)| row.tenant_id == caller.tenant_id)
        .filter(|(row, _)| caller.may(&row.service, Role::Viewer))
        .ok_or_else(|| missing(id))
}

/// An API key may cancel only with a scope that lets it write.
fn may_cancel(caller: &Caller, row: &JobRow) -> bool {
    let owns = row.owner_id == caller.user_id && caller.scopes.is_none();
    owns || caller.may(&row.service, Role::Operator)
}

fn missing(id: &str) -> Problem {
    Problem::not_found("job_not_found", format!("job `{id}`"))
}
