import { describe, expect, it } from "vitest";
import { type LimitsInput, layLimits, lossShare, nearestLimit } from "./limits";

const input: LimitsInput = { now: 31.1, maxLoss: 40, maxProfit: 80, peak: 37.5, level: 22 };
const find = (layout: ReturnType<typeof layLimits>, id: string) =>
  layout.marks.find((mark) => mark.id === id);

describe("the limits bar", () => {
  it("stands max loss, zero, trailing stop and max profit in order", () => {
    const layout = layLimits(input, 600);
    const places = layout.marks.map((mark) => mark.x);
    expect(layout.marks.map((mark) => mark.id)).toEqual(["loss", "zero", "level", "profit"]);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(layout.now.x).toBeGreaterThan(find(layout, "level")?.x ?? 0);
  });

  it("parts what is locked in from what can be given back", () => {
    const layout = layLimits(input, 600);
    expect(layout.zones.map((zone) => zone.id)).toEqual(["locked", "risk"]);
    expect(layout.zones[0]?.to).toBe(layout.zones[1]?.from);
    expect(layLimits({ ...input, level: null }, 600).zones.map((zone) => zone.id)).toEqual([
      "risk",
    ]);
    expect(layLimits({ ...input, now: -12 }, 600).zones.map((zone) => zone.id)).toEqual(["lost"]);
  });

  it("treats a level of zero as break-even, not as no level", () => {
    const layout = layLimits({ ...input, level: 0 }, 600);
    expect(find(layout, "level")?.value).toBe(0);
    expect(find(layout, "zero")).toBeUndefined();
    expect(layout.zones.map((zone) => zone.id)).toEqual(["risk"]);
  });

  it("silences the words of zero where they would stand on others, and keeps its tick", () => {
    const narrow = layLimits({ ...input, level: 6 }, 340);
    expect(find(narrow, "zero")?.silent).toBe(true);
    expect(find(layLimits({ ...input, level: 60 }, 900), "zero")?.silent).toBe(false);
  });

  it("keeps the words of the ends inside", () => {
    const layout = layLimits(input, 340);
    expect(find(layout, "loss")).toMatchObject({ at: 0, anchor: "start" });
    expect(find(layout, "profit")).toMatchObject({ at: 340, anchor: "end" });
  });

  it("says when the result is beyond the drawn part", () => {
    expect(layLimits({ ...input, now: -70 }, 600).now).toMatchObject({ x: 8, beyond: "low" });
    expect(layLimits({ ...input, now: 95 }, 600).now).toMatchObject({ x: 592, beyond: "high" });
  });

  it("works without limits", () => {
    const layout = layLimits({ now: 5, maxLoss: null, maxProfit: null, peak: 9, level: null }, 600);
    expect(layout.marks.map((mark) => mark.id)).toEqual(["zero"]);
    expect(layout.peak).toBeGreaterThan(layout.now.x);
  });
});

describe("what would end the session", () => {
  it("is the nearest of the three", () => {
    expect(nearestLimit(input)).toMatchObject({ title: "trailing stop" });
    expect(nearestLimit({ ...input, level: null })?.title).toBe("max profit");
    expect(nearestLimit({ ...input, now: -30, level: null })?.title).toBe("max loss");
    expect(nearestLimit({ ...input, maxLoss: null, maxProfit: null, level: null })).toBeNull();
  });

  it("measures a loss against its limit, a profit as nothing", () => {
    expect(lossShare(-28, 40)).toBeCloseTo(0.7, 9);
    expect(lossShare(-60, 40)).toBe(1);
    expect(lossShare(12, 40)).toBe(0);
    expect(lossShare(-12, null)).toBe(0);
  });
});
