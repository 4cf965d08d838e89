/** The P&L of a session as panes: net, before fees and the trailing level, and the index. */
import type { Pane } from "@/charts/panes";
import type { Point } from "@/charts/scale";
import { formatNumber } from "@/format/numbers";
import type { PnlPoint, SessionDetail, SessionEvent } from "../api/records";
import { type LevelStep, levelSteps } from "../model/events";
import { usd } from "./figures";

export interface SessionPath {
  xs: number[];
  net: Point[];
  gross: Point[];
  spot: Point[];
  level: Point[];
  /** From the last record to the result, when nothing was recorded in between. */
  close: Point[];
  /** How often nothing was recorded for long. */
  gaps: number;
}

/** What a gap is: many times the usual distance, and never less than two minutes. */
const LEAST_GAP_MS = 120_000;
const GAP_TIMES = 8;

/** How the session ended: its last point, whatever was recorded on the way. */
export type PathEnd = PnlPoint | null;

/** The result of a closed session as a point; null while it runs or when nothing was sold. */
export function endOf(
  detail: Pick<SessionDetail, "deactivated_at" | "pnl_summary" | "status">,
): PathEnd {
  const { deactivated_at: at, pnl_summary: summary } = detail;
  return detail.status === "running" || at === null || summary === null
    ? null
    : {
        at,
        net: summary.total_pnl,
        gross: summary.pnl_before_fees,
        fees: summary.fees,
        spot: summary.spot.exit,
      };
}

/**
 * The kept points with a hole where nothing was recorded, as after a restart. What was not recorded
 * before the end is a line of its own.
 */
export function sessionPath(
  points: readonly PnlPoint[],
  events: readonly SessionEvent[],
  end: PathEnd = null,
): SessionPath {
  const sorted = timed(points);
  const steps = sorted.slice(1).map((point, index) => point.ms - (sorted[index]?.ms ?? point.ms));
  const usual = [...steps].sort((left, right) => left - right)[(steps.length - 1) >> 1] ?? 0;
  const longest = Math.max(LEAST_GAP_MS, usual * GAP_TIMES);
  const basis = basisOf(events);
  const levels = basis === null ? [] : levelSteps(events);
  const path: SessionPath = { xs: [], net: [], gross: [], spot: [], level: [], close: [], gaps: 0 };
  const last = sorted.at(-1);
  for (const [index, point] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && point.ms - before.ms > longest) {
      add(path, { x: before.ms + 1 });
      path.gaps += 1;
    }
    const level = levelAt(levels, point.ms);
    const amount = level === null || basis === null ? null : (level * basis) / 100;
    add(path, { ...point, x: point.ms, level: amount });
  }
  const [closed] = timed(end === null ? [] : [end]);
  if (closed !== undefined && last !== undefined && closed.ms > last.ms) {
    const far = closed.ms - last.ms > longest;
    if (far) {
      path.close[path.close.length - 1] = last.net;
      add(path, { x: closed.ms, close: closed.net });
    } else {
      add(path, { ...closed, x: closed.ms });
    }
  }
  return path;
}

const timed = (points: readonly PnlPoint[]) =>
  points
    .map((point) => ({ ...point, ms: Date.parse(point.at) }))
    .filter((point) => !Number.isNaN(point.ms))
    .sort((left, right) => left.ms - right.ms);

interface Sample {
  x: number;
  net?: Point;
  gross?: Point;
  spot?: Point;
  level?: Point;
  close?: Point;
}

function add(path: SessionPath, sample: Sample): void {
  path.xs.push(sample.x);
  path.net.push(sample.net ?? null);
  path.gross.push(sample.gross ?? null);
  path.spot.push(sample.spot ?? null);
  path.level.push(sample.level ?? null);
  path.close.push(sample.close ?? null);
}

const levelAt = (steps: readonly LevelStep[], at: number): number | null =>
  steps.findLast((step) => step.at <= at)?.level ?? null;

/** What the percentages of the session are of, USD. */
export function basisOf(events: readonly SessionEvent[]): number | null {
  const said = events.findLast((event) => event.type === "went_live")?.payload.basis;
  const basis = typeof said === "string" || typeof said === "number" ? Number(said) : Number.NaN;
  return Number.isFinite(basis) && basis > 0 ? basis : null;
}

const short = (value: number) => formatNumber(value, Math.abs(value) < 10 ? 1 : 0);

export function pathPanes(path: SessionPath, underlying: string): Pane[] {
  const has = (values: readonly Point[]) => values.some((value) => value !== null);
  const pnl: Pane = {
    id: "pnl",
    title: "P&L, USD",
    weight: 2.4,
    format: usd,
    tick: short,
    fromZero: true,
    series: [
      { id: "net", title: "Net", values: path.net, color: "var(--cat-1)", form: "line" },
      {
        id: "gross",
        title: "Before fees",
        values: path.gross,
        color: "var(--text-2)",
        form: "line",
        dashed: true,
      },
      ...(has(path.close)
        ? [
            {
              id: "close",
              title: "Not recorded, to the result",
              values: path.close,
              color: "var(--cat-1)",
              form: "line" as const,
              dashed: true,
            },
          ]
        : []),
      ...(has(path.level)
        ? [
            {
              id: "level",
              title: "Trailing level",
              values: path.level,
              color: "var(--accent)",
              form: "step" as const,
            },
          ]
        : []),
    ],
  };
  const thousands = (path.spot.find((value) => value !== null) ?? 0) >= 10_000;
  const index: Pane = {
    id: "spot",
    title: thousands ? `${underlying} index, thousand` : `${underlying} index`,
    format: (value) => formatNumber(value, 1),
    tick: (value) => (thousands ? formatNumber(value / 1_000, 2) : formatNumber(value, 0)),
    fromZero: false,
    series: [
      {
        id: "spot",
        title: underlying,
        values: path.spot,
        color: "var(--cat-other)",
        form: "line",
        unlisted: true,
      },
    ],
  };
  return has(path.spot) ? [pnl, index] : [pnl];
}
