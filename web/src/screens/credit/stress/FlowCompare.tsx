import { useMemo, useState } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { PaneGroup } from "@/charts/PaneGroup";
import type { Pane, PaneSeries } from "@/charts/panes";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { useSearchState } from "../../search";
import { type Step, yearTicks } from "../model/flows";
import type { AmountUnit } from "../model/units";
import { type Compared, compareFlows, type ScenarioFlows } from "./flows";
import { BASE } from "./matrix";
import styles from "./Stress.module.css";

const MOST = 5;
const COLORS = ["var(--cat-1)", "var(--cat-5)", "var(--cat-2)", "var(--cat-4)", "var(--cat-3)"];

/** Cash, balance and losses of the base and up to five scenarios on one axis. */
export function FlowCompare({
  scenarios,
  first,
  unit,
  name,
  title,
}: {
  scenarios: readonly ScenarioFlows[];
  /** What is drawn before anybody chooses. */
  first: readonly string[];
  unit: AmountUnit;
  name: string;
  title: (scenario: string) => string;
}) {
  const [search, change] = useSearchState();
  const step: Step = search.step === "month" ? "month" : "year";
  const [chosen, setChosen] = useState<readonly string[]>(first);
  const others = scenarios.filter((one) => one.name !== BASE);
  const shown = useMemo(
    () => chosen.filter((one) => scenarios.some((other) => other.name === one)),
    [chosen, scenarios],
  );
  const compared = useMemo(
    () =>
      compareFlows(
        scenarios.filter((one) => one.name === BASE || shown.includes(one.name)),
        step,
      ),
    [scenarios, shown, step],
  );
  const { axis } = compared;
  const xs = useMemo(() => axis.map((row) => row.period), [axis]);
  const dateAt = (period: number) => axis[Math.round(period) - 1]?.date ?? "";
  const colorOf = (scenario: string) => COLORS[shown.indexOf(scenario)] ?? "var(--cat-other)";
  const panes = panesOf(compared, unit, colorOf, title);
  const toggle = (scenario: string) =>
    setChosen(
      shown.includes(scenario) ? shown.filter((one) => one !== scenario) : [...shown, scenario],
    );
  const total = (one: Compared["lines"][number]) =>
    one.cash.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const base = compared.lines.find((one) => one.name === BASE);
  return (
    <Panel
      className={styles.fixed}
      title="Cash flows"
      sub={`${step === "year" ? "yearly" : "monthly"}, ${unit.name}; the base is dashed`}
      actions={
        <Segmented<Step>
          label="Step of the cash flows"
          options={[
            { value: "month", text: "Monthly" },
            { value: "year", text: "Yearly" },
          ]}
          value={step}
          onChange={(next) => change({ step: next === "month" ? next : undefined })}
        />
      }
    >
      <fieldset className={styles.drawn} aria-label={`Drawn scenarios, at most ${MOST}`}>
        {others.map((one) => {
          const on = shown.includes(one.name);
          return (
            <button
              key={one.name}
              type="button"
              className={styles.toggle}
              aria-pressed={on}
              disabled={!on && shown.length >= MOST}
              onClick={() => toggle(one.name)}
            >
              <span
                className={styles.mark}
                style={on ? { background: colorOf(one.name) } : undefined}
              />
              {title(one.name)}
            </button>
          );
        })}
      </fieldset>
      <PanelBody className={styles.chartBody}>
        <CrosshairProvider>
          <PaneGroup
            label={
              base === undefined
                ? "Cash flows of the scenarios"
                : `The base pays ${unit.name} ${unit.format(total(base))} in all; ${compared.lines
                    .filter((one) => one.name !== BASE)
                    .map((one) => `${title(one.name)} ${unit.format(total(one))}`)
                    .join(", ")}`
            }
            name={name}
            xs={xs}
            formatX={(period) =>
              `${step === "year" ? "Year" : "Period"} ${Math.round(period)} · ${formatDate(dateAt(period))}`
            }
            tickX={(period) => dateAt(period).slice(0, 4)}
            ticksX={(low, high) => (step === "month" ? yearTicks(axis, low, high) : yearsOf(xs))}
            panes={panes}
            legend={false}
            empty="This run kept no cash flows."
          />
        </CrosshairProvider>
      </PanelBody>
    </Panel>
  );
}

function yearsOf(xs: readonly number[]): number[] {
  const every = Math.max(1, Math.ceil(xs.length / 12));
  return xs.filter((_, at) => at % every === 0);
}

function panesOf(
  { lines }: Compared,
  unit: AmountUnit,
  colorOf: (name: string) => string,
  title: (name: string) => string,
): Pane[] {
  const series = (
    pane: string,
    pick: (line: Compared["lines"][number]) => readonly (number | null)[],
    by: number,
  ): PaneSeries[] =>
    lines.map((line) => ({
      id: `${pane}-${line.name}`,
      title: title(line.name),
      values: pick(line).map((value) => (value === null ? null : value / by)),
      color: line.name === BASE ? "var(--text-2)" : colorOf(line.name),
      form: "line",
      dashed: line.name === BASE,
    }));
  const amount = (value: number) => formatNumber(value, unit.digits);
  const tick = (value: number) => unit.tick(value * unit.by);
  return [
    {
      id: "cash",
      title: `All cash, ${unit.name}`,
      weight: 1.6,
      format: amount,
      tick,
      fromZero: true,
      series: series("cash", (line) => line.cash, unit.by),
    },
    {
      id: "balance",
      title: `Performing balance, ${unit.name}`,
      format: amount,
      tick,
      fromZero: true,
      series: series("balance", (line) => line.balance, unit.by),
    },
    {
      id: "loss",
      title: "Cumulative loss, % of opening balance",
      format: (value) => `${formatNumber(value, 2)}${NARROW_SPACE}%`,
      tick: (value) => `${Number(value.toPrecision(6))}${NARROW_SPACE}%`,
      fromZero: true,
      series: series("loss", (line) => line.loss, 1),
    },
  ];
}
