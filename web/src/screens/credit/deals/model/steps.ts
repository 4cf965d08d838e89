/** Steps of a waterfall: their words, new ones, where they stand. */
import type { Action, ActionKind, Deal, Source, Status, Step } from "../api/structure";
import { insertAt, isWithin, placeOf, readAt, removeAt } from "./pointer";

export const AMORTIZING: Status = "amortizing";

export interface ActionLook {
  do: ActionKind;
  title: string;
  hint: string;
  /** Whether cash leaves an account: then limit, keep and support mean something. */
  pays: boolean;
}

export const ACTIONS: readonly ActionLook[] = [
  { do: "collect", title: "Collect", hint: "Cash of the pool into an account", pays: false },
  { do: "transfer", title: "Transfer", hint: "Cash between accounts", pays: true },
  { do: "pay_fees", title: "Pay fees", hint: "Arrears first", pays: true },
  { do: "pay_interest", title: "Pay interest", hint: "Overdue first", pays: true },
  { do: "pay_principal", title: "Pay principal", hint: "Never above balances", pays: true },
  { do: "pay_residual", title: "Pay the rest", hint: "What is left, to a bond", pays: true },
  { do: "fill_reserve", title: "Fill reserve", hint: "Up to its target", pays: true },
  { do: "release_reserve", title: "Release reserve", hint: "What is above target", pays: true },
  { do: "cure", title: "Cure a test", hint: "Principal until it passes", pays: true },
  { do: "buy", title: "Buy assets", hint: "For the pool", pays: true },
  { do: "book", title: "Book ledger", hint: "Debit or credit", pays: false },
  { do: "write_down", title: "Write down", hint: "Lower balances without paying", pays: false },
  { do: "write_up", title: "Write up", hint: "Raise what was written down", pays: false },
  { do: "liquidate", title: "Sell the pool", hint: "All of it", pays: false },
  { do: "fund_bond", title: "Fund a bond", hint: "Draw more principal", pays: false },
  {
    do: "test_trigger",
    title: "Test a trigger",
    hint: "One whose moment is this step",
    pays: false,
  },
  { do: "set_status", title: "Set status", hint: "From the next date on", pays: false },
  { do: "if", title: "If", hint: "One thing or the other", pays: false },
  { do: "inspect", title: "Inspect", hint: "Write a number down", pays: false },
];

export const actionLook = (kind: ActionKind): ActionLook =>
  ACTIONS.find((one) => one.do === kind) ?? (ACTIONS[0] as ActionLook);

export const SOURCE_WORDS: Record<Source, string> = {
  interest: "interest",
  principal: "principal",
  prepayment: "prepayments",
  recovery: "recoveries",
  penalty: "penalties",
};

const list = (names: readonly string[]): string =>
  names.length === 0 ? "nobody" : names.join(", ");

/** A step as a short sentence: "Pay interest to A, B from collections". */
export function stepWords(step: Step): string {
  const action = step.action;
  switch (action.do) {
    case "collect":
      return `Collect ${action.sources.map((one) => SOURCE_WORDS[one]).join(", ")} into ${action.into}`;
    case "transfer":
      return `Transfer from ${action.from} into ${action.into}`;
    case "pay_fees":
      return `Pay fees ${list(action.fees)} from ${action.from}`;
    case "pay_interest":
      return `Pay ${interestWord(action.part)} to ${list(action.bonds)} from ${action.from}`;
    case "pay_principal":
      return `Pay principal to ${list(action.bonds)} ${allocationWord(action.allocation ?? "sequential", action.bonds)}from ${action.from}`;
    case "pay_residual":
      return `Pay the rest to ${action.bond} from ${action.from}`;
    case "fill_reserve":
      return `Fill ${action.account} from ${action.from}`;
    case "release_reserve":
      return `Release ${action.account} above target into ${action.into}`;
    case "write_down":
      return `Write down ${list(action.bonds)} by ${action.amount}`;
    case "write_up":
      return `Write up ${list(action.bonds)} by ${action.amount}`;
    case "book":
      return `${action.side === "debit" ? "Debit" : "Credit"} ${list(action.ledgers)} with ${action.amount}`;
    case "cure":
      return `Cure ${action.test} by paying ${list(action.bonds)} from ${action.from}`;
    case "buy":
      return `Buy assets from ${action.from}`;
    case "liquidate":
      return `Sell ${action.pool ?? "the pool"} into ${action.into}`;
    case "fund_bond":
      return `Draw ${action.amount} from ${action.bond} into ${action.into}`;
    case "test_trigger":
      return `Test trigger ${action.trigger}`;
    case "set_status":
      return `Set status ${action.status.replaceAll("_", " ")}`;
    case "if":
      return `If ${action.condition}`;
    case "inspect":
      return `Inspect ${action.name}`;
  }
}

function interestWord(part: string | undefined): string {
  const words: Record<string, string> = {
    current: "current interest",
    overdue: "overdue interest",
    on_interest: "interest on interest",
    carryover: "carryover interest",
  };
  return words[part ?? "all"] ?? "interest";
}

function allocationWord(allocation: string, bonds: readonly string[]): string {
  if (allocation === "scheduled") {
    return "on schedule ";
  }
  if (bonds.length < 2) {
    return "";
  }
  return allocation === "pro_rata" ? "pro rata " : "one after the other ";
}

