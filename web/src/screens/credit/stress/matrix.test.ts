import { describe, expect, test } from "vitest";
import type { Metrics } from "../api/types";
import {
  drawnAtFirst,
  heatStep,
  MEASURES,
  type Measure,
  matrixOf,
  pileDots,
  spreadOf,
  tornadoOf,
  widestFirst,
} from "./matrix";

const metrics = (npv: number, loss: number, life = 5): Metrics =>
  ({
    npv,
    price: npv,
    yield_to_maturity: 0.05,
    weighted_average_life: life,
    effective_duration: null,
    total_default: loss * 2,
    loss_percent: loss,
  }) as unknown as Metrics;

const results = [
  { name: "rate_shock_up", metrics: metrics(95, 1.5) },
  { name: "credit_crisis", metrics: metrics(80, 4) },
  { name: "base", metrics: metrics(100, 1) },
  { name: "housing_boom", metrics: metrics(104, 0.5) },
];
const rows = matrixOf(results, 200);
const npv = MEASURES[0] as Measure;
const loss = MEASURES.find((one) => one.id === "loss_percent") as Measure;

describe("matrix", () => {
  test("the base is first, then the worst", () => {
    expect(rows.map((row) => row.name)).toEqual([
      "base",
      "credit_crisis",
      "rate_shock_up",
      "housing_boom",
    ]);
    expect(rows.filter((row) => row.isWorst).map((row) => row.name)).toEqual(["credit_crisis"]);
  });

  test("changes are relative for values and in points for rates", () => {
    expect(rows[1]?.cells.npv.change).toBeCloseTo(-20);
    expect(rows[1]?.cells.loss_percent.change).toBeCloseTo(3);
    expect(rows[1]?.cells.default_percent.value).toBeCloseTo(4);
    expect(rows[0]?.cells.npv.change).toBe(0);
  });

  test("heat is good or bad for the holder, not up or down", () => {
    expect(rows[1]?.cells.npv.heat).toBe(-1);
    expect(rows[1]?.cells.loss_percent.heat).toBe(-1);
    expect(rows[3]?.cells.loss_percent.heat).toBeGreaterThan(0);
    expect(rows[1]?.cells.weighted_average_life.heat).toBe(0);
  });

  test("what cannot be computed has no change and no colour", () => {
    const cell = rows[1]?.cells.effective_duration;
    expect(cell).toEqual({ value: null, change: null, heat: 0 });
  });

  test("a scenario without metrics comes last and nothing is marked when nothing falls", () => {
    const odd = matrixOf(
      [
        { name: "broken", metrics: null },
        { name: "up", metrics: metrics(120, 1) },
        { name: "base", metrics: metrics(100, 1) },
      ],
      100,
    );
    expect(odd.map((row) => row.name)).toEqual(["base", "up", "broken"]);
    expect(odd.some((row) => row.isWorst)).toBe(false);
  });
});

test("colours go from 1 to 9 with no change in the middle", () => {
  expect([-1, -0.5, 0, 0.5, 1].map(heatStep)).toEqual([1, 3, 5, 7, 9]);
});

test("the tornado has the largest effect on top and no base", () => {
  expect(tornadoOf(rows, "npv").map((bar) => bar.name)).toEqual([
    "credit_crisis",
    "rate_shock_up",
    "housing_boom",
  ]);
  expect(tornadoOf(rows, "effective_duration")).toEqual([]);
});

test("the spread tells ends, median and how many are worse", () => {
  const spread = spreadOf(tornadoOf(rows, "npv"), npv);
  expect(spread?.low.name).toBe("credit_crisis");
  expect(spread?.high.name).toBe("housing_boom");
  expect(spread?.middle).toBeCloseTo(-5);
  expect(spread?.worse).toBe(2);
  expect(spreadOf(tornadoOf(rows, "loss_percent"), loss)?.worse).toBe(2);
  expect(spreadOf([], npv)).toBeNull();
});

test("dots that would touch are piled up", () => {
  const dots = pileDots(
    [
      { name: "a", change: 0 },
      { name: "b", change: 1 },
      { name: "c", change: 40 },
    ],
    (change) => change,
    10,
  );
  expect(dots.map((dot) => dot.level)).toEqual([0, 1, 0]);
});

test("four scenarios are drawn at first, the strongest", () => {
  expect(drawnAtFirst(rows, 2)).toEqual(["credit_crisis", "rate_shock_up"]);
});

test("a factor that moves both ways counts with both ends", () => {
  const end = (change: number) => ({ change, says: "" });
  const effects = widestFirst([
    { name: "one way", ends: [end(-5)] },
    { name: "both ways", ends: [end(-4), end(3)] },
    { name: "nothing", ends: [] },
  ]);
  expect(effects.map((one) => one.name)).toEqual(["both ways", "one way"]);
});
