/** The geometry of the limits bar: one line from max loss over zero to max profit. */

export interface LimitsInput {
  /** Net P&L in per cent points of the basis. */
  now: number;
  /** Above zero; null where there is none. */
  maxLoss: number | null;
  maxProfit: number | null;
  peak: number;
  /** Null while the trailing stop is not armed. */
  level: number | null;
}

export type MarkId = "loss" | "zero" | "level" | "profit";

export interface BarMark {
  id: MarkId;
  value: number;
  x: number;
  /** Where its words stand; they keep off each other and inside the bar. */
  at: number;
  anchor: "start" | "middle" | "end";
  title: string;
  /** Its words would stand on others: the tick stays. */
  silent: boolean;
}

export interface BarZone {
  id: "lost" | "locked" | "risk";
  from: number;
  to: number;
}

export interface BarLayout {
  low: number;
  high: number;
  marks: BarMark[];
  zones: BarZone[];
  now: { x: number; beyond: "low" | "high" | null };
  peak: number | null;
}

/** Words of a mark need this much room, in pixels. */
const WORDS = 76;
const WORDS_NARROW = 54;
const NARROW = 460;
const EDGE = 8;

export function layLimits(input: LimitsInput, width: number): BarLayout {
  const { now, maxLoss, maxProfit, peak, level } = input;
  const bottom = -(maxLoss ?? Math.max(20, -now * 1.2));
  const top = maxProfit ?? Math.max(20, now, peak, level ?? 0) * 1.2;
  const air = (top - bottom) * 0.05;
  const low = bottom - air;
  const high = top + air;
  const room = Math.max(1, width - 2 * EDGE);
  const x = (value: number) => EDGE + ((clamp(value, low, high) - low) / (high - low)) * room;
  return {
    low: x(low),
    high: x(high),
    marks: placeWords(marksOf(input, x), width),
    zones: zonesOf(now, level).map((zone) => ({ ...zone, from: x(zone.from), to: x(zone.to) })),
    now: { x: x(now), beyond: now < low ? "low" : now > high ? "high" : null },
    peak: peak > now && peak > 0 ? x(peak) : null,
  };
}

function marksOf({ maxLoss, maxProfit, level }: LimitsInput, x: (value: number) => number) {
  const mark = (id: MarkId, value: number, title: string): BarMark => ({
    id,
    value,
    title,
    x: x(value),
    at: x(value),
    anchor: "middle",
    silent: false,
  });
  return [
    ...(maxLoss === null ? [] : [mark("loss", -maxLoss, "Max loss")]),
    ...(level === 0 ? [] : [mark("zero", 0, "Break-even")]),
    ...(level === null ? [] : [mark("level", level, "Trailing stop")]),
    ...(maxProfit === null ? [] : [mark("profit", maxProfit, "Max profit")]),
  ];
}

/** The ends stay inside; the words of zero give way first, then those of the trailing level. */
function placeWords(marks: BarMark[], width: number): BarMark[] {
  const room = width < NARROW ? WORDS_NARROW : WORDS;
  const near = (one: BarMark, other: BarMark) => Math.abs(one.x - other.x) < room;
  const ends = marks.filter((mark) => mark.id === "loss" || mark.id === "profit");
  const level = marks.find((mark) => mark.id === "level");
  return marks.map((mark) => {
    const crowded =
      mark.id === "zero"
        ? marks.some((other) => other !== mark && near(mark, other))
        : mark === level && ends.some((end) => near(mark, end));
    const placed = { ...mark, silent: crowded };
    if (mark.x < room / 2) {
      return { ...placed, at: 0, anchor: "start" as const };
    }
    return mark.x > width - room / 2 ? { ...placed, at: width, anchor: "end" as const } : placed;
  });
}

function zonesOf(now: number, level: number | null): BarZone[] {
  if (now < 0) {
    return [{ id: "lost", from: now, to: 0 }];
  }
  if (level === null || level <= 0) {
    return now === 0 ? [] : [{ id: "risk", from: 0, to: now }];
  }
  const zones: BarZone[] = [{ id: "locked", from: 0, to: Math.min(level, now) }];
  return now > level ? [...zones, { id: "risk", from: level, to: now }] : zones;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The nearest thing that would end the session, in per cent points; null without any limit. */
export function nearestLimit({ now, maxLoss, maxProfit, level }: LimitsInput): {
  title: string;
  points: number;
} | null {
  const ends = [
    ...(maxLoss === null ? [] : [{ title: "max loss", points: now + maxLoss }]),
    ...(maxProfit === null ? [] : [{ title: "max profit", points: maxProfit - now }]),
    ...(level === null ? [] : [{ title: "trailing stop", points: now - level }]),
  ];
  return ends.reduce<(typeof ends)[number] | null>(
    (nearest, end) => (nearest === null || end.points < nearest.points ? end : nearest),
    null,
  );
}

/** The share of the way from zero to max loss; 0 while in profit. */
export function lossShare(now: number, maxLoss: number | null): number {
  return maxLoss === null || maxLoss <= 0 ? 0 : clamp(-now / maxLoss, 0, 1);
}
