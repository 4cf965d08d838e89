/** The views of the credit routes. Rates are fractions, amounts are plain numbers of the pool's currency. */

export interface Page<Row> {
  items: Row[];
  next_cursor?: string | null;
}

export interface ClassShare {
  asset_class: string;
  asset_count: number;
  balance: number;
}

export interface Summary {
  asset_count: number;
  balance: number;
  original_balance: number;
  wac: number | null;
  wam: number | null;
  wala: number | null;
  fico_score: number | null;
  ltv_ratio: number | null;
  classes: ClassShare[];
}

export interface PoolItem {
  id: string;
  name: string;
  currency: string | null;
  cut_off_date: string | null;
  version: number;
  summary: Summary;
  created_at: string;
  updated_at: string;
}

export interface Pool extends PoolItem {
  description: string;
  metadata: unknown;
  content_hash: string;
  has_tape: boolean;
  report: TapeReport | null;
  mapping: Mapping | null;
  change_description: string;
}

/** What people say about a pool. */
export interface PoolWords {
  pool_name: string;
  pool_description: string;
  currency: string | null;
  cut_off_date: string | null;
}

export type RateUnit = "fraction" | "percent" | "basis_points";

export interface ColumnMapping {
  column: string;
  field: string;
  unit?: RateUnit;
  date_format?: string;
}

export interface Mapping {
  columns: ColumnMapping[];
  constants: Record<string, unknown>;
  duplicate_ids: "rename" | "reject";
}

export interface TapePreview {
  columns: string[];
  rows: string[][];
  mapping: Mapping;
}

export interface TapeReport {
  rows: number;
  valid: number;
  invalid: number;
  closed: number;
  excluded: number;
  repaired: number;
  warnings: number;
  codes: Record<string, number>;
  unused_columns: string[];
}

export interface TapeView {
  pool: Pool;
  report: TapeReport;
  mapping: Mapping;
  issues_url: string;
}

/** A long piece of work that became a job. */
export interface Accepted {
  job_id: string;
  status: string;
  status_url: string;
  result_url: string;
}

export type IssueSeverity = "error" | "closed" | "warning";

export interface RowIssue {
  row: number;
  column: string | null;
  field: string | null;
  code: string;
  severity: IssueSeverity;
  value: string | null;
  message: string;
}

export interface CellRepair {
  row: number;
  column: string;
  value: string;
}

export interface TapeResolution {
  exclude_rows: number[];
  exclude_all_invalid?: boolean;
  repairs: CellRepair[];
  mapping?: Mapping;
}

export interface SavedMapping {
  id: string;
  name: string;
  mapping: Mapping;
  created_at: string;
}

export interface Bucket {
  label: string;
  from: number | null;
  to: number | null;
  asset_count: number;
  balance: number;
  share: number;
  wac: number | null;
  wam: number | null;
  fico_score: number | null;
  ltv_ratio: number | null;
}

export interface Stratification {
  dimension: string;
  buckets: Bucket[];
}

export interface PoolStats {
  version: number;
  summary: Summary;
  stratifications: Stratification[];
}

export type Asset = Record<string, unknown> & { id: string };

export interface AssetPage extends Page<Asset> {
  total: number;
}

export interface ClassDefaults {
  asset_class: string;
  cdr: number;
  cpr: number;
  recovery_rate: number;
  loss_severity: number;
  recovery_lag_months: number;
  discount_rate: number;
}

export interface Metrics {
  total_principal: number;
  total_interest: number;
  total_cashflow: number;
  total_prepayment: number;
  total_default: number;
  total_recovery: number;
  total_loss: number;
  /** Per cent, not a fraction. */
  loss_percent: number | null;
  npv: number | null;
  price: number | null;
  irr: number | null;
  yield_to_maturity: number | null;
  duration: number | null;
  modified_duration: number | null;
  convexity: number | null;
  effective_duration: number | null;
  effective_convexity: number | null;
  dv01: number | null;
  weighted_average_life: number | null;
  wac: number | null;
  wam: number | null;
  wala: number | null;
}

