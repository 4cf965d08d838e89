import { describe, expect, test } from "vitest";
import type { Step } from "../api/structure";
import { blankDeal } from "./blank";
import { capitalOf, couponWords } from "./capital";
import { findingsOf, messageAt, objectOf, ordered, stepOf, tally } from "./findings";
import { DEAL } from "./fixture";
import {
  addObject,
  freeName,
  nodesOf,
  renameInFormula,
  renameObject,
  SECTIONS,
  usesOf,
  whereIs,
} from "./objects";
import { insertAt, isWithin, moveAt, readAt, removeAt, writeAt } from "./pointer";
import { ACTIONS, flatSteps, moveStep, newStep, nudgeStep, stepNotes, stepWords } from "./steps";
import { fixOf, replacementOf } from "./suggest";
import { typeOfTemplate, withTitle } from "./template";

const STEPS = "/waterfalls/0/steps";
const words = (deal: typeof DEAL) => deal.waterfalls[0]?.steps.map(stepWords) ?? [];

describe("pointers", () => {
  test("read, write, insert, remove and move without touching the original", () => {
    const written = writeAt(DEAL, "/bonds/1/coupon/spread", 0.02);
    expect(readAt(written, "/bonds/1/coupon/spread")).toBe(0.02);
    expect(readAt(DEAL, "/bonds/1/coupon/spread")).toBe(0.015);
    expect(readAt(writeAt(DEAL, "/currency", undefined), "/currency")).toBeUndefined();
    expect(readAt(insertAt(DEAL, "/bonds", 0, { name: "S" }), "/bonds/0/name")).toBe("S");
    expect(readAt(removeAt(DEAL, "/bonds/0"), "/bonds/0/name")).toBe("B");
    expect(readAt(moveAt(DEAL, "/bonds", 0, 2), "/bonds/2/name")).toBe("A");
    expect(moveAt(DEAL, "/bonds", 0, 9)).toBe(DEAL);
    expect(readAt({ "a/b": { "c~d": 1 } }, "/a~1b/c~0d")).toBe(1);
    expect(readAt(DEAL, "/nothing/here")).toBeUndefined();
  });

  test("a list that is not there yet is made", () => {
    expect(readAt(insertAt(DEAL, "/tests", 0, { name: "oc A" }), "/tests/0/name")).toBe("oc A");
  });

  test("a pointer lies within its ancestor, not within a longer name", () => {
    expect(isWithin("/bonds/1/name", "/bonds/1")).toBe(true);
    expect(isWithin("/bonds/12", "/bonds/1")).toBe(false);
  });
});

describe("objects", () => {
  test("every section has a new object with a free name", () => {
    for (const { id } of SECTIONS) {
      if (id !== "dates") {
        const before = nodesOf(DEAL, id).length;
        const added = addObject(DEAL, id);
        expect(nodesOf(added.deal, id)).toHaveLength(before + 1);
        expect(readAt(added.deal, added.pointer)).toBeDefined();
      }
    }
    expect(readAt(addObject(DEAL, "bonds").deal, "/bonds/3/name")).toBe("C");
  });

  test("names that are taken get the next letter or a number", () => {
    expect(freeName(["A", "B"], "A")).toBe("C");
    expect(freeName(["fee", "fee 2"], "fee")).toBe("fee 3");
    expect(freeName([], "fee")).toBe("fee");
  });

  test("a bond is renamed in steps and formulas and nowhere else", () => {
    const renamed = renameObject(DEAL, "/bonds/0", "Senior");
    expect(readAt(renamed, "/bonds/0/name")).toBe("Senior");
    expect(readAt(renamed, "/accounts/1/target")).toBe(
      'max(1% * pool.balance, bond("Senior").balance)',
    );
    expect(readAt(renamed, `${STEPS}/2/action/bonds`)).toEqual(["Senior", "B"]);
    expect(readAt(renamed, `${STEPS}/3/action/condition`)).toBe(
      'bonds("Senior", "B").balance > oc',
    );
    expect(JSON.stringify(renamed)).not.toContain('"A"');
  });

  test("an account keeps its name as a fee, and a variable is renamed as a word only", () => {
    expect(readAt(renameObject(DEAL, "/accounts/0", "cash"), `${STEPS}/0/action/into`)).toBe(
      "cash",
    );
    expect(
      renameInFormula('oc + pool.oc + oc("A") + "oc" + oc2', "variables", "oc", "target"),
    ).toBe('target + pool.oc + oc("A") + "oc" + oc2');
    expect(renameInFormula('variable("my oc") * 2', "variables", "my oc", "oc")).toBe("oc * 2");
    expect(renameInFormula("oc * 2", "variables", "oc", "my oc")).toBe('variable("my oc") * 2');
    expect(readAt(renameObject(DEAL, "/variables/0", "target"), "/triggers/0/measure")).toBe(
      "pool.cum_net_loss / target",
    );
  });

  test("uses are found in steps and formulas", () => {
    expect(usesOf(DEAL, "/bonds/0")).toEqual([
      "/accounts/1/target",
      `${STEPS}/2/action/bonds/0`,
      `${STEPS}/3/action/condition`,
      `${STEPS}/3/action/then/0/action/bonds/0`,
      `${STEPS}/3/action/then/0/limit`,
    ]);
    expect(usesOf(DEAL, "/triggers/0")).toEqual([]);
    expect(usesOf(DEAL, "/waterfalls/0")).toEqual([]);
  });

  test("a place is told in words", () => {
    expect(whereIs(DEAL, `${STEPS}/1/action/from`)).toBe(
      "Amortizing, step 2: Pay fees trustee from collections",
    );
    expect(whereIs(DEAL, "/bonds/1/coupon")).toBe("Bond B");
    expect(whereIs(DEAL, "/waterfalls/0")).toBe("Amortizing");
    expect(whereIs(DEAL, "")).toBe("Deal");
  });

  test("a blank deal pays its first class and ends with equity", () => {
    const deal = blankDeal("New", new Date("2026-01-31T12:00:00Z"));
    expect(deal.dates).toMatchObject({
      cutoff: "2026-01-31",
      closing: "2026-02-01",
      first_payment: "2026-03-15",
    });
    expect(words(deal).at(-1)).toBe("Pay the rest to R from collections");
  });
});

