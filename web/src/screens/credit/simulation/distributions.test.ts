import { describe, expect, test } from "vitest";
import {
  DISTRIBUTIONS,
  density,
  faultsOf,
  kindOf,
  logGamma,
  moments,
  previewOf,
  type Variable,
} from "./distributions";

const variable = (change: Partial<Variable>): Variable => ({
  name: "market_rate",
  distribution: "normal",
  params: { mean: 0.05, standard_deviation: 0.01 },
  outcomes: [],
  low: null,
  high: null,
  ...change,
});

/** The integrals of 1, x and x² under the preview, by the trapezoid rule. */
function integrals(one: Variable): [number, number, number] {
  const { xs, ys } = previewOf(one);
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 1; at < xs.length; at += 1) {
    const width = (xs[at] ?? 0) - (xs[at - 1] ?? 0);
    for (const [k, power] of [0, 1, 2].entries()) {
      const value = (index: number) => (ys[index] ?? 0) * (xs[index] ?? 0) ** power;
      sums[k as 0 | 1 | 2] += (width * (value(at) + value(at - 1))) / 2;
    }
  }
  return sums;
}

test("the logarithm of the gamma function fits factorials", () => {
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 9);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 9);
});

describe.each(DISTRIBUTIONS.filter((kind) => kind.id !== "discrete").map((kind) => [kind.id]))(
  "%s",
  (id) => {
    const one = variable({ distribution: id, params: kindOf(id).start });

    test("has a preview that holds nearly all of it", () => {
      expect(integrals(one)[0]).toBeGreaterThan(0.97);
      expect(integrals(one)[0]).toBeLessThan(1.02);
    });

    test("has the mean and deviation that its density has", () => {
      const [all, first, second] = integrals(one);
      const mean = first / all;
      const deviation = Math.sqrt(second / all - mean * mean);
      const said = moments(one);
      expect(Math.abs(mean - said.mean)).toBeLessThan(0.06 * said.deviation);
      expect(deviation / said.deviation).toBeGreaterThan(0.85);
      expect(deviation / said.deviation).toBeLessThan(1.05);
    });

    test("starts with parameters that are right", () => {
      expect(faultsOf(one, [])).toEqual({});
    });
  },
);

test("a discrete variable has a stick for each value, by its share", () => {
  const one = variable({
    distribution: "discrete",
    params: {},
    outcomes: [
      { value: 2, weight: 3 },
      { value: 1, weight: 1 },
    ],
  });
  expect(previewOf(one)).toEqual({ xs: [1, 2], ys: [0.25, 0.75] });
  expect(moments(one).mean).toBeCloseTo(1.75);
});

describe("faults", () => {
  test("names are words and used once", () => {
    expect(faultsOf(variable({ name: "2 rate" }), []).name).toContain("letter");
    expect(faultsOf(variable({}), ["market_rate"]).name).toContain("Another");
  });

  test("a deviation is above 0 and ends are in order", () => {
    expect(
      faultsOf(variable({ params: { mean: 0, standard_deviation: 0 } }), []).standard_deviation,
    ).toContain("above");
    expect(
      faultsOf(variable({ distribution: "uniform", params: { min: 1, max: 1 } }), []).max,
    ).toContain("above the lowest");
    expect(
      faultsOf(variable({ distribution: "triangular", params: { min: 0, mode: 2, max: 1 } }), [])
        .mode,
    ).toContain("between");
    expect(faultsOf(variable({ low: 1, high: 0 }), []).high).toContain("above");
  });

  test("a discrete variable needs a weight", () => {
    expect(faultsOf(variable({ distribution: "discrete", params: {} }), []).outcomes).toContain(
      "at least one",
    );
  });
});

test("there is no density outside the range", () => {
  expect(density("uniform", { min: 0, max: 1 }, 2)).toBe(0);
  expect(density("lognormal", { log_mean: 0, log_standard_deviation: 1 }, -1)).toBe(0);
  expect(density("triangular", { min: 0, mode: 1, max: 1 }, 1)).toBe(2);
});
