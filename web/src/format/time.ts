/** Instants, dates, durations and ages. Zones are named by the caller once per column or panel. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Zone = "UTC" | "IST" | (string & {});

const ZONE_NAMES: Record<string, string> = { UTC: "UTC", IST: "Asia/Kolkata" };

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: string;
  minute: string;
  second: string;
  milli: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(at: Date, zone: Zone): Parts {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: ZONE_NAMES[zone] ?? zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  const found: Record<string, string> = {};
  for (const part of format.formatToParts(at)) {
    found[part.type] = part.value;
  }
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    hour: found.hour ?? "00",
    minute: found.minute ?? "00",
    second: found.second ?? "00",
    milli: at.getUTCMilliseconds().toString().padStart(3, "0"),
  };
}

/** "07:12:18", with milliseconds "07:12:18.204". */
export function formatClock(
  at: Date,
  zone: Zone = "UTC",
  precision: "minute" | "second" | "milli" = "second",
): string {
  const { hour, minute, second, milli } = partsIn(at, zone);
  if (precision === "minute") {
    return `${hour}:${minute}`;
  }
  return precision === "second"
    ? `${hour}:${minute}:${second}`
    : `${hour}:${minute}:${second}.${milli}`;
}

/** "18 Jun 2026"; the year is dropped inside the current year when `now` is given. */
export function formatDay(at: Date, zone: Zone = "UTC", now?: Date): string {
  const { day, month, year } = partsIn(at, zone);
  const text = `${day} ${MONTHS[month - 1] ?? ""}`;
  return now !== undefined && partsIn(now, zone).year === year ? text : `${text} ${year}`;
}

/** A date without time, from "2026-06-18": "18 Jun 2026". */
export function formatDate(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  if (!year || !month || !day) {
    return iso;
  }
  return `${day} ${MONTHS[month - 1] ?? ""} ${year}`;
}

/** "18 Jun 2026, 07:12:18 UTC". */
export function formatInstant(at: Date, zone: Zone = "UTC"): string {
  return `${formatDay(at, zone)}, ${formatClock(at, zone)} ${zone}`;
}

/** "0.4 s", "48 s", "2 min 43 s", "1 h 5 min", "3 d 4 h". */
export function formatDuration(milliseconds: number): string {
  const size = Math.max(0, milliseconds);
  if (size < SECOND) {
    return size < 100 ? `${Math.round(size)} ms` : `${(size / SECOND).toFixed(1)} s`;
  }
  if (size < 10 * SECOND) {
    return `${(size / SECOND).toFixed(1)} s`;
  }
  if (size < MINUTE) {
    return `${Math.floor(size / SECOND)} s`;
  }
  if (size < HOUR) {
    return two(Math.floor(size / MINUTE), "min", Math.floor((size % MINUTE) / SECOND), "s");
  }
  if (size < DAY) {
    return two(Math.floor(size / HOUR), "h", Math.floor((size % HOUR) / MINUTE), "min");
  }
  return two(Math.floor(size / DAY), "d", Math.floor((size % DAY) / HOUR), "h");
}

function two(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`;
}

/** Relative below one hour, then clock time, then the day: "48 s", "12 min", "07:12", "17 Jun". */
export function formatAge(at: Date, now: Date, zone: Zone = "UTC"): string {
  const age = Math.max(0, now.getTime() - at.getTime());
  if (age < 10 * SECOND) {
    return `${(age / SECOND).toFixed(1)} s`;
  }
  if (age < MINUTE) {
    return `${Math.floor(age / SECOND)} s`;
  }
  if (age < HOUR) {
    return `${Math.floor(age / MINUTE)} min`;
  }
  return age < DAY ? formatClock(at, zone, "minute") : formatDay(at, zone, now);
}

/** Countdown "02:37:42". */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  const pad = (value: number) => value.toString().padStart(2, "0");
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

/** ISO text with milliseconds, for exports and the log. */
export function isoInstant(at: Date): string {
  return at.toISOString();
}

/** Null instead of an invalid date. */
export function parseInstant(text: string | null | undefined): Date | null {
  if (text === null || text === undefined || text === "") {
    return null;
  }
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}
