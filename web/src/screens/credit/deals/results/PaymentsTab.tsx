import { useDeferredValue, useMemo } from "react";
import { useCrosshair } from "@/charts/crosshair";
import { formatDate } from "@/format/time";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { cx } from "@/ui/cx";
import { Segmented } from "@/ui/Segmented";
import { Empty } from "@/ui/States";
import { useSearchState } from "../../../search";
import type { AmountUnit } from "../../model/units";
import { usePhoneNotes } from "../../shared/phoneNotes";
import type { DealRun } from "../api/results";
import { MEASURES, type Measure, type PaymentRow, paymentRows } from "../model/results";
import { cellFromText, cellToText } from "./cell";
import styles from "./Results.module.css";

const ORDER: readonly Measure[] = ["cash", "interest", "principal", "balance"];

/** Cash to every class by date; a press on a figure explains it. */
export function PaymentsTab({ run, unit }: { run: DealRun; unit: AmountUnit }) {
  const [search, change] = useSearchState();
  const measure = ORDER.find((one) => one === search.grid) ?? "cash";
  const rows = useMemo(() => paymentRows(run, measure), [run, measure]);
  const cross = useCrosshair();
  const at = useDeferredValue(cross.x);
  const chosen = cellFromText(search.cell);
  const columns = usePhoneNotes(
    useMemo(
      (): Column<PaymentRow>[] => [
        {
          id: "period",
          head: "Period",
          value: (row) => row.at + 1,
          cell: (row) => <span className={styles.dim}>{row.at + 1}</span>,
          width: 56,
          frozen: true,
          sortable: false,
          phone: "hide",
        },
        {
          id: "date",
          head: "Date",
          value: (row) => row.date,
          cell: (row) => formatDate(row.date),
          width: 100,
          frozen: true,
          sortable: false,
          phone: "title",
        },
        ...run.bonds.map(
          (bond, index): Column<PaymentRow> => ({
            id: `bond-${bond.name}`,
            head: bond.name,
            value: (row) => row.cash[index] ?? 0,
            cell: (row) => {
              const shown = unit.format(row.cash[index] ?? 0);
              const picked = chosen?.bond === bond.name && chosen.date === row.date;
              return (
                <button
                  type="button"
                  tabIndex={-1}
                  className={cx(
                    styles.cellButton,
                    picked && styles.chosenCell,
                    !/[1-9]/.test(shown) && styles.dim,
                    (bond.interest_overdue[row.at] ?? 0) > 0.005 && styles.bad,
                  )}
                  aria-label={`Explain ${shown} to ${bond.name} on ${formatDate(row.date)}`}
                  onClick={() =>
                    change({
                      cell: picked ? undefined : cellToText({ bond: bond.name, date: row.date }),
                    })
                  }
                >
                  {shown}
                </button>
              );
            },
            align: "right",
            width: 84,
            grow: true,
            sortable: false,
            phone: index < 3 ? "note" : "hide",
          }),
        ),
        {
          id: "total",
          head: "Total",
          value: (row) => row.total,
          cell: (row) => unit.format(row.total),
          align: "right",
          width: 90,
          sortable: false,
          phone: "figure",
        },
        {
          id: "status",
          head: "Status",
          value: (row) => run.status[row.at] ?? "",
          cell: (row) => (
            <span className={styles.dim}>{(run.status[row.at] ?? "").replaceAll("_", " ")}</span>
          ),
          width: 120,
          sortable: false,
          phone: "hide",
        },
      ],
      [run, unit, chosen?.bond, chosen?.date, change],
    ),
  );
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <Segmented<Measure>
          label="Figures of the grid"
          options={ORDER.map((one) => ({ value: one, text: MEASURES[one] }))}
          value={measure}
          onChange={(next) => change({ grid: next === "cash" ? undefined : next })}
        />
        <span className={styles.unit}>Press a figure to explain it.</span>
      </div>
      <DataTable
        label="Payments"
        name="credit.deal.payments"
        dense
        fill
        columns={columns}
        rows={rows}
        rowId={(row) => String(row.at)}
        sort={[]}
        markedId={at === null ? null : String(at)}
        onMark={(row) => cross.setX(row?.at ?? null)}
        onCursor={(row) => cross.setX(row.at)}
        onOpen={(row) => {
          const bond = chosen?.bond ?? run.bonds[0]?.name;
          if (bond !== undefined) {
            change({ cell: cellToText({ bond, date: row.date }) });
          }
        }}
        empty={<Empty title="No payment">The run has no payment date.</Empty>}
      />
    </div>
  );
}
