import { Empty } from "@/ui/States";
import type { AmountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import { ColumnsTable, type ShownColumn } from "./ColumnsTable";

/** Fees by date: due, paid, still owed. */
export function FeesTab({ run, unit }: { run: DealRun; unit: AmountUnit }) {
  if (run.fees.length === 0) {
    return <Empty title="No fee">What the deal costs stands here. Add a fee under Build.</Empty>;
  }
  const columns = run.fees.flatMap((fee): ShownColumn[] => [
    { head: `${fee.name}, due`, values: fee.due },
    { head: "paid", values: fee.paid },
    { head: "owed", values: fee.overdue },
  ]);
  return <ColumnsTable label="Fees" run={run} columns={columns} unit={unit} fileName="fees" sums />;
}
