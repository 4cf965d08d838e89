//! `/analytics`: how the desk has done.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::db::{Result as DbResult, Tx};
use platform::http::{Json, Query};
use platform::problem::Problem;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use strangle_engine::analytics::ClosedSession;
use strangle_engine::analytics::charts::{Charts, Point};
use strangle_engine::analytics::metrics::Metrics;
use strangle_engine::analytics::range::Status;
use strangle_engine::analytics::ratios::{Ratios, Share};
use strangle_engine::analytics::timeline::{Entry, EntryType};
use strangle_engine::kpi::Kpi;
use utoipa::IntoParams;

use super::analytics_query::{AnalyticsQuery, Asked, mode};
use super::analytics_views::{
    BucketView, ChartPoint, ChartsView, DashboardCharts, DashboardView, ExtraView, HistogramBucket,
    HistoryView, KpiView, MetricsView, RangeView, StatusView, TimelineView,
};
use crate::Strangle;
use crate::domain::number::{exact, number, rounded};
use crate::store::session_list::{self, ClosedRow, FAR_FUTURE};
use crate::store::timeline::{self, EntryRow};
use crate::store::{analytics_snapshots, pnl_points, runtime_snapshots, sessions};

/// Entries of the timeline that come with the figures.
const TIMELINE: i64 = 1_000;
/// Sessions that the dashboard draws.
const DASHBOARD_SESSIONS: usize = 30;

/// Which figures.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DashboardQuery {
    /// `paper`, `testnet` or `live`; that of this desk if absent.
    mode: Option<String>,
}

/// Everything about a range but its timeline.
pub(super) struct Looked {
    pub(super) sessions: Vec<ClosedSession>,
    pub(super) entries: i64,
    pub(super) status: Status,
    pub(super) open_pnl: Option<f64>,
}

/// Reads the sessions of a range, and how fresh they are.
pub(super) async fn look(
    app: &Strangle,
    tx: &mut Tx,
    tenant: &str,
    asked: &Asked,
    now: DateTime<Utc>,
) -> DbResult<Looked> {
    let filter = asked.filter();
    let bounds = (filter.start, filter.end);
    let rows = session_list::list_closed(tx, tenant, &asked.mode, &asked.strategy, bounds).await?;
    let (entries, newest) = timeline::summary(tx, tenant, &filter).await?;
    let open = sessions::find_open(tx, app.environment(), &app.account).await?;
    let open = open.filter(|open| open.tenant_id == tenant);
    let picture = match &open {
        Some(_) => runtime_snapshots::find(tx, app.environment(), &app.account).await?,
        None => None,
    };
    // How long ago the desk was heard of is told by this machine's clock, whatever the desk's says.
    let wall = app.clock.now();
    let heard = picture.as_ref().map(|picture| now - (wall - picture.last_tick_at)).max(newest);
    let status = Status::of(&asked.range, heard, open.is_some(), now);
    let picture = picture.filter(|picture| picture.session_id == open.as_ref().map(|it| it.id));
    let held = picture
        .map(|picture| picture.snapshot.0)
        .filter(|picture| picture.positions.iter().any(|position| position.open_quantity != 0));
    Ok(Looked {
        sessions: rows.into_iter().map(closed).collect(),
        entries,
        // The newest entry is shown; whether it is stale also depends on what was last heard.
        status: Status { latest_timestamp: newest, ..status },
        open_pnl: held.map(|picture| picture.totals.total_pnl),
    })
}

fn closed(row: ClosedRow) -> ClosedSession {
    ClosedSession {
        id: row.id,
        opened_at: Some(row.activated_at),
        closed_at: row.closed_at,
        gross: row.gross.0,
        fees: row.fees.0,
        slippage: row.slippage.map(|slippage| slippage.0),
        slippage_base: row.slippage_base.map(|base| base.0),
        exit_reason: row.exit_reason.and_then(|reason| serde_json::from_value(reason.into()).ok()),
    }
}

