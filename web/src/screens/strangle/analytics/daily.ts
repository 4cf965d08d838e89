/** Results of days and the weeks of the calendar, from the running sum of the net results. */
import type { ChartPoint } from "../api/analyticsTypes";
import { addDays, istDate, istMidnight } from "./range";

export interface SessionResult {
  /** Milliseconds at which the session closed. */
  at: number;
  net: number;
  /** The session; null when the point does not say. */
  session: number | null;
}

export interface DayResult {
  /** In IST. */
  day: string;
  net: number;
  sessions: number;
  wins: number;
  /** When its last session closed. */
  at: number;
}

/** What each session added. Differences of cents are rounded where the sums have their digits. */
export function sessionResults(points: readonly ChartPoint[]): SessionResult[] {
  let before = 0;
  return points
    .map((point) => {
      const net = Number((point.value - before).toFixed(8));
      before = point.value;
      return { at: Date.parse(point.timestamp), net, session: sessionOf(point.meta) };
    })
    .filter((one) => !Number.isNaN(one.at));
}

function sessionOf(meta: unknown): number | null {
  const id =
    typeof meta === "object" && meta !== null ? (meta as Record<string, unknown>).session_id : null;
  return typeof id === "number" ? id : null;
}

/** A day belongs to IST; a win is a session above zero. */
export function dayResults(results: readonly SessionResult[]): Map<string, DayResult> {
  const days = new Map<string, DayResult>();
  for (const one of results) {
    const day = istDate(one.at);
    const known = days.get(day) ?? { day, net: 0, sessions: 0, wins: 0, at: one.at };
    days.set(day, {
      day,
      net: Number((known.net + one.net).toFixed(8)),
      sessions: known.sessions + 1,
      wins: known.wins + (one.net > 0 ? 1 : 0),
      at: Math.max(known.at, one.at),
    });
  }
  return days;
}

/** 0 is Monday. */
export const weekdayOf = (day: string): number =>
  (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

export const MOST_WEEKS = 53;
const FEWEST_WEEKS = 5;

/** Whole weeks from Monday that end with the last day: at most a year, at least five weeks. */
export function calendarWeeks(first: string, last: string): string[][] {
  const end = addDays(last, 6 - weekdayOf(last));
  const begin = addDays(first, -weekdayOf(first));
  const span = Math.round((istMidnight(end) - istMidnight(begin)) / 86_400_000) + 1;
  const count = Math.max(FEWEST_WEEKS, Math.min(MOST_WEEKS, Math.ceil(span / 7)));
  const start = addDays(end, 1 - 7 * count);
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => addDays(start, week * 7 + day)),
  );
}

/** The step of the diverging scale, 1 to 9; 5 is zero and only zero. */
export function divergingStep(value: number, most: number): number {
  if (value === 0 || !(most > 0)) {
    return 5;
  }
  const strength = Math.min(4, Math.max(1, Math.ceil((Math.abs(value) / most) * 4)));
  return value > 0 ? 5 + strength : 5 - strength;
}

export interface Curve {
  xs: number[];
  net: number[];
  gross: number[];
  fees: number[];
  /** Below zero. */
  drawdown: number[];
}

/** The curves from zero at the beginning of the first day, so that one session is a curve too. */
export function curvesOf(charts: {
  cumulative_pnl: readonly ChartPoint[];
  cumulative_gross_pnl: readonly ChartPoint[];
  cumulative_fees: readonly ChartPoint[];
  drawdown: readonly ChartPoint[];
}): Curve {
  const times = charts.cumulative_pnl.map((point) => Date.parse(point.timestamp));
  const first = times[0];
  if (first === undefined) {
    return { xs: [], net: [], gross: [], fees: [], drawdown: [] };
  }
  const from = (points: readonly ChartPoint[]) => [0, ...points.map((point) => point.value)];
  return {
    xs: [Math.min(istMidnight(istDate(first)), first - 1), ...times],
    net: from(charts.cumulative_pnl),
    gross: from(charts.cumulative_gross_pnl),
    fees: from(charts.cumulative_fees),
    drawdown: from(charts.drawdown).map((value) => (value === 0 ? 0 : -value)),
  };
}

const ROUND_DAYS = [1, 2, 7, 14, 28, 91, 182, 364];

/** Ticks at whole days of IST, whole hours below two days. */
export function istDayTicks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  const hour = 3_600_000;
  const day = 24 * hour;
  const steps =
    span < 2 * day ? [1, 3, 6, 12].map((one) => one * hour) : ROUND_DAYS.map((one) => one * day);
  const step = steps.find((one) => span / one <= wanted) ?? steps.at(-1) ?? day;
  const zero = istMidnight("2024-01-01");
  const ticks: number[] = [];
  for (let at = zero + Math.ceil((low - zero) / step) * step; at <= high; at += step) {
    ticks.push(at);
  }
  return ticks;
}
