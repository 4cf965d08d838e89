/** One payment date step by step: where cash came from and where it went. */
import type { DealRun, Log, Note, Party } from "../api/results";
import type { LogRow } from "../api/runs";

export interface ReplayPart {
  party: Party;
  name: string;
  due: number;
  amount: number;
}

export interface ReplayStep {
  /** Position in the log. */
  entry: number;
  /** "amortizing/5" */
  place: string;
  requested: number | null;
  limit: number | null;
  available: number;
  paid: number;
  from: string | null;
  into: string | null;
  note: Note;
  parts: ReplayPart[];
  /** Cash in every account after the step, in the order of the deal. */
  accounts: number[];
}

export const NOTE_WORDS: Record<Note, string> = {
  full: "paid in full",
  nothing_due: "nothing due",
  skipped: "condition did not hold",
  limited: "limit was lower",
  short: "not enough cash",
  supported: "reserves gave the rest",
  supported_in_part: "reserves gave a part",
  tested: "trigger tested",
  status_changed: "status changes",
  branched: "branch taken",
  inspected: "written down",
};

/** Where the entries of each date begin in the log; the steps of a date lie together. */
export function entriesOf(log: Log, at: number): number[] {
  const found: number[] = [];
  for (let entry = 0; entry < log.date.length; entry += 1) {
    if (log.date[entry] === at) {
      found.push(entry);
    }
  }
  return found;
}

function partsByEntry(log: Log, wanted: ReadonlySet<number>): Map<number, number[]> {
  const found = new Map<number, number[]>();
  log.parts.entry.forEach((entry, part) => {
    if (wanted.has(entry)) {
      found.set(entry, [...(found.get(entry) ?? []), part]);
    }
  });
  return found;
}

/** The steps of one payment date, with the cash in the accounts after each. */
export function replay(run: DealRun, at: number): ReplayStep[] {
  const { log } = run;
  if (!log) {
    return [];
  }
  const entries = entriesOf(log, at);
  const parts = partsByEntry(log, new Set(entries));
  const cash = run.accounts.map((account) => (account.begin[at] ?? 0) + (account.earned[at] ?? 0));
  const nameOf = (account: number | null | undefined) =>
    account === null || account === undefined ? null : (run.accounts[account]?.name ?? null);
  const party = (kind: Party, position: number): string => {
    const lists: Record<Party, readonly { name: string }[]> = {
      interest: run.bonds,
      principal: run.bonds,
      residual: run.bonds,
      balance: run.bonds,
      fee: run.fees,
      support: run.accounts,
      ledger: run.ledgers,
    };
    return lists[kind][position]?.name ?? "";
  };
  return entries.map((entry) => {
    const from = log.from[entry] ?? null;
    const into = log.into[entry] ?? null;
    const own = (parts.get(entry) ?? []).map((part) => ({
      party: log.parts.party[part] as Party,
      position: log.parts.position[part] ?? 0,
      due: log.parts.due[part] ?? 0,
      amount: log.parts.amount[part] ?? 0,
    }));
    const supported = own.filter((part) => part.party === "support");
    for (const part of supported) {
      cash[part.position] = (cash[part.position] ?? 0) - part.amount;
    }
    // The balance that the log names is exact; the other side follows from what moved.
    const named = from ?? into;
    if (named !== null) {
      cash[named] = log.after[entry] ?? 0;
    }
    if (from !== null && into !== null) {
      cash[into] = (cash[into] ?? 0) + (log.paid[entry] ?? 0);
    }
    return {
      entry,
      place: log.places[log.step[entry] ?? -1] ?? "",
      requested: log.requested[entry] ?? null,
      limit: log.limit[entry] ?? null,
      available: log.available[entry] ?? 0,
      paid: log.paid[entry] ?? 0,
      from: nameOf(from),
      into: nameOf(into),
      note: log.note[entry] ?? "full",
      parts: own.map((part) => ({ ...part, name: party(part.party, part.position) })),
      accounts: [...cash],
    };
  });
}

/** The same from the rows of a kept log, which do not name single bonds and fees. */
export function replayRows(run: DealRun, rows: readonly LogRow[], date: string): ReplayStep[] {
  const at = run.dates.indexOf(date);
  const cash = new Map(
    run.accounts.map((account) => [
      account.name,
      (account.begin[at] ?? 0) + (account.earned[at] ?? 0),
    ]),
  );
  return rows.flatMap((row, entry) => {
    if (row.date !== date) {
      return [];
    }
    const from = row.from === "" ? null : row.from;
    const into = row.into === "" ? null : row.into;
    const named = from ?? into;
    if (named !== null) {
      cash.set(named, row.balance_after);
    }
    if (from !== null && into !== null) {
      cash.set(into, (cash.get(into) ?? 0) + row.paid);
    }
    return [
      {
        entry,
        place: row.step,
        requested: row.requested,
        limit: row.limit,
        available: row.available,
        paid: row.paid,
        from,
        into,
        note: row.note,
        parts: [],
        accounts: run.accounts.map((account) => cash.get(account.name) ?? 0),
      },
    ];
  });
}
