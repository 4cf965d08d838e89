/**
 * The short strangle as a curve over the index: at expiry, and now by Black-Scholes with rates of
 * zero. Drawn, never posted: the server's figures stay the truth, and the curve of now goes exactly
 * through the net P&L it reports.
 */

export interface Leg {
  kind: "call" | "put";
  strike: number;
  /** Contracts sold and still open. */
  quantity: number;
  /** Of the underlying in one contract. */
  contractValue: number;
  /** What one unit was sold for. */
  entry: number;
  /** Annual volatility of the mark, a fraction. */
  iv: number | null;
}

export interface Strangle {
  legs: readonly Leg[];
  spot: number;
  /** Until expiry, in years of 365 days. */
  years: number;
  /** Net P&L now, and the part of it that no longer moves: realised less fees paid. */
  net: number;
  fixed: number;
}

export const YEAR_MS = 31_536_000_000;

/** The standard normal distribution function; absolute error below 1e-7. */
export function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    Math.exp((-x * x) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))) *
    0.3989422804014327;
  return x >= 0 ? 1 - tail : tail;
}

/** The value of one unit of an option. */
export function optionValue(
  kind: "call" | "put",
  spot: number,
  strike: number,
  years: number,
  iv: number,
): number {
  const intrinsic = Math.max(0, kind === "call" ? spot - strike : strike - spot);
  const spread = iv * Math.sqrt(Math.max(0, years));
  if (!(spread > 0) || !(spot > 0)) {
    return intrinsic;
  }
  const d1 = Math.log(spot / strike) / spread + spread / 2;
  const d2 = d1 - spread;
  return kind === "call"
    ? spot * normal(d1) - strike * normal(d2)
    : strike * normal(-d2) - spot * normal(-d1);
}

const size = (leg: Leg) => leg.quantity * leg.contractValue;

/** Net P&L when the index stands at `spot` at expiry. */
export function atExpiry(strangle: Strangle, spot: number): number {
  return strangle.legs.reduce(
    (sum, leg) => sum + size(leg) * (leg.entry - optionValue(leg.kind, spot, leg.strike, 0, 0)),
    strangle.fixed,
  );
}

/** Net P&L if the index jumped to `spot` now; null when a volatility is missing. */
export function atOnce(strangle: Strangle, spot: number): number | null {
  let moved = 0;
  for (const leg of strangle.legs) {
    if (leg.iv === null) {
      return null;
    }
    const value = (index: number) =>
      optionValue(leg.kind, index, leg.strike, strangle.years, leg.iv ?? 0);
    moved += size(leg) * (value(strangle.spot) - value(spot));
  }
  return strangle.net + moved;
}

/** The mean volatility of the legs; null when one is missing. */
export function meanIv(strangle: Strangle): number | null {
  const known = strangle.legs.map((leg) => leg.iv);
  return known.length === 0 || known.includes(null)
    ? null
    : known.reduce((sum: number, iv) => sum + (iv ?? 0), 0) / known.length;
}

/** Where the payoff at expiry is zero, from below and from above. */
export function breakEvens(strangle: Strangle): { low: number | null; high: number | null } {
  return { low: crossing(strangle, 0, "low"), high: crossing(strangle, 0, "high") };
}

/** The index on one side at which the payoff at expiry falls to `amount`; null when it never does. */
export function crossing(strangle: Strangle, amount: number, side: "low" | "high"): number | null {
  const put = strangle.legs.find((leg) => leg.kind === "put");
  const call = strangle.legs.find((leg) => leg.kind === "call");
  const leg = side === "low" ? put : call;
  if (leg === undefined || size(leg) === 0) {
    return null;
  }
  const room = atExpiry(strangle, leg.strike) - amount;
  if (room < 0) {
    return null;
  }
  const away = room / size(leg);
  return side === "low" ? leg.strike - away : leg.strike + away;
}

/** The chance that the index ends between the break-evens, by the log-normal of the mean volatility. */
export function probabilityOfProfit(strangle: Strangle): number | null {
  const { low, high } = breakEvens(strangle);
  const below = low === null || low <= 0 ? 1 : chanceAbove(strangle, low);
  const above = high === null ? 0 : chanceAbove(strangle, high);
  return below === null || above === null ? null : below - above;
}

function chanceAbove(strangle: Strangle, level: number): number | null {
  const iv = meanIv(strangle);
  if (iv === null || strangle.years <= 0) {
    return null;
  }
  const spread = iv * Math.sqrt(strangle.years);
  return normal((Math.log(strangle.spot / level) - (spread * spread) / 2) / spread);
}

/** The density of the index at expiry, with its peak at 1; null when a volatility is missing. */
export function density(strangle: Strangle, spot: number): number | null {
  const iv = meanIv(strangle);
  if (iv === null || strangle.years <= 0 || spot <= 0) {
    return null;
  }
  const spread = iv * Math.sqrt(strangle.years);
  const z = (Math.log(spot / strangle.spot) + (spread * spread) / 2) / spread;
  // The log-normal has its mode where its value is e^(spread²) of this form.
  return (strangle.spot / spot) * Math.exp((-z * z) / 2 - spread * spread);
}

export interface Curve {
  xs: number[];
  expiry: number[];
  now: (number | null)[];
  density: (number | null)[];
}

/** The part of the index axis that tells the story, with every kink among its points. */
export function drawnRange(strangle: Strangle): [number, number] {
  const { low, high } = breakEvens(strangle);
  const strikes = strangle.legs.map((leg) => leg.strike);
  const from = Math.min(strangle.spot, ...strikes, low ?? Number.POSITIVE_INFINITY);
  const to = Math.max(strangle.spot, ...strikes, high ?? 0);
  const air = Math.max((to - from) * 0.3, strangle.spot * 0.004);
  return [Math.max(0, from - air), to + air];
}

const POINTS = 160;

export function curveOf(strangle: Strangle): Curve {
  const [from, to] = drawnRange(strangle);
  const { low, high } = breakEvens(strangle);
  const kinks = [...strangle.legs.map((leg) => leg.strike), low, high, strangle.spot].filter(
    (x): x is number => x !== null && x >= from && x <= to,
  );
  const grid = Array.from({ length: POINTS + 1 }, (_, k) => from + ((to - from) * k) / POINTS);
  const xs = [...new Set([...grid, ...kinks])].sort((left, right) => left - right);
  return {
    xs,
    expiry: xs.map((x) => atExpiry(strangle, x)),
    now: xs.map((x) => atOnce(strangle, x)),
    density: xs.map((x) => density(strangle, x)),
  };
}
