import { describe, expect, it } from "vitest";
import { decisionsOf } from "../home/decisions";
import { actOf } from "./acts";
import { bannersOf, closingResult, countdownOf, inFlight, nextRung, sortedAlerts } from "./desk";
import { runtimeOf } from "./fixture";
import {
  ageText,
  exact,
  istMinute,
  price,
  priceDigits,
  reasonWords,
  stateWords,
  strikeText,
} from "./words";

const calm = { staleAge: null, streamLost: null, silent: false, full: false };
const alert = (
  code: string,
  severity: "info" | "warning" | "critical",
  at = "2026-06-18T07:00:00Z",
) => ({
  code,
  severity,
  message: `${code} happened`,
  at,
});

describe("the countdown", () => {
  it("counts to the time exit and knows the share of the way", () => {
    const next = countdownOf(runtimeOf(), 2_000);
    expect(next).toMatchObject({ title: "Time exit in", left: 9_460_000, entry: false });
    expect(next?.share).toBeCloseTo(1 - 9_460 / 21_000, 6);
  });

  it("counts to the entry while nothing was sold", () => {
    const schedule = { ...runtimeOf().schedule, time_to_entry_seconds: 60 };
    const next = countdownOf(runtimeOf({ state: "waiting", status: "waiting", schedule }), 0);
    expect(next).toMatchObject({ title: "Entry in", left: 60_000, entry: true });
  });

  it("never goes below zero and is absent without a session", () => {
    expect(countdownOf(runtimeOf(), 99_999_999)?.left).toBe(0);
    expect(countdownOf(runtimeOf({ active: false }), 0)).toBeNull();
  });
});

describe("the banners", () => {
  it("are silent on a calm desk", () => {
    expect(bannersOf(runtimeOf(), calm)).toEqual([]);
  });

  it("tell the age of a stale snapshot and a lost stream", () => {
    const banners = bannersOf(runtimeOf(), {
      ...calm,
      staleAge: 84_000,
      streamLost: { since: "12:40:01 IST" },
    });
    expect(banners.map((one) => one.id)).toEqual(["stale", "stream"]);
    expect(banners[0]?.title).toBe("These figures are 1 min 24 s old.");
    expect(banners[1]?.text).toContain("every 4 s");
    const gone = { ...calm, silent: true, streamLost: { since: "12:40:01 IST" } };
    expect(bannersOf(runtimeOf(), gone)[0]?.text).toContain("does not answer");
  });

  it("warn from seventy per cent of max loss on", () => {
    const totals = { ...runtimeOf().totals, total_pnl_pct: -28 };
    expect(bannersOf(runtimeOf({ totals }), calm).map((one) => one.id)).toEqual(["loss"]);
    const less = { ...totals, total_pnl_pct: -27.9 };
    expect(bannersOf(runtimeOf({ totals: less }), calm)).toEqual([]);
  });

  it("leave the worst alert of an unresolved session to its hero", () => {
    const runtime = runtimeOf({
      state: "unresolved",
      status: "unresolved",
      alerts: [alert("slow", "warning"), alert("position_differs", "critical")],
    });
    expect(bannersOf(runtime, calm).map((one) => one.id)).toEqual(["alert:slow"]);
    expect(bannersOf(runtime, { ...calm, full: true })[0]?.id).toBe("alert:position_differs");
  });

  it("name the halted state and the stale quotes with what the engine does", () => {
    const runtime = runtimeOf({
      risk: { trading_state: "halted", guards: [] },
      data_quality: { ...runtimeOf().data_quality, stale: ["P-BTC-121000-190626"] },
    });
    expect(bannersOf(runtime, calm).map((one) => one.id)).toEqual(["halted", "quotes"]);
  });

  it("sort alerts by severity, then age", () => {
    const runtime = runtimeOf({
      alerts: [
        alert("b", "warning", "2026-06-18T07:02:00Z"),
        alert("a", "warning", "2026-06-18T07:01:00Z"),
        alert("c", "critical", "2026-06-18T07:03:00Z"),
      ],
    });
    expect(sortedAlerts(runtime).map((one) => one.code)).toEqual(["c", "a", "b"]);
  });
});

describe("acts", () => {
  it("are on when the server offers them", () => {
    expect(actOf(runtimeOf(), "stop", true)).toEqual({ on: true, reason: null });
  });

  it("say why not", () => {
    expect(actOf(runtimeOf(), "start", true).reason).toBe("A session is open.");
    const halted = runtimeOf({
      active: false,
      allowed_actions: ["panic"],
      risk: { trading_state: "halted", guards: [] },
    });
    expect(actOf(halted, "start", true).reason).toContain("halted");
    expect(actOf(runtimeOf(), "stop", false).reason).toContain("strangle:operator");
  });

  it("keep panic possible when the desk cannot be read", () => {
    expect(actOf(undefined, "panic", true).on).toBe(true);
    expect(actOf(undefined, "stop", true).on).toBe(false);
  });
});

