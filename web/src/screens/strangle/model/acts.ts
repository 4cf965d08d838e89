/** What may be done with the desk now; the server says what, this says why not. */
import type { ActionName, Runtime } from "../api/types";

export interface Act {
  on: boolean;
  /** Why not; null when it is on. */
  reason: string | null;
}

const NEEDS_ROLE = "This needs the role strangle:operator. An administrator can grant it.";

export function actOf(runtime: Runtime | undefined, name: ActionName, mayTrade: boolean): Act {
  if (!mayTrade) {
    return { on: false, reason: NEEDS_ROLE };
  }
  if (runtime === undefined) {
    // Panic must work without a snapshot: the server decides.
    return name === "panic"
      ? { on: true, reason: null }
      : { on: false, reason: "The state of the desk is not known yet." };
  }
  return runtime.allowed_actions.includes(name)
    ? { on: true, reason: null }
    : { on: false, reason: whyNot(runtime, name) };
}

function whyNot(runtime: Runtime, name: ActionName): string {
  const { trading_state } = runtime.risk;
  if (name === "start" || name === "restart") {
    if (name === "start" && runtime.active) {
      return "A session is open.";
    }
    if (name === "restart" && !runtime.active) {
      return "No session is open.";
    }
    if (trading_state !== "active") {
      return trading_state === "halted"
        ? "Trading is halted; set it to active first."
        : "Entries are paused; resume them first.";
    }
    if (runtime.mode_reason === "missing_credentials") {
      return "The keys of the exchange are missing.";
    }
    if (runtime.mode_reason === "live_trading_disabled") {
      return "Real orders are switched off by the operator.";
    }
    return runtime.config === null ? "No profile is active." : "The desk does not allow this now.";
  }
  if (name === "stop") {
    return runtime.active ? "The session is ending already." : "No session is open.";
  }
  if (name === "close_leg") {
    return "No leg is open.";
  }
  if (name === "pause_entries") {
    return trading_state === "halted" ? "Trading is halted." : "Entries are paused already.";
  }
  return "Entries are not paused.";
}

/** Real money: acts are held, not pressed. */
export const isLive = (runtime: Runtime | undefined) => runtime?.environment === "prod";

/** Entries are paused, which is what `reducing` means. */
export const isPaused = (runtime: Runtime | undefined) =>
  runtime?.risk.trading_state === "reducing";
