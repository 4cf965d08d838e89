import { expect, test } from "vitest";
import type { Run } from "../api/types";
import type { SimulationRow } from "../simulation/api";
import type { StressRun } from "../stress/api";
import { latestWork } from "./recent";

const run = (id: string, at: string, pool: string | null = "p") =>
  ({ id, name: id, pool_id: pool, pool_name: "Pool", state: "succeeded", created_at: at }) as Run;
const stress = { ...run("s", "2026-03-02T00:00:00Z") } as unknown as StressRun;
const simulation = {
  ...run("m", "2026-03-04T00:00:00Z"),
  pool_name: "Pool",
  state: "completed",
} as unknown as SimulationRow;

test("work of all kinds stands in one list, newest first", () => {
  const works = latestWork(
    [run("r1", "2026-03-03T00:00:00Z"), run("r2", "2026-03-01T00:00:00Z")],
    [stress],
    [simulation],
    3,
  );
  expect(works.map((work) => `${work.kind} ${work.id}`)).toEqual([
    "simulation m",
    "run r1",
    "stress s",
  ]);
  expect(works[1]?.search).toEqual({ run: "r1" });
  expect(works[0]?.state).toBe("succeeded");
});

test("a run of loans in a request has no page and is not listed", () => {
  expect(latestWork([run("r", "2026-03-03T00:00:00Z", null)], [], [], 5)).toEqual([]);
});
