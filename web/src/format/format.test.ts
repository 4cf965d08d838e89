import { describe, expect, it } from "vitest";
import {
  counted,
  formatAmount,
  formatBasisPoints,
  formatBytes,
  formatDecimal,
  formatFraction,
  formatMoney,
  formatNumber,
  formatPercentPoints,
  formatPoints,
  formatShort,
  normalizeNumber,
  parseNumber,
} from "./numbers";
import {
  formatAge,
  formatClock,
  formatCountdown,
  formatDate,
  formatDay,
  formatDuration,
} from "./time";
import { decimal, fraction, minor, minorToDecimal, percentPoints } from "./units";

describe("numbers", () => {
  it("uses a true minus and groups thousands", () => {
    expect(formatNumber(-1175.034, 2)).toBe("\u22121,175.03");
    expect(formatNumber(1234567, 0)).toBe("1,234,567");
  });

  it("puts a sign on every change but never on zero", () => {
    expect(formatNumber(5, 1, "always")).toBe("+5.0");
    expect(formatNumber(0, 2, "always")).toBe("0.00");
    expect(formatNumber(-0.001, 2, "always")).toBe("0.00");
  });

  it("says that a figure could not be computed", () => {
    expect(formatNumber(Number.NaN)).toBe("n/a");
    expect(formatFraction(fraction(Number.POSITIVE_INFINITY))).toBe("n/a");
    expect(formatAmount(Number.NaN)).toBe("n/a");
  });

  it("sets a narrow space before the per cent sign", () => {
    expect(formatFraction(fraction(0.311), 1)).toBe("31.1\u202f%");
    expect(formatPercentPoints(percentPoints(-1.2), 1, "always")).toBe("\u22121.2\u202f%");
    expect(formatPoints(percentPoints(-0.21))).toBe("\u22120.21 pt");
    expect(formatBasisPoints(fraction(0.0125))).toBe("125 bp");
  });

  it("keeps decimals exact beyond the precision of a float", () => {
    expect(formatDecimal(decimal("9007199254740993.01"), 2)).toBe("9,007,199,254,740,993.01");
    expect(formatMoney(decimal("-301.02"))).toBe("\u2212$301.02");
    expect(formatMoney(decimal("842.10"), { sign: "always" })).toBe("+$842.10");
    expect(formatMoney(decimal("1200"), { currency: "JPY" })).toBe("\u00a51,200");
  });

  it("rounds half to even", () => {
    expect(formatDecimal(decimal("0.125"), 2)).toBe("0.12");
    expect(formatDecimal(decimal("0.135"), 2)).toBe("0.14");
  });

  it("shortens only from a hundred thousand on", () => {
    expect(formatShort(99_999)).toBe("99,999");
    expect(formatShort(597_000)).toBe("597k");
    expect(formatShort(-1_248_600_000)).toBe("\u22121.2B");
  });

  it("counts with the right noun and sizes with binary units", () => {
    expect(counted(1, "job")).toBe("1 job");
    expect(counted(2, "entry", "entries")).toBe("2 entries");
    expect(formatBytes(92_484_403)).toBe("88.2 MiB");
  });

  it.each([
    ["1 248,6", "1248.6"],
    ["1,248.6", "1248.6"],
    ["1.248,6", "1248.6"],
    ["1,248", "1248"],
    ["0,248", "0.248"],
    ["\u22123.5 %", "-3.5"],
    [".5", "0.5"],
    ["007", "7"],
  ])("reads %s as %s", (text, expected) => {
    expect(normalizeNumber(text)).toBe(expected);
  });

  it("refuses what is not a number", () => {
    for (const text of ["", "abc", "1e5", "1.2.3", "--1"]) {
      expect(parseNumber(text)).toBeNull();
    }
  });
});

describe("units", () => {
  it("turns minor units into decimals without a float", () => {
    expect(minorToDecimal(minor(-5))).toBe("-0.05");
    expect(minorToDecimal(minor(124860))).toBe("1248.60");
    expect(minorToDecimal(minor(1200), "JPY")).toBe("1200");
    expect(() => minor(1.5)).toThrow("whole number of minor units");
    expect(() => decimal("1,5")).toThrow("not a decimal");
  });
});

describe("time", () => {
  const at = new Date("2026-06-18T07:12:18.204Z");

  it("shows clocks in the named zone", () => {
    expect(formatClock(at)).toBe("07:12:18");
    expect(formatClock(at, "IST")).toBe("12:42:18");
    expect(formatClock(at, "UTC", "milli")).toBe("07:12:18.204");
  });

  it("drops the year inside the current year", () => {
    expect(formatDay(at, "UTC", new Date("2026-12-31T00:00:00Z"))).toBe("18 Jun");
    expect(formatDay(at, "UTC", new Date("2027-01-01T00:00:00Z"))).toBe("18 Jun 2026");
    expect(formatDate("2026-06-18")).toBe("18 Jun 2026");
  });

  it("writes durations with two units at most", () => {
    expect(formatDuration(42)).toBe("42 ms");
    expect(formatDuration(400)).toBe("0.4 s");
    expect(formatDuration(163_000)).toBe("2 min 43 s");
    expect(formatDuration(3_600_000)).toBe("1 h");
  });

  it("is relative below one hour only", () => {
    const later = (ms: number) => new Date(at.getTime() + ms);
    expect(formatAge(at, later(400))).toBe("0.4 s");
    expect(formatAge(at, later(48_000))).toBe("48 s");
    expect(formatAge(at, later(59 * 60_000))).toBe("59 min");
    expect(formatAge(at, later(2 * 3_600_000))).toBe("07:12");
    expect(formatAge(at, later(48 * 3_600_000))).toBe("18 Jun");
  });

  it("counts down in hours, minutes, seconds", () => {
    expect(formatCountdown(9_462_000)).toBe("02:37:42");
    expect(formatCountdown(-5)).toBe("00:00:00");
  });
});
