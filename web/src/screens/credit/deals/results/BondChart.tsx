import { useMemo } from "react";
import { PaneGroup } from "@/charts/PaneGroup";
import type { Pane } from "@/charts/panes";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { useSearchState } from "../../../search";
import type { AmountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import type { Deal } from "../api/structure";
import { referenceBalance, referenceCash } from "../model/compare";
import {
  bondColor,
  callPeak,
  lastPaid,
  MEASURES,
  type Measure,
  seriesOf,
  yearTicks,
} from "../model/results";
import styles from "./Results.module.css";
import { runUnit } from "./units";

type Shown = Exclude<Measure, "balance">;
const SHOWN: readonly Shown[] = ["cash", "principal", "interest"];

/** What every class gets, and what is left of it; pool losses below, on one axis. */
export function BondChart({
  run,
  deal,
  base,
  baseName,
  name,
  busy,
}: {
  run: DealRun;
  deal: Deal;
  base: DealRun | null;
  baseName: string | null;
  name: string;
  busy: boolean;
}) {
  const [search, change] = useSearchState();
  const measure = SHOWN.find((one) => one === search.measure) ?? "cash";
  const unit = runUnit(run, deal);
  const last = lastPaid(run);
  const dates = useMemo(() => run.dates.slice(0, last + 1), [run, last]);
  const xs = useMemo(() => dates.map((_, at) => at), [dates]);
  const panes = useMemo(
    () => panesOf(run, unit, measure, base, baseName),
    [run, unit, measure, base, baseName],
  );
  const dateAt = (at: number) => dates[Math.round(at)] ?? "";
  return (
    <Panel
      title="Bond cash flows"
      sub={unit.name}
      fill
      className={styles.chart}
      actions={
        <Segmented<Shown>
          label="What is stacked"
          options={SHOWN.map((one) => ({ value: one, text: MEASURES[one] }))}
          value={measure}
          onChange={(next) => change({ measure: next === "cash" ? undefined : next })}
        />
      }
    >
      {busy ? <div className={styles.busy} /> : null}
      <PanelBody className={styles.chartBody}>
        <PaneGroup
          label={findingOf(run, unit)}
          name={name}
          xs={xs}
          formatX={(at) => `Payment ${Math.round(at) + 1} · ${formatDate(dateAt(at))}`}
          tickX={(at) => dateAt(at).slice(0, 4)}
          ticksX={(low, high, wanted) => yearTicks(dates, low, high, wanted)}
          panes={panes}
          empty="The collateral pays nothing on any payment date."
        />
      </PanelBody>
    </Panel>
  );
}

function panesOf(
  run: DealRun,
  unit: AmountUnit,
  measure: Shown,
  base: DealRun | null,
  baseName: string | null,
): Pane[] {
  const by = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : value / unit.by));
  const format = (value: number) => formatNumber(value, unit.digits);
  const tick = (value: number) => unit.tick(value * unit.by);
  const dashed = (id: string, values: readonly (number | null)[]) =>
    base === null
      ? []
      : [
          {
            id,
            title: `Total, ${baseName ?? "compared"}`,
            values: by(values),
            color: "var(--text-2)",
            form: "line" as const,
            dashed: true,
          },
        ];
  const form = lastPaid(run) < 24 ? ("bars" as const) : ("stack" as const);
  const balances = run.bonds.flatMap((bond, index) =>
    bond.kind === "interest_only"
      ? []
      : [
          {
            id: `balance-${bond.name}`,
            title: `${bond.name} balance`,
            values: by(bond.balance),
            color: bondColor(index),
            form: "line" as const,
            unlisted: true,
          },
        ],
  );
  const series = seriesOf(run, measure);
  const peak = callPeak(run, series);
  const start = run.pools.reduce((sum, pool) => sum + pool.original_balance, 0);
  let lost = 0;
  const losses = run.dates.map((_, at) => {
    lost += run.pools.reduce((sum, pool) => sum + (pool.loss[at] ?? 0), 0);
    return start > 0 ? (100 * lost) / start : 0;
  });
  return [
    {
      id: "cash",
      title:
        peak === null
          ? `${MEASURES[measure]}, ${unit.name}`
          : `${MEASURES[measure]}, ${unit.name}; ${unit.format(peak.value)} at the call is above the axis`,
      weight: 2.4,
      bounds: peak === null ? undefined : { low: 0, high: (1.15 * peak.rest) / unit.by },
      format,
      tick,
      total: "Total",
      series: [
        ...series.map((one) => ({
          id: one.id,
          title: one.title,
          values: by(one.values),
          color: bondColor(one.index),
          form,
        })),
        ...(measure === "cash" && base !== null
          ? dashed("reference", referenceCash(run, base))
          : []),
      ],
    },
    {
      id: "balance",
      title: `Balance after payment, ${unit.name}`,
      weight: 1.5,
      format,
      tick,
      fromZero: true,
      series: [
        ...balances,
        ...(base === null
          ? []
          : dashed("reference-balance", referenceBalance(run, base)).map((one) => ({
              ...one,
              unlisted: true,
            }))),
      ],
    },
    {
      id: "loss",
      title: "Cumulative pool loss, % of original balance",
      weight: 1,
      format: (value) => `${formatNumber(value, 2)}${NARROW_SPACE}%`,
      tick: (value) => `${Number(value.toPrecision(6))}${NARROW_SPACE}%`,
      fromZero: true,
      series: [
        {
          id: "loss",
          title: "Pool loss",
          values: losses,
          color: "var(--cat-other)",
          form: "line" as const,
          unlisted: true,
        },
      ],
    },
  ];
}

/** What the chart says, in one sentence. */
function findingOf(run: DealRun, unit: AmountUnit): string {
  const parts = run.summary.bonds.map((bond) =>
    bond.window_dates === null
      ? `${bond.name} gets no principal`
      : `${bond.name} gets principal from ${formatDate(bond.window_dates[0])} to ${formatDate(bond.window_dates[1])}`,
  );
  return `Cash flows by class, ${unit.name}: ${parts.join("; ")}`;
}
