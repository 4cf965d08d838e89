import { useMemo } from "react";
import { BarHistogram } from "@/charts/BarHistogram";
import { CrosshairProvider } from "@/charts/crosshair";
import { PaneGroup } from "@/charts/PaneGroup";
import { counted, formatNumber } from "@/format/numbers";
import { Panel, PanelBody } from "@/ui/Panel";
import type { AnalyticsHistory } from "../api/analyticsTypes";
import { plainPercent } from "../model/words";
import { axisMoney, istInstant, istTick } from "./CurvePanel";
import { istDayTicks } from "./daily";

const WINDOW = 10;

/** The share of wins in the last ten sessions. */
export function WinRatePanel({ history }: { history: AnalyticsHistory }) {
  const points = history.charts.rolling_win_rate;
  const xs = useMemo(() => points.map((point) => Date.parse(point.timestamp)), [points]);
  const last = points.at(-1)?.value ?? 0;
  return (
    <Panel title="Rolling win rate" sub={`%, last ${WINDOW} sessions; fewer at the beginning`}>
      <PanelBody>
        <PaneGroup
          label={`Win rate of the last ${counted(Math.min(WINDOW, points.length), "session")} ${plainPercent(last)}`}
          name="rolling-win-rate"
          xs={xs}
          formatX={istInstant}
          tickX={istTick}
          ticksX={istDayTicks}
          height={180}
          panes={[
            {
              id: "rate",
              title: "",
              format: (value) => plainPercent(value),
              tick: (value) => formatNumber(value, 0),
              bounds: { low: 0, high: 104 },
              series: [
                {
                  id: "rate",
                  title: "Win rate",
                  values: points.map((point) => point.value),
                  color: "var(--cat-1)",
                  form: points.length === 1 ? "bars" : "step",
                },
                {
                  id: "all",
                  title: "All sessions",
                  values: points.map(() => history.metrics.win_rate),
                  color: "var(--text-2)",
                  form: "line",
                  dashed: true,
                },
              ],
            },
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

/** How the results of the sessions are spread. */
export function HistogramPanel({ history }: { history: AnalyticsHistory }) {
  const bins = useMemo(
    () =>
      history.charts.trades_histogram.map((bucket) => ({
        low: bucket.start,
        high: bucket.end,
        count: bucket.count,
      })),
    [history.charts.trades_histogram],
  );
  const { metrics } = history;
  return (
    <Panel title="Results of sessions" sub="number of sessions by net, USD">
      <PanelBody>
        <CrosshairProvider>
          <BarHistogram
            label={`${counted(metrics.trade_count, "session")} between ${axisMoney(bins[0]?.low ?? 0)} and ${axisMoney(bins.at(-1)?.high ?? 0)} USD net, mean ${formatNumber(metrics.average_pnl, 2)}`}
            name="session-results"
            bins={bins}
            marks={[
              { value: metrics.average_pnl, title: `mean ${formatNumber(metrics.average_pnl, 2)}` },
            ]}
            formatX={axisMoney}
            titleX="net, USD"
            height={180}
          />
        </CrosshairProvider>
      </PanelBody>
    </Panel>
  );
}
