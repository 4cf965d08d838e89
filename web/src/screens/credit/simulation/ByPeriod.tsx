import { useState } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { PaneGroup } from "@/charts/PaneGroup";
import { nearest } from "@/charts/scale";
import { counted, formatCount, formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { Chip } from "@/ui/Marks";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import type { AmountUnit } from "../model/units";
import type { ChosenPath, ConvergencePoint, Fan } from "./api";
import { FanChart } from "./FanChart";
import { bandOf, yearStarts } from "./figures";
import styles from "./Simulation.module.css";

const SERIES = [
  { value: "cash", text: "Cash" },
  { value: "balance", text: "Balance" },
  { value: "cumulative_loss", text: "Loss so far" },
] as const;
type SeriesId = (typeof SERIES)[number]["value"];

const dateAt = (fan: Fan, period: number) => fan.dates[nearest(fan.periods, period)] ?? "";

/** Bands of cash, balance or loss over time. */
export function FanPanel({ fan, unit, file }: { fan: Fan; unit: AmountUnit; file: string }) {
  const [series, setSeries] = useState<SeriesId>("cash");
  const band = bandOf(fan, series);
  const title = SERIES.find((one) => one.value === series)?.text ?? "";
  const half = Math.floor(fan.periods.length / 2);
  const at = (list: readonly number[] | undefined) => unit.format(list?.[half] ?? 0);
  return (
    <Panel
      title="By period"
      sub={`${unit.name}, percentiles of each period`}
      actions={<Segmented label="Series" options={SERIES} value={series} onChange={setSeries} />}
    >
      <PanelBody>
        <CrosshairProvider>
          <FanChart
            xs={fan.periods}
            band={band}
            label={`${title} by period: in period ${fan.periods[half] ?? 0} the median is ${at(band.values[Math.floor(band.levels.length / 2)])}, between ${at(band.values[0])} and ${at(band.values.at(-1))}`}
            name={file}
            titleX="Period"
            formatX={(period) =>
              `Period ${Math.round(period)} · ${formatDate(dateAt(fan, period))}`
            }
            tickX={(period) => dateAt(fan, period).slice(0, 4)}
            ticksX={(wanted) => yearStarts(fan, wanted)}
            format={(value) => unit.format(value)}
            tick={unit.tick}
          />
        </CrosshairProvider>
      </PanelBody>
    </Panel>
  );
}

const CERTAIN = 1.96;

/** How the mean settled with more paths. */
export function ConvergencePanel({
  points,
  settled,
  unit,
  file,
}: {
  points: readonly ConvergencePoint[];
  settled: boolean;
  unit: AmountUnit;
  file: string;
}) {
  const paths = points.map((point) => point.paths);
  const mean = points.map((point) => point.mean);
  const end = (sign: number) =>
    points.map((point) => point.mean + sign * CERTAIN * point.standard_error);
  const by = (values: readonly number[]) => values.map((value) => value / unit.by);
  const last = mean.at(-1) ?? 0;
  const line = (
    id: string,
    title: string,
    values: readonly number[],
    color: string,
    dashed: boolean,
  ) => ({
    id,
    title,
    values: by(values),
    color,
    form: "line" as const,
    dashed,
  });
  return (
    <Panel
      title="Convergence"
      sub={`mean NPV with 95 % interval, ${unit.name}`}
      actions={
        <Chip tone={settled ? "ok" : "warn"}>
          {settled ? "settled" : "not settled, take more paths"}
        </Chip>
      }
    >
      <PanelBody>
        <CrosshairProvider>
          <PaneGroup
            label={`After ${formatCount(paths.at(-1) ?? 0)} paths the mean is ${unit.format(last)}; it ${settled ? "has settled" : "still moves"}`}
            name={file}
            xs={paths}
            formatX={(count) => counted(Math.round(count), "path")}
            tickX={(count) => formatCount(Math.round(count))}
            height={240}
            panes={[
              {
                id: "mean",
                title: "",
                format: (value) => formatNumber(value, unit.digits),
                tick: (value) => unit.tick(value * unit.by),
                series: [
                  line("high", "Upper end", end(1), "var(--text-3)", true),
                  line("mean", "Mean", mean, "var(--cat-1)", false),
                  line("low", "Lower end", end(-1), "var(--text-3)", true),
                ],
              },
            ]}
          />
        </CrosshairProvider>
      </PanelBody>
    </Panel>
  );
}

const PATH_COLORS = [
  "var(--cat-1)",
  "var(--cat-5)",
  "var(--cat-2)",
  "var(--cat-4)",
  "var(--cat-3)",
];

const pathName = (path: ChosenPath) => `Path ${formatCount(path.path + 1)}`;

/** Some paths one by one. */
export function Paths({
  paths,
  fan,
  unit,
  file,
}: {
  paths: readonly ChosenPath[];
  fan: Fan;
  unit: AmountUnit;
  file: string;
}) {
  const names = Object.keys(paths[0]?.variables ?? {});
  const drawn = paths.slice(0, PATH_COLORS.length).filter((path) => path.series.cash !== undefined);
  return (
    <Panel title="Chosen paths" sub="what was drawn, and what came of it">
      <PanelBody className={styles.scroll}>
        <table className={styles.figures} aria-label="Chosen paths">
          <thead>
            <tr>
              <th scope="col">Path</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">NPV, {unit.name}</th>
              <th scope="col">Return, %</th>
              <th scope="col">Loss, {unit.name}</th>
            </tr>
          </thead>
          <tbody>
            {paths.map((path) => (
              <tr key={path.path}>
                <th scope="row">{pathName(path)}</th>
                {names.map((name) => (
                  <td key={name}>{formatNumber(path.variables[name] ?? Number.NaN, 4)}</td>
                ))}
                <td>{unit.format(path.value)}</td>
                <td>{path.irr === null ? "n/a" : formatNumber(100 * path.irr, 2)}</td>
                <td>{unit.format(path.loss)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </PanelBody>
      {drawn.length === 0 ? null : (
        <PanelBody>
          <CrosshairProvider>
            <PaneGroup
              label={`Cash by period on ${counted(drawn.length, "path")}`}
              name={file}
              xs={fan.periods}
              formatX={(period) =>
                `Period ${Math.round(period)} · ${formatDate(dateAt(fan, period))}`
              }
              tickX={(period) => dateAt(fan, period).slice(0, 4)}
              ticksX={(_low, _high, wanted) => yearStarts(fan, wanted)}
              height={220}
              panes={[
                {
                  id: "cash",
                  title: "",
                  fromZero: true,
                  format: (value) => formatNumber(value, unit.digits),
                  tick: (value) => unit.tick(value * unit.by),
                  series: drawn.map((path, at) => ({
                    id: String(path.path),
                    title: pathName(path),
                    values: (path.series.cash ?? []).map((value) => value / unit.by),
                    color: PATH_COLORS[at] ?? "var(--cat-other)",
                    form: "line" as const,
                  })),
                },
              ]}
            />
          </CrosshairProvider>
        </PanelBody>
      )}
    </Panel>
  );
}