describe("figures of the desk", () => {
  it("cost the spread to close at the ask", () => {
    expect(closingResult(runtimeOf())).toBeCloseTo(1.345 - 2 * 0.01, 9);
    const [call, put] = runtimeOf().positions;
    const blind = [call, { ...put, best_ask: null }] as never;
    expect(closingResult(runtimeOf({ positions: blind }))).toBeNull();
  });

  it("know the rung that comes next", () => {
    const rules = [
      { trigger_pct: 30, lock_pct: 10 },
      { trigger_pct: 20, lock_pct: 0 },
    ];
    expect(nextRung({ trailing_rules: rules } as never, 23.6)).toEqual(rules[0]);
    expect(nextRung({ trailing_rules: rules } as never, 31)).toBeNull();
    expect(nextRung({ trailing_rules: { kind: "distance" } } as never, 1)).toBeNull();
  });

  it("list the orders that are not at their end", () => {
    const attempt = (status: string) => ({ client_order_id: status, status }) as never;
    const entry = {
      ...runtimeOf().entry,
      legs: [
        {
          kind: "call" as const,
          symbol: "C",
          target_qty: 10,
          filled_qty: 4,
          status: "opening",
          attempts: [attempt("cancelled"), attempt("unknown"), attempt("partially_filled")],
        },
      ],
    };
    expect(inFlight(runtimeOf({ entry })).map((one) => one.attempt.status)).toEqual([
      "unknown",
      "partially_filled",
    ]);
  });
});

describe("words", () => {
  it("name states and reasons", () => {
    expect(stateWords(runtimeOf()).word).toBe("Live, monitoring");
    expect(stateWords({ state: null, status: "idle" }).word).toBe("No session");
    expect(stateWords({ state: "new_state" as never, status: "live" }).word).toBe("New state");
    expect(reasonWords("trailing_sl")).toBe("Trailing stop");
    expect(reasonWords("something_new")).toBe("Something new");
    expect(reasonWords(null)).toBe("");
  });

  it("never round a price away", () => {
    expect(priceDigits(212, 215.5)).toBe(1);
    expect(priceDigits(0.05, 0.1)).toBe(2);
    expect(price(226.5)).toBe("226.5");
    expect(price(null)).toBe("n/a");
    expect(strikeText(108_200)).toBe("108,200");
  });

  it("write an age so that ages compare", () => {
    expect(ageText(0)).toBe("0.0 s");
    expect(ageText(412)).toBe("0.4 s");
    expect(ageText(84_000)).toBe("1 min 24 s");
  });

  it("refuse text that is no exact amount", () => {
    expect(exact("1.345")).toBe("1.345");
    expect(exact("")).toBeNull();
    expect(exact("1e3")).toBeNull();
  });

  it("write Indian time with its zone", () => {
    expect(istMinute("2026-06-18T09:50:00Z")).toBe("15:20 IST");
    expect(istMinute(null)).toBe("");
  });
});

describe("what needs a decision", () => {
  it("is nothing on a calm desk", () => {
    expect(decisionsOf(runtimeOf(), null)).toEqual([]);
  });

  it("is an unresolved session, a foreign position, stale quotes and a loss near its limit", () => {
    const runtime = runtimeOf({
      state: "unresolved",
      status: "unresolved",
      totals: { ...runtimeOf().totals, total_pnl_pct: -33 },
      data_quality: { ...runtimeOf().data_quality, stale: ["P-BTC-121000-190626"] },
    });
    const report = {
      id: "r",
      session_id: 7,
      trigger: "periodic",
      result: "foreign",
      differences: [
        { kind: "foreign", symbol: "BTCUSD", ours: 0, theirs: 250, message: "not ours" },
      ],
      actions: [],
      started_at: "2026-06-18T07:12:00Z",
      finished_at: "2026-06-18T07:12:01Z",
    };
    const found = decisionsOf(runtime, report);
    expect(found.map((one) => [one.id, one.severity])).toEqual([
      ["strangle:unresolved", "critical"],
      ["strangle:foreign", "medium"],
      ["strangle:stale", "high"],
      ["strangle:loss", "high"],
    ]);
    expect(found[1]?.text).toBe("BTCUSD +250, left untouched");
  });

  it("is each alert above a note, once", () => {
    const runtime = runtimeOf({
      alerts: [alert("stale_quotes", "warning"), alert("hello", "info")],
    });
    expect(decisionsOf(runtime, null).map((one) => one.id)).toEqual(["strangle:stale_quotes"]);
  });
});
