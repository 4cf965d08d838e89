/** What a stress run says: every scenario against the base. */
import type { Metrics } from "../api/types";

export const BASE = "base";

export interface ScenarioResult {
  name: string;
  metrics: Metrics | null;
}

export type MeasureId =
  | "npv"
  | "price"
  | "yield_to_maturity"
  | "weighted_average_life"
  | "effective_duration"
  | "default_percent"
  | "loss_percent";

export interface Measure {
  id: MeasureId;
  title: string;
  unit: string;
  /** Whether a rise is good for the holder. */
  good: "up" | "down" | "neither";
  /** Fractions become per cent. */
  times: number;
  digits: number;
  /** "pt", "%" of the base, or the unit itself. */
  change: "relative" | "points" | "plain";
}

export const MEASURES: readonly Measure[] = [
  { id: "npv", title: "NPV", unit: "", good: "up", times: 1, digits: 2, change: "relative" },
  { id: "price", title: "Price", unit: "", good: "up", times: 1, digits: 2, change: "plain" },
  {
    id: "yield_to_maturity",
    title: "Yield",
    unit: "%",
    good: "up",
    times: 100,
    digits: 2,
    change: "points",
  },
  {
    id: "weighted_average_life",
    title: "Average life",
    unit: "years",
    good: "neither",
    times: 1,
    digits: 2,
    change: "plain",
  },
  {
    id: "effective_duration",
    title: "Duration",
    unit: "",
    good: "neither",
    times: 1,
    digits: 2,
    change: "plain",
  },
  {
    id: "default_percent",
    title: "Default",
    unit: "%",
    good: "down",
    times: 1,
    digits: 2,
    change: "points",
  },
  {
    id: "loss_percent",
    title: "Loss",
    unit: "%",
    good: "down",
    times: 1,
    digits: 2,
    change: "points",
  },
];

export interface MatrixCell {
  /** In shown units; null where it could not be computed. */
  value: number | null;
  /** Against the base: in per cent of it, in points, or plain. */
  change: number | null;
  /** −1 is the worst change of the column for the holder, 1 the best, 0 none. */
  heat: number;
}

export interface MatrixRow {
  name: string;
  isBase: boolean;
  isWorst: boolean;
  cells: Record<MeasureId, MatrixCell>;
}

function measured(metrics: Metrics | null, measure: Measure, balance: number): number | null {
  if (metrics === null) {
    return null;
  }
  const raw =
    measure.id === "default_percent"
      ? balance > 0 && metrics.total_default !== null
        ? (100 * metrics.total_default) / balance
        : null
      : metrics[measure.id];
  return raw === null || raw === undefined || !Number.isFinite(raw) ? null : raw * measure.times;
}

function changeOf(measure: Measure, value: number | null, base: number | null): number | null {
  if (value === null || base === null) {
    return null;
  }
  if (measure.change === "relative") {
    return base === 0 ? null : (100 * (value - base)) / Math.abs(base);
  }
  return value - base;
}

const signOf = (measure: Measure) => (measure.good === "up" ? 1 : measure.good === "down" ? -1 : 0);

/** The base first, then the scenarios from the worst net present value on. */
export function matrixOf(results: readonly ScenarioResult[], balance: number): MatrixRow[] {
  const base = results.find((one) => one.name === BASE)?.metrics ?? null;
  const rows = results.map((one): MatrixRow => {
    const cells = {} as Record<MeasureId, MatrixCell>;
    for (const measure of MEASURES) {
      const value = measured(one.metrics, measure, balance);
      const change = changeOf(measure, value, measured(base, measure, balance));
      cells[measure.id] = { value, change, heat: 0 };
    }
    return { name: one.name, isBase: one.name === BASE, isWorst: false, cells };
  });
  for (const measure of MEASURES) {
    const most = Math.max(0, ...rows.map((row) => Math.abs(row.cells[measure.id].change ?? 0)));
    for (const row of rows) {
      const cell = row.cells[measure.id];
      cell.heat = most > 0 ? (signOf(measure) * (cell.change ?? 0)) / most : 0;
    }
  }
  rows.sort((left, right) => Number(right.isBase) - Number(left.isBase) || order(left, right));
  const worst = rows.find((row) => !row.isBase && (row.cells.npv.change ?? 0) < 0);
  if (worst !== undefined) {
    worst.isWorst = true;
  }
  return rows;
}

/** Lower net present value first; what has none comes last. */
function order(left: MatrixRow, right: MatrixRow): number {
  const value = (row: MatrixRow) => row.cells.npv.value ?? Number.POSITIVE_INFINITY;
  const by = value(left) - value(right);
  return Number.isNaN(by) || by === 0 ? left.name.localeCompare(right.name, "en") : by;
}

/** A step of the diverging colours, 1 to 9; the middle is no change. */
export const heatStep = (heat: number): number =>
  Math.max(1, Math.min(9, 5 + Math.round(4 * heat)));

export interface Bar {
  name: string;
  change: number;
}

/** Scenarios by the size of their effect on one measure, the largest on top. */
export function tornadoOf(rows: readonly MatrixRow[], id: MeasureId): Bar[] {
  return rows
    .flatMap((row) => {
      const { change } = row.cells[id];
      return row.isBase || change === null ? [] : [{ name: row.name, change }];
    })
    .sort((left, right) => Math.abs(right.change) - Math.abs(left.change));
}

export interface Spread {
  low: Bar;
  middle: number;
  high: Bar;
  /** Scenarios that are worse than the base for the holder. */
  worse: number;
  count: number;
}

export interface Effect {
  name: string;
  /** Ends of the bar; a scenario has one, a factor moved both ways two. */
  ends: { change: number; says: string }[];
}

/** Effects with the widest bar on top. */
export function widestFirst(effects: readonly Effect[]): Effect[] {
  const width = ({ ends }: Effect) =>
    Math.max(0, ...ends.map((end) => end.change)) - Math.min(0, ...ends.map((end) => end.change));
  return effects
    .filter((one) => one.ends.length > 0)
    .sort((left, right) => width(right) - width(left));
}

/** How the changes lie: ends, median, and how many are worse. */
export function spreadOf(bars: readonly Bar[], measure: Measure): Spread | null {
  const sorted = [...bars].sort((left, right) => left.change - right.change);
  const [low] = sorted;
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) {
    return null;
  }
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)]?.change ?? 0;
  const lower = sorted[Math.ceil(half) - 1]?.change ?? 0;
  const sign = signOf(measure);
  return {
    low,
    high,
    middle: (upper + lower) / 2,
    worse: sorted.filter((one) => sign * one.change < 0).length,
    count: sorted.length,
  };
}

export interface Dot extends Bar {
  /** Along the axis, and how many dots lie under it. */
  x: number;
  level: number;
}

/** Dots that would touch are piled up. `x` maps a change to pixels, `size` is a dot with its air. */
export function pileDots(bars: readonly Bar[], x: (change: number) => number, size: number): Dot[] {
  const piles: number[] = [];
  return [...bars]
    .sort((left, right) => left.change - right.change)
    .map((bar) => {
      const at = x(bar.change);
      let level = piles.findIndex((end) => at - end >= size);
      level = level < 0 ? piles.length : level;
      piles[level] = at;
      return { ...bar, x: at, level };
    });
}

/** The scenarios whose flows are drawn at first: the base, and the four that move the value most. */
export function drawnAtFirst(rows: readonly MatrixRow[], most = 4): string[] {
  const bars = tornadoOf(rows, "npv").slice(0, most);
  return bars.map((bar) => bar.name);
}
