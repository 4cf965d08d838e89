import { describe, expect, test } from "vitest";
import { sayFact, sectionsOf, wordsOf } from "./analytics";

const analytics = {
  wac: 0.061,
  stress_test_report: { matrix: [] },
  auto_loan: {
    implied_recovery: 0.55,
    current_ltv: null,
    vehicle_types: [
      { name: "new", count: 3, balance: 100, share: 0.25 },
      { name: "used", count: 9, balance: 300, share: 0.75 },
    ],
    large_loans: ["A", "B"],
  },
  clo_cdo: { structure: { excess_spread: 0.02 } },
};

describe("facts", () => {
  const sections = sectionsOf(analytics);

  test("classes are sections, parts of them too", () => {
    expect(sections.map((one) => one.name)).toEqual(["", "auto_loan", "clo_cdo.structure"]);
  });

  test("slices are tables, short lists are words, what is not known is left out", () => {
    expect(sections[1]?.tables[0]?.columns).toEqual(["name", "count", "balance", "share"]);
    expect(sections[1]?.facts).toEqual([
      { name: "implied_recovery", value: 0.55 },
      { name: "large_loans", value: "A, B" },
    ]);
  });

  test("an analysis without facts has no section", () => {
    expect(sectionsOf(null)).toEqual([]);
    expect(sectionsOf({})).toEqual([]);
  });
});

test("names become words", () => {
  expect(wordsOf("clo_cdo.structure")).toBe("CLO CDO structure");
  expect(wordsOf("current_ltv")).toBe("Current LTV");
});

test("a figure is shown by what its name says", () => {
  const amount = (value: number) => `$${value}`;
  expect(sayFact("share", 0.25, amount)).toBe("25.00\u202f%");
  expect(sayFact("balance", 100, amount)).toBe("$100");
  expect(sayFact("count", 1200, amount)).toBe("1,200");
  expect(sayFact("year", 2031, amount)).toBe("2031");
  expect(sayFact("dscr", 1.4, amount)).toBe("1.40");
  expect(sayFact("passes", true, amount)).toBe("yes");
  expect(sayFact("fico_score", 712.4, amount)).toBe("712.4");
  expect(sayFact("name", undefined, amount)).toBe("");
});
