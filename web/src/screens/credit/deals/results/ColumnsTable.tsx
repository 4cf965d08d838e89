import { useMemo } from "react";
import { formatDate } from "@/format/time";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton } from "@/table/FilterBar";
import type { AmountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import styles from "./Results.module.css";

export interface ShownColumn {
  head: string;
  values: readonly (number | null)[];
  /** Not an amount: how to show it. */
  format?: (value: number) => string;
}

interface Row {
  at: number;
  date: string;
}

/** Vectors of a run side by side, one row a payment date. */
export function ColumnsTable({
  label,
  run,
  columns: shown,
  unit,
  fileName,
  sums,
  children,
}: {
  label: string;
  run: DealRun;
  columns: readonly ShownColumn[];
  unit: AmountUnit;
  fileName: string;
  /** With a row of totals. */
  sums?: boolean;
  children?: React.ReactNode;
}) {
  const rows = useMemo((): Row[] => run.dates.map((date, at) => ({ at, date })), [run]);
  const columns: Column<Row>[] = [
    {
      id: "date",
      head: "Date",
      value: (row) => row.date,
      cell: (row) => formatDate(row.date),
      width: 100,
      frozen: true,
      sortable: false,
      phone: "title",
      total: sums ? "Total" : undefined,
    },
    ...shown.map((column, index): Column<Row> => {
      const format = column.format ?? unit.format;
      const total = column.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
      return {
        id: String(index),
        head: column.head,
        value: (row) => column.values[row.at] ?? null,
        cell: (row) => {
          const value = column.values[row.at];
          if (value === null || value === undefined) {
            return null;
          }
          const text = format(value);
          return /[1-9]/.test(text) ? text : <span className={styles.dim}>{text}</span>;
        },
        align: "right",
        width: Math.max(84, 14 + column.head.length * 7),
        grow: true,
        sortable: false,
        phone: index === 0 ? "figure" : index < 4 ? "note" : "hide",
        total: sums && column.format === undefined ? unit.format(total) : undefined,
      };
    }),
  ];
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        {children}
        <ExportButton columns={columns} rows={rows} fileName={fileName} />
      </div>
      <DataTable
        label={label}
        dense
        fill
        columns={columns}
        rows={rows}
        rowId={(row) => String(row.at)}
        sort={[]}
      />
    </div>
  );
}
