import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { cx } from "@/ui/cx";
import styles from "./Analytics.module.css";
import { type DayResult, divergingStep } from "./daily";

const LEFT = 30;
const TOP = 20;
const ROW = 27;
const GAP = 2;
const WIDEST = 92;
/** From this width on a cell has room for its figure. */
const FIGURED = 52;
const SHORT = ["Mon", "", "Wed", "", "Fri", "", "Sun"];

export interface CalendarProps {
  width: number;
  weeks: readonly (readonly string[])[];
  days: ReadonlyMap<string, DayResult>;
  /** The largest result of a day, whatever its sign: both arms of the scale end there. */
  most: number;
  chosen: string | null;
  onPoint: (day: string) => void;
  onLeave: () => void;
}

/** The cells; losses have a dash, so that colour does not stand alone. */
export function Calendar(props: CalendarProps) {
  const { width, weeks, days, most, chosen, onPoint, onLeave } = props;
  if (width === 0) {
    return null;
  }
  const pitch = Math.min(WIDEST, (width - LEFT) / weeks.length);
  const side = Math.max(2, pitch - GAP);
  const dayAt = (event: React.PointerEvent<SVGSVGElement>): string | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const week = Math.floor((event.clientX - box.left - LEFT) / pitch);
    return weeks[week]?.[Math.floor((event.clientY - box.top - TOP) / ROW)];
  };
  const point = (event: React.PointerEvent<SVGSVGElement>) => {
    const day = dayAt(event);
    if (day !== undefined) {
      onPoint(day);
    }
  };
  return (
    <svg
      data-chart
      width={width}
      height={TOP + 7 * ROW}
      aria-hidden="true"
      fontSize={11}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={onLeave}
    >
      {SHORT.map((word, row) => (
        <text key={word || row} x={0} y={TOP + row * ROW + ROW / 2 + 4} fill="var(--axis)">
          {word}
        </text>
      ))}
      {monthsOf(weeks, pitch).map((month) => (
        <text key={month.text} x={LEFT + month.week * pitch} y={12} fill="var(--axis)">
          {month.text}
        </text>
      ))}
      {weeks.flatMap((week, column) =>
        week.map((day, row) => (
          <DayCell
            key={day}
            x={LEFT + column * pitch}
            y={TOP + row * ROW}
            side={side}
            result={days.get(day)}
            most={most}
            chosen={day === chosen}
          />
        )),
      )}
    </svg>
  );
}

function DayCell({
  x,
  y,
  side,
  result,
  most,
  chosen,
}: {
  x: number;
  y: number;
  side: number;
  result: DayResult | undefined;
  most: number;
  chosen: boolean;
}) {
  const height = ROW - GAP;
  const step = result === undefined ? 0 : divergingStep(result.net, most);
  const middle = { x: x + side / 2, y: y + height / 2 };
  return (
    <g>
      <rect
        x={x + 0.5}
        y={y + 0.5}
        width={side - 1}
        height={height - 1}
        rx={3}
        fill={result === undefined ? "none" : `var(--div-${step})`}
        stroke={chosen ? "var(--focus)" : result === undefined ? "var(--line)" : "none"}
        strokeWidth={chosen ? 2 : 1}
      />
      {result === undefined ? null : side >= FIGURED ? (
        <text
          x={middle.x}
          y={middle.y + 4}
          textAnchor="middle"
          className={cx(styles.ink, styles[`ink${step}`])}
        >
          {formatNumber(result.net, Math.abs(result.net) < 1_000 ? 2 : 0, "always")}
        </text>
      ) : result.net < 0 ? (
        <path
          d={`M${middle.x - Math.min(4, side / 3)} ${middle.y}H${middle.x + Math.min(4, side / 3)}`}
          className={cx(styles.dash, styles[`ink${step}`])}
        />
      ) : null}
    </g>
  );
}

/** The first week of each month that has room for its name. */
function monthsOf(
  weeks: readonly (readonly string[])[],
  pitch: number,
): { week: number; text: string }[] {
  const room = Math.ceil(64 / pitch);
  const months: { week: number; text: string }[] = [];
  weeks.forEach((week, index) => {
    const first = week.find((day) => day.endsWith("-01")) ?? (index === 0 ? week[0] : undefined);
    const before = months.at(-1);
    if (first === undefined) {
      return;
    }
    const text = formatDate(first).replace(/^\d+ /, "");
    if (before !== undefined && index - before.week < room) {
      if (before.week > 0) {
        return;
      }
      months.pop();
    }
    months.push({ week: index, text });
  });
  return months;
}
