import { expect, it } from "vitest";
import type { LogEntry } from "@/api/schema";
import { fits, levelOf, levelsOf, logParameters, readTyped, spanOf } from "./filters";

const now = new Date("2026-06-18T07:12:00Z");
const entry: LogEntry = {
  id: 1,
  logged_at: now.toISOString(),
  ingested_at: null,
  level: "WARNING",
  logger_name: "engine.order",
  event: "order_sent",
  message: "intent sending, leg call",
  correlation_id: "c91f2e07",
  strategy_id: null,
  request_id: null,
  payload: null,
};

it("leaves debug out until it is asked for", () => {
  expect(levelsOf({})).toEqual(["ERROR", "WARN", "INFO"]);
  expect(levelsOf({ level: "DEBUG,ERROR" })).toEqual(["ERROR", "DEBUG"]);
});

it("asks for a range that ends now, or a fixed one", () => {
  expect(spanOf({ range: "15m" }, now).from.toISOString()).toBe("2026-06-18T06:57:00.000Z");
  expect(spanOf({ from: "2026-06-01T00:00:00Z" }, now).to).toBeNull();
});

it("writes the parameters as the server names them", () => {
  const query = logParameters({ correlation: "c91f2e07", level: "ERROR" }, spanOf({}, now));
  expect(query).toMatchObject({ correlationId: "c91f2e07", level: "ERROR" });
  expect(logParameters({ level: "ERROR,WARN,INFO,DEBUG" }, spanOf({}, now)).level).toBeUndefined();
});

it("reads field:value and plain text", () => {
  expect(readTyped("logger: engine.order")).toEqual({ logger: "engine.order" });
  expect(readTyped("level:error")).toEqual({ level: "ERROR" });
  expect(readTyped("took 4,000 ms: slow")).toEqual({ search: "took 4,000 ms: slow" });
});

it("lets only fitting entries of the tail in", () => {
  expect(levelOf(entry)).toBe("WARN");
  expect(fits(entry, { logger: "engine", search: "LEG" })).toBe(true);
  expect(fits(entry, { correlation: "other" })).toBe(false);
  expect(fits(entry, { level: "ERROR" })).toBe(false);
});
