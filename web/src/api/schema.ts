/**
 * The views of the platform routes, and the one file that names the generated schema: every other
 * file takes its types from here. `npm run generate` writes `schema.gen.ts` from `openapi.json`.
 */

export interface ProblemField {
  pointer: string;
  code: string;
  message: string;
}

export interface ProblemDocument {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: ProblemField[];
  [extension: string]: unknown;
}

export type Mode = "PAPER" | "TESTNET" | "LIVE";

export interface UiConfig {
  environment: string;
  version: string;
  services: { name: string; title: string }[];
  mode: Mode | (string & {});
  server_time: string;
  started_at: string;
  /** Whether /docs answers. */
  docs: boolean;
  demo: boolean;
}

export interface Session {
  /** Seconds until the access token expires. */
  expires_in: number;
  csrf_token: string;
  user: User;
  must_change_password: boolean;
}

export interface User {
  id: string;
  email: string;
  full_name: string;
  /** Roles for all services (`viewer`) or one (`credit:operator`). */
  grants: string[];
  is_active: boolean;
  must_change_password: boolean;
  version: number;
  created_at: string;
  updated_at: string;
  last_login_at: string | null;
}

export interface Me extends User {
  credential: "session" | "bearer" | "api_key";
  session_id: string;
  scopes?: string[];
}

export interface NewUser {
  email: string;
  full_name: string;
  grants: string[];
}

export interface InvitedUser {
  user: User;
  one_time_password: string;
}

export interface UserChange {
  full_name?: string;
  grants?: string[];
  is_active?: boolean;
}

export interface OneTimePassword {
  one_time_password: string;
}

export interface ApiKey {
  id: string;
  name: string;
  /** `*`, `*:read`, `credit:write`. */
  scopes: string[];
  /** Some of the owner's grants; empty means all. */
  grants: string[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export interface NewApiKey {
  name: string;
  scopes: string[];
  /** At most 366 days from now; 90 days if absent. */
  expires_at?: string;
}

export interface CreatedApiKey {
  key: string;
  api_key: ApiKey;
}

export interface AuditEntry {
  seq: number;
  recorded_at: string;
  /** A user, or `anonymous`, `system`, `cli`. */
  actor_id: string;
  action: string;
  target: string;
  detail: Record<string, unknown>;
  ip: string;
  request_id: string;
  correlation_id: string;
  prev_hash: string;
  hash: string;
}

export interface ChainReport {
  valid: boolean;
  verified: number;
  expected: number;
  last_hash: string;
  first_broken_seq?: number;
  reason?: string;
}

export type HealthStatus = "healthy" | "degraded" | "unhealthy";

export interface HealthItem {
  name: string;
  status: HealthStatus;
  detail: string;
  checked_at?: string;
}

export interface ServiceHealth {
  name: string;
  title: string;
  status: HealthStatus;
  items: HealthItem[];
}

export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface Job {
  id: string;
  service: string;
  name: string;
  title: string;
  state: JobState;
  /** 0 to 1. */
  progress: number;
  message: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  attempts: number;
  error: { code: string; message: string } | null;
  result_url: string | null;
  result: unknown;
  cancel_requested: boolean;
}

export interface Page<Row> {
  items: Row[];
  /** Absent on the last page. */
  next_cursor?: string;
}

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

export interface LogEntry {
  id: number;
  logged_at: string;
  ingested_at: string;
  level: LogLevel | (string & {});
  logger_name: string;
  event: string | null;
  message: string;
  correlation_id: string | null;
  strategy_id: string | null;
  request_id: string | null;
  payload: unknown;
}

export interface LogPage {
  total: number;
  /** There are more than `total`: counting stopped there. */
  total_capped: boolean;
  page: number;
  page_size: number;
  items: LogEntry[];
  next_cursor?: string;
}

export interface NamedCount {
  name: string;
  count: number;
}

export interface LogVolume {
  at: string;
  counts: Record<LogLevel, number>;
}

export interface LogSummary {
  total: number;
  level_counts: Record<LogLevel, number>;
  top_loggers: NamedCount[];
  top_events: NamedCount[];
  latest_entry_at: string | null;
  latest_error: LogEntry | null;
  latest_warning: LogEntry | null;
  ingestion_lag_seconds: number | null;
  volume: LogVolume[];
}

/** One record of a browser, as the log takes it. */
export interface BrowserEntry {
  level: string;
  message: string;
  event: string;
  timestamp: string;
  sessionId: string;
  source: string;
  appVersion?: string;
  environment?: string;
  data?: unknown;
}
