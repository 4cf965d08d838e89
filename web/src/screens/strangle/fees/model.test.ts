import { describe, expect, it } from "vitest";
import type { FeeQuote } from "../api/analyticsTypes";
import { boundWords, feeMoney, lines, questionOf, rateText } from "./model";

const quote: FeeQuote = {
  underlying_price: 105_000,
  contract_size: 0.001,
  quantity: 1_000,
  premium: 225,
  fee_rate: 0.00015,
  premium_cap_rate: 0.05,
  notional: 105_000,
  notional_fee: 15.75,
  premium_value: 225,
  premium_cap: 11.25,
  fee: 11.25,
  applied_fee: 11.25,
  cap_applied: true,
  order_type: "taker",
  gst_rate: 0.18,
  gst: 2.025,
  total_fee_with_gst: 13.275,
  breakdown: {
    notional: "105000",
    notional_fee: "15.75",
    premium_value: "225",
    premium_cap: "11.25",
    applied_fee: "11.25",
    gst: "2.025",
    total_fee_with_gst: "13.275",
  },
  schedule_valid_from: "2025-01-01T00:00:00Z",
};

describe("the fee calculator", () => {
  it("asks only when every figure is there", () => {
    const inputs = {
      underlying: 105_000,
      premium: 0,
      quantity: 1,
      size: 0.001,
      side: "maker" as const,
    };
    expect(questionOf(inputs)).toEqual({
      underlying_price: 105_000,
      premium: 0,
      quantity: 1,
      contract_size: 0.001,
      order_type: "maker",
    });
    expect(questionOf({ ...inputs, premium: null })).toBeNull();
  });
  it("never shows a fee as nothing, down to a millionth", () => {
    expect(feeMoney("0.0206854")).toBe("$0.020685");
    expect(feeMoney("11.25")).toBe("$11.25");
    expect(feeMoney("105000")).toBe("$105,000.00");
    expect(feeMoney("2.025")).toBe("$2.025");
    expect(feeMoney("0")).toBe("$0.00");
  });
  it("writes rates with the digits they have", () => {
    expect(rateText(0.00015)).toBe("0.015\u202f%");
    expect(rateText(0.18)).toBe("18\u202f%");
  });
  it("says which bound applied", () => {
    expect(boundWords(quote)).toMatch(/^The cap applies: 5\u202f% of the premium, \$11\.25/);
    expect(boundWords({ ...quote, cap_applied: false })).toMatch(/^The rate applies/);
    expect(boundWords({ ...quote, applied_fee: 0 })).toMatch(/no fee/);
  });
  it("shows every step to the total", () => {
    const made = lines(quote);
    expect(made.map((line) => line.name)).toEqual([
      "Notional",
      "Fee on the notional",
      "Premium",
      "Cap",
      "Fee",
      "GST",
      "Fee with GST",
    ]);
    expect(made[0]?.how).toBe("105,000 × 0.001 × 1,000");
    expect(made.at(-1)?.amount).toBe("$13.275");
  });
});
