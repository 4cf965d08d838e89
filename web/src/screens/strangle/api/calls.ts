/** One function a route. */
import { call, callRaw, type Query } from "@/api/client";
import type { Page } from "@/api/schema";
import type { AnalyticsHistory, FeeQuestion, FeeQuote } from "./analyticsTypes";
import type {
  PnlPath,
  Profile,
  ProfileFields,
  ProfileFile,
  ProfileList,
  ProfileVersion,
  SessionDetail,
  SessionPage,
} from "./records";
import type {
  ControlAnswer,
  ControlRequest,
  Heartbeat,
  Operation,
  Preflight,
  Preview,
  Reconciliation,
  RiskEvent,
  RiskLimits,
  RiskLimitsChange,
  RiskState,
  RiskStateChange,
  SimStatus,
} from "./riskTypes";
import type { Runtime } from "./types";

const id = encodeURIComponent;

export const findRuntime = (signal?: AbortSignal) =>
  call<Runtime>("GET", "/api/trading/runtime", { signal });
export const findHeartbeat = (signal?: AbortSignal) =>
  call<Heartbeat>("GET", "/api/trading/heartbeat", { signal });
export const controlTrading = (body: ControlRequest) =>
  call<ControlAnswer>("POST", "/api/trading/control", {
    body,
    idempotencyKey: crypto.randomUUID(),
  });
export const findOperation = (operation: string, signal?: AbortSignal) =>
  call<Operation>("GET", `/api/trading/operations/${id(operation)}`, { signal });
export const closeLeg = (leg: number, body: { order_type: string; limit_price?: string }) =>
  call<ControlAnswer>("POST", `/api/trading/legs/${leg}/close`, {
    body,
    idempotencyKey: crypto.randomUUID(),
  });

export const listSessions = (query: Query, signal?: AbortSignal) =>
  call<SessionPage>("GET", "/api/trading/sessions", { query, signal });
export const findSession = (session: number | string, signal?: AbortSignal) =>
  call<SessionDetail>("GET", `/api/trading/sessions/${session}`, { signal });
export const findSessionPath = (session: number | string, signal?: AbortSignal) =>
  call<PnlPath>("GET", `/api/trading/sessions/${session}/pnl`, { signal });

export const listProfiles = (signal?: AbortSignal) =>
  call<ProfileList>("GET", "/api/configs", { signal });
export const findProfile = (profile: string, signal?: AbortSignal) =>
  call<Profile>("GET", `/api/configs/${id(profile)}`, { signal });
/** A new profile as the server would make it: its name is empty. */
export const findProfileDefaults = (signal?: AbortSignal) =>
  call<ProfileFields>("GET", "/api/configs/defaults", { signal });
/** What a profile that is not stored would sell now. */
export const previewFields = (fields: ProfileFields, signal?: AbortSignal) =>
  call<Preview>("POST", "/api/configs/preview", { body: fields, signal });
/** Fields in `changes` stand in for those that are stored. */
export const previewProfile = (profile: string, changes: object, signal?: AbortSignal) =>
  call<Preview>("POST", `/api/configs/${id(profile)}/preview`, { body: changes, signal });

export const createProfile = (body: Partial<ProfileFields>) =>
  call<Profile>("POST", "/api/configs", { body });
export const updateProfile = (profile: string, version: number, body: ProfileFields) =>
  call<Profile>("PUT", `/api/configs/${id(profile)}`, { body: { ...body, version } });
export const deleteProfile = (profile: string) => call("DELETE", `/api/configs/${id(profile)}`);
export const activateProfile = (profile: string) =>
  call<Profile>("POST", `/api/configs/${id(profile)}/activate`, { body: {} });
export const deactivateProfile = (profile: string) =>
  call<Profile>("POST", `/api/configs/${id(profile)}/deactivate`, { body: {} });
export const duplicateProfile = (profile: string, name?: string) =>
  call<Profile>("POST", `/api/configs/${id(profile)}/duplicate`, {
    body: name === undefined ? {} : { name },
  });
export const exportProfile = (profile: string) =>
  call<ProfileFile>("GET", `/api/configs/${id(profile)}/export`);
export const importProfile = (file: unknown) =>
  call<Profile>("POST", "/api/configs/import", { body: file });
export const listProfileVersions = (profile: string, signal?: AbortSignal) =>
  call<Page<ProfileVersion>>("GET", `/api/configs/${id(profile)}/versions`, {
    query: { limit: 100 },
    signal,
  });

export const findAnalytics = (query: Query, signal?: AbortSignal) =>
  call<AnalyticsHistory>("GET", "/api/analytics/history", { query, signal });
/** A CSV as it is made; the name is in its `content-disposition`. */
export const exportAnalytics = (query: Query) =>
  callRaw("GET", "/api/analytics/export", {
    query: { ...query, format: "csv" },
    headers: { Accept: "text/csv" },
  });
export const exportSessions = (query: Query) =>
  callRaw("GET", "/api/trading/sessions/export", {
    query: { ...query, format: "csv" },
    headers: { Accept: "text/csv" },
  });
export const quoteFees = (body: FeeQuestion, signal?: AbortSignal) =>
  call<FeeQuote>("POST", "/api/trading/fees/quote", { body, signal });

export const findRiskState = (signal?: AbortSignal) =>
  call<RiskState>("GET", "/api/risk/state", { signal });
export const setRiskState = (body: RiskStateChange) =>
  call<RiskState>("PUT", "/api/risk/state", { body });
export const findRiskLimits = (signal?: AbortSignal) =>
  call<RiskLimits>("GET", "/api/risk/limits", { signal });
export const setRiskLimits = (body: RiskLimitsChange) =>
  call<RiskLimits>("PUT", "/api/risk/limits", { body });
export const listRiskEvents = (query: Query, signal?: AbortSignal) =>
  call<Page<RiskEvent>>("GET", "/api/risk/events", { query, signal });
export const findReconciliation = (signal?: AbortSignal) =>
  call<Reconciliation>("GET", "/api/trading/reconciliation", { signal });
export const runReconciliation = () =>
  call<{ operation_id: string }>("POST", "/api/trading/reconciliation/run", { body: {} });
export const findPreflight = (signal?: AbortSignal) =>
  call<Preflight>("GET", "/api/trading/preflight", { signal });

export const findSimStatus = (signal?: AbortSignal) =>
  call<SimStatus>("GET", "/api/sim/status", { signal });
export const setScenario = (scenario: string) =>
  call<SimStatus>("POST", "/api/sim/scenario", { body: { scenario } });
export const setSimClock = (body: { speed?: number; advance_seconds?: number }) =>
  call<SimStatus>("POST", "/api/sim/clock", { body });
export const injectFault = (fault: object) =>
  call<SimStatus>("POST", "/api/sim/fault", { body: { fault } });
export const clearFaults = () =>
  call<SimStatus>("POST", "/api/sim/fault", { body: { fault: null } });
export const resetSim = (seed?: number) =>
  call<SimStatus>("POST", "/api/sim/reset", { body: seed === undefined ? {} : { seed } });
