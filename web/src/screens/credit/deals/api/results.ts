/** What a run of a deal says: one vector a column, one entry a payment date. */
import type { Status } from "./structure";

export interface BondColumns {
  name: string;
  kind: string;
  original_balance: number;
  accrual_days: number[];
  begin: number[];
  rate: number[];
  interest_due: number[];
  interest_paid: number[];
  interest_overdue: number[];
  principal: number[];
  drawn: number[];
  write_down: number[];
  accreted: number[];
  carryover: number[];
  residual: number[];
  planned?: number[];
  balance: number[];
  factor: number[];
}

export interface FeeColumns {
  name: string;
  due: number[];
  paid: number[];
  overdue: number[];
}

export interface AccountColumns {
  name: string;
  begin: number[];
  in: number[];
  out: number[];
  earned: number[];
  balance: number[];
  target: (number | null)[];
}

export interface LedgerColumns {
  name: string;
  debit: number[];
  credit: number[];
  balance: number[];
}

export interface TriggerColumns {
  name: string;
  value: (number | null)[];
  threshold: (number | null)[];
  headroom: (number | null)[];
  breached: boolean[];
  active: boolean[];
}

export interface TestColumns {
  name: string;
  value: (number | null)[];
  threshold: number[];
  passed: boolean[];
  cure: number[];
}

export interface PoolColumns {
  name: string;
  original_balance: number;
  begin: number[];
  balance: number[];
  interest: number[];
  principal: number[];
  prepayment: number[];
  recovery: number[];
  penalty: number[];
  default: number[];
  loss: number[];
  bought: number[];
  sold: number[];
}

export interface BondSummary {
  name: string;
  wal: number | null;
  window: [number, number] | null;
  window_dates: [string, string] | null;
  total_interest: number;
  total_principal: number;
  residual: number;
  written_down: number;
  shortfall: number;
  balance: number;
  maturity_hit: boolean;
}

export type Note =
  | "full"
  | "nothing_due"
  | "skipped"
  | "limited"
  | "short"
  | "supported"
  | "supported_in_part"
  | "tested"
  | "status_changed"
  | "branched"
  | "inspected";

export type Party =
  | "interest"
  | "principal"
  | "residual"
  | "balance"
  | "fee"
  | "support"
  | "ledger";

/** Every step of a run in its order; accounts are counted in the order of the deal. */
export interface Log {
  places: string[];
  date: number[];
  step: number[];
  status: Status[];
  requested: (number | null)[];
  limit: (number | null)[];
  available: number[];
  paid: number[];
  from: (number | null)[];
  into: (number | null)[];
  before: number[];
  after: number[];
  note: Note[];
  parts: {
    entry: number[];
    party: Party[];
    position: number[];
    due: number[];
    amount: number[];
  };
}

export interface DealRun {
  dates: string[];
  status: Status[];
  bonds: BondColumns[];
  fees: FeeColumns[];
  accounts: AccountColumns[];
  ledgers: LedgerColumns[];
  triggers: TriggerColumns[];
  tests: TestColumns[];
  pools: PoolColumns[];
  inspections: { name: string; value: (number | null)[] }[];
  calls: { name: string; date: string; price: number }[];
  summary: {
    bonds: BondSummary[];
    first_unpaid?: { bond: string; date: string; amount: number } | null;
    total_fees: number;
    cash_left: number;
  };
  log?: Log | null;
  warnings: { code: string; message: string }[];
}
