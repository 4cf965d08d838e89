/** What can be written next in a formula, from the names of the deal. */
import type { Deal } from "../api/structure";

export interface Proposal {
  /** What is written. */
  text: string;
  hint: string;
  /** What is shown instead of it. */
  label?: string;
}

const POOL =
  "balance begin_balance original_balance factor interest principal prepayment recovery penalty default loss cum_default cum_recovery cum_loss cum_net_loss wac net_wac cpr(3) cdr(3)".split(
    " ",
  );
const BONDS =
  "balance begin_balance original_balance due_interest overdue_interest paid_interest paid_principal deferred carryover written_down".split(
    " ",
  );
const FIELDS: Record<string, readonly string[]> = {
  pool: POOL,
  bond: [...BONDS, "factor", "rate", "planned_balance"],
  bonds: BONDS,
  account: ["balance", "target", "shortfall"],
  fee: ["due", "paid"],
  ledger: ["balance"],
  trigger: ["breached", "value"],
  test: ["value", "passed", "cure"],
};

const FUNCTIONS: readonly Proposal[] = [
  { text: "min(", hint: "the lowest of several" },
  { text: "max(", hint: "the highest of several" },
  { text: "abs(", hint: "without its sign" },
  { text: "round(", hint: "to whole numbers" },
  { text: "years(", hint: "between two dates" },
  { text: "oc(", hint: "overcollateralisation of classes" },
  { text: "ic(", hint: "interest coverage of classes" },
  { text: "table(", hint: "steps of a value" },
  { text: "if ", hint: "if … then … else …" },
  { text: "period", hint: "1 on the first payment date" },
  { text: "date", hint: "this payment date" },
];

const quoted = (kind: string, names: readonly string[], hint: string): Proposal[] =>
  names.map((name) => ({ text: `${kind}("${name}")`, hint }));

function objects(deal: Deal): Proposal[] {
  const names = (list: readonly { name: string }[] | undefined) =>
    (list ?? []).map((one) => one.name);
  const pools = names(deal.pools);
  return [
    { text: "pool", hint: "the collateral" },
    ...(pools.length > 1 ? quoted("pool", pools, "pool") : []),
    ...quoted("bond", names(deal.bonds), "bond"),
    { text: "bonds", hint: "all bonds together" },
    ...quoted("account", names(deal.accounts), "account"),
    ...quoted("fee", names(deal.fees), "fee"),
    ...quoted("ledger", names(deal.ledgers), "ledger"),
    ...quoted("trigger", names(deal.triggers), "trigger"),
    ...quoted("test", names(deal.tests), "test"),
    ...names(deal.variables).map((name) => ({
      text: /^[A-Za-z_]\w*$/.test(name) ? name : `variable("${name}")`,
      hint: "variable",
    })),
  ];
}

export interface Completion {
  /** What the chosen text replaces. */
  from: number;
  proposals: Proposal[];
}

const MOST = 8;

/** Proposals for the word before the caret; none after a number, an operator or a space. */
export function complete(text: string, caret: number, deal: Deal): Completion {
  const before = text.slice(0, caret);
  const field = before.match(/\b([a-z]+)(?:\s*\([^()]*\))?\.(\w*)$/);
  if (field) {
    const [, kind = "", typed = ""] = field;
    return found(
      caret - typed.length,
      typed,
      (FIELDS[kind] ?? []).map((name) => ({ text: name, hint: kind })),
    );
  }
  const word = before.match(/(?:^|[^\w."])([A-Za-z_]\w*(?:\("?[^")]*)?)$/)?.[1] ?? "";
  return word === ""
    ? { from: caret, proposals: [] }
    : found(caret - word.length, word, [...objects(deal), ...FUNCTIONS]);
}

function found(from: number, typed: string, all: readonly Proposal[]): Completion {
  const wanted = typed.toLowerCase();
  const starts = all.filter((one) => one.text.toLowerCase().startsWith(wanted));
  const has = all.filter((one) => !starts.includes(one) && one.text.toLowerCase().includes(wanted));
  const proposals = [...starts, ...has].filter((one) => one.text !== typed).slice(0, MOST);
  return { from, proposals };
}

/** The text with a proposal in it; the caret goes behind it. */
export function accept(
  text: string,
  caret: number,
  completion: Completion,
  chosen: Proposal,
): { text: string; caret: number } {
  const start = text.slice(0, completion.from) + chosen.text;
  return { text: start + text.slice(caret), caret: start.length };
}

/** The same for the text form: names in quotes and the words a line begins with. */
export function completeLine(text: string, caret: number, deal: Deal): Completion {
  const lineStart = text.lastIndexOf("\n", caret - 1) + 1;
  const line = text.slice(lineStart, caret);
  const open = line.match(/"([^"]*)$/);
  if (open && (line.match(/"/g)?.length ?? 0) % 2 === 1) {
    const typed = open[1] ?? "";
    return found(caret - typed.length, typed, allNames(deal));
  }
  const head = line.match(/^(\s*)([a-z][a-z ]*)$/);
  if (head) {
    const [, lead = "", typed = ""] = head;
    const words = (lead === "" ? HEADS : STEPS).filter((word) => word.startsWith(typed));
    const hint = lead === "" ? "statement" : "step";
    return {
      from: caret - typed.length,
      proposals: words.filter((word) => word !== typed).map((text) => ({ text, hint })),
    };
  }
  return complete(text, caret, deal);
}

const HEADS = [
  "dates",
  "pool ",
  "account ",
  "ledger ",
  "fee ",
  "bond ",
  "let ",
  "trigger ",
  "test ",
  "call ",
  "waterfall ",
];
const STEPS = [
  "collect ",
  "transfer from ",
  "pay fees ",
  "pay interest to ",
  "pay principal to ",
  "pay the rest from ",
  "fill ",
  "release ",
  "write down ",
  "write up ",
  "debit ",
  "credit ",
  "cure ",
  "buy ",
  "liquidate ",
  "draw ",
  "test trigger ",
  "set status ",
  "if ",
  "inspect ",
];

function allNames(deal: Deal): Proposal[] {
  const of = (list: readonly { name: string }[] | undefined, hint: string) =>
    (list ?? []).map((one) => ({ text: one.name, hint }));
  return [
    ...of(deal.bonds, "bond"),
    ...of(deal.accounts, "account"),
    ...of(deal.fees, "fee"),
    ...of(deal.ledgers, "ledger"),
    ...of(deal.triggers, "trigger"),
    ...of(deal.tests, "test"),
    ...of(deal.pools, "pool"),
  ];
}

/** Where the word before the caret begins; inside quotes it begins with the quote. */
export function wordStart(text: string, caret: number): number {
  const lineStart = text.lastIndexOf("\n", caret - 1) + 1;
  const line = text.slice(lineStart, caret);
  if ((line.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) {
    return lineStart + line.lastIndexOf('"');
  }
  return caret - (line.match(/[\p{L}\p{N}_]*$/u)?.[0].length ?? 0);
}

/** The proposals of the server as a completion of the word before the caret. */
export const fromServer = (
  text: string,
  caret: number,
  found: readonly { label: string; insert: string; detail: string }[],
): Completion => {
  const from = wordStart(text, caret);
  const typed = text.slice(from, caret);
  return {
    from,
    proposals: found
      .filter((one) => one.insert !== typed)
      .slice(0, MOST)
      .map((one) => ({ text: one.insert, hint: one.detail, label: one.label })),
  };
};
