import { useMemo, useState } from "react";
import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton } from "@/table/FilterBar";
import { Segmented } from "@/ui/Segmented";
import { Empty } from "@/ui/States";
import type { DealRun } from "../api/results";
import { type FactorRow, factorRows } from "../model/results";
import styles from "./Results.module.css";

/** Per cent of the original balance that is left, by date: the decrement table. */
export function FactorsTab({ run }: { run: DealRun }) {
  const [every, setEvery] = useState<"year" | "date">("year");
  const rows = useMemo(() => factorRows(run, every), [run, every]);
  const columns = useMemo(
    (): Column<FactorRow>[] => [
      {
        id: "date",
        head: "Date",
        value: (row) => row.date,
        cell: (row) => formatDate(row.date),
        width: 110,
        frozen: true,
        sortable: false,
        phone: "title",
      },
      ...run.bonds.map(
        (bond, index): Column<FactorRow> => ({
          id: `bond-${bond.name}`,
          head: `${bond.name}, %`,
          value: (row) => row.factors[index] ?? null,
          cell: (row) => {
            const factor = row.factors[index];
            return factor === null || factor === undefined ? null : formatNumber(factor, 2);
          },
          align: "right",
          width: 84,
          grow: true,
          sortable: false,
          phone: index === 0 ? "figure" : "note",
        }),
      ),
    ],
    [run],
  );
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <Segmented
          label="Dates of the table"
          options={[
            { value: "year", text: "Once a year" },
            { value: "date", text: "Every date" },
          ]}
          value={every}
          onChange={setEvery}
        />
        <span className={styles.unit}>Per cent of the original balance after the payment</span>
        <ExportButton columns={columns} rows={rows} fileName="decrement" />
      </div>
      <DataTable
        label="Decrement table"
        dense
        fill
        columns={columns}
        rows={rows}
        rowId={(row) => String(row.at)}
        sort={[]}
        empty={<Empty title="No class with principal" />}
      />
    </div>
  );
}
