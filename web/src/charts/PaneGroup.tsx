import { useId, useRef, useState } from "react";
import styles from "./Chart.module.css";
import { ChartFrame, type ChartTable, type LegendEntry } from "./ChartFrame";
import { useCrosshair } from "./crosshair";
import { PaneDrawing } from "./PaneDrawing";
import { layPanes, type Pane } from "./panes";
import { ReadOut, type ReadOutRow } from "./ReadOut";
import { linear, nearest, niceTicks } from "./scale";
import { useSize } from "./useSize";

const LEFT = 46;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;

export interface PaneGroupProps {
  /** The finding in one sentence. */
  label: string;
  name: string;
  /** Sorted x values: periods, or milliseconds. */
  xs: readonly number[];
  /** "Period 57 · 25 Mar 2031". */
  formatX: (x: number) => string;
  /** The axis; `formatX` when not given. */
  tickX?: (x: number) => string;
  /** Where to put ticks; round numbers when not given. */
  ticksX?: (low: number, high: number, wanted: number) => number[];
  panes: readonly Pane[];
  height?: number;
  /** Why there is nothing, and what would fill it. */
  empty?: string;
  tools?: boolean;
  legend?: boolean;
}

/** Panes of different units under each other on one x-axis, with one cross-hair and one read-out. */
export function PaneGroup(props: PaneGroupProps) {
  const {
    label,
    name,
    xs,
    formatX,
    tickX = formatX,
    panes,
    height,
    empty,
    tools,
    legend = true,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const { width, height: shownHeight } = useSize(box);
  const cross = useCrosshair();
  const clip = useId();
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);

  const air = barAir(xs, panes);
  const low = cross.zoom?.[0] ?? (xs[0] ?? 0) - air;
  const high = cross.zoom?.[1] ?? (xs.at(-1) ?? 1) + air;
  const wanted = Math.max(2, Math.min(10, Math.floor(width / 80)));
  const shown = [nearest(xs, low), nearest(xs, high)] as const;
  const x = linear(
    { low, high: high === low ? low + 1 : high },
    LEFT,
    Math.max(LEFT + 1, width - RIGHT),
  );
  const laid = layPanes(panes, shown, TOP, shownHeight - BOTTOM);
  const at = cross.x === null || xs.length === 0 ? -1 : nearest(xs, cross.x);
  const ticks = (props.ticksX ?? niceTicks)(low, high, wanted);

  const locate = (event: React.PointerEvent) => {
    const place = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
    return Math.min(high, Math.max(low, x.invert(place)));
  };
  const onMove = (event: React.PointerEvent) => {
    const to = locate(event);
    cross.setX(xs[nearest(xs, to)] ?? null);
    if (drag !== null) {
      setDrag({ ...drag, to });
    }
  };
  const onUp = () => {
    if (drag !== null && Math.abs(x(drag.to) - x(drag.from)) > 8) {
      cross.setZoom([Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]);
    }
    setDrag(null);
  };
  const onWheel = (event: React.WheelEvent) => {
    if (event.ctrlKey && cross.x !== null) {
      const factor = event.deltaY > 0 ? 1.25 : 0.8;
      const first = xs[0] ?? 0;
      const last = xs.at(-1) ?? 1;
      const from = Math.max(first, cross.x - (cross.x - low) * factor);
      const to = Math.min(last, cross.x + (high - cross.x) * factor);
      cross.setZoom(from <= first && to >= last ? null : [from, to]);
    }
  };

  return (
    <ChartFrame
      label={label}
      name={name}
      xs={xs}
      height={height}
      tools={tools}
      legend={legend ? legendOf(panes) : []}
      table={() => tableOf(xs, formatX, panes)}
      spoken={(index) => spokenAt(index, xs, formatX, panes)}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the frame around it has the role and the keys */}
      <div
        ref={box}
        style={{ position: "absolute", inset: 0 }}
        onPointerMove={onMove}
        onPointerDown={(event) => {
          if (event.button === 0 && event.pointerType === "mouse") {
            const from = locate(event);
            setDrag({ from, to: from });
          }
          onMove(event);
        }}
        onPointerUp={onUp}
        onPointerLeave={() => {
          cross.setX(null);
          setDrag(null);
        }}
        onDoubleClick={() => cross.setZoom(null)}
        onWheel={onWheel}
      >
        {width > 0 && shownHeight > 0 ? (
          <svg data-chart width={width} height={shownHeight} aria-hidden="true" fontSize={11}>
            <clipPath id={clip}>
              <rect x={LEFT} y={0} width={Math.max(0, width - LEFT - RIGHT)} height={shownHeight} />
            </clipPath>
            {ticks.map((tick) => (
              <g key={tick}>
                <path
                  d={`M${Math.round(x(tick)) + 0.5} ${TOP}V${shownHeight - BOTTOM}`}
                  stroke="var(--grid)"
                />
                <text
                  x={x(tick)}
                  y={shownHeight - 5}
                  fill="var(--axis)"
                  textAnchor={x(tick) > width - 30 ? "end" : "middle"}
                >
                  {tickX(tick)}
                </text>
              </g>
            ))}
            {laid.map((one, index) => (
              <PaneDrawing
                key={one.pane.id}
                laid={one}
                xs={xs}
                x={x}
                left={LEFT}
                right={width - RIGHT}
                at={at}
                clip={clip}
                titled={index > 0 || panes.length === 1}
              />
            ))}
            {at >= 0 ? (
              <path
                d={`M${Math.round(x(xs[at] ?? 0)) + 0.5} ${TOP}V${shownHeight - BOTTOM}`}
                stroke="var(--cross)"
                strokeDasharray="3 3"
              />
            ) : null}
            {drag !== null ? (
              <rect
                x={Math.min(x(drag.from), x(drag.to))}
                y={TOP}
                width={Math.abs(x(drag.to) - x(drag.from))}
                height={Math.max(0, shownHeight - TOP - BOTTOM)}
                fill="var(--accent)"
                opacity={0.15}
              />
            ) : null}
          </svg>
        ) : null}
        {xs.length === 0 ? <div className={styles.empty}>{empty ?? "No data yet"}</div> : null}
        {at >= 0 && drag === null ? (
          <ReadOut
            head={formatX(xs[at] ?? 0)}
            rows={readRows(at, panes)}
            at={x(xs[at] ?? 0)}
            width={width}
          />
        ) : null}
      </div>
    </ChartFrame>
  );
}

