/** Analytics and fees. Money is USD; rates of fees are fractions, `win_rate` is percent points. */

export interface ChartPoint {
  timestamp: string;
  value: number;
  meta: unknown;
}

/** Names and order are fixed. */
export interface AnalyticsMetrics {
  days_running: number;
  trade_count: number;
  win_count: number;
  loss_count: number;
  average_pnl: number;
  average_win: number;
  average_loss: number;
  win_rate: number;
  consecutive_wins: number;
  consecutive_losses: number;
  max_gain: number;
  max_loss: number;
  max_drawdown: number;
  net_pnl: number;
  pnl_before_fees: number;
  fees_total: number;
  average_fee: number;
  profitable_days: number;
}

/** Sessions of one kind. */
export interface Bucket {
  label: string;
  count: number;
  wins: number;
  net_pnl: number;
}

export interface AnalyticsExtra {
  profit_factor: number | null;
  expectancy: number | null;
  payoff_ratio: number | null;
  sharpe: number | null;
  sortino: number | null;
  calmar: number | null;
  average_hold_seconds: number | null;
  /** Against the middle of the book, USD a session. */
  average_slippage: number | null;
  /** The same in per cent of what was traded. */
  slippage_pct: number | null;
  fee_drag_pct: number | null;
  exit_reasons: Bucket[];
  by_weekday: Bucket[];
  by_hour: Bucket[];
  open_pnl: number | null;
}

export interface TimelineEntry {
  timestamp: string;
  session_id: number;
  entry_type: "order" | "position" | "event";
  order_id: string | null;
  position_id: number;
  symbol: string;
  side: string;
  quantity: number;
  price: number | null;
  fill_price: number | null;
  realized_pnl: number | null;
  unrealized_pnl: number | null;
  metadata: unknown;
}

export interface AnalyticsHistory {
  generated_at: string;
  range: { start: string | null; end: string; preset: string | null };
  metrics: AnalyticsMetrics;
  extra: AnalyticsExtra;
  charts: {
    cumulative_pnl: ChartPoint[];
    cumulative_gross_pnl: ChartPoint[];
    cumulative_fees: ChartPoint[];
    drawdown: ChartPoint[];
    rolling_win_rate: ChartPoint[];
    trades_histogram: { start: number; end: number; count: number }[];
  };
  /** The newest 1000; all are in the export. */
  timeline: TimelineEntry[];
  status: { is_stale: boolean; latest_timestamp: string | null; message: string | null };
}

export interface FeeQuestion {
  underlying_price: number;
  contract_size: number;
  quantity: number;
  premium: number;
  order_type: "maker" | "taker";
  fee_rate?: number;
  premium_cap_rate?: number;
  gst_rate?: number;
}

export interface FeeQuote {
  underlying_price: number;
  contract_size: number;
  quantity: number;
  premium: number;
  fee_rate: number;
  premium_cap_rate: number;
  notional: number;
  notional_fee: number;
  premium_value: number;
  premium_cap: number;
  fee: number;
  applied_fee: number;
  /** Whether the cap was the smaller. */
  cap_applied: boolean;
  order_type: "maker" | "taker";
  gst_rate: number;
  gst: number;
  total_fee_with_gst: number;
  /** The sum in exact decimal text. */
  breakdown: {
    notional: string;
    notional_fee: string;
    premium_value: string;
    premium_cap: string;
    applied_fee: string;
    gst: string;
    total_fee_with_gst: string;
  };
  schedule_valid_from: string | null;
}
