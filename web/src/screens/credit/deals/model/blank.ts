/** The shortest deal that pays somebody. */
import type { Deal } from "../api/structure";

const day = (year: number, month: number, at: number) =>
  new Date(Date.UTC(year, month, at)).toISOString().slice(0, 10);

/** Closes on the first of next month and pays on the fifteenth of the month after it. */
export function blankDeal(name: string, now = new Date()): Deal {
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth();
  return {
    name,
    currency: "USD",
    dates: {
      cutoff: day(year, month + 1, 0),
      closing: day(year, month + 1, 1),
      first_payment: day(year, month + 2, 15),
      frequency: "monthly",
    },
    pools: [{ name: "pool" }],
    accounts: [{ name: "collections", balance: 0 }],
    bonds: [
      {
        name: "A",
        original_balance: 90_000_000,
        coupon: { type: "fixed", rate: 0.05 },
        kind: { type: "ordinary" },
      },
      {
        name: "R",
        original_balance: 10_000_000,
        coupon: { type: "none" },
        kind: { type: "equity" },
      },
    ],
    waterfalls: [
      {
        status: "amortizing",
        steps: [
          {
            action: {
              do: "collect",
              sources: ["interest", "principal", "prepayment", "recovery"],
              into: "collections",
            },
          },
          { action: { do: "pay_interest", bonds: ["A"], from: "collections" } },
          { action: { do: "pay_principal", bonds: ["A"], from: "collections" } },
          { action: { do: "pay_residual", bond: "R", from: "collections" } },
        ],
      },
    ],
  };
}
