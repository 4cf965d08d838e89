import { expect, test } from "vitest";
import { hasEffect, rowOf, withSensitivity } from "./drivers";

test("an economic factor has usual sensitivities until somebody says otherwise", () => {
  expect(rowOf("unemployment_rate", {}).default).toBe(12);
  const said = withSensitivity({}, "unemployment_rate", "default", 20);
  expect(said.unemployment_rate).toEqual({ prepayment: -4, default: 20, recovery: -3 });
  expect(withSensitivity(said, "unemployment_rate", "default", 12)).toEqual({});
});

test("a variable of one's own has no effect until it gets one", () => {
  expect(hasEffect("sentiment", {})).toBe(false);
  const said = withSensitivity({}, "sentiment", "default", -2);
  expect(hasEffect("sentiment", said)).toBe(true);
  expect(withSensitivity(said, "sentiment", "default", 0)).toEqual({});
});

test("a driver acts by itself", () => {
  expect(hasEffect("default_multiplier", {})).toBe(true);
});
