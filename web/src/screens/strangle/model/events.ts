/**
 * The append-only log of a session in words. What repeats without news (orders on their way, extremes
 * without a new level, passes that agree) is left out; a fact this console does not know is shown by
 * its name.
 */
import { formatAmount, formatCount, formatNumber } from "@/format/numbers";
import type { EventLevel, SessionEvent } from "../api/records";
import { reasonWords, sentence, signedPercent, stateWords } from "./words";

export interface EventWords {
  title: string;
  text: string;
  level: EventLevel;
}

export interface EventRow extends EventWords {
  seq: number;
  at: string;
}

type Payload = Record<string, unknown>;

function inside(payload: unknown, ...way: string[]): unknown {
  let value = payload;
  for (const name of way) {
    value = typeof value === "object" && value !== null ? (value as Payload)[name] : undefined;
  }
  return value;
}
const words = (payload: unknown, ...way: string[]): string => {
  const value = inside(payload, ...way);
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
};
const figure = (payload: unknown, ...way: string[]): number | null => {
  const value = inside(payload, ...way);
  const read = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
};
const count = (value: number | null) => (value === null ? "" : formatCount(value));
const priced = (value: number | null) =>
  value === null ? "" : formatNumber(value, Number.isInteger(value * 10) ? 1 : 2);
const money = (value: number | null) => (value === null ? "" : formatAmount(value));
const percent = (value: number | null) =>
  value === null ? "" : signedPercent(value, Number.isInteger(value) ? 0 : 1);
/** Who asked; an internal number says nothing to a reader. */
const by = (payload: unknown) => {
  const who = words(payload, "by");
  return who === "" ? "" : who.startsWith("user_") ? "by a person" : `by ${who}`;
};
const list = (...parts: string[]) => parts.filter((part) => part !== "").join(", ");
const part = (before: string, value: string, after = "") =>
  value === "" ? "" : `${before}${value}${after}`;

/** The legs by their place in the session, as they were chosen. */
const LEGS = ["Call", "Put"];

/** The states that no other fact tells of. */
const TOLD_STATES = new Set(["reconciling", "waiting", "unresolved", "halted", "entry_aborted"]);

/** What earlier facts said and later ones refer to. */
interface Memory {
  orders: Map<string, string>;
  level: number | null;
}

type Reader = (payload: Payload, memory: Memory) => EventWords | null;

const row = (level: EventLevel, title: string, text = ""): EventWords => ({ level, title, text });
const nothing: Reader = () => null;
const legOf = (payload: Payload) => LEGS[figure(payload, "leg") ?? -1] ?? "Leg";

const READERS: Record<string, Reader> = {
  session_created: (one) => row("act", "Session created", words(one, "spec", "profile", "name")),
  state_changed: (one) => {
    const to = words(one, "to");
    if (!TOLD_STATES.has(to)) {
      return null;
    }
    const level = to === "unresolved" || to === "halted" ? "bad" : "info";
    const why = words(one, "why");
    return row(level, stateWords({ state: to as never, status: "live" }).word, whyText(why));
  },
  selected: (one) =>
    row(
      "info",
      "Strikes selected",
      list(
        part("call ", count(figure(one, "selection", "call", "contract", "strike"))),
        part("put ", count(figure(one, "selection", "put", "contract", "strike"))),
      ),
    ),
  not_selected: (one) =>
    row("warn", "Nothing could be chosen", whyText(words(one, "refusal", "code"))),
  leg_adopted: (one) =>
    row(
      "act",
      "Leg taken over",
      list(words(one, "contract", "symbol"), count(figure(one, "size"))),
    ),
  balanced: (one) => balanced(one),
  intent_planned: (one, memory) => planned(one, memory),
  intent_sending: nothing,
  intent_cancel_requested: nothing,
  intent_abandoned: nothing,
  commission_known: nothing,
  intent_reported: (one, memory) => {
    const state = words(one, "state");
    const name = memory.orders.get(words(one, "client_order_id")) ?? "Order";
    return state === "cancelled"
      ? row("info", `${name} cancelled`, part("", count(figure(one, "filled")), " filled"))
      : null;
  },
  intent_rejected: (one, memory) =>
    row(
      "bad",
      `${orderName(one, memory)} refused`,
      list(words(one, "code"), words(one, "message")),
    ),
  intent_unknown: (one, memory) =>
    row("bad", `${orderName(one, memory)}: outcome unknown`, words(one, "error")),
  intent_not_accepted: (one, memory) =>
    row("info", `${orderName(one, memory)} never arrived`, "proven; the next attempt may go"),
  fill_recorded: (one) =>
    row(
      "good",
      `${legOf(one)} ${words(one, "fill", "side") === "buy" ? "bought back" : "sold"}`,
      list(
        count(figure(one, "fill", "size")),
        part("at ", priced(figure(one, "fill", "price"))),
        inside(one, "estimated") === true ? "price estimated" : "",
      ),
    ),
  went_live: (one) =>
    row(
      "good",
      "Both legs open",
      list(
        part("basis ", money(figure(one, "basis"))),
        part("", count(figure(one, "size")), " a leg"),
      ),
    ),
  extremes_moved: (one, memory) => {
    const level = levelOf(one);
    if (level === null || level === memory.level) {
      return null;
    }
    const armed = memory.level === null;
    memory.level = level;
    const peak = figure(one, "extremes", "max_profit_pct") ?? figure(one, "extremes", "peak_pct");
    return row(
      "act",
      armed ? `Trailing stop armed at ${percent(level)}` : `Trailing level ${percent(level)}`,
      part("peak ", percent(peak)),
    );
  },
  exit_decided: (one) =>
    row(
      "act",
      `Exit: ${reasonWords(words(one, "reason")).toLowerCase()}`,
      list(part("net ", percent(figure(one, "net_pct"))), by(one)),
    ),
  panic_requested: (one) => row("act", "Panic close asked", by(one)),
  leg_close_requested: (one) =>
    row(
      "act",
      `${legOf(one)} close asked`,
      list(count(figure(one, "size")), part("limit ", priced(figure(one, "limit_price"))), by(one)),
    ),
  leg_close_ended: (one) =>
    row("info", `${legOf(one)} close ended`, part("", count(figure(one, "closed")), " closed")),
  leg_closed: (one) =>
    row("good", `${legOf(one)} closed`, evidence(words(one, "evidence", "evidence"))),
  foreign_position: (one) =>
    row(
      "warn",
      "Foreign position",
      list(words(one, "symbol"), part("", count(figure(one, "size"))), "left untouched"),
    ),
  reconciled: (one) => reconciled(one),
  hands_off: (one) =>
    row("warn", inside(one, "on") === true ? "Hands off" : "Hands on again", by(one)),
  entries_paused: (one) =>
    row("act", inside(one, "on") === true ? "Entries paused" : "Entries on again", by(one)),
  profile_tightened: (one) => row("act", "Limits tightened", by(one)),
  alert: (one) => {
    const severity = words(one, "severity");
    const level = severity === "critical" ? "bad" : severity === "info" ? "info" : "warn";
    return row(level, sentence(words(one, "code")), words(one, "message"));
  },
  alert_cleared: (one) => row("good", `${sentence(words(one, "code"))}: over`),
  session_closed: (one) =>
    row(
      "act",
      "Session closed",
      list(
        reasonWords(words(one, "summary", "exit_reason")).toLowerCase(),
        part("net ", money(figure(one, "summary", "net"))),
      ),
    ),
};

