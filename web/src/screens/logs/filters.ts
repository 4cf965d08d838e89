/** The filters of the log viewer, as they stand in the address and as the server takes them. */
import type { Query } from "@/api/client";
import type { SearchState } from "../search";

export const LEVELS = ["ERROR", "WARN", "INFO", "DEBUG"] as const;
export type Level = (typeof LEVELS)[number];

export const RANGES = [
  { value: "15m", text: "15 min", ms: 15 * 60_000 },
  { value: "1h", text: "1 h", ms: 3_600_000 },
  { value: "24h", text: "24 h", ms: 24 * 3_600_000 },
  { value: "7d", text: "7 d", ms: 7 * 24 * 3_600_000 },
] as const;

/** Filters that are one text each: name in the address, name of the parameter, word on the token. */
export const FIELDS = [
  { key: "search", parameter: "search", word: "text" },
  { key: "logger", parameter: "logger", word: "logger" },
  { key: "event", parameter: "event", word: "event" },
  { key: "correlation", parameter: "correlationId", word: "correlation" },
  { key: "request", parameter: "requestId", word: "request" },
  { key: "strategy", parameter: "strategyId", word: "strategy" },
] as const;

/** The one level that is asked for; undefined is all. */
export function chosenLevel(search: SearchState): Level | undefined {
  return LEVELS.find((level) => level === search.level);
}

export interface Span {
  from: Date;
  to: Date | null;
}

/** The chosen time: a quick range that ends now, or a fixed one. */
export function spanOf(search: SearchState, now: Date): Span {
  if (search.from) {
    return { from: new Date(search.from), to: search.to ? new Date(search.to) : null };
  }
  const range = RANGES.find((one) => one.value === search.range) ?? RANGES[1];
  return { from: new Date(now.getTime() - range.ms), to: null };
}

/** What the server is asked for; without a span for the tail. */
export function logParameters(search: SearchState, span: Span | null): Query {
  const query: Query = {
    startTime: span?.from.toISOString(),
    endTime: span?.to?.toISOString(),
    level: chosenLevel(search),
  };
  for (const field of FIELDS) {
    query[field.parameter] = search[field.key];
  }
  return query;
}

/** "logger:engine.order" sets the logger; anything else is text. */
export function readTyped(text: string): SearchState {
  const found = text.trim().match(/^(\w+):\s*(.+)$/);
  const field = FIELDS.find((one) => one.word === found?.[1] || one.key === found?.[1]);
  if (found?.[2] !== undefined && field !== undefined) {
    return { [field.key]: found[2] };
  }
  if (found?.[1] === "level" && found[2] !== undefined) {
    return { level: found[2].toUpperCase() };
  }
  return { search: text.trim() };
}

/** WARNING and CRITICAL are read as WARN and ERROR. */
export function levelOf(entry: { level: string }): Level {
  const level = entry.level.toUpperCase();
  if (level.startsWith("WARN")) {
    return "WARN";
  }
  if (level === "ERROR" || level === "CRITICAL" || level === "FATAL") {
    return "ERROR";
  }
  return level === "INFO" ? "INFO" : "DEBUG";
}
