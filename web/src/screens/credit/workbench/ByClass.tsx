import { formatCount, formatNumber } from "@/format/numbers";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Empty } from "@/ui/States";
import type { Part } from "../api/types";
import { type AmountUnit, classLook } from "../model/units";
import { usePhoneNotes } from "../shared/phoneNotes";
import { METRICS, type MetricKind, numberOf, shownMetric } from "./MetricCards";

/** Effective measures need projections of their own; classes have the modified duration. */
const SHOWN: readonly MetricKind[] = METRICS.map((kind) =>
  kind.id === "effective_duration"
    ? { ...kind, id: "modified_duration", name: "Mod. duration" }
    : kind,
);

/** The measures of each class. */
export function ByClass({ parts, unit }: { parts: readonly Part[]; unit: AmountUnit }) {
  const columns: Column<Part>[] = [
    {
      id: "name",
      head: "Class",
      value: (part) => classLook(part.name).title,
      width: 150,
      grow: true,
      frozen: true,
      phone: "title",
    },
    {
      id: "count",
      head: "Loans",
      value: (part) => part.asset_count,
      cell: (part) => formatCount(part.asset_count),
      align: "right",
      width: 60,
      phone: "note",
    },
    {
      id: "balance",
      head: `Balance, ${unit.name}`,
      value: (part) => part.balance,
      cell: (part) => unit.format(part.balance),
      align: "right",
      width: 132,
      phone: "figure",
    },
    ...SHOWN.map(
      (kind): Column<Part> => ({
        id: kind.id,
        head: kind.unit === "" ? kind.name : `${kind.name}, ${kind.unit}`,
        value: (part) => numberOf(part.metrics, kind),
        cell: (part) => {
          const value = numberOf(part.metrics, kind);
          if (value === null) {
            return "n/a";
          }
          return kind.money
            ? unit.format(value, kind.id === "dv01" ? 3 : 2)
            : shownMetric(kind, value, unit.currency);
        },
        align: "right",
        width: kind.id === "weighted_average_life" ? 116 : 84,
        phone: kind.id === "price" || kind.id === "loss_percent" ? "note" : "hide",
      }),
    ),
    {
      id: "default",
      head: `Default, ${unit.name}`,
      value: (part) => part.metrics.total_default,
      cell: (part) => formatNumber(part.metrics.total_default / unit.by, 2),
      align: "right",
      width: 124,
      phone: "hide",
    },
  ];
  const named = usePhoneNotes(columns);
  return (
    <DataTable
      label="By class"
      name="credit.classes"
      dense
      fill
      columns={named}
      rows={parts}
      rowId={(part) => part.name}
      empty={<Empty title="No class">The pool holds no performing loan.</Empty>}
    />
  );
}