const levelOf = (payload: unknown) =>
  figure(payload, "extremes", "level_pct") ?? figure(payload, "extremes", "trailing_level_pct");

const orderName = (payload: Payload, memory: Memory) =>
  memory.orders.get(words(payload, "client_order_id")) ?? "Order";

function planned(payload: Payload, memory: Memory): EventWords {
  const option = words(payload, "plan", "option");
  const leg =
    option === "" ? (LEGS[figure(payload, "plan", "leg") ?? -1] ?? "Leg") : sentence(option);
  const purpose = words(payload, "plan", "purpose");
  const attempt = words(payload, "plan", "attempt");
  const name = `${leg} ${purpose} ${attempt}`.replaceAll("  ", " ").trim();
  memory.orders.set(words(payload, "plan", "order", "client_order_id"), name);
  const price = figure(payload, "plan", "order", "kind", "price");
  return row(
    "info",
    name,
    list(
      count(figure(payload, "plan", "order", "size")),
      price === null ? "market" : `limit ${priced(price)}`,
    ),
  );
}

function balanced(payload: Payload): EventWords | null {
  const action = words(payload, "action", "action");
  const size = count(figure(payload, "action", "size"));
  const leg = words(payload, "action", "leg");
  if (action === "top_up") {
    return row("warn", "Legs differ: selling more", list(leg, size));
  }
  if (action === "unwind") {
    return row("warn", "Legs differ: buying back", list(leg, size));
  }
  return action === "abort" ? row("warn", "Entry given up", "nothing is open") : null;
}

function reconciled(payload: Payload): EventWords | null {
  const differences = inside(payload, "differences");
  const found = Array.isArray(differences) ? differences.length : 0;
  if (found > 0) {
    const symbols = (differences as unknown[]).map((one) => words(one, "symbol")).join(", ");
    return row("bad", "Ledger and exchange differ", symbols);
  }
  const trigger = words(payload, "trigger");
  return trigger === "startup" || trigger === "command"
    ? row("info", "Reconciled", "ledger and exchange agree")
    : null;
}

function evidence(name: string): string {
  const said: Record<string, string> = {
    fills: "every contract bought back",
    settlement: "settled by the exchange",
    zero_twice: "the exchange showed no position twice",
    never_opened: "it never opened",
  };
  return said[name] ?? whyText(name);
}

const whyText = (name: string) => name.replaceAll("_", " ");

/** Names that tell trouble, for facts without words of their own. */
const TROUBLE = /fail|error|unresolved|critical|unknown|abort|lost|foreign|refused|rejected/;
const CAUTION = /stale|warn|degraded|retry|timeout|reconnect|gap|partial/;

/** The rows of a log in order; `null` for what is no news. */
export function feedOf(events: readonly SessionEvent[]): EventRow[] {
  const memory: Memory = { orders: new Map(), level: null };
  const rows: EventRow[] = [];
  for (const event of events) {
    const payload = event.payload ?? {};
    const reader = READERS[event.type];
    const said = reader === undefined ? unknownWords(event) : reader(payload, memory);
    if (said !== null) {
      rows.push({ ...said, seq: event.seq, at: event.at });
    }
  }
  return rows;
}

function unknownWords(event: SessionEvent): EventWords {
  const level = TROUBLE.test(event.type) ? "bad" : CAUTION.test(event.type) ? "warn" : "info";
  const said = words(event.payload, "message") || words(event.payload, "reason");
  return row(level, sentence(event.type), said);
}

export interface LevelStep {
  at: number;
  level: number;
}

/** When the trailing level moved, for the path chart. */
export function levelSteps(events: readonly SessionEvent[]): LevelStep[] {
  const steps: LevelStep[] = [];
  for (const event of events) {
    const level = event.type === "extremes_moved" ? levelOf(event.payload) : null;
    if (level !== null && level !== steps.at(-1)?.level) {
      steps.push({ at: Date.parse(event.at), level });
    }
  }
  return steps;
}
