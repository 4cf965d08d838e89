import { useMemo } from "react";
import { counted, formatNumber } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Empty } from "@/ui/States";
import { useSearchState } from "../../search";
import { amountUnit } from "../model/units";
import type { StressDetail, TornadoBar } from "./api";
import { Changes } from "./Changes";
import { FlowCompare } from "./FlowCompare";
import { FACTORS, sayFactor, titleOf } from "./factors";
import { Matrix, sayChange } from "./Matrix";
import {
  BASE,
  drawnAtFirst,
  type Effect,
  MEASURES,
  type Measure,
  type MeasureId,
  matrixOf,
  tornadoOf,
  widestFirst,
} from "./matrix";
import styles from "./Stress.module.css";
import { Tornado } from "./Tornado";

const MOST_NOTES = 6;

/** What the scenarios do to the pool: matrix, effects, their spread, and the flows. */
export function Result({ run, currency }: { run: StressDetail; currency: string | null }) {
  const [search, change] = useSearchState();
  const results = useMemo(
    () =>
      Object.entries(run.scenario_results ?? {}).map(([name, analysis]) => ({ name, analysis })),
    [run],
  );
  const base = results.find((one) => one.name === BASE)?.analysis;
  const balance = base?.balance ?? 0;
  const rows = useMemo(
    () =>
      matrixOf(
        results.map((one) => ({ name: one.name, metrics: one.analysis.metrics })),
        balance,
      ),
    [results, balance],
  );
  const flows = useMemo(
    () =>
      results.flatMap((one) =>
        one.analysis.cashflows === null ? [] : [{ name: one.name, flows: one.analysis.cashflows }],
      ),
    [results],
  );
  if (base === undefined) {
    return (
      <Panel label="Result">
        <Empty title="This run has no result">Run it again to see its figures.</Empty>
      </Panel>
    );
  }
  const unit = amountUnit(balance, currency);
  const asked = MEASURES.find((one) => one.id === search.measure);
  const measure: Measure = asked ?? (MEASURES[0] as Measure);
  const onMeasure = (id: MeasureId) => change({ measure: id === "npv" ? undefined : id });
  const titles = new Map(run.scenarios.map((one) => [one.name, one.title]));
  const title = (name: string) => titles.get(name) || titleOf(name);
  const bars = tornadoOf(rows, measure.id);
  const byFactor = search.by === "factor" && measure.id === "npv";
  const effects = byFactor
    ? factorEffects(run.report?.tornado ?? [])
    : bars.map((bar) => ({ name: title(bar.name), ends: [{ change: bar.change, says: "" }] }));
  const say = (value: number) => sayChange(measure, value);
  const tick = (value: number) =>
    value === 0
      ? "0"
      : say(value)
          .replace(/(\.\d*?)0+(?=\D|$)/, "$1")
          .replace(/\.(?=\D|$)/, "");
  const notes = [...new Set(results.flatMap((one) => one.analysis.warnings.map((w) => w.message)))];
  const sub =
    measure.change === "relative"
      ? "per cent of the base"
      : measure.change === "points"
        ? "points"
        : measure.unit;
  return (
    <>
      {notes.length > 0 ? (
        <Banner tone="warn" title={`${counted(notes.length, "note")}.`}>
          {notes.slice(0, MOST_NOTES).join(" ")}
        </Banner>
      ) : null}
      <Matrix
        rows={rows}
        unit={unit}
        measure={measure.id}
        onMeasure={onMeasure}
        name={run.name}
        title={title}
      />
      <div className={styles.pair}>
        <Panel
          title={`Effect on ${measure.title}`}
          sub={byFactor ? `${sub}, every factor alone` : sub}
          actions={
            measure.id === "npv" && (run.report?.tornado.length ?? 0) > 0 ? (
              <Segmented
                label="Bars"
                options={[
                  { value: "scenario", text: "By scenario" },
                  { value: "factor", text: "By factor" },
                ]}
                value={byFactor ? "factor" : "scenario"}
                onChange={(by) => change({ by: by === "factor" ? by : undefined })}
              />
            ) : null
          }
        >
          <PanelBody>
            {effects.length === 0 ? (
              <Empty title="Nothing to compare">
                {measure.title} could not be computed in these cash flows.
              </Empty>
            ) : (
              <Tornado
                effects={effects}
                measure={measure}
                say={say}
                tick={tick}
                name={`${run.name}-tornado`}
              />
            )}
          </PanelBody>
        </Panel>
        <Panel title={`Changes of ${measure.title}`} sub="one dot a scenario">
          <PanelBody>
            <Changes
              bars={bars}
              measure={measure}
              say={say}
              tick={tick}
              name={`${run.name}-changes`}
              title={title}
            />
          </PanelBody>
        </Panel>
      </div>
      {flows.length === 0 ? null : (
        <FlowCompare
          key={run.id}
          scenarios={flows}
          first={drawnAtFirst(rows)}
          unit={unit}
          name={`${run.name}-cash-flows`}
          title={title}
        />
      )}
    </>
  );
}

/** Each factor at the ends that the scenarios give it. */
function factorEffects(bars: readonly TornadoBar[]): Effect[] {
  return widestFirst(
    bars.map((bar) => {
      const kind = FACTORS.find((one) => one.id === bar.factor);
      return {
        name: kind?.title ?? titleOf(bar.factor),
        ends: [bar.low, bar.high].flatMap((end) =>
          end === null || end.npv_change_percent === null
            ? []
            : [
                {
                  change: end.npv_change_percent,
                  says: kind ? sayFactor(kind, end.value * kind.times) : String(end.value),
                },
              ],
        ),
      };
    }),
  );
}

/** "20.00 % below the base in credit crisis": the finding of a run for the status bar. */
export function findingOf(run: StressDetail): string | null {
  const results = Object.entries(run.scenario_results ?? {}).map(([name, one]) => ({
    name,
    metrics: one.metrics,
  }));
  const worst = matrixOf(results, 0).find((row) => row.isWorst);
  const title = run.scenarios.find((one) => one.name === worst?.name)?.title;
  const change = worst?.cells.npv.change;
  return worst === undefined || change === null || change === undefined
    ? null
    : `Worst: ${title || titleOf(worst.name)}, NPV ${formatNumber(change, 2, "always")} %`;
}
