import { ChartLine, ScrollText } from "lucide-react";
import { formatNumber } from "@/format/numbers";
import { formatClock, formatDuration, formatInstant, parseInstant } from "@/format/time";
import { LinkButton } from "@/ui/Button";
import { Delta, KeyValues } from "@/ui/Figures";
import type { SessionDetail } from "../api/records";
import { reasonWords, sentence, signedPercent } from "../model/words";
import { Usd, usd, usdText } from "./figures";
import styles from "./History.module.css";

type Row = readonly [string, React.ReactNode];

/** IST first, and the clock of UTC. */
const instant = (at: string | null) => {
  const moment = parseInstant(at);
  return moment === null ? "" : `${formatInstant(moment, "IST")}, ${formatClock(moment)} UTC`;
};

/** Result first, then how far it went, then when and why it ended. */
export function SummaryTab({ detail }: { detail: SessionDetail }) {
  const live = detail.monitor_snapshot;
  const money = moneyOf(detail);
  const spot = detail.summary?.spot ?? live?.spot;
  const dollars = (value: number | null | undefined) =>
    value === null || value === undefined ? "" : formatNumber(value, 1);
  const rows = (all: Row[]) => all.filter(([, value]) => value !== "");
  return (
    <div className={styles.tab}>
      {money === null ? (
        <p className={styles.note}>{nothingWords(detail)}</p>
      ) : (
        <>
          <div className={styles.hero}>
            <span className={styles.net}>
              <Delta value={money.net} text={usdText(money.netExact, money.net)} />
            </span>
            <span className={styles.note}>
              {signedPercent(money.percent)} of the basis, {live === null ? "net" : "net, now"}
            </span>
          </div>
          <KeyValues
            rows={rows([
              [
                "Before fees",
                <Usd key="b" text={money.beforeExact} amount={money.before} directed />,
              ],
              ["Fees", <Usd key="f" text={money.feesExact} amount={money.fees} />],
              ["Realised", <Usd key="r" amount={money.realised} directed />],
              ["Unrealised", <Usd key="u" amount={money.unrealised} directed />],
              ["Notional", <Usd key="n" amount={money.notional} />],
              ["Highest profit", reach(money.peak, money.peakPercent)],
              ["Max drawdown", reach(-money.drawdown, -money.drawdownPercent)],
              ["Trailing level", trailingWords(money.trailing, money.level)],
            ])}
          />
        </>
      )}
      <KeyValues
        rows={rows([
          ["Exit reason", reasonWords(detail.exit_reason)],
          ["Activated", instant(detail.activated_at)],
          ["Deactivated", instant(detail.deactivated_at)],
          [
            "Duration",
            detail.duration_seconds === null ? "" : formatDuration(detail.duration_seconds * 1_000),
          ],
          ["Planned entry", instant(detail.entry_at)],
          ["Planned exit", instant(detail.exit_at)],
          ["Exit set by", detail.exit_bound === null ? "" : sentence(detail.exit_bound)],
          ["Index at entry", dollars(spot?.entry)],
          ["Index at exit", dollars(spot?.exit)],
          ["Profile", `${detail.config_name ?? ""}, version ${detail.config_version}`],
        ])}
      />
      <div className={styles.links}>
        {detail.status === "running" ? (
          <LinkButton to="/strangle/live" small kind="primary">
            Open live control
          </LinkButton>
        ) : (
          <LinkButton
            to="/strangle/analytics"
            search={{ strategy: detail.strategy_id, range: "all", mode: detail.mode }}
            small
            icon={<ChartLine size={14} />}
          >
            Show in analytics
          </LinkButton>
        )}
        <LinkButton
          to="/logs"
          search={{ strategy: detail.strategy_id, range: "7d" }}
          small
          icon={<ScrollText size={14} />}
        >
          Open in logs
        </LinkButton>
      </div>
    </div>
  );
}

function moneyOf(detail: SessionDetail) {
  const done = detail.summary ?? detail.pnl_summary;
  if (done !== null) {
    return {
      net: done.total_pnl,
      netExact: done.total_pnl_exact,
      percent: done.total_pnl_pct,
      before: done.pnl_before_fees,
      beforeExact: done.pnl_before_fees_exact,
      fees: done.fees,
      feesExact: done.fees_exact,
      realised: done.realized,
      unrealised: done.unrealized,
      notional: done.notional,
      peak: done.max_profit_seen,
      peakPercent: done.max_profit_seen_pct,
      drawdown: done.max_drawdown_seen,
      drawdownPercent: done.max_drawdown_seen_pct,
      trailing: done.trailing_enabled,
      level: done.trailing_level_pct,
    };
  }
  const now = detail.monitor_snapshot;
  if (now === null || now.positions.length === 0) {
    return null;
  }
  return {
    net: now.totals.total_pnl,
    netExact: now.totals.total_pnl_exact,
    percent: now.totals.total_pnl_pct,
    before: now.totals.pnl_before_fees,
    beforeExact: now.totals.pnl_before_fees_exact,
    fees: now.totals.fees,
    feesExact: now.totals.fees_exact,
    realised: now.totals.realized,
    unrealised: now.totals.unrealized,
    notional: now.totals.notional,
    peak: now.trailing.max_profit_seen,
    peakPercent: now.trailing.max_profit_seen_pct,
    drawdown: now.trailing.max_drawdown_seen,
    drawdownPercent: now.trailing.max_drawdown_seen_pct,
    trailing: now.trailing.enabled,
    level: now.trailing.level_pct,
  };
}

const reach = (amount: number, percent: number) =>
  amount === 0 ? "none" : `${usd(amount)}, ${signedPercent(percent)}`;

const trailingWords = (on: boolean, level: number | null) =>
  on ? (level === null ? "not armed" : signedPercent(level)) : "off";

function nothingWords(detail: SessionDetail): string {
  return detail.status === "running"
    ? "Nothing was sold yet; the result shows when the first leg is open."
    : "Nothing was sold in this session, so there is no result.";
}
