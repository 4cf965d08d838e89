import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CrosshairProvider } from "@/charts/crosshair";
import { counted, formatFraction, formatNumber } from "@/format/numbers";
import { fraction } from "@/format/units";
import { Banner } from "@/ui/Banner";
import { Delta, Metric } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Empty } from "@/ui/States";
import { useSearchState } from "../../search";
import type { AmountUnit } from "../model/units";
import {
  type Measure,
  type SimulationDetail,
  type SimulationReport,
  simulationQuery,
  simulationsQuery,
  stateOf,
  type Tail,
} from "./api";
import { ConvergencePanel, FanPanel, Paths } from "./ByPeriod";
import { Distribution, Percentiles } from "./Distribution";
import { LOOKS, type MeasureLook, sayFigure, unitOf } from "./figures";
import styles from "./Simulation.module.css";

const NOTHING = "none";

/** Distribution, bands by period, convergence, percentiles and chosen paths of a simulation. */
export function Results({ one, unit }: { one: SimulationDetail; unit: AmountUnit }) {
  const [search, change] = useSearchState();
  const finished = useInfiniteQuery(simulationsQuery)
    .data?.pages.flatMap((page) => page.items)
    .filter((row) => stateOf(row.state) === "succeeded" && row.id !== one.id);
  const otherId = search.compare ?? NOTHING;
  const other = useQuery({ ...simulationQuery(otherId), enabled: otherId !== NOTHING }).data;
  const { result } = one;
  if (result === null) {
    return (
      <Panel label="Result">
        <Empty title="This simulation has no result">Run it again to see its figures.</Empty>
      </Panel>
    );
  }
  const looks = LOOKS.filter((one) => result.measures[one.id] !== undefined);
  const look = looks.find((one) => one.id === search.measure) ?? looks[0];
  const measure = look === undefined ? undefined : result.measures[look.id];
  if (look === undefined || measure === undefined) {
    return (
      <Panel label="Result">
        <Empty title="No figure was computed">The paths gave no value, return or loss.</Empty>
      </Panel>
    );
  }
  const against = other?.result?.measures[look.id] ?? null;
  const [tail] = tailsOf(result, look);
  const before = other?.result ? tailsOf(other.result, look)[0] : undefined;
  const say = (value: number) => sayFigure(look, value, unit);
  return (
    <>
      <Notes one={one} />
      <Panel label="Measures" className={styles.metsPanel}>
        <Figures
          measure={measure}
          look={look}
          unit={unit}
          against={against}
          tail={tail}
          before={before}
        />
      </Panel>
      <div className={styles.pair}>
        <Panel
          title={`Distribution of ${look.title}`}
          sub={`${counted(measure.count, "path")}, ${unitOf(look, unit)}`}
          actions={
            looks.length > 1 ? (
              <Segmented
                label="Measure"
                options={looks.map((one) => ({ value: one.id, text: one.title }))}
                value={look.id}
                onChange={(next) => change({ measure: next === looks[0]?.id ? undefined : next })}
              />
            ) : null
          }
        >
          <PanelBody>
            <CrosshairProvider>
              <Distribution
                measure={measure}
                tail={tail}
                reference={result.reference}
                against={against}
                look={look}
                unit={unit}
                name={`${one.name}-${look.id}`}
              />
            </CrosshairProvider>
          </PanelBody>
        </Panel>
        <Panel
          title="Percentiles"
          sub={unitOf(look, unit)}
          actions={
            <div className={styles.pick}>
              <span className={styles.caption} aria-hidden="true">
                Compare with
              </span>
              <Select
                label="Compare with"
                hideLabel
                options={[
                  { value: NOTHING, text: "Nothing" },
                  ...(finished ?? []).map((row) => ({ value: row.id, text: row.name })),
                ]}
                value={otherId}
                onChange={(id) => change({ compare: id === NOTHING ? undefined : id })}
              />
            </div>
          }
        >
          <PanelBody className={styles.scroll}>
            <Percentiles
              measure={measure}
              against={against}
              otherName={other?.name}
              say={say}
              look={look}
            />
          </PanelBody>
        </Panel>
        <FanPanel fan={result.fan} unit={unit} file={`${one.name}-by-period`} />
        {result.convergence.length === 0 ? null : (
          <ConvergencePanel
            points={result.convergence}
            settled={result.converged}
            unit={unit}
            file={`${one.name}-convergence`}
          />
        )}
      </div>
      {result.chosen_paths.length === 0 ? null : (
        <Paths
          paths={result.chosen_paths}
          fan={result.fan}
          unit={unit}
          file={`${one.name}-paths`}
        />
      )}
    </>
  );
}

