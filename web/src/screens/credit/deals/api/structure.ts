/** What a deal consists of, as the engine writes it. Rates are fractions, formulas are text. */

export type Status =
  | "revolving"
  | "amortizing"
  | "early_amortization"
  | "accelerated"
  | "defaulted"
  | "called";

export type Frequency = "monthly" | "quarterly" | "semi_annual" | "annual";

export interface Dates {
  cutoff: string;
  closing: string;
  first_payment: string;
  frequency?: Frequency;
  end_of_month?: boolean;
  convention?: string;
  calendar?: string;
  accrue_adjusted?: boolean;
  collection_lag_days?: number;
  maturity?: string;
  revolving_until?: string;
}

export interface Pool {
  name: string;
}

export interface Account {
  name: string;
  balance?: number;
  target?: string;
  earns?: string;
}

export interface Ledger {
  name: string;
  balance?: number;
  cap?: string;
}

export type FeeKind =
  | { type: "one_off"; amount: number }
  | { type: "fixed"; amount: number }
  | { type: "rate"; rate: number; base: string; day_count?: string }
  | { type: "formula"; amount: string };

export interface Fee {
  name: string;
  kind: FeeKind;
  starts?: string;
}

export type Coupon =
  | { type: "none" }
  | { type: "fixed"; rate: number }
  | {
      type: "floating";
      index: string;
      spread: number;
      multiplier?: number;
      floor?: number;
      cap?: number;
    }
  | { type: "step_up"; rate: number; steps: [string, number][] }
  | { type: "formula"; rate: string };

export type BondKind =
  | { type: "ordinary" }
  | { type: "pac"; band?: [number, number]; planned?: number[] }
  | { type: "tac"; speed?: number; planned?: number[] }
  | { type: "support" }
  | { type: "z_accrual" }
  | { type: "interest_only"; notional: string }
  | { type: "principal_only" }
  | { type: "equity" };

export type InterestOnInterest =
  | { type: "none" }
  | { type: "own_rate" }
  | { type: "fixed"; rate: number };

export interface Bond {
  name: string;
  original_balance: number;
  balance?: number;
  coupon?: Coupon;
  day_count?: string;
  delay_days?: number;
  accrues_from?: string;
  kind?: BondKind;
  group?: string;
  lockout_until?: string;
  rate_cap?: string;
  carryover?: boolean;
  deferrable?: boolean;
  interest_on_interest?: InterestOnInterest;
  maturity?: string;
  rating?: string;
}

export interface Variable {
  name: string;
  value: string;
}

export type Comparison = ">" | ">=" | "<" | "<=";
export type Moment =
  | "closing"
  | "end_of_collection"
  | "before_waterfall"
  | "after_waterfall"
  | "in_step";

export type Effect =
  | { type: "status"; status: Status }
  | { type: "reserve_target"; account: string; target: string }
  | { type: "coupon"; bond: string; rate: string }
  | { type: "activate"; trigger: string }
  | { type: "steps"; steps: Step[] };

export interface Trigger {
  name: string;
  measure: string;
  comparison: Comparison;
  threshold: string;
  at?: Moment;
  consecutive?: number;
  cure?: "never" | "when_passed";
  dormant?: boolean;
  effects?: Effect[];
}

export interface Test {
  name: string;
  kind:
    | { type: "overcollateralization"; numerator?: string }
    | { type: "interest_coverage"; numerator?: string };
  bonds: string[];
  threshold: string;
}

export interface Call {
  name: string;
  when: string;
  first_date?: string;
  price?: string;
}

export type Source = "interest" | "principal" | "prepayment" | "recovery" | "penalty";
export type Allocation = "pro_rata" | "sequential";

export type Action =
  | { do: "collect"; sources: Source[]; pool?: string; share?: string; into: string }
  | { do: "transfer"; from: string; into: string }
  | { do: "pay_fees"; fees: string[]; allocation?: Allocation; from: string }
  | {
      do: "pay_interest";
      bonds: string[];
      part?: "all" | "current" | "overdue" | "on_interest" | "carryover";
      allocation?: Allocation;
      from: string;
    }
  | {
      do: "pay_principal";
      bonds: string[];
      allocation?: "sequential" | "pro_rata" | "scheduled";
      from: string;
    }
  | { do: "pay_residual"; bond: string; from: string }
  | { do: "fill_reserve"; account: string; from: string }
  | { do: "release_reserve"; account: string; into: string }
  | { do: "write_down"; bonds: string[]; amount: string }
  | { do: "write_up"; bonds: string[]; amount: string }
  | { do: "book"; ledgers: string[]; side: "debit" | "credit"; amount: string }
  | { do: "cure"; test: string; bonds: string[]; from: string }
  | { do: "buy"; pool?: string; price?: string; from: string }
  | { do: "liquidate"; pool?: string; proceeds: string; into: string }
  | { do: "fund_bond"; bond: string; into: string; amount: string }
  | { do: "test_trigger"; trigger: string }
  | { do: "set_status"; status: Status }
  | { do: "if"; condition: string; then: Step[]; otherwise?: Step[] }
  | { do: "inspect"; name: string; value: string };

export type ActionKind = Action["do"];

export interface Step {
  label?: string;
  when?: string;
  action: Action;
  limit?: string;
  keep?: string;
  support?: string[];
}

export interface Waterfall {
  status: Status;
  steps: Step[];
}

export interface Deal {
  name: string;
  currency?: string;
  dates: Dates;
  pools?: Pool[];
  accounts?: Account[];
  ledgers?: Ledger[];
  fees?: Fee[];
  bonds: Bond[];
  variables?: Variable[];
  triggers?: Trigger[];
  tests?: Test[];
  calls?: Call[];
  waterfalls: Waterfall[];
}

export interface Finding {
  severity: "error" | "warning";
  code: string;
  /** JSON pointer into the structure. */
  path: string;
  message: string;
  suggestion?: string | null;
  /** Where it stands in the text, from 1; absent if the deal came as JSON. */
  line?: number | null;
  column?: number | null;
  length?: number | null;
}

export interface Fault {
  line: number;
  column: number;
  length: number;
  code: string;
  message: string;
  suggestion?: string | null;
}