describe("steps", () => {
  test("every action has words, a title and a new step", () => {
    for (const { do: kind } of ACTIONS) {
      const step = newStep(kind, DEAL);
      expect(step.action.do).toBe(kind);
      expect(stepWords(step).length).toBeGreaterThan(3);
    }
  });

  test("what narrows a step is noted", () => {
    const step: Step = {
      when: "pool.factor < 50%",
      limit: "5",
      support: ["reserve"],
      action: { do: "pay_interest", bonds: ["A"], part: "overdue", from: "collections" },
    };
    expect(stepWords(step)).toBe("Pay overdue interest to A from collections");
    expect(stepNotes(step)).toEqual([
      ["when", "pool.factor < 50%"],
      ["limit", "5"],
      ["support", "reserve"],
    ]);
  });

  test("steps inside an if follow it, with their branch", () => {
    const flat = flatSteps(DEAL.waterfalls[0]?.steps ?? [], STEPS);
    expect(flat.map((one) => [one.pointer.slice(STEPS.length), one.depth, one.branch])).toEqual([
      ["/0", 0, undefined],
      ["/1", 0, undefined],
      ["/2", 0, undefined],
      ["/3", 0, undefined],
      ["/3/action/then/0", 1, "then"],
      ["/3/action/otherwise/0", 1, "otherwise"],
    ]);
  });

  test("a step moves before another one and says where it stands", () => {
    const down = moveStep(DEAL, `${STEPS}/0`, STEPS, 2);
    expect(down.pointer).toBe(`${STEPS}/1`);
    expect(words(down.deal)[0]).toBe("Pay fees trustee from collections");
    const up = moveStep(DEAL, `${STEPS}/2`, STEPS, 0);
    expect(up.pointer).toBe(`${STEPS}/0`);
    expect(words(up.deal)[0]).toContain("Pay interest");
    expect(moveStep(DEAL, `${STEPS}/1`, STEPS, 2).deal).toBe(DEAL);
  });

  test("a step moves into a branch behind it and out again", () => {
    const into = moveStep(DEAL, `${STEPS}/1`, `${STEPS}/3/action/then`, 0);
    expect(into.pointer).toBe(`${STEPS}/2/action/then/0`);
    expect(stepWords(readAt(into.deal, into.pointer) as Step)).toContain("Pay fees");
    const out = moveStep(into.deal, into.pointer, STEPS, 0);
    expect(words(out.deal)[0]).toContain("Pay fees");
  });

  test("a step does not move into itself or beyond its list", () => {
    expect(moveStep(DEAL, `${STEPS}/3`, `${STEPS}/3/action/then`, 0).deal).toBe(DEAL);
    expect(nudgeStep(DEAL, `${STEPS}/0`, -1).deal).toBe(DEAL);
    expect(nudgeStep(DEAL, `${STEPS}/0`, 1).pointer).toBe(`${STEPS}/1`);
    expect(words(nudgeStep(DEAL, `${STEPS}/1`, -1).deal)[0]).toContain("Pay fees");
  });
});

