import { useMemo } from "react";
import { CrosshairProvider, useCrosshair } from "@/charts/crosshair";
import { formatCount, formatFraction, formatNumber } from "@/format/numbers";
import { fraction } from "@/format/units";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Percent } from "@/ui/Figures";
import type { Bucket, Stratification as Slices, Summary } from "../api/types";
import { type AmountUnit, classLook } from "../model/units";
import { usePhoneNotes } from "../shared/phoneNotes";
import { BucketBars } from "./BucketBars";
import styles from "./Pool.module.css";

export const DIMENSIONS: readonly (readonly [string, string])[] = [
  ["rate", "Rate"],
  ["ltv_ratio", "LTV"],
  ["fico_score", "FICO"],
  ["location", "State"],
  ["age_months", "Age"],
  ["remaining_term_months", "Term"],
  ["balance", "Balance"],
  ["asset_class", "Class"],
];

function columnsOf(title: string, unit: AmountUnit, summary: Summary): Column<Bucket>[] {
  const blank = (value: number | null, digits: number) =>
    value === null ? null : formatNumber(value, digits);
  return [
    {
      id: "label",
      head: title,
      value: (row) => row.label,
      width: 96,
      grow: true,
      sortable: false,
      total: "Pool",
    },
    {
      id: "count",
      head: "Loans",
      value: (row) => row.asset_count,
      cell: (row) => formatCount(row.asset_count),
      align: "right",
      width: 62,
      sortable: false,
      total: formatCount(summary.asset_count),
      phone: "note",
    },
    {
      id: "balance",
      head: `Balance, ${unit.name}`,
      value: (row) => row.balance,
      cell: (row) => unit.format(row.balance),
      align: "right",
      width: 128,
      sortable: false,
      total: unit.format(summary.balance),
      phone: "note",
    },
    {
      id: "share",
      head: "Share, %",
      value: (row) => row.share,
      cell: (row) => formatNumber(100 * row.share, 2),
      align: "right",
      width: 68,
      sortable: false,
      total: "100.00",
      phone: "figure",
    },
    {
      id: "wac",
      head: "WAC",
      value: (row) => row.wac,
      cell: (row) => <Percent value={row.wac === null ? null : fraction(row.wac)} />,
      align: "right",
      width: 66,
      sortable: false,
      total: summary.wac === null ? undefined : formatFraction(fraction(summary.wac)),
      phone: "note",
    },
    {
      id: "wam",
      head: "WAM",
      value: (row) => row.wam,
      cell: (row) => blank(row.wam, 0),
      align: "right",
      width: 54,
      sortable: false,
      total: blank(summary.wam, 0),
      phone: "hide",
    },
    {
      id: "fico",
      head: "FICO",
      value: (row) => row.fico_score,
      cell: (row) => blank(row.fico_score, 0),
      align: "right",
      width: 54,
      sortable: false,
      total: blank(summary.fico_score, 0),
      phone: "hide",
    },
    {
      id: "ltv",
      head: "LTV, %",
      value: (row) => row.ltv_ratio,
      cell: (row) => blank(row.ltv_ratio === null ? null : 100 * row.ltv_ratio, 1),
      align: "right",
      width: 60,
      sortable: false,
      total: blank(summary.ltv_ratio === null ? null : 100 * summary.ltv_ratio, 1),
      phone: "hide",
    },
  ];
}

/** One dimension: its bars, and the same slices as a table. */
export function Stratification(props: {
  title: string;
  slices: Slices | undefined;
  summary: Summary;
  unit: AmountUnit;
}) {
  return (
    <CrosshairProvider>
      <Linked {...props} />
    </CrosshairProvider>
  );
}

function Linked({
  title,
  slices,
  summary,
  unit,
}: {
  title: string;
  slices: Slices | undefined;
  summary: Summary;
  unit: AmountUnit;
}) {
  const cross = useCrosshair();
  const columns = usePhoneNotes(
    useMemo(() => columnsOf(title, unit, summary), [title, unit, summary]),
  );
  const buckets = (slices?.buckets ?? []).map((bucket) =>
    slices?.dimension === "asset_class"
      ? { ...bucket, label: classLook(bucket.label).title }
      : bucket,
  );
  return (
    <div className={styles.strat}>
      <div className={styles.chart}>
        <BucketBars title={title} buckets={buckets} unit={unit} />
      </div>
      <div className={styles.slices}>
        <DataTable
          label={`Pool by ${title.toLowerCase()}`}
          dense
          fill
          columns={columns}
          rows={buckets}
          rowId={(row) => row.label}
          sort={[]}
          markedId={cross.x === null ? null : (buckets[cross.x]?.label ?? null)}
          onMark={(row) => cross.setX(row === null ? null : buckets.indexOf(row))}
        />
      </div>
    </div>
  );
}
