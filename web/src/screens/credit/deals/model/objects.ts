/** The objects of a deal: what there is, how a new one looks, who names whom. */
import type { Bond, Deal, Fee, Status, Step } from "../api/structure";
import { insertAt, pointerOf, readAt, removeAt, writeAt } from "./pointer";
import { AMORTIZING, stepWords } from "./steps";

export type Section =
  | "dates"
  | "pools"
  | "accounts"
  | "ledgers"
  | "fees"
  | "bonds"
  | "variables"
  | "triggers"
  | "tests"
  | "calls"
  | "waterfalls";

export interface SectionLook {
  id: Section;
  title: string;
  /** One of them, in words. */
  one: string;
  /** What belongs here. */
  purpose: string;
}

export const SECTIONS: readonly SectionLook[] = [
  { id: "dates", title: "Dates", one: "dates", purpose: "When collections end and payments fall" },
  { id: "pools", title: "Pools", one: "pool", purpose: "The collateral that a run hands over" },
  { id: "accounts", title: "Accounts", one: "account", purpose: "Where cash lies" },
  { id: "fees", title: "Fees", one: "fee", purpose: "What the deal costs" },
  { id: "bonds", title: "Bonds", one: "bond", purpose: "What the deal issued, senior first" },
  {
    id: "ledgers",
    title: "Ledgers",
    one: "ledger",
    purpose: "Amounts remembered that are not cash",
  },
  { id: "variables", title: "Variables", one: "variable", purpose: "Named formulas" },
  { id: "triggers", title: "Triggers", one: "trigger", purpose: "What changes the deal" },
  { id: "tests", title: "Tests", one: "test", purpose: "Coverage of classes" },
  { id: "calls", title: "Calls", one: "call", purpose: "Options to end the deal early" },
  {
    id: "waterfalls",
    title: "Waterfalls",
    one: "waterfall",
    purpose: "Who is paid in which order",
  },
];

export const sectionLook = (id: Section): SectionLook =>
  SECTIONS.find((one) => one.id === id) ?? (SECTIONS[0] as SectionLook);

export const STATUS_WORDS: Record<Status, string> = {
  revolving: "Revolving",
  amortizing: "Amortizing",
  early_amortization: "Early amortization",
  accelerated: "Accelerated",
  defaulted: "Defaulted",
  called: "Called",
};

export const STATUSES = Object.keys(STATUS_WORDS) as Status[];

type Listed = Exclude<Section, "dates">;
type Named = { name: string };

const itemsOf = (deal: Deal, section: Listed): readonly (Named | { status: Status })[] =>
  deal[section] ?? [];

export const titleOf = (item: Named | { status: Status }): string =>
  "status" in item ? STATUS_WORDS[item.status] : item.name;

export interface TreeNode {
  pointer: string;
  title: string;
  note?: string;
}

/** What stands under a section in the tree. */
export function nodesOf(deal: Deal, section: Section): TreeNode[] {
  if (section === "dates") {
    return [];
  }
  return itemsOf(deal, section).map((item, index) => ({
    pointer: pointerOf([section, index]),
    title: titleOf(item),
  }));
}

export const namesIn = (deal: Deal, section: Listed): string[] =>
  itemsOf(deal, section).flatMap((item) => ("name" in item ? [item.name] : []));

/** A name that no other item of the section has: "C", "fee 2". */
export function freeName(taken: readonly string[], wanted: string): string {
  if (!taken.includes(wanted)) {
    return wanted;
  }
  if (/^[A-Z]$/.test(wanted)) {
    const letter = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((one) => !taken.includes(one));
    if (letter !== undefined) {
      return letter;
    }
  }
  let count = 2;
  while (taken.includes(`${wanted} ${count}`)) {
    count += 1;
  }
  return `${wanted} ${count}`;
}

/** The deal with one more object, and where it stands. */
export function addObject(deal: Deal, section: Listed): { deal: Deal; pointer: string } {
  const count = itemsOf(deal, section).length;
  return {
    deal: insertAt(deal, `/${section}`, count, newObject(deal, section)),
    pointer: pointerOf([section, count]),
  };
}

function newObject(deal: Deal, section: Listed): unknown {
  const name = (wanted: string) => freeName(namesIn(deal, section), wanted);
  const account = deal.accounts?.[0]?.name ?? "collections";
  switch (section) {
    case "pools":
      return { name: name("pool") };
    case "accounts":
      return { name: name("account"), balance: 0 };
    case "ledgers":
      return { name: name("ledger"), balance: 0 };
    case "fees":
      return { name: name("fee"), kind: { type: "fixed", amount: 0 } } satisfies Fee;
    case "bonds":
      return {
        name: name("A"),
        original_balance: 0,
        coupon: { type: "fixed", rate: 0.05 },
        kind: { type: "ordinary" },
      } satisfies Bond;
    case "variables":
      return { name: name("variable"), value: "0" };
    case "triggers":
      return {
        name: name("trigger"),
        measure: "pool.cum_net_loss / pool.original_balance",
        comparison: ">",
        threshold: "5%",
        effects: [{ type: "status", status: "early_amortization" }],
      };
    case "tests":
      return {
        name: name("test"),
        kind: { type: "overcollateralization" },
        bonds: deal.bonds.slice(0, 1).map((bond) => bond.name),
        threshold: "110%",
      };
    case "calls":
      return { name: name("clean-up"), when: "pool.factor < 10%" };
    case "waterfalls": {
      const taken = deal.waterfalls.map((one) => one.status);
      const status = STATUSES.find((one) => !taken.includes(one)) ?? AMORTIZING;
      return {
        status,
        steps: [
          {
            action: {
              do: "collect",
              sources: ["interest", "principal", "prepayment", "recovery"],
              into: account,
            },
          },
        ] satisfies Step[],
      };
    }
  }
}

