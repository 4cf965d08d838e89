/** Query keys and options, so that two screens share one answer. */
import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import type { Query } from "./client";
import * as platform from "./platform";
import { Problem } from "./problem";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (count, error) =>
        error instanceof Problem && error.status >= 400 && error.status < 500 ? false : count < 2,
    },
    mutations: { retry: false },
  },
});

export const uiConfigQuery = queryOptions({
  queryKey: ["ui-config"],
  queryFn: ({ signal }) => platform.findUiConfig(signal),
  staleTime: 5 * 60_000,
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => platform.findMe(signal),
  staleTime: 60_000,
});

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => platform.listServiceHealth(signal),
  refetchInterval: 15_000,
});

export const JOBS_KEY = ["jobs", "recent"] as const;

/** The jobs that the drawer, Home and the badges show; the stream keeps them fresh. */
export const recentJobsQuery = queryOptions({
  queryKey: JOBS_KEY,
  queryFn: ({ signal }) => platform.listJobs({ limit: 200 }, signal),
  staleTime: 30_000,
});

export const jobQuery = (id: string) =>
  queryOptions({ queryKey: ["jobs", id], queryFn: ({ signal }) => platform.findJob(id, signal) });

export const usersQuery = (query: Query) =>
  queryOptions({
    queryKey: ["users", query],
    queryFn: ({ signal }) => platform.listUsers(query, signal),
    placeholderData: keepPreviousData,
  });

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => platform.listApiKeys(signal),
});

export const logsQuery = (query: Query) =>
  queryOptions({
    queryKey: ["logs", query],
    queryFn: ({ signal }) => platform.listLogs(query, signal),
    placeholderData: keepPreviousData,
  });

export const logSummaryQuery = (query: Query) =>
  queryOptions({
    queryKey: ["logs", "summary", query],
    queryFn: ({ signal }) => platform.findLogSummary(query, signal),
    placeholderData: keepPreviousData,
  });
