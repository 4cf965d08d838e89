import { scaleLinear } from "d3-scale";
import { useRef } from "react";
import { ChartFrame } from "@/charts/ChartFrame";
import { niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { counted } from "@/format/numbers";
import { type Bar, type Dot, type Measure, pileDots, spreadOf } from "./matrix";
import styles from "./Stress.module.css";

const DOT = 11;
const SIDE = 30;
const BOTTOM = 22;
const HEIGHT = 150;

/** One dot a scenario along the change, the base at zero and the median marked. */
export function Changes({
  bars,
  measure,
  say,
  tick,
  name,
  title,
}: {
  bars: readonly Bar[];
  measure: Measure;
  say: (change: number) => string;
  /** On the axis: without zeros at the end. */
  tick: (change: number) => string;
  name: string;
  title: (scenario: string) => string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const spread = spreadOf(bars, measure);
  const low = Math.min(0, spread?.low.change ?? 0);
  const high = Math.max(0, spread?.high.change ?? 0);
  const x = scaleLinear(
    [low, high > low ? high : low + 1],
    [SIDE, Math.max(SIDE + 1, width - SIDE)],
  );
  const floor = HEIGHT - BOTTOM;
  const dots = pileDots(bars, x, DOT);
  const named =
    spread === null ? [] : spread.low === spread.high ? [spread.low] : [spread.low, spread.high];
  const words = measure.title.toLowerCase();
  return (
    <>
      <ChartFrame
        label={
          spread === null
            ? `No change of the ${words} could be computed`
            : `Changes of the ${words} lie between ${say(spread.low.change)} and ${say(spread.high.change)}, median ${say(spread.middle)}`
        }
        name={name}
        height={HEIGHT}
        table={() => ({
          head: ["Scenario", `Change of ${words}`],
          rows: dots.map((dot) => [title(dot.name), dot.change]),
        })}
      >
        <div ref={box} style={{ position: "absolute", inset: 0 }}>
          {width > 0 ? (
            <svg data-chart width={width} height={HEIGHT} aria-hidden="true" fontSize={11}>
              {niceTicks(low, high, Math.max(2, Math.floor(width / 90))).map((mark) => (
                <g key={mark}>
                  <path
                    d={`M${Math.round(x(mark)) + 0.5} 16V${floor}`}
                    stroke={mark === 0 ? "var(--zero)" : "var(--grid)"}
                  />
                  <text x={x(mark)} y={HEIGHT - 6} textAnchor="middle" fill="var(--axis)">
                    {tick(mark)}
                  </text>
                </g>
              ))}
              <path d={`M${SIDE / 2} ${floor + 0.5}H${width - SIDE / 2}`} stroke="var(--zero)" />
              {spread === null ? null : (
                <g>
                  <path
                    d={`M${x(spread.middle)} 16V${floor}`}
                    stroke="var(--text-2)"
                    strokeDasharray="4 3"
                  />
                  <text x={x(spread.middle)} y={11} textAnchor="middle" fill="var(--text-2)">
                    median
                  </text>
                </g>
              )}
              {dots.map((dot) => (
                <circle
                  key={dot.name}
                  cx={dot.x}
                  cy={floor - DOT / 2 - 2 - dot.level * DOT}
                  r={4.5}
                  fill="var(--cat-1)"
                  stroke="var(--surface-1)"
                />
              ))}
              {named.map((bar) => (
                <text
                  key={bar.name}
                  x={x(bar.change)}
                  y={Math.max(26, floor - DOT * (1 + topNear(dots, x(bar.change))) - 8)}
                  textAnchor={
                    x(bar.change) < 90 ? "start" : x(bar.change) > width - 90 ? "end" : "middle"
                  }
                  fill="var(--text)"
                >
                  {title(bar.name)}
                </text>
              ))}
            </svg>
          ) : null}
        </div>
      </ChartFrame>
      {spread === null ? null : (
        <p className={styles.summary}>
          {counted(spread.count, "scenario")}, median {say(spread.middle)}
          {measure.good === "neither" ? "" : `; ${spread.worse} worse than the base`}.
        </p>
      )}
    </>
  );
}

const NEAR = 64;

/** The highest dot that a name at this place would cover. */
const topNear = (dots: readonly Dot[], x: number) =>
  Math.max(0, ...dots.filter((dot) => Math.abs(dot.x - x) < NEAR).map((dot) => dot.level));
