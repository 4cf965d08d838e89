/** Risk, reconciliation, commands, previews and the simulator. Units as in `types.ts`. */
import type { Environment, Greeks, SelectedContract, TradingState } from "./types";

/** The kill switch. */
export interface RiskState {
  state: TradingState;
  /** Whether what is open is closed as well. */
  flatten: boolean;
  reason: string;
  /** `row`, or `environment` and `file`, which cannot be changed here. */
  source: "row" | "environment" | "file";
  changed_by: string | null;
  changed_at: string | null;
  version: number;
}

export interface RiskStateChange {
  state: TradingState;
  reason: string;
  flatten: boolean;
}

/** The guards of the account. */
export interface RiskLimits {
  /** USD; null switches it off. */
  max_daily_loss: string | null;
  max_sessions_per_day: number;
  max_orders_per_minute: number;
  max_lots_per_leg: number;
  changed_by: string | null;
  changed_at: string | null;
  version: number;
}

export type RiskLimitsChange = Pick<
  RiskLimits,
  "max_daily_loss" | "max_sessions_per_day" | "max_orders_per_minute" | "max_lots_per_leg"
>;

export interface RiskEvent {
  id: string;
  kind: string;
  severity: "info" | "warning" | "critical";
  message: string;
  session_id: number | null;
  actor: string;
  at: string;
  payload: unknown;
}

/** Of the ledger (signed contracts) and the exchange; older reports name the sides differently. */
export interface Difference {
  kind?: string;
  symbol: string;
  ours?: number | null;
  theirs?: number | null;
  message?: string;
  ledger?: number | null;
  exchange?: number | null;
  meaning?: string;
}

export interface RepairAction {
  kind: string;
  symbol: string | null;
  message: string;
}

/** One comparison of the ledger with the exchange. */
export interface ReconciliationReport {
  id: string;
  session_id: number | null;
  trigger: string;
  result: string;
  differences: Difference[];
  actions: RepairAction[];
  started_at: string;
  finished_at: string;
}

export interface Reconciliation {
  /** Null before the first comparison. */
  last: ReconciliationReport | null;
}

export interface PreflightCheck {
  name: string;
  status: "pass" | "warn" | "fail";
  message: string;
}

export interface Preflight {
  generated_at: string;
  environment: Environment;
  account: string;
  passed: boolean;
  checks: PreflightCheck[];
}

export interface Heartbeat {
  status: string;
  strategy_id: string | null;
  active_configuration_id: string | null;
  last_tick_at: string | null;
  /** Whether that was long ago. */
  silent: boolean;
  lease_owner: string | null;
  fencing_token: number | null;
}

export interface ControlRequest {
  action: string;
  configuration_id?: string;
  stop_mode?: "keep" | "flatten";
  /** The label of the account, for orders with real money. */
  confirm?: string;
}

export interface ControlAnswer {
  strategy_id: string | null;
  status: string;
  message: string;
  stopped_sessions: string[];
  imported_positions: string[];
  operation_id: string;
}

export interface Operation {
  id: string;
  kind: string;
  state: "queued" | "running" | "succeeded" | "failed";
  progress: string;
  strategy_id: string | null;
  session_id: number | null;
  error_code: string | null;
  error_message: string | null;
  requested_by: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

/** What a profile would sell now. */
export interface Preview {
  generated_at: string;
  underlying: string;
  spot: number;
  expiry: string;
  entry_at: string;
  exit_at: string;
  exit_bound: string;
  /** Call, then put. */
  contracts: SelectedContract[];
  quantity: number;
  contract_value: number;
  /** Of both legs, for one unit of the underlying. */
  credit: number;
  /** Of both legs, USD. */
  premium: number;
  premium_exact: string;
  break_even_low: number;
  break_even_high: number;
  /** 0 to 1. */
  probability_of_profit: number | null;
  max_profit: number;
  greeks: Greeks | null;
  margin: number | null;
  fees: number;
  fees_exact: string;
  warnings: { code: string; message: string }[];
  near_misses: { symbol: string; reason: string; delta: number | null; mid: number | null }[];
}

export interface SimStatus {
  seed: number;
  scenario: string;
  /** Simulated seconds a second; null is as fast as the machine can. */
  speed: number | null;
  now: string;
  started_at: string;
  listen: string | null;
  open_orders: number;
  fills: number;
  balance: string;
  faults: unknown[];
}
