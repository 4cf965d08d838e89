import { scaleLinear } from "d3-scale";
import { useRef } from "react";
import { ChartFrame } from "@/charts/ChartFrame";
import { niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import type { Effect, Measure } from "./matrix";

const ROW = 26;
const TOP = 6;
const BOTTOM = 22;
const FIGURE = 68;

/** Effects sorted by size, the largest on top; worse and better for the holder by colour and side. */
export function Tornado({
  effects,
  measure,
  say,
  tick,
  name,
}: {
  effects: readonly Effect[];
  measure: Measure;
  say: (change: number) => string;
  /** On the axis: without zeros at the end. */
  tick: (change: number) => string;
  name: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const height = TOP + effects.length * ROW + BOTTOM;
  const label = Math.min(158, Math.max(96, width * 0.28));
  const all = effects.flatMap((one) => one.ends.map((end) => end.change));
  const low = Math.min(0, ...all);
  const high = Math.max(0, ...all);
  const x = scaleLinear(
    [low, high > low ? high : low + 1],
    [label + (low < 0 ? FIGURE : 8), Math.max(label + FIGURE + 1, width - (high > 0 ? FIGURE : 8))],
  );
  const colorOf = (change: number) => {
    const worse = measure.good === "up" ? change < 0 : change > 0;
    return measure.good === "neither" ? "var(--cat-1)" : worse ? "var(--loss)" : "var(--gain)";
  };
  const words = measure.title === "NPV" ? "NPV" : measure.title.toLowerCase();
  const [first] = effects;
  const strongest = first?.ends.reduce((most, end) =>
    Math.abs(end.change) > Math.abs(most.change) ? end : most,
  );
  return (
    <ChartFrame
      label={
        first === undefined || strongest === undefined
          ? `Nothing changes the ${words}`
          : `${first.name} changes the ${words} most, ${say(strongest.change)}`
      }
      name={name}
      height={height}
      legend={
        measure.good === "neither"
          ? []
          : [
              { title: "worse for the holder", color: "var(--loss)" },
              { title: "better", color: "var(--gain)" },
            ]
      }
      table={() => ({
        head: ["", "At", `Change of ${words}`],
        rows: effects.flatMap((one) => one.ends.map((end) => [one.name, end.says, end.change])),
      })}
    >
      <div ref={box} style={{ position: "absolute", inset: 0 }}>
        {width > 0 ? (
          <svg data-chart width={width} height={height} aria-hidden="true" fontSize={11}>
            {niceTicks(low, high, Math.max(2, Math.floor((width - label) / 110))).map((mark) => (
              <g key={mark}>
                <path
                  d={`M${Math.round(x(mark)) + 0.5} ${TOP}V${height - BOTTOM}`}
                  stroke={mark === 0 ? "var(--zero)" : "var(--grid)"}
                />
                <text x={x(mark)} y={height - 6} textAnchor="middle" fill="var(--axis)">
                  {tick(mark)}
                </text>
              </g>
            ))}
            {effects.map((one, at) => (
              <EffectRow
                key={one.name}
                effect={one}
                y={TOP + at * ROW}
                x={x}
                label={label}
                color={colorOf}
                say={say}
              />
            ))}
          </svg>
        ) : null}
      </div>
    </ChartFrame>
  );
}

function EffectRow({
  effect,
  y,
  x,
  label,
  color,
  say,
}: {
  effect: Effect;
  y: number;
  x: (change: number) => number;
  label: number;
  color: (change: number) => string;
  say: (change: number) => string;
}) {
  // The wider end lies behind where both are on one side.
  const ends = [...effect.ends].sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  return (
    <g>
      <text x={label - 8} y={y + 17} textAnchor="end" fill="var(--text-2)">
        {shorten(effect.name, Math.floor((label - 8) / 6))}
      </text>
      {ends.map((end, index) => {
        const from = Math.min(x(0), x(end.change));
        const to = Math.max(x(0), x(end.change));
        const left = end.change < 0;
        const covered = index > 0 && ends[0] !== undefined && left === ends[0].change < 0;
        return (
          <g key={`${end.says}:${end.change}`}>
            <rect
              x={from}
              y={y + 5}
              width={Math.max(1, to - from)}
              height={ROW - 10}
              rx={2}
              fill={color(end.change)}
              stroke={covered ? "var(--surface-1)" : "none"}
            />
            {covered ? null : (
              <text
                x={left ? from - 6 : to + 6}
                y={y + 17}
                textAnchor={left ? "end" : "start"}
                fill="var(--text)"
              >
                {say(end.change)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

const shorten = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
