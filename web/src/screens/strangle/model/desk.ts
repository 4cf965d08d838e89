/** What the desk shows first: countdown, banners with their next step, words of the risk state. */
import { counted } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import type { BannerTone } from "@/ui/Banner";
import type { ChipTone } from "@/ui/Marks";
import type { Profile, TrailingRule } from "../api/records";
import type { Alert, Attempt, EntryLeg, Runtime, TradingState } from "../api/types";
import { lossShare } from "./limits";
import { reasonWords } from "./words";

export interface Countdown {
  title: string;
  at: string;
  /** Milliseconds; never negative. */
  left: number;
  /** Of the way, 0 to 1. */
  share: number;
  entry: boolean;
}

const BEFORE_ENTRY = new Set(["created", "reconciling", "waiting"]);

/** The next thing the schedule does; `elapsed` is the age of the snapshot in milliseconds. */
export function countdownOf(runtime: Runtime, elapsed: number): Countdown | null {
  const { schedule } = runtime;
  if (!runtime.active) {
    return null;
  }
  const left = (seconds: number) => Math.max(0, seconds * 1_000 - Math.max(0, elapsed));
  const { scheduled_entry_at: entryAt, time_to_entry_seconds: toEntry } = schedule;
  if (entryAt !== null && toEntry !== null && BEFORE_ENTRY.has(runtime.state ?? "")) {
    const wait = left(toEntry);
    return {
      title: "Entry in",
      at: entryAt,
      left: wait,
      share: 1 - Math.min(1, wait / 86_400_000),
      entry: true,
    };
  }
  if (schedule.time_to_exit_seconds === null || schedule.planned_exit_at === null) {
    return null;
  }
  const wait = left(schedule.time_to_exit_seconds);
  const whole = Date.parse(schedule.planned_exit_at) - Date.parse(entryAt ?? "");
  return {
    title: "Time exit in",
    at: schedule.planned_exit_at,
    left: wait,
    share: whole > 0 ? Math.min(1, Math.max(0, 1 - wait / whole)) : 0,
    entry: false,
  };
}

export function tradingWords(state: TradingState): { word: string; tone: ChipTone } {
  const words: Record<TradingState, { word: string; tone: ChipTone }> = {
    active: { word: "Trading active", tone: "ok" },
    reducing: { word: "Entries paused", tone: "warn" },
    halted: { word: "Halted", tone: "bad" },
  };
  return words[state] ?? words.halted;
}

const SEVERITIES = ["critical", "warning", "info"];

/** The alerts that stand, the worst first. */
export function sortedAlerts(runtime: Runtime): Alert[] {
  return [...runtime.alerts].sort(
    (left, right) =>
      SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
      left.at.localeCompare(right.at),
  );
}

export const worstAlert = (runtime: Runtime): Alert | undefined => sortedAlerts(runtime)[0];

/** Net P&L if everything open were bought back at the ask now, before the fees of that. */
export function closingResult(runtime: Runtime): number | null {
  let result = runtime.totals.total_pnl;
  for (const position of runtime.positions) {
    const open = Math.abs(position.open_quantity);
    if (open > 0) {
      if (position.best_ask === null || position.mark_price === null) {
        return null;
      }
      result -= (position.best_ask - position.mark_price) * open * position.contract_size;
    }
  }
  return result;
}

/** The rung that the peak has not reached yet. */
export function nextRung(profile: Profile | undefined, peak: number): TrailingRule | null {
  const rules = profile?.trailing_rules;
  if (!Array.isArray(rules)) {
    return null;
  }
  return (
    [...rules]
      .sort((left, right) => left.trigger_pct - right.trigger_pct)
      .find((rule) => rule.trigger_pct > peak) ?? null
  );
}

export interface DeskBanner {
  id: string;
  tone: BannerTone;
  title: string;
  text: string;
  /** What the reader can do about it here. */
  act?: { text: string; to: string };
  plug?: boolean;
  reconnect?: boolean;
}

export interface Surroundings {
  /** Milliseconds since the snapshot when that is too long. */
  staleAge: number | null;
  streamLost: { since: string } | null;
  /** Reading the desk fails too. */
  silent: boolean;
  /** False where a hero says the worst of an unresolved session itself. */
  full: boolean;
}

const RISK = { text: "Open risk & reconciliation", to: "/strangle/risk" };

