/** What a deal is run on: pools or lines, speeds, a scenario. Rates here are per cent points. */
import type { AssumptionsBody } from "../../api/types";
import type { CollateralBody, RunBody } from "../api/runs";
import type { Deal } from "../api/structure";
import { capitalOf } from "./capital";

/** A loan that stands for all of a pool. */
export interface Line {
  balance: number;
  wac: number;
  /** Annual, taken off the gross rate. */
  servicing: number;
  term: number;
  age: number;
  assetClass: string;
}

export interface PoolChoice {
  by: "line" | "pool";
  poolId: string | null;
  line: Line;
}

export type PrepayBy = "cpr" | "psa" | "abs";
export type DefaultBy = "cdr" | "sda";

export interface Speeds {
  prepayBy: PrepayBy;
  prepay: number;
  defaultBy: DefaultBy;
  default: number;
  severity: number;
  lag: number;
}

export interface RunState {
  pools: Record<string, PoolChoice>;
  speeds: Speeds;
  /** "base" or the name of a scenario of the server. */
  scenario: string;
  /** Per cent points, by index. */
  indices: Record<string, number>;
}

export interface SpeedLook {
  title: string;
  unit: string;
  max: number;
  step: number;
  digits: number;
}

export const PREPAY: Record<PrepayBy, SpeedLook> = {
  cpr: { title: "CPR", unit: "%", max: 60, step: 0.5, digits: 1 },
  psa: { title: "PSA", unit: "%", max: 800, step: 5, digits: 0 },
  abs: { title: "ABS", unit: "%", max: 3, step: 0.05, digits: 2 },
};
export const DEFAULTS: Record<DefaultBy, SpeedLook> = {
  cdr: { title: "CDR", unit: "%", max: 30, step: 0.1, digits: 1 },
  sda: { title: "SDA", unit: "%", max: 1_000, step: 10, digits: 0 },
};

export const BASE = "base";
const USUAL_INDEX = 4;

export const poolNames = (deal: Deal): string[] =>
  deal.pools === undefined || deal.pools.length === 0
    ? ["pool"]
    : deal.pools.map((pool) => pool.name);

/** The indices that coupons float on. */
export function indexNames(deal: Deal): string[] {
  const names = deal.bonds.flatMap((bond) =>
    bond.coupon?.type === "floating" ? [bond.coupon.index] : [],
  );
  return [...new Set(names)];
}

/** A run to begin with: lines that together are as large as the capital structure. */
export function usualRun(deal: Deal, kind: string): RunState {
  const names = poolNames(deal);
  const balance = capitalOf(deal).total / names.length;
  const auto = kind === "auto" || kind === "card" || kind === "abs";
  const line: Line = auto
    ? { balance, wac: 8, servicing: 0.5, term: 66, age: 4, assetClass: "auto_loan" }
    : { balance, wac: 7, servicing: 0.25, term: 357, age: 3, assetClass: "residential_mortgage" };
  return {
    pools: Object.fromEntries(
      names.map((name) => [name, { by: "line", poolId: null, line } satisfies PoolChoice]),
    ),
    speeds: auto
      ? { prepayBy: "abs", prepay: 1.3, defaultBy: "cdr", default: 2, severity: 50, lag: 3 }
      : { prepayBy: "psa", prepay: 150, defaultBy: "cdr", default: 0.5, severity: 35, lag: 12 },
    scenario: BASE,
    indices: Object.fromEntries(indexNames(deal).map((name) => [name, USUAL_INDEX])),
  };
}

/** The same choices for a deal whose pools or indices changed. */
export function fitted(state: RunState, deal: Deal, kind: string): RunState {
  const usual = usualRun(deal, kind);
  return {
    ...state,
    pools: Object.fromEntries(
      Object.entries(usual.pools).map(([name, choice]) => [name, state.pools[name] ?? choice]),
    ),
    indices: Object.fromEntries(
      Object.entries(usual.indices).map(([name, rate]) => [name, state.indices[name] ?? rate]),
    ),
  };
}

const share = (points: number) => Number((points / 100).toPrecision(12));

export function assumptionsOf(speeds: Speeds): AssumptionsBody {
  return {
    prepayment:
      speeds.prepayBy === "psa"
        ? { model: "psa", value: speeds.prepay }
        : { model: speeds.prepayBy, value: share(speeds.prepay) },
    default:
      speeds.defaultBy === "sda"
        ? { model: "sda", value: speeds.default }
        : { model: "cdr", value: share(speeds.default) },
    severity: { model: "constant", value: share(speeds.severity) },
    recovery_lag_months: speeds.lag,
  };
}