/** The bad tail belongs to the value and to the loss; other measures have none. */
function tailsOf(result: SimulationReport, look: MeasureLook): Tail[] {
  return look.id === "value" ? result.value_tails : look.id === "loss" ? result.loss_tails : [];
}

function Notes({ one }: { one: SimulationDetail }) {
  const clamped = (one.result?.variables ?? []).filter((variable) => variable.clamped_share > 0);
  const warnings = one.result?.warnings ?? [];
  return (
    <>
      {clamped.length === 0 ? null : (
        <Banner tone="warn" title="Draws were moved to a limit.">
          {clamped
            .map(
              (variable) =>
                `${variable.name} on ${formatFraction(fraction(variable.clamped_share), 1)} of paths`,
            )
            .join(", ")}
          . The distribution that was run is narrower than the one described.
        </Banner>
      )}
      {warnings.length === 0 ? null : (
        <Banner tone="warn" title={`${counted(warnings.length, "note")}.`}>
          {warnings.map((note) => note.message).join(" ")}
        </Banner>
      )}
    </>
  );
}

function Figures({
  measure,
  look,
  unit,
  against,
  tail,
  before,
}: {
  measure: Measure;
  look: MeasureLook;
  unit: AmountUnit;
  against: Measure | null;
  tail: Tail | undefined;
  before: Tail | undefined;
}) {
  const say = (value: number) => sayFigure(look, value, unit);
  const change = (value: number, before: number | undefined) =>
    before === undefined ? undefined : (
      <Delta
        value={value - before}
        good="neither"
        text={`${value - before > 0 ? "+" : ""}${say(value - before)}`}
      />
    );
  return (
    <div className={styles.mets}>
      <Metric
        name={`Mean, ${unitOf(look, unit)}`}
        value={say(measure.mean)}
        note={change(measure.mean, against?.mean) ?? `± ${say(1.96 * measure.standard_error)}`}
      />
      <Metric
        name="Median"
        value={say(measure.median)}
        note={change(measure.median, against?.median)}
      />
      <Metric
        name="Deviation"
        value={say(measure.standard_deviation)}
        note={change(measure.standard_deviation, against?.standard_deviation)}
      />
      {tail === undefined ? null : (
        <>
          <Metric
            name={`VaR ${formatNumber(100 * tail.level, 0)} %`}
            value={say(tail.value_at_risk)}
            note={
              change(tail.value_at_risk, before?.value_at_risk) ??
              (tail.confidence_low === null || tail.confidence_high === null
                ? undefined
                : `${say(tail.confidence_low)} to ${say(tail.confidence_high)}`)
            }
          />
          <Metric
            name={`Shortfall ${formatNumber(100 * tail.level, 0)} %`}
            value={say(tail.expected_shortfall)}
            note={change(tail.expected_shortfall, before?.expected_shortfall) ?? "mean beyond VaR"}
          />
        </>
      )}
      <Metric
        name="Shape"
        value={measure.skewness === null ? "n/a" : formatNumber(measure.skewness, 2)}
        note={
          measure.excess_kurtosis === null
            ? "skew"
            : `skew; excess kurtosis ${formatNumber(measure.excess_kurtosis, 2)}`
        }
      />
    </div>
  );
}
