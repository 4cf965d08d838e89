import type { ReactNode } from "react";
import { formatAmount, formatCount, formatNumber, NOT_COMPUTABLE } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { Delta, KeyValues, Metric, MetricRow } from "@/ui/Figures";
import { Cell, Grid, Panel, PanelBody } from "@/ui/Panel";
import type { AnalyticsHistory } from "../api/analyticsTypes";
import { Usd, usd } from "../history/figures";
import { plainPercent } from "../model/words";
import styles from "./Analytics.module.css";

const ratio = (value: number | null, digits = 2) =>
  value === null ? NOT_COMPUTABLE : formatNumber(value, digits);
const money = (amount: number) => <Usd amount={amount} directed />;

interface GroupProps {
  history: AnalyticsHistory;
}

/** What came out, before anything that explains it. */
export function PerformanceSummary({ history: { metrics, extra } }: GroupProps) {
  return (
    <Panel title="Performance summary" sub="closed sessions, USD">
      <MetricRow>
        <Metric
          name="Net P&L"
          value={<Delta value={metrics.net_pnl} text={usd(metrics.net_pnl)} />}
          note="after fees"
        />
        <Metric name="Before fees" value={money(metrics.pnl_before_fees)} />
        <Metric
          name="Fees"
          value={formatAmount(metrics.fees_total)}
          note={
            extra.fee_drag_pct === null
              ? undefined
              : `${plainPercent(extra.fee_drag_pct)} of P&L before fees`
          }
        />
        <Metric
          name="Win rate"
          value={plainPercent(metrics.win_rate)}
          note={`${formatCount(metrics.win_count)} of ${formatCount(metrics.trade_count)}`}
        />
        <Metric
          name="Max drawdown"
          value={metrics.max_drawdown === 0 ? formatAmount(0) : money(-metrics.max_drawdown)}
          note="below the highest sum"
        />
        <Metric
          name="Profit factor"
          value={ratio(extra.profit_factor)}
          note={extra.profit_factor === null ? "no loss yet" : "won / lost"}
        />
        <Metric
          name="Sharpe, a year"
          value={ratio(extra.sharpe)}
          note={extra.sharpe === null ? "needs two days" : "daily, \u221a365"}
        />
      </MetricRow>
    </Panel>
  );
}

function Group({
  title,
  rows,
  sub,
}: {
  title: string;
  sub?: string;
  rows: readonly (readonly [string, ReactNode])[];
}) {
  return (
    <Panel title={title} sub={sub} fill>
      <PanelBody className={styles.group}>
        <KeyValues rows={rows} />
      </PanelBody>
    </Panel>
  );
}

/** How much was traded, and what one session brings. */
export function ActivityGroups({ history: { metrics, extra } }: GroupProps) {
  return (
    <>
      <Group
        title="Activity snapshot"
        rows={[
          ["Days running", formatCount(metrics.days_running)],
          ["Sessions", formatCount(metrics.trade_count)],
          ["Profitable days, IST", formatCount(metrics.profitable_days)],
          [
            "Average hold",
            extra.average_hold_seconds === null
              ? NOT_COMPUTABLE
              : formatDuration(extra.average_hold_seconds * 1_000),
          ],
          ["Open P&L now", extra.open_pnl === null ? "nothing is open" : money(extra.open_pnl)],
        ]}
      />
      <Group
        title="Per-session averages"
        sub="USD"
        rows={[
          ["Net", money(metrics.average_pnl)],
          ["Win", metrics.win_count === 0 ? "no win" : money(metrics.average_win)],
          ["Loss", metrics.loss_count === 0 ? "no loss" : money(metrics.average_loss)],
          ["Fees", formatAmount(metrics.average_fee)],
          ["Expectancy", extra.expectancy === null ? NOT_COMPUTABLE : money(extra.expectancy)],
        ]}
      />
    </>
  );
}

/** Wins, extremes and what trading itself costs. */
export function RiskGroups({ history }: GroupProps) {
  const { metrics, extra } = history;
  const orders = orderShares(history);
  return (
    <Grid>
      <Cell span={4}>
        <Group
          title="Win metrics"
          rows={[
            ["Win rate", plainPercent(metrics.win_rate)],
            [
              "Wins, losses",
              `${formatCount(metrics.win_count)}, ${formatCount(metrics.loss_count)}`,
            ],
            ["Longest run of wins", formatCount(metrics.consecutive_wins)],
            ["Longest run of losses", formatCount(metrics.consecutive_losses)],
            ["Payoff ratio", ratio(extra.payoff_ratio)],
          ]}
        />
      </Cell>
      <Cell span={4}>
        <Group
          title="Risk extremes"
          rows={[
            ["Best session", money(metrics.max_gain)],
            ["Worst session", money(metrics.max_loss)],
            ["Max drawdown", metrics.max_drawdown === 0 ? "none" : money(-metrics.max_drawdown)],
            ["Sortino, a year", ratio(extra.sortino)],
            ["Calmar, a year", ratio(extra.calmar)],
          ]}
        />
      </Cell>
      <Cell span={4}>
        <Group
          title="Execution quality"
          rows={[
            [
              "Slippage against mid",
              extra.average_slippage === null
                ? `${NOT_COMPUTABLE}, not measured`
                : slippageWords(extra.average_slippage, extra.slippage_pct),
            ],
            [
              "Fee drag",
              extra.fee_drag_pct === null
                ? `${NOT_COMPUTABLE}, no profit before fees`
                : plainPercent(extra.fee_drag_pct),
            ],
            ["Orders", formatCount(orders.all)],
            ["Orders filled", share(orders.filled, orders.all)],
            ["Orders refused", share(orders.refused, orders.all)],
          ]}
        />
      </Cell>
    </Grid>
  );
}

/** "0.08 a session, 0.63 %". */
const slippageWords = (lost: number, pct: number | null) =>
  `${formatAmount(lost)} a session${pct === null ? "" : `, ${plainPercent(pct, 2)}`}`;

const share = (part: number, all: number) =>
  all === 0 ? NOT_COMPUTABLE : `${formatCount(part)}, ${plainPercent((part / all) * 100, 0)}`;

/** Of the orders in the timeline. */
function orderShares({ timeline }: AnalyticsHistory) {
  const orders = timeline.filter((entry) => entry.entry_type === "order");
  const status = (entry: (typeof orders)[number]) =>
    (entry.metadata as { status?: unknown } | null)?.status;
  return {
    all: orders.length,
    filled: orders.filter((entry) => entry.fill_price !== null).length,
    refused: orders.filter((entry) => status(entry) === "rejected").length,
  };
}
