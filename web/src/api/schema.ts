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

export type Lamp = "up" | "degraded" | "down";
export type Mode = "PAPER" | "TESTNET" | "LIVE";

export interface UiConfig {
  environment: string;
  version: string;
  services: { name: string; title: string }[];
  mode: Mode | (string & {});
  server_time: string;
  demo: boolean;
}

export interface Session {
  expires_in: number;
  csrf_token?: string;
  must_change_password?: boolean;
}

export interface Me {
  id: string;
  email: string;
  full_name: string | null;
  roles: string[];
  scopes: string[];
  must_change_password: boolean;
  csrf_token?: string;
}

export interface User {
  id: string;
  email: string;
  full_name: string | null;
  roles: string[];
  is_active: boolean;
  version: number;
  created_at: string;
  last_login_at: string | null;
  locked_until: string | null;
  must_change_password: boolean;
}

export interface NewUser {
  email: string;
  full_name: string;
  roles: string[];
}

export interface UserChange {
  full_name?: string;
  roles?: string[];
  is_active?: boolean;
}

export interface OneTimePassword {
  user?: User;
  one_time_password: string;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export interface NewApiKey {
  name: string;
  scopes: string[];
  expires_at: string | null;
}

export interface ApiKeySecret extends ApiKey {
  secret: string;
}

export interface AuditEntry {
  id: string;
  sequence: number;
  at: string;
  actor: string | null;
  action: string;
  subject: string | null;
  outcome: string;
  request_id: string | null;
  detail: Record<string, unknown> | null;
  hash: string;
}

export interface AuditVerdict {
  ok: boolean;
  entries: number;
  broken_at: number | null;
  checked_at: string;
}

export interface HealthItem {
  name: string;
  status: Lamp;
  detail: string | null;
  checked_at: string | null;
}

export interface ServiceHealth {
  name: string;
  title: string;
  status: Lamp;
  items: HealthItem[];
}

export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface Job {
  id: string;
  service: string;
  name: string;
  title: string;
  state: JobState;
  progress: number | null;
  message: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  attempts: number;
  error: string | null;
  result_url: string | null;
}

export interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
  total?: number | null;
}

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

export interface LogEntry {
  id: number | string;
  logged_at: string;
  ingested_at: string | null;
  level: LogLevel | (string & {});
  logger_name: string;
  event: string | null;
  message: string;
  correlation_id: string | null;
  strategy_id: string | null;
  request_id: string | null;
  payload: Record<string, unknown> | null;
}

export interface LogPage {
  total: number;
  page: number;
  page_size: number;
  items: LogEntry[];
}

export interface NamedCount {
  name: string;
  count: number;
}

export interface LogVolume {
  at: string;
  counts: Partial<Record<string, number>>;
}

export interface LogSummary {
  total: number;
  level_counts: Partial<Record<string, number>>;
  top_loggers: NamedCount[];
  top_events: NamedCount[];
  latest_entry_at: string | null;
  latest_error: LogEntry | null;
  latest_warning: LogEntry | null;
  ingestion_lag_seconds: number | null;
  volume: LogVolume[];
}

/** One event of the browser, as the log intake takes it. */
export interface BrowserEvent {
  level: LogLevel;
  event: string;
  message: string;
  logged_at: string;
  path: string;
  repeats: number;
  payload?: Record<string, unknown>;
}
