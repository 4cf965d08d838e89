import { describe, expect, it } from "vitest";
import type { ChartPoint } from "../api/analyticsTypes";
import {
  calendarWeeks,
  curvesOf,
  dayResults,
  divergingStep,
  istDayTicks,
  MOST_WEEKS,
  sessionResults,
  weekdayOf,
} from "./daily";
import { istMidnight } from "./range";
import { fileNameOf, stamp } from "./saveCsv";

const point = (timestamp: string, value: number, session = 1): ChartPoint => ({
  timestamp,
  value,
  meta: { session_id: session },
});
const SUMS = [
  point("2026-06-15T10:00:00Z", 1.1, 1),
  point("2026-06-15T19:00:00Z", 1.1, 2),
  point("2026-06-15T20:00:00Z", -0.9, 3),
];

describe("results of days", () => {
  it("takes the sessions out of the running sum without dust", () => {
    const results = sessionResults([...SUMS, point("2026-06-16T10:00:00Z", -0.6, 4)]);
    expect(results.map((one) => one.net)).toEqual([1.1, 0, -2, 0.3]);
    expect(results.map((one) => one.session)).toEqual([1, 2, 3, 4]);
  });

  it("belong to the day in India, and zero is no win", () => {
    const days = dayResults(sessionResults(SUMS));
    expect([...days.keys()]).toEqual(["2026-06-15", "2026-06-16"]);
    expect(days.get("2026-06-15")).toMatchObject({ net: 1.1, sessions: 1, wins: 1 });
    expect(days.get("2026-06-16")).toMatchObject({ net: -2, sessions: 2, wins: 0 });
    expect(days.get("2026-06-16")?.at).toBe(Date.parse("2026-06-15T20:00:00Z"));
  });

  it("a point that names no session still counts", () => {
    expect(sessionResults([{ ...SUMS[0], meta: null } as ChartPoint])[0]?.session).toBeNull();
  });
});

describe("the calendar", () => {
  it("has whole weeks from Monday that hold both ends", () => {
    const weeks = calendarWeeks("2026-05-06", "2026-06-18");
    expect(weekdayOf(weeks[0]?.[0] ?? "")).toBe(0);
    expect(weeks.flat()).toContain("2026-05-06");
    expect(weeks.flat()).toContain("2026-06-18");
    expect(weeks.every((week) => week.length === 7)).toBe(true);
  });

  it("shows at least five weeks and at most a year, the newest", () => {
    expect(calendarWeeks("2026-06-18", "2026-06-18")).toHaveLength(5);
    const long = calendarWeeks("2020-01-01", "2026-06-18");
    expect(long).toHaveLength(MOST_WEEKS);
    expect(long.at(-1)).toContain("2026-06-18");
  });

  it("gives the middle of the scale to zero alone, and both arms the same scale", () => {
    expect(divergingStep(0, 10)).toBe(5);
    expect(divergingStep(0.01, 10)).toBe(6);
    expect(divergingStep(-0.01, 10)).toBe(4);
    expect(divergingStep(10, 10)).toBe(9);
    expect(divergingStep(-10, 10)).toBe(1);
    expect(divergingStep(5, 10)).toBe(7);
    expect(divergingStep(0, 0)).toBe(5);
  });
});

describe("the curves", () => {
  it("begin at zero at midnight of the first day, and drawdown lies below zero", () => {
    const curve = curvesOf({
      cumulative_pnl: SUMS,
      cumulative_gross_pnl: SUMS,
      cumulative_fees: SUMS,
      drawdown: [point("a", 0), point("b", 0), point("c", 2)],
    });
    expect(curve.xs[0]).toBe(istMidnight("2026-06-15"));
    expect(curve.net).toEqual([0, 1.1, 1.1, -0.9]);
    expect(curve.drawdown).toEqual([0, 0, 0, -2]);
    expect(Object.is(curve.drawdown[1], 0)).toBe(true);
  });

  it("are empty without a session", () => {
    const none = {
      cumulative_pnl: [],
      cumulative_gross_pnl: [],
      cumulative_fees: [],
      drawdown: [],
    };
    expect(curvesOf(none).xs).toEqual([]);
  });

  it("have ticks at midnight in India", () => {
    const ticks = istDayTicks(istMidnight("2026-06-01"), istMidnight("2026-06-30"), 6);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.every((at) => (at - istMidnight("2026-06-01")) % 86_400_000 === 0)).toBe(true);
  });
});

describe("the name of an export", () => {
  it("is that of the server", () => {
    const header = 'attachment; filename="analytics-export-20260618-071218.csv"';
    expect(fileNameOf(header, "other.csv")).toBe("analytics-export-20260618-071218.csv");
    expect(fileNameOf(null, "other.csv")).toBe("other.csv");
    expect(stamp(new Date("2026-06-18T07:12:18.204Z"))).toBe("20260618T071218");
  });
});
