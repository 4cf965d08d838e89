/** Profiles in words: for the table, the history, a conflict. */
import { counted, formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import type { ProfileFields } from "../../api/records";
import { plainPercent } from "../../model/words";
import { isoOfExpiry, sessionMinutes, utcText, windowOf } from "./clock";
import type { FieldName } from "./fields";
import { trailingOf } from "./trailing";

/** Exact text without zeros at its end: "150.50" is "150.5". */
export function premium(text: string | null): string {
  if (text === null) {
    return "none";
  }
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A figure with as many digits as it has, at most `most`. */
export const figure = (value: number, most = 4) =>
  formatNumber(value, Math.min(most, (String(value).split(".")[1] ?? "").length));

const delta = (value: number) =>
  formatNumber(value, Math.max(2, figure(value).split(".")[1]?.length ?? 0));

/** "Delta 0.10 to 0.15, highest". */
export function strikeWords(profile: ProfileFields): string {
  if (profile.strike_selection_mode === "delta") {
    const pick = profile.delta_pick === "highest" ? "highest" : "nearest to the middle";
    return `Delta ${delta(profile.delta_range_low)} to ${delta(profile.delta_range_high)}, ${pick}`;
  }
  const range = (low: string | null, high: string | null) =>
    low === high ? premium(low) : `${premium(low)}\u2013${premium(high)}`;
  const call = range(profile.call_option_price_min, profile.call_option_price_max);
  const put = range(profile.put_option_price_min, profile.put_option_price_max);
  const both = call === put ? `Premium ${call}` : `Call ${call}, put ${put}`;
  return `${both} USD${profile.price_fallback === "nearest" ? ", or nearest" : ""}`;
}

/** "Auto, 24 h ahead" or the day. */
export function expiryWords(profile: ProfileFields): string {
  if (profile.expiry_date === null) {
    return `Auto, ${figure(profile.expiry_buffer_hours)} h ahead`;
  }
  const iso = isoOfExpiry(profile.expiry_date);
  return iso === null ? profile.expiry_date : formatDate(iso);
}

/** "09:30 to 15:20", and whether the exit is on the next day. */
export function scheduleWords(profile: ProfileFields): string {
  const { trade_time_ist: entry, exit_time_ist: exit } = profile;
  return `${entry} to ${exit}${exit < entry ? ", +1 d" : ""}`;
}

/** "04:00 to 09:50 UTC". */
export function scheduleUtc(profile: ProfileFields): string {
  const part = (time: string) => utcText(time).replace(/ UTC.*/, "");
  return `${part(profile.trade_time_ist)} to ${part(profile.exit_time_ist)} UTC`;
}

/** "5 h 50 min". */
export function lengthWords(profile: ProfileFields): string | null {
  const minutes = sessionMinutes(profile.trade_time_ist, profile.exit_time_ist);
  if (minutes === null) {
    return null;
  }
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? `${hours} h` : "", rest > 0 ? `${rest} min` : ""].filter(Boolean).join(" ");
}

export const CHOICES = {
  strike_selection_mode: { delta: "Delta", price: "Premium" },
  delta_pick: { highest: "The highest", nearest_center: "Nearest to the middle" },
  price_fallback: { strict: "Sell nothing", nearest: "Take the nearest" },
  limits_basis: {
    premium: "Premium",
    margin: "Margin at entry",
    equity: "Balance at entry",
  },
  recurrence: { once: "Never", daily: "Every day", weekdays: "Monday to Friday" },
  limit_price_policy: { touch: "Best bid", mid: "Middle", ladder: "Middle, then lower" },
  entry_market_fallback: {
    collared_ioc: "At once, limited",
    market: "Market order",
    none: "Give up",
  },
  balance_policy: { top_up: "Sell the difference", unwind_excess: "Buy back the excess" },
} as const;

export function lateWords(policy: string): string {
  const minutes = windowOf(policy);
  if (minutes !== null) {
    return `Enter up to ${counted(minutes, "minute")} late`;
  }
  return policy === "skip" ? "Wait for the next day" : "Enter at once";
}

export function trailingWords(stored: ProfileFields["trailing_rules"]): string {
  const plan = trailingOf(stored);
  if (plan.kind === "ladder") {
    return plan.rules.length === 0
      ? "no rule"
      : plan.rules
          .map((rule) => `${figure(rule.trigger_pct)} \u2192 ${figure(rule.lock_pct)}`)
          .join(", ");
  }
  const from = `from ${plainPercent(plan.start_pct, 0)}`;
  return plan.kind === "distance"
    ? `${figure(plan.distance_pct)} pt below the peak, ${from}`
    : `${plainPercent(plan.fraction * 100, 0)} of the peak, ${from}`;
}

const UNITS: Partial<Record<FieldName, string>> = {
  expiry_buffer_hours: " h",
  max_expiry_slip_days: " days",
  expiry_guard_minutes: " min",
  max_loss_pct: "\u202f%",
  max_profit_pct: "\u202f%",
  max_spread_pct: "\u202f%",
  max_slippage_pct: "\u202f%",
  leg_stop_multiple: " \u00d7 entry",
  confirm_samples: " in a row",
  blind_exit_after_seconds: " s",
  entry_deadline_seconds: " s",
  trade_time_ist: " IST",
  exit_time_ist: " IST",
  call_option_price_min: " USD",
  call_option_price_max: " USD",
  put_option_price_min: " USD",
  put_option_price_max: " USD",
};

/** One value of a profile as text, with its unit. */
export function valueWords(name: FieldName, profile: ProfileFields): string {
  const value = profile[name];
  if (name === "trailing_rules") {
    return trailingWords(profile.trailing_rules);
  }
  if (name === "late_entry_policy") {
    return lateWords(profile.late_entry_policy);
  }
  if (name === "expiry_date") {
    return profile.expiry_date === null ? "Auto" : expiryWords(profile);
  }
  if (name === "max_profit_pct" && value === 0) {
    return "off";
  }
  if (name in CHOICES) {
    const words: Record<string, string> = CHOICES[name as keyof typeof CHOICES];
    return words[String(value)] ?? String(value);
  }
  if (value === null || value === undefined) {
    return name === "contract_size" ? "as the exchange says" : "off";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "none" : (value as string[]).map(formatDate).join(", ");
  }
  if (typeof value === "boolean") {
    return value ? "on" : "off";
  }
  const text =
    typeof value === "number"
      ? figure(value)
      : name.includes("price")
        ? premium(String(value))
        : String(value);
  return `${text}${UNITS[name] ?? ""}`;
}

const REASONS: Record<string, string> = {
  not_operational: "not traded now",
  foreign_position: "held by hand",
  bad_quote: "quote makes no sense",
  price_outside_range: "premium outside the range",
  stale_quote: "quote too old",
  bid_too_small: "bid smaller than the order",
  position_limit: "above the position limit",
  no_delta: "delta not known",
  not_best: "another fits better",
};

/** Why a contract was not taken. */
export const missWords = (reason: string) => REASONS[reason] ?? reason.replaceAll("_", " ");
