import { describe, expect, it } from "vitest";
import type { SessionEvent } from "../api/records";
import { feedOf, levelSteps } from "./events";

let seq = 0;
const event = (type: string, payload: Record<string, unknown>): SessionEvent => {
  seq += 1;
  return { seq, type, at: `2026-06-18T04:00:${String(seq % 60).padStart(2, "0")}Z`, payload };
};
const plan = (id: string, attempt: number) =>
  event("intent_planned", {
    plan: {
      leg: 0,
      option: "call",
      purpose: "entry",
      attempt,
      order: { client_order_id: id, size: 12_000, kind: { type: "limit_gtc", price: "226.5" } },
    },
  });

describe("the feed", () => {
  it("tells an entry from plan to both legs", () => {
    const rows = feedOf([
      plan("a", 1),
      event("intent_sending", { client_order_id: "a" }),
      event("fill_recorded", { leg: 1, fill: { side: "sell", size: 12_000, price: "221" } }),
      event("went_live", { basis: "5358", size: 12_000 }),
    ]);
    expect(rows.map((one) => `${one.title} | ${one.text}`)).toEqual([
      "Call entry 1 | 12,000, limit 226.5",
      "Put sold | 12,000, at 221.0",
      "Both legs open | basis $5,358.00, 12,000 a leg",
    ]);
  });

  it("calls an order by the name of its plan", () => {
    const rows = feedOf([
      plan("a", 2),
      event("intent_unknown", { client_order_id: "a", error: "timed out" }),
      event("intent_not_accepted", { client_order_id: "a" }),
    ]);
    expect(rows[1]).toMatchObject({
      title: "Call entry 2: outcome unknown",
      text: "timed out",
      level: "bad",
    });
    expect(rows[2]?.title).toBe("Call entry 2 never arrived");
  });

  it("tells a new trailing level once, zero included", () => {
    const moved = (level_pct: number | null, max_profit_pct: number) =>
      event("extremes_moved", { extremes: { level_pct, max_profit_pct } });
    const events = [moved(null, 12), moved(0, 20), moved(0, 24), moved(10, 31)];
    expect(feedOf(events).map((one) => one.title)).toEqual([
      "Trailing stop armed at 0\u202f%",
      "Trailing level +10\u202f%",
    ]);
    expect(levelSteps(events).map((one) => one.level)).toEqual([0, 10]);
  });

  it("leaves out passes that agree and shows every difference", () => {
    const rows = feedOf([
      event("reconciled", { trigger: "full", differences: [] }),
      event("reconciled", { trigger: "startup", differences: [] }),
      event("reconciled", { trigger: "positions", differences: [{ symbol: "C-BTC-1" }] }),
    ]);
    expect(rows.map((one) => [one.title, one.level])).toEqual([
      ["Reconciled", "info"],
      ["Ledger and exchange differ", "bad"],
    ]);
  });

  it("leaves out states that other facts tell of, and numbers of people", () => {
    const rows = feedOf([
      event("state_changed", { from: "entering", to: "live", why: "both_legs_open" }),
      event("state_changed", { from: "live", to: "unresolved", why: "position_differs" }),
      event("panic_requested", { by: "user_01a1f8" }),
      event("panic_requested", { by: "kill file" }),
    ]);
    expect(rows.map((one) => `${one.title} | ${one.text}`)).toEqual([
      "Unresolved | position differs",
      "Panic close asked | by a person",
      "Panic close asked | by kill file",
    ]);
  });

  it("names the exit, who asked, and the end", () => {
    const rows = feedOf([
      event("exit_decided", { reason: "trailing_sl", net_pct: 21.5, by: null }),
      event("leg_closed", { leg: 0, evidence: { evidence: "fills" } }),
      event("session_closed", { summary: { exit_reason: "trailing_sl", net: "1152.4" } }),
    ]);
    expect(rows.map((one) => `${one.title} | ${one.text}`)).toEqual([
      "Exit: trailing stop | net +21.5\u202f%",
      "Call closed | every contract bought back",
      "Session closed | trailing stop, net $1,152.40",
    ]);
  });

  it("shows an unknown fact by its name, trouble as trouble", () => {
    const rows = feedOf([
      event("lease_lost", { message: "another process has it" }),
      event("something_new", {}),
    ]);
    expect(rows).toMatchObject([
      { title: "Lease lost", text: "another process has it", level: "bad" },
      { title: "Something new", text: "", level: "info" },
    ]);
  });

  it("survives payloads of another shape", () => {
    const odd = ["selected", "balanced", "alert", "fill_recorded", "state_changed"];
    expect(() => feedOf(odd.map((type) => event(type, {})))).not.toThrow();
  });
});
