import { describe, expect, it } from "vitest";
import { runtimeOf } from "../model/fixture";
import { newer, readRuntime, staleAge, withEvent } from "./stream";

const event = (name: string, data: unknown) => ({ id: "1", name, data: JSON.stringify(data) });

describe("the desk's stream", () => {
  it("reads a snapshot", () => {
    expect(readRuntime(event("runtime", runtimeOf()))?.session_id).toBe(7);
  });

  it("takes nothing else for one", () => {
    expect(readRuntime(event("fill", runtimeOf()))).toBeNull();
    expect(readRuntime(event("runtime", { id: "op_1" }))).toBeNull();
    expect(readRuntime({ id: null, name: "runtime", data: "{" })).toBeNull();
  });

  it("grows stale from when the last newer snapshot came, whatever its clock says", () => {
    const start = Date.parse("2026-06-18T09:00:00Z");
    const at = (generated_at: string) => runtimeOf({ generated_at });
    expect(staleAge(at("2030-01-01T00:00:00Z"), start)).toBeNull();
    expect(staleAge(at("2030-01-01T00:00:00Z"), start + 61_000)).toBe(61_000);
    expect(staleAge(at("2030-01-01T00:01:00Z"), start + 62_000)).toBeNull();
    expect(staleAge(at("2030-01-01T00:00:30Z"), start + 63_000)).toBeNull();
  });

  it("adds the next event to the log, ignores a known one and notices a missing one", () => {
    const at = (seq: number) => ({ seq, type: "alert", at: "", payload: {} });
    expect(withEvent([at(1)], at(2))).toHaveLength(2);
    expect(withEvent([at(1), at(2)], at(2))).toHaveLength(2);
    expect(withEvent([at(1)], at(3))).toBeNull();
    expect(withEvent([], at(1))).toEqual([at(1)]);
  });

  it("never lets a late snapshot replace a newer one", () => {
    const before = runtimeOf({ generated_at: "2026-06-18T07:12:20Z" });
    const late = runtimeOf({ generated_at: "2026-06-18T07:12:19Z" });
    expect(newer(before, late)).toBe(before);
    expect(newer(late, before)).toBe(before);
    expect(newer(undefined, late)).toBe(late);
  });
});
