/** The markets and the failures that the simulated exchange knows. */

export interface Scenario {
  id: string;
  title: string;
  text: string;
  /** Its shape on a grid of 40 by 16, from the left. */
  shape: string;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    id: "calm",
    title: "Calm",
    text: "Plain diffusion",
    shape: "0 9 5 8 10 10 15 8 20 9 25 7 30 9 35 8 40 8",
  },
  {
    id: "trend",
    title: "Trend",
    text: "A steady climb",
    shape: "0 14 6 12 12 12 18 9 24 8 30 5 35 4 40 2",
  },
  {
    id: "crash",
    title: "Crash",
    text: "Falls with jumps, volatility rises",
    shape: "0 3 8 4 12 3 14 7 20 8 24 7 26 12 33 13 40 15",
  },
  {
    id: "melt_up",
    title: "Melt-up",
    text: "A rapid climb with jumps",
    shape: "0 14 8 13 14 12 16 8 24 7 28 7 30 3 36 2 40 1",
  },
  {
    id: "chop",
    title: "Chop",
    text: "Back and forth around one price",
    shape: "0 8 4 4 8 12 12 4 16 12 20 4 24 12 28 5 32 12 36 4 40 8",
  },
  {
    id: "vol_spike",
    title: "Volatility spike",
    text: "Volatility doubles and decays",
    shape: "0 8 6 8 8 2 11 14 14 3 18 12 22 6 27 10 33 8 40 8",
  },
  {
    id: "gap",
    title: "Gap",
    text: "One jump an hour after the start",
    shape: "0 12 6 11 12 12 18 11 20 11 20 4 26 5 33 4 40 5",
  },
  {
    id: "weekend",
    title: "Weekend",
    text: "Little movement, wide spreads, small sizes",
    shape: "0 8 10 8.6 20 7.6 30 8.4 40 8",
  },
];

export type FaultStage = "request" | "frame" | "lasting" | "instant";

export interface Fault {
  kind: string;
  title: string;
  text: string;
  stage: FaultStage;
  /** Settings without a default. */
  settings?: Record<string, unknown>;
}

export const FAULT_GROUPS: readonly { title: string; faults: readonly Fault[] }[] = [
  {
    title: "Requests",
    faults: [
      fault("lose_response", "Lose the answer", "Processed, but the answer is lost", "request"),
      fault("timeout_before", "Lose the request", "Never arrives, no answer", "request"),
      fault("connect_refused", "Refuse the connection", "Nothing reaches the exchange", "request"),
      fault("server_error", "Server error", "500 before it was processed", "request"),
      fault("too_many_requests", "Too many requests", "429 with a reset time", "request"),
      fault("garbage_json", "Garbage answer", "Processed; the answer is not JSON", "request"),
      fault("html403", "Network page", "403 of the content network", "request"),
      fault("unknown_fields", "Unknown fields", "Undocumented fields everywhere", "request"),
      fault("slow", "Slow answer", "The answer comes five seconds late", "request"),
    ],
  },
  {
    title: "Orders",
    faults: [
      fault("insufficient_margin", "Insufficient margin", "The order is refused", "request"),
      fault("price_band_reject", "Outside the price band", "The order is refused", "request"),
      fault(
        "partial_then_cancel_race",
        "Fill before cancel",
        "Half fills just before the cancel",
        "request",
      ),
      fault("late_fill_report", "Late fill report", "Fills are told five seconds late", "lasting"),
      fault("history_lag", "History lags", "Order history and fills ten seconds behind", "lasting"),
    ],
  },
  {
    title: "Sockets",
    faults: [
      fault("ws_drop", "Drop the socket", "Closed instead of the next frame", "frame"),
      fault("ws_half_open", "Half-open socket", "Open, but silent from now on", "frame"),
      fault("ws_gap", "Gap", "One frame missing, its number used", "frame"),
      fault("ws_duplicate", "Duplicate", "One frame sent twice", "frame"),
      fault("ws_reorder", "Reorder", "Two frames change places", "frame"),
    ],
  },
  {
    title: "Market data",
    faults: [
      fault("stale_ticks", "Stale ticks", "Quotes and their times stand still", "lasting"),
      fault("frozen_book", "Frozen book", "Marks stand still, times go on", "lasting"),
      fault("crossed_book", "Crossed book", "The bid is above the ask", "lasting"),
      fault("empty_book", "Empty book", "No bid, no ask", "lasting"),
    ],
  },
  {
    title: "Exchange",
    faults: [
      fault("maintenance", "Maintenance", "Every call answers 503", "lasting"),
      fault("disrupted_cancel_only", "Cancel only", "Orders can only be cancelled", "lasting"),
      fault("clock_skew", "Clock skew", "Its clock is four seconds ahead", "lasting", { by: "4s" }),
      fault("product_expired", "Expire now", "Contracts of open positions expire", "instant"),
      fault("external_close", "Close from outside", "Somebody else closes positions", "instant"),
      fault("external_trade", "Trade from outside", "Somebody else buys ten contracts", "instant", {
        side: "buy",
        size: 10,
      }),
    ],
  },
];

function fault(
  kind: string,
  title: string,
  text: string,
  stage: FaultStage,
  settings?: Record<string, unknown>,
): Fault {
  return { kind, title, text, stage, settings };
}

export interface Dose {
  /** How long a lasting fault lasts, in seconds. */
  seconds: number;
  /** `once`, or the chance in per cent at every match. */
  chance: "once" | "10" | "50";
  /** Only requests that place orders. */
  ordersOnly: boolean;
}

/** The rule as the simulator reads it. */
export function ruleOf(fault: Fault, dose: Dose): object {
  const action =
    fault.settings === undefined ? fault.kind : { kind: fault.kind, ...fault.settings };
  const span = { for: `${dose.seconds}s` };
  if (fault.stage === "instant") {
    return { action };
  }
  if (fault.stage === "lasting") {
    return { when: span, action };
  }
  const often =
    dose.chance === "once" ? { times: 1 } : { when: span, probability: Number(dose.chance) / 100 };
  return {
    ...often,
    ...(fault.stage === "request" && dose.ordersOnly
      ? { match: { method: "POST", path: "/v2/orders" } }
      : {}),
    action,
  };
}

export interface InstalledFault {
  title: string;
  /** How often it has fired; null when the simulator does not say. */
  fired: number | null;
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** What an installed rule is called, and how often it has fired. */
export function installedFault(installed: unknown): InstalledFault {
  const outer = record(installed);
  const rule = "action" in record(outer.rule) ? record(outer.rule) : outer;
  const action = rule.action ?? installed;
  const kind = typeof action === "string" ? action : String(record(action).kind ?? "rule");
  const known = FAULT_GROUPS.flatMap((group) => group.faults).find((fault) => fault.kind === kind);
  return {
    title: known?.title ?? kind,
    fired: typeof outer.fired === "number" ? outer.fired : null,
  };
}
