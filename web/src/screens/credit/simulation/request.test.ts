import { describe, expect, test } from "vitest";
import type { SimulationDetail } from "./api";
import type { Draft } from "./draft";
import { START } from "./draft";
import { firstPaths, fromRequest, pathsToShow, requestOf, toRequest } from "./request";

const draft: Draft = {
  ...START,
  name: "Mine",
  poolId: "pool",
  variables: [
    ...START.variables,
    {
      name: "default_multiplier",
      distribution: "discrete",
      params: {},
      outcomes: [
        { value: 1, weight: 0.75 },
        { value: 3, weight: 0.25 },
      ],
      low: 0,
      high: 5,
    },
  ],
  modifiers: { meanShift: { market_rate: 0.01 }, volatility: {} },
};

describe("the request", () => {
  const request = toRequest(draft, null, "2026-01-31");

  test("names distribution and parameters as the service does", () => {
    expect(request.variables[0]).toEqual({
      name: "market_rate",
      distribution: { type: "normal", mean: 0.045, standard_deviation: 0.01 },
    });
    expect(request.variables[3]).toEqual({
      name: "default_multiplier",
      distribution: { type: "discrete", values: [1, 3], probabilities: [0.75, 0.25] },
      clamp: { min: 0, max: 5 },
    });
  });

  test("asks for the pool, the level as a share and the first paths", () => {
    expect(request.analysis.pool).toEqual({ pool_id: "pool" });
    expect(request.analysis.analysis_date).toBe("2026-01-31");
    expect(request.levels).toEqual([0.95]);
    expect(request.chosen_paths).toEqual([0, 1, 2, 3, 4]);
    expect(toRequest({ ...draft, paths: 2 }, null, null).chosen_paths).toEqual([0, 1]);
  });

  test("sends a scenario only when it changes something", () => {
    expect(request.scenario).toEqual({
      mean_shift: { market_rate: 0.01 },
      volatility_multiplier: {},
    });
    expect(toRequest(START, null, null).scenario).toBeUndefined();
  });

  test("gives the editor back what it held", () => {
    expect(fromRequest(request)).toEqual(draft);
  });
});

describe("a stored simulation", () => {
  const request = toRequest(draft, null, "2026-01-31");
  const stored = {
    name: "Mine",
    pool_id: "pool",
    pool_version: 3,
    paths: 1_000,
    progress: 0.35,
    plan: {
      terms: {
        analysis_date: "2026-01-31",
        pricing_date: "2026-01-31",
        discount_rate: null,
        compounding: "annual",
        time_basis: "dates",
        price: 100,
        assumptions: { request: {}, selectors: [], use_drivers: false },
        indices: {},
      },
      variables: request.variables.map((variable) => ({
        ...variable,
        mean_shift: variable.name === "market_rate" ? 0.01 : 0,
        volatility_multiplier: 1,
        effect:
          variable.name === "default_multiplier"
            ? "default_multiplier"
            : { factor: { base: 0.04, sensitivity: { base: null, default: 1, prepayment: 0 } } },
      })),
      correlation: [
        [1, -0.3, 0, 0],
        [-0.3, 1, -0.5, 0],
        [0, -0.5, 1, 0],
        [0, 0, 0, 1],
      ],
      paths: 1_000,
      seed: 42,
      percentiles: [5, 95],
      levels: [0.95],
      chosen_paths: [0],
    },
  } as unknown as SimulationDetail;

  test("can be asked again, with the pool as it was", () => {
    const again = requestOf(stored);
    expect(again.analysis.pool).toEqual({ pool_id: "pool", pool_version: 3 });
    expect(again.correlations).toEqual(draft.correlations);
    expect(again.scenario?.mean_shift).toEqual({ market_rate: 0.01 });
    expect(Object.keys(again.sensitivities)).not.toContain("default_multiplier");
  });

  test("opens in the editor with what differs from the usual", () => {
    const open = fromRequest(requestOf(stored));
    expect(open.sensitivities.market_rate).toEqual({ default: 1 });
    expect(open.modifiers.meanShift).toEqual({ market_rate: 0.01 });
  });

  test("shows its first paths while it runs, as many as are finished", () => {
    expect(pathsToShow(stored)).toBe(300);
    expect(pathsToShow({ paths: 1_000, progress: 0.05 })).toBe(0);
    expect(firstPaths(stored, 300)).toMatchObject({ paths: 300, chosen_paths: [], seed: 42 });
  });
});
