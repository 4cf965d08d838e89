/** What the editor of a simulation holds. */
import type { Correlations } from "./correlation";
import { followNames, isPossible, matrixOf } from "./correlation";
import { faultsOf, kindOf, type Variable } from "./distributions";
import { DIRECT, FACTORS, hasEffect, type Sensitivities } from "./drivers";

/** What a scenario changes of the variables, by name; what is absent stays. */
export interface Modifiers {
  meanShift: Record<string, number>;
  volatility: Record<string, number>;
}

export interface Draft {
  name: string;
  poolId: string | null;
  /** The run whose assumptions are the centre; null is the class defaults. */
  runId: string | null;
  variables: Variable[];
  correlations: Correlations;
  sensitivities: Sensitivities;
  modifiers: Modifiers;
  paths: number;
  seed: number;
  /** Of VaR and shortfall, per cent. */
  confidence: number;
}

export const MOST_PATHS = 100_000;
export const MOST_VARIABLES = 32;

const normal = (name: string, mean: number, standard_deviation: number): Variable => ({
  name,
  distribution: "normal",
  params: { mean, standard_deviation },
  outcomes: [],
  low: null,
  high: null,
});

/** The economy in a year: a start that can be run as it is. */
export const START: Draft = {
  name: "",
  poolId: null,
  runId: null,
  variables: [
    normal("market_rate", 0.045, 0.01),
    normal("unemployment_rate", 0.045, 0.012),
    normal("house_price_index_growth", 0.03, 0.05),
  ],
  correlations: {
    "house_price_index_growth:unemployment_rate": -0.5,
    "market_rate:unemployment_rate": -0.3,
  },
  sensitivities: {},
  modifiers: { meanShift: {}, volatility: {} },
  paths: 1_000,
  seed: 42,
  confidence: 95,
};

export const namesOf = (draft: Draft): string[] => draft.variables.map((one) => one.name);

/** Economic factors that are not used yet. */
export function freeNames(draft: Draft): string[] {
  const used = namesOf(draft);
  return FACTORS.filter((name) => !used.includes(name));
}

export function addVariable(draft: Draft): Draft {
  const used = namesOf(draft);
  let name = freeNames(draft)[0];
  for (let at = draft.variables.length + 1; name === undefined; at += 1) {
    name = used.includes(`variable_${at}`) ? undefined : `variable_${at}`;
  }
  return { ...draft, variables: [...draft.variables, normal(name, 0.03, 0.01)] };
}

type Named = Record<string, unknown>;

/** Entries of variables that no longer exist are dropped, those of a renamed one follow its name. */
function follow<Map extends Named>(map: Map, from: string, to: string | null): Map {
  const { [from]: moved, ...others } = map;
  return (to === null || moved === undefined ? others : { ...others, [to]: moved }) as Map;
}

function followAll(draft: Draft, variables: Variable[], from: string, to: string | null): Draft {
  const { meanShift, volatility } = draft.modifiers;
  return {
    ...draft,
    variables,
    sensitivities: follow(draft.sensitivities, from, to),
    modifiers: {
      meanShift: follow(meanShift, from, to),
      volatility: follow(volatility, from, to),
    },
    correlations: followNames(
      draft.correlations,
      variables.map((one) => one.name),
      to === null ? undefined : { from, to },
    ),
  };
}

export function removeVariable(draft: Draft, at: number): Draft {
  const variables = draft.variables.filter((_, index) => index !== at);
  return followAll(draft, variables, draft.variables[at]?.name ?? "", null);
}

/** Correlations, sensitivities and the scenario follow a new name. */
export function setVariable(draft: Draft, at: number, next: Variable): Draft {
  const before = draft.variables[at];
  if (before === undefined) {
    return draft;
  }
  const variables = draft.variables.map((one, index) => (index === at ? next : one));
  return before.name === next.name
    ? { ...draft, variables }
    : followAll(draft, variables, before.name, next.name);
}

/** Another distribution starts where the old one had its mean where it can. */
export function withDistribution(variable: Variable, id: Variable["distribution"]): Variable {
  const kind = kindOf(id);
  const outcomes =
    id === "discrete" && variable.outcomes.length === 0
      ? [
          { value: 0, weight: 1 },
          { value: 0.1, weight: 1 },
        ]
      : variable.outcomes;
  return { ...variable, distribution: id, params: { ...kind.start }, outcomes };
}

/** Every reason why the draft cannot run, in the order of the page. */
export function reasonsAgainst(draft: Draft): string[] {
  const reasons: string[] = [];
  if (draft.poolId === null) {
    reasons.push("Choose a pool");
  }
  if (draft.variables.length === 0) {
    reasons.push("Add a variable");
  }
  const names = namesOf(draft);
  draft.variables.forEach((variable, at) => {
    const others = names.filter((_, index) => index !== at);
    if (Object.keys(faultsOf(variable, others)).length > 0) {
      reasons.push(`Correct ${variable.name || `variable ${at + 1}`}`);
    } else if (!hasEffect(variable.name, draft.sensitivities)) {
      reasons.push(`Say what ${variable.name} moves, in the sensitivities`);
    }
  });
  if (!isPossible(matrixOf(names, draft.correlations))) {
    reasons.push("Repair the correlations");
  }
  return reasons;
}

/** Names to choose from: economic factors, then what moves a projection directly. */
export const KNOWN_NAMES = [...FACTORS, ...Object.keys(DIRECT)];

/** A scenario that changes nothing is not sent. */
export const isChanged = ({ meanShift, volatility }: Modifiers): boolean =>
  Object.values(meanShift).some((shift) => shift !== 0) ||
  Object.values(volatility).some((times) => times !== 1);
