import { describe, expect, test } from "vitest";
import {
  eigen,
  followNames,
  isPossible,
  lowestEigenvalue,
  matrixOf,
  pairOf,
  pairsOf,
  repair,
} from "./correlation";

const names = ["rate", "gdp", "jobs"];
const impossible = matrixOf(names, {
  [pairOf("rate", "gdp")]: 0.9,
  [pairOf("gdp", "jobs")]: 0.9,
  [pairOf("rate", "jobs")]: -0.9,
});

test("pairs and matrix are the same thing", () => {
  const pairs = { "gdp:rate": 0.4, "gdp:jobs": -0.2 };
  const matrix = matrixOf(names, pairs);
  expect(matrix[0]).toEqual([1, 0.4, 0]);
  expect(matrix[1]?.[0]).toBe(matrix[0]?.[1]);
  expect(pairsOf(names, matrix)).toEqual(pairs);
});

describe("names", () => {
  test("a variable that is gone takes its pairs along", () => {
    expect(followNames({ "gdp:rate": 0.4, "gdp:jobs": 0.1 }, ["gdp", "rate"])).toEqual({
      "gdp:rate": 0.4,
    });
  });

  test("pairs follow a new name", () => {
    expect(
      followNames({ "gdp:rate": 0.4 }, ["growth", "rate"], { from: "gdp", to: "zgrowth" }),
    ).toEqual({});
    expect(followNames({ "gdp:rate": 0.4 }, ["zgdp", "rate"], { from: "gdp", to: "zgdp" })).toEqual(
      { "rate:zgdp": 0.4 },
    );
  });
});

test("eigenvalues of a known matrix are found, and the vectors give it back", () => {
  const matrix = [
    [2, 1],
    [1, 2],
  ];
  const { values, vectors } = eigen(matrix);
  expect([...values].sort()).toEqual([expect.closeTo(1, 10), expect.closeTo(3, 10)]);
  const back = matrix.map((_, i) =>
    matrix.map((__, j) =>
      values.reduce(
        (sum, value, k) => sum + value * (vectors[i]?.[k] ?? 0) * (vectors[j]?.[k] ?? 0),
        0,
      ),
    ),
  );
  expect(back[0]?.[1]).toBeCloseTo(1, 10);
});

describe("a matrix that cannot exist", () => {
  test("is found out", () => {
    expect(isPossible(impossible)).toBe(false);
    expect(lowestEigenvalue(impossible)).toBeCloseTo(-0.8, 6);
    expect(isPossible(matrixOf(names, { "gdp:rate": 0.5 }))).toBe(true);
    expect(isPossible([])).toBe(true);
  });

  test("is repaired: possible, symmetric, 1 on the diagonal, near", () => {
    const fixed = repair(impossible);
    expect(isPossible(fixed)).toBe(true);
    fixed.forEach((row, i) => {
      expect(row[i]).toBe(1);
      row.forEach((value, j) => {
        expect(value).toBe(fixed[j]?.[i]);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
      });
    });
    // The nearest in the sum of squares keeps the signs and halves the sizes.
    expect(fixed[0]?.[1]).toBeCloseTo(0.5, 1);
    expect(fixed[0]?.[2]).toBeCloseTo(-0.5, 1);
  });

  test("a possible one stays as it is", () => {
    const fine = matrixOf(names, { "gdp:rate": 0.5 });
    expect(repair(fine)).toEqual(fine);
  });
});
