/**
 * The one file that names the generated schema: every other file of the shell takes its types from
 * here. `npm run generate` writes `schema.gen.ts` from `openapi.json`.
 */
import type { components, paths } from "./schema.gen";

export type { paths };

type Schemas = components["schemas"];

export type ProblemField = Schemas["FieldError"];

/** A problem as it arrives: anything in between may have written it, so little is certain. */
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

export type UiConfig = Schemas["UiConfigView"];
export type Session = Schemas["SessionTokens"];
export type Me = Schemas["MeView"];

export type User = Schemas["UserView"];
export type NewUser = Schemas["NewUser"];
export type InvitedUser = Schemas["InvitedUser"];
export type UserChange = Schemas["UserUpdate"];
export type OneTimePassword = Schemas["OneTimePassword"];
export type ApiKey = Schemas["ApiKeyView"];
export type NewApiKey = Schemas["NewApiKey"];
export type CreatedApiKey = Schemas["CreatedApiKey"];
export type AuditEntry = Schemas["AuditEntryView"];
export type ChainReport = Schemas["ChainReport"];

export type HealthStatus = Schemas["Status"];
export type ServiceHealth = Schemas["ServiceHealthView"];
export type HealthItem = Schemas["ItemView"];

export type Job = Schemas["JobView"];
export type JobState = Schemas["JobState"];

/** One page of a list that is paged by key. */
export interface Page<Row> {
  items: Row[];
  /** Absent on the last page. */
  next_cursor?: string | null;
}

export type LogLevel = keyof Schemas["LevelCounts"];
export type LogEntry = Schemas["LogRowView"];
export type LogPage = Schemas["LogPage"];
export type LogSummary = Schemas["LogSummary"];
export type LogVolume = LogSummary["volume"][number];
export type NamedCount = LogSummary["top_loggers"][number];
export type BrowserEntry = Schemas["NewLogEntry"];
