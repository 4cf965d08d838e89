/**
 * The desk as `GET /api/trading/runtime` and its stream show it. Percentages are percent points,
 * money is USD; a twin `…_exact` is the exact decimal text, the number is for drawing. Instants are
 * ISO text with offset.
 */

/** Where orders go: the simulator, the test network, or real money. */
export type Environment = "sim" | "testnet" | "prod";
export type OptionKind = "call" | "put";

/** What the desk does; `state` is the finer state of the session. */
export type DeskStatus =
  | "idle"
  | "waiting"
  | "entering"
  | "live"
  | "exiting"
  | "cooldown"
  | "unresolved";

export type SessionState =
  | "created"
  | "reconciling"
  | "waiting"
  | "selecting"
  | "entering"
  | "live"
  | "exiting"
  | "closed"
  | "entry_aborted"
  | "unresolved"
  | "halted";

export type ControlAction = "start" | "stop" | "restart" | "panic" | "pause_entries" | "resume";
export type ActionName = ControlAction | "close_leg";

export interface Schedule {
  scheduled_entry_at: string | null;
  time_to_entry_seconds: number | null;
  planned_exit_at: string | null;
  exit_bound: string | null;
  time_to_exit_seconds: number | null;
}

export interface Attempt {
  attempt: number;
  purpose: string;
  client_order_id: string;
  order_id: string | null;
  order_type: string;
  side: string;
  price: number | null;
  size: number;
  filled: number;
  fill_ratio: number;
  status: string;
  latency_ms: number | null;
  error: string | null;
}

export interface SelectedContract {
  kind: OptionKind;
  symbol: string;
  strike: number;
  delta: number | null;
  mid: number | null;
  iv: number | null;
  spread_pct: number | null;
  distance_pct: number | null;
}

export interface EntryLeg {
  kind: OptionKind;
  symbol: string;
  target_qty: number;
  filled_qty: number;
  status: string;
  attempts: Attempt[];
}

export interface Entry {
  /** `idle`, `waiting`, `selecting`, `working`, `completed` or `aborted`. */
  status: string;
  started_at: string | null;
  completed_at: string | null;
  target_expiry: string | null;
  selected_contracts: SelectedContract[];
  /** `delta` or `price`. */
  selection_strategy: string | null;
  legs: EntryLeg[];
  reason: string | null;
}

export interface Greeks {
  delta: number;
  gamma: number;
  vega: number;
  theta: number;
}

export interface Position {
  leg_id: number;
  kind: OptionKind;
  symbol: string;
  product_id: number;
  strike: number;
  expiry: string;
  side: string;
  status: string;
  quantity: number;
  /** Below zero when short. */
  open_quantity: number;
  contract_size: number;
  entry_price: number | null;
  entry_price_exact: string | null;
  exit_price: number | null;
  mark_price: number | null;
  last_price: number | null;
  best_bid: number | null;
  best_ask: number | null;
  bid_size: number | null;
  ask_size: number | null;
  quote_age_ms: number | null;
  /** `stream`, `rest` or `none`. */
  mark_source: string;
  stale: boolean;
  fees_entry: number;
  fees_exit: number;
  realized_pnl: number;
  unrealized_pnl: number;
  total_pnl: number;
  total_pnl_exact: string;
  pnl_pct: number | null;
  /** What closing at the ask would cost. */
  liquidation_value: number | null;
  notional: number;
  distance_pct: number | null;
  /** Volatility of the mark, a fraction. */
  iv: number | null;
  /** Of the position, not of one contract. */
  greeks: Greeks | null;
  entry_time: string | null;
  exit_time: string | null;
}

export interface Totals {
  realized: number;
  unrealized: number;
  pnl_before_fees: number;
  fees: number;
  /** After fees. */
  total_pnl: number;
  total_pnl_pct: number;
  /** What the percentages are of. */
  basis: number;
  notional: number;
  realized_exact: string;
  unrealized_exact: string;
  pnl_before_fees_exact: string;
  fees_exact: string;
  total_pnl_exact: string;
  notional_exact: string;
}

export interface Limits {
  max_profit_pct: number | null;
  max_loss_pct: number | null;
  effective_loss_pct: number | null;
  trailing_enabled: boolean;
  /** Null while not armed; 0 is a real level at break-even. */
  trailing_level_pct: number | null;
}

export interface Trailing {
  enabled: boolean;
  armed: boolean;
  level_pct: number | null;
  max_profit_seen: number;
  max_profit_seen_pct: number;
  max_drawdown_seen: number;
  max_drawdown_seen_pct: number;
}

export interface Spot {
  symbol: string | null;
  entry: number | null;
  exit: number | null;
  last: number | null;
  high: number | null;
  low: number | null;
  updated_at: string | null;
}

export interface Margin {
  balance: number | null;
  available: number | null;
  blocked: number | null;
  estimated: boolean;
}

export interface DataQuality {
  quote_age_ms: Record<string, number>;
  ws_connected: boolean;
  private_connected: boolean;
  rest_fallback: boolean;
  /** The symbols whose quotes are too old. */
  stale: string[];
  clock_skew_ms: number | null;
  /** Share of the exchange's request quota, 0 to 1. */
  quota_used: number | null;
}

export type TradingState = "active" | "reducing" | "halted";

export interface Guard {
  name: string;
  status: "ok" | "warning" | "blocking";
  used: number | null;
  limit: number | null;
  message: string;
}

/** Something that a person should know. */
export interface Alert {
  code: string;
  severity: "info" | "warning" | "critical";
  message: string;
  at: string;
}

export interface ConfigBrief {
  id: string;
  name: string;
  version: number;
  underlying: string;
  quantity: number;
  trade_time_ist: string;
  exit_time_ist: string;
}

export interface Runtime {
  status: DeskStatus;
  state: SessionState | null;
  mode: "live" | "simulation";
  environment: Environment;
  /** The label that live commands are confirmed with. */
  account?: string;
  mode_reason: string | null;
  /** Whether a session is open. */
  active: boolean;
  strategy_id: string | null;
  session_id: number | null;
  generated_at: string;
  schedule: Schedule;
  entry: Entry;
  positions: Position[];
  totals: Totals;
  limits: Limits;
  trailing: Trailing;
  spot: Spot;
  greeks: Greeks | null;
  margin: Margin | null;
  data_quality: DataQuality;
  risk: { trading_state: TradingState; guards: Guard[] };
  reconciliation: { last_at: string | null; differences: number };
  exit_reason: string | null;
  alerts: Alert[];
  config: ConfigBrief | null;
  /** The acts that are not refused now. */
  allowed_actions: ActionName[];
}
