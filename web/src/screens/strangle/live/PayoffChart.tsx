import { useId, useMemo, useRef } from "react";
import { ChartFrame } from "@/charts/ChartFrame";
import { useCrosshair } from "@/charts/crosshair";
import { ReadOut } from "@/charts/ReadOut";
import { areaPath, linear, linePath, nearest, niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { formatNumber } from "@/format/numbers";
import {
  breakEvens,
  type Curve,
  curveOf,
  probabilityOfProfit,
  type Strangle,
} from "../model/payoff";
import { roundMoney, signedPercent } from "../model/words";
import { Hatch } from "./LimitsBar";
import { FigurePlate, LevelPlate, plateWidth, spread } from "./Plates";
import type { PayoffLevel } from "./strangle";

export interface PayoffChartProps {
  strangle: Strangle;
  underlying: string;
  /** What one hundred per cent is, in USD. */
  basis: number;
  levels: readonly PayoffLevel[];
  /** Added to every amount: with the negative of the net P&L the curves start from now. */
  shift: number;
  /** "28.8 h left". */
  left: string;
  name: string;
  height?: number;
}

const TOP = 26;
const BOTTOM = 24;
const LEFT = 4;
const FLOOR = 44;

/** What happens if the index moves: at expiry solid, now dashed, the odds on the floor. */
export function PayoffChart(props: PayoffChartProps) {
  const { strangle, underlying, shift, left, name, height } = props;
  const curve = useMemo(() => shifted(curveOf(strangle), shift), [strangle, shift]);
  const pop = probabilityOfProfit(strangle);
  const odds = pop === null ? "" : `, POP ${formatNumber(pop * 100, 1)} %`;
  const money = (value: number | null) => roundMoney(value, props.basis);
  const { low, high } = breakEvens(strangle);
  const ends = [low, high].map((one) => (one === null ? "none" : formatNumber(one, 0)));
  return (
    <ChartFrame
      label={`Payoff: ${underlying} at ${formatNumber(strangle.spot, 0)} is worth ${money(strangle.net + shift)} now; break-evens at expiry ${ends[0]} and ${ends[1]}${odds}`}
      name={name}
      xs={curve.xs}
      height={height}
      legend={[
        { title: "at expiry", color: "var(--text)", look: "line" },
        { title: `now, ${left}`, color: "var(--cat-1)", look: "dash" },
        {
          title: pop === null ? "odds" : `POP ${formatNumber(pop * 100, 1)} %`,
          color: "var(--text-3)",
          look: "fill",
        },
      ]}
      table={() => ({
        head: [`${underlying} index`, "At expiry, USD", "Now, USD"],
        rows: curve.xs.map((x, k) => [
          formatNumber(x, 1),
          formatNumber(curve.expiry[k] ?? 0, 2),
          curve.now[k] === null ? null : formatNumber(curve.now[k] ?? 0, 2),
        ]),
      })}
      spoken={(k) =>
        `${underlying} ${formatNumber(curve.xs[k] ?? 0, 0)}, at expiry ${money(curve.expiry[k] ?? 0)}, now ${money(curve.now[k] ?? null)}`
      }
    >
      <Plot {...props} curve={curve} />
    </ChartFrame>
  );
}

function shifted(curve: Curve, by: number): Curve {
  return {
    ...curve,
    expiry: curve.expiry.map((value) => value + by),
    now: curve.now.map((value) => (value === null ? null : value + by)),
  };
}

function Plot({
  strangle,
  underlying,
  basis,
  levels,
  shift,
  curve,
}: PayoffChartProps & { curve: Curve }) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const id = useId();
  const cross = useCrosshair();
  const { xs } = curve;
  const money = (value: number | null) => roundMoney(value, basis);
  const from = xs[0] ?? 0;
  const to = xs.at(-1) ?? 1;

  const shown = levels.map((level) => ({
    ...level,
    amount: (level.percent / 100) * basis + shift,
    text: `${signedPercent(level.percent, 0)} ${level.word}`,
  }));
  const top = Math.max(
    ...curve.expiry,
    ...shown.map((level) => level.amount),
    strangle.net + shift,
  );
  const worst = Math.min(...shown.map((level) => level.amount), strangle.net + shift, 0);
  const yHigh = top + (Math.abs(top) * 0.16 || 1);
  const yLow = Math.min(worst * 1.55, -(yHigh * 0.75));
  const axis = Math.max(
    56,
    ...shown.map((level) => plateWidth(level.text) + 6),
    plateWidth(money(yLow)),
  );
  const right = width - axis;
  const bottom = height - BOTTOM;
  const x = linear({ low: from, high: to }, LEFT, Math.max(LEFT + 1, right));
  const y = linear({ low: yLow, high: yHigh }, bottom, TOP);
  const zero = y(0);
  const narrow = right - LEFT < 320;
  const plates = spread(
    shown.map((level) => ({ ...level, y: y(level.amount) })),
    20,
    TOP + 9,
    bottom - 9,
  );
  const ticks = niceTicks(yLow, yHigh, height > 220 ? 6 : 4).filter(
    (tick) => tick > yLow && plates.every((plate) => Math.abs(plate.at - y(tick)) > 15),
  );
  const ends = breakEvens({ ...strangle, fixed: strangle.fixed + shift });
  const at = cross.x === null ? -1 : nearest(xs, cross.x);
  const zeros = xs.map(() => 0);
  const floor = curve.density.map((share) =>
    share === null ? null : bottom - share * Math.min(FLOOR, (bottom - TOP) * 0.2),
  );
  const spotPlate = `${underlying} ${formatNumber(strangle.spot, 0)}`;
  const spotAt = clampTo(x(strangle.spot), plateWidth(spotPlate) / 2, right);

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
          <Hatch id={`${id}h`} color="var(--loss)" gap={6} />
          <clipPath id={`${id}u`}>
            <rect x={LEFT} y={TOP} width={right - LEFT} height={Math.max(0, zero - TOP)} />
          </clipPath>
          <clipPath id={`${id}d`}>
            <rect x={LEFT} y={zero} width={right - LEFT} height={Math.max(0, bottom - zero)} />
          </clipPath>
          <clipPath id={`${id}a`}>
            <rect x={LEFT} y={TOP - 6} width={right - LEFT} height={bottom - TOP + 6} />
          </clipPath>
          {ticks.map((tick) => (
            <g key={tick}>
              <path
                d={`M${LEFT} ${Math.round(y(tick)) + 0.5}H${right}`}
                stroke={tick === 0 ? "var(--zero)" : "var(--grid)"}
              />
              <text x={right + 8} y={y(tick) + 4} fill="var(--axis)">
                {money(tick)}
              </text>
            </g>
          ))}
          <path d={`M${LEFT} ${Math.round(zero) + 0.5}H${right}`} stroke="var(--zero)" />
          {indexTicks(from, to, right - LEFT).map((tick) => (
            <text
              key={tick}
              x={clampTo(x(tick), 16, right)}
              y={height - 8}
              textAnchor="middle"
              fill="var(--axis)"
            >
              {indexText(tick, to)}
            </text>
          ))}
          <path
            d={areaPath(
              xs,
              xs.map(() => bottom),
              floor,
              x,
              (value) => value,
            )}
            fill="var(--text-3)"
            opacity={0.17}
          />
          <g clipPath={`url(#${id}u)`}>
            <path d={areaPath(xs, zeros, curve.expiry, x, y)} fill="var(--gain)" opacity={0.13} />
          </g>
          <g clipPath={`url(#${id}d)`}>
            <path d={areaPath(xs, zeros, curve.expiry, x, y)} fill={`url(#${id}h)`} opacity={0.5} />
          </g>
          {plates.map((plate) => (
            <g key={plate.id}>
              <path
                d={`M${LEFT} ${Math.round(plate.y) + 0.5}H${right}`}
                stroke={plate.color}
                strokeDasharray="5 4"
                opacity={0.8}
              />
              <LevelPlate x={right + 4} y={plate.at} text={plate.text} color={plate.color} />
            </g>
          ))}
          <g clipPath={`url(#${id}a)`}>
            <path
              d={linePath(xs, curve.now, x, y)}
              fill="none"
              stroke="var(--cat-1)"
              strokeWidth={1.6}
              strokeDasharray="5 3"
            />
            <path
              d={linePath(xs, curve.expiry, x, y)}
              fill="none"
              stroke="var(--text)"
              strokeWidth={2}
              strokeLinejoin="round"
            />
          </g>
          {strangle.legs.map((leg) => (
            <g key={leg.kind}>
              <path
                d={`M${x(leg.strike)} ${bottom - 5}v10`}
                stroke="var(--text-2)"
                strokeWidth={1.5}
              />
              <text
                x={x(leg.strike) + (leg.kind === "call" ? 5 : -5)}
                y={bottom - 5}
                textAnchor={leg.kind === "call" ? "start" : "end"}
                fill="var(--text-2)"
              >
                {leg.kind === "call" ? "C" : "P"}
              </text>
            </g>
          ))}
          {[ends.low, ends.high].map((end, side) =>
            end === null ? null : (
              <g key={side === 0 ? "low" : "high"}>
                <circle
                  cx={x(end)}
                  cy={zero}
                  r={3.5}
                  fill="var(--surface-1)"
                  stroke="var(--text)"
                  strokeWidth={1.5}
                />
                {narrow ? (
                  <text
                    x={x(end) + (side === 0 ? 8 : -8)}
                    y={zero - 8}
                    textAnchor={side === 0 ? "start" : "end"}
                    fill="var(--text)"
                  >
                    {formatNumber(end, 0)}
                  </text>
                ) : (
                  <FigurePlate
                    x={clampTo(x(end) + (side === 0 ? -8 : 8), 52, right, side === 0)}
                    y={zero + 15}
                    text={formatNumber(end, 0)}
                    anchor={side === 0 ? "end" : "start"}
                  />
                )}
              </g>
            ),
          )}
          <path
            d={`M${Math.round(x(strangle.spot)) + 0.5} ${TOP - 8}V${bottom}`}
            stroke="var(--text)"
            opacity={0.7}
          />
          <circle
            cx={x(strangle.spot)}
            cy={y(strangle.net + shift)}
            r={4}
            fill="var(--cat-1)"
            stroke="var(--surface-1)"
            strokeWidth={1.5}
          />
          <FigurePlate x={spotAt} y={11} text={spotPlate} strong />
          {at < 0 ? null : (
            <path
              d={`M${Math.round(x(xs[at] ?? 0)) + 0.5} ${TOP}V${bottom}`}
              stroke="var(--cross)"
              strokeDasharray="3 3"
            />
          )}
        </svg>
      )}
      {at < 0 ? null : (
        <ReadOut
          head={`${underlying} ${formatNumber(xs[at] ?? 0, 0)}, ${signedPercent(((xs[at] ?? 0) / strangle.spot - 1) * 100, 2)}`}
          rows={[
            {
              title: "At expiry",
              value: money(curve.expiry[at] ?? null),
              color: "var(--text)",
              look: "line",
            },
            {
              title: "Now",
              value: money(curve.now[at] ?? null),
              color: "var(--cat-1)",
              look: "dash",
            },
          ]}
          at={x(xs[at] ?? 0)}
          width={right}
        />
      )}
    </div>
  );
}

/** Keeps a plate of some half width inside the plot. */
function clampTo(at: number, room: number, right: number, end?: boolean): number {
  if (end !== undefined) {
    return end ? Math.max(room, at) : Math.min(right - room, at);
  }
  return Math.min(right - room, Math.max(LEFT + room, at));
}

const indexTicks = (from: number, to: number, width: number) =>
  niceTicks(from, to, Math.max(2, Math.min(6, Math.floor(width / 70)))).filter(
    (tick) => tick > from && tick < to,
  );

/** "104k" where all are large, else in full. */
function indexText(value: number, largest: number): string {
  return largest >= 100_000
    ? `${formatNumber(value / 1_000, Number.isInteger(value / 1_000) ? 0 : 1)}k`
    : formatNumber(value, 0);
}
