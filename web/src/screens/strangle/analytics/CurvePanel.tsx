import { useMemo } from "react";
import { PaneGroup } from "@/charts/PaneGroup";
import type { Pane } from "@/charts/panes";
import { counted, formatNumber } from "@/format/numbers";
import { formatClock, formatDay, formatInstant } from "@/format/time";
import { serverNow } from "@/shell/clock";
import { Panel, PanelBody } from "@/ui/Panel";
import type { AnalyticsHistory } from "../api/analyticsTypes";
import { usd } from "../history/figures";
import { type Curve, curvesOf, istDayTicks } from "./daily";

export const istInstant = (x: number) => formatInstant(new Date(x), "IST");
/** Days; hours where a tick is not midnight. */
export function istTick(x: number): string {
  const at = new Date(x);
  const clock = formatClock(at, "IST", "minute");
  return clock === "00:00" ? formatDay(at, "IST", serverNow()) : clock;
}
export const axisMoney = (value: number) =>
  formatNumber(value, Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0);

/** The running sums with the drawdown under them. */
export function CurvePanel({ history }: { history: AnalyticsHistory }) {
  const curve = useMemo(() => curvesOf(history.charts), [history.charts]);
  const { metrics } = history;
  return (
    <Panel title="Cumulative P&L" sub="USD, by close of the session, IST" fill>
      <PanelBody scroll>
        <PaneGroup
          label={`Cumulative net ${usd(metrics.net_pnl)} over ${counted(metrics.trade_count, "session")}, largest drawdown ${usd(-metrics.max_drawdown)}`}
          name="cumulative-pnl"
          xs={curve.xs}
          formatX={istInstant}
          tickX={istTick}
          ticksX={istDayTicks}
          panes={panesOf(curve)}
          height={330}
        />
      </PanelBody>
    </Panel>
  );
}

function panesOf(curve: Curve): Pane[] {
  const deepest = Math.min(...curve.drawdown) || -1;
  return [
    {
      id: "sums",
      title: "Cumulative, USD",
      weight: 2.2,
      format: usd,
      tick: axisMoney,
      fromZero: true,
      series: [
        { id: "net", title: "Net", values: curve.net, color: "var(--cat-1)", form: "step" },
        {
          id: "gross",
          title: "Before fees",
          values: curve.gross,
          color: "var(--text-2)",
          form: "step",
          dashed: true,
        },
        { id: "fees", title: "Fees", values: curve.fees, color: "var(--cat-2)", form: "step" },
      ],
    },
    {
      id: "drawdown",
      title: "Drawdown, USD",
      format: usd,
      tick: axisMoney,
      // Room above zero for the title.
      bounds: { low: deepest * 1.06, high: -deepest * 0.24 },
      series: [
        {
          id: "drawdown",
          title: "Drawdown",
          values: curve.drawdown,
          color: "var(--cat-5)",
          form: "step",
          unlisted: true,
        },
      ],
    },
  ];
}