describe("capital structure", () => {
  test("enhancement is what stands below a class", () => {
    const { total, tranches } = capitalOf(DEAL);
    expect(total).toBe(1_000);
    expect(
      tranches.map((one) => [one.name, one.share, Number(one.enhancement.toFixed(6))]),
    ).toEqual([
      ["A", 0.8, 0.2],
      ["B", 0.15, 0.05],
      ["R", 0.05, 0],
    ]);
  });

  test("an interest-only class has no principal", () => {
    const bonds = [
      ...DEAL.bonds,
      {
        name: "IO",
        original_balance: 1_000,
        kind: { type: "interest_only" as const, notional: "pool.balance" },
      },
    ];
    expect(capitalOf({ bonds }).total).toBe(1_000);
    expect(capitalOf({ bonds: [] })).toEqual({ total: 0, tranches: [] });
  });

  test("coupons are told shortly", () => {
    const said = DEAL.bonds.map((bond) => couponWords(bond).replaceAll("\u202f", " "));
    expect(said).toEqual(["4 %", "SOFR + 1.5 %", "no coupon"]);
    const inverse = {
      coupon: { type: "floating" as const, index: "SOFR", spread: -0.01, multiplier: -2 },
    };
    expect(couponWords(inverse).replaceAll("\u202f", " ")).toBe("-2 × SOFR \u2212 1 %");
    const step = {
      coupon: {
        type: "step_up" as const,
        rate: 0.04,
        steps: [["2030-01-15", 0.05]] as [string, number][],
      },
    };
    expect(couponWords(step).replaceAll("\u202f", " ")).toBe("4 %, later 5 %");
  });
});

describe("findings", () => {
  const found = [
    { severity: "warning" as const, code: "unused", path: "/accounts/1", message: "unused" },
    {
      severity: "error" as const,
      code: "unknown_reference",
      path: `${STEPS}/2/action/from`,
      message: 'there is no account "colections"',
      suggestion: 'did you mean "collections"?',
    },
  ];

  test("errors come first and are counted where they belong", () => {
    expect(ordered(found).map((one) => one.severity)).toEqual(["error", "warning"]);
    expect(tally(found)).toEqual({ errors: 1, warnings: 1 });
    expect(tally(found, `${STEPS}/2`)).toEqual({ errors: 1, warnings: 0 });
    expect(tally(found, "/accounts/1")).toEqual({ errors: 0, warnings: 1 });
  });

  test("a field tells its own error only", () => {
    expect(messageAt(found, `${STEPS}/2/action/from`)).toBe(
      'there is no account "colections"; did you mean "collections"?',
    );
    expect(messageAt(found, "/accounts/1")).toBeNull();
  });

  test("a press on a finding opens its object or its step", () => {
    expect(objectOf("/bonds/1/coupon/rate")).toBe("/bonds/1");
    expect(objectOf("/dates/closing")).toBe("/dates");
    expect(objectOf("/accounts")).toBe("/accounts");
    expect(objectOf("")).toBe("");
    expect(stepOf(`${STEPS}/3/action/then/0/limit`)).toBe(`${STEPS}/3/action/then/0`);
    expect(stepOf("/bonds/1")).toBeNull();
  });

  test("a refused structure becomes findings at its members", () => {
    const problem = {
      fields: [
        { pointer: "/structure/accounts/1/target", code: "invalid", message: "not a formula" },
      ],
      code: "validation",
      detail: "",
      title: "Refused",
    };
    expect(findingsOf(problem as never, "structure")[0]).toMatchObject({
      severity: "error",
      path: "/accounts/1/target",
    });
    expect(findingsOf({ ...problem, fields: [] } as never, "structure")[0]?.message).toBe(
      "Refused",
    );
  });
});

describe("templates", () => {
  test("a template gets another name and a type", () => {
    expect(withTitle('# x\ndeal "A b" in USD\ndates', 'New "1"')).toBe(
      '# x\ndeal "New \\"1\\"" in USD\ndates',
    );
    expect(withTitle("deal A in USD", "B")).toBe('deal "B" in USD');
    expect(
      ["sequential_rmbs", "z_bond_cmo", "cmbs_io", "clo", "pro_rata_switch"].map(typeOfTemplate),
    ).toEqual(["rmbs", "rmbs", "cmbs", "clo", "abs"]);
  });
});

describe("suggestions", () => {
  test("what a sentence says to write", () => {
    expect(replacementOf("did you mean `closing`?")).toBe("closing");
    expect(replacementOf('did you mean "collections"?')).toBe('"collections"');
    expect(replacementOf('write `pool("auto")`')).toBe('pool("auto")');
    expect(replacementOf("write one of a, b, c")).toBeNull();
    expect(replacementOf("write `bonds(…)`")).toBeNull();
    expect(replacementOf('add a step `pay interest to "A" from …`')).toBeNull();
    expect(replacementOf(null)).toBeNull();
  });

  test("a name is replaced whole, a formula in its wrong word", () => {
    const finding = {
      severity: "error" as const,
      code: "unknown_reference",
      path: `${STEPS}/0/action/into`,
      message: 'there is no account "colections"',
      suggestion: 'did you mean "collections"?',
    };
    expect(fixOf(DEAL, finding)).toBe("collections");
    const wrong = writeAt(DEAL, "/accounts/1/target", "1% * pool.balnce");
    expect(
      fixOf(wrong, {
        ...finding,
        path: "/accounts/1/target",
        message: "`pool` has no `balnce`",
        suggestion: "did you mean `balance`?",
      }),
    ).toBe("1% * pool.balance");
    expect(fixOf(DEAL, { ...finding, path: "/bonds" })).toBeNull();
    expect(fixOf(DEAL, { ...finding, suggestion: null })).toBeNull();
  });
});
