import { describe, expect, test } from "vitest";
import {
  addVariable,
  type Draft,
  isChanged,
  namesOf,
  reasonsAgainst,
  removeVariable,
  START,
  setVariable,
  withDistribution,
} from "./draft";

const ready: Draft = { ...START, poolId: "pool" };

test("the start can be run as soon as a pool is chosen", () => {
  expect(reasonsAgainst(START)).toEqual(["Choose a pool"]);
  expect(reasonsAgainst(ready)).toEqual([]);
});

describe("variables", () => {
  test("a new one is an economic factor that is free, else a made one", () => {
    expect(namesOf(addVariable(ready))[3]).toBe("inflation_rate");
    const full = addVariable(addVariable(addVariable(ready)));
    expect(namesOf(full)[5]).toBe("variable_6");
    expect(reasonsAgainst(full)).toEqual(["Say what variable_6 moves, in the sensitivities"]);
  });

  test("one that is gone takes its correlations and sensitivities along", () => {
    const left = removeVariable(
      { ...ready, sensitivities: { unemployment_rate: { default: 2 } } },
      1,
    );
    expect(left.correlations).toEqual({});
    expect(left.sensitivities).toEqual({});
  });

  test("correlations and sensitivities follow a new name", () => {
    const [first] = ready.variables;
    const before = {
      ...ready,
      sensitivities: { market_rate: { prepayment: -5 } },
      modifiers: { meanShift: { market_rate: 0.01 }, volatility: {} },
    };
    const draft = setVariable(before, 0, {
      ...(first as (typeof ready.variables)[0]),
      name: "short_rate",
    });
    expect(draft.modifiers.meanShift).toEqual({ short_rate: 0.01 });
    expect(draft.sensitivities).toEqual({ short_rate: { prepayment: -5 } });
    expect(draft.correlations["short_rate:unemployment_rate"]).toBe(-0.3);
  });

  test("another distribution brings parameters that are right", () => {
    const [first] = ready.variables;
    const discrete = withDistribution(first as (typeof ready.variables)[0], "discrete");
    expect(discrete.outcomes).toHaveLength(2);
    expect(reasonsAgainst({ ...ready, variables: [discrete], correlations: {} })).toEqual([]);
  });
});

test("a scenario without effect is none", () => {
  expect(isChanged({ meanShift: { a: 0 }, volatility: { a: 1 } })).toBe(false);
  expect(isChanged({ meanShift: {}, volatility: { a: 2 } })).toBe(true);
});

test("every reason is told", () => {
  const [first] = ready.variables;
  const broken: Draft = {
    ...ready,
    variables: [
      { ...(first as (typeof ready.variables)[0]), params: { mean: 0, standard_deviation: -1 } },
      ...ready.variables.slice(1),
    ],
    correlations: {
      "market_rate:unemployment_rate": 0.9,
      "house_price_index_growth:unemployment_rate": 0.9,
      "house_price_index_growth:market_rate": -0.9,
    },
  };
  expect(reasonsAgainst(broken)).toEqual(["Correct market_rate", "Repair the correlations"]);
  expect(reasonsAgainst({ ...ready, variables: [] })).toEqual(["Add a variable"]);
});
