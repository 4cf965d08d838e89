import { useId, useRef } from "react";
import { useSize } from "@/charts/useSize";
import { type BarMark, type LimitsInput, layLimits, nearestLimit } from "../model/limits";
import { signedPercent } from "../model/words";
import styles from "./Limits.module.css";

const BAR = 14;
const MIDDLE = 46;
const HEIGHT = 104;

const MARK_COLOR = {
  loss: "var(--loss)",
  zero: "var(--text-3)",
  level: "var(--accent)",
  profit: "var(--gain)",
} as const;
const ZONE = {
  lost: { color: "var(--loss)", opacity: 0.55 },
  locked: { color: "var(--gain)", opacity: 0.95 },
  risk: { color: "var(--gain)", opacity: 0.38 },
} as const;

/** Where the session stands between its limits: the whole risk of the desk on one line. */
export function LimitsBar(props: LimitsInput & { word?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const hatch = useId();
  const layout = layLimits(props, width);
  const top = MIDDLE - BAR / 2;
  const bottom = MIDDLE + BAR / 2;
  const plate = `${props.word ?? "now"} ${signedPercent(props.now)}`;
  const plateWidth = plate.length * 6.4 + 16;
  const plateAt = Math.min(width - plateWidth / 2 - 1, Math.max(plateWidth / 2 + 1, layout.now.x));
  const peakFits =
    layout.peak !== null && width > 420 && layout.peak + 6 > plateAt + plateWidth / 2 + 6;
  return (
    <div ref={box} className={styles.bar} role="img" aria-label={sentenceOf(props)}>
      {width === 0 ? null : (
        <svg width={width} height={HEIGHT} aria-hidden="true" fontSize={11.5}>
          <Hatch id={`${hatch}l`} color="var(--loss)" />
          <Hatch id={`${hatch}p`} color="var(--gain)" />
          <rect
            x={layout.low}
            y={top}
            width={layout.high - layout.low}
            height={BAR}
            rx={4}
            fill="var(--surface-4)"
          />
          <End
            from={layout.low}
            to={xOf(layout.marks, "loss") ?? layout.low}
            y={top}
            fill={`url(#${hatch}l)`}
          />
          <End
            from={xOf(layout.marks, "profit") ?? layout.high}
            to={layout.high}
            y={top}
            fill={`url(#${hatch}p)`}
          />
          {layout.zones.map((zone) => (
            <rect
              key={zone.id}
              x={Math.min(zone.from, zone.to)}
              y={top}
              width={Math.abs(zone.to - zone.from)}
              height={BAR}
              fill={ZONE[zone.id].color}
              opacity={ZONE[zone.id].opacity}
            />
          ))}
          {layout.marks.map((mark) => (
            <g key={mark.id}>
              <path
                d={`M${mark.x} ${top - (mark.id === "level" ? 8 : 4)}V${bottom + (mark.id === "level" ? 8 : 4)}`}
                stroke={MARK_COLOR[mark.id]}
                strokeWidth={1.5}
              />
              {mark.silent ? null : (
                <>
                  <text x={mark.at} y={bottom + 20} textAnchor={mark.anchor} fill="var(--text-2)">
                    {width < 460 ? (SHORT[mark.title] ?? mark.title) : mark.title}
                  </text>
                  <text x={mark.at} y={bottom + 35} textAnchor={mark.anchor} fill="var(--text-3)">
                    {signedPercent(mark.value, Number.isInteger(mark.value) ? 0 : 1)}
                  </text>
                </>
              )}
            </g>
          ))}
          {layout.peak === null ? null : (
            <path
              d={`M${layout.peak} ${top}V${bottom}`}
              stroke="var(--text-2)"
              strokeWidth={1.5}
              strokeDasharray="2 2"
            />
          )}
          {peakFits ? (
            <text x={(layout.peak ?? 0) + 7} y={top - 8} fill="var(--text-2)">
              peak {signedPercent(props.peak)}
            </text>
          ) : null}
          <path
            className={styles.now}
            d={`M${layout.now.x} ${top - 2}l-6 -9h12z`}
            fill="var(--text)"
          />
          <rect
            x={layout.now.x - 2}
            y={top - 2}
            width={4}
            height={BAR + 4}
            rx={2}
            fill="var(--text)"
            stroke="var(--surface-1)"
          />
          <rect
            x={plateAt - plateWidth / 2}
            y={top - 32}
            width={plateWidth}
            height={20}
            rx={4}
            fill="var(--text)"
          />
          <text x={plateAt} y={top - 18} textAnchor="middle" fill="var(--canvas)" fontWeight={600}>
            {plate}
          </text>
        </svg>
      )}
    </div>
  );
}

const SHORT: Record<string, string> = { "Break-even": "Zero", "Trailing stop": "Trailing" };

const xOf = (marks: readonly BarMark[], id: BarMark["id"]) =>
  marks.find((mark) => mark.id === id)?.x;

function End({ from, to, y, fill }: { from: number; to: number; y: number; fill: string }) {
  return (
    <rect x={from} y={y} width={Math.max(0, to - from)} height={BAR} fill={fill} opacity={0.8} />
  );
}

/** Diagonal lines: what may not be entered, and what has not happened yet. */
export function Hatch({ id, color, gap = 5 }: { id: string; color: string; gap?: number }) {
  return (
    <defs>
      <pattern
        id={id}
        width={gap}
        height={gap}
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <path d={`M0 0V${gap}`} stroke={color} strokeWidth={1.4} />
      </pattern>
    </defs>
  );
}

function sentenceOf(props: LimitsInput): string {
  const nearest = nearestLimit(props);
  const end = (title: string, value: number | null) =>
    value === null ? `no ${title}` : `${title} at ${signedPercent(value, 0)}`;
  const level =
    props.level === null
      ? "trailing stop not armed"
      : `trailing stop at ${signedPercent(props.level)}`;
  return `Net P&L ${signedPercent(props.now)}; ${end("max loss", props.maxLoss === null ? null : -props.maxLoss)}, ${level}, ${end("max profit", props.maxProfit)}, peak ${signedPercent(props.peak)}.${nearest === null ? "" : ` Nearest is ${nearest.title}, ${nearest.points.toFixed(1)} points away.`}`;
}
