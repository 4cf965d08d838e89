import { expect, it } from "vitest";
import { boundsOf, linePath, nearest, niceTicks, stackUp, timeTicks } from "./scale";

it("ticks at one, two or five times a power of ten", () => {
  expect(niceTicks(0, 17.3)).toEqual([0, 5, 10, 15]);
  expect(niceTicks(-12, 10)).toEqual([-10, -5, 0, 5, 10]);
  expect(niceTicks(0, 0.06)).toEqual([0, 0.02, 0.04, 0.06]);
  expect(niceTicks(3, 3)).toEqual([3]);
});

it("starts areas and bars at zero and gives lines air", () => {
  expect(boundsOf([4, 8, null], true).low).toBe(0);
  expect(boundsOf([4, 8], false).low).toBeLessThan(4);
  expect(boundsOf([], true)).toEqual({ low: 0, high: 1 });
  expect(boundsOf([5, 5], false)).toEqual({ low: 4.5, high: 5.5 });
});

it("keeps a gap a gap", () => {
  const path = linePath(
    [0, 1, 2, 3],
    [1, null, 2, 3],
    (x) => x,
    (y) => y,
  );
  expect(path.match(/M/g)).toHaveLength(2);
});

it("stacks from the bottom", () => {
  const [first, second] = stackUp([
    [1, 2],
    [3, null],
  ]);
  expect(first).toEqual({ low: [0, 0], high: [1, 2] });
  expect(second).toEqual({ low: [1, 2], high: [4, 2] });
});

it("finds the nearest point", () => {
  expect(nearest([0, 10, 20], 14)).toBe(1);
  expect(nearest([0, 10, 20], 16)).toBe(2);
  expect(nearest([0, 10, 20], -5)).toBe(0);
  expect(nearest([0, 10, 20], 99)).toBe(2);
});

it("ticks time at whole steps", () => {
  const start = Date.parse("2026-06-18T06:57:12Z");
  const ticks = timeTicks(start, start + 15 * 60_000);
  expect(ticks.every((tick) => tick % 300_000 === 0)).toBe(true);
  expect(ticks).toHaveLength(3);
});
