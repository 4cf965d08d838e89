/** A deal and a run for the tests of the model. */
import type { DealRun } from "../api/results";
import type { Deal } from "../api/structure";

export const DEAL: Deal = {
  name: "Auto 2026-1",
  currency: "USD",
  dates: { cutoff: "2026-01-31", closing: "2026-02-15", first_payment: "2026-03-15" },
  pools: [{ name: "auto" }],
  accounts: [
    { name: "collections", balance: 0 },
    { name: "reserve", balance: 10, target: 'max(1% * pool.balance, bond("A").balance)' },
  ],
  fees: [{ name: "trustee", kind: { type: "fixed", amount: 1 } }],
  bonds: [
    { name: "A", original_balance: 800, coupon: { type: "fixed", rate: 0.04 } },
    {
      name: "B",
      original_balance: 150,
      coupon: { type: "floating", index: "SOFR", spread: 0.015 },
    },
    { name: "R", original_balance: 50, kind: { type: "equity" } },
  ],
  variables: [{ name: "oc", value: "12% * pool.balance" }],
  triggers: [{ name: "cnl", measure: "pool.cum_net_loss / oc", comparison: ">", threshold: "3%" }],
  waterfalls: [
    {
      status: "amortizing",
      steps: [
        { action: { do: "collect", sources: ["interest", "principal"], into: "collections" } },
        { action: { do: "pay_fees", fees: ["trustee"], from: "collections" } },
        {
          action: { do: "pay_interest", bonds: ["A", "B"], from: "collections" },
          support: ["reserve"],
        },
        {
          action: {
            do: "if",
            condition: 'bonds("A", "B").balance > oc',
            // biome-ignore lint/suspicious/noThenProperty: the engine calls the branch so; a list is no promise
            then: [
              {
                action: { do: "pay_principal", bonds: ["A", "B"], from: "collections" },
                limit: 'bond("A").balance',
              },
            ],
            otherwise: [{ action: { do: "pay_residual", bond: "R", from: "collections" } }],
          },
        },
      ],
    },
  ],
};

const zeros = (count: number) => new Array<number>(count).fill(0);

function bond(
  name: string,
  kind: string,
  original: number,
  columns: { interest: number[]; principal: number[]; residual?: number[] },
): DealRun["bonds"][number] {
  const count = columns.interest.length;
  let left = original;
  const begin: number[] = [];
  const balance = columns.principal.map((paid) => {
    begin.push(left);
    left -= paid;
    return left;
  });
  return {
    name,
    kind,
    original_balance: original,
    accrual_days: zeros(count),
    begin,
    rate: zeros(count),
    interest_due: columns.interest,
    interest_paid: columns.interest,
    interest_overdue: zeros(count),
    principal: columns.principal,
    drawn: zeros(count),
    write_down: zeros(count),
    accreted: zeros(count),
    carryover: zeros(count),
    residual: columns.residual ?? zeros(count),
    balance,
    factor: balance.map((one) => one / original),
  };
}

const summary = (name: string, wal: number, interest: number, principal: number) => ({
  name,
  wal,
  window: [1, 2] as [number, number],
  window_dates: ["2026-03-15", "2026-04-15"] as [string, string],
  total_interest: interest,
  total_principal: principal,
  residual: 0,
  written_down: 0,
  shortfall: 0,
  balance: 0,
  maturity_hit: false,
});

export const RUN: DealRun = {
  dates: ["2026-03-15", "2026-04-15", "2027-03-15", "2027-04-15"],
  status: ["amortizing", "amortizing", "early_amortization", "early_amortization"],
  bonds: [
    bond("A", "ordinary", 800, { interest: [3, 2, 1, 0], principal: [400, 200, 200, 0] }),
    bond("B", "ordinary", 150, { interest: [1, 1, 1, 0], principal: [0, 0, 150, 0] }),
    bond("R", "equity", 50, {
      interest: [0, 0, 0, 0],
      principal: [0, 0, 0, 0],
      residual: [0, 0, 5, 0],
    }),
  ],
  fees: [{ name: "trustee", due: [1, 1, 1, 1], paid: [1, 1, 1, 1], overdue: zeros(4) }],
  accounts: [
    {
      name: "collections",
      begin: zeros(4),
      in: [405, 204, 358, 1],
      out: [405, 204, 358, 1],
      earned: zeros(4),
      balance: zeros(4),
      target: [null, null, null, null],
    },
    {
      name: "reserve",
      begin: [10, 9, 9, 9],
      in: zeros(4),
      out: [1, 0, 0, 0],
      earned: zeros(4),
      balance: [9, 9, 9, 9],
      target: [10, 10, 10, 10],
    },
  ],
  ledgers: [],
  triggers: [
    {
      name: "cnl",
      value: [0.01, 0.02, 0.04, null],
      threshold: [0.03, 0.03, 0.03, null],
      headroom: [0.02, 0.01, -0.01, null],
      breached: [false, false, true, false],
      active: [false, false, true, true],
    },
  ],
  tests: [],
  pools: [],
  inspections: [],
  calls: [],
  summary: {
    bonds: [summary("A", 1.5, 6, 800), summary("B", 2.5, 3, 150), summary("R", 0, 0, 0)],
    first_unpaid: null,
    total_fees: 4,
    cash_left: 9,
  },
  log: {
    places: ["amortizing/1", "amortizing/3"],
    date: [0, 0, 1],
    step: [0, 1, 0],
    status: ["amortizing", "amortizing", "amortizing"],
    requested: [404, 5, 204],
    limit: [null, null, null],
    available: [404, 414, 204],
    paid: [404, 4, 204],
    from: [null, 0, null],
    into: [0, null, 0],
    before: [0, 404, 0],
    after: [404, 401, 204],
    note: ["full", "supported", "full"],
    parts: {
      entry: [1, 1, 1],
      party: ["interest", "interest", "support"],
      position: [0, 1, 1],
      due: [3, 1, 1],
      amount: [3, 1, 1],
    },
  },
  warnings: [],
};
