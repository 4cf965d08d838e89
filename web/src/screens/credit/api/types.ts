/**
 * The views of the credit routes. Rates are fractions, amounts are plain numbers of the pool's
 * currency. What the schema knows comes from there; what it calls an object is written here.
 */
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
/** The server sends every field; what it does not know is null. */
type Sent<Name extends keyof Schemas> = Full<Schemas[Name]>;
type Full<View> = { [Field in keyof View]-?: Exclude<View[Field], undefined> };

export type ClassShare = Sent<"ClassShare">;
export type Summary = Sent<"Summary">;
export type PoolItem = Omit<Sent<"PoolListItem">, "summary"> & { summary: Summary };
export type TapeReport = Sent<"Report">;
export type Pool = Omit<Sent<"PoolView">, "summary" | "report" | "mapping"> & {
  summary: Summary;
  report: TapeReport | null;
  mapping: Mapping | null;
};
export type ColumnMapping = Omit<Schemas["ColumnMapping"], "unit" | "date_format"> & {
  unit?: RateUnit;
  date_format?: string;
};
export type Mapping = Omit<Sent<"Mapping">, "columns" | "constants"> & {
  columns: ColumnMapping[];
  constants: Record<string, unknown>;
};
export type TapePreview = Omit<Sent<"Preview">, "mapping"> & { mapping: Mapping };
export type TapeView = Omit<Sent<"TapeView">, "pool" | "mapping" | "report"> & {
  pool: Pool;
  mapping: Mapping;
  report: TapeReport;
};
/** A long piece of work that became a job. */
export type Accepted = Sent<"AcceptedView">;
export type RowIssue = Omit<Sent<"RowIssue">, "severity"> & { severity: IssueSeverity };
export type CellRepair = Sent<"CellRepair">;
export type SavedMapping = Omit<Sent<"TapeMappingView">, "mapping"> & { mapping: Mapping };
export type Bucket = Sent<"Bucket">;
export type Stratification = { dimension: string; buckets: Bucket[] };
export type PoolStats = { version: number; summary: Summary; stratifications: Stratification[] };
export type ClassDefaults = Sent<"AssumptionDefaultsView">;
/** `loss_percent` is per cent, all other rates are fractions. */
export type Metrics = Sent<"Metrics">;
/** Cash flows by column, one entry a period. */
export type Flows = Sent<"Cashflows">;
export type Part = Omit<Sent<"Part">, "metrics"> & { metrics: Metrics };
export type Note = Sent<"Note">;
export type Analysis = Omit<
  Sent<"AnalysisView">,
  "metrics" | "cashflows" | "by_class" | "groups" | "status"
> & {
  status: "success" | "partial";
  metrics: Metrics | null;
  cashflows: Flows | null;
  by_class: Part[];
};
export type Run = Omit<Sent<"RunView">, "state" | "metrics"> & {
  state: RunState;
  metrics: Metrics | null;
};
export type RunDetail = Run & { terms: Terms; result: Analysis | null };
export type AssetPage = Page<Asset> & { total: number };

export interface Page<Row> {
  items: Row[];
  next_cursor?: string | null;
}

/** What people say about a pool. */
export interface PoolWords {
  pool_name: string;
  pool_description: string;
  currency: string | null;
  cut_off_date: string | null;
}

export type RateUnit = "fraction" | "percent" | "basis_points";

/** A long piece of work that became a job. */

export type IssueSeverity = "error" | "closed" | "warning";

export interface TapeResolution {
  exclude_rows: number[];
  exclude_all_invalid?: boolean;
  repairs: CellRepair[];
  mapping?: Mapping;
}

export type Asset = Record<string, unknown> & { id: string };

/** Cash flows by column, one entry a period. */

export type RunState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "timed_out";

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
