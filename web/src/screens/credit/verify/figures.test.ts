import { expect, test } from "vitest";
import { sayDifference } from "./figures";

test("tiny differences are powers of ten, others are plain", () => {
  expect(sayDifference(0)).toBe("0");
  expect(sayDifference(0.00123)).toBe("0.00123");
  expect(sayDifference(2.34e-9)).toBe("2.3 × 10⁻⁹");
  expect(sayDifference(-1e-12)).toBe("−1.0 × 10⁻¹²");
  expect(sayDifference(0.5)).toBe("0.5");
  expect(sayDifference(2.5e7)).toBe("2.5 × 10⁷");
});
