import type { Runtime } from "../api/types";
import { type Leg, type Strangle, YEAR_MS } from "../model/payoff";

/** A level of the limits on the payoff. */
export interface PayoffLevel {
  id: string;
  /** In per cent points of the basis. */
  percent: number;
  word: string;
  color: string;
}

/** The open legs as a curve; null when there is nothing to draw. */
export function strangleOf(runtime: Runtime): Strangle | null {
  const spot = runtime.spot?.last ?? null;
  const open = runtime.positions.filter(
    (one) => one.open_quantity !== 0 && one.entry_price !== null,
  );
  if (spot === null || open.length === 0) {
    return null;
  }
  const legs = open.map(
    (one): Leg => ({
      kind: one.kind,
      strike: one.strike,
      quantity: Math.abs(one.open_quantity),
      contractValue: one.contract_size,
      entry: one.entry_price ?? 0,
      iv: one.iv,
    }),
  );
  const expiry = Date.parse(open[0]?.expiry ?? "");
  return {
    legs,
    spot,
    years: Math.max(0, expiry - Date.parse(runtime.generated_at)) / YEAR_MS,
    net: runtime.totals.total_pnl,
    fixed: runtime.totals.realized - runtime.totals.fees,
  };
}

export function levelsOf(runtime: Runtime): PayoffLevel[] {
  const { max_profit_pct, max_loss_pct, trailing_level_pct } = runtime.limits;
  return levelList(max_profit_pct, max_loss_pct, trailing_level_pct);
}

export function levelList(
  profit: number | null,
  loss: number | null,
  trailing: number | null,
): PayoffLevel[] {
  const level = (id: string, percent: number | null, word: string, color: string) =>
    percent === null ? [] : [{ id, percent, word, color }];
  return [
    ...level("profit", profit === 0 ? null : profit, "max", "var(--gain)"),
    ...level("loss", loss === null ? null : -loss, "stop", "var(--loss)"),
    ...level("level", trailing, "trail", "var(--accent)"),
  ];
}
