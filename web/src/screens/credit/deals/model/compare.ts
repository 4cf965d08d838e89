/** Two runs side by side: the same dates, the same bonds. */
import type { BondSummary, DealRun } from "../api/results";
import { cashAt } from "./results";

export interface ComparedRow {
  name: string;
  wal: Pair;
  interest: Pair;
  principal: Pair;
  cash: Pair;
  writtenDown: Pair;
  shortfall: Pair;
}

export interface Pair {
  now: number | null;
  before: number | null;
  /** Now less before. */
  change: number | null;
}

const pair = (now: number | null | undefined, before: number | null | undefined): Pair => ({
  now: now ?? null,
  before: before ?? null,
  change: now == null || before == null ? null : now - before,
});

/** Bonds of both runs by name, those of the shown run first. */
export function comparedRows(now: DealRun, before: DealRun): ComparedRow[] {
  const names = [...new Set([...now.bonds, ...before.bonds].map((bond) => bond.name))];
  return names.map((name) => {
    const one = summaryOf(now, name);
    const other = summaryOf(before, name);
    const pick = (field: (summary: BondSummary) => number | null) =>
      pair(one && field(one), other && field(other));
    return {
      name,
      wal: pick((summary) => summary.wal),
      interest: pick((summary) => summary.total_interest),
      principal: pick((summary) => summary.total_principal),
      cash: pick((summary) => summary.total_interest + summary.total_principal + summary.residual),
      writtenDown: pick((summary) => summary.written_down),
      shortfall: pick((summary) => summary.shortfall),
    };
  });
}

const summaryOf = (run: DealRun, name: string) =>
  run.summary.bonds.find((bond) => bond.name === name) ?? null;

/** The cash of another run to all bonds, on the dates of the shown one; null where it has none. */
export function referenceCash(now: DealRun, before: DealRun): (number | null)[] {
  const places = new Map(before.dates.map((date, at) => [date, at]));
  return now.dates.map((date) => {
    const at = places.get(date);
    return at === undefined ? null : before.bonds.reduce((sum, bond) => sum + cashAt(bond, at), 0);
  });
}

/** The balance of all bonds of another run on the dates of the shown one. */
export function referenceBalance(now: DealRun, before: DealRun): (number | null)[] {
  const places = new Map(before.dates.map((date, at) => [date, at]));
  return now.dates.map((date) => {
    const at = places.get(date);
    return at === undefined
      ? null
      : before.bonds.reduce((sum, bond) => sum + (bond.balance[at] ?? 0), 0);
  });
}
