/** The trailing stop as the server stores it, and the level it locks at a peak. */
import type { ProfileFields, TrailingRule } from "../../api/records";

export type Trailing =
  | { kind: "ladder"; rules: TrailingRule[] }
  | { kind: "distance"; start_pct: number; distance_pct: number }
  | { kind: "fraction"; start_pct: number; fraction: number };

export const MOST_RULES = 20;

type Stored = ProfileFields["trailing_rules"];

export function trailingOf(stored: Stored): Trailing {
  if (Array.isArray(stored)) {
    return { kind: "ladder", rules: stored };
  }
  const number = (value: unknown, otherwise: number) =>
    typeof value === "number" ? value : otherwise;
  const start_pct = number(stored.start_pct, 20);
  return stored.kind === "fraction"
    ? { kind: "fraction", start_pct, fraction: number(stored.fraction, 0.5) }
    : { kind: "distance", start_pct, distance_pct: number(stored.distance_pct, 10) };
}

export function storedOf(trailing: Trailing): Stored {
  return trailing.kind === "ladder" ? trailing.rules : { ...trailing };
}

/** The locked level when the P&L has peaked here; null while nothing is armed. 0 is break-even. */
export function levelAt(trailing: Trailing, peak: number): number | null {
  if (trailing.kind === "ladder") {
    const armed = trailing.rules.filter((rule) => peak >= rule.trigger_pct);
    return armed.length === 0 ? null : Math.max(...armed.map((rule) => rule.lock_pct));
  }
  if (peak < trailing.start_pct) {
    return null;
  }
  return trailing.kind === "distance" ? peak - trailing.distance_pct : trailing.fraction * peak;
}

/** What is wrong with each rung, by its place; the words name the way out. */
export function rungFaults(rules: readonly TrailingRule[]): (string | null)[] {
  return rules.map((rule, at) => {
    if (!(rule.trigger_pct > 0)) {
      return "The peak must be above 0";
    }
    if (rule.lock_pct < 0) {
      return "The lock must be at least 0";
    }
    if (rule.lock_pct >= rule.trigger_pct) {
      return "The lock must be below its peak";
    }
    if (rules.findIndex((other) => other.trigger_pct === rule.trigger_pct) < at) {
      return "Another rule has this peak";
    }
    const lower = rules.some(
      (other) => other.trigger_pct < rule.trigger_pct && other.lock_pct > rule.lock_pct,
    );
    return lower ? "Never acts: an earlier rule locks more" : null;
  });
}

/** The next rung above the last: ten points further, keeping the same distance. */
export function nextRung(rules: readonly TrailingRule[]): TrailingRule {
  const last = sorted(rules).at(-1);
  return last === undefined
    ? { trigger_pct: 20, lock_pct: 0 }
    : { trigger_pct: last.trigger_pct + 10, lock_pct: last.lock_pct + 10 };
}

export const sorted = (rules: readonly TrailingRule[]): TrailingRule[] =>
  [...rules].sort((one, other) => one.trigger_pct - other.trigger_pct);

/** The peaks to draw: both sides of every step, whole points between. */
export function peaksOf(trailing: Trailing, to: number): number[] {
  const kinks =
    trailing.kind === "ladder"
      ? trailing.rules.map((rule) => rule.trigger_pct)
      : [trailing.start_pct];
  const step = Math.max(1, Math.ceil(to / 100));
  const grid = Array.from({ length: Math.floor(to / step) + 1 }, (_, k) => k * step);
  return [...new Set([...grid, ...kinks.filter((kink) => kink >= 0 && kink <= to), to])].sort(
    (one, other) => one - other,
  );
}

/** How far the chart goes: past the last step, and to the profit limit if it is near. */
export function reach(trailing: Trailing, maxProfit: number): number {
  const last =
    trailing.kind === "ladder"
      ? Math.max(0, ...trailing.rules.map((rule) => rule.trigger_pct))
      : trailing.start_pct * 2;
  const wanted = Math.max(last * 1.25, maxProfit > 0 ? maxProfit * 1.05 : 0, 10);
  return Math.ceil(wanted / 5) * 5;
}
