/** Ticks, bounds and paths. Steps are 1, 2 or 5 times a power of ten. */
import { scaleLinear } from "d3-scale";
import { area, curveLinear, curveStepAfter, line } from "d3-shape";

export type Point = number | null;

export interface Bounds {
  low: number;
  high: number;
}

/** Three to six ticks inside the bounds. */
export function niceTicks(low: number, high: number, wanted = 4): number[] {
  if (!(high > low)) {
    return [low];
  }
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  const step = (lead >= 7.5 ? 10 : lead >= 3.5 ? 5 : lead >= 1.5 ? 2 : 1) * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/** The extent of the values; with `zero` it includes 0, always with a little air. */
export function boundsOf(values: Iterable<Point>, zero: boolean): Bounds {
  let low = zero ? 0 : Number.POSITIVE_INFINITY;
  let high = zero ? 0 : Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value !== null && Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) {
    return { low: 0, high: 1 };
  }
  if (low === high) {
    const pad = Math.abs(low) * 0.1 || 1;
    return { low: zero && low >= 0 ? Math.min(low, 0) : low - pad, high: high + pad };
  }
  const pad = (high - low) * 0.06;
  return { low: zero && low === 0 ? 0 : low - pad, high: zero && high === 0 ? 0 : high + pad };
}

export const linear = (bounds: Bounds, from: number, to: number) =>
  scaleLinear([bounds.low, bounds.high], [from, to]);

/** A path with gaps where there is no value; steps for states. */
export function linePath(
  xs: readonly number[],
  values: readonly Point[],
  x: (value: number) => number,
  y: (value: number) => number,
  step = false,
): string {
  return (
    line<Point>()
      .defined((value) => value !== null && Number.isFinite(value))
      .x((_, index) => x(xs[index] ?? 0))
      .y((value) => y(value ?? 0))
      .digits(1)
      .curve(step ? curveStepAfter : curveLinear)(values as Point[]) ?? ""
  );
}

export function areaPath(
  xs: readonly number[],
  low: readonly Point[],
  high: readonly Point[],
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  return (
    area<Point>()
      .defined((value, index) => value !== null && low[index] !== null)
      .x((_, index) => x(xs[index] ?? 0))
      .y0((_, index) => y(low[index] ?? 0))
      .y1((value) => y(value ?? 0))
      .digits(1)(high as Point[]) ?? ""
  );
}

/** Bottoms and tops of stacked series, in the given order from the bottom. */
export function stackUp(
  series: readonly (readonly Point[])[],
): { low: number[]; high: number[] }[] {
  const length = Math.max(0, ...series.map((values) => values.length));
  let base = new Array<number>(length).fill(0);
  return series.map((values) => {
    const low = base;
    const high = low.map((value, index) => value + (values[index] ?? 0));
    base = high;
    return { low, high };
  });
}

/** The index of the x nearest to a value; the xs are sorted. */
export function nearest(xs: readonly number[], value: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const before = xs[low - 1];
  const here = xs[low] ?? 0;
  return before !== undefined && value - before < here - value ? low - 1 : low;
}

const SECOND = 1_000;
const TIME_STEPS = [
  1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * SECOND);

/** Whole seconds, minutes, hours, days of UTC, as many as fit. */
export function timeTicks(low: number, high: number, wanted = 6): number[] {
  const raw = (high - low) / wanted;
  const step =
    TIME_STEPS.find((one) => one >= raw) ?? Math.ceil(raw / 2_592_000_000) * 2_592_000_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) {
    ticks.push(at);
  }
  return ticks;
}
