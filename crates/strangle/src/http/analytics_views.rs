//! Analytics as they are shown: the names are those that clients rely on.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use strangle_engine::kpi::{Trend, Unit};
use utoipa::ToSchema;

/// The newest figures, and what draws them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DashboardView {
    pub(super) generated_at: DateTime<Utc>,
    /// `paper`, `testnet` or `live`.
    pub(super) mode: String,
    /// The session that the figures are of.
    pub(super) session_id: Option<i64>,
    pub(super) kpis: Vec<KpiView>,
    pub(super) chart_data: DashboardCharts,
}

/// One figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct KpiView {
    pub(super) label: String,
    /// Absent for a level that was never armed.
    pub(super) value: Option<f64>,
    /// `up`, `down` or `flat`.
    #[schema(value_type = String)]
    pub(super) trend: Trend,
    /// `USD` or `%`.
    #[schema(value_type = String)]
    pub(super) unit: Unit,
}

/// What the dashboard draws.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct DashboardCharts {
    /// The result of each of the last 30 sessions, oldest first.
    pub(super) sessions: Vec<ChartPoint>,
    /// The path of the session that the figures are of.
    pub(super) path: Vec<ChartPoint>,
}

/// One point.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChartPoint {
    pub(super) timestamp: DateTime<Utc>,
    pub(super) value: f64,
    #[schema(value_type = Object)]
    pub(super) meta: Value,
}

/// What happened in a range, in figures.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryView {
    pub(super) generated_at: DateTime<Utc>,
    pub(super) range: RangeView,
    pub(super) metrics: MetricsView,
    pub(super) extra: ExtraView,
    pub(super) charts: ChartsView,
    /// The newest 1000 entries; all of them are in the export.
    pub(super) timeline: Vec<TimelineView>,
    pub(super) status: StatusView,
}

/// The range.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RangeView {
    /// Absent with `all`.
    pub(super) start: Option<DateTime<Utc>>,
    pub(super) end: DateTime<Utc>,
    pub(super) preset: Option<String>,
}

/// The figures, in their order.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct MetricsView {
    pub(super) days_running: usize,
    pub(super) trade_count: usize,
    pub(super) win_count: usize,
    pub(super) loss_count: usize,
    pub(super) average_pnl: f64,
    pub(super) average_win: f64,
    pub(super) average_loss: f64,
    /// Per cent of all.
    pub(super) win_rate: f64,
    /// The longest run.
    pub(super) consecutive_wins: usize,
    /// The longest run.
    pub(super) consecutive_losses: usize,
    pub(super) max_gain: f64,
    pub(super) max_loss: f64,
    pub(super) max_drawdown: f64,
    pub(super) net_pnl: f64,
    pub(super) pnl_before_fees: f64,
    pub(super) fees_total: f64,
    pub(super) average_fee: f64,
    pub(super) profitable_days: usize,
}

/// Figures beyond the eighteen.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct ExtraView {
    /// Won divided by lost; absent without a loss.
    pub(super) profit_factor: Option<f64>,
    pub(super) expectancy: Option<f64>,
    /// Average win divided by average loss.
    pub(super) payoff_ratio: Option<f64>,
    /// Daily, over 365 days.
    pub(super) sharpe: Option<f64>,
    pub(super) sortino: Option<f64>,
    pub(super) calmar: Option<f64>,
    pub(super) average_hold_seconds: Option<i64>,
    /// What the fills lost against the middle of the book, USD a session.
    pub(super) average_slippage: Option<f64>,
    /// The same in per cent of what was traded.
    pub(super) slippage_pct: Option<f64>,
    /// Fees as a part of the profit before fees, per cent.
    pub(super) fee_drag_pct: Option<f64>,
    pub(super) exit_reasons: Vec<BucketView>,
    pub(super) by_weekday: Vec<BucketView>,
    pub(super) by_hour: Vec<BucketView>,
    /// Net result of the legs that are open now; absent while none is.
    pub(super) open_pnl: Option<f64>,
}

/// Sessions of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BucketView {
    pub(super) label: String,
    pub(super) count: usize,
    pub(super) wins: usize,
    pub(super) net_pnl: f64,
}

/// What draws the range.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct ChartsView {
    pub(super) cumulative_pnl: Vec<ChartPoint>,
    pub(super) cumulative_gross_pnl: Vec<ChartPoint>,
    pub(super) cumulative_fees: Vec<ChartPoint>,
    pub(super) drawdown: Vec<ChartPoint>,
    /// Over the last ten.
    pub(super) rolling_win_rate: Vec<ChartPoint>,
    pub(super) trades_histogram: Vec<HistogramBucket>,
}

/// Sessions whose result lies in a range.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistogramBucket {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) count: u32,
}

/// One thing that was ordered or held.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TimelineView {
    pub(super) timestamp: DateTime<Utc>,
    pub(super) session_id: i64,
    /// `order` or `position`.
    pub(super) entry_type: String,
    pub(super) order_id: Option<String>,
    pub(super) position_id: i64,
    pub(super) symbol: String,
    pub(super) side: String,
    pub(super) quantity: i64,
    pub(super) price: Option<f64>,
    pub(super) fill_price: Option<f64>,
    pub(super) realized_pnl: Option<f64>,
    pub(super) unrealized_pnl: Option<f64>,
    #[schema(value_type = Object)]
    pub(super) metadata: Value,
}

/// How fresh the range is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusView {
    /// Whether a session is live and nothing was heard for five minutes.
    pub(super) is_stale: bool,
    pub(super) latest_timestamp: Option<DateTime<Utc>>,
    pub(super) message: Option<String>,
}