/// Makes an entry of the timeline.
pub(super) fn entry(row: EntryRow) -> Entry {
    let order = row.order_id.is_some();
    let about = if order { "status" } else { "event" };
    Entry {
        timestamp: row.at,
        session_id: row.session_id,
        entry_type: if order { EntryType::Order } else { EntryType::Position },
        order_id: row.order_id,
        position_id: Some(row.position_id),
        symbol: Some(row.symbol),
        side: Some(row.side),
        quantity: Some(Decimal::from(row.quantity)),
        price: row.price.map(|price| price.0),
        fill_price: row.fill_price.map(|price| price.0),
        realized_pnl: row.realized.map(|pnl| pnl.0),
        unrealized_pnl: row.unrealized.map(|pnl| pnl.0),
        metadata: json!({ about: row.what, "fees": exact(row.fees.0) }),
    }
}

impl From<Entry> for TimelineView {
    fn from(entry: Entry) -> Self {
        Self {
            timestamp: entry.timestamp,
            session_id: entry.session_id,
            entry_type: entry.entry_type.as_str().to_owned(),
            order_id: entry.order_id,
            position_id: entry.position_id.unwrap_or_default(),
            symbol: entry.symbol.unwrap_or_default(),
            side: entry.side.unwrap_or_default(),
            quantity: entry.quantity.and_then(|size| i64::try_from(size).ok()).unwrap_or_default(),
            price: entry.price.map(number),
            fill_price: entry.fill_price.map(number),
            realized_pnl: entry.realized_pnl.map(number),
            unrealized_pnl: entry.unrealized_pnl.map(number),
            metadata: entry.metadata,
        }
    }
}

impl From<&Metrics> for MetricsView {
    fn from(metrics: &Metrics) -> Self {
        Self {
            days_running: metrics.days_running,
            trade_count: metrics.trade_count,
            win_count: metrics.win_count,
            loss_count: metrics.loss_count,
            average_pnl: number(metrics.average_pnl),
            average_win: number(metrics.average_win),
            average_loss: number(metrics.average_loss),
            win_rate: number(metrics.win_rate),
            consecutive_wins: metrics.consecutive_wins,
            consecutive_losses: metrics.consecutive_losses,
            max_gain: number(metrics.max_gain),
            max_loss: number(metrics.max_loss),
            max_drawdown: number(metrics.max_drawdown),
            net_pnl: number(metrics.net_pnl),
            pnl_before_fees: number(metrics.pnl_before_fees),
            fees_total: number(metrics.fees_total),
            average_fee: number(metrics.average_fee),
            profitable_days: metrics.profitable_days,
        }
    }
}

impl ExtraView {
    fn new(ratios: &Ratios, open_pnl: Option<f64>) -> Self {
        let bucket = |label: String, share: &Share| BucketView {
            label,
            count: share.count,
            wins: share.wins,
            net_pnl: number(share.net),
        };
        let numbered = |(place, share): (&u32, &Share)| bucket(place.to_string(), share);
        Self {
            profit_factor: ratios.profit_factor.map(rounded),
            expectancy: ratios.expectancy.map(rounded),
            payoff_ratio: ratios.payoff_ratio.map(rounded),
            sharpe: ratios.sharpe.map(rounded),
            sortino: ratios.sortino.map(rounded),
            calmar: ratios.calmar.map(rounded),
            average_hold_seconds: ratios.average_hold_seconds,
            average_slippage: ratios.average_slippage.map(number),
            slippage_pct: ratios.slippage_pct.map(rounded),
            fee_drag_pct: ratios.fee_drag_pct.map(rounded),
            exit_reasons: ratios
                .by_exit_reason
                .iter()
                .map(|(reason, share)| bucket(reason.clone(), share))
                .collect(),
            by_weekday: ratios.by_weekday.iter().map(numbered).collect(),
            by_hour: ratios.by_hour.iter().map(numbered).collect(),
            open_pnl,
        }
    }
}

impl From<Charts> for ChartsView {
    fn from(charts: Charts) -> Self {
        let curve = |points: Vec<Point>| points.into_iter().map(ChartPoint::from).collect();
        Self {
            cumulative_pnl: curve(charts.cumulative_pnl),
            cumulative_gross_pnl: curve(charts.cumulative_gross_pnl),
            cumulative_fees: curve(charts.cumulative_fees),
            drawdown: curve(charts.drawdown),
            rolling_win_rate: curve(charts.rolling_win_rate),
            trades_histogram: charts
                .trades_histogram
                .into_iter()
                .map(|bucket| HistogramBucket {
                    start: rounded(bucket.start),
                    end: rounded(bucket.end),
                    count: bucket.count,
                })
                .collect(),
        }
    }
}

