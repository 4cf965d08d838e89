/** The capital structure: how large each class is and what stands below it. */
import type { Bond, Deal } from "../api/structure";

export interface Tranche {
  name: string;
  index: number;
  balance: number;
  /** Of all principal, 0 to 1. */
  share: number;
  /** The part of the principal that is junior to it: what can be lost before it loses. */
  enhancement: number;
  coupon: string;
  kind: string;
}

const percent = (rate: number) => `${Number((rate * 100).toFixed(4))}\u202f%`;

/** "4 %", "SOFR + 1.5 %", "4 %, later 5 %". */
export function couponWords(bond: Pick<Bond, "coupon">): string {
  const coupon = bond.coupon ?? { type: "none" };
  switch (coupon.type) {
    case "none":
      return "no coupon";
    case "fixed":
      return percent(coupon.rate);
    case "floating": {
      const index =
        coupon.multiplier === undefined || coupon.multiplier === 1
          ? coupon.index
          : `${coupon.multiplier} × ${coupon.index}`;
      return coupon.spread === 0
        ? index
        : `${index} ${coupon.spread < 0 ? "\u2212" : "+"} ${percent(Math.abs(coupon.spread))}`;
    }
    case "step_up": {
      const last = coupon.steps.at(-1);
      return last === undefined
        ? percent(coupon.rate)
        : `${percent(coupon.rate)}, later ${percent(last[1])}`;
    }
    case "formula":
      return coupon.rate;
  }
}

const KINDS: Record<string, string> = {
  ordinary: "",
  pac: "PAC",
  tac: "TAC",
  support: "support",
  z_accrual: "Z",
  interest_only: "IO",
  principal_only: "PO",
  equity: "equity",
};

export const kindWord = (bond: Pick<Bond, "kind">): string =>
  KINDS[bond.kind?.type ?? "ordinary"] ?? "";

const hasPrincipal = (bond: Bond): boolean => bond.kind?.type !== "interest_only";

/** Classes senior first; interest-only classes have no principal and no share. */
export function capitalOf(deal: Pick<Deal, "bonds">): { total: number; tranches: Tranche[] } {
  const balances = deal.bonds.map((bond) =>
    hasPrincipal(bond) ? Math.max(0, bond.balance ?? bond.original_balance) : 0,
  );
  const total = balances.reduce((sum, one) => sum + one, 0);
  let above = 0;
  const tranches = deal.bonds.map((bond, index): Tranche => {
    const balance = balances[index] ?? 0;
    above += balance;
    return {
      name: bond.name,
      index,
      balance,
      share: total > 0 ? balance / total : 0,
      enhancement: total > 0 ? 1 - above / total : 0,
      coupon: couponWords(bond),
      kind: kindWord(bond),
    };
  });
  return { total, tranches };
}
