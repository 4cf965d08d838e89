import { describe, expect, it } from "vitest";
import {
  addDays,
  analyticsRange,
  type DayRange,
  dayOrNull,
  istDate,
  istMidnight,
  listRange,
  rangeError,
  rangeOf,
} from "./range";

const custom = (start: string | null, end: string | null): DayRange => ({
  name: "custom",
  start,
  end,
});

describe("ranges of days", () => {
  it("a day begins at half past six in the evening before, in UTC", () => {
    expect(new Date(istMidnight("2026-06-18")).toISOString()).toBe("2026-06-17T18:30:00.000Z");
    expect(istDate(new Date("2026-06-17T18:29:59Z"))).toBe("2026-06-17");
    expect(istDate(new Date("2026-06-17T18:30:00Z"))).toBe("2026-06-18");
    expect(addDays("2026-02-27", 2)).toBe("2026-03-01");
  });

  it("takes no day that does not exist", () => {
    expect(dayOrNull("2026-02-29")).toBeNull();
    expect(dayOrNull("2028-02-29")).toBe("2028-02-29");
    expect(dayOrNull("18.06.2026")).toBeNull();
    expect(dayOrNull(undefined)).toBeNull();
  });

  it("reads the address and falls back to the usual range", () => {
    expect(rangeOf({ range: "ytd" }, "30d").name).toBe("YTD");
    expect(rangeOf({ range: "2w" }, "30d").name).toBe("30d");
    expect(rangeOf({ range: "custom", start: "2026-06-01", end: "soon" }, "all")).toEqual(
      custom("2026-06-01", null),
    );
    expect(rangeOf({ range: "7d", start: "2026-06-01" }, "all").start).toBeNull();
  });

  it("says when the ends are the wrong way round", () => {
    expect(rangeError(custom("2026-06-02", "2026-06-01"))).not.toBeNull();
    expect(rangeError(custom("2026-06-01", "2026-06-01"))).toBeNull();
    expect(rangeError(custom(null, "2026-06-01"))).toBeNull();
  });

  it("asks analytics for names or for days, and for all while no day is chosen", () => {
    expect(analyticsRange({ name: "90d", start: null, end: null })).toMatchObject({
      preset: "90d",
      tz: "Asia/Kolkata",
    });
    expect(analyticsRange(custom("2026-06-01", null))).toMatchObject({
      preset: "custom",
      start: "2026-06-01",
    });
    expect(analyticsRange(custom(null, null))).toMatchObject({ preset: "all" });
  });

  it("asks the list for whole days, the last one included", () => {
    const seven = listRange({ name: "7d", start: null, end: null }, "2026-06-18");
    expect(seven).toEqual({ from: "2026-06-11T18:30:00.000Z" });
    expect(listRange({ name: "YTD", start: null, end: null }, "2026-06-18").from).toBe(
      "2025-12-31T18:30:00.000Z",
    );
    expect(listRange(custom("2026-06-18", "2026-06-18"), "2026-06-20")).toEqual({
      from: "2026-06-17T18:30:00.000Z",
      to: "2026-06-18T18:30:00.000Z",
    });
    expect(listRange({ name: "all", start: null, end: null }, "2026-06-20")).toEqual({
      from: undefined,
      to: undefined,
    });
  });
});