function collateralOf(name: string, choice: PoolChoice): CollateralBody {
  if (choice.by === "pool") {
    return { name, pool_id: choice.poolId ?? "" };
  }
  const { line } = choice;
  return {
    name,
    representative: {
      balance: line.balance,
      wac: share(line.wac),
      net_coupon: share(line.wac - line.servicing),
      term: line.term,
      age: line.age,
      asset_class: line.assetClass,
    },
  };
}

/** What the server is asked, without the structure. */
export function runBody(state: RunState, deal: Deal): RunBody {
  const indices = indexNames(deal).map(
    (name) => [name, share(state.indices[name] ?? USUAL_INDEX)] as const,
  );
  return {
    collateral: poolNames(deal).flatMap((name) => {
      const choice = state.pools[name];
      return choice === undefined ? [] : [collateralOf(name, choice)];
    }),
    assumptions: assumptionsOf(state.speeds),
    ...(state.scenario === BASE ? {} : { scenarios: [state.scenario] }),
    ...(indices.length > 0 ? { indices: Object.fromEntries(indices) } : {}),
  };
}

/** Why it cannot be asked yet; null when it can. */
export function missing(state: RunState, deal: Deal): string | null {
  for (const name of poolNames(deal)) {
    const choice = state.pools[name];
    if (choice?.by === "pool" && choice.poolId === null) {
      return `Choose a stored pool for ${name}.`;
    }
    if (choice?.by === "line" && !(choice.line.balance > 0)) {
      return `Give ${name} a balance above 0.`;
    }
    if (choice?.by === "line" && choice.line.age + choice.line.term > 600) {
      return `Term and age of ${name} are at most 600 months together.`;
    }
  }
  return null;
}

/** "150 PSA, 0.5 CDR, 35 % severity" */
export function speedWords(speeds: Speeds): string {
  const prepay = PREPAY[speeds.prepayBy];
  const fault = DEFAULTS[speeds.defaultBy];
  return `${speeds.prepay} ${prepay.title}, ${speeds.default} ${fault.title}, ${speeds.severity}\u202f% severity`;
}

const points = (value: number) => Number((value * 100).toPrecision(12));

/** The choices behind a request, such as the one that comes with a template. */
export function fromBody(body: RunBody, deal: Deal, kind: string): RunState {
  const usual = usualRun(deal, kind);
  const names = poolNames(deal);
  const pools = Object.fromEntries(
    names.map((name, index) => {
      const choice = usual.pools[name] as PoolChoice;
      const given = body.collateral.find((one) => one.name === name) ?? body.collateral[index];
      const loan = given?.representative;
      if (given?.pool_id) {
        return [name, { ...choice, by: "pool" as const, poolId: given.pool_id }];
      }
      return loan === undefined
        ? [name, choice]
        : [
            name,
            {
              ...choice,
              line: {
                balance: loan.balance,
                wac: points(loan.wac),
                servicing: points(loan.wac - (loan.net_coupon ?? loan.wac)),
                term: loan.term,
                age: loan.age ?? 0,
                assetClass: loan.asset_class ?? choice.line.assetClass,
              },
            },
          ];
    }),
  );
  const { prepayment, default: defaults, severity, recovery_lag_months } = body.assumptions ?? {};
  const speeds = { ...usual.speeds };
  if (prepayment?.model === "cpr" || prepayment?.model === "abs") {
    Object.assign(speeds, { prepayBy: prepayment.model, prepay: points(prepayment.value) });
  } else if (prepayment?.model === "psa") {
    Object.assign(speeds, { prepayBy: "psa", prepay: prepayment.value });
  }
  if (defaults?.model === "cdr") {
    Object.assign(speeds, { defaultBy: "cdr", default: points(defaults.value) });
  } else if (defaults?.model === "sda") {
    Object.assign(speeds, { defaultBy: "sda", default: defaults.value });
  }
  if (severity?.model === "constant") {
    speeds.severity = points(severity.value);
  }
  if (typeof recovery_lag_months === "number") {
    speeds.lag = recovery_lag_months;
  }
  const indices = Object.fromEntries(
    Object.entries(usual.indices).map(([name, rate]) => {
      const given = body.indices?.[name];
      return [name, typeof given === "number" ? points(given) : rate];
    }),
  );
  return { pools, speeds, scenario: BASE, indices };
}