/** What narrows a step: "when …", "limit …", "keep …", "support …". */
export function stepNotes(step: Step): [string, string][] {
  const notes: [string, string | undefined][] = [
    ["when", step.when],
    ["limit", step.limit],
    ["keep", step.keep],
    ["support", step.support?.length ? step.support.join(", ") : undefined],
  ];
  if (step.action.do === "collect") {
    notes.push(["share", step.action.share]);
  }
  return notes.flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
}

/** A new step with names that exist. */
export function newStep(kind: ActionKind, deal: Deal): Step {
  const account = deal.accounts?.[0]?.name ?? "collections";
  const reserve = deal.accounts?.find((one) => one.target !== undefined)?.name ?? account;
  const bonds = deal.bonds.slice(0, 1).map((bond) => bond.name);
  const last = deal.bonds.at(-1)?.name ?? "";
  return { action: newAction(kind, { deal, account, reserve, bonds, last }) };
}

interface Names {
  deal: Deal;
  account: string;
  reserve: string;
  bonds: string[];
  last: string;
}

function newAction(kind: ActionKind, { deal, account, reserve, bonds, last }: Names): Action {
  switch (kind) {
    case "collect":
      return {
        do: kind,
        sources: ["interest", "principal", "prepayment", "recovery"],
        into: account,
      };
    case "transfer":
      return { do: kind, from: account, into: reserve };
    case "pay_fees":
      return { do: kind, fees: (deal.fees ?? []).map((fee) => fee.name), from: account };
    case "pay_interest":
    case "pay_principal":
      return { do: kind, bonds, from: account };
    case "pay_residual":
      return { do: kind, bond: last, from: account };
    case "fill_reserve":
      return { do: kind, account: reserve, from: account };
    case "release_reserve":
      return { do: kind, account: reserve, into: account };
    case "write_down":
    case "write_up":
      return { do: kind, bonds, amount: "0" };
    case "book":
      return {
        do: kind,
        ledgers: (deal.ledgers ?? []).slice(0, 1).map((one) => one.name),
        side: "debit",
        amount: "pool.loss",
      };
    case "cure":
      return { do: kind, test: deal.tests?.[0]?.name ?? "", bonds, from: account };
    case "buy":
      return { do: kind, from: account };
    case "liquidate":
      return { do: kind, proceeds: "pool.balance", into: account };
    case "fund_bond":
      return { do: kind, bond: last, into: account, amount: "0" };
    case "test_trigger":
      return { do: kind, trigger: deal.triggers?.[0]?.name ?? "" };
    case "set_status":
      return { do: kind, status: "accelerated" };
    case "if":
      // biome-ignore lint/suspicious/noThenProperty: the engine calls the branch so; a list is no promise
      return { do: kind, condition: "pool.factor < 10%", then: [] };
    case "inspect":
      return { do: kind, name: "pool factor", value: "pool.factor" };
  }
}

/** The steps in order, with those inside an if after it. */
export function flatSteps(
  steps: readonly Step[],
  base: string,
  depth = 0,
): { pointer: string; step: Step; depth: number; branch?: "then" | "otherwise" }[] {
  return steps.flatMap((step, index) => {
    const pointer = `${base}/${index}`;
    const inner =
      step.action.do === "if"
        ? [
            ...flatSteps(step.action.then, `${pointer}/action/then`, depth + 1).map((one) => ({
              ...one,
              branch: one.branch ?? ("then" as const),
            })),
            ...flatSteps(step.action.otherwise ?? [], `${pointer}/action/otherwise`, depth + 1).map(
              (one) => ({ ...one, branch: one.branch ?? ("otherwise" as const) }),
            ),
          ]
        : [];
    return [{ pointer, step, depth }, ...inner];
  });
}

/**
 * Moves a step before another place, also from list to list. A step cannot be moved into itself.
 * The answer says where it stands now.
 */
export function moveStep(
  deal: Deal,
  from: string,
  list: string,
  index: number,
): { deal: Deal; pointer: string } {
  const step = readAt(deal, from);
  const [source, place] = placeOf(from);
  if (step === undefined || isWithin(list, from)) {
    return { deal, pointer: from };
  }
  if (source === list) {
    const at = index > place ? index - 1 : index;
    const next = insertAt(removeAt(deal, from), list, at, step);
    return { deal: at === place ? deal : next, pointer: `${list}/${at}` };
  }
  // The target list may stand behind the step in its own list: its address then moves up by one.
  const target = shifted(list, source, place);
  return {
    deal: insertAt(removeAt(deal, from), target, index, step),
    pointer: `${target}/${index}`,
  };
}

function shifted(list: string, source: string, removed: number): string {
  if (!list.startsWith(`${source}/`)) {
    return list;
  }
  const [at = "", ...rest] = list.slice(source.length + 1).split("/");
  const index = Number(at);
  return index > removed ? [source, index - 1, ...rest].join("/") : list;
}

/** One place up or down in the same list. */
export function nudgeStep(
  deal: Deal,
  pointer: string,
  by: -1 | 1,
): { deal: Deal; pointer: string } {
  const [list, index] = placeOf(pointer);
  const items = readAt(deal, list);
  const to = index + by;
  if (!Array.isArray(items) || to < 0 || to >= items.length) {
    return { deal, pointer };
  }
  return moveStep(deal, pointer, list, by === 1 ? to + 1 : to);
}
