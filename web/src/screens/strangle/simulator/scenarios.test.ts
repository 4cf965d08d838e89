import { describe, expect, it } from "vitest";
import { FAULT_GROUPS, type Fault, installedFault, ruleOf } from "./scenarios";

const faults = FAULT_GROUPS.flatMap((group) => group.faults);
const named = (kind: string) => faults.find((fault) => fault.kind === kind) as Fault;
const dose = { seconds: 120, chance: "once", ordersOnly: true } as const;

describe("a fault", () => {
  it("at a request happens once, to an order", () => {
    expect(ruleOf(named("lose_response"), dose)).toEqual({
      times: 1,
      match: { method: "POST", path: "/v2/orders" },
      action: "lose_response",
    });
  });

  it("by chance holds for a while", () => {
    expect(ruleOf(named("ws_gap"), { ...dose, chance: "10" })).toEqual({
      when: { for: "120s" },
      probability: 0.1,
      action: "ws_gap",
    });
  });

  it("that lasts has a length and no count", () => {
    expect(ruleOf(named("stale_ticks"), dose)).toEqual({
      when: { for: "120s" },
      action: "stale_ticks",
    });
  });

  it("with settings sends them, and one of an instant sends nothing else", () => {
    expect(ruleOf(named("external_trade"), dose)).toEqual({
      action: { kind: "external_trade", side: "buy", size: 10 },
    });
  });

  it("is named once, and is called by its name when it is installed", () => {
    expect(new Set(faults.map((fault) => fault.kind)).size).toBe(faults.length);
    expect(installedFault({ action: "ws_drop" })).toEqual({
      title: "Drop the socket",
      fired: null,
    });
    expect(
      installedFault({ rule: { action: { kind: "clock_skew", by: "4s" } }, matches: 3, fired: 2 }),
    ).toEqual({ title: "Clock skew", fired: 2 });
    expect(installedFault("unheard_of").title).toBe("unheard_of");
  });
});
