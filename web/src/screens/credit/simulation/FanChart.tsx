import { useRef } from "react";
import { ChartFrame } from "@/charts/ChartFrame";
import { useCrosshair } from "@/charts/crosshair";
import { ReadOut } from "@/charts/ReadOut";
import { areaPath, boundsOf, linear, linePath, nearest, niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { type Band, ordinal } from "./figures";

const LEFT = 50;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 22;

/** Bands around the median, the outer ones lighter. */
export function FanChart({
  xs,
  band: fan,
  label,
  name,
  titleX,
  formatX,
  tickX,
  ticksX,
  format,
  tick,
  height = 240,
}: {
  xs: readonly number[];
  band: Band;
  label: string;
  name: string;
  /** "Period": what the axis counts. */
  titleX: string;
  formatX: (x: number) => string;
  tickX: (x: number) => string;
  ticksX: (wanted: number) => number[];
  format: (value: number) => string;
  tick: (value: number) => string;
  height?: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const cross = useCrosshair();
  const x = linear(
    { low: xs[0] ?? 0, high: Math.max((xs[0] ?? 0) + 1, xs.at(-1) ?? 1) },
    LEFT,
    Math.max(LEFT + 1, width - RIGHT),
  );
  const bounds = boundsOf(fan.values.flat(), true);
  const y = linear(bounds, height - BOTTOM, TOP);
  const at = cross.x === null || xs.length === 0 ? -1 : nearest(xs, cross.x);
  const bands = Math.floor(fan.levels.length / 2);
  const middle = fan.levels.length % 2 === 1 ? bands : -1;
  const rows = (index: number) =>
    fan.levels
      .map((level, band) => ({
        title: level === 50 ? "Median" : `${ordinal(level)} percentile`,
        value: format(fan.values[band]?.[index] ?? Number.NaN),
      }))
      .reverse();
  const bandName = (band: number) =>
    `${(fan.levels[fan.levels.length - 1 - band] ?? 100) - (fan.levels[band] ?? 0)} % of paths`;
  const shade = (band: number) => 0.16 + (0.26 * band) / Math.max(1, bands - 1 || 1);
  return (
    <ChartFrame
      label={label}
      name={name}
      xs={xs}
      height={height}
      legend={[
        { title: "median", color: "var(--cat-1)", look: "line" },
        ...Array.from({ length: bands }, (_, band) => ({
          title: bandName(bands - 1 - band),
          color: `color-mix(in oklab, var(--cat-1) ${Math.round(100 * shade(bands - 1 - band))}%, var(--surface-1))`,
        })),
      ]}
      table={() => ({
        head: [titleX, ...fan.levels.map((level) => `${ordinal(level)} percentile`)],
        rows: xs.map((period, index) => [
          formatX(period),
          ...fan.values.map((list) => list[index] ?? null),
        ]),
      })}
      spoken={(index) =>
        [formatX(xs[index] ?? 0), ...rows(index).map((row) => `${row.title} ${row.value}`)].join(
          ", ",
        )
      }
    >
      <div
        ref={box}
        style={{ position: "absolute", inset: 0 }}
        onPointerMove={(event) => {
          const place = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
          cross.setX(xs[nearest(xs, x.invert(place))] ?? null);
        }}
        onPointerLeave={() => cross.setX(null)}
      >
        {width > 0 && xs.length > 0 ? (
          <svg data-chart width={width} height={height} aria-hidden="true" fontSize={11}>
            {niceTicks(bounds.low, bounds.high, 4).map((value) => (
              <g key={value}>
                <path
                  d={`M${LEFT} ${Math.round(y(value)) + 0.5}H${width - RIGHT}`}
                  stroke={value === 0 ? "var(--zero)" : "var(--grid)"}
                />
                <text x={LEFT - 6} y={y(value) + 4} textAnchor="end" fill="var(--axis)">
                  {tick(value)}
                </text>
              </g>
            ))}
            {ticksX(Math.max(2, Math.floor(width / 80))).map((value) => (
              <text
                key={value}
                x={x(value)}
                y={height - 6}
                textAnchor={x(value) > width - 24 ? "end" : "middle"}
                fill="var(--axis)"
              >
                {tickX(value)}
              </text>
            ))}
            {Array.from({ length: bands }, (_, band) => (
              <path
                key={fan.levels[band]}
                d={areaPath(
                  xs,
                  fan.values[band] ?? [],
                  fan.values[fan.levels.length - 1 - band] ?? [],
                  x,
                  y,
                )}
                fill="var(--cat-1)"
                opacity={shade(band)}
              />
            ))}
            {middle < 0 ? null : (
              <path
                d={linePath(xs, fan.values[middle] ?? [], x, y)}
                fill="none"
                stroke="var(--cat-1)"
                strokeWidth={2}
              />
            )}
            {at >= 0 ? (
              <path
                d={`M${Math.round(x(xs[at] ?? 0)) + 0.5} ${TOP}V${height - BOTTOM}`}
                stroke="var(--cross)"
                strokeDasharray="3 3"
              />
            ) : null}
          </svg>
        ) : null}
        {at >= 0 ? (
          <ReadOut head={formatX(xs[at] ?? 0)} rows={rows(at)} at={x(xs[at] ?? 0)} width={width} />
        ) : null}
      </div>
    </ChartFrame>
  );
}
