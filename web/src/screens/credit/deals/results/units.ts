import { type AmountUnit, amountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import type { Deal } from "../api/structure";

/** One unit for all amounts of a run, by the size of the capital structure. */
export function runUnit(run: DealRun, deal: Deal): AmountUnit {
  const size = run.bonds
    .filter((bond) => bond.kind !== "interest_only")
    .reduce((sum, bond) => sum + bond.original_balance, 0);
  return amountUnit(size, deal.currency ?? "USD");
}
