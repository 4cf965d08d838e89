import { describe, expect, it } from "vitest";
import { strangleOf } from "../live/strangle";
import { runtimeOf } from "./fixture";
import {
  atExpiry,
  atOnce,
  breakEvens,
  crossing,
  curveOf,
  density,
  normal,
  optionValue,
  probabilityOfProfit,
  type Strangle,
  YEAR_MS,
} from "./payoff";

const strangle: Strangle = {
  legs: [
    { kind: "call", strike: 126_000, quantity: 10, contractValue: 0.001, entry: 302, iv: 0.5 },
    { kind: "put", strike: 121_000, quantity: 10, contractValue: 0.001, entry: 332.5, iv: 0.5 },
  ],
  spot: 123_500,
  years: (95_400 * 1_000) / YEAR_MS,
  net: 0,
  fixed: 0,
};

describe("the payoff at expiry", () => {
  it("is the credit between the strikes and falls one for one beyond them", () => {
    const spots = [118_000, 120_000, 120_365.5, 121_000, 123_500, 126_000, 126_634.5, 128_000];
    const expected = [-23.655, -3.655, 0, 6.345, 6.345, 6.345, 0, -13.655];
    spots.forEach((spot, k) => {
      expect(atExpiry(strangle, spot)).toBeCloseTo(expected[k] ?? Number.NaN, 8);
    });
  });

  it("is zero at the strikes less and plus the whole credit", () => {
    expect(breakEvens(strangle)).toEqual({ low: 120_365.5, high: 126_634.5 });
  });

  it("reaches a loss limit at the strikes less and plus the credit and the loss", () => {
    const loss = -0.4 * 6.345;
    expect(crossing(strangle, loss, "low")).toBeCloseTo(121_000 - 634.5 * 1.4, 6);
    expect(crossing(strangle, loss, "high")).toBeCloseTo(126_000 + 634.5 * 1.4, 6);
  });

  it("has no break-even where even the best end is a loss, or where no leg is left", () => {
    expect(breakEvens({ ...strangle, fixed: -10 })).toEqual({ low: null, high: null });
    expect(crossing({ ...strangle, legs: strangle.legs.slice(0, 1) }, 0, "low")).toBeNull();
  });

  it("counts what was realised and paid", () => {
    expect(atExpiry({ ...strangle, fixed: -0.1 }, 123_500)).toBeCloseTo(6.245, 9);
  });
});

describe("the value now", () => {
  it("agrees with the reference prices of Black-76", () => {
    expect(optionValue("call", 100_000, 106_000, (95_400 * 1_000) / YEAR_MS, 0.5)).toBeCloseTo(
      17.382143942,
      2,
    );
    expect(optionValue("call", 114_778, 118_600, (116_000 * 1_000) / YEAR_MS, 0.42)).toBeCloseTo(
      139.392793444,
      2,
    );
  });

  it("keeps put-call parity", () => {
    const years = 0.01;
    const call = optionValue("call", 100_000, 103_000, years, 0.6);
    const put = optionValue("put", 100_000, 103_000, years, 0.6);
    expect(call - put).toBeCloseTo(-3_000, 6);
  });

  it("is the intrinsic value at expiry and with no volatility", () => {
    expect(optionValue("call", 110, 100, 0, 0.5)).toBe(10);
    expect(optionValue("put", 110, 100, 1, 0)).toBe(0);
  });

  it("goes exactly through the net P&L that the server reports", () => {
    expect(atOnce({ ...strangle, net: 1.345 }, 123_500)).toBe(1.345);
    expect(atOnce({ ...strangle, net: 1.345 }, 126_500)).toBeLessThan(1.345);
  });

  it("is unknown when a volatility is missing", () => {
    const [call, put] = strangle.legs;
    const blind = { ...strangle, legs: [call, { ...put, iv: null }] as Strangle["legs"] };
    expect(atOnce(blind, 123_500)).toBeNull();
    expect(density(blind, 123_500)).toBeNull();
    expect(probabilityOfProfit(blind)).toBeNull();
  });
});

describe("the odds", () => {
  it("use a normal distribution that is accurate to a millionth", () => {
    expect(normal(0)).toBeCloseTo(0.5, 7);
    expect(normal(1.959963985)).toBeCloseTo(0.975, 6);
    expect(normal(-3)).toBeCloseTo(0.001349898, 6);
  });

  it("have their peak at one, and fall to both sides", () => {
    const at = curveOf(strangle).density.map((share) => share ?? 0);
    expect(Math.max(...at)).toBeGreaterThan(0.999);
    expect(Math.max(...at)).toBeLessThanOrEqual(1);
    expect(at[0]).toBeLessThan(0.9);
  });

  it("give a probability of profit between the break-evens", () => {
    const pop = probabilityOfProfit(strangle) ?? 0;
    expect(pop).toBeGreaterThan(0.5);
    expect(pop).toBeLessThan(1);
  });
});

describe("the drawn curve", () => {
  it("has every kink, the break-evens and the index among its points, in order", () => {
    const { xs } = curveOf(strangle);
    for (const kink of [121_000, 126_000, 120_365.5, 126_634.5, 123_500]) {
      expect(xs).toContain(kink);
    }
    expect([...xs].sort((a, b) => a - b)).toEqual(xs);
  });

  it("comes from the open legs of the desk", () => {
    const found = strangleOf(runtimeOf());
    expect(found?.legs).toHaveLength(2);
    expect(found?.net).toBe(1.345);
    expect(found?.fixed).toBeCloseTo(-0.1, 9);
    expect(strangleOf(runtimeOf({ positions: [] }))).toBeNull();
  });
});
