/** Runs of a deal: what is asked, what comes back. One function a route. */
import { call, callRaw, type Query } from "@/api/client";
import { saveBlob } from "@/api/download";
import type { Accepted, AssumptionsBody, Page, RunState } from "../../api/types";
import type { DealRun, Note } from "./results";
import type { Deal, Finding, Status } from "./structure";

/** A loan that stands for many. Rates are fractions. */
export interface Representative {
  balance: number;
  wac: number;
  /** What reaches the deal; the gross rate if absent. */
  net_coupon?: number;
  term: number;
  age?: number;
  asset_class?: string;
}

export interface CollateralBody {
  name?: string;
  pool_id?: string;
  pool_version?: number;
  representative?: Representative;
}

export interface RunBody {
  structure?: Deal;
  name?: string;
  collateral: CollateralBody[];
  assumptions?: AssumptionsBody;
  scenarios?: string[];
  indices?: Record<string, number>;
  pricing_date?: string;
  keep_log?: boolean;
}

export interface ScenarioRun {
  name: string;
  title: string;
  run: DealRun;
}

export interface ScenarioSummary {
  name: string;
  title: string;
  summary: DealRun["summary"];
  calls: DealRun["calls"];
  triggers: { trigger: string; date: string }[];
  last_date: string | null;
  warnings: DealRun["warnings"];
}

/** What a run of an unsaved structure says; nothing of it is kept. */
export interface Preview {
  findings: Finding[];
  scenarios: ScenarioRun[];
  execution_seconds: number;
  cache_hit: boolean;
}

export interface RunItem {
  id: string;
  deal_id: string;
  deal_version: number;
  name: string;
  state: RunState;
  /** The base first. */
  scenarios: string[];
  pricing_date: string;
  summary: { scenarios: ScenarioSummary[] } | null;
  job_id: string | null;
  error_code: string | null;
  error_message: string | null;
  execution_seconds: number | null;
  engine_version: string;
  owner_id: string;
  created_at: string;
  finished_at: string | null;
}

export interface RunDetail extends RunItem {
  cache_hit: boolean;
  deal: Deal | null;
  results: ScenarioRun[] | null;
}

/** One step on one date, as the kept log says it. */
export interface LogRow {
  date: string;
  step: string;
  status: string;
  requested: number | null;
  limit: number | null;
  available: number;
  paid: number;
  from: string;
  into: string;
  balance_before: number;
  balance_after: number;
  note: Note;
}

export interface ExplainedStep {
  place: string;
  /** As the text form writes it. */
  text: string;
  requested: number | null;
  limit: number | null;
  available: number;
  paid: number;
  /** What of it the bond got. */
  to_bond: number;
  concerns: boolean;
  why: Note;
  sentence: string;
}

export interface Explanation {
  bond: string;
  date: string;
  status: Status;
  interest_due: number;
  interest_paid: number;
  interest_shortfall: number;
  principal_paid: number;
  residual_paid: number;
  balance_before: number;
  balance_after: number;
  sentences: string[];
  steps: ExplainedStep[];
}

export type Quote =
  | { price: number }
  | { yield: number }
  | { discount_margin: number }
  | { z_spread: number };

export interface PriceBody {
  scenario?: string;
  settlement?: string;
  bonds: { bond: string; quote: Quote }[];
  curve?: { tenors: number[]; rates: number[] };
  /** Clean prices for a table of yields. */
  table?: number[];
}

/** Prices are per 100 of the balance on settlement. */
export interface BondPrice {
  bond: string;
  face: number;
  clean: number | null;
  accrued: number;
  full: number | null;
  yield: number | null;
  mortgage_yield: number | null;
  wal: number | null;
  macaulay: number | null;
  modified: number | null;
  convexity: number | null;
  dv01: number | null;
  discount_margin: number | null;
  z_spread: number | null;
  window: [string, string] | null;
  decrement: { date: string; percent: number }[];
  table: { price: number; yield: number | null; modified: number | null }[];
}

export interface PriceView {
  run_id: string;
  scenario: string;
  settlement: string;
  bonds: BondPrice[];
}

const DEALS = "/api/v1/deals";
const deal = (id: string, rest = "") => `${DEALS}/${encodeURIComponent(id)}${rest}`;
const run = (id: string, runId: string, rest = "") =>
  deal(id, `/runs/${encodeURIComponent(runId)}${rest}`);

export const previewRun = (body: RunBody, signal?: AbortSignal) =>
  call<Preview>("POST", `${DEALS}/preview-run`, { body, signal });
export const startRun = (id: string, body: RunBody) =>
  call<RunDetail | Accepted>("POST", deal(id, "/run"), { body });
export const listRuns = (id: string, query: Query, signal?: AbortSignal) =>
  call<Page<RunItem>>("GET", deal(id, "/runs"), { query, signal });
export const findRun = (id: string, runId: string, signal?: AbortSignal) =>
  call<RunDetail>("GET", run(id, runId), { query: { include_results: true }, signal });
export const listLog = (id: string, runId: string, query: Query, signal?: AbortSignal) =>
  call<Page<LogRow>>("GET", run(id, runId, "/log"), { query, signal });
export const deleteRun = (id: string, runId: string) => call("DELETE", run(id, runId));
export const explainRun = (id: string, runId: string, query: Query, signal?: AbortSignal) =>
  call<Explanation>("GET", run(id, runId, "/explain"), { query, signal });
export const priceRun = (id: string, runId: string, body: PriceBody, signal?: AbortSignal) =>
  call<PriceView>("POST", run(id, runId, "/price"), { body, signal });

export type RunTable = "bonds" | "pool" | "fees" | "accounts" | "triggers" | "log";

/** Saves one table of a run as a file; the answer is its size. */
export async function saveTable(
  id: string,
  runId: string,
  table: RunTable,
  query: Query,
  name: string,
): Promise<number> {
  const answer = await callRaw("GET", run(id, runId, `/${table}`), {
    query,
    headers: { Accept: "*/*" },
  });
  const blob = await answer.blob();
  saveBlob(blob, name);
  return blob.size;
}