/** Names in steps and parts, by the member that holds them. */
const MEMBERS: Record<string, readonly Listed[]> = {
  from: ["accounts"],
  into: ["accounts"],
  account: ["accounts"],
  support: ["accounts"],
  bond: ["bonds"],
  bonds: ["bonds"],
  fees: ["fees"],
  ledgers: ["ledgers"],
  trigger: ["triggers"],
  test: ["tests"],
  pool: ["pools"],
};

/** The functions of the formula language that take names, by section. */
const CALLS: Partial<Record<Listed, readonly string[]>> = {
  pools: ["pool"],
  accounts: ["account"],
  ledgers: ["ledger"],
  fees: ["fee"],
  bonds: ["bond", "bonds", "oc", "ic"],
  triggers: ["trigger"],
  tests: ["test"],
};

/** Members of the structure that hold formulas. */
export const FORMULAS = new Set([
  "target",
  "earns",
  "cap",
  "base",
  "value",
  "measure",
  "threshold",
  "numerator",
  "when",
  "price",
  "limit",
  "keep",
  "share",
  "amount",
  "proceeds",
  "condition",
  "rate",
  "rate_cap",
  "notional",
]);

/** A formula with one name replaced by another. */
export function renameInFormula(
  text: string,
  section: Listed,
  before: string,
  after: string,
): string {
  if (section === "variables") {
    const written = /^[A-Za-z_]\w*$/.test(after) ? after : `variable("${after}")`;
    const bare = new RegExp(`(?<![\\w."])${escaped(before)}(?![\\w("])`, "g");
    return text.replaceAll(`variable("${before}")`, () => written).replace(bare, () => written);
  }
  const calls = CALLS[section];
  if (calls === undefined) {
    return text;
  }
  const call = new RegExp(`\\b(${calls.join("|")})(\\s*\\()([^()]*)\\)`, "g");
  return text.replace(call, (_, name: string, open: string, inner: string) => {
    const renamed = inner.replaceAll(`"${before}"`, () => `"${after}"`);
    return `${name}${open}${renamed})`;
  });
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

type Visit = (text: string, pointer: string, member: string) => string;

/** Rebuilds a structure with every text passed through `visit`. */
function mapTexts(node: unknown, pointer: string, member: string, visit: Visit): unknown {
  if (typeof node === "string") {
    return visit(node, pointer, member);
  }
  if (Array.isArray(node)) {
    return node.map((one, index) => mapTexts(one, `${pointer}/${index}`, member, visit));
  }
  if (typeof node === "object" && node !== null) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        mapTexts(value, `${pointer}/${key}`, key, visit),
      ]),
    );
  }
  return node;
}

/** The name of an object, everywhere it is used. */
export function renameObject(deal: Deal, pointer: string, after: string): Deal {
  const section = pointer.split("/")[1] as Listed;
  const before = (readAt(deal, pointer) as Named).name;
  const renamed = mapTexts(deal, "", "", (text, at, member) => {
    if (at.startsWith(`/${section}/`) && member === "name" && at !== `${pointer}/name`) {
      return text;
    }
    if (MEMBERS[member]?.includes(section) === true && text === before) {
      return after;
    }
    return FORMULAS.has(member) ? renameInFormula(text, section, before, after) : text;
  }) as Deal;
  return writeAt(renamed, `${pointer}/name`, after);
}

/** Where the name of an object is used, as pointers. */
export function usesOf(deal: Deal, pointer: string): string[] {
  const section = pointer.split("/")[1] as Listed;
  const item = readAt(deal, pointer) as Partial<Named> | undefined;
  const name = item?.name;
  if (name === undefined) {
    return [];
  }
  const found: string[] = [];
  mapTexts(deal, "", "", (text, at, member) => {
    const named = MEMBERS[member]?.includes(section) === true && text === name;
    const used =
      FORMULAS.has(member) && renameInFormula(text, section, name, `${name}\u0000`) !== text;
    if (named || used) {
      found.push(at);
    }
    return text;
  });
  return found;
}

export const removeObject = (deal: Deal, pointer: string): Deal => removeAt(deal, pointer);

/** "amortizing, step 3: Pay interest to A", "Trigger cnl" */
export function whereIs(deal: Deal, pointer: string): string {
  const [, section = "", index = "0", ...rest] = pointer.split("/");
  if (section === "waterfalls") {
    const fall = deal.waterfalls[Number(index)];
    const status = fall === undefined ? "" : STATUS_WORDS[fall.status];
    const place = rest[0] === "steps" && rest[1] !== undefined ? Number(rest[1]) : null;
    const step = place === null ? undefined : fall?.steps[place];
    return step === undefined || place === null
      ? status
      : `${status}, step ${place + 1}: ${stepWords(step)}`;
  }
  const look = SECTIONS.find((one) => one.id === section);
  const item = readAt(deal, pointerOf([section, index])) as Partial<Named> | undefined;
  const one = look?.one ?? section;
  const title = one.charAt(0).toUpperCase() + one.slice(1);
  return item?.name === undefined ? title || "Deal" : `${title} ${item.name}`;
}
