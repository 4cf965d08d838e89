/** Runs as tables for files. */
import type { DealRun } from "../api/results";

/** Every bond on every date, one row each, full figures. */
export function bondTable(run: DealRun): (string | number)[][] {
  const head = [
    "bond",
    "date",
    "begin_balance",
    "rate",
    "interest_due",
    "interest_paid",
    "interest_overdue",
    "principal",
    "write_down",
    "residual",
    "balance",
    "factor",
  ];
  const rows = run.bonds.flatMap((bond) =>
    run.dates.map((date, at) => [
      bond.name,
      date,
      bond.begin[at] ?? 0,
      bond.rate[at] ?? 0,
      bond.interest_due[at] ?? 0,
      bond.interest_paid[at] ?? 0,
      bond.interest_overdue[at] ?? 0,
      bond.principal[at] ?? 0,
      bond.write_down[at] ?? 0,
      bond.residual[at] ?? 0,
      bond.balance[at] ?? 0,
      bond.factor[at] ?? 0,
    ]),
  );
  return [head, ...rows];
}