/** Half a slot on both sides, so that the first and the last bar are whole. */
function barAir(xs: readonly number[], panes: readonly Pane[]): number {
  const bars = panes.some((pane) => pane.series.some((one) => one.form === "bars"));
  return bars ? ((xs[1] ?? 1) - (xs[0] ?? 0)) / 2 : 0;
}

function legendOf(panes: readonly Pane[]): LegendEntry[] {
  return panes.flatMap((pane) =>
    pane.series
      .filter((one) => !one.direct && !one.unlisted)
      .map(
        (one): LegendEntry => ({
          title: one.title,
          color: one.color,
          look: one.dashed ? "dash" : one.form === "stack" || one.form === "bars" ? "fill" : "line",
        }),
      ),
  );
}

/** Stacks from the top down as they are seen, then the total, then the lines. */
function readRows(at: number, panes: readonly Pane[]): ReadOutRow[] {
  return panes.flatMap((pane) => {
    const spoken = pane.series.filter((one) => !one.silent);
    const piled = spoken.filter((one) => one.form === "stack" || one.form === "bars");
    const lines = spoken.filter((one) => !piled.includes(one));
    const show = (value: number | null | undefined) =>
      value === null || value === undefined ? "n/a" : pane.format(value);
    const row = (one: (typeof spoken)[number]): ReadOutRow => ({
      title: one.title,
      value: show(one.values[at]),
      color: one.color,
      look: one.dashed ? "dash" : piled.includes(one) ? "fill" : "line",
    });
    const sum = piled.reduce((total, one) => total + (one.values[at] ?? 0), 0);
    return [
      ...[...piled].reverse().map(row),
      ...(pane.total === undefined ? [] : [{ title: pane.total, value: show(sum) }]),
      ...lines.map(row),
    ];
  });
}

function spokenAt(
  index: number,
  xs: readonly number[],
  formatX: (x: number) => string,
  panes: readonly Pane[],
): string {
  const rows = readRows(index, panes).map((row) => `${row.title} ${row.value}`);
  return [formatX(xs[index] ?? 0), ...rows].join(", ");
}

function tableOf(
  xs: readonly number[],
  formatX: (x: number) => string,
  panes: readonly Pane[],
): ChartTable {
  const series = panes.flatMap((pane) => pane.series.map((one) => ({ one, pane })));
  return {
    head: ["", ...series.map(({ one, pane }) => `${one.title} (${pane.title})`)],
    rows: xs.map((x, index) => [formatX(x), ...series.map(({ one }) => one.values[index] ?? null)]),
  };
}
