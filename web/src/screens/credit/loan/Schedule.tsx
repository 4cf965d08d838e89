import { useDeferredValue, useMemo } from "react";
import { useCrosshair } from "@/charts/crosshair";
import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton } from "@/table/FilterBar";
import { Segmented } from "@/ui/Segmented";
import { Empty } from "@/ui/States";
import { useSearchState } from "../../search";
import type { Flows } from "../api/types";
import { type FlowRow, rowsOf, type Step, totalsOf } from "../model/flows";
import styles from "./Loan.module.css";

/** Every payment, or every year. */
export function Schedule({ flows }: { flows: Flows }) {
  const [search, change] = useSearchState();
  const step: Step = search.step === "year" ? "year" : "month";
  const cross = useCrosshair();
  const at = useDeferredValue(cross.x);
  const rows = useMemo(() => rowsOf(flows, step), [flows, step]);
  const columns = useMemo((): Column<FlowRow>[] => {
    const totals = totalsOf(rows);
    const amount = (
      id: keyof FlowRow & string,
      head: string,
      sum?: keyof typeof totals,
    ): Column<FlowRow> => ({
      id,
      head,
      value: (row) => row[id] as number,
      cell: (row) => {
        const text = formatNumber(row[id] as number, 2);
        return /[1-9]/.test(text) ? text : <span className={styles.dim}>{text}</span>;
      },
      align: "right",
      width: 100,
      grow: true,
      sortable: false,
      phone:
        id === "endBalance" ? "figure" : id === "interest" || id === "scheduled" ? "note" : "hide",
      total: sum === undefined ? undefined : formatNumber(totals[sum], 2),
    });
    return [
      {
        id: "period",
        head: step === "year" ? "Year" : "Payment",
        value: (row) => row.period,
        cell: (row) => <span className={styles.dim}>{row.period}</span>,
        width: 80,
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
        width: 104,
        frozen: true,
        sortable: false,
        phone: "title",
      },
      amount("beginBalance", "Opening"),
      amount("interest", "Interest", "interest"),
      amount("scheduled", "Principal", "scheduled"),
      amount("prepayment", "Prepayment", "prepayment"),
      amount("default", "Default", "default"),
      amount("recovery", "Recovery", "recovery"),
      amount("loss", "Loss", "loss"),
      amount("endBalance", "Closing"),
    ];
  }, [rows, step]);
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <Segmented<Step>
          label="Step of the schedule"
          options={[
            { value: "month", text: "Every payment" },
            { value: "year", text: "By year" },
          ]}
          value={step}
          onChange={(next) => change({ step: next === "year" ? next : undefined })}
        />
        <span className={styles.unit}>USD</span>
        <ExportButton columns={columns} rows={rows} fileName="loan-schedule" />
      </div>
      <DataTable
        label="Schedule"
        dense
        fill
        columns={columns}
        rows={rows}
        rowId={(row) => String(row.period)}
        sort={[]}
        markedId={step === "month" && at !== null ? String(Math.round(at) + 1) : null}
        onMark={(row) => cross.setX(step === "month" && row !== null ? row.period - 1 : null)}
        empty={<Empty title="No payment" />}
      />
    </div>
  );
}
