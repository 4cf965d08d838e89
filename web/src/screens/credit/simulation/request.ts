/** From the editor to the request and back. */
import type { Terms } from "../api/types";
import { classAssumptions } from "../model/assumptions";
import { toRequest as analysisOf, fromTerms } from "../model/request";
import type { SimulationDetail, SimulationRequest, WireSensitivity, WireVariable } from "./api";
import { matrixOf, pairsOf } from "./correlation";
import { DISTRIBUTIONS, type DistributionId, kindOf, type Variable } from "./distributions";
import { type Draft, isChanged, namesOf, START } from "./draft";
import { rowOf, TARGETS } from "./drivers";

function toWire(variable: Variable): WireVariable {
  const { distribution, params, outcomes, low, high } = variable;
  const shape: Record<string, unknown> = {};
  if (distribution === "discrete") {
    const sorted = [...outcomes].sort((left, right) => left.value - right.value);
    const total = sorted.reduce((sum, one) => sum + one.weight, 0);
    shape.values = sorted.map((one) => one.value);
    shape.probabilities = sorted.map((one) => one.weight / total);
  } else {
    for (const kind of kindOf(distribution).params) {
      shape[kind.id] = params[kind.id];
    }
  }
  return {
    name: variable.name,
    distribution: { type: distribution, ...shape },
    ...(low === null && high === null ? {} : { clamp: { min: low, max: high } }),
  };
}

function fromWire(wire: WireVariable): Variable {
  const { type, ...shape } = wire.distribution;
  const known = DISTRIBUTIONS.find((one) => one.id === type)?.id ?? "normal";
  const list = (name: string): number[] => {
    const value = shape[name];
    return Array.isArray(value) ? value.map(Number) : [];
  };
  const weights = list("probabilities");
  return {
    name: wire.name,
    distribution: known as DistributionId,
    params: Object.fromEntries(
      kindOf(known).params.map(({ id }) => [id, Number(shape[id] ?? kindOf(known).start[id] ?? 0)]),
    ),
    outcomes: list("values").map((value, at) => ({ value, weight: weights[at] ?? 1 })),
    low: wire.clamp?.min ?? null,
    high: wire.clamp?.max ?? null,
  };
}

const CHOSEN = 5;
const PERCENTILES = [1, 5, 10, 25, 50, 75, 90, 95, 99];

/**
 * What the service is asked; `terms` are those of the run whose assumptions are the centre, without
 * one the class defaults from the cut-off date of the pool on.
 */
export function toRequest(
  draft: Draft,
  terms: Terms | null,
  cutOff: string | null,
): SimulationRequest {
  const names = namesOf(draft);
  return {
    name: draft.name.trim() || "Simulation",
    analysis: {
      ...analysisOf(terms === null ? classAssumptions(cutOff) : fromTerms(terms)),
      ...(draft.poolId === null ? {} : { pool: { pool_id: draft.poolId } }),
    },
    variables: draft.variables.map(toWire),
    correlations: pairsOf(names, matrixOf(names, draft.correlations)),
    sensitivities: draft.sensitivities,
    paths: draft.paths,
    seed: draft.seed,
    levels: [Number((draft.confidence / 100).toPrecision(12))],
    percentiles: PERCENTILES,
    chosen_paths: Array.from({ length: Math.min(CHOSEN, draft.paths) }, (_, path) => path),
    ...(isChanged(draft.modifiers)
      ? {
          scenario: {
            mean_shift: draft.modifiers.meanShift,
            volatility_multiplier: draft.modifiers.volatility,
          },
        }
      : {}),
  };
}

/** The request that a stored simulation was, with its pool as it was then. */
export function requestOf(one: SimulationDetail): SimulationRequest {
  const { plan } = one;
  const names = plan.variables.map((variable) => variable.name);
  const sensitivities: Record<string, WireSensitivity> = {};
  const meanShift: Record<string, number> = {};
  const volatility: Record<string, number> = {};
  for (const { name, effect, mean_shift, volatility_multiplier } of plan.variables) {
    if (typeof effect !== "string") {
      sensitivities[name] = effect.factor.sensitivity;
    }
    if (mean_shift !== 0) {
      meanShift[name] = mean_shift;
    }
    if (volatility_multiplier !== 1) {
      volatility[name] = volatility_multiplier;
    }
  }
  const scenario = { mean_shift: meanShift, volatility_multiplier: volatility };
  return {
    name: one.name,
    analysis: {
      ...analysisOf(fromTerms(plan.terms)),
      ...(one.pool_id === null
        ? {}
        : { pool: { pool_id: one.pool_id, pool_version: one.pool_version ?? undefined } }),
    },
    variables: plan.variables.map(({ name, distribution, clamp }) => ({
      name,
      distribution,
      clamp,
    })),
    correlations: pairsOf(names, plan.correlation),
    sensitivities,
    paths: plan.paths,
    seed: plan.seed,
    levels: plan.levels,
    percentiles: plan.percentiles,
    chosen_paths: plan.chosen_paths,
    ...(isChanged({ meanShift, volatility }) ? { scenario } : {}),
  };
}

/** The first paths alone: a path is the same in a small simulation and in a large one. */
export const firstPaths = (one: SimulationDetail, paths: number): SimulationRequest => ({
  ...requestOf(one),
  paths,
  chosen_paths: [],
});

const STAGES = [100, 300, 1_000, 3_000];

/** How many of the finished paths are shown while the others run; 0 is none yet. */
export const pathsToShow = (one: Pick<SimulationDetail, "paths" | "progress">): number =>
  STAGES.findLast((stage) => stage <= one.progress * one.paths) ?? 0;

/** The editor as it was for a request. */
export function fromRequest(request: SimulationRequest): Draft {
  const { scenario } = request;
  const said = Object.entries(request.sensitivities).flatMap(([name, row]) => {
    const figures = TARGETS.flatMap(({ id }) => (row[id] ? [[id, row[id]] as const] : []));
    const usual = rowOf(name, {});
    const same = TARGETS.every(({ id }) => (row[id] ?? 0) === (usual[id] ?? 0));
    return same ? [] : [[name, Object.fromEntries(figures)] as const];
  });
  return {
    ...START,
    name: request.name,
    poolId: request.analysis.pool?.pool_id ?? null,
    variables: request.variables.map(fromWire),
    correlations: request.correlations,
    sensitivities: Object.fromEntries(said),
    modifiers: {
      meanShift: scenario?.mean_shift ?? {},
      volatility: scenario?.volatility_multiplier ?? {},
    },
    paths: request.paths,
    seed: request.seed,
    confidence: Number((100 * (request.levels[0] ?? 0.95)).toPrecision(12)),
  };
}
