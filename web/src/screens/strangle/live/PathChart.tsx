import { useId, useMemo, useRef } from "react";
import chart from "@/charts/Chart.module.css";
import { ChartFrame } from "@/charts/ChartFrame";
import { useCrosshair } from "@/charts/crosshair";
import { ReadOut } from "@/charts/ReadOut";
import {
  areaPath,
  boundsOf,
  linear,
  linePath,
  nearest,
  niceTicks,
  timeTicks,
} from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { formatAmount, formatNumber, MINUS } from "@/format/numbers";
import { formatClock } from "@/format/time";
import { type PathSample, thin } from "../model/path";
import { signedPercent } from "../model/words";
import { Hatch } from "./LimitsBar";

export interface PathChartProps {
  samples: readonly PathSample[];
  from: number;
  /** The end of the axis: the planned exit while it is ahead. */
  to: number;
  maxLoss: number | null;
  maxProfit: number | null;
  underlying: string;
  name: string;
  height?: number;
  empty: string;
}

const TOP = 8;
const BOTTOM = 20;
const LEFT = 4;
const RIGHT = 46;
const IST_MS = 5.5 * 3_600_000;

/** Net P&L in per cent over the session with its limits, and the index under it. */
export function PathChart(props: PathChartProps) {
  const { samples, underlying, name, height } = props;
  const last = samples.at(-1);
  const xs = useMemo(() => samples.map((sample) => sample.at), [samples]);
  return (
    <ChartFrame
      label={
        last === undefined
          ? "P&L path, no samples yet"
          : `P&L path: net ${signedPercent(last.percent)} at ${clock(last.at)} IST`
      }
      name={name}
      xs={xs}
      height={height}
      legend={[
        { title: "net", color: "var(--cat-1)", look: "line" },
        { title: "trailing stop", color: "var(--accent)", look: "line" },
        { title: `${underlying} index`, color: "var(--text-2)", look: "line" },
      ]}
      table={() => ({
        head: ["Time, IST", "Net, USD", "Net, %", "Trailing, %", `${underlying} index`],
        rows: samples.map((sample) => [
          clock(sample.at),
          formatNumber(sample.net, 2, "always"),
          sample.percent === null ? null : formatNumber(sample.percent, 2, "always"),
          sample.level,
          sample.spot === null ? null : formatNumber(sample.spot, 1),
        ]),
      })}
      spoken={(k) => {
        const sample = samples[k];
        return sample === undefined
          ? ""
          : `${clock(sample.at)} IST, net ${signedPercent(sample.percent)}, trailing ${levelText(sample.level)}`;
      }}
    >
      <Plot {...props} xs={xs} />
    </ChartFrame>
  );
}

const clock = (at: number) => formatClock(new Date(at), "IST", "minute");
const levelText = (level: number | null) =>
  level === null ? "not armed" : signedPercent(level, Number.isInteger(level) ? 0 : 1);

