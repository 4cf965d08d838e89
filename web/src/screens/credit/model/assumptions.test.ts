import { describe, expect, it } from "vitest";
import type { Terms } from "../api/types";
import { fromAddress, toAddress } from "./address";
import {
  type Assumptions,
  classAssumptions,
  describe as nameOf,
  poolDefaults,
} from "./assumptions";
import { countValues, differences } from "./differences";
import { fromTerms, toRequest } from "./request";

const CUT_OFF = "2026-06-30";
const usual = { cpr: 6, cdr: 0.5, last: 360 };
const base = classAssumptions(CUT_OFF);
const points = [
  { month: 1, rate: 2.4 },
  { month: 20, rate: 9.4 },
  { month: 316, rate: 6 },
];
const own: Assumptions = {
  ...base,
  prepay: { ...base.prepay, model: "curve", curve: points },
  default: { ...base.default, model: "sda", value: 200 },
  severity: { ...base.severity, model: "constant", value: 42.5, lag: 9 },
  rates: { ...base.rates, discount: 4.85, price: 101.25, compounding: "semi_annual" },
  fees: { ...base.fees, servicing: 0.25, advances: "interest", useDrivers: true },
};

/** The terms that the service makes of a request. */
function termsOf(state: Assumptions): Terms {
  const request = toRequest(state);
  const { selectors = [], use_drivers = false, ...asked } = request.assumptions ?? {};
  const analysis_date = request.analysis_date ?? CUT_OFF;
  return {
    analysis_date,
    pricing_date: request.pricing_date ?? analysis_date,
    discount_rate: request.discount_rate ?? null,
    compounding: request.compounding ?? "annual",
    time_basis: request.time_basis ?? "dates",
    price: request.price ?? 100,
    assumptions: { request: asked, selectors, use_drivers },
    indices: request.indices ?? {},
  };
}

describe("assumptions and requests", () => {
  it("leave out what follows the class", () => {
    const request = toRequest(base);
    expect(request.assumptions).toBeUndefined();
    expect(request.discount_rate).toBeUndefined();
    expect(request.analysis_date).toBe(CUT_OFF);
  });

  it("send fractions, and per cent of the standard curves", () => {
    const request = toRequest(own);
    expect(request.discount_rate).toBe(0.0485);
    expect(request.assumptions?.default).toEqual({ model: "sda", value: 200 });
    expect(request.assumptions?.severity).toEqual({ model: "constant", value: 0.425 });
    expect(request.assumptions?.recovery_lag_months).toBe(9);
    expect(request.assumptions?.servicing_fee).toBe(0.0025);
    expect(request.assumptions?.prepayment).toMatchObject({ model: "vector", unit: "annual" });
  });

  it("come back from the terms of a run as they were", () => {
    expect(fromTerms(termsOf(own))).toEqual(own);
    expect(fromTerms(termsOf(base))).toEqual(base);
  });

  it("keep what the panel cannot show", () => {
    const terms = termsOf(base);
    terms.assumptions.request.prepayment = {
      model: "ppc",
      value: 100,
      from: 0.02,
      to: 0.08,
      months: 12,
    };
    terms.assumptions.selectors = [{ name: "low score" }];
    const request = toRequest(fromTerms(terms));
    expect(request.assumptions?.prepayment).toEqual(terms.assumptions.request.prepayment);
    expect(request.assumptions?.selectors).toEqual([{ name: "low score" }]);
  });
});

describe("the address", () => {
  it("carries the assumptions in characters that need no escape", () => {
    const address = toAddress(own, CUT_OFF);
    expect(address.p).toBe("curve_age_1_1*2.4_20*9.4_316*6");
    for (const part of Object.values(address)) {
      expect(part).toMatch(/^[\w*.-]+$/);
    }
    expect(fromAddress(address, base)).toEqual(own);
  });

  it("is empty for class defaults and reads nothing from nonsense", () => {
    expect(Object.values(toAddress(base, CUT_OFF)).filter(Boolean)).toEqual([]);
    const nonsense = { p: "psa_fast", d: "curve_age_1_x", s: "loss*?", r: "at*soon", f: "adv*all" };
    expect(fromAddress(nonsense, base)).toEqual(base);
  });
});

describe("differences", () => {
  it("are none between equal sets", () => {
    expect(differences(own, own, usual)).toEqual([]);
    expect(differences(base, classAssumptions(CUT_OFF), usual)).toEqual([]);
  });

  it("count the moved points of a curve one by one", () => {
    const moved = structuredClone(own);
    moved.prepay.curve = [
      { month: 1, rate: 2.4 },
      { month: 20, rate: 9.9 },
      { month: 316, rate: 6.5 },
    ];
    const found = differences(moved, own, usual);
    expect(countValues(found)).toBe(2);
    expect(countValues(found, "default")).toBe(0);
  });

  it("count a removed point, another speed and each changed field once", () => {
    const fewer = structuredClone(own);
    fewer.prepay.curve = [points[0], points[2]] as typeof points;
    expect(countValues(differences(fewer, own, usual))).toBe(1);
    expect(countValues(differences(own, base, usual), "rates")).toBe(3);
    expect(countValues(differences(own, base, usual), "fees")).toBe(3);
    expect(countValues(differences(own, base, usual), "severity")).toBe(2);
  });
});

it("a pool's defaults are those of its classes weighted by balance", () => {
  const usualOf = (asset_class: string, cpr: number) => ({
    asset_class,
    cpr,
    cdr: 0.01,
    recovery_rate: 0.5,
    loss_severity: 0.5,
    recovery_lag_months: 6,
    discount_rate: 0.05,
  });
  const found = poolDefaults(
    [
      { asset_class: "residential_mortgage", asset_count: 3, balance: 300 },
      { asset_class: "auto_loan", asset_count: 1, balance: 100 },
    ],
    [usualOf("residential_mortgage", 0.06), usualOf("auto_loan", 0.08)],
  );
  expect(found.cpr).toBe(6.5);
  expect(found.classes.map((one) => one.share)).toEqual([0.75, 0.25]);
});

it("a run is named by what it assumes", () => {
  expect(nameOf(base)).toBe("Class defaults");
  expect(nameOf(own)).toBe("curve, 3 points, 200 SDA, severity 42.5 %");
});
