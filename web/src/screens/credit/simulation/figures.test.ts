import { describe, expect, test } from "vitest";
import { amountUnit } from "../model/units";
import type { Fan, Measure, SimulationReport } from "./api";
import {
  bandOf,
  binsOf,
  commonEdges,
  LOOKS,
  type MeasureLook,
  ordinal,
  percentileRows,
  rebinned,
  reportRows,
  sayFigure,
  sayTick,
  sharesOf,
  yearStarts,
} from "./figures";

const lookOf = (id: string) => LOOKS.find((one) => one.id === id) as MeasureLook;
const unit = amountUnit(25_000_000, "USD");
const histogram = { edges: [0, 10, 20], counts: [1, 3] };

test("a figure has the unit of its measure", () => {
  expect(sayFigure(lookOf("value"), 12_345_678, unit)).toBe("12.35");
  expect(sayFigure(lookOf("irr"), 0.0525, unit)).toBe("5.25\u202f%");
  expect(sayFigure(lookOf("weighted_average_life"), 4.5, unit)).toBe("4.50");
  expect(sayTick(lookOf("irr"), 0.05, unit)).toBe("5\u202f%");
});

test("bars have both ends and their count", () => {
  expect(binsOf(histogram)).toEqual([
    { low: 0, high: 10, count: 1 },
    { low: 10, high: 20, count: 3 },
  ]);
  expect(sharesOf(histogram).map((bin) => bin.count)).toEqual([25, 75]);
});

describe("two simulations", () => {
  const other = { edges: [10, 30], counts: [8] };

  test("share their edges", () => {
    expect(commonEdges(histogram, other)).toEqual([0, 15, 30]);
  });

  test("keep every path when their bars are cut anew", () => {
    const cut = rebinned(histogram, [0, 5, 20]);
    expect(cut.counts).toEqual([0.5, 3.5]);
    expect(rebinned({ edges: [7, 7], counts: [4] }, [0, 10, 20]).counts).toEqual([4, 0]);
    expect(rebinned({ edges: [20, 20], counts: [4] }, [0, 10, 20]).counts).toEqual([0, 4]);
  });

  test("stand side by side at the same percentiles", () => {
    const result = (percentiles: Record<string, number>) => ({ percentiles }) as unknown as Measure;
    expect(percentileRows(result({ "95": 3, "5": 1 }), result({ "5": 2 }))).toEqual([
      { level: 5, value: 1, other: 2 },
      { level: 95, value: 3, other: null },
    ]);
  });
});

test("percentiles are said as people say them", () => {
  expect([1, 2, 3, 5, 11, 22, 99.5].map(ordinal)).toEqual([
    "1st",
    "2nd",
    "3rd",
    "5th",
    "11th",
    "22nd",
    "99.5th",
  ]);
});

test("the levels of a fan rise by number, not by name", () => {
  const fan = { series: { cash: { p5: [1], p95: [3], p50: [2] } } } as unknown as Fan;
  expect(bandOf(fan, "cash")).toEqual({ levels: [5, 50, 95], values: [[1], [2], [3]] });
  expect(bandOf(fan, "balance")).toEqual({ levels: [], values: [] });
});

test("the file has every figure once, in one long table", () => {
  const report = {
    measures: {
      value: {
        count: 2,
        mean: 5,
        percentiles: { "50": 5 },
        histogram_edges: [0, 10],
        histogram_counts: [2],
      },
    },
    value_tails: [{ level: 0.95, value_at_risk: 1, expected_shortfall: 2, economic_capital: 3 }],
    loss_tails: [],
    fan: { periods: [1], dates: ["2026-02-28"], series: { cash: { p50: [7] } } },
  } as unknown as SimulationReport;
  const rows = reportRows(report);
  expect(rows[0]).toEqual(["part", "figure", "at", "value"]);
  expect(rows).toContainEqual(["value", "mean", null, 5]);
  expect(rows).toContainEqual(["value", "percentile", 50, 5]);
  expect(rows).toContainEqual(["value", "paths from", 0, 2]);
  expect(rows).toContainEqual(["value", "expected_shortfall", 0.95, 2]);
  expect(rows).toContainEqual(["cash", "p50", "2026-02-28", 7]);
});

test("an axis names each year once", () => {
  const fan = {
    periods: [1, 4, 7, 10, 13, 16],
    dates: ["2026-03-01", "2026-06-01", "2026-09-01", "2027-01-01", "2027-06-01", "2028-01-01"],
  };
  expect(yearStarts(fan, 10)).toEqual([10, 16]);
  expect(yearStarts(fan, 1)).toEqual([10]);
});
