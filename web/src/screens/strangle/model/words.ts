/** The words of the desk: states, reasons, prices, times in IST. */
import {
  formatAmount,
  formatDecimal,
  formatNumber,
  formatPercentPoints,
  NOT_COMPUTABLE,
} from "@/format/numbers";
import { formatClock, formatDay, formatDuration, parseInstant } from "@/format/time";
import { type Decimal, decimal, percentPoints } from "@/format/units";
import type { ChipTone, LampState } from "@/ui/Marks";
import type { OptionKind, Runtime } from "../api/types";

export interface StateWords {
  word: string;
  tone: ChipTone;
  lamp: LampState;
}

const STATES: Record<string, StateWords> = {
  created: { word: "Starting", tone: "notice", lamp: "off" },
  reconciling: { word: "Reconciling", tone: "notice", lamp: "degraded" },
  waiting: { word: "Waiting for entry", tone: "notice", lamp: "up" },
  selecting: { word: "Selecting strikes", tone: "notice", lamp: "up" },
  entering: { word: "Entering", tone: "notice", lamp: "up" },
  live: { word: "Live, monitoring", tone: "ok", lamp: "up" },
  exiting: { word: "Exiting", tone: "warn", lamp: "degraded" },
  closed: { word: "Closed", tone: "plain", lamp: "off" },
  entry_aborted: { word: "Entry aborted", tone: "warn", lamp: "off" },
  unresolved: { word: "Unresolved", tone: "bad", lamp: "down" },
  halted: { word: "Halted", tone: "bad", lamp: "down" },
  cooldown: { word: "Closed", tone: "plain", lamp: "off" },
  idle: { word: "No session", tone: "plain", lamp: "off" },
};

/** The state of the desk in one or two words. */
export function stateWords(runtime: Pick<Runtime, "state" | "status">): StateWords {
  const name = runtime.status === "idle" ? "idle" : (runtime.state ?? runtime.status);
  return STATES[name] ?? { word: sentence(name), tone: "plain", lamp: "off" };
}

const REASONS: Record<string, string> = {
  panic_close: "Panic close",
  kill_switch: "Kill switch",
  max_loss: "Max loss",
  leg_stop: "Leg stop",
  max_profit: "Max profit",
  trailing_sl: "Trailing stop",
  time_exit: "Time exit",
  forced_exit: "Forced exit",
  expiry_guard: "Expiry guard",
  settled: "Settled at expiry",
  external_close: "Closed elsewhere",
  entry_aborted: "Entry aborted",
  manual: "Closed by hand",
  missing_credentials: "the keys of the exchange are missing",
  live_trading_disabled: "real orders are switched off",
  auth_failed: "the exchange refused the keys",
  live_order_failed: "a live order failed",
  existing_positions: "positions existed before the session",
};

/** "trailing_sl" becomes "Trailing stop". */
export function reasonWords(reason: string | null | undefined): string {
  return reason ? (REASONS[reason] ?? sentence(reason)) : "";
}

/** "quotes_stale" becomes "Quotes stale". */
export function sentence(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const kindWords = (kind: OptionKind) => (kind === "call" ? "Call" : "Put");

/** The most digits after the point that quoted prices have, at least one: never rounded away. */
export function priceDigits(...quoted: (number | null | undefined)[]): number {
  return quoted.reduce((most: number, one) => {
    const rest = one === null || one === undefined ? "" : (String(one).split(".")[1] ?? "");
    return Math.max(most, Math.min(4, rest.length));
  }, 1);
}

/** A price with the digits of its contract. */
export function price(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? NOT_COMPUTABLE : formatNumber(value, digits);
}

export const strikeText = (strike: number) =>
  formatNumber(strike, Number.isInteger(strike) ? 0 : 1);

/** Digits for modelled money: cents where a whole dollar would hide it. */
export const moneyDigits = (scale: number) => (Math.abs(scale) < 100 ? 2 : 0);

/** Modelled money with its sign, as exact as its size deserves. */
export function roundMoney(value: number | null, scale: number = value ?? 0): string {
  return value === null
    ? NOT_COMPUTABLE
    : formatAmount(value, { digits: moneyDigits(scale), sign: "always" });
}

/** Percent points with their sign: "+31.1 %". */
export function signedPercent(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined
    ? NOT_COMPUTABLE
    : formatPercentPoints(percentPoints(value), digits, "always");
}

/** Percent points without a plus. */
export function plainPercent(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined
    ? NOT_COMPUTABLE
    : formatPercentPoints(percentPoints(value), digits);
}

/** Exact text from the server; a malformed one is shown as missing, never guessed. */
export function exact(text: string | null | undefined): Decimal | null {
  try {
    return text ? decimal(text) : null;
  } catch {
    return null;
  }
}

export function plain(text: string | null | undefined, digits = 2): string {
  const value = exact(text);
  return value === null ? NOT_COMPUTABLE : formatDecimal(value, digits);
}

/** An age that a column of ages can be compared by: "0.4 s", "48 s", "2 min 5 s". */
export function ageText(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  return age < 10_000 ? `${(age / 1_000).toFixed(1)} s` : formatDuration(age);
}

/** "15:20 IST". */
export function istMinute(at: string | null | undefined): string {
  const moment = parseInstant(at);
  return moment === null ? "" : `${formatClock(moment, "IST", "minute")} IST`;
}

/** "19 Jun 17:30 IST". */
export function istDayMinute(at: string | null | undefined, now: Date): string {
  const moment = parseInstant(at);
  return moment === null
    ? ""
    : `${formatDay(moment, "IST", now)} ${formatClock(moment, "IST", "minute")} IST`;
}
