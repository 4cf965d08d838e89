/** Curves of annual rates by month: points with straight lines between them. */
import type { RateVector, VectorBy } from "../api/types";

export interface CurvePoint {
  /** 1 is the first month. */
  month: number;
  /** Per cent a year. */
  rate: number;
}

export type Curve = readonly CurvePoint[];

/** The longest vector that the service takes. */
export const LONGEST = 600;
const MIN_POINTS = 2;
/** Two slopes that differ by less than this are one line, in per cent a month. */
const SAME_LINE = 0.0015;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
/** Rates are set to whole multiples of this, per cent. */
export const GRAIN = 0.1;
const rounded = (rate: number, grain: number) =>
  Number((Math.round(rate / grain) * grain).toFixed(4));

/** The rate in a month; the first and the last point hold outside. */
export function rateAt(curve: Curve, month: number): number {
  const first = curve[0];
  if (first === undefined) {
    return 0;
  }
  let before = first;
  for (const point of curve) {
    if (month <= point.month) {
      const span = point.month - before.month;
      return span <= 0
        ? point.rate
        : before.rate + ((point.rate - before.rate) * (month - before.month)) / span;
    }
    before = point;
  }
  return before.rate;
}

/** Sets the rate of a point, to a tenth of a per cent unless a finer grain is given. */
export function setRate(curve: Curve, index: number, rate: number, grain = GRAIN): CurvePoint[] {
  return curve.map((point, at) =>
    at === index ? { ...point, rate: rounded(clamp(rate, 0, 100), grain) } : point,
  );
}

/** Moves a point in time; it stays between its neighbours, the first stays at month 1. */
export function setMonth(curve: Curve, index: number, month: number): CurvePoint[] {
  const low = (curve[index - 1]?.month ?? 0) + 1;
  const high = (curve[index + 1]?.month ?? LONGEST + 1) - 1;
  return curve.map((point, at) =>
    at === index && index > 0 ? { ...point, month: clamp(Math.round(month), low, high) } : point,
  );
}

/** Adds a point half way to the next one (or to the one before at the end); gives its index. */
export function insertPoint(
  curve: Curve,
  index: number,
  grain = GRAIN,
): { curve: CurvePoint[]; index: number } {
  const left = index >= curve.length - 1 ? curve.length - 2 : index;
  const from = curve[left];
  const to = curve[left + 1];
  if (from === undefined || to === undefined || to.month - from.month < 2) {
    return { curve: [...curve], index };
  }
  const month = Math.round((from.month + to.month) / 2);
  const point = { month, rate: rounded(rateAt(curve, month), grain) };
  return { curve: [...curve.slice(0, left + 1), point, ...curve.slice(left + 1)], index: left + 1 };
}

/** Removes a point; the first and the last stay. */
export function removePoint(curve: Curve, index: number): { curve: CurvePoint[]; index: number } {
  if (index <= 0 || index >= curve.length - 1 || curve.length <= MIN_POINTS) {
    return { curve: [...curve], index };
  }
  return { curve: curve.filter((_, at) => at !== index), index: Math.min(index, curve.length - 2) };
}

/** The monthly vector that the service takes: annual fractions, month 1 first. */
export function toVector(curve: Curve, scale: number, by: VectorBy): RateVector {
  const last = clamp(curve.at(-1)?.month ?? 1, 1, LONGEST);
  const values = Array.from({ length: last }, (_, at) => {
    const rate = clamp(rateAt(curve, at + 1) * scale, 0, 100);
    return Number((rate / 100).toFixed(7));
  });
  return { model: "vector", unit: "annual", values, by, each: "month", pad: "last" };
}

/** The points of a vector: where its line bends. Monthly rates become annual ones. */
export function fromVector(vector: RateVector): CurvePoint[] {
  const each = vector.each === "year" ? 12 : 1;
  const annual = (value: number) =>
    100 * (vector.unit === "monthly" ? 1 - (1 - value) ** 12 : value);
  const rates = vector.values
    .flatMap((value) => Array.from({ length: each }, () => annual(value)))
    .slice(0, LONGEST);
  return bends(rates);
}

/** The months where a line through monthly rates changes its slope, with both ends. */
export function bends(rates: readonly number[]): CurvePoint[] {
  const at = (index: number) => rates[index] ?? 0;
  const round = (rate: number) => Number(rate.toFixed(3));
  const points: CurvePoint[] = [{ month: 1, rate: round(at(0)) }];
  for (let k = 1; k < rates.length - 1; k += 1) {
    if (Math.abs(at(k + 1) - 2 * at(k) + at(k - 1)) > SAME_LINE) {
      points.push({ month: k + 1, rate: round(at(k)) });
    }
  }
  const last = Math.max(rates.length, 2);
  points.push({ month: last, rate: round(rates.length > 1 ? at(rates.length - 1) : at(0)) });
  return points;
}

/** Annual per cent of a monthly share in per cent. */
export const annualRate = (monthly: number) => 100 * (1 - (1 - clamp(monthly, 0, 100) / 100) ** 12);

/** The standard mortgage ramp: 0.2 % a month up to 6 % in month 30, times the speed. */
export function psaCurve(speed: number, last: number): CurvePoint[] {
  const share = speed / 100;
  const rate = (month: number) => clamp(0.2 * Math.min(month, 30) * share, 0, 100);
  return ends([1, 30, last], rate);
}

/** The standard default assumption: up to 0.6 % by month 30, down to 0.03 % by month 120. */
export function sdaCurve(speed: number, last: number): CurvePoint[] {
  const share = speed / 100;
  const rate = (month: number) => {
    const standard =
      month <= 30 ? 0.02 * month : month <= 60 ? 0.6 : Math.max(0.03, 0.6 - 0.0095 * (month - 60));
    return clamp(standard * share, 0, 100);
  };
  return ends([1, 30, 60, 120, last], rate);
}

/** A share of the original number of loans a month: the rate of those left rises. */
export function absCurve(speed: number, last: number): CurvePoint[] {
  const share = speed / 100;
  const end = share <= 0 ? last : Math.min(last, Math.floor(1 / share));
  const rate = (month: number) => {
    const left = 1 - share * (month - 1);
    return left <= share ? 100 : annualRate((100 * share) / left);
  };
  const months = Array.from({ length: 9 }, (_, k) => Math.round(1 + ((end - 1) * k) / 8));
  return ends(months, rate);
}

export const flatCurve = (rate: number, last: number): CurvePoint[] =>
  ends([1, last], () => clamp(rate, 0, 100));

function ends(months: readonly number[], rate: (month: number) => number): CurvePoint[] {
  const last = months.at(-1) ?? 1;
  const kept = [...new Set(months.filter((month) => month >= 1 && month <= last))];
  if (kept.length === 1) {
    kept.push(last + 1);
  }
  return kept.map((month) => ({ month, rate: Number(rate(month).toFixed(3)) }));
}
