import { expect, it } from "vitest";
import type { Job, ServiceHealth } from "@/api/schema";
import { healthDecisions, jobDecisions, sortDecisions } from "./decisions";
import { mergeJob, pageOf, timeLeft } from "./jobs";

const now = new Date("2026-06-18T07:00:00Z");
const job = (change: Partial<Job>): Job => ({
  id: "job_1",
  service: "credit",
  name: "credit.run",
  title: "Run 43",
  state: "failed",
  progress: 1,
  message: "",
  created_at: "2026-06-18T06:00:00Z",
  started_at: "2026-06-18T06:00:00Z",
  finished_at: "2026-06-18T06:10:00Z",
  attempts: 1,
  error: { code: "curve_missing", message: "the curve is missing" },
  result_url: null,
  result: null,
  cancel_requested: false,
  ...change,
});

it("asks for a decision on a failed job until it was run again or a day has passed", () => {
  const again = job({ id: "job_2", state: "succeeded", created_at: "2026-06-18T06:30:00Z" });
  const old = job({ finished_at: "2026-06-16T06:10:00Z" });
  expect(jobDecisions([job({})], now).map((one) => one.text)).toEqual(["the curve is missing"]);
  expect(jobDecisions([job({}), again], now)).toEqual([]);
  expect(jobDecisions([old], now)).toEqual([]);
});

it("sorts by severity, then age", () => {
  const health: ServiceHealth[] = [
    {
      name: "models",
      title: "Models",
      status: "unhealthy",
      items: [
        { name: "scan", status: "degraded", detail: "late" },
        { name: "store", status: "unhealthy", detail: "away" },
        { name: "cache", status: "healthy", detail: "" },
      ],
    },
  ];
  const sorted = sortDecisions([...healthDecisions(health, now), ...jobDecisions([job({})], now)]);
  expect(sorted.map((one) => one.severity)).toEqual(["critical", "high", "medium"]);
});

it("replaces a job where it stands and puts a new one in front", () => {
  const page = { items: [job({}), job({ id: "job_0" })] };
  expect(mergeJob(page, job({ id: "job_0", state: "running" })).items[1]?.state).toBe("running");
  expect(mergeJob(page, job({ id: "job_9" })).items[0]?.id).toBe("job_9");
});

it("tells the time left only from a measured speed", () => {
  const running = job({ state: "running", progress: 0.5, started_at: "2026-06-18T06:59:00Z" });
  expect(timeLeft(running, now)).toBe(60_000);
  expect(timeLeft({ ...running, progress: 0 }, now)).toBeNull();
  expect(timeLeft({ ...running, state: "queued" }, now)).toBeNull();
});

it("opens the result when it is a page of the console, else the job", () => {
  expect(pageOf(job({ result_url: "/credit/runs?run=43" }))).toEqual({
    to: "/credit/runs",
    search: { run: "43" },
  });
  expect(pageOf(job({ result_url: "/api/v1/runs/43" }))).toEqual({
    to: "/jobs",
    search: { job: "job_1" },
  });
});
