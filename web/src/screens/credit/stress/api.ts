/** The stress routes: scenarios to choose from, runs, saved scenarios of people, reports. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call, type Query } from "@/api/client";
import { download } from "@/api/download";
import type { Accepted, Analysis, AnalysisRequest, Page, RunState } from "../api/types";
import type { Factors, Speeds } from "./factors";

const V1 = "/api/v1";

export interface StressScenario {
  /** What a run asks for; with the class in front where it is for one. */
  name: string;
  title: string;
  description: string;
  market_factors: Factors;
  speeds: Speeds;
}

/** A scenario that somebody saved. */
export interface SavedScenario {
  id: string;
  name: string;
  description: string;
  kind: string;
  market_factors: Factors;
  speeds?: Speeds | null;
  version: number;
  updated_at: string;
}

export interface StressRequest {
  /** The terms; the pool is the one in the address, `scenario_name` names the run. */
  request: Omit<AnalysisRequest, "pool">;
  scenario_names: string[];
  custom_scenarios: Record<string, { name: string; market_factors: Factors }>;
  include_cashflows: boolean;
}

/** A run that became a job. */
export type StressAccepted = Accepted & { run_id: string };

export interface StressRun {
  id: string;
  pool_id: string | null;
  pool_version: number | null;
  pool_name: string;
  name: string;
  state: RunState;
  /** The base first. */
  scenarios: { name: string; title: string }[];
  report: StressReport | null;
  job_id: string | null;
  error_message: string | null;
  execution_seconds: number | null;
  created_at: string;
  finished_at: string | null;
}

/** One factor moved on its own, as far as the scenarios move it. */
export interface TornadoBar {
  factor: string;
  low: TornadoEnd | null;
  high: TornadoEnd | null;
}

export interface TornadoEnd {
  value: number;
  npv_change: number;
  npv_change_percent: number | null;
}

export interface StressReport {
  matrix: { scenario: string; title: string }[];
  worst: string | null;
  best: string | null;
  tornado: TornadoBar[];
}

export interface StressDetail extends StressRun {
  scenario_results: Record<string, Analysis> | null;
}

export const STRESS_KEY = ["credit", "stress"] as const;

export const scenariosQuery = queryOptions({
  queryKey: [...STRESS_KEY, "scenarios"],
  queryFn: async ({ signal }) => {
    const path = `${V1}/asset-classes/stress-testing/scenarios`;
    const found = await call<Record<"predefined" | "others", StressScenario[]>>("GET", path, {
      signal,
    });
    return [...found.predefined, ...found.others];
  },
  staleTime: 60_000,
});

export const savedQuery = queryOptions({
  queryKey: [...STRESS_KEY, "saved"],
  queryFn: async ({ signal }) =>
    (
      await call<Page<SavedScenario>>("GET", `${V1}/scenarios`, {
        query: { kind: "stress", limit: 200 },
        signal,
      })
    ).items,
});

export const listStressRuns = (query: Query, signal?: AbortSignal) =>
  call<Page<StressRun>>("GET", `${V1}/stress-runs`, { query, signal });

export const stressRunsQuery = infiniteQueryOptions({
  queryKey: [...STRESS_KEY, "runs"],
  queryFn: ({ pageParam, signal }) => listStressRuns({ limit: 50, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const stressRunQuery = (id: string) =>
  queryOptions({
    queryKey: [...STRESS_KEY, "run", id],
    queryFn: ({ signal }) =>
      call<StressDetail>("GET", `${V1}/stress-runs/${encodeURIComponent(id)}`, { signal }),
    staleTime: 60_000,
  });

export const deleteStressRun = (id: string) =>
  call("DELETE", `${V1}/stress-runs/${encodeURIComponent(id)}`);

/** The finished run, or the job that makes it. */
export const createStressRun = (poolId: string, body: StressRequest) =>
  call<StressDetail | StressAccepted>(
    "POST",
    `${V1}/pools/${encodeURIComponent(poolId)}/stress-runs`,
    {
      body,
    },
  );

export const saveScenario = (body: { name: string; description: string; factors: Factors }) =>
  call<SavedScenario>("POST", `${V1}/scenarios`, { body: bodyOf(body) });

export const updateScenario = (
  saved: SavedScenario,
  body: { name: string; description: string; factors: Factors },
) =>
  call<SavedScenario>("PUT", `${V1}/scenarios/${encodeURIComponent(saved.id)}`, {
    body: { ...bodyOf(body), speeds: saved.speeds ?? undefined },
    version: saved.version,
  });

export const deleteScenario = (saved: SavedScenario) =>
  call("DELETE", `${V1}/scenarios/${encodeURIComponent(saved.id)}`, { version: saved.version });

const bodyOf = ({
  name,
  description,
  factors,
}: {
  name: string;
  description: string;
  factors: Factors;
}) => ({ kind: "stress", name, description, market_factors: factors });

export type ReportFormat = "json" | "html" | "csv";

export const REPORTS: readonly (readonly [ReportFormat, string])[] = [
  ["html", "HTML, to read and print"],
  ["csv", "CSV, the matrix"],
  ["json", "JSON, everything"],
];

export const saveReport = (run: StressRun, format: ReportFormat) =>
  download(
    `${V1}/stress-runs/${encodeURIComponent(run.id)}/report`,
    { format },
    `${run.name}.${format}`,
  );
