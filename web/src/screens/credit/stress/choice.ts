/** Which scenarios a run asks for, and its request. */

import { counted } from "@/format/numbers";
import type { Run, Terms } from "../api/types";
import { classAssumptions } from "../model/assumptions";
import { fromTerms, toRequest } from "../model/request";
import type { SavedScenario, StressRequest, StressScenario } from "./api";
import { type OwnScenario, titleOf } from "./factors";
import { BASE } from "./matrix";

const PREDEFINED = new Set([
  BASE,
  "rate_shock_up",
  "rate_shock_down",
  "credit_crisis",
  "liquidity_crisis",
  "housing_boom",
  "housing_bust",
]);

/** "predefined", "historical", or the class in front of the name: "auto_loan.rising_rates". */
export function groupOf(name: string): string {
  const dot = name.indexOf(".");
  return dot > 0 ? name.slice(0, dot) : PREDEFINED.has(name) ? "predefined" : "historical";
}

/** The scenarios of the engine by group, in their order; the base is always run and not listed. */
export function grouped(
  scenarios: readonly StressScenario[],
  saved: readonly SavedScenario[],
): [string, StressScenario[]][] {
  const mine = new Set(saved.map((one) => one.name));
  const groups = new Map<string, StressScenario[]>();
  for (const one of scenarios) {
    if (one.name !== BASE && !mine.has(one.name)) {
      const group = groupOf(one.name);
      groups.set(group, [...(groups.get(group) ?? []), one]);
    }
  }
  return [...groups];
}

/** Chosen when nobody has chosen: the predefined ones. */
export const usualNames = (scenarios: readonly StressScenario[]): string[] =>
  scenarios
    .map((one) => one.name)
    .filter((name) => name !== BASE && groupOf(name) === "predefined");

/** The names in the address: "a~b"; "-" is none, absent is the usual choice. */
export function namesFromText(text: string | undefined, usual: readonly string[]): string[] {
  if (text === undefined) {
    return [...usual];
  }
  return text === "-" ? [] : text.split("~").filter((name) => name !== "");
}

export function namesToText(
  names: readonly string[],
  usual: readonly string[],
): string | undefined {
  if (names.length === usual.length && usual.every((name) => names.includes(name))) {
    return undefined;
  }
  return names.length === 0 ? "-" : names.join("~");
}

export interface Choice {
  names: readonly string[];
  own: readonly OwnScenario[];
  saved: readonly SavedScenario[];
  scenarios: readonly StressScenario[];
  /** The terms of a run, or the class defaults. */
  terms: Terms | null;
  /** Of the pool: where class defaults start. */
  cutOff: string | null;
}

/** What is chosen and still exists. Saved scenarios go by name; the run keeps their factors. */
export function requestOf({ names, own, saved, scenarios, terms, cutOff }: Choice): StressRequest {
  const known = new Set([...scenarios, ...saved].map((one) => one.name));
  const { pool: _pool, ...request } = toRequest(
    terms === null ? classAssumptions(cutOff) : fromTerms(terms),
  );
  const chosen = names.filter((name) => name !== BASE && known.has(name));
  const titles = chosen.map(
    (name) => scenarios.find((one) => one.name === name)?.title || titleOf(name),
  );
  return {
    request: {
      ...request,
      scenario_name: runName([...titles, ...own.map((one) => one.name)]),
      cashflow_format: "columns",
    },
    scenario_names: chosen,
    custom_scenarios: Object.fromEntries(
      own.map((one) => [one.name, { name: one.name, market_factors: one.factors }]),
    ),
    include_cashflows: true,
  };
}

const MOST_NAMED = 2;

/** "Credit crisis, Housing bust"; more than two are counted. */
export const runName = (titles: readonly string[]): string =>
  titles.length <= MOST_NAMED
    ? titles.join(", ")
    : `${titles[0]} and ${counted(titles.length - 1, "other")}`;

export const countOf = (request: StressRequest): number =>
  request.scenario_names.length + Object.keys(request.custom_scenarios).length;

/** Finished runs of the pool, whose assumptions a stress run can take over. */
export const usableRuns = (runs: readonly Run[]): Run[] =>
  runs.filter((run) => run.state === "succeeded");
