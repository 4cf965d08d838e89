import { describe, expect, it } from "vitest";
import type { Mapping } from "../api/types";
import { confidenceOf, fieldTitle, mapColumn, mappingFaults } from "./fields";

const mapping: Mapping = {
  columns: [
    { column: "upb", field: "balance" },
    { column: "coupon", field: "rate", unit: "percent" },
  ],
  constants: { asset_class: "auto_loan" },
  duplicate_ids: "rename",
};

describe("column mapping", () => {
  it("trusts a column whose values can be read, and doubts one whose values cannot", () => {
    const rate = { column: "coupon", field: "rate", unit: "percent" as const };
    expect(confidenceOf(rate, ["6.25", "NA", "7.5"])).toMatchObject({
      level: "high",
      read: 2,
      of: 2,
    });
    expect(confidenceOf({ column: "upb", field: "balance" }, ["abc", "12"]).level).toBe("low");
    const date = { column: "orig", field: "origination_date", date_format: "MM/YYYY" };
    expect(confidenceOf(date, ["08/2019"]).level).toBe("high");
    expect(confidenceOf({ ...date, date_format: "YYYY-MM" }, ["08/2019"]).level).toBe("low");
    expect(confidenceOf(rate, []).level).toBe("low");
  });

  it("gives a new field the unit it needs and drops its constant", () => {
    const next = mapColumn(mapping, "class", "asset_class");
    expect(next.constants).toEqual({});
    expect(mapColumn(mapping, "ltv", "ltv_ratio").columns.at(-1)?.unit).toBe("percent");
    expect(mapColumn(mapping, "upb", null).columns).toHaveLength(1);
  });

  it("names what is missing or there twice", () => {
    expect(mappingFaults(mapping)).toEqual([]);
    const broken = mapColumn(mapColumn(mapping, "upb", null), "other", "rate");
    expect(mappingFaults(broken)).toHaveLength(2);
  });

  it("writes fields as people read them", () => {
    expect(fieldTitle("ltv_ratio")).toBe("LTV ratio");
    expect(fieldTitle("remaining_term_months")).toBe("Remaining term, months");
  });
});
