import { describe, expect, test } from "vitest";
import {
  complaintOf,
  FACTORS,
  type FactorKind,
  ownFromText,
  ownToText,
  sayFactors,
  shownOf,
  titleOf,
  withFactor,
  withMonths,
} from "./factors";

const kindOf = (id: string): FactorKind => {
  const kind = FACTORS.find((one) => one.id === id);
  if (kind === undefined) {
    throw new Error(id);
  }
  return kind;
};

describe("factors", () => {
  test("a field shows points and sends fractions", () => {
    const rate = kindOf("interest_rate_shock");
    const factors = withFactor({}, rate, 3);
    expect(factors).toEqual({ interest_rate_shock: 0.03 });
    expect(shownOf(rate, factors)).toBe(3);
  });

  test("a factor without effect is not sent", () => {
    const defaults = kindOf("default_multiplier");
    expect(withFactor({ default_multiplier: 3 }, defaults, 1)).toEqual({});
    expect(shownOf(defaults, {})).toBe(1);
  });

  test("months can be taken away again", () => {
    const factors = withMonths({}, "duration_months", 24);
    expect(factors).toEqual({ duration_months: 24 });
    expect(withMonths(factors, "duration_months", null)).toEqual({});
  });

  test("a scenario is said in words with signs and units", () => {
    expect(
      sayFactors({ interest_rate_shock: 0.03, default_multiplier: 1.2, duration_months: 24 }),
    ).toBe("interest rates +3 pt, defaults × 1.2, for 24 months");
    expect(sayFactors({ property_value_decline: 0.25 })).toBe("fall of property values 25 %");
    expect(sayFactors({ interest_rate_shock: -0.02 })).toBe("interest rates −2 pt");
    expect(sayFactors({ default_multiplier: 1, spread_widening: 0 })).toBe("no change");
    expect(sayFactors({}, { cdr: 0.02, cpr: null })).toBe("CDR 2 %");
  });
});

describe("own scenarios", () => {
  const own = [
    {
      name: "Deep recession",
      factors: { interest_rate_shock: 0.02, default_multiplier: 3, ramp_months: 6 },
    },
    { name: "Calm", factors: { spread_widening: 0.005 } },
  ];

  test("the address keeps them", () => {
    expect(ownFromText(ownToText(own))).toEqual(own);
  });

  test("none leave no trace in the address", () => {
    expect(ownToText([])).toBeUndefined();
    expect(ownFromText(undefined)).toEqual([]);
  });

  test("figures outside their limits are not read", () => {
    expect(ownFromText("Wild_def*99_rate*nine_for*-3")).toEqual([{ name: "Wild", factors: {} }]);
  });

  test("a scenario needs a free name and an effect", () => {
    const factors = { default_multiplier: 2 };
    expect(complaintOf({ name: " ", factors }, [])?.field).toBe("name");
    expect(complaintOf({ name: "Calm", factors }, ["calm"])?.text).toContain("already");
    expect(complaintOf({ name: "Calm", factors: {} }, [])?.field).toBe("factors");
    expect(complaintOf({ name: "Calm", factors }, ["base"])).toBeNull();
  });
});

test("names of the service become words, names of people stay", () => {
  expect(titleOf("rate_shock_up")).toBe("Rate shock up");
  expect(titleOf("clo_high_defaults")).toBe("CLO high defaults");
  expect(titleOf("Deep recession")).toBe("Deep recession");
});
