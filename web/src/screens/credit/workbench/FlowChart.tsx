import { memo, useMemo } from "react";
import { PaneGroup } from "@/charts/PaneGroup";
import type { Pane } from "@/charts/panes";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { cashOf, type FlowRow, type Step, yearTicks } from "../model/flows";
import type { AmountUnit } from "../model/units";
import styles from "./Workbench.module.css";

export interface FlowChartProps {
  rows: readonly FlowRow[];
  baseRows: readonly FlowRow[];
  baseName: string | null;
  unit: AmountUnit;
  step: Step;
  onStep: (step: Step) => void;
  busy: boolean;
  name: string;
}

/** Flows, balance and cumulative loss as panes on one axis, with one cross-hair. */
export function FlowChart(props: FlowChartProps) {
  const { rows, baseRows, baseName, unit, step, onStep, busy, name } = props;
  const panes = useMemo(
    () => panesOf(rows, baseRows, baseName, unit, step),
    [rows, baseRows, baseName, unit, step],
  );
  return (
    <Panel
      fill
      className={styles.chart}
      title="Cash flows"
      sub={`${step === "year" ? "yearly" : "monthly"}, ${unit.name}`}
      actions={
        <Segmented<Step>
          label="Step"
          options={[
            { value: "month", text: "Monthly" },
            { value: "year", text: "Yearly" },
          ]}
          value={step}
          onChange={onStep}
        />
      }
    >
      {busy ? <div className={styles.busy} /> : null}
      <PanelBody className={styles.chartBody}>
        <Panes rows={rows} panes={panes} unit={unit} step={step} name={name} />
      </PanelBody>
    </Panel>
  );
}

/** Drawn anew only when the figures change, not with every move of a slider. */
const Panes = memo(function Panes({
  rows,
  panes,
  unit,
  step,
  name,
}: {
  rows: readonly FlowRow[];
  panes: readonly Pane[];
  unit: AmountUnit;
  step: Step;
  name: string;
}) {
  const xs = useMemo(() => rows.map((row) => row.period), [rows]);
  const rowAt = (period: number) => rows[Math.round(period) - 1];
  const dateAt = (period: number) => rowAt(period)?.date ?? "";
  const word = step === "year" ? "Year" : "Period";
  return (
    <PaneGroup
      label={findingOf(rows, unit)}
      name={name}
      xs={xs}
      formatX={(period) => `${word} ${Math.round(period)} · ${formatDate(dateAt(period))}`}
      tickX={(period) => dateAt(period).slice(0, 4)}
      ticksX={(low, high) =>
        step === "year" ? yearPeriods(rows, low, high) : yearTicks(rows, low, high)
      }
      panes={panes}
      empty="These assumptions give no cash flow: the pool holds no performing loan."
    />
  );
});

function yearPeriods(rows: readonly FlowRow[], low: number, high: number): number[] {
  const shown = rows.filter((row) => row.period >= low && row.period <= high);
  const every = Math.max(1, Math.ceil(shown.length / 12));
  return shown.filter((_, at) => at % every === 0).map((row) => row.period);
}

function panesOf(
  rows: readonly FlowRow[],
  baseRows: readonly FlowRow[],
  baseName: string | null,
  unit: AmountUnit,
  step: Step,
): Pane[] {
  const form = rows.length <= 24 || step === "year" ? "bars" : "stack";
  const scaled = (pick: (row: FlowRow) => number) => rows.map((row) => pick(row) / unit.by);
  const based = (pick: (row: FlowRow) => number) =>
    rows.map((_, at) => {
      const row = baseRows[at];
      return row === undefined ? null : pick(row) / unit.by;
    });
  const start = rows[0]?.beginBalance ?? 0;
  const share = (pick: (row: FlowRow) => number) =>
    rows.map((row) => (start > 0 ? (100 * pick(row)) / start : 0));
  const amount = (value: number) => formatNumber(value, unit.digits);
  const tick = (value: number) => unit.tick(value * unit.by);
  const percent = (value: number) => `${formatNumber(value, 2)}${NARROW_SPACE}%`;
  const reference = (id: string, title: string, pick: (row: FlowRow) => number, direct: boolean) =>
    baseName === null || baseRows.length === 0
      ? []
      : [
          {
            id,
            title,
            values: based(pick),
            color: "var(--text-2)",
            form: "line" as const,
            dashed: true,
            silent: direct,
          },
        ];
  return [
    {
      id: "flows",
      title: `Cash flows, ${unit.name}`,
      weight: 2.4,
      format: amount,
      tick,
      total: "Total",
      series: [
        {
          id: "interest",
          title: "Interest",
          values: scaled((row) => row.interest),
          color: "var(--cat-other)",
          form,
        },
        {
          id: "scheduled",
          title: "Scheduled principal",
          values: scaled((row) => row.scheduled),
          color: "var(--cat-4)",
          form,
        },
        {
          id: "prepayment",
          title: "Prepayment",
          values: scaled((row) => row.prepayment),
          color: "var(--cat-1)",
          form,
        },
        {
          id: "recovery",
          title: "Recovery",
          values: scaled((row) => row.recovery),
          color: "var(--cat-2)",
          form,
        },
        ...reference("base", `Total, ${baseName}`, cashOf, false),
      ],
    },
    {
      id: "balance",
      title: `Performing balance, ${unit.name}`,
      format: amount,
      tick,
      series: [
        {
          id: "balance",
          title: "Balance",
          values: scaled((row) => row.endBalance),
          color: "var(--cat-1)",
          form: "area" as const,
          unlisted: true,
        },
        ...reference("baseBalance", `Balance, ${baseName}`, (row) => row.endBalance, true).map(
          (one) => ({ ...one, unlisted: true }),
        ),
      ],
    },
    {
      id: "losses",
      title: "Cumulative, % of opening balance",
      format: percent,
      tick: (value) => `${Number(value.toPrecision(6))}${NARROW_SPACE}%`,
      fromZero: true,
      series: [
        {
          id: "default",
          title: "Default",
          values: share((row) => row.cumulativeDefault),
          color: "var(--cat-5)",
          form: "line" as const,
        },
        {
          id: "loss",
          title: "Loss",
          values: share((row) => row.cumulativeLoss),
          color: "var(--cat-2)",
          form: "line" as const,
        },
      ],
    },
  ];
}

/** What the chart says, in one sentence. */
function findingOf(rows: readonly FlowRow[], unit: AmountUnit): string {
  const peak = rows.reduce<FlowRow | null>(
    (best, row) => (best === null || cashOf(row) > cashOf(best) ? row : best),
    null,
  );
  const last = rows.at(-1);
  const start = rows[0]?.beginBalance ?? 0;
  if (peak === null || last === undefined || start <= 0) {
    return "Cash flows by source: none";
  }
  const loss = formatNumber((100 * last.cumulativeLoss) / start, 2);
  return `Cash flows by source peak at ${unit.name} ${unit.format(cashOf(peak))} on ${formatDate(peak.date)}; ${loss} per cent of the balance is lost by ${formatDate(last.date)}`;
}
