/** Cash flows of several scenarios on one axis. */
import type { Point } from "@/charts/scale";
import type { Flows } from "../api/types";
import { cashOf, type FlowRow, monthlyRows, rowsOf, type Step } from "../model/flows";

export interface ScenarioFlows {
  name: string;
  flows: Flows;
}

export interface Compared {
  /** The rows of the longest scenario: they give the axis and its dates. */
  axis: FlowRow[];
  lines: { name: string; cash: Point[]; balance: Point[]; loss: Point[] }[];
}

/** A shorter scenario has no value behind its end; it does not fall to zero there. */
export function compareFlows(scenarios: readonly ScenarioFlows[], step: Step): Compared {
  const rows = scenarios.map((one) => ({ name: one.name, rows: rowsOf(one.flows, step) }));
  const axis = rows.reduce<FlowRow[]>(
    (longest, one) => (one.rows.length > longest.length ? one.rows : longest),
    [],
  );
  return {
    axis,
    lines: rows.map((one) => {
      const start = one.rows[0]?.beginBalance ?? 0;
      const values = (pick: (row: FlowRow) => number) =>
        axis.map((_, at): Point => {
          const row = one.rows[at];
          return row === undefined ? null : pick(row);
        });
      return {
        name: one.name,
        cash: values(cashOf),
        balance: values((row) => row.endBalance),
        loss: values((row) => (start > 0 ? (100 * row.cumulativeLoss) / start : 0)),
      };
    }),
  };
}

/** All that a scenario pays, undiscounted. */
export const totalCash = (flows: Flows): number =>
  monthlyRows(flows).reduce((sum, row) => sum + cashOf(row), 0);
