import { useMemo } from "react";
import { counted, formatCount, formatNumber } from "@/format/numbers";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { TextLink } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { Empty } from "@/ui/States";
import type { TimelineEntry } from "../api/analyticsTypes";
import { IstTime, Usd } from "../history/figures";
import { price, priceDigits, sentence } from "../model/words";
import styles from "./Analytics.module.css";

interface Row extends TimelineEntry {
  /** Entries have no id of their own. */
  key: string;
}

const said = (entry: TimelineEntry): string => {
  const meta = entry.metadata as { status?: unknown; event?: unknown } | null;
  const word = meta?.status ?? meta?.event;
  return typeof word === "string" ? sentence(word) : "";
};
const fee = (entry: TimelineEntry): number | null => {
  const fees = (entry.metadata as { fees?: unknown } | null)?.fees;
  const read = typeof fees === "string" || typeof fees === "number" ? Number(fees) : Number.NaN;
  return Number.isFinite(read) ? read : null;
};
const priced = (value: number | null) => (value === null ? null : price(value, priceDigits(value)));

const COLUMNS: Column<Row>[] = [
  {
    id: "at",
    head: "Time, IST",
    value: (row) => row.timestamp,
    cell: (row) => <IstTime at={row.timestamp} second />,
    width: 122,
    phone: "note",
  },
  {
    id: "session",
    head: "Session",
    value: (row) => row.session_id,
    cell: (row) => (
      <TextLink to="/strangle/history" search={{ session: String(row.session_id) }}>
        {formatCount(row.session_id)}
      </TextLink>
    ),
    align: "right",
    width: 70,
    phone: "hide",
  },
  { id: "type", head: "Entry", value: (row) => sentence(row.entry_type), width: 80, phone: "note" },
  {
    id: "what",
    head: "What",
    value: said,
    width: 130,
    phone: "note",
  },
  {
    id: "symbol",
    head: "Symbol",
    value: (row) => row.symbol,
    cell: (row) => <code>{row.symbol}</code>,
    width: 170,
    grow: true,
    phone: "title",
  },
  { id: "side", head: "Side", value: (row) => sentence(row.side), width: 60, phone: "hide" },
  {
    id: "quantity",
    head: "Lots",
    value: (row) => row.quantity,
    cell: (row) => formatNumber(row.quantity, 0),
    align: "right",
    width: 64,
    phone: "hide",
  },
  {
    id: "price",
    head: "Price",
    value: (row) => row.price,
    cell: (row) => priced(row.price),
    align: "right",
    width: 80,
    phone: "hide",
  },
  {
    id: "fill",
    head: "Fill price",
    value: (row) => row.fill_price,
    cell: (row) => priced(row.fill_price),
    align: "right",
    width: 84,
    phone: "hide",
  },
  {
    id: "realised",
    head: "Realised, USD",
    value: (row) => row.realized_pnl,
    cell: (row) => (row.entry_type === "order" ? null : <Usd amount={row.realized_pnl} directed />),
    align: "right",
    width: 100,
    phone: "figure",
  },
  {
    id: "fees",
    head: "Fees, USD",
    value: fee,
    cell: (row) => <Usd amount={fee(row)} />,
    align: "right",
    width: 80,
    phone: "hide",
  },
];

/** Orders and positions of the range, newest first. */
export function TimelinePanel({ entries }: { entries: readonly TimelineEntry[] }) {
  const rows = useMemo(
    () => entries.map((entry, index): Row => ({ ...entry, key: String(index) })).reverse(),
    [entries],
  );
  return (
    <Panel
      title="Timeline"
      sub={
        entries.length >= 1_000
          ? "the newest 1,000 entries; the export has all"
          : counted(entries.length, "entry", "entries")
      }
      ruled
    >
      <div className={styles.timeline}>
        <DataTable
          label="Orders and positions, newest first"
          name="strangle.timeline"
          dense
          fill
          columns={COLUMNS}
          rows={rows}
          rowId={(row) => row.key}
          empty={<Empty title="Nothing in this range">Orders and positions come here.</Empty>}
        />
      </div>
    </Panel>
  );
}
