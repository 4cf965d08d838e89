import { memo, useDeferredValue, useMemo } from "react";
import { useCrosshair } from "@/charts/crosshair";
import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Empty } from "@/ui/States";
import { type FlowRow, type Step, type Summed, totalsOf } from "../model/flows";
import type { AmountUnit } from "../model/units";
import { usePhoneNotes } from "../shared/phoneNotes";
import styles from "./Workbench.module.css";

const PHONE_NOTES = new Set<string>(["prepayment", "interest", "loss"]);

/** The columns of the grid; the export has the full figures with the unit in the head. */
export function flowColumns(
  rows: readonly FlowRow[],
  unit: AmountUnit,
  step: Step,
): Column<FlowRow>[] {
  const totals = totalsOf(rows);
  const amount = (
    id: keyof FlowRow & string,
    head: string,
    width: number,
    sum?: Summed,
  ): Column<FlowRow> => ({
    id,
    head,
    value: (row) => row[id] as number,
    cell: (row) => figure(row[id] as number, unit),
    align: "right",
    width,
    grow: true,
    sortable: false,
    phone: id === "endBalance" ? "figure" : PHONE_NOTES.has(id) ? "note" : "hide",
    total: sum === undefined ? undefined : unit.format(totals[sum], 1),
  });
  const speed = (id: "cpr" | "cdr", head: string): Column<FlowRow> => ({
    id,
    head,
    value: (row) => 100 * row[id],
    cell: (row) => formatNumber(100 * row[id], 2),
    align: "right",
    width: 60,
    sortable: false,
    phone: "hide",
  });
  return [
    {
      id: "period",
      head: step === "year" ? "Year" : "Period",
      value: (row) => row.period,
      cell: (row) => <span className={styles.dim}>{row.period}</span>,
      width: 52,
      frozen: true,
      sortable: false,
      total: "Total",
      phone: "hide",
    },
    {
      id: "date",
      head: "Date",
      value: (row) => row.date,
      cell: (row) => formatDate(row.date),
      width: 96,
      frozen: true,
      sortable: false,
      phone: "title",
    },
    amount("beginBalance", "Opening", 84),
    amount("scheduled", "Scheduled", 72, "scheduled"),
    amount("prepayment", "Prepayment", 82, "prepayment"),
    amount("interest", "Interest", 64, "interest"),
    amount("default", "Default", 62, "default"),
    amount("recovery", "Recovery", 68, "recovery"),
    amount("loss", "Loss", 56, "loss"),
    { ...amount("fee", "Servicing fee", 92, "fee"), hidden: true },
    amount("endBalance", "Closing", 84),
    speed("cpr", "CPR, %"),
    speed("cdr", "CDR, %"),
  ];
}

/** The same columns with full figures for a file: no rounding, the currency in the head. */
export function exportColumns(columns: readonly Column<FlowRow>[], unit: AmountUnit) {
  const plain = new Set(["period", "date", "cpr", "cdr"]);
  const whole: Record<string, string> = { Opening: "Opening balance", Closing: "Closing balance" };
  return columns.map((column) =>
    plain.has(column.id)
      ? column
      : { ...column, head: `${whole[column.head] ?? column.head}, ${unit.currency}` },
  );
}

function figure(value: number, unit: AmountUnit) {
  const text = unit.format(value);
  return /[1-9]/.test(text) ? text : <span className={styles.dim}>{text}</span>;
}

/** Every period; the row under the cross-hair of the chart is marked, and the other way round. */
export const CashflowGrid = memo(function CashflowGrid({
  rows,
  unit,
  step,
}: {
  rows: readonly FlowRow[];
  unit: AmountUnit;
  step: Step;
}) {
  const cross = useCrosshair();
  const at = useDeferredValue(cross.x);
  const columns = usePhoneNotes(useMemo(() => flowColumns(rows, unit, step), [rows, unit, step]));
  return (
    <DataTable
      label="Cash flows"
      name="credit.flows"
      dense
      fill
      columns={columns}
      rows={rows}
      rowId={(row) => String(row.period)}
      sort={[]}
      markedId={at === null ? null : String(at)}
      onMark={(row) => cross.setX(row?.period ?? null)}
      onCursor={(row) => cross.setX(row.period)}
      empty={<Empty title="No cash flow">The pool holds no performing loan.</Empty>}
    />
  );
});
