/** One function a route. */
import { call, callRaw, type Query } from "@/api/client";
import { saveBlob } from "@/api/download";
import type {
  Accepted,
  Analysis,
  AnalysisRequest,
  AssetPage,
  ClassDefaults,
  Mapping,
  Page,
  Pool,
  PoolItem,
  PoolStats,
  PoolWords,
  RowIssue,
  Run,
  RunDetail,
  SavedMapping,
  TapeResolution,
  TapeView,
} from "./types";

const V1 = "/api/v1";
const pool = (id: string, rest = "") => `${V1}/pools/${encodeURIComponent(id)}${rest}`;
const run = (id: string, rest = "") => `${V1}/runs/${encodeURIComponent(id)}${rest}`;

export const listPools = (query: Query, signal?: AbortSignal) =>
  call<Page<PoolItem>>("GET", `${V1}/pools`, { query, signal });
export const findPool = (id: string, signal?: AbortSignal) =>
  call<Pool>("GET", pool(id), { signal });
export const createPool = (body: PoolWords & { assets: object[] }) =>
  call<Pool>("POST", `${V1}/pools`, { body });
export const updatePool = (id: string, version: number, body: PoolWords) =>
  call<Pool>("PUT", pool(id), { body, version });
export const deletePool = (id: string, version: number) => call("DELETE", pool(id), { version });
export const findPoolStats = (id: string, signal?: AbortSignal) =>
  call<PoolStats>("GET", pool(id, "/stats"), { signal });
export const listPoolAssets = (id: string, query: Query, signal?: AbortSignal) =>
  call<AssetPage>("GET", pool(id, "/assets"), { query, signal });

export const listTapeIssues = (id: string, query: Query, signal?: AbortSignal) =>
  call<Page<RowIssue>>("GET", pool(id, "/tape/issues"), { query, signal });
export const resolveTapeIssues = (id: string, version: number, body: TapeResolution) =>
  call<TapeView | Accepted>("POST", pool(id, "/tape/resolve"), { body, version });
export const listTapeMappings = (signal?: AbortSignal) =>
  call<SavedMapping[]>("GET", `${V1}/tape-mappings`, { signal });
export const createTapeMapping = (name: string, mapping: Mapping) =>
  call<SavedMapping>("POST", `${V1}/tape-mappings`, { body: { name, mapping } });

export const findAssumptionDefaults = (signal?: AbortSignal) =>
  call<ClassDefaults[]>("GET", `${V1}/assumptions/defaults`, { signal });
export const analyzePool = (body: AnalysisRequest, signal?: AbortSignal) =>
  call<Analysis>("POST", `${V1}/asset-classes/analyze`, { body, signal });

export const listPoolRuns = (id: string, query: Query, signal?: AbortSignal) =>
  call<Page<Run>>("GET", pool(id, "/runs"), { query, signal });
export const listRuns = (query: Query, signal?: AbortSignal) =>
  call<Page<Run>>("GET", `${V1}/runs`, { query, signal });
export const createPoolRun = (id: string, body: AnalysisRequest) =>
  call<RunDetail>("POST", pool(id, "/runs"), { body, query: {} });
export const startPoolRun = (id: string, body: AnalysisRequest) =>
  call<Accepted>("POST", pool(id, "/runs"), { body, query: { run_async: true } });
export const findRun = (id: string, signal?: AbortSignal) =>
  call<RunDetail>("GET", run(id), { query: { cashflow_format: "columns" }, signal });
export const deleteRun = (id: string) => call("DELETE", run(id));

export type FileFormat = "csv" | "xlsx" | "parquet" | "json";

const MEDIA: Record<Exclude<FileFormat, "json">, string> = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
};

/** Saves a finished run as a file; the answer is its size. */
export async function exportRun(id: string, format: FileFormat, name: string): Promise<number> {
  const answer = await callRaw("GET", run(id, "/export"), {
    query: { format },
    headers: { Accept: "*/*" },
  });
  return saveAnswer(answer, `${name}.${format}`);
}

/** Saves what is on the screen as a file without making a run of it. */
export async function exportAnalysis(
  body: AnalysisRequest,
  format: FileFormat,
  name: string,
): Promise<number> {
  const path = `${V1}/asset-classes/analyze`;
  if (format === "json") {
    const answer = await callRaw("POST", path, { body: { ...body, cashflow_format: "rows" } });
    return saveAnswer(answer, `${name}.json`);
  }
  const answer = await callRaw("POST", path, { body, headers: { Accept: MEDIA[format] } });
  return saveAnswer(answer, `${name}.${format}`);
}

async function saveAnswer(answer: Response, fallback: string): Promise<number> {
  const blob = await answer.blob();
  const named = answer.headers.get("content-disposition")?.match(/filename="?([^";]+)"?/);
  saveBlob(blob, named?.[1] ?? fallback);
  return blob.size;
}
