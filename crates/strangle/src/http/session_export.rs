//! `/trading/sessions/export`: sessions as CSV, streamed.

use axum::extract::State;
use axum::response::Response;
use platform::auth::{BoxFuture, Caller};
use platform::db::{Db, DbError};
use platform::http::Query;
use platform::problem::Problem;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use serde_json::Value;
use strangle_engine::export::sessions_file::{
    LegCells, SessionRow, filename, write_head, write_session,
};

use super::analytics_export::FormatQuery;
use super::csv_stream::{Pages, file};
use super::sessions::SessionQuery;
use crate::Strangle;
use crate::store::legs::{self, LegRow};
use crate::store::session_list::{self, Filter, ListRow};

/// Sessions of one page.
const PAGE: i64 = 200;

/// The sessions, newest first.
struct Sessions {
    db: Db,
    tenant: String,
    filter: Filter,
    before: i64,
}

impl Sessions {
    async fn page(&mut self, text: &mut String) -> Result<bool, DbError> {
        let mut tx = self.db.read().await?;
        let (tenant, filter) = (&self.tenant, &self.filter);
        let rows = session_list::list(&mut tx, tenant, filter, self.before, PAGE, 0).await?;
        let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(false) };
        let legs = legs::list_of(&mut tx, tenant, oldest.id, newest.id).await?;
        self.before = oldest.id;
        for row in &rows {
            let own = legs.iter().filter(|leg| leg.session_id == row.id);
            write_session(text, &cells(row, &own.collect::<Vec<_>>()));
        }
        Ok(true)
    }
}

impl Pages for Sessions {
    fn next<'a>(&'a mut self, text: &'a mut String) -> BoxFuture<'a, Result<bool, DbError>> {
        Box::pin(self.page(text))
    }
}

fn cells(row: &ListRow, legs: &[&LegRow]) -> SessionRow {
    let traded: Vec<_> = legs.iter().filter(|leg| leg.entry_vwap.is_some()).collect();
    let won = traded.iter().filter(|leg| net(leg) > Decimal::ZERO).count();
    let rate = Decimal::from(won * 100).checked_div(Decimal::from(traded.len()));
    let spot = row.pnl_summary.as_ref().and_then(|summary| summary.0.get("spot"));
    let spot = |name: &str| decimal(spot.and_then(|spot| spot.get(name)));
    let leg = |kind: &str| {
        let found = legs.iter().find(|leg| leg.kind == kind);
        found.map_or_else(LegCells::default, |leg| leg_cells(leg))
    };
    let underlying = row.config_snapshot.0.get("underlying").cloned().unwrap_or_default();
    SessionRow {
        strategy_id: row.strategy_id.clone(),
        activated_at: Some(row.activated_at),
        stopped_at: row.deactivated_at,
        config_snapshot: row.config_snapshot.0.to_string(),
        total_pnl: row.gross.zip(row.fees).map(|(gross, fees)| gross.0 - fees.0),
        total_fees: row.fees.map(|fees| fees.0),
        win_rate: rate.filter(|_| row.deactivated_at.is_some()),
        trade_count: u32::try_from(traded.len()).ok(),
        exit_reason: row.exit_reason.clone(),
        underlying: serde_json::from_value(underlying).ok(),
        spot_entry: spot("entry"),
        spot_exit: spot("exit"),
        call: leg("call"),
        put: leg("put"),
    }
}

fn net(leg: &LegRow) -> Decimal {
    leg.realized.0 - leg.fees_entry.0 - leg.fees_exit.0
}

fn leg_cells(leg: &LegRow) -> LegCells {
    LegCells {
        symbol: Some(leg.symbol.clone()),
        strike: Some(leg.strike.0),
        delta: decimal(leg.selection.0.get("delta")),
        distance_pct: decimal(leg.selection.0.get("distance_pct")),
    }
}

/// Reads a number that may be written as a text.
fn decimal(value: Option<&Value>) -> Option<Decimal> {
    match value? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => Decimal::from_f64(number.as_f64()?),
        _ => None,
    }
}

/// Exports sessions, newest first: 20 columns.
#[utoipa::path(
    get,
    path = "/trading/sessions/export",
    tag = "strangle sessions",
    params(SessionQuery, FormatQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-streamed" = json!(true))),
)]
#[tracing::instrument(name = "http.strangle.export_sessions", skip_all)]
pub(super) async fn export_sessions(
    State(app): State<Strangle>,
    caller: Caller,
    Query(format): Query<FormatQuery>,
    Query(query): Query<SessionQuery>,
) -> Result<Response, Problem> {
    format.check()?;
    let mut pages = Sessions {
        db: app.db.clone(),
        tenant: caller.tenant_id,
        filter: query.filter()?,
        before: i64::MAX,
    };
    let mut head = String::new();
    write_head(&mut head);
    // The first page is read before the answer begins, so that a failure still has a status.
    pages.page(&mut head).await?;
    Ok(file(&filename(app.clock.now()), head, pages))
}