/** Cash flows by column, one entry a period. */
export interface Flows {
  period: number[];
  date: string[];
  beginning_balance: number[];
  scheduled_principal: number[];
  scheduled_interest: number[];
  prepayment: number[];
  default: number[];
  recovery: number[];
  loss: number[];
  servicing_fee: number[];
  balance: number[];
  cumulative_default: number[];
  cumulative_loss: number[];
  wac: number[];
  smm: number[];
  mdr: number[];
}

export interface Part {
  name: string;
  asset_count: number;
  balance: number;
  metrics: Metrics;
}

export interface Note {
  code: string;
  message: string;
}

export interface Analysis {
  pool_name: string;
  scenario_name: string | null;
  analysis_date: string;
  pricing_date: string;
  execution_time: number;
  status: "success" | "partial";
  asset_count: number;
  balance: number;
  discount_rate: number;
  metrics: Metrics | null;
  cashflows: Flows | null;
  by_class: Part[];
  warnings: Note[];
  skipped: string[];
  cache_hit: boolean;
  engine_version: string;
  pool_hash: string;
}

export type RunState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "timed_out";

export interface Run {
  id: string;
  pool_id: string | null;
  pool_version: number | null;
  pool_name: string;
  name: string;
  state: RunState;
  metrics: Metrics | null;
  job_id: string | null;
  error_code: string | null;
  error_message: string | null;
  execution_seconds: number | null;
  engine_version: string;
  created_at: string;
  finished_at: string | null;
}

export interface RunDetail extends Run {
  terms: Terms;
  result: Analysis | null;
}

export type VectorBy = "period" | "loan_age";

export interface RateVector {
  model: "vector";
  unit: "monthly" | "annual";
  values: number[];
  by?: VectorBy;
  each?: "month" | "year";
  pad?: "last" | "zero";
}

export type PrepaymentModel =
  | { model: "none" }
  | { model: "cpr" | "smm" | "psa" | "abs"; value: number }
  | { model: "ppc"; value: number; from: number; to: number; months: number }
  | RateVector;

export type DefaultModel =
  | { model: "none" }
  | { model: "cdr" | "mdr" | "sda"; value: number }
  | { model: "cumulative_loss"; total: number; timing: number[] }
  | RateVector;

export type SeverityModel =
  | { model: "constant"; value: number }
  | { model: "vector"; values: number[]; by?: VectorBy; each?: "month" | "year" }
  | {
      model: "ltv";
      first_year_growth?: number | null;
      growth?: number;
      haircut?: number;
      cost?: number;
      otherwise?: number | null;
    };

export type Advances = "none" | "interest" | "principal_and_interest";
export type Order = "bma" | "default_then_prepay" | "prepay_then_default";
export type Compounding =
  | "annual"
  | "semi_annual"
  | "quarterly"
  | "monthly"
  | "continuous"
  | "simple";
export type TimeBasis = "dates" | "periods";

export interface AssumptionsBody {
  prepayment?: PrepaymentModel | null;
  default?: DefaultModel | null;
  severity?: SeverityModel | null;
  recovery_lag_months?: number | null;
  recovery_timing?: number[] | null;
  servicing_fee?: number | null;
  advances?: Advances | null;
  order?: Order | null;
  default_free_months?: number | null;
  selectors?: unknown[];
  use_drivers?: boolean;
}

export interface AnalysisRequest {
  pool?: { pool_id: string; pool_version?: number };
  analysis_date?: string;
  pricing_date?: string;
  discount_rate?: number;
  compounding?: Compounding;
  time_basis?: TimeBasis;
  price?: number;
  assumptions?: AssumptionsBody;
  indices?: Record<string, number[]>;
  include_cashflows?: boolean;
  include_metrics?: boolean;
  scenario_name?: string;
  cashflow_format?: "rows" | "columns";
  on_invalid?: "reject" | "skip";
}

/** What a run was asked, complete. */
export interface Terms {
  analysis_date: string;
  pricing_date: string;
  discount_rate: number | null;
  compounding: Compounding;
  time_basis: TimeBasis;
  price: number;
  assumptions: {
    request: Omit<AssumptionsBody, "selectors" | "use_drivers">;
    selectors: unknown[];
    use_drivers: boolean;
  };
  indices: Record<string, number[]>;
}