/** What is wrong, what the engine does about it, and the next step; the worst first. */
export function bannersOf(
  runtime: Runtime,
  { staleAge, streamLost, silent, full }: Surroundings,
): DeskBanner[] {
  const banners: DeskBanner[] = [];
  const { risk, data_quality: data, reconciliation } = runtime;
  if (runtime.state === "halted" || risk.trading_state === "halted") {
    banners.push({
      id: "halted",
      tone: "bad",
      title: "Trading is halted.",
      text: "No entry is sent; exits still work and open legs stay watched.",
      act: RISK,
    });
  }
  for (const alert of sortedAlerts(runtime)) {
    if (full || runtime.state !== "unresolved" || alert !== worstAlert(runtime)) {
      banners.push({
        id: `alert:${alert.code}`,
        tone:
          alert.severity === "critical" ? "bad" : alert.severity === "warning" ? "warn" : "info",
        title: sentenceOf(alert.message),
        text: ALERT_NEXT[alert.code] ?? "",
        act: alert.severity === "critical" ? RISK : undefined,
      });
    }
  }
  if (staleAge !== null) {
    banners.push({
      id: "stale",
      tone: "warn",
      title: `These figures are ${formatDuration(staleAge)} old.`,
      text: "The engine sent no newer snapshot. Its own rules go on where it runs.",
    });
  }
  if (streamLost !== null) {
    banners.push({
      id: "stream",
      tone: "warn",
      title: `Stream lost since ${streamLost.since}.`,
      text: silent
        ? "The server does not answer; these figures are the last it sent. The engine's rules go on where it runs."
        : "Figures are read every 4 s meanwhile; the engine is not affected.",
      plug: true,
      reconnect: true,
    });
  }
  const said = new Set(runtime.alerts.map((alert) => alert.code));
  if (data.stale.length > 0 && !said.has("quotes_stale") && !said.has("stale_quotes")) {
    banners.push({
      id: "quotes",
      tone: "warn",
      title: "Quotes are stale.",
      text: `${data.stale.join(", ")}${data.rest_fallback ? ", marks come by REST" : ""}. No new entry is sent on stale quotes; limits are checked on the last mark.`,
    });
  } else if (!data.ws_connected && runtime.active) {
    banners.push({
      id: "feed",
      tone: "warn",
      title: "The market feed is down.",
      text: "Marks come by REST until it is back.",
    });
  }
  if (reconciliation.differences > 0 && runtime.state !== "unresolved") {
    banners.push({
      id: "differences",
      tone: "warn",
      title: `${counted(reconciliation.differences, "difference")} between ledger and exchange.`,
      text: "The next pass decides; nothing is sold twice meanwhile.",
      act: RISK,
    });
  }
  const warning = lossWarning(runtime);
  if (warning !== null) {
    banners.push(warning);
  }
  if (runtime.state === "entry_aborted") {
    banners.push({
      id: "aborted",
      tone: "warn",
      title: "The entry was aborted; nothing is open.",
      text: sentenceOf(reasonWords(runtime.entry.reason ?? runtime.exit_reason)),
    });
  }
  if (runtime.mode_reason !== null && runtime.environment !== "sim") {
    banners.push({
      id: "mode",
      tone: "info",
      title: "No order can leave:",
      text: `${reasonWords(runtime.mode_reason).toLowerCase()}.`,
    });
  }
  return banners;
}

const ALERT_NEXT: Record<string, string> = {
  engine_silent: "Open legs are not watched now. Start a process that trades, or close by hand.",
  exit_slow: "Exit orders go on at market with growing pauses until the legs are closed.",
  intent_unknown: "Its leg gets no new order until the outcome is proven.",
  foreign_position: "It is left untouched; this desk's own legs go on.",
  external_close: "The ledger follows the exchange; the result of that part is an estimate.",
};

function lossWarning(runtime: Runtime): DeskBanner | null {
  const limit = runtime.limits.max_loss_pct;
  const now = runtime.totals.total_pnl_pct;
  const open = runtime.positions.some((position) => position.open_quantity !== 0);
  if (limit === null || !open || lossShare(now, limit) < 0.7) {
    return null;
  }
  return {
    id: "loss",
    tone: "warn",
    title: `The loss is at ${Math.round(lossShare(now, limit) * 100)} % of its limit.`,
    text: `At ${limit} % of the basis both legs are bought back at once.`,
  };
}

/** A sentence ends with a full stop. */
export function sentenceOf(text: string): string {
  const bare = text.trim();
  if (bare === "") {
    return "";
  }
  const upper = bare.charAt(0).toUpperCase() + bare.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

const ENDED = new Set(["filled", "cancelled", "rejected", "not_accepted", "abandoned"]);

/** The orders that are not at their end yet, with their legs. */
export function inFlight(runtime: Runtime): { leg: EntryLeg; attempt: Attempt }[] {
  return runtime.entry.legs.flatMap((leg) =>
    leg.attempts
      .filter((attempt) => !ENDED.has(attempt.status))
      .map((attempt) => ({ leg, attempt })),
  );
}
