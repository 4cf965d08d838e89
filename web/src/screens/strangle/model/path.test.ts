import { describe, expect, it } from "vitest";
import { runtimeOf } from "./fixture";
import { extend, joined, type PathSample, sampleOf, samplesOf, thin } from "./path";

const sample = (at: number, net = 0): PathSample => ({
  at,
  net,
  percent: net,
  spot: 100,
  level: null,
});
const point = (at: string, net: number) => ({ at, net, gross: net, fees: 0, spot: null });

describe("the kept points", () => {
  it("become per cent of the basis, in order of time", () => {
    const found = samplesOf(
      [point("2026-06-18T05:00:00Z", 1.269), point("2026-06-18T04:00:00Z", -0.6345)],
      6.345,
      [],
    );
    expect(found.map((one) => one.percent)).toEqual([-10, 20]);
  });

  it("carry the trailing level from when it moved", () => {
    const found = samplesOf(
      [
        point("2026-06-18T04:00:00Z", 1),
        point("2026-06-18T05:00:00Z", 2),
        point("2026-06-18T06:00:00Z", 2),
      ],
      10,
      [
        { at: Date.parse("2026-06-18T04:30:00Z"), level: 0 },
        { at: Date.parse("2026-06-18T06:00:00Z"), level: 10 },
      ],
    );
    expect(found.map((one) => one.level)).toEqual([null, 0, 10]);
  });

  it("have no per cent without a basis", () => {
    expect(samplesOf([point("2026-06-18T04:00:00Z", 1)], null, [])[0]?.percent).toBeNull();
  });
});

describe("the live tail", () => {
  it("keeps one sample in five seconds and always the newest", () => {
    let tail: PathSample[] = [];
    for (let at = 0; at <= 12_000; at += 1_000) {
      tail = extend(tail, sample(at, at));
    }
    expect(tail.at(-1)?.at).toBe(12_000);
    expect(tail.length).toBeLessThanOrEqual(4);
  });

  it("ignores what is not newer", () => {
    const tail = extend([], sample(5_000));
    expect(extend(tail, sample(4_000))).toBe(tail);
  });

  it("follows the kept points without repeating them", () => {
    const path = joined([sample(1), sample(2)], [sample(2, 9), sample(3)]);
    expect(path.map((one) => one.at)).toEqual([1, 2, 3]);
  });

  it("comes from the snapshot once something was sold", () => {
    expect(sampleOf(runtimeOf())).toMatchObject({ net: 1.345, level: 0, spot: 123_500 });
    expect(sampleOf(runtimeOf({ positions: [] }))).toBeNull();
  });
});

describe("thinning", () => {
  const long = Array.from({ length: 5_000 }, (_, k) => sample(k, k === 2_345 ? -99 : Math.sin(k)));

  it("keeps the ends and every spike", () => {
    const thinned = thin(long, 100);
    expect(thinned.length).toBeLessThanOrEqual(400);
    expect(thinned[0]).toBe(long[0]);
    expect(thinned.at(-1)).toBe(long.at(-1));
    expect(Math.min(...thinned.map((one) => one.net))).toBe(-99);
  });

  it("stays in order", () => {
    const times = thin(long, 60).map((one) => one.at);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it("leaves a short path alone", () => {
    expect(thin([sample(1), sample(2)], 300)).toHaveLength(2);
    expect(thin([], 300)).toEqual([]);
  });
});
