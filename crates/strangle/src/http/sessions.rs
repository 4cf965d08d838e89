//! `/trading/sessions`: what was traded.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::db::Tx;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::problems::{field, session_not_found};
use super::session_views::{
    SessionEventView, SessionFillView, SessionIntentView, SessionOrderView, SessionPositionView,
    SessionView, summary,
};
use crate::Strangle;
use crate::domain::runtime::Runtime;
use crate::domain::session::PnlSummary;
use crate::store::session_list::{self, FAR_FUTURE, Filter, ListRow};
use crate::store::sessions::{self, SessionRow};
use crate::store::{fills, intents, legs, orders, positions, session_events};

/// The events that come with a session; the rest has pages of its own.
const EVENTS: i64 = 500;

/// Which sessions.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SessionQuery {
    /// Page by number, from 1.
    #[param(minimum = 1)]
    pub(super) page: Option<i64>,
    /// Rows of a page, 1 to 200; 25 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) page_size: Option<i64>,
    /// `running` or `stopped`.
    status: Option<String>,
    /// `paper`, `testnet` or `live`.
    mode: Option<String>,
    exit_reason: Option<String>,
    /// Begun at or after.
    from: Option<DateTime<Utc>>,
    /// Begun before.
    to: Option<DateTime<Utc>>,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionPage {
    /// Newest first.
    items: Vec<SessionView>,
    total: i64,
    page: i64,
    page_size: i64,
    pages: i64,
}

/// A session with everything about it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionDetailView {
    #[serde(flatten)]
    session: SessionView,
    /// The profile as it was at the start.
    #[schema(value_type = crate::domain::profile::ProfileSchema)]
    config_snapshot: Value,
    config_id: String,
    config_version: i64,
    entry_at: Option<DateTime<Utc>>,
    exit_at: Option<DateTime<Utc>>,
    /// `exit_time` or `expiry_guard`.
    exit_bound: Option<String>,
    /// The same as `pnl_summary`.
    summary: Option<PnlSummary>,
    /// The newest picture, while the session is open.
    monitor_snapshot: Option<Runtime>,
    /// Every attempt, also those that never left.
    intents: Vec<SessionIntentView>,
    orders: Vec<SessionOrderView>,
    fills: Vec<SessionFillView>,
    positions: Vec<SessionPositionView>,
    /// The first 500; the rest is at `/api/trading/sessions/{id}/events`.
    events: Vec<SessionEventView>,
}

impl SessionQuery {
    pub(super) fn filter(&self) -> Result<Filter, Problem> {
        let word = |pointer: &str, value: &Option<String>, words: &[&str]| match value.as_deref() {
            None => Ok(String::new()),
            Some(value) if words.is_empty() || words.contains(&value) => Ok(value.to_owned()),
            Some(value) => {
                let message = format!("must be one of {}, was `{value}`", words.join(", "));
                Err(field(pointer, "unknown_value", message))
            }
        };
        Ok(Filter {
            status: word("/query/status", &self.status, &["running", "stopped"])?,
            mode: word("/query/mode", &self.mode, &["paper", "testnet", "live"])?,
            exit_reason: word("/query/exit_reason", &self.exit_reason, &[])?,
            from: self.from.unwrap_or(DateTime::UNIX_EPOCH),
            to: self.to.unwrap_or(FAR_FUTURE),
        })
    }

    fn page(&self) -> Result<(i64, i64), Problem> {
        let (page, size) = (self.page.unwrap_or(1), self.page_size.unwrap_or(25));
        if !(1..=1_000_000).contains(&page) {
            return Err(field("/query/page", "out_of_range", "must be 1 to 1000000"));
        }
        if !(1..=200).contains(&size) {
            return Err(field("/query/page_size", "out_of_range", "must be 1 to 200"));
        }
        Ok((page, size))
    }
}

/// Joins sessions, newest first, with their legs.
pub(super) async fn with_legs(
    tx: &mut Tx,
    tenant: &str,
    rows: Vec<ListRow>,
) -> Result<Vec<(ListRow, Vec<legs::LegRow>)>, Problem> {
    let (Some(first), Some(last)) = (rows.last(), rows.first()) else { return Ok(Vec::new()) };
    let mut all = legs::list_of(tx, tenant, first.id, last.id).await?;
    let joined = rows.into_iter().map(|row| {
        let own = all.extract_if(.., |leg| leg.session_id == row.id).collect();
        (row, own)
    });
    Ok(joined.collect())
}

