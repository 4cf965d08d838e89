import { expect, test } from "vitest";
import type { Flows } from "../api/types";
import { compareFlows, totalCash } from "./flows";

const flows = (months: number, interest: number): Flows =>
  ({
    period: Array.from({ length: months }, (_, at) => at + 1),
    date: Array.from({ length: months }, (_, at) => `2026-${String(at + 1).padStart(2, "0")}-01`),
    beginning_balance: Array.from({ length: months }, () => 200),
    scheduled_principal: Array.from({ length: months }, () => 0),
    scheduled_interest: Array.from({ length: months }, () => interest),
    prepayment: Array.from({ length: months }, () => 0),
    default: Array.from({ length: months }, () => 0),
    recovery: Array.from({ length: months }, () => 1),
    loss: Array.from({ length: months }, () => 0),
    servicing_fee: Array.from({ length: months }, () => 0),
    balance: Array.from({ length: months }, () => 200),
    cumulative_default: Array.from({ length: months }, () => 0),
    cumulative_loss: Array.from({ length: months }, (_, at) => at + 1),
    smm: Array.from({ length: months }, () => 0),
    mdr: Array.from({ length: months }, () => 0),
    wac: Array.from({ length: months }, () => 0.05),
  }) as unknown as Flows;

test("the longest scenario gives the axis and a shorter one ends", () => {
  const compared = compareFlows(
    [
      { name: "base", flows: flows(3, 10) },
      { name: "short", flows: flows(2, 5) },
    ],
    "month",
  );
  expect(compared.axis.map((row) => row.period)).toEqual([1, 2, 3]);
  expect(compared.lines[0]?.cash).toEqual([11, 11, 11]);
  expect(compared.lines[1]?.cash).toEqual([6, 6, null]);
  expect(compared.lines[0]?.loss).toEqual([0.5, 1, 1.5]);
});

test("no scenario gives no axis", () => {
  expect(compareFlows([], "month")).toEqual({ axis: [], lines: [] });
});

test("all cash of a scenario is added up", () => {
  expect(totalCash(flows(3, 10))).toBe(33);
});
