import { describe, expect, it } from "vitest";
import {
  absCurve,
  fromVector,
  insertPoint,
  psaCurve,
  rateAt,
  removePoint,
  sdaCurve,
  setMonth,
  setRate,
  toVector,
} from "./curve";

const curve = [
  { month: 1, rate: 2 },
  { month: 11, rate: 12 },
  { month: 60, rate: 6 },
];

describe("curve", () => {
  it("is straight between points and flat outside", () => {
    expect(rateAt(curve, 6)).toBeCloseTo(7, 12);
    expect(rateAt(curve, 11)).toBe(12);
    expect(rateAt(curve, 0)).toBe(2);
    expect(rateAt(curve, 400)).toBe(6);
  });

  it("follows the standard mortgage ramp", () => {
    const psa = psaCurve(150, 360);
    expect(rateAt(psa, 17)).toBeCloseTo(5.1, 10);
    expect(rateAt(psa, 30)).toBeCloseTo(9, 10);
    expect(rateAt(psa, 200)).toBeCloseTo(9, 10);
  });

  it("follows the standard default assumption", () => {
    const sda = sdaCurve(200, 360);
    expect(rateAt(sda, 15)).toBeCloseTo(0.6, 10);
    expect(rateAt(sda, 45)).toBeCloseTo(1.2, 10);
    expect(rateAt(sda, 90)).toBeCloseTo(2 * (0.6 - 0.0095 * 30), 10);
    expect(rateAt(sda, 300)).toBeCloseTo(0.06, 10);
  });

  it("reaches every loan at the end of the absolute speed", () => {
    const abs = absCurve(2, 360);
    expect(abs[0]?.rate).toBeCloseTo(100 * (1 - 0.98 ** 12), 2);
    expect(abs.at(-1)).toEqual({ month: 50, rate: 100 });
  });

  it("keeps points in order and rates within limits", () => {
    expect(setRate(curve, 1, 140)[1]?.rate).toBe(100);
    expect(setRate(curve, 1, 9.44)[1]?.rate).toBe(9.4);
    expect(setMonth(curve, 1, 400)[1]?.month).toBe(59);
    expect(setMonth(curve, 1, -4)[1]?.month).toBe(2);
    expect(setMonth(curve, 0, 20)[0]?.month).toBe(1);
  });

  it("inserts half way on the line and keeps both ends", () => {
    const { curve: more, index } = insertPoint(curve, 1);
    expect(index).toBe(2);
    expect(more[2]).toEqual({ month: 36, rate: 8.9 });
    expect(insertPoint(curve, 2).index).toBe(2);
    expect(removePoint(more, 2).curve).toEqual(curve);
    expect(removePoint(curve, 0).curve).toEqual(curve);
    expect(removePoint(curve, 2).curve).toEqual(curve);
  });

  it("becomes a monthly vector of annual fractions and comes back as its points", () => {
    const vector = toVector(curve, 1, "loan_age");
    expect(vector.values).toHaveLength(60);
    expect(vector.values[0]).toBe(0.02);
    expect(vector.values[59]).toBe(0.06);
    expect(fromVector(vector)).toEqual(curve);
  });

  it("scales a vector and never leaves 0 to 1", () => {
    expect(Math.max(...toVector(curve, 20, "period").values)).toBe(1);
  });

  it("reads monthly and yearly vectors of other clients", () => {
    const monthly = fromVector({ model: "vector", unit: "monthly", values: [0.01, 0.01, 0.01] });
    expect(monthly[0]?.rate).toBeCloseTo(11.362, 3);
    const yearly = fromVector({
      model: "vector",
      unit: "annual",
      values: [0.06, 0.1],
      each: "year",
    });
    expect(rateAt(yearly, 12)).toBe(6);
    expect(rateAt(yearly, 13)).toBe(10);
  });
});
