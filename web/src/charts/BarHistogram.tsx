import { useRef } from "react";
import styles from "./Chart.module.css";
import { ChartFrame } from "./ChartFrame";
import { useCrosshair } from "./crosshair";
import { ReadOut } from "./ReadOut";
import { boundsOf, linear, nearest, niceTicks } from "./scale";
import { useSize } from "./useSize";

export interface Bin {
  low: number;
  high: number;
  count: number;
}

export interface BarHistogramProps {
  label: string;
  name: string;
  bins: readonly Bin[];
  /** Drawn filled in grey behind; the live bins are then outlined. */
  reference?: readonly Bin[];
  /** Observed value, percentiles, limits. */
  marks?: readonly { value: number; title: string; color?: string }[];
  formatX: (value: number) => string;
  formatY?: (value: number) => string;
  titleX: string;
  height?: number;
  tools?: boolean;
  empty?: string;
}

const LEFT = 42;
const RIGHT = 10;
const TOP = 20;
const BOTTOM = 32;

/** A distribution, with its reference and marked values. */
export function BarHistogram(props: BarHistogramProps) {
  const {
    label,
    name,
    bins,
    reference = [],
    marks = [],
    formatX,
    titleX,
    height,
    tools,
    empty,
  } = props;
  const formatY = props.formatY ?? ((value: number) => value.toLocaleString("en"));
  const box = useRef<HTMLDivElement>(null);
  const { width, height: shown } = useSize(box);
  const cross = useCrosshair();
  const all = [...bins, ...reference];
  const low = Math.min(...all.map((bin) => bin.low), ...marks.map((mark) => mark.value));
  const high = Math.max(...all.map((bin) => bin.high), ...marks.map((mark) => mark.value));
  const x = linear(
    { low, high: high > low ? high : low + 1 },
    LEFT,
    Math.max(LEFT + 1, width - RIGHT),
  );
  const bounds = boundsOf(
    all.map((bin) => bin.count),
    true,
  );
  const y = linear(bounds, shown - BOTTOM, TOP);
  const middles = bins.map((bin) => (bin.low + bin.high) / 2);
  const at = cross.x === null || bins.length === 0 ? -1 : nearest(middles, cross.x);
  const chosen = bins[at];
  const bar = (bin: Bin, outlined: boolean, strong: boolean) => (
    <rect
      key={`${outlined}:${bin.low}`}
      x={x(bin.low) + 0.5}
      y={y(bin.count)}
      width={Math.max(1, x(bin.high) - x(bin.low) - 1)}
      height={Math.max(0, y(0) - y(bin.count))}
      fill={outlined ? "var(--cat-1)" : "var(--cat-other)"}
      fillOpacity={outlined ? (reference.length > 0 ? 0.12 : strong ? 1 : 0.85) : 0.45}
      stroke={outlined && reference.length > 0 ? "var(--cat-1)" : "none"}
    />
  );
  return (
    <ChartFrame
      label={label}
      name={name}
      xs={middles}
      height={height}
      tools={tools}
      legend={
        reference.length > 0
          ? [
              { title: "Reference", color: "var(--cat-other)" },
              { title: "Live", color: "var(--cat-1)", look: "line" },
            ]
          : []
      }
      table={() => ({
        head: [`${titleX} from`, "to", "count"],
        rows: bins.map((bin) => [bin.low, bin.high, bin.count]),
      })}
      spoken={(index) => {
        const bin = bins[index];
        return bin ? `${formatX(bin.low)} to ${formatX(bin.high)}, ${formatY(bin.count)}` : "";
      }}
    >
      <div
        ref={box}
        style={{ position: "absolute", inset: 0 }}
        onPointerMove={(event) => {
          const place = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
          cross.setX(middles[nearest(middles, x.invert(place))] ?? null);
        }}
        onPointerLeave={() => cross.setX(null)}
      >
        {width > 0 && bins.length > 0 ? (
          <svg data-chart width={width} height={shown} aria-hidden="true" fontSize={11}>
            {niceTicks(0, bounds.high, 3).map((value) => (
              <g key={value}>
                <path
                  d={`M${LEFT} ${Math.round(y(value)) + 0.5}H${width - RIGHT}`}
                  stroke={value === 0 ? "var(--zero)" : "var(--grid)"}
                />
                <text x={LEFT - 6} y={y(value) + 4} textAnchor="end" fill="var(--axis)">
                  {formatY(value)}
                </text>
              </g>
            ))}
            {niceTicks(low, high, Math.max(2, Math.floor(width / 70))).map((value) => (
              <text
                key={value}
                x={x(value)}
                y={shown - 18}
                textAnchor={x(value) > width - 24 ? "end" : "middle"}
                fill="var(--axis)"
              >
                {formatX(value)}
              </text>
            ))}
            <text x={width - RIGHT} y={shown - 4} textAnchor="end" fill="var(--axis)">
              {titleX}
            </text>
            {reference.map((bin) => bar(bin, false, false))}
            {bins.map((bin, index) => bar(bin, true, index === at))}
            {marks.map((mark) => (
              <g key={mark.title}>
                <path
                  d={`M${x(mark.value)} ${TOP - 4}V${shown - BOTTOM}`}
                  stroke={mark.color ?? "var(--text)"}
                  strokeWidth={1.5}
                />
                <text
                  x={x(mark.value)}
                  y={TOP - 8}
                  textAnchor={
                    x(mark.value) > width - 60 ? "end" : x(mark.value) < 60 ? "start" : "middle"
                  }
                  fill={mark.color ?? "var(--text-2)"}
                >
                  {mark.title}
                </text>
              </g>
            ))}
          </svg>
        ) : null}
        {bins.length === 0 ? <div className={styles.empty}>{empty ?? "No data yet"}</div> : null}
        {chosen ? (
          <ReadOut
            head={`${formatX(chosen.low)} to ${formatX(chosen.high)}`}
            rows={[{ title: "Count", value: formatY(chosen.count), color: "var(--cat-1)" }]}
            at={x(middles[at] ?? 0)}
            width={width}
          />
        ) : null}
      </div>
    </ChartFrame>
  );
}
