import { expect, it } from "vitest";
import { chosenLevel, levelOf, logParameters, readTyped, spanOf } from "./filters";

const now = new Date("2026-06-18T07:12:00Z");
it("asks for one level or for all", () => {
  expect(chosenLevel({})).toBeUndefined();
  expect(chosenLevel({ level: "ERROR" })).toBe("ERROR");
  expect(chosenLevel({ level: "loud" })).toBeUndefined();
});

it("asks for a range that ends now, or a fixed one", () => {
  expect(spanOf({ range: "15m" }, now).from.toISOString()).toBe("2026-06-18T06:57:00.000Z");
  expect(spanOf({ from: "2026-06-01T00:00:00Z" }, now).to).toBeNull();
});

it("writes the parameters as the server names them", () => {
  const query = logParameters({ correlation: "c91f2e07", level: "ERROR" }, spanOf({}, now));
  expect(query).toMatchObject({ correlationId: "c91f2e07", level: "ERROR" });
  expect(logParameters({}, null)).toMatchObject({ startTime: undefined, level: undefined });
});

it("reads field:value and plain text", () => {
  expect(readTyped("logger: engine.order")).toEqual({ logger: "engine.order" });
  expect(readTyped("level:error")).toEqual({ level: "ERROR" });
  expect(readTyped("took 4,000 ms: slow")).toEqual({ search: "took 4,000 ms: slow" });
});

it("reads the levels of other writers", () => {
  expect(levelOf({ level: "warning" })).toBe("WARN");
  expect(levelOf({ level: "CRITICAL" })).toBe("ERROR");
});
