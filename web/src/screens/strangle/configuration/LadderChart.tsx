import { useRef } from "react";
import { ChartFrame } from "@/charts/ChartFrame";
import { useCrosshair } from "@/charts/crosshair";
import { linear, linePath, nearest, niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { plainPercent } from "../model/words";
import { levelAt, peaksOf, reach, storedOf, type Trailing } from "./model/trailing";
import { figure, trailingWords } from "./model/words";

const LEFT = 30;
const TOP = 14;
const BOTTOM = 30;
const RIGHT = 12;

interface Props {
  trailing: Trailing;
  on: boolean;
  maxProfit: number;
}

/** The level that is locked at each peak: below the line of the peak itself, in steps. */
export function LadderChart({ trailing, on, maxProfit }: Props) {
  const to = reach(trailing, maxProfit);
  const xs = peaksOf(trailing, to);
  const levels = xs.map((peak) => levelAt(trailing, peak));
  const said = (k: number) => {
    const level = levels[k] ?? null;
    const peak = plainPercent(xs[k] ?? 0, 0);
    return level === null
      ? `Peak ${peak}: not armed`
      : `Peak ${peak}: locks ${plainPercent(level, 1)}`;
  };
  return (
    <ChartFrame
      label={`Trailing stop${on ? "" : ", switched off"}: ${trailingWords(storedOf(trailing))}`}
      name="trailing-stop"
      xs={xs}
      height={232}
      legend={[
        { title: "locked level", color: "var(--accent)", look: "line" },
        { title: "peak", color: "var(--text-3)", look: "dash" },
      ]}
      table={() => ({
        head: ["Peak, %", "Locked level, %"],
        rows: xs.map((x, k) => [figure(x), levels[k] === null ? null : figure(levels[k] ?? 0, 2)]),
      })}
      spoken={said}
    >
      <Plot trailing={trailing} on={on} maxProfit={maxProfit} xs={xs} levels={levels} to={to} />
    </ChartFrame>
  );
}

function Plot({
  trailing,
  on,
  maxProfit,
  xs,
  levels,
  to,
}: Props & { xs: number[]; levels: (number | null)[]; to: number }) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const cross = useCrosshair();
  const right = width - RIGHT;
  const bottom = height - BOTTOM;
  const x = linear({ low: 0, high: to }, LEFT, Math.max(LEFT + 1, right));
  const y = linear({ low: 0, high: to }, bottom, TOP);
  const step = trailing.kind === "ladder";
  const line = linePath(xs, levels, x, y, step);
  const first = xs.find((_, k) => levels[k] !== null);
  const at = cross.x === null ? -1 : nearest(xs, cross.x);
  const peak = at < 0 ? null : (xs[at] ?? null);
  const level = at < 0 ? null : (levels[at] ?? null);
  const ink = on ? "var(--accent)" : "var(--text-3)";
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
          {niceTicks(0, to, 4).map((tick) => (
            <g key={tick}>
              <path
                d={`M${LEFT} ${Math.round(y(tick)) + 0.5}H${right}`}
                stroke={tick === 0 ? "var(--zero)" : "var(--grid)"}
              />
              <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end" fill="var(--axis)">
                {tick}
              </text>
              <text
                x={Math.min(x(tick), right - 8)}
                y={bottom + 14}
                textAnchor="middle"
                fill="var(--axis)"
              >
                {tick}
              </text>
            </g>
          ))}
          <text x={right} y={height - 3} textAnchor="end" fill="var(--axis)">
            peak, %
          </text>
          <path
            d={`M${x(0)} ${y(0)}L${x(to)} ${y(to)}`}
            stroke="var(--text-3)"
            strokeDasharray="4 4"
            opacity={0.8}
          />
          {maxProfit > 0 && maxProfit <= to ? (
            <g>
              <path
                d={`M${Math.round(x(maxProfit)) + 0.5} ${TOP}V${bottom}`}
                stroke="var(--gain)"
                strokeDasharray="5 4"
              />
              <text x={x(maxProfit) - 5} y={bottom - 6} textAnchor="end" fill="var(--gain)">
                max profit {figure(maxProfit, 1)}
              </text>
            </g>
          ) : null}
          {first === undefined ? null : (
            <path d={`${line}V${bottom}H${x(first)}Z`} fill={ink} opacity={on ? 0.14 : 0.06} />
          )}
          <path
            d={line}
            fill="none"
            stroke={ink}
            strokeWidth={2}
            strokeDasharray={on ? undefined : "2 4"}
            strokeLinejoin="round"
          />
          {trailing.kind === "ladder"
            ? trailing.rules
                .filter((rule) => rule.trigger_pct <= to)
                .map((rule) => (
                  <circle
                    key={`${rule.trigger_pct} ${rule.lock_pct}`}
                    cx={x(rule.trigger_pct)}
                    cy={y(Math.max(0, levelAt(trailing, rule.trigger_pct) ?? 0))}
                    r={3.5}
                    fill="var(--surface-1)"
                    stroke={ink}
                    strokeWidth={1.5}
                  />
                ))
            : null}
          {on ? null : (
            <text x={LEFT + 8} y={TOP + 12} fill="var(--text-2)">
              Off: nothing is locked
            </text>
          )}
          {peak === null ? null : (
            <g>
              <path d={`M${Math.round(x(peak)) + 0.5} ${TOP}V${bottom}`} stroke="var(--cross)" />
              <circle cx={x(peak)} cy={y(level ?? 0)} r={3.5} fill={ink} />
              <text
                x={x(peak) > width / 2 ? x(peak) - 8 : x(peak) + 8}
                y={TOP + (on ? 12 : 28)}
                textAnchor={x(peak) > width / 2 ? "end" : "start"}
                fill="var(--text)"
                stroke="var(--surface-1)"
                strokeWidth={4}
                paintOrder="stroke"
              >
                {level === null
                  ? `at ${plainPercent(peak, 0)}: not armed`
                  : `at ${plainPercent(peak, 0)}: locks ${plainPercent(level, 0)}`}
              </text>
            </g>
          )}
        </svg>
      )}
    </div>
  );
}
