import { describe, expect, test } from "vitest";
import { columnsOf } from "../api/calls";
import {
  complaints,
  formFromText,
  formToText,
  loanBody,
  movedShown,
  movedValues,
  USUAL,
} from "./loan";

describe("the loan calculator", () => {
  test("what does not happen is left out of the request", () => {
    expect(loanBody(USUAL)).toEqual({
      principal: 250_000,
      interest_rate: 0.065,
      term_months: 360,
      loan_type: "mortgage",
      payment_frequency: "monthly",
      amortization_type: "level",
    });
  });

  test("per cent points become fractions, but PSA stays", () => {
    const form = { ...USUAL, speed: 6, default: 1, severity: 40, balloon: 5, interestOnly: 12 };
    expect(loanBody(form)).toMatchObject({
      prepayment_model: "CPR",
      prepayment_rate: 0.06,
      default_probability: 0.01,
      recovery_rate: 0.6,
      balloon_payment: 5,
      interest_only_period: 12,
    });
    expect(loanBody({ ...form, prepayment: "PSA", speed: 150 }).prepayment_rate).toBe(150);
    expect(loanBody({ ...USUAL, amortizationMonths: 480 }).amortization_months).toBe(480);
  });

  test("what cannot be is said at its field", () => {
    expect(complaints(USUAL)).toEqual({});
    expect(Object.keys(complaints({ ...USUAL, principal: 0, interestOnly: 360 }))).toEqual([
      "principal",
      "interestOnly",
      "balloon",
    ]);
    expect(complaints({ ...USUAL, amortizationMonths: 120 })).toHaveProperty("amortizationMonths");
  });

  test("rates move around the present one, speeds from zero", () => {
    expect(movedValues(USUAL, "discount_rate")).toEqual([
      0.04, 0.05, 0.055, 0.06, 0.065, 0.07, 0.08,
    ]);
    expect(movedValues({ ...USUAL, discount: 0.5 }, "discount_rate")[0]).toBe(0);
    expect(movedValues(USUAL, "prepayment_rate")[1]).toBe(0.02);
    const psa = { ...USUAL, prepayment: "PSA" as const };
    expect(movedValues(psa, "prepayment_rate")).toContain(150);
    expect(movedShown(psa, "prepayment_rate", 150)).toBe(150);
    expect(movedShown(USUAL, "interest_rate", 0.065)).toBe(6.5);
  });

  test("rows become columns, and no row none", () => {
    const row = { period: 1, date: "2026-07-31", balance: 9 } as Parameters<typeof columnsOf>[0][0];
    expect(columnsOf([row, { ...row, period: 2 }])).toEqual({
      period: [1, 2],
      date: ["2026-07-31", "2026-07-31"],
      balance: [9, 9],
    });
    expect(columnsOf([]).period).toEqual([]);
  });

  test("the address keeps what differs from the usual loan", () => {
    expect(formToText(USUAL)).toBe("");
    const form = { ...USUAL, rate: 7.25, type: "auto", prepayment: "ABS" as const, speed: 1.3 };
    expect(formFromText(formToText(form))).toEqual(form);
    expect(formFromText("rate*x_nothing*5_*_term*60")).toEqual({ ...USUAL, term: 60 });
    expect(formFromText(undefined)).toEqual(USUAL);
  });
});
