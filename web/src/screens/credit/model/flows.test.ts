import { describe, expect, it } from "vitest";
import type { Flows } from "../api/types";
import { cashOf, monthlyRows, totalsOf, yearlyRows, yearTicks } from "./flows";

function flowsOf(periods: number): Flows {
  const fill = (value: (k: number) => number) =>
    Array.from({ length: periods }, (_, k) => value(k));
  return {
    period: fill((k) => k + 1),
    date: fill((k) => k).map((k) => new Date(Date.UTC(2026, 6 + k, 25)).toISOString().slice(0, 10)),
    beginning_balance: fill((k) => 1_000 - 10 * k),
    scheduled_principal: fill(() => 4),
    scheduled_interest: fill(() => 3),
    prepayment: fill(() => 5),
    prepayment_penalty: fill(() => 0),
    advances: fill(() => 0),
    advances_reimbursed: fill(() => 0),
    foreclosure_balance: fill(() => 0),
    default: fill(() => 1),
    recovery: fill((k) => (k < 3 ? 0 : 0.6)),
    loss: fill((k) => (k < 3 ? 0 : 0.4)),
    servicing_fee: fill(() => 0.1),
    balance: fill((k) => 990 - 10 * k),
    cumulative_default: fill((k) => k + 1),
    cumulative_loss: fill((k) => Math.max(0, k - 2) * 0.4),
    wac: fill(() => 0.06),
    smm: fill(() => 0.005),
    mdr: fill(() => 0),
  };
}

describe("cash flows", () => {
  it("become rows with annual speeds", () => {
    const [first] = monthlyRows(flowsOf(2));
    expect(first).toMatchObject({ period: 1, date: "2026-07-25", scheduled: 4, cdr: 0 });
    expect(first?.cpr).toBeCloseTo(1 - 0.995 ** 12, 12);
    expect(first && cashOf(first)).toBe(12);
  });

  it("add up by year, the last year as long as it is", () => {
    const months = monthlyRows(flowsOf(30));
    const years = yearlyRows(months);
    expect(years.map((row) => row.period)).toEqual([1, 2, 3]);
    expect(years[1]).toMatchObject({ beginBalance: 880, endBalance: 760, scheduled: 48 });
    expect(years[2]?.interest).toBe(18);
    for (const name of ["scheduled", "prepayment", "recovery", "loss"] as const) {
      expect(totalsOf(years)[name]).toBeCloseTo(totalsOf(months)[name], 9);
    }
    expect(years[0]?.cpr).toBeCloseTo(1 - 0.995 ** 12, 12);
  });

  it("tick at the first payment of a year", () => {
    const rows = monthlyRows(flowsOf(30));
    expect(yearTicks(rows, 1, 30)).toEqual([7, 19]);
    expect(yearTicks(rows, 10, 30)).toEqual([19]);
    const long = monthlyRows(flowsOf(360));
    expect(yearTicks(long, 1, 360).length).toBeLessThanOrEqual(12);
  });
});
