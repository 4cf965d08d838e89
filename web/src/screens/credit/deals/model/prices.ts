/** From the price form to the request. Percentages here are per cent points, spreads basis points. */
import type { PriceBody, Quote } from "../api/runs";

export type QuoteKind = "price" | "yield" | "discount_margin" | "z_spread";

export interface QuoteLook {
  title: string;
  unit: string;
  usual: number;
  step: number;
  digits: number;
}

export const QUOTES: Record<QuoteKind, QuoteLook> = {
  price: { title: "Clean price", unit: "per 100", usual: 100, step: 0.25, digits: 3 },
  yield: { title: "Yield", unit: "%", usual: 5, step: 0.1, digits: 3 },
  discount_margin: { title: "Discount margin", unit: "bp", usual: 150, step: 5, digits: 1 },
  z_spread: { title: "Z-spread", unit: "bp", usual: 100, step: 5, digits: 1 },
};

export interface PriceState {
  kind: QuoteKind;
  value: number;
  settlement: string | null;
  /** A flat zero rate, for Z-spreads; per cent. */
  zero: number;
}

export function quoteOf(kind: QuoteKind, value: number): Quote {
  const small = (by: number) => Number((value / by).toPrecision(12));
  switch (kind) {
    case "price":
      return { price: value };
    case "yield":
      return { yield: small(100) };
    case "discount_margin":
      return { discount_margin: small(10_000) };
    case "z_spread":
      return { z_spread: small(10_000) };
  }
}

const TABLE = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/** Clean prices around the quoted one, for a table of yields. */
export const tableAround = (state: PriceState): number[] => {
  const middle = state.kind === "price" ? state.value : 100;
  return TABLE.map((by) => Number((middle + by).toPrecision(12))).filter((price) => price > 0);
};

export function priceBody(
  state: PriceState,
  bonds: readonly string[],
  scenario: string,
): PriceBody {
  const rate = Number((state.zero / 100).toPrecision(12));
  return {
    scenario,
    ...(state.settlement === null ? {} : { settlement: state.settlement }),
    bonds: bonds.map((bond) => ({ bond, quote: quoteOf(state.kind, state.value) })),
    curve: { tenors: [1, 30], rates: [rate, rate] },
    table: tableAround(state),
  };
}
