import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { ChartFrame } from "@/charts/ChartFrame";
import { useCrosshair } from "@/charts/crosshair";
import { nearest } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { counted, formatCount, formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { LinkButton } from "@/ui/Button";
import { Delta } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import type { AnalyticsHistory } from "../api/analyticsTypes";
import { usd } from "../history/figures";
import styles from "./Analytics.module.css";
import { Calendar } from "./Calendar";
import {
  calendarWeeks,
  type DayResult,
  dayResults,
  MOST_WEEKS,
  sessionResults,
  weekdayOf,
} from "./daily";
import { istDate, istMidnight } from "./range";

const NOON = 12 * 3_600_000;
const middayOf = (day: string) => istMidnight(day) + NOON;
const WORDS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const sayDay = (day: string, result: DayResult | undefined) =>
  `${WORDS[weekdayOf(day)]} ${formatDate(day)}: ${
    result === undefined
      ? "no session closed"
      : `${usd(result.net)}, ${counted(result.sessions, "session")}, ${formatCount(result.wins)} won`
  }`;

const daySearch = (day: string, mode: string) => ({
  range: "custom",
  start: day,
  end: day,
  mode,
});

/** Net of every day in IST: weeks from left to right, Monday on top. */
export function CalendarPanel({ history, mode }: { history: AnalyticsHistory; mode: string }) {
  const days = useMemo(
    () => dayResults(sessionResults(history.charts.cumulative_pnl)),
    [history.charts.cumulative_pnl],
  );
  const weeks = useMemo(() => weeksOf(history, [...days.keys()]), [history, days]);
  const all = useMemo(() => weeks.flat(), [weeks]);
  const xs = useMemo(() => all.map(middayOf), [all]);
  const most = Math.max(0, ...[...days.values()].map((day) => Math.abs(day.net)));
  const cross = useCrosshair();
  const navigate = useNavigate();
  const [kept, setKept] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const pointed = cross.x === null ? null : (all[nearest(xs, cross.x)] ?? null);
  const chosen = pointed ?? kept;

  const point = (day: string) => {
    setKept(day);
    cross.setX(days.get(day)?.at ?? middayOf(day));
  };
  const onKeys = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowUp: -1,
      ArrowDown: 1,
      ArrowLeft: -7,
      ArrowRight: 7,
    };
    const by = steps[event.key];
    const inPlot = (event.target as HTMLElement).getAttribute("role") === "img";
    if (by !== undefined && inPlot) {
      event.preventDefault();
      event.stopPropagation();
      const from = chosen === null ? all.length : all.indexOf(chosen);
      const to = all[Math.max(0, Math.min(all.length - 1, from + by))];
      if (to !== undefined) {
        point(to);
      }
    } else if (event.key === "Enter" && inPlot && chosen !== null && days.has(chosen)) {
      void navigate({ to: "/strangle/history", search: daySearch(chosen, mode) as never });
    }
  };
  const won = [...days.values()].filter((day) => day.net > 0).length;
  return (
    <Panel title="Calendar" sub="net of the day, USD, IST" fill>
      <PanelBody scroll>
        <div onKeyDownCapture={onKeys}>
          <ChartFrame
            label={`${formatCount(won)} of ${counted(days.size, "day")} with a closed session above zero`}
            name="daily-results"
            xs={xs}
            height={216}
            spoken={(index) => sayDay(all[index] ?? "", days.get(all[index] ?? ""))}
            legend={[
              { title: "loss, with a dash", color: "var(--div-2)" },
              { title: "profit", color: "var(--div-8)" },
            ]}
            table={() => ({
              head: ["Day, IST", "Net, USD", "Sessions", "Won"],
              rows: [...days.values()].map((one) => [one.day, one.net, one.sessions, one.wins]),
            })}
          >
            <div ref={box} className={styles.calendar}>
              <Calendar
                width={width}
                weeks={weeks}
                days={days}
                most={most}
                chosen={chosen}
                onPoint={point}
                onLeave={() => cross.setX(null)}
              />
            </div>
          </ChartFrame>
        </div>
        <div className={styles.dayLine}>
          {chosen === null ? (
            <span>Point at a day, or walk the days with the arrow keys</span>
          ) : (
            <DayLine day={chosen} result={days.get(chosen)} mode={mode} />
          )}
        </div>
      </PanelBody>
    </Panel>
  );
}

function DayLine({
  day,
  result,
  mode,
}: {
  day: string;
  result: DayResult | undefined;
  mode: string;
}) {
  return (
    <>
      <strong>
        {WORDS[weekdayOf(day)]} {formatDate(day)}
      </strong>
      {result === undefined ? (
        <span>no session closed</span>
      ) : (
        <>
          <Delta value={result.net} text={usd(result.net)} />
          <span>
            {counted(result.sessions, "session")}, {formatNumber(result.wins, 0)} won
          </span>
          <LinkButton to="/strangle/history" search={daySearch(day, mode)} small kind="quiet">
            Open the day
          </LinkButton>
        </>
      )}
    </>
  );
}

/** From the beginning of the range to its end, or as far as there are sessions; a year at most. */
function weeksOf(history: AnalyticsHistory, days: readonly string[]): string[][] {
  const last = [...days, istDate(Date.parse(history.range.end))].reduce(later);
  const first =
    history.range.start === null ? (days[0] ?? last) : istDate(Date.parse(history.range.start));
  const weeks = calendarWeeks(first, last);
  // A long range that ends far after the last session shows its sessions.
  const newest = days.at(-1);
  return weeks.length === MOST_WEEKS && newest !== undefined && newest < (weeks[0]?.[0] ?? "")
    ? calendarWeeks(first, newest)
    : weeks;
}

const later = (left: string, right: string) => (left > right ? left : right);
