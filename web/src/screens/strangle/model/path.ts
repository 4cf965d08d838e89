/** The P&L of a session over time: samples of the server, the newest snapshot at the end. */
import type { PnlPoint } from "../api/records";
import type { Runtime } from "../api/types";
import type { LevelStep } from "./events";

export interface PathSample {
  /** Milliseconds. */
  at: number;
  net: number;
  percent: number | null;
  spot: number | null;
  level: number | null;
}

/** The kept points; the trailing level comes from the log of the session. */
export function samplesOf(
  points: readonly PnlPoint[],
  basis: number | null,
  steps: readonly LevelStep[],
): PathSample[] {
  let next = 0;
  let level: number | null = null;
  return points
    .map((point) => ({
      at: Date.parse(point.at),
      net: point.net,
      percent: basis === null || basis === 0 ? null : (point.net / basis) * 100,
      spot: point.spot,
      level,
    }))
    .filter((sample) => !Number.isNaN(sample.at))
    .sort((left, right) => left.at - right.at)
    .map((sample) => {
      for (let step = steps[next]; step && step.at <= sample.at; step = steps[next]) {
        level = step.level;
        next += 1;
      }
      return { ...sample, level };
    });
}

/** What the runtime says now as one more sample; null before a leg was sold. */
export function sampleOf(runtime: Runtime): PathSample | null {
  if (!runtime.positions.some((position) => position.entry_price !== null)) {
    return null;
  }
  return {
    at: Date.parse(runtime.generated_at),
    net: runtime.totals.total_pnl,
    percent: runtime.totals.total_pnl_pct,
    spot: runtime.spot.last,
    level: runtime.limits.trailing_level_pct,
  };
}

const TAIL_MS = 5_000;
const TAIL_MOST = 720;

/** Adds a sample that is newer; one every five seconds stays, the newest always shows. */
export function extend(tail: readonly PathSample[], sample: PathSample): PathSample[] {
  const last = tail.at(-1);
  const before = tail.at(-2);
  if (last !== undefined && sample.at <= last.at) {
    return tail as PathSample[];
  }
  const replace = last !== undefined && before !== undefined && last.at - before.at < TAIL_MS;
  return [...(replace ? tail.slice(0, -1) : tail), sample].slice(-TAIL_MOST);
}

/** Samples of the server, then those that came since. */
export function joined(base: readonly PathSample[], tail: readonly PathSample[]): PathSample[] {
  const last = base.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  return [...base, ...tail.filter((sample) => sample.at > last)];
}

/** At most four samples a slot: first, lowest, highest, last; no spike is lost. */
export function thin(samples: readonly PathSample[], slots: number): PathSample[] {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length <= slots * 4 || slots < 1) {
    return [...samples];
  }
  const wide = (last.at - first.at) / slots || 1;
  const kept: PathSample[] = [];
  let slot: PathSample[] = [];
  let number = 0;
  const close = () => {
    const extremes = [slot[0], lowest(slot), highest(slot), slot.at(-1)].filter(
      (one): one is PathSample => one !== undefined,
    );
    kept.push(...[...new Set(extremes)].sort((left, right) => left.at - right.at));
    slot = [];
  };
  for (const sample of samples) {
    const here = Math.min(slots - 1, Math.floor((sample.at - first.at) / wide));
    if (here !== number) {
      close();
      number = here;
    }
    slot.push(sample);
  }
  close();
  return kept;
}

const lowest = (slot: readonly PathSample[]) =>
  slot.reduce<PathSample | undefined>(
    (best, one) => (best === undefined || one.net < best.net ? one : best),
    undefined,
  );
const highest = (slot: readonly PathSample[]) =>
  slot.reduce<PathSample | undefined>(
    (best, one) => (best === undefined || one.net > best.net ? one : best),
    undefined,
  );
