/** Query keys and options of strangle, so that two screens share one answer. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Query } from "@/api/client";
import * as calls from "./calls";

export const STRANGLE_KEY = ["strangle"] as const;
export const RUNTIME_KEY = ["strangle", "runtime"] as const;
export const SESSIONS_KEY = ["strangle", "sessions"] as const;
export const PROFILES_KEY = ["strangle", "profiles"] as const;
export const RISK_KEY = ["strangle", "risk"] as const;
export const SIM_KEY = ["strangle", "sim"] as const;

/** Polled every 4 s unless the stream brings it. */
export const POLL_MS = 4_000;

export const runtimeQuery = queryOptions({
  queryKey: RUNTIME_KEY,
  queryFn: ({ signal }) => calls.findRuntime(signal),
  staleTime: 1_000,
});

export const sessionsQuery = (query: Query) =>
  queryOptions({
    queryKey: [...SESSIONS_KEY, "list", query],
    queryFn: ({ signal }) => calls.listSessions(query, signal),
    placeholderData: keepPreviousData,
  });

export const sessionQuery = (id: number | string) =>
  queryOptions({
    queryKey: [...SESSIONS_KEY, id],
    queryFn: ({ signal }) => calls.findSession(id, signal),
  });

export const sessionPathQuery = (id: number | string) =>
  queryOptions({
    queryKey: [...SESSIONS_KEY, id, "path"],
    queryFn: ({ signal }) => calls.findSessionPath(id, signal),
    staleTime: 60_000,
  });

export const profilesQuery = queryOptions({
  queryKey: PROFILES_KEY,
  queryFn: ({ signal }) => calls.listProfiles(signal),
});

export const profileDefaultsQuery = queryOptions({
  queryKey: ["strangle-defaults"],
  queryFn: ({ signal }) => calls.findProfileDefaults(signal),
  // They are settings of the server: they change with a restart only.
  staleTime: Number.POSITIVE_INFINITY,
});

export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: [...PROFILES_KEY, id, "preview"],
    queryFn: ({ signal }) => calls.previewProfile(id, {}, signal),
    placeholderData: keepPreviousData,
  });

export const profileVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...PROFILES_KEY, id, "versions"],
    queryFn: ({ signal }) => calls.listProfileVersions(id, signal),
  });

/** Refreshed every 10 s while it is shown. */
export const analyticsQuery = (query: Query) =>
  queryOptions({
    queryKey: ["strangle", "analytics", query],
    queryFn: ({ signal }) => calls.findAnalytics(query, signal),
    placeholderData: keepPreviousData,
  });

export const riskStateQuery = queryOptions({
  queryKey: [...RISK_KEY, "state"],
  queryFn: ({ signal }) => calls.findRiskState(signal),
});

export const riskLimitsQuery = queryOptions({
  queryKey: [...RISK_KEY, "limits"],
  queryFn: ({ signal }) => calls.findRiskLimits(signal),
});

export const reconciliationQuery = queryOptions({
  queryKey: [...RISK_KEY, "reconciliation"],
  queryFn: ({ signal }) => calls.findReconciliation(signal),
  refetchInterval: 10_000,
});

export const preflightQuery = queryOptions({
  queryKey: ["strangle", "preflight"],
  queryFn: ({ signal }) => calls.findPreflight(signal),
  staleTime: 60_000,
});

export const heartbeatQuery = queryOptions({
  queryKey: [...RISK_KEY, "heartbeat"],
  queryFn: ({ signal }) => calls.findHeartbeat(signal),
  refetchInterval: 5_000,
});

export const riskEventsQuery = queryOptions({
  queryKey: [...RISK_KEY, "events"],
  queryFn: ({ signal }) => calls.listRiskEvents({ limit: 50 }, signal),
});

export const simQuery = queryOptions({
  queryKey: SIM_KEY,
  queryFn: ({ signal }) => calls.findSimStatus(signal),
  refetchInterval: 5_000,
});