impl From<Point> for ChartPoint {
    fn from(point: Point) -> Self {
        let meta = json!({ "session_id": point.session_id });
        Self { timestamp: point.timestamp, value: number(point.value), meta }
    }
}

/// Returns the newest figures.
#[utoipa::path(
    get,
    path = "/analytics/dashboard",
    tag = "strangle analytics",
    params(DashboardQuery),
    responses((status = 200, body = DashboardView)),
)]
pub(super) async fn find_analytics_dashboard(
    State(app): State<Strangle>,
    caller: Caller,
    Query(query): Query<DashboardQuery>,
) -> Result<Json<DashboardView>, Problem> {
    let mode = mode(query.mode.as_deref(), app.settings.venue.venue.mode())?;
    let tenant = &caller.tenant_id;
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let snapshot = analytics_snapshots::find_latest(&mut tx, tenant, &mode).await?;
    let all = (DateTime::UNIX_EPOCH, FAR_FUTURE);
    let closed = session_list::list_closed(&mut tx, tenant, &mode, "", all).await?;
    let path = match &snapshot {
        Some(snapshot) => pnl_points::list(&mut tx, snapshot.session_id).await?,
        None => Vec::new(),
    };
    drop(tx);

    let newest = closed.len().saturating_sub(DASHBOARD_SESSIONS);
    let sessions = closed.into_iter().skip(newest).map(|row| ChartPoint {
        timestamp: row.closed_at,
        value: number(row.gross.0 - row.fees.0),
        meta: json!({ "session_id": row.id, "strategy_id": row.strategy_id }),
    });
    let path = path.into_iter().map(|point| ChartPoint {
        timestamp: point.at,
        value: rounded(point.net),
        meta: Value::Null,
    });
    Ok(Json(DashboardView {
        generated_at: snapshot.as_ref().map_or(now, |snapshot| snapshot.generated_at),
        mode,
        session_id: snapshot.as_ref().map(|snapshot| snapshot.session_id),
        chart_data: DashboardCharts { sessions: sessions.collect(), path: path.collect() },
        kpis: snapshot.map_or_else(Vec::new, |snapshot| kpis(snapshot.kpis.0)),
    }))
}

fn kpis(stored: Value) -> Vec<KpiView> {
    let stored: Vec<Kpi> = serde_json::from_value(stored).unwrap_or_default();
    let view = |kpi: Kpi| KpiView {
        label: kpi.label,
        value: kpi.value.map(number),
        trend: kpi.trend,
        unit: kpi.unit,
    };
    stored.into_iter().map(view).collect()
}

/// Returns the figures of a range. A start after the end is swapped with it.
#[utoipa::path(
    get,
    path = "/analytics/history",
    tag = "strangle analytics",
    params(AnalyticsQuery),
    responses((status = 200, body = HistoryView), (status = 422, body = Problem)),
)]
pub(super) async fn find_analytics_history(
    State(app): State<Strangle>,
    caller: Caller,
    Query(query): Query<AnalyticsQuery>,
) -> Result<Json<HistoryView>, Problem> {
    let tenant = &caller.tenant_id;
    let mut tx = app.db.read().await?;
    let now = app.later_clock(&mut tx, tenant).await?;
    let asked = query.read(now)?;
    let looked = look(&app, &mut tx, tenant, &asked, now).await?;
    let rows = timeline::newest(&mut tx, tenant, &asked.filter(), TIMELINE).await?;
    drop(tx);

    let status = looked.status;
    Ok(Json(HistoryView {
        generated_at: app.clock.now(),
        range: RangeView {
            start: asked.range.start(),
            end: asked.range.end(),
            preset: asked.preset.map(|preset| preset.as_str().to_owned()),
        },
        metrics: (&Metrics::of(&looked.sessions, &asked.zone)).into(),
        extra: ExtraView::new(&Ratios::of(&looked.sessions, &asked.zone), looked.open_pnl),
        charts: Charts::of(&looked.sessions).into(),
        timeline: rows.into_iter().map(|row| entry(row).into()).collect(),
        status: StatusView {
            is_stale: status.is_stale,
            latest_timestamp: status.latest_timestamp,
            message: Some(status.message).filter(|message| !message.is_empty()),
        },
    }))
}
