/** What is kept: sessions and profiles. Units as in `types.ts`. */
import type { OptionKind, Runtime, SessionState, Spot } from "./types";

/** The environment of a session as records name it. */
export type SessionMode = "paper" | "testnet" | "live";

export interface PnlSummary {
  realized: number;
  unrealized: number;
  /** After fees; the same as `total_pnl`. */
  total: number;
  total_pnl: number;
  total_pnl_pct: number;
  notional: number;
  fees: number;
  pnl_before_fees: number;
  exit_reason: string | null;
  generated_at: string | null;
  max_profit_seen: number;
  max_profit_seen_pct: number;
  max_drawdown_seen: number;
  max_drawdown_seen_pct: number;
  trailing_level_pct: number | null;
  trailing_enabled: boolean;
  spot: Spot;
  total_pnl_exact: string;
  pnl_before_fees_exact: string;
  fees_exact: string;
}

export interface LegSummary {
  leg_id: number;
  kind: OptionKind;
  symbol: string;
  side: string;
  status: string;
  entry_price: number | null;
  exit_price: number | null;
  quantity: number;
  contract_size: number;
  realized_pnl: number;
  pnl_pct: number | null;
  entry_time: string | null;
  exit_time: string | null;
  fees: { entry: number; exit: number; total: number };
  /** Absent if none of its trades was planned here. */
  slippage?: LegSlippage | null;
}

/** Against the middle of the book when the order was planned; USD lost, below 0 if gained. */
export interface LegSlippage {
  planned_entry: number | null;
  planned_exit: number | null;
  entry: number | null;
  exit: number | null;
  total: number;
  pct: number | null;
}

export interface SessionRow {
  id: number;
  strategy_id: string;
  /** `running` or `stopped`. */
  status: string;
  state: SessionState;
  mode: SessionMode;
  config_name: string | null;
  activated_at: string;
  deactivated_at: string | null;
  duration_seconds: number | null;
  pnl_summary: PnlSummary | null;
  session_metadata: Record<string, unknown> | null;
  exit_reason: string | null;
  legs_summary: LegSummary[];
}

export interface SessionPage {
  items: SessionRow[];
  total: number;
  page: number;
  page_size: number;
  pages: number;
}

export interface SessionOrder {
  order_id: string | null;
  client_order_id: string;
  symbol: string;
  side: string;
  quantity: number;
  filled: number;
  price: number | null;
  fill_price: number | null;
  fees: number;
  status: string;
  created_at: string;
  raw_response: unknown;
}

/** An order before and after it left: every attempt. */
export interface SessionIntent {
  client_order_id: string;
  leg_id: number;
  /** `entry`, `exit`, `unwind`, `panic` or `protective`. */
  purpose: string;
  attempt: number;
  side: string;
  size: number;
  order_type: string;
  limit_price: number | null;
  reduce_only: boolean;
  state: string;
  filled: number;
  avg_price: number | null;
  planned_at: string;
  sending_at: string | null;
  acked_at: string | null;
  terminal_at: string | null;
  last_error: string | null;
}

export interface SessionFill {
  fill_id: string;
  client_order_id: string | null;
  order_id: string | null;
  symbol: string;
  side: string;
  price: number;
  size: number;
  role: string | null;
  commission: number | null;
  estimated_fee: number | null;
  fill_type: string;
  at: string;
}

export type EventLevel = "info" | "good" | "warn" | "bad" | "act";

/** One line of the append-only log of a session. */
export interface SessionEvent {
  seq: number;
  type: string;
  at: string;
  payload: Record<string, unknown>;
}

export interface SessionPosition {
  id: number;
  symbol: string;
  side: string;
  entry_price: number | null;
  exit_price: number | null;
  quantity: number;
  realized_pnl: number;
  unrealized_pnl: number;
  fees: number;
  entry_time: string | null;
  exit_time: string | null;
  trailing_sl_state: unknown;
  analytics: unknown;
}

export interface SessionDetail extends SessionRow {
  config_snapshot: Record<string, unknown>;
  config_id: string;
  config_version: number;
  entry_at: string | null;
  exit_at: string | null;
  exit_bound: string | null;
  summary: PnlSummary | null;
  monitor_snapshot: Runtime | null;
  intents: SessionIntent[];
  orders: SessionOrder[];
  fills: SessionFill[];
  positions: SessionPosition[];
  /** The first 500; all of them come from `eventsQuery`. */
  events: SessionEvent[];
}

export interface PnlPoint {
  at: string;
  net: number;
  gross: number;
  fees: number;
  spot: number | null;
}

export interface PnlPath {
  session_id: number;
  strategy_id: string;
  points: PnlPoint[];
}

export interface TrailingRule {
  trigger_pct: number;
  lock_pct: number;
}

/** A profile; every field but the name has a default on the server. */
export interface ProfileFields {
  name: string;
  underlying: "BTC" | "ETH";
  strike_selection_mode: "delta" | "price";
  delta_range_low: number;
  delta_range_high: number;
  delta_pick: "highest" | "nearest_center";
  call_option_price_min: string | null;
  call_option_price_max: string | null;
  put_option_price_min: string | null;
  put_option_price_max: string | null;
  price_fallback: "strict" | "nearest";
  trade_time_ist: string;
  exit_time_ist: string;
  expiry_date: string | null;
  expiry_buffer_hours: number;
  max_expiry_slip_days: number;
  quantity: number;
  contract_size: string | null;
  max_loss_pct: number;
  max_profit_pct: number;
  percent_unit?: "percent" | "fraction" | null;
  confirm_samples: number;
  limits_basis: "premium" | "margin" | "equity";
  leg_stop_multiple: number | null;
  trailing_sl_enabled: boolean;
  /** A ladder; the other kinds are objects. */
  trailing_rules: TrailingRule[] | Record<string, unknown>;
  late_entry_policy: string;
  expiry_guard_minutes: number;
  recurrence: "once" | "daily" | "weekdays";
  skip_dates: string[];
  max_spread_pct: number;
  require_bid_size: boolean;
  require_otm: boolean;
  max_slippage_pct: number;
  limit_price_policy: "touch" | "mid" | "ladder";
  entry_market_fallback: "collared_ioc" | "market" | "none";
  balance_policy: "top_up" | "unwind_excess";
  entry_deadline_seconds: number;
  blind_exit_after_seconds: number | null;
}

export interface Profile extends ProfileFields {
  id: string;
  is_active: boolean;
  version: number;
  created_at: string;
  updated_at: string;
}

export interface ProfileList {
  items: Profile[];
  total: number;
}

/** A profile as it once was. */
export interface ProfileVersion {
  version: number;
  profile: ProfileFields;
  changed_by: string;
  changed_at: string;
}

/** A profile in a file that can be imported elsewhere. */
export interface ProfileFile {
  format: "strangle-profile/1";
  profile: ProfileFields;
}
