/** A run as charts and tables need it. */
import type { BondColumns, DealRun } from "../api/results";

export type Measure = "cash" | "principal" | "interest" | "balance";

export const MEASURES: Record<Measure, string> = {
  cash: "All cash",
  principal: "Principal",
  interest: "Interest",
  balance: "Balance",
};

/** Cash to a bond on one date: interest, principal, and what equity gets beyond. */
export const cashAt = (bond: BondColumns, at: number): number =>
  (bond.interest_paid[at] ?? 0) + (bond.principal[at] ?? 0) + (bond.residual[at] ?? 0);

export function valuesOf(bond: BondColumns, measure: Measure): number[] {
  switch (measure) {
    case "cash":
      return bond.balance.map((_, at) => cashAt(bond, at));
    case "principal":
      return bond.principal;
    case "interest":
      return bond.interest_paid;
    case "balance":
      return bond.balance;
  }
}

const MOST_SERIES = 5;

export interface BondSeries {
  id: string;
  title: string;
  values: number[];
  /** Position of the bond; null for several together. */
  index: number | null;
}

/** One series a bond; from the sixth on they are summed. */
export function seriesOf(run: DealRun, measure: Measure): BondSeries[] {
  const all = run.bonds.map((bond, index) => ({
    id: bond.name,
    title: bond.name,
    values: valuesOf(bond, measure),
    index,
  }));
  if (all.length <= MOST_SERIES + 1) {
    return all;
  }
  const rest = all.slice(MOST_SERIES);
  return [
    ...all.slice(0, MOST_SERIES),
    {
      id: "\u0000rest",
      title: `${rest.length} others`,
      values: run.dates.map((_, at) => rest.reduce((sum, one) => sum + (one.values[at] ?? 0), 0)),
      index: null,
    },
  ];
}

/** The colour of a bond, the same in every chart. */
export const bondColor = (index: number | null): string =>
  index === null || index > MOST_SERIES ? "var(--cat-other)" : `var(--cat-${index + 1})`;

export interface BondRow {
  at: number;
  date: string;
  begin: number;
  rate: number;
  due: number;
  interest: number;
  overdue: number;
  principal: number;
  writeDown: number;
  residual: number;
  balance: number;
  factor: number;
}

export function bondRows(run: DealRun, name: string): BondRow[] {
  const bond = run.bonds.find((one) => one.name === name);
  if (bond === undefined) {
    return [];
  }
  return run.dates.map((date, at) => ({
    at,
    date,
    begin: bond.begin[at] ?? 0,
    rate: bond.rate[at] ?? 0,
    due: bond.interest_due[at] ?? 0,
    interest: bond.interest_paid[at] ?? 0,
    overdue: bond.interest_overdue[at] ?? 0,
    principal: bond.principal[at] ?? 0,
    writeDown: bond.write_down[at] ?? 0,
    residual: bond.residual[at] ?? 0,
    balance: bond.balance[at] ?? 0,
    factor: bond.factor[at] ?? 0,
  }));
}

export interface PaymentRow {
  at: number;
  date: string;
  /** By position of the bond. */
  cash: number[];
  total: number;
}

/** Cash to every bond by date: the grid whose cells are explained. */
export function paymentRows(run: DealRun, measure: Measure): PaymentRow[] {
  const columns = run.bonds.map((bond) => valuesOf(bond, measure));
  return run.dates.map((date, at) => {
    const cash = columns.map((column) => column[at] ?? 0);
    return { at, date, cash, total: cash.reduce((sum, one) => sum + one, 0) };
  });
}

export interface FactorRow {
  at: number;
  date: string;
  /** Per cent of the original balance, by position of the bond; null without one. */
  factors: (number | null)[];
}

