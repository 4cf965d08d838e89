/** Cash flows as rows, by month or by year, and their totals. */
import type { Flows } from "../api/types";

export interface FlowRow {
  /** The period, or the number of the year. */
  period: number;
  /** The last payment date in it. */
  date: string;
  beginBalance: number;
  scheduled: number;
  prepayment: number;
  interest: number;
  default: number;
  recovery: number;
  loss: number;
  fee: number;
  endBalance: number;
  cumulativeDefault: number;
  cumulativeLoss: number;
  /** Annual fractions. */
  cpr: number;
  cdr: number;
  wac: number;
}

export type Step = "month" | "year";

const annual = (monthly: number) => 1 - (1 - Math.min(1, Math.max(0, monthly))) ** 12;

export function monthlyRows(flows: Flows): FlowRow[] {
  const at = (column: readonly number[], index: number) => column[index] ?? 0;
  return flows.period.map((period, index) => ({
    period,
    date: flows.date[index] ?? "",
    beginBalance: at(flows.beginning_balance, index),
    scheduled: at(flows.scheduled_principal, index),
    prepayment: at(flows.prepayment, index),
    interest: at(flows.scheduled_interest, index),
    default: at(flows.default, index),
    recovery: at(flows.recovery, index),
    loss: at(flows.loss, index),
    fee: at(flows.servicing_fee, index),
    endBalance: at(flows.balance, index),
    cumulativeDefault: at(flows.cumulative_default, index),
    cumulativeLoss: at(flows.cumulative_loss, index),
    cpr: annual(at(flows.smm, index)),
    cdr: annual(at(flows.mdr, index)),
    wac: at(flows.wac, index),
  }));
}

const SUMMED = [
  "scheduled",
  "prepayment",
  "interest",
  "default",
  "recovery",
  "loss",
  "fee",
] as const;
export type Summed = (typeof SUMMED)[number];

/** Twelve months a row; speeds are averages weighted by the balance they act on. */
export function yearlyRows(months: readonly FlowRow[]): FlowRow[] {
  const years: FlowRow[] = [];
  for (let from = 0; from < months.length; from += 12) {
    const part = months.slice(from, from + 12);
    const [first] = part;
    const last = part.at(-1);
    if (first !== undefined && last !== undefined) {
      const weight = part.reduce((sum, row) => sum + row.beginBalance, 0);
      const mean = (pick: (row: FlowRow) => number) =>
        weight > 0 ? part.reduce((sum, row) => sum + row.beginBalance * pick(row), 0) / weight : 0;
      years.push({
        ...last,
        ...totalsOf(part),
        period: years.length + 1,
        beginBalance: first.beginBalance,
        cpr: mean((row) => row.cpr),
        cdr: mean((row) => row.cdr),
        wac: mean((row) => row.wac),
      });
    }
  }
  return years;
}

export const rowsOf = (flows: Flows, step: Step): FlowRow[] =>
  step === "year" ? yearlyRows(monthlyRows(flows)) : monthlyRows(flows);

export function totalsOf(rows: readonly FlowRow[]): Record<Summed, number> {
  const totals = Object.fromEntries(SUMMED.map((name) => [name, 0])) as Record<Summed, number>;
  for (const row of rows) {
    for (const name of SUMMED) {
      totals[name] += row[name];
    }
  }
  return totals;
}

/** Everything that arrives in a row. */
export const cashOf = (row: FlowRow): number =>
  row.scheduled + row.prepayment + row.interest + row.recovery;

/** Periods where the axis names a year: the first payment in it, every few years. */
export function yearTicks(rows: readonly FlowRow[], low: number, high: number): number[] {
  const starts: { x: number; year: number }[] = [];
  let before = "";
  for (const row of rows) {
    const year = row.date.slice(0, 4);
    if (year !== before && before !== "" && row.period >= low && row.period <= high) {
      starts.push({ x: row.period, year: Number(year) });
    }
    before = year;
  }
  const every = [1, 2, 5, 10, 20].find((step) => starts.length / step <= 12) ?? 20;
  return starts.filter((start) => start.year % every === 0).map((start) => start.x);
}
