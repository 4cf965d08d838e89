/** Query keys and options of credit, so that two screens share one answer. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Query } from "@/api/client";
import * as calls from "./calls";
import type { AnalysisRequest } from "./types";

export const CREDIT_KEY = ["credit"] as const;
export const POOLS_KEY = ["credit", "pools"] as const;

export const poolsQuery = infiniteQueryOptions({
  queryKey: [...POOLS_KEY, "list"],
  queryFn: ({ pageParam, signal }) => calls.listPools({ limit: 100, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const poolQuery = (id: string) =>
  queryOptions({
    queryKey: [...POOLS_KEY, id],
    queryFn: ({ signal }) => calls.findPool(id, signal),
  });

export const poolStatsQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: [...POOLS_KEY, id, "stats", version],
    queryFn: ({ signal }) => calls.findPoolStats(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const poolAssetsQuery = (id: string, version: number, filter: Query) =>
  infiniteQueryOptions({
    queryKey: [...POOLS_KEY, id, "assets", version, filter],
    queryFn: ({ pageParam, signal }) =>
      calls.listPoolAssets(id, { limit: 200, cursor: pageParam, ...filter }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const tapeIssuesQuery = (id: string, version: number, severity: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...POOLS_KEY, id, "issues", version, severity ?? ""],
    queryFn: ({ pageParam, signal }) =>
      calls.listTapeIssues(id, { limit: 500, cursor: pageParam, version, severity }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const mappingsQuery = queryOptions({
  queryKey: ["credit", "mappings"],
  queryFn: ({ signal }) => calls.listTapeMappings(signal),
});

export const defaultsQuery = queryOptions({
  queryKey: ["credit", "defaults"],
  queryFn: ({ signal }) => calls.findAssumptionDefaults(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const runsQuery = (poolId: string) =>
  infiniteQueryOptions({
    queryKey: [...POOLS_KEY, poolId, "runs"],
    queryFn: ({ pageParam, signal }) =>
      calls.listPoolRuns(poolId, { limit: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const allRunsQuery = infiniteQueryOptions({
  queryKey: ["credit", "runs", "list"],
  queryFn: ({ pageParam, signal }) => calls.listRuns({ limit: 100, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["credit", "run", id],
    queryFn: ({ signal }) => calls.findRun(id, signal),
    staleTime: 60_000,
  });

/** One answer a request: the same request is asked once, and one that nobody waits for is stopped. */
export const analysisQuery = (request: AnalysisRequest, key: string) =>
  queryOptions({
    queryKey: ["credit", "analysis", key],
    queryFn: ({ signal }) => calls.analyzePool(request, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
