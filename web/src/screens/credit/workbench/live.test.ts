import { expect, test } from "vitest";
import { restOf } from "./live";

test("what nobody is waited for is asked at once", () => {
  expect(restOf(false, Number.POSITIVE_INFINITY)).toBe(0);
  expect(restOf(false, 500)).toBe(0);
});

test("a slider in motion asks every few milliseconds, not at every pixel", () => {
  expect(restOf(false, 10)).toBe(30);
  expect(restOf(false, 40)).toBe(0);
});

test("an answer under way is waited for, but not longer than a second", () => {
  expect(restOf(true, 200)).toBe(800);
  expect(restOf(true, 1_500)).toBe(0);
});
