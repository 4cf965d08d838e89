// The market and the book of the fake strangle desk: one seeded day in minutes, then live ticks.
import { rng } from "./fake-data.mjs";

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 31_536_000_000;

function normalCdf(x) {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    Math.exp((-x * x) / 2) *
    0.3989422804014327 *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}
const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Value and greeks of one unit. */
export function option(kind, spot, strike, years, iv) {
  const spread = iv * Math.sqrt(years);
  const d1 = Math.log(spot / strike) / spread + spread / 2;
  const d2 = d1 - spread;
  const call = kind === "call";
  return {
    value: call
      ? spot * normalCdf(d1) - strike * normalCdf(d2)
      : strike * normalCdf(-d2) - spot * normalCdf(-d1),
    delta: call ? normalCdf(d1) : normalCdf(d1) - 1,
    gamma: density(d1) / (spot * spread),
    vega: (spot * density(d1) * Math.sqrt(years)) / 100,
    theta: (-spot * density(d1) * iv) / (2 * Math.sqrt(years)) / 365,
  };
}

export const QUANTITY = Number(process.env.LOTS ?? 12_000);
export const CONTRACT = 0.001;
const start = Date.now();
export const entryAt = start - 3 * HOUR - 11 * MINUTE;
export const exitAt = start + 2 * HOUR + 37 * MINUTE + 42_000;
export const expiresAt = start + 28.8 * HOUR;
const years = (at) => Math.max(1, expiresAt - at) / YEAR;

export const legs = [
  { id: 1181, kind: "call", strike: 108_200, iv: 0.482, drift: -0.03 },
  { id: 1182, kind: "put", strike: 101_600, iv: 0.478, drift: -0.075 },
].map((leg) => ({ ...leg, symbol: `${leg.kind === "call" ? "C" : "P"}-BTC-${leg.strike}-190626` }));

/** The index by minute since entry, and the same path every time. */
const minutes = Math.round((exitAt - entryAt) / MINUTE) + 600;
const random = rng(1918);
const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
const index = [104_820];
for (let k = 1; k < minutes; k += 1) {
  const pull = 0.012 * (105_350 - index[k - 1]);
  index.push(index[k - 1] + pull + gauss() * 46);
}
const wobble = (at) => Math.sin(at / 3_700) * 6 + Math.sin(at / 1_130) * 3;

export function spotAt(at) {
  const place = Math.max(0, (at - entryAt) / MINUTE);
  const low = Math.min(minutes - 2, Math.floor(place));
  const share = Math.min(1, place - low);
  return index[low] + (index[low + 1] - index[low]) * share + (at > start ? wobble(at) : 0);
}

const tick = (value) => Math.max(0.1, Math.round(value * 10) / 10);
/** Volatility falls through the day, so that the seller earns. */
const ivAt = (leg, at) =>
  leg.iv + leg.drift * Math.min(1, Math.max(0, (at - entryAt) / (4 * HOUR)));

for (const leg of legs) {
  const quote = option(leg.kind, spotAt(entryAt), leg.strike, years(entryAt), leg.iv);
  leg.entry = tick(quote.value);
  leg.entryDelta = quote.delta;
  leg.entryDistance = (leg.strike / spotAt(entryAt) - 1) * 100;
}
export const premium = legs.reduce((sum, leg) => sum + leg.entry * QUANTITY * CONTRACT, 0);
export const feesPaid = 2 * Math.min(0.00015 * 104_820, 0.05 * 225) * QUANTITY * CONTRACT * 1.18;

/** Marks, book and greeks of both legs. */
export function bookAt(at) {
  const spot = spotAt(at);
  return legs.map((leg) => {
    const iv = ivAt(leg, at);
    const quote = option(leg.kind, spot, leg.strike, years(at), iv);
    const mark = tick(quote.value);
    return {
      leg,
      iv,
      mark,
      bid: tick(mark * 0.992),
      ask: tick(mark * 1.012),
      greeks: quote,
      distance: (leg.strike / spot - 1) * 100,
      pnl: (leg.entry - mark) * QUANTITY * CONTRACT,
    };
  });
}

const rules = [
  [12, 5],
  [20, 12],
  [30, 22],
  [50, 35],
];
const levelAt = (peak) =>
  rules.reduce((level, [trigger, lock]) => (peak >= trigger ? lock : level), null);

/** Net P&L and trailing state by minute until `to`. */
export function pathUntil(to) {
  const points = [];
  let peak = 0;
  for (let at = entryAt; at <= to; at += MINUTE) {
    const gross = bookAt(at).reduce((sum, row) => sum + row.pnl, 0);
    const net = gross - feesPaid;
    const net_pct = (net / premium) * 100;
    peak = Math.max(peak, net_pct);
    points.push({
      at: new Date(at).toISOString(),
      net,
      gross,
      fees: feesPaid,
      spot: spotAt(at),
      level: levelAt(peak),
      peak,
    });
  }
  return points;
}