function Plot(props: PathChartProps & { xs: readonly number[] }) {
  const { samples, xs, from, to, maxLoss, maxProfit, underlying, empty } = props;
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const id = useId();
  const cross = useCrosshair();
  const right = width - RIGHT;
  const bottom = height - BOTTOM;
  const drawn = useMemo(() => thin(samples, Math.max(1, right - LEFT)), [samples, right]);
  const times = drawn.map((sample) => sample.at);
  const x = linear({ low: from, high: Math.max(to, from + 1) }, LEFT, Math.max(LEFT + 1, right));

  const split = Math.round(TOP + (bottom - TOP) * 0.72);
  const percents = drawn.map((sample) => sample.percent);
  const levels = drawn.map((sample) => sample.level);
  const ends = [maxLoss === null ? null : -maxLoss, maxProfit];
  const bounds = boundsOf([...percents, ...levels, ...ends, 0], true);
  const y = linear(bounds, split, TOP);
  const spots = drawn.map((sample) => sample.spot);
  const spotBounds = boundsOf(spots, false);
  const ySpot = linear(spotBounds, bottom - 4, split + 20);
  const lastSample = drawn.at(-1);
  const nowX = lastSample === undefined ? LEFT : x(lastSample.at);
  const at = cross.x === null || xs.length === 0 ? -1 : nearest(xs, cross.x);
  const here = samples[at];
  const wanted = Math.max(2, Math.min(8, Math.floor((right - LEFT) / 46)));

  return (
    <div
      ref={box}
      style={{ position: "absolute", inset: 0 }}
      onPointerMove={(event) => {
        const place = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
        cross.setX(xs[nearest(xs, x.invert(place))] ?? null);
      }}
      onPointerLeave={() => cross.setX(null)}
    >
      {width === 0 || height === 0 ? null : (
        <svg data-chart width={width} height={height} aria-hidden="true" fontSize={11}>
          <Hatch id={`${id}f`} color="var(--text-3)" gap={6} />
          {right > nowX ? (
            <rect
              x={nowX}
              y={TOP}
              width={right - nowX}
              height={Math.max(0, bottom - TOP)}
              fill={`url(#${id}f)`}
              opacity={0.16}
            />
          ) : null}
          {istTicks(from, to, wanted).map((tick) => (
            <g key={tick}>
              <path d={`M${Math.round(x(tick)) + 0.5} ${TOP}V${bottom}`} stroke="var(--grid)" />
              <text
                x={Math.min(right - 14, Math.max(LEFT + 14, x(tick)))}
                y={height - 5}
                textAnchor="middle"
                fill="var(--axis)"
              >
                {clock(tick)}
              </text>
            </g>
          ))}
          {niceTicks(bounds.low, bounds.high, 6).map((tick) => (
            <g key={tick}>
              <path
                d={`M${LEFT} ${Math.round(y(tick)) + 0.5}H${right}`}
                stroke={tick === 0 ? "var(--zero)" : "var(--grid)"}
              />
              <text x={right + 6} y={y(tick) + 4} fill="var(--axis)">
                {tick === 0 ? "0" : tick < 0 ? `${MINUS}${-tick}` : `+${tick}`}
              </text>
            </g>
          ))}
          <Level y={maxProfit === null ? null : y(maxProfit)} right={right} color="var(--gain)" />
          <Level y={maxLoss === null ? null : y(-maxLoss)} right={right} color="var(--loss)" />
          <path
            d={areaPath(
              times,
              percents.map((one) => (one === null ? null : 0)),
              percents,
              x,
              y,
            )}
            fill="var(--cat-1)"
            opacity={0.14}
          />
          <path
            d={`${linePath(times, levels, x, y, true)}${lastSample?.level == null ? "" : `H${right}`}`}
            fill="none"
            stroke="var(--accent)"
            strokeWidth={1.6}
          />
          <path
            d={linePath(times, percents, x, y)}
            fill="none"
            stroke="var(--cat-1)"
            strokeWidth={1.8}
            strokeLinejoin="round"
          />
          {lastSample?.percent == null ? null : (
            <circle
              cx={nowX}
              cy={y(lastSample.percent)}
              r={3.5}
              fill="var(--cat-1)"
              stroke="var(--surface-1)"
              strokeWidth={1.5}
            />
          )}
          <path d={`M0 ${split + 9.5}H${width}`} stroke="var(--grid)" />
          <text x={LEFT} y={split + 23} fill="var(--text-2)">
            {underlying} index
          </text>
          <path
            d={linePath(times, spots, x, ySpot)}
            fill="none"
            stroke="var(--text-2)"
            strokeWidth={1.3}
          />
          {lastSample?.spot == null ? null : (
            <text x={right + 6} y={ySpot(lastSample.spot) + 4} fill="var(--text-2)">
              {indexShort(lastSample.spot)}
            </text>
          )}
          {here === undefined ? null : (
            <g>
              <path
                d={`M${Math.round(x(here.at)) + 0.5} ${TOP}V${bottom}`}
                stroke="var(--cross)"
                strokeDasharray="3 3"
              />
              <Dot
                x={x(here.at)}
                y={here.percent === null ? null : y(here.percent)}
                color="var(--cat-1)"
              />
              <Dot
                x={x(here.at)}
                y={here.spot === null ? null : ySpot(here.spot)}
                color="var(--text-2)"
              />
            </g>
          )}
        </svg>
      )}
      {here === undefined ? null : (
        <ReadOut
          head={`${clock(here.at)} IST`}
          rows={[
            {
              title: "Net",
              value: `${formatAmount(here.net, { sign: "always" })} \u00b7 ${signedPercent(here.percent)}`,
              color: "var(--cat-1)",
              look: "line",
            },
            {
              title: "Trailing",
              value: levelText(here.level),
              color: "var(--accent)",
              look: "line",
            },
            {
              title: underlying,
              value: here.spot === null ? "n/a" : formatNumber(here.spot, 1),
              color: "var(--text-2)",
              look: "line",
            },
          ]}
          at={x(here.at)}
          width={right}
        />
      )}
      {samples.length === 0 ? <div className={chart.empty}>{empty}</div> : null}
    </div>
  );
}

function Level({ y, right, color }: { y: number | null; right: number; color: string }) {
  return y === null ? null : (
    <path
      d={`M${LEFT} ${Math.round(y) + 0.5}H${right}`}
      stroke={color}
      strokeDasharray="5 4"
      opacity={0.85}
    />
  );
}

function Dot({ x, y, color }: { x: number; y: number | null; color: string }) {
  return y === null ? null : (
    <circle cx={x} cy={y} r={3} fill="var(--surface-1)" stroke={color} strokeWidth={1.5} />
  );
}

/** Whole hours and half hours of IST, which is half an hour off UTC. */
function istTicks(from: number, to: number, wanted: number): number[] {
  return timeTicks(from + IST_MS, to + IST_MS, wanted).map((tick) => tick - IST_MS);
}

const indexShort = (value: number) =>
  value >= 100_000 ? `${formatNumber(value / 1_000, 1)}k` : formatNumber(value, 0);