/** Decrement table: what is left of each class at closing, then once a year, then at the end. */
export function factorRows(run: DealRun, every: "year" | "date"): FactorRow[] {
  const row = (at: number): FactorRow => ({
    at,
    date: run.dates[at] ?? "",
    factors: run.bonds.map((bond) =>
      bond.original_balance > 0 && bond.kind !== "interest_only"
        ? 100 * (bond.factor[at] ?? 0)
        : null,
    ),
  });
  const rows = run.dates.map((_, at) => row(at));
  if (every === "date") {
    return rows;
  }
  const month = run.dates[0]?.slice(5, 7);
  const kept = rows.filter((one) => one.date.slice(5, 7) === month || one.at === rows.length - 1);
  const last = kept.findIndex((one) => one.factors.every((factor) => (factor ?? 0) <= 0));
  return last < 0 ? kept : kept.slice(0, last + 1);
}

export interface TriggerRow {
  at: number;
  date: string;
  value: number | null;
  threshold: number | null;
  headroom: number | null;
  breached: boolean;
  active: boolean;
}

export interface TriggerView {
  name: string;
  rows: TriggerRow[];
  /** The first date on which it was breached. */
  first: string | null;
  /** The date with the least room, and the room. */
  tightest: { date: string; headroom: number } | null;
}

export function triggerViews(run: DealRun): TriggerView[] {
  return run.triggers.map((trigger) => {
    const rows = run.dates.map((date, at) => ({
      at,
      date,
      value: trigger.value[at] ?? null,
      threshold: trigger.threshold[at] ?? null,
      headroom: trigger.headroom[at] ?? null,
      breached: trigger.breached[at] ?? false,
      active: trigger.active[at] ?? false,
    }));
    const tight = rows.reduce<TriggerRow | null>(
      (best, row) =>
        row.headroom !== null && (best?.headroom == null || row.headroom < best.headroom)
          ? row
          : best,
      null,
    );
    return {
      name: trigger.name,
      rows,
      first: rows.find((row) => row.breached)?.date ?? null,
      tightest:
        tight === null || tight.headroom === null
          ? null
          : { date: tight.date, headroom: tight.headroom },
    };
  });
}

/** Stretches of one state, for a timeline: from and to are positions, both inside. */
export function stretches<State>(
  states: readonly State[],
): { state: State; from: number; to: number }[] {
  const found: { state: State; from: number; to: number }[] = [];
  states.forEach((state, at) => {
    const last = found.at(-1);
    if (last !== undefined && last.state === state) {
      last.to = at;
    } else {
      found.push({ state, from: at, to: at });
    }
  });
  return found;
}

/** Where the last payment is: later dates have nothing to show. */
export function lastPaid(run: DealRun): number {
  const paid = run.dates.map((_, at) => run.bonds.some((bond) => cashAt(bond, at) > 0.005));
  const last = paid.lastIndexOf(true);
  return last < 0 ? run.dates.length - 1 : last;
}

const pad = (value: string) => Number(value);

/** The position of the first date of each n-th year, for an axis. */
export function yearTicks(
  dates: readonly string[],
  low: number,
  high: number,
  wanted: number,
): number[] {
  const starts = dates.flatMap((date, at) =>
    at >= low && at <= high && (at === 0 || dates[at - 1]?.slice(0, 4) !== date.slice(0, 4))
      ? [at]
      : [],
  );
  const every = Math.max(1, Math.ceil(starts.length / Math.max(1, wanted)));
  const phase = starts[0] === undefined ? 0 : pad((dates[starts[0]] ?? "0").slice(0, 4)) % every;
  const kept = starts.filter((at) => pad((dates[at] ?? "0").slice(0, 4)) % every === phase);
  return kept.length > 0 ? kept : starts.slice(0, 1);
}

const TOWERS = 2.5;

/**
 * A call repays everything at once and would flatten all other payments: its payment, and the
 * largest of the rest. Null while the axis can hold both.
 */
export function callPeak(
  run: DealRun,
  series: readonly BondSeries[],
): { value: number; rest: number } | null {
  const totals = run.dates.map((_, at) =>
    series.reduce((sum, one) => sum + (one.values[at] ?? 0), 0),
  );
  const called = new Set(run.calls.map((call) => call.date));
  const largest = (wanted: boolean) =>
    Math.max(0, ...totals.filter((_, at) => called.has(run.dates[at] ?? "") === wanted));
  const value = largest(true);
  const rest = largest(false);
  return rest > 0 && value > TOWERS * rest ? { value, rest } : null;
}
