/** The routes of single loans. */
import { call } from "@/api/client";
import type { Flows, Metrics } from "../../api/types";
import type { LoanBody, Moved } from "../model/loan";

/** The measures of a loan: as agreed, then under its speeds. Rates are fractions. */
export interface LoanSummary extends Metrics {
  payment: number | null;
  number_of_payments: number;
  maturity_date: string | null;
  last_payment: number | null;
  contractual_interest: number;
}

export interface LoanAnswer {
  loan_id: string;
  summary_metrics: LoanSummary;
  projections: Flows;
}

/** One period, as the server writes it. */
type Row = { [Column in keyof Flows]: Flows[Column][number] };

interface Forecast {
  baseline: Omit<LoanAnswer, "projections"> & { projections: Row[] | null };
}

export interface Valuing {
  discount_rate: number;
  price: number;
}

export interface SensitivityRow {
  value: number;
  npv: number | null;
  npv_change: number | null;
  irr: number | null;
  weighted_average_life: number | null;
  total_loss: number;
}

export interface Sensitivities {
  sensitivities: { parameter: Moved; rows: SensitivityRow[] }[];
}

/** Rows as columns, which charts and tables read. */
export function columnsOf(rows: readonly Row[]): Flows {
  const names = Object.keys(rows[0] ?? EMPTY) as (keyof Flows)[];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])) as never;
}

const EMPTY: { [Column in keyof Flows]: null } = {
  period: null,
  date: null,
  beginning_balance: null,
  scheduled_principal: null,
  scheduled_interest: null,
  prepayment: null,
  prepayment_penalty: null,
  default: null,
  recovery: null,
  loss: null,
  servicing_fee: null,
  advances: null,
  advances_reimbursed: null,
  balance: null,
  foreclosure_balance: null,
  cumulative_default: null,
  cumulative_loss: null,
  wac: null,
  smm: null,
  mdr: null,
};

export async function calculateLoan(
  body: { loan_data: LoanBody } & Valuing,
  signal?: AbortSignal,
): Promise<LoanAnswer> {
  const { baseline } = await call<Forecast>("POST", "/api/v1/cashflow/forecast", { body, signal });
  return { ...baseline, projections: columnsOf(baseline.projections ?? []) };
}

export const moveLoan = (
  body: {
    loan_data: LoanBody;
    parameters: { parameter: Moved; values: number[] }[];
  } & Valuing,
  signal?: AbortSignal,
) => call<Sensitivities>("POST", "/api/v1/cashflow/sensitivity", { body, signal });
