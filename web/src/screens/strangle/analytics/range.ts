/** Ranges of days in IST, as they stand in the address and as the server takes them. */
import type { Query } from "@/api/client";
import type { SearchState } from "@/screens/search";

export const RANGES = [
  { value: "7d", text: "7D" },
  { value: "30d", text: "30D" },
  { value: "90d", text: "90D" },
  { value: "YTD", text: "YTD" },
  { value: "all", text: "All" },
  { value: "custom", text: "Custom" },
] as const;
export type RangeName = (typeof RANGES)[number]["value"];

export interface DayRange {
  name: RangeName;
  /** Days in IST, both included; only of a custom range. */
  start: string | null;
  end: string | null;
}

const DAY_MS = 86_400_000;
const IST_MS = 5.5 * 3_600_000;
const LENGTHS: Partial<Record<RangeName, number>> = { "7d": 7, "30d": 30, "90d": 90 };

/** "2026-06-18" of an instant, in IST. */
export const istDate = (at: number | Date): string =>
  new Date(Number(at) + IST_MS).toISOString().slice(0, 10);

/** Milliseconds at which a day begins in IST. */
export const istMidnight = (day: string): number => Date.parse(`${day}T00:00:00Z`) - IST_MS;

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** A day that exists, or null. */
export function dayOrNull(text: string | undefined): string | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return null;
  }
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : text;
}

/** The range in the address; days that do not exist are not there. */
export function rangeOf(search: SearchState, usual: RangeName): DayRange {
  const found = RANGES.find((one) => one.value.toLowerCase() === search.range?.toLowerCase());
  const name = found?.value ?? usual;
  const custom = name === "custom";
  return {
    name,
    start: custom ? dayOrNull(search.start) : null,
    end: custom ? dayOrNull(search.end) : null,
  };
}

/** A custom range needs a day, and its ends in order. */
export function rangeError(range: DayRange): string | null {
  return range.start !== null && range.end !== null && range.start > range.end
    ? "Must not be before the first day"
    : null;
}

/** For analytics: a name, or days that the server reads in IST. */
export function analyticsRange(range: DayRange): Query {
  if (range.name !== "custom") {
    return { preset: range.name, tz: "Asia/Kolkata" };
  }
  // With an end alone the range begins with the first session; with neither it is all of it.
  return range.start === null && range.end === null
    ? { preset: "all", tz: "Asia/Kolkata" }
    : { preset: "custom", start: range.start, end: range.end, tz: "Asia/Kolkata" };
}

/** For lists: begun at or after, and before; open at the end unless a last day is chosen. */
export function listRange(range: DayRange, today: string): Query {
  const since = (day: string) => new Date(istMidnight(day)).toISOString();
  const days = LENGTHS[range.name];
  if (days !== undefined) {
    return { from: since(addDays(today, 1 - days)) };
  }
  if (range.name === "YTD") {
    return { from: since(`${today.slice(0, 4)}-01-01`) };
  }
  return {
    from: range.start === null ? undefined : since(range.start),
    to: range.end === null ? undefined : since(addDays(range.end, 1)),
  };
}
