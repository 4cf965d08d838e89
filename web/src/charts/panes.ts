/** What a pane draws, and its geometry. */
import { type Bounds, boundsOf, linear, type Point, stackUp } from "./scale";

export interface PaneSeries {
  id: string;
  title: string;
  values: readonly Point[];
  /** A token: "var(--cat-1)". Reference series are dashed in `--text-2`. */
  color: string;
  /**
   * `stack` areas or bars pile up in order from the bottom; `line` is straight between samples;
   * `step` for states; `area` is a line with its fill to zero.
   */
  form: "stack" | "bars" | "line" | "step" | "area";
  dashed?: boolean;
  /** Of the fill of stacks and bars; 0.92 when not given. */
  opacity?: number;
  /** Not in the read-out. */
  silent?: boolean;
  /** Written at the line instead of in the legend. */
  direct?: boolean;
  /** Neither in the legend nor written at the line. */
  unlisted?: boolean;
}

export interface PaneLevel {
  value: number;
  title: string;
  color?: string;
}

export interface Pane {
  id: string;
  /** With the unit: "Balance, USD million". */
  title: string;
  series: readonly PaneSeries[];
  /** Share of the height; 1 when not given. */
  weight?: number;
  format: (value: number) => string;
  /** The axis; `format` when not given. */
  tick?: (value: number) => string;
  /** The sum of the stacked series as last row of the read-out. */
  total?: string;
  levels?: readonly PaneLevel[];
  /** Lines may not start at zero. */
  fromZero?: boolean;
  /** Fixed bounds, for equal scales in small multiples. */
  bounds?: Bounds;
}

export interface LaidPane {
  pane: Pane;
  top: number;
  bottom: number;
  bounds: Bounds;
  y: (value: number) => number;
  stacks: Map<string, { low: number[]; high: number[] }>;
}

const PANE_GAP = 18;

/** Places panes under each other and finds their bounds over the shown part. */
export function layPanes(
  panes: readonly Pane[],
  shown: readonly [number, number],
  top: number,
  bottom: number,
): LaidPane[] {
  const weights = panes.map((pane) => pane.weight ?? 1);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const room = bottom - top - PANE_GAP * (panes.length - 1);
  let y = top;
  return panes.map((pane, index) => {
    const height = (room * (weights[index] ?? 1)) / whole;
    const paneTop = y;
    y += height + PANE_GAP;
    const piled = pane.series.filter((one) => one.form === "stack" || one.form === "bars");
    const piles = stackUp(piled.map((one) => one.values));
    const stacks = new Map(piled.map((one, at) => [one.id, piles[at] ?? { low: [], high: [] }]));
    const bounds = pane.bounds ?? paneBounds(pane, piles, shown);
    return {
      pane,
      top: paneTop,
      bottom: paneTop + height,
      bounds,
      stacks,
      y: linear(bounds, paneTop + height, paneTop),
    };
  });
}

function paneBounds(
  pane: Pane,
  piles: readonly { high: number[] }[],
  [from, to]: readonly [number, number],
): Bounds {
  const values: Point[] = [];
  const part = (list: readonly Point[]) => list.slice(from, to + 1);
  for (const pile of piles) {
    values.push(...part(pile.high));
  }
  for (const one of pane.series) {
    if (one.form !== "stack" && one.form !== "bars") {
      values.push(...part(one.values));
    }
  }
  values.push(...(pane.levels?.map((level) => level.value) ?? []));
  const zero =
    pane.fromZero ?? (piles.length > 0 || pane.series.some((one) => one.form === "area"));
  return boundsOf(values, zero);
}
