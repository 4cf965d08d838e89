import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import { formatClock, formatInstant, type Zone } from "@/format/time";
import { cx } from "@/ui/cx";
import styles from "./Chart.module.css";
import { ChartFrame } from "./ChartFrame";
import { useCrosshair } from "./crosshair";
import { resolveColor } from "./picture";
import { ReadOut } from "./ReadOut";
import { nearest, type Point, timeTicks } from "./scale";
import { useSize } from "./useSize";

export interface TimeSeries {
  title: string;
  values: readonly Point[];
  color: string;
  /** Steps for states such as rates and levels. */
  step?: boolean;
  dashed?: boolean;
  /** Only with an axis that starts at zero. */
  fill?: boolean;
}

export interface TimeChartProps {
  label: string;
  name: string;
  /** Milliseconds, sorted. */
  times: readonly number[];
  series: readonly TimeSeries[];
  format: (value: number) => string;
  zone?: Zone;
  fromZero?: boolean;
  height?: number;
  empty?: string;
  tools?: boolean;
}

/** Long time series on canvas: money on the right, drag zooms, double click resets. */
export function TimeChart(props: TimeChartProps) {
  const {
    label,
    name,
    times,
    series,
    format,
    zone = "UTC",
    fromZero,
    height,
    empty,
    tools,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const size = useSize(box);
  const cross = useCrosshair();
  const theme = useTheme();
  const setX = useRef(cross.setX);
  setX.current = cross.setX;
  const data = useMemo(
    () =>
      [
        times.map((time) => time / 1_000),
        ...series.map((one) => [...one.values]),
      ] as uPlot.AlignedData,
    [times, series],
  );
  const ready = size.width > 0 && times.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme needs new colours
  useEffect(() => {
    if (box.current === null || !ready) {
      return;
    }
    const axis = {
      stroke: resolveColor("var(--axis)"),
      font: "11px Inter Variable",
      ticks: { show: false },
    };
    const grid = { stroke: resolveColor("var(--grid)"), width: 1 };
    const made = new uPlot(
      {
        width: box.current.clientWidth,
        height: box.current.clientHeight,
        legend: { show: false },
        padding: [8, 0, 0, 16],
        cursor: { drag: { x: true, y: false }, y: false },
        scales: {
          x: { time: true },
          y: fromZero ? { range: (_, low, high) => [Math.min(0, low), high * 1.06 || 1] } : {},
        },
        axes: [
          {
            ...axis,
            grid,
            size: 22,
            splits: (_, __, low, high) =>
              timeTicks(low * 1_000, high * 1_000).map((time) => time / 1_000),
            values: (_, splits) =>
              splits.map((time) => formatClock(new Date(time * 1_000), zone, "minute")),
          },
          { ...axis, grid, side: 1, size: 56, values: (_, splits) => splits.map(format) },
        ],
        series: [
          {},
          ...series.map(
            (one): uPlot.Series => ({
              label: one.title,
              stroke: resolveColor(one.color),
              width: one.dashed ? 1.4 : 1.7,
              dash: one.dashed ? [5, 3] : undefined,
              fill: one.fill ? `${resolveColor(one.color)}22` : undefined,
              paths: one.step ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
              points: { show: false },
              spanGaps: false,
            }),
          ),
        ],
        hooks: {
          drawClear: [(self) => hatchGaps(self, resolveColor("var(--warn-mark)"))],
          setCursor: [
            (self) => {
              const index = self.cursor.idx;
              const time = index === null || index === undefined ? undefined : self.data[0][index];
              if (self.cursor.left !== undefined && self.cursor.left >= 0) {
                setX.current(time === undefined ? null : time * 1_000);
              }
            },
          ],
        },
      },
      data,
      box.current,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [series, fromZero, format, zone, theme, ready]);

  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => {
    if (size.width > 0) {
      plot.current?.setSize(size);
    }
  }, [size]);

  const at = cross.x === null || times.length === 0 ? -1 : nearest(times, cross.x);
  const position = at < 0 ? 0 : (plot.current?.valToPos((times[at] ?? 0) / 1_000, "x") ?? 0);
  useEffect(() => {
    const self = plot.current;
    if (self !== null && at >= 0 && Math.abs((self.cursor.left ?? -10) - position) > 1) {
      self.setCursor({ left: position, top: 0 }, false);
    }
  }, [at, position]);

  return (
    <ChartFrame
      label={label}
      name={name}
      xs={times}
      height={height}
      tools={tools}
      legend={series.map((one) => ({
        title: one.title,
        color: one.color,
        look: one.dashed ? "dash" : "line",
      }))}
      table={() => ({
        head: [`Time, ${zone}`, ...series.map((one) => one.title)],
        rows: times.map((time, index) => [
          formatInstant(new Date(time), zone),
          ...series.map((one) => one.values[index] ?? null),
        ]),
      })}
      spoken={(index) =>
        `${formatInstant(new Date(times[index] ?? 0), zone)}, ${readRows(series, index, format)
          .map((row) => `${row.title} ${row.value}`)
          .join(", ")}`
      }
    >
      <div
        ref={box}
        className={cx(styles.time)}
        style={{ position: "absolute", inset: 0 }}
        onPointerLeave={() => cross.setX(null)}
      />
      {times.length === 0 ? <div className={styles.empty}>{empty ?? "No data yet"}</div> : null}
      {at >= 0 ? (
        <ReadOut
          head={formatInstant(new Date(times[at] ?? 0), zone)}
          rows={readRows(series, at, format)}
          at={position}
          width={size.width}
        />
      ) : null}
    </ChartFrame>
  );
}

function readRows(series: readonly TimeSeries[], at: number, format: (value: number) => string) {
  return series.map((one) => {
    const value = one.values[at];
    return {
      title: one.title,
      value: value === null || value === undefined ? "no data" : format(value),
      color: one.color,
      look: one.dashed ? ("dash" as const) : ("line" as const),
    };
  });
}

/** A gap stays a gap: where the first series has no value the plot is hatched. */
function hatchGaps(self: uPlot, color: string): void {
  const [times, values] = self.data;
  const { ctx, bbox } = self;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.globalAlpha = 0.3;
  for (let from = 0; from < times.length; from += 1) {
    if (values?.[from] !== null) {
      continue;
    }
    let to = from;
    while (to < times.length && values?.[to] === null) {
      to += 1;
    }
    const left = self.valToPos(times[Math.max(0, from - 1)] ?? 0, "x", true);
    const right = self.valToPos(times[Math.min(times.length - 1, to)] ?? 0, "x", true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 12) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
    from = to;
  }
  ctx.restore();
}

/** Redraws canvases when the theme changes. */
function useTheme(): string {
  const read = () => document.documentElement.dataset.theme ?? "dark";
  const [theme, setTheme] = useState(read);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(read()));
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  });
  return theme;
}
