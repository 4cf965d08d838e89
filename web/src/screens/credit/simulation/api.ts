/** The simulation routes. Rates are fractions, amounts are plain numbers of the pool's currency. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call, type Query } from "@/api/client";
import type { AnalysisRequest, Note, Page, RunState, Terms } from "../api/types";
import type { Sensitivity } from "./drivers";

const V1 = "/api/v1/monte-carlo";

export interface WireVariable {
  name: string;
  distribution: { type: string } & Record<string, unknown>;
  clamp?: { min?: number | null; max?: number | null };
}

export interface SimulationRequest {
  name: string;
  analysis: AnalysisRequest;
  variables: WireVariable[];
  /** By pair: "a:b". */
  correlations: Record<string, number>;
  sensitivities: Record<string, WireSensitivity>;
  paths: number;
  seed: number;
  /** Of value at risk and shortfall, as shares. */
  levels: number[];
  /** Per cent. */
  percentiles: number[];
  chosen_paths: number[];
  scenario?: {
    mean_shift: Record<string, number>;
    volatility_multiplier: Record<string, number>;
  };
}

export type SimulationState = "pending" | "running" | "completed" | "failed" | "canceled";

export interface SimulationRow {
  id: string;
  name: string;
  pool_id: string | null;
  pool_version: number | null;
  pool_name: string;
  state: SimulationState;
  paths: number;
  job_id: string | null;
  error_message: string | null;
  execution_seconds: number | null;
  created_at: string;
  finished_at: string | null;
}

export interface Measure {
  count: number;
  mean: number;
  median: number;
  standard_deviation: number;
  min: number;
  max: number;
  skewness: number | null;
  excess_kurtosis: number | null;
  standard_error: number;
  converged: boolean;
  /** By level in per cent: "5", "95". */
  percentiles: Record<string, number>;
  histogram_edges: number[];
  histogram_counts: number[];
}

/** The bad tail beyond a level, as positive losses. */
export interface Tail {
  level: number;
  value_at_risk: number;
  expected_shortfall: number;
  confidence_low: number | null;
  confidence_high: number | null;
  expected_loss: number;
  unexpected_loss: number;
  economic_capital: number;
}

export interface Fan {
  periods: number[];
  dates: string[];
  /** `balance`, `cash`, `cumulative_loss`, each with `p5` to `p95`. */
  series: Record<string, Record<string, number[]>>;
}

export interface ConvergencePoint {
  paths: number;
  mean: number;
  standard_error: number;
}

export interface ChosenPath {
  /** Counted from 0. */
  path: number;
  variables: Record<string, number>;
  value: number;
  loss: number;
  irr: number | null;
  series: Record<string, number[]>;
}

export interface SimulationReport {
  paths: number;
  seed: number;
  engine_version: string;
  balance: number;
  base_value: number | null;
  base_loss: number;
  reference: number;
  measures: Record<string, Measure>;
  value_tails: Tail[];
  loss_tails: Tail[];
  downside_deviation: number | null;
  fan: Fan;
  convergence: ConvergencePoint[];
  converged: boolean;
  chosen_paths: ChosenPath[];
  variables: { name: string; mean: number; standard_deviation: number; clamped_share: number }[];
  warnings: Note[];
}

/** What was asked, complete and checked. */
export interface Plan {
  terms: Terms;
  variables: (WireVariable & {
    mean_shift: number;
    volatility_multiplier: number;
    /** The name of a driver, or how an economic factor acts. */
    effect: string | { factor: { base: number; sensitivity: WireSensitivity } };
  })[];
  /** In the order of the variables. */
  correlation: number[][];
  paths: number;
  seed: number;
  percentiles: number[];
  levels: number[];
  chosen_paths: number[];
}

export type WireSensitivity = Sensitivity & { base?: number | null };

export interface SimulationDetail extends SimulationRow {
  plan: Plan;
  /** The share of the paths that is done. */
  progress: number;
  result: SimulationReport | null;
}

export const SIMULATION_KEY = ["credit", "simulation"] as const;

export const listSimulations = (query: Query, signal?: AbortSignal) =>
  call<Page<SimulationRow>>("GET", `${V1}/simulations`, { query, signal });

export const simulationsQuery = infiniteQueryOptions({
  queryKey: [...SIMULATION_KEY, "list"],
  queryFn: ({ pageParam, signal }) => listSimulations({ limit: 50, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

const path = (id: string, rest = "") => `${V1}/simulations/${encodeURIComponent(id)}${rest}`;

export const simulationQuery = (id: string) =>
  queryOptions({
    queryKey: [...SIMULATION_KEY, "one", id],
    queryFn: ({ signal }) => call<SimulationDetail>("GET", path(id), { signal }),
    staleTime: 60_000,
  });

export const createSimulation = (body: SimulationRequest) =>
  call<SimulationDetail>("POST", `${V1}/simulations`, { body });

export const deleteSimulation = (id: string) => call("DELETE", path(id));

/** A simulation that is waited for and not kept. */
export const simulateNow = (body: SimulationRequest, signal?: AbortSignal) =>
  call<SimulationReport>("POST", `${V1}/optimized`, { body, signal });

const STATES: Record<SimulationState, RunState> = {
  pending: "queued",
  running: "running",
  completed: "succeeded",
  failed: "failed",
  canceled: "cancelled",
};

/** The state in the words of runs. */
export const stateOf = (state: SimulationState): RunState => STATES[state] ?? "failed";
