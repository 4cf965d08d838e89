import { formatDuration } from "@/format/time";
import type { Column } from "@/table/columns";
import { Chip } from "@/ui/Marks";
import type { SessionRow } from "../api/records";
import type { Runtime } from "../api/types";
import { reasonWords, sentence, signedPercent, stateWords, strikeText } from "../model/words";
import { IstTime, kindLetter, strikeOf, Usd } from "./figures";

/** "delta-strangle-20260618040000-1" by its end; all of it is in the detail. */
export const shortName = (strategy: string) => strategy.replace(/^delta-strangle-/, "");

export function StatusChip({ session }: { session: Pick<SessionRow, "status" | "state"> }) {
  const words = stateWords({ state: session.state, status: "live" });
  return <Chip tone={words.tone}>{words.word.replace(", monitoring", "")}</Chip>;
}

const legWords = (session: SessionRow) =>
  session.legs_summary
    .map((leg) => {
      const strike = strikeOf(leg.symbol);
      return `${kindLetter(leg.kind)} ${strike === null ? leg.symbol : strikeText(strike)}`;
    })
    .join(" \u00b7 ");

/** How far below zero it was; the server says it without a sign. */
function below(runtime: Runtime | undefined, row: SessionRow): number | undefined {
  const drawdown = row.pnl_summary?.max_drawdown_seen ?? runtime?.trailing.max_drawdown_seen;
  return drawdown === undefined ? undefined : drawdown === 0 ? 0 : -drawdown;
}

/** The columns; the open session has the figures of the desk. */
export function sessionColumns(runtime: Runtime | undefined): Column<SessionRow>[] {
  const now = (row: SessionRow) => (runtime?.session_id === row.id ? runtime : undefined);
  const columns: Column<SessionRow>[] = [
    {
      id: "strategy",
      head: "Session",
      value: (row) => row.strategy_id,
      cell: (row) => <code>{shortName(row.strategy_id)}</code>,
      width: 146,
      frozen: true,
      phone: "title",
    },
    {
      id: "status",
      head: "Status",
      value: (row) => row.state,
      cell: (row) => <StatusChip session={row} />,
      width: 122,
      phone: "hide",
    },
    {
      id: "net",
      head: "Net, USD",
      value: (row) => row.pnl_summary?.total_pnl ?? now(row)?.totals.total_pnl,
      cell: (row) => (
        <Usd
          text={row.pnl_summary?.total_pnl_exact ?? now(row)?.totals.total_pnl_exact}
          amount={row.pnl_summary?.total_pnl ?? now(row)?.totals.total_pnl}
          directed
        />
      ),
      align: "right",
      width: 78,
      phone: "figure",
    },
    {
      id: "reason",
      head: "Exit reason",
      value: (row) => reasonWords(row.exit_reason) || null,
      width: 108,
      phone: "note",
    },
    {
      id: "activated",
      head: "Activated, IST",
      value: (row) => row.activated_at,
      cell: (row) => <IstTime at={row.activated_at} />,
      width: 100,
      phone: "note",
    },
    {
      id: "deactivated",
      head: "Deactivated, IST",
      value: (row) => row.deactivated_at,
      cell: (row) => <IstTime at={row.deactivated_at} />,
      width: 106,
      phone: "hide",
    },
    {
      id: "duration",
      head: "Duration",
      value: (row) => row.duration_seconds,
      cell: (row) =>
        row.duration_seconds === null ? null : formatDuration(row.duration_seconds * 1_000),
      align: "right",
      width: 84,
      phone: "hide",
    },
    {
      id: "before",
      head: "Before fees",
      value: (row) => row.pnl_summary?.pnl_before_fees ?? now(row)?.totals.pnl_before_fees,
      cell: (row) => (
        <Usd
          text={row.pnl_summary?.pnl_before_fees_exact}
          amount={row.pnl_summary?.pnl_before_fees ?? now(row)?.totals.pnl_before_fees}
          directed
        />
      ),
      align: "right",
      width: 78,
      phone: "hide",
    },
    {
      id: "fees",
      head: "Fees",
      value: (row) => row.pnl_summary?.fees ?? now(row)?.totals.fees,
      cell: (row) => (
        <Usd
          text={row.pnl_summary?.fees_exact}
          amount={row.pnl_summary?.fees ?? now(row)?.totals.fees}
        />
      ),
      align: "right",
      width: 58,
      phone: "hide",
    },
    {
      id: "realised",
      head: "Realised",
      value: (row) => row.pnl_summary?.realized ?? now(row)?.totals.realized,
      cell: (row) => (
        <Usd amount={row.pnl_summary?.realized ?? now(row)?.totals.realized} directed />
      ),
      align: "right",
      width: 74,
      phone: "hide",
    },
    {
      id: "drawdown",
      head: "Max drawdown",
      value: (row) => below(now(row), row),
      cell: (row) => <Usd amount={below(now(row), row)} />,
      align: "right",
      width: 92,
      phone: "hide",
    },
    {
      id: "legs",
      head: "Legs",
      value: (row) => legWords(row) || null,
      width: 136,
      grow: true,
      phone: "note",
    },
    {
      id: "mode",
      head: "Mode",
      value: (row) => sentence(row.mode),
      width: 62,
      phone: "hide",
    },
    {
      id: "percent",
      head: "Net, % of basis",
      value: (row) => row.pnl_summary?.total_pnl_pct,
      cell: (row) => (row.pnl_summary ? signedPercent(row.pnl_summary.total_pnl_pct) : null),
      align: "right",
      width: 104,
      hidden: true,
      phone: "hide",
    },
    {
      id: "profile",
      head: "Profile",
      value: (row) => row.config_name,
      width: 160,
      hidden: true,
      phone: "hide",
    },
  ];
  return columns.map((column) => ({ ...column, sortable: false }));
}
