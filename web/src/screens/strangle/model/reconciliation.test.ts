import { describe, expect, it } from "vitest";
import type { ReconciliationReport } from "../api/riskTypes";
import { foreignIn, foundIn, resultWords, triggerWords } from "./reconciliation";

const report = (differences: ReconciliationReport["differences"]): ReconciliationReport => ({
  id: "r",
  session_id: 7,
  trigger: "full",
  result: "differs",
  differences,
  actions: [{ kind: "unresolved", symbol: "C-BTC-1", message: "no order is sent" }],
  started_at: "2026-06-18T07:00:00Z",
  finished_at: "2026-06-18T07:00:01Z",
});

describe("a comparison", () => {
  it("reads both forms of a difference and what was done about it", () => {
    const found = foundIn(
      report([
        { symbol: "C-BTC-1", ledger: -10, exchange: -4, meaning: "external_close" },
        { kind: "foreign", symbol: "BTCUSD", ours: 0, theirs: 250, message: "not ours" },
      ]),
    );
    expect(found).toEqual([
      {
        symbol: "C-BTC-1",
        ledger: -10,
        exchange: -4,
        meaning: "External close",
        done: "no order is sent",
        foreign: false,
      },
      {
        symbol: "BTCUSD",
        ledger: 0,
        exchange: 250,
        meaning: "not ours",
        done: "",
        foreign: true,
      },
    ]);
  });

  it("has words for its result and its cause, known or not", () => {
    expect(resultWords("clean")).toEqual({ word: "Agreed", tone: "ok" });
    expect(resultWords("new_result").word).toBe("New result");
    expect(triggerWords("command")).toBe("asked by a person");
    expect(triggerWords("new_cause")).toBe("new cause");
  });

  it("knows the foreign positions that are still there", () => {
    const event = (symbol: string, size: number) => ({
      seq: 1,
      type: "foreign_position",
      at: "",
      payload: { symbol, size },
    });
    expect(foreignIn([event("A", 5), event("B", 3), event("A", 0)])).toEqual([
      { symbol: "B", size: 3 },
    ]);
  });
});
