import { describe, expect, test } from "vitest";
import type { Run } from "../api/types";
import type { SavedScenario, StressScenario } from "./api";
import {
  countOf,
  grouped,
  namesFromText,
  namesToText,
  requestOf,
  runName,
  usableRuns,
  usualNames,
} from "./choice";

const scenario = (name: string): StressScenario => ({
  name,
  title: name,
  description: "",
  market_factors: {},
  speeds: {},
});
const scenarios = [
  scenario("base"),
  scenario("credit_crisis"),
  scenario("housing_bust"),
  scenario("crisis_2008"),
  scenario("auto_loan.rising_rates"),
  scenario("Deep"),
];
const usual = usualNames(scenarios);

test("the predefined scenarios are chosen at first, without the base", () => {
  expect(usual).toEqual(["credit_crisis", "housing_bust"]);
});

describe("the address", () => {
  test("says nothing about the usual choice", () => {
    expect(namesToText(["housing_bust", "credit_crisis"], usual)).toBeUndefined();
    expect(namesFromText(undefined, usual)).toEqual(usual);
  });

  test("keeps another choice and none", () => {
    expect(namesFromText(namesToText(["crisis_2008"], usual), usual)).toEqual(["crisis_2008"]);
    expect(namesFromText(namesToText([], usual), usual)).toEqual([]);
  });
});

describe("the request", () => {
  const saved = [
    {
      id: "s1",
      name: "Deep",
      description: "From the committee",
      kind: "stress",
      market_factors: { default_multiplier: 4 },
      version: 1,
      updated_at: "",
    },
  ] satisfies SavedScenario[];
  const request = requestOf({
    names: ["base", "credit_crisis", "Deep", "gone"],
    own: [{ name: "Mine", factors: { spread_widening: 0.01 } }],
    saved,
    scenarios,
    terms: null,
    cutOff: "2026-01-31",
  });

  test("asks for known names only; the base is always there", () => {
    expect(request.scenario_names).toEqual(["credit_crisis", "Deep"]);
  });

  test("sends own scenarios with their factors", () => {
    expect(request.custom_scenarios).toEqual({
      Mine: { name: "Mine", market_factors: { spread_widening: 0.01 } },
    });
    expect(countOf(request)).toBe(3);
  });

  test("starts where the workbench starts, so that the base is the same", () => {
    expect(request.request.analysis_date).toBe("2026-01-31");
    expect(request.request.assumptions).toBeUndefined();
  });

  test("asks for columns of cash flows, so that an answer stays small", () => {
    expect(request.request.cashflow_format).toBe("columns");
  });
});

test("a run is named after its scenarios", () => {
  expect(runName(["Credit crisis"])).toBe("Credit crisis");
  expect(runName(["Credit crisis", "Housing bust"])).toBe("Credit crisis, Housing bust");
  expect(runName(["A", "B", "C"])).toBe("A and 2 others");
});

test("scenarios are grouped by where they come from; saved ones stand elsewhere", () => {
  const saved = [{ name: "Deep" }] as SavedScenario[];
  expect(grouped(scenarios, saved).map(([group, members]) => `${group} ${members.length}`)).toEqual(
    ["predefined 2", "historical 1", "auto_loan 1"],
  );
});

test("only finished runs lend their assumptions", () => {
  const runs = [{ state: "succeeded" }, { state: "failed" }, { state: "running" }] as Run[];
  expect(usableRuns(runs)).toHaveLength(1);
});
