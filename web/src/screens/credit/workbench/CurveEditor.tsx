import { scaleLinear, scaleSqrt } from "d3-scale";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { linePath, niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { type Curve, insertPoint, rateAt, removePoint, setMonth, setRate } from "../model/curve";
import styles from "./Curve.module.css";

const LEFT = 26;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 20;
const CEILINGS = [0.5, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, 60, 80, 100];
const MONTHS = [12, 36, 84, 160, 240];

export interface CurveEditorProps {
  /** "Prepayment, CPR in % a year". */
  label: string;
  curve: Curve;
  /** The curve of the compared run, dashed. */
  base: Curve;
  baseName: string | null;
  /** The last month of the axis. */
  last: number;
  color: string;
  /** Decimals of the rates; they are set to the last one. */
  digits: number;
  selected: number;
  onSelect: (index: number) => void;
  onChange: (curve: Curve) => void;
}

/** Points that are dragged or moved by keys; straight lines between them. */
export function CurveEditor(props: CurveEditorProps) {
  const { label, curve, base, baseName, last, color, digits, selected, onSelect, onChange } = props;
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const [held, setHeld] = useState<{ index: number; ceiling: number } | null>(null);
  const focusNext = useRef(false);
  useEffect(() => {
    if (focusNext.current) {
      focusNext.current = false;
      box.current?.querySelectorAll<SVGElement>("[role=slider]")[selected]?.focus();
    }
  });

  const end = Math.max(last, curve.at(-1)?.month ?? 1);
  const highest = Math.max(0.1, ...curve.map((one) => one.rate), ...base.map((one) => one.rate));
  const ceiling = held?.ceiling ?? CEILINGS.find((one) => one >= highest * 1.08) ?? 100;
  const x = scaleSqrt([0, end], [LEFT, Math.max(LEFT + 1, width - RIGHT)]);
  const y = scaleLinear([0, ceiling], [height - BOTTOM, TOP]);
  const months = Array.from({ length: 97 }, (_, k) => Math.max(1, end * (k / 96) ** 2));
  const points = [...new Set([...months, ...curve.map((one) => one.month)])].sort((a, b) => a - b);
  const drawn = (one: Curve) =>
    linePath(
      points,
      points.map((month) => rateAt(one, month)),
      x,
      y,
    );
  const chosen = curve[selected];
  const grain = 10 ** -digits;

  const drag = (event: PointerEvent, index: number) => {
    const place = box.current?.getBoundingClientRect();
    if (place === undefined) {
      return;
    }
    const rated = setRate(curve, index, y.invert(event.clientY - place.top), grain);
    const inner = index > 0 && index < curve.length - 1;
    onChange(inner ? setMonth(rated, index, x.invert(event.clientX - place.left)) : rated);
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const point = curve[index];
    if (point === undefined || event.ctrlKey || event.metaKey) {
      return;
    }
    const by = event.shiftKey ? 1 : 0.1;
    const move = event.key === "ArrowLeft" ? -1 : 1;
    const focus = (next: { curve: Curve; index: number }) => {
      focusNext.current = true;
      onChange(next.curve);
      onSelect(next.index);
    };
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      onChange(setRate(curve, index, point.rate + (event.key === "ArrowUp" ? by : -by), grain));
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (event.altKey || event.shiftKey) {
        onChange(setMonth(curve, index, point.month + move * (event.altKey ? 12 : 1)));
      } else {
        focus({ curve, index: Math.min(curve.length - 1, Math.max(0, index + move)) });
      }
    } else if (event.key === "Home" || event.key === "End") {
      focus({ curve, index: event.key === "Home" ? 0 : curve.length - 1 });
    } else if (event.key === "Insert") {
      focus(insertPoint(curve, index, grain));
    } else if (event.key === "Delete") {
      focus(removePoint(curve, index));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const baseEnd = rateAt(base, end);
  const plate =
    chosen === undefined
      ? ""
      : `month ${chosen.month} · ${formatNumber(chosen.rate, digits)}${NARROW_SPACE}%`;
  const plateWidth = plate.length * 6 + 12;
  return (
    <div ref={box} className={styles.editor} role="group" aria-label={label}>
      {width > 0 && height > 0 ? (
        <>
          <svg width={width} height={height} fontSize={11} aria-hidden="true">
            {niceTicks(0, ceiling, 4).map((value) => (
              <g key={value}>
                <path
                  d={`M${LEFT} ${Math.round(y(value)) + 0.5}H${width - RIGHT}`}
                  stroke={value === 0 ? "var(--zero)" : "var(--grid)"}
                />
                <text x={LEFT - 6} y={y(value) + 4} textAnchor="end" fill="var(--axis)">
                  {value}
                </text>
              </g>
            ))}
            {[...MONTHS.filter((month) => x(month) < x(end) - 46), end].map((month) => (
              <text
                key={month}
                x={x(month)}
                y={height - 5}
                textAnchor={month === end ? "end" : "middle"}
                fill="var(--axis)"
              >
                {month}
              </text>
            ))}
            {baseName === null ? null : (
              <g>
                <path
                  d={drawn(base)}
                  fill="none"
                  stroke="var(--text-3)"
                  strokeWidth={1.4}
                  strokeDasharray="4 3"
                />
                <text
                  x={width - RIGHT}
                  y={Math.min(height - BOTTOM - 4, y(baseEnd) + 14)}
                  textAnchor="end"
                  fill="var(--axis)"
                >
                  {baseName}
                </text>
              </g>
            )}
            <path
              d={`${drawn(curve)}L${x(end)} ${y(0)}L${x(1)} ${y(0)}Z`}
              fill={color}
              opacity={0.13}
            />
            <path d={drawn(curve)} fill="none" stroke={color} strokeWidth={2} />
            {chosen === undefined ? null : (
              <g
                transform={`translate(${Math.min(width - plateWidth - 2, Math.max(LEFT, x(chosen.month) - plateWidth / 2))} ${Math.max(1, y(chosen.rate) - 30)})`}
              >
                <rect width={plateWidth} height={18} rx={4} fill="var(--text)" />
                <text
                  x={plateWidth / 2}
                  y={13}
                  textAnchor="middle"
                  fill="var(--canvas)"
                  fontWeight={600}
                >
                  {plate}
                </text>
              </g>
            )}
          </svg>
          <svg width={width} height={height}>
            <title>{label}</title>
            {curve.map((point, index) => (
              <g
                // biome-ignore lint/suspicious/noArrayIndexKey: a point keeps its place while it moves
                key={index}
                className={styles.point}
                role="slider"
                tabIndex={index === selected ? 0 : -1}
                aria-label={`Point ${index + 1} of ${curve.length}, month ${point.month}`}
                aria-orientation="vertical"
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={point.rate}
                aria-valuetext={`${formatNumber(point.rate, digits)} per cent in month ${point.month}`}
                onFocus={() => onSelect(index)}
                onKeyDown={(event) => onKey(event, index)}
                onPointerDown={(event) => {
                  event.currentTarget.setPointerCapture(event.pointerId);
                  event.currentTarget.focus();
                  setHeld({ index, ceiling });
                }}
                onPointerMove={(event) => held?.index === index && drag(event, index)}
                onPointerUp={() => setHeld(null)}
                onPointerCancel={() => setHeld(null)}
              >
                <circle cx={x(point.month)} cy={y(point.rate)} r={13} fill="transparent" />
                {index === selected ? (
                  <circle
                    cx={x(point.month)}
                    cy={y(point.rate)}
                    r={9}
                    fill="var(--accent)"
                    opacity={0.24}
                  />
                ) : null}
                <circle
                  className={styles.mark}
                  cx={x(point.month)}
                  cy={y(point.rate)}
                  r={index === selected ? 5.5 : 4.5}
                  fill={index === selected ? "var(--accent)" : "var(--surface-1)"}
                  stroke={index === selected ? "var(--surface-1)" : color}
                  strokeWidth={2}
                />
              </g>
            ))}
          </svg>
        </>
      ) : null}
    </div>
  );
}