/// Finds a session by its number or its public name.
pub(super) async fn find(tx: &mut Tx, caller: &Caller, id: &str) -> Result<SessionRow, Problem> {
    let tenant = &caller.tenant_id;
    let found = match id.parse() {
        Ok(number) => sessions::find(tx, tenant, number).await?,
        Err(_) => sessions::find_by_strategy(tx, tenant, id).await?,
    };
    found.ok_or_else(|| session_not_found(id))
}

/// Lists sessions, newest first.
#[utoipa::path(
    get,
    path = "/trading/sessions",
    tag = "strangle sessions",
    params(SessionQuery),
    responses((status = 200, body = SessionPage)),
)]
pub(super) async fn list_trading_sessions(
    State(app): State<Strangle>,
    caller: Caller,
    Query(query): Query<SessionQuery>,
) -> Result<Json<SessionPage>, Problem> {
    let filter = query.filter()?;
    let (page, page_size) = query.page()?;
    let tenant = &caller.tenant_id;
    let mut tx = app.db.read().await?;
    let total = session_list::count(&mut tx, tenant, &filter).await?;
    let skip = (page - 1) * page_size;
    let rows = session_list::list(&mut tx, tenant, &filter, i64::MAX, page_size, skip).await?;
    let items = with_legs(&mut tx, tenant, rows).await?;
    Ok(Json(SessionPage {
        items: items.into_iter().map(|(row, legs)| SessionView::new(row, &legs)).collect(),
        total,
        page,
        page_size,
        pages: (total + page_size - 1) / page_size,
    }))
}

/// Returns a session with its legs, orders, fills, positions and events.
#[utoipa::path(
    get,
    path = "/trading/sessions/{id}",
    tag = "strangle sessions",
    params(("id" = String, Path, description = "Its number or its strategy id")),
    responses((status = 200, body = SessionDetailView), (status = 404, body = Problem)),
)]
pub(super) async fn find_session(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<SessionDetailView>, Problem> {
    let mut tx = app.db.read().await?;
    let row = find(&mut tx, &caller, &id).await?;
    let legs = legs::list(&mut tx, row.id).await?;
    let intents = intents::list(&mut tx, row.id).await?;
    let orders = orders::list(&mut tx, row.id).await?;
    let fills = fills::list(&mut tx, row.id).await?;
    let positions = positions::list(&mut tx, row.id).await?;
    let events = session_events::list(&mut tx, row.id, i64::MIN, EVENTS).await?;
    drop(tx);
    let open = row.status == "running" && row.account == *app.account;
    let picture = if open { Some(app.picture().await?) } else { None };

    let picture = picture.filter(|picture| picture.session_id == Some(row.id));
    let listed = in_list(row.clone());
    Ok(Json(SessionDetailView {
        config_snapshot: row.config_snapshot.0,
        config_id: row.config_id,
        config_version: row.config_version,
        entry_at: row.entry_at,
        exit_at: row.exit_at,
        exit_bound: row.exit_bound,
        summary: summary(&listed),
        monitor_snapshot: picture,
        intents: intents.into_iter().map(Into::into).collect(),
        orders: orders.into_iter().map(Into::into).collect(),
        fills: fills.into_iter().map(Into::into).collect(),
        positions: positions.into_iter().map(Into::into).collect(),
        events: events.into_iter().map(Into::into).collect(),
        session: SessionView::new(listed, &legs),
    }))
}

fn in_list(row: SessionRow) -> ListRow {
    ListRow {
        id: row.id,
        strategy_id: row.strategy_id,
        mode: row.mode,
        state: row.state,
        status: row.status,
        config_snapshot: row.config_snapshot,
        activated_at: row.activated_at,
        deactivated_at: row.deactivated_at,
        exit_reason: row.exit_reason,
        gross: row.gross,
        fees: row.fees,
        pnl_summary: row.pnl_summary,
        session_metadata: row.session_metadata,
    }
}

/// Lists the events of a session in their order.
#[utoipa::path(
    get,
    path = "/trading/sessions/{id}/events",
    tag = "strangle sessions",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<SessionEventView>), (status = 404, body = Problem)),
)]
pub(super) async fn list_session_events(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SessionEventView>>, Problem> {
    let limit = page.limit()?;
    let after = page.after::<i64>()?.unwrap_or(i64::MIN);
    let mut tx = app.db.read().await?;
    let row = find(&mut tx, &caller, &id).await?;
    let rows = session_events::list(&mut tx, row.id, after, i64::from(limit) + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.seq, SessionEventView::from)))
}
