// The fake desk: one session that can be put into every state, its runtime snapshot and records.
import { iso, now } from "./fake-data.mjs";
import {
  bookAt,
  CONTRACT,
  entryAt,
  exitAt,
  expiresAt,
  feesPaid,
  legs,
  MINUTE,
  pathUntil,
  premium,
  QUANTITY,
  spotAt,
} from "./strangle-market.mjs";

const opens = ["entering", "live", "exiting", "unresolved", "halted"];
const STATUS = {
  created: "waiting",
  reconciling: "waiting",
  selecting: "entering",
  closed: "cooldown",
  entry_aborted: "cooldown",
  halted: "live",
};

/** What a person or a screenshot may change. */
export const desk = {
  state: process.env.STRANGLE ?? "live",
  since: now(),
  trading: "active",
  tradingReason: null,
  stale: false,
  /** Milliseconds that the engine is behind, and money that a screenshot adds to the result. */
  late: 0,
  extra: 0,
  reason: "time_exit",
  changed: null,
};
const environment = { LIVE: "prod", TESTNET: "testnet" }[process.env.MODE] ?? "sim";
export const SESSION = 118;
const strategyId = `delta-strangle-${iso(entryAt).slice(0, 19).replaceAll(/[-:T]/g, "")}-01`;

export function goTo(state) {
  desk.state = state;
  desk.since = now();
  desk.changed = `state_${state}`;
}

/** Moves on by itself: waiting to entering to live, exiting to closed. */
export function advance() {
  const age = now() - desk.since;
  const next = {
    waiting: [60_000, "entering"],
    entering: [8_000, "live"],
    exiting: [5_000, "closed"],
  };
  const step = next[desk.state];
  if (step && age > step[0] && process.env.STRANGLE === undefined) goTo(step[1]);
}

const greeksOf = (row, open) =>
  Object.fromEntries(
    ["delta", "gamma", "vega", "theta"].map((name) => [name, -row.greeks[name] * open * CONTRACT]),
  );

function position(row, at) {
  const closing = desk.state === "exiting" && row.leg.kind === "call";
  const ended = desk.state === "closed";
  const open = ended ? 0 : closing ? 4_600 : QUANTITY;
  const stale = desk.stale && row.leg.kind === "put";
  const net = row.pnl - feesPaid / 2;
  return {
    leg_id: row.leg.id,
    kind: row.leg.kind,
    symbol: row.leg.symbol,
    product_id: 120_000 + row.leg.id,
    strike: row.leg.strike,
    expiry: iso(expiresAt),
    side: open > 0 ? "short" : "flat",
    status: ended ? "closed" : desk.state === "exiting" ? "closing" : "open",
    quantity: QUANTITY,
    open_quantity: open,
    contract_size: CONTRACT,
    entry_price: row.leg.entry,
    entry_price_exact: String(row.leg.entry),
    exit_price: ended ? row.mark : null,
    mark_price: row.mark,
    last_price: row.bid,
    best_bid: row.bid,
    best_ask: row.ask,
    bid_size: 8_400,
    ask_size: 6_200,
    quote_age_ms: stale ? 84_000 : 400 + (at % 600),
    mark_source: stale ? "rest" : "stream",
    stale,
    fees_entry: feesPaid / 2,
    fees_exit: 0,
    realized_pnl: ended ? row.pnl : closing ? row.pnl * 0.6 : 0,
    unrealized_pnl: ended ? 0 : row.pnl,
    total_pnl: net,
    total_pnl_exact: net.toFixed(6),
    pnl_pct: (net / premium) * 100,
    liquidation_value: row.ask * open * CONTRACT,
    notional: spotAt(at) * QUANTITY * CONTRACT,
    distance_pct: row.distance,
    iv: row.iv,
    greeks: open > 0 ? greeksOf(row, open) : null,
    entry_time: iso(entryAt),
    exit_time: null,
  };
}

const attempt = (number, leg, price, size, filled, status, latency, purpose = "entry") => ({
  attempt: number,
  purpose,
  client_order_id: `9f3c71-1k-${leg.kind[0].toUpperCase()}${purpose[0].toUpperCase()}0${number}`,
  order_id: String(88_410 + number),
  order_type: "limit_order",
  side: purpose === "entry" ? "sell" : "buy",
  price,
  size,
  filled,
  fill_ratio: filled / size,
  status,
  latency_ms: latency,
  error: status === "unknown" ? "POST /v2/orders timed out after 10 s" : null,
});

function attemptsOf(leg) {
  if (desk.state === "entering")
    return leg.kind === "call"
      ? [attempt(1, leg, leg.entry, QUANTITY, 7_400, "partially_filled", null)]
      : [attempt(1, leg, leg.entry, QUANTITY, QUANTITY, "filled", 87)];
  const sold =
    leg.kind === "call"
      ? [
          attempt(1, leg, leg.entry + 1, QUANTITY, 7_400, "cancelled", 112),
          attempt(2, leg, leg.entry - 1.6, 4_600, 4_600, "filled", 94),
        ]
      : [attempt(1, leg, leg.entry, QUANTITY, QUANTITY, "filled", 87)];
  const out = { exiting: "partially_filled", unresolved: "unknown" }[desk.state];
  return out && leg.kind === "call"
    ? [...sold, attempt(1, leg, 224.1, QUANTITY, 7_400, out, 101, "exit")]
    : sold;
}

const idleEntry = {
  status: "idle",
  started_at: null,
  completed_at: null,
  target_expiry: null,
  selected_contracts: [],
  selection_strategy: null,
  legs: [],
  reason: null,
};

function entry() {
  const working = desk.state === "entering";
  return {
    status: working ? "working" : "completed",
    started_at: iso(entryAt),
    completed_at: working ? null : iso(entryAt + 36_800),
    target_expiry: iso(expiresAt),
    selected_contracts: legs.map((leg) => ({
      kind: leg.kind,
      symbol: leg.symbol,
      strike: leg.strike,
      delta: leg.entryDelta,
      mid: leg.entry + 0.4,
      iv: leg.iv,
      spread_pct: 2.1,
      distance_pct: leg.entryDistance,
    })),
    selection_strategy: "delta",
    legs: legs.map((leg) => ({
      kind: leg.kind,
      symbol: leg.symbol,
      target_qty: QUANTITY,
      filled_qty: working && leg.kind === "call" ? 7_400 : QUANTITY,
      status: working && leg.kind === "call" ? "opening" : "open",
      attempts: attemptsOf(leg),
    })),
    reason: null,
  };
}

const guard = (name, used, limit) => ({
  name,
  status: used >= limit ? "blocking" : used >= 0.7 * limit ? "warning" : "ok",
  used,
  limit,
  message: `${used} of ${limit}`,
});

const tradingState = () => (desk.state === "halted" ? "halted" : desk.trading);

function allowed() {
  const open = desk.state !== "idle" && desk.state !== "closed";
  const state = tradingState();
  const ending = desk.state === "exiting";
  return [
    ...(!open && state === "active" ? ["start"] : []),
    ...(open && !ending ? ["stop", ...(state === "active" ? ["restart"] : [])] : []),
    "panic",
    state === "active" ? "pause_entries" : "resume",
    ...(opens.includes(desk.state) ? ["close_leg"] : []),
  ];
}

function alerts() {
  const at = iso(desk.since);
  const list = [];
  if (desk.state === "unresolved")
    list.push({
      code: "position_differs",
      severity: "critical",
      message:
        "the exchange shows 4,600 calls less than the ledger and no fill explains it; compare the account with the differences, then run the reconciliation again",
      at,
    });
  if (desk.stale)
    list.push({
      code: "stale_quotes",
      severity: "warning",
      message: "the put 101,600 has had no fresh quote for 84 s; marks come by REST every 5 s",
      at,
    });
  return list;
}

export const config = {
  id: "config_1",
  name: "BTC 10–15 delta, daily",
  version: 3,
  underlying: "BTC",
  quantity: QUANTITY,
  trade_time_ist: "09:30",
  exit_time_ist: "15:20",
};

const zero = {
  realized: 0,
  unrealized: 0,
  pnl_before_fees: 0,
  fees: 0,
  total_pnl: 0,
  total_pnl_pct: 0,
  basis: 0,
  notional: 0,
};
const withExact = (totals) => ({
  ...totals,
  ...Object.fromEntries(
    ["realized", "unrealized", "pnl_before_fees", "fees", "total_pnl", "notional"].map((name) => [
      `${name}_exact`,
      String(Number(totals[name].toFixed(6))),
    ]),
  ),
});

export function runtime() {
  const at = now();
  const held = opens.includes(desk.state);
  const begun = held || desk.state === "closed";
  const running = desk.state !== "idle";
  const path = pathUntil(at);
  const book = bookAt(at);
  const gross = book.reduce((sum, row) => sum + row.pnl, 0) + desk.extra;
  const net = gross - feesPaid;
  const pct = (net / premium) * 100;
  const peak = Math.max(pct, path.at(-1).peak);
  const level = desk.extra === 0 ? path.at(-1).level : null;
  const spots = path.map((point) => point.spot);
  const entryIn = desk.state === "waiting" ? 18 * MINUTE + 23_000 - (at - desk.since) : null;
  const closed = desk.state === "closed";
  return {
    status: STATUS[desk.state] ?? desk.state,
    state: running ? desk.state : null,
    mode: environment === "prod" ? "live" : "simulation",
    environment,
    account: "desk-main",
    mode_reason: environment === "sim" ? "paper" : null,
    active: running && !closed,
    strategy_id: running ? strategyId : null,
    session_id: running ? SESSION : null,
    generated_at: iso(at - desk.late),
    schedule: {
      scheduled_entry_at: running ? iso(entryIn === null ? entryAt : at + entryIn) : null,
      time_to_entry_seconds: entryIn === null ? null : Math.round(entryIn / 1_000),
      planned_exit_at: running ? iso(exitAt) : null,
      exit_bound: running ? "exit_time" : null,
      time_to_exit_seconds: running && !closed ? Math.round((exitAt - at) / 1_000) : null,
    },
    entry: begun ? entry() : idleEntry,
    positions: begun ? book.map((row) => position(row, at)) : [],
    totals: withExact(
      begun
        ? {
            realized: closed ? gross : 0,
            unrealized: closed ? 0 : gross,
            pnl_before_fees: gross,
            fees: feesPaid,
            total_pnl: net,
            total_pnl_pct: pct,
            basis: premium,
            notional: 2 * spotAt(at) * QUANTITY * CONTRACT,
          }
        : zero,
    ),
    limits: {
      max_profit_pct: running ? 80 : null,
      max_loss_pct: running ? 40 : null,
      effective_loss_pct: running ? 40 : null,
      trailing_enabled: running,
      trailing_level_pct: begun ? level : null,
    },
    trailing: {
      enabled: running,
      armed: begun && level !== null,
      level_pct: begun ? level : null,
      max_profit_seen: begun ? (peak / 100) * premium : 0,
      max_profit_seen_pct: begun ? peak : 0,
      max_drawdown_seen: begun ? 212.4 : 0,
      max_drawdown_seen_pct: begun ? 6.2 : 0,
    },
    spot: {
      symbol: ".DEXBTUSD",
      entry: begun ? spotAt(entryAt) : null,
      exit: closed ? spotAt(at) : null,
      last: spotAt(at),
      high: begun ? Math.max(...spots) : null,
      low: begun ? Math.min(...spots) : null,
      updated_at: iso(at - 400),
    },
    greeks: held ? greeksOf({ greeks: sumGreeks(book) }, QUANTITY) : null,
    margin: { balance: null, available: 29_519.75, blocked: 20_480.25, estimated: true },
    data_quality: {
      quote_age_ms: {},
      ws_connected: true,
      private_connected: true,
      rest_fallback: desk.stale,
      stale: desk.stale ? [legs[1].symbol] : [],
      clock_skew_ms: 40,
      quota_used: 0.159,
    },
    risk: {
      trading_state: tradingState(),
      guards: [
        guard("daily_loss", 0, 2_500),
        guard("sessions_per_day", 1, 3),
        guard("orders_per_minute", 2, 30),
      ],
    },
    reconciliation: {
      last_at: iso(at - 26_000),
      differences: desk.state === "unresolved" ? 1 : 0,
    },
    exit_reason: closed ? desk.reason : null,
    alerts: alerts(),
    config,
    allowed_actions: allowed(),
  };
}

const sumGreeks = (book) =>
  Object.fromEntries(
    ["delta", "gamma", "vega", "theta"].map((name) => [
      name,
      book.reduce((sum, row) => sum + row.greeks[name], 0),
    ]),
  );

/** The append-only log of the session. */
export function events() {
  const list = [];
  const add = (at, type, payload = {}) => list.push({ type, at: iso(at), payload });
  const [call, put] = legs;
  const plan = (leg, attempt, size, price) => ({
    plan: {
      leg: leg.kind === "call" ? 0 : 1,
      option: leg.kind,
      purpose: "entry",
      attempt,
      order: {
        client_order_id: `9f3c71-1k-${leg.kind[0].toUpperCase()}E0${attempt}`,
        size,
        kind: { type: "limit_gtc", price: String(price) },
      },
    },
  });
  const fill = (leg, size, price) => ({
    leg: leg.kind === "call" ? 0 : 1,
    fill: { side: "sell", size, price: String(price) },
    estimated: false,
  });
  const strikes = {
    selection: {
      call: { contract: { strike: String(call.strike) } },
      put: { contract: { strike: String(put.strike) } },
    },
  };
  add(entryAt - 4 * MINUTE, "session_created", { spec: { profile: { name: config.name } } });
  add(entryAt - 4 * MINUTE + 20_000, "reconciled", { trigger: "startup", differences: [] });
  add(entryAt - 2_000, "state_changed", { from: "waiting", to: "entering", why: "entry_time" });
  add(entryAt - 1_000, "selected", strikes);
  add(entryAt + 1_000, "intent_planned", plan(call, 1, QUANTITY, (call.entry + 1).toFixed(1)));
  add(entryAt + 1_100, "intent_planned", plan(put, 1, QUANTITY, put.entry));
  add(entryAt + 5_700, "fill_recorded", fill(put, QUANTITY, put.entry));
  add(entryAt + 9_000, "fill_recorded", fill(call, 7_400, (call.entry + 1).toFixed(1)));
  add(entryAt + 31_000, "intent_reported", {
    client_order_id: "9f3c71-1k-CE01",
    state: "cancelled",
    filled: 7_400,
  });
  add(entryAt + 33_000, "intent_planned", plan(call, 2, 4_600, (call.entry - 1.6).toFixed(1)));
  add(entryAt + 36_000, "fill_recorded", fill(call, 4_600, (call.entry - 1.6).toFixed(1)));
  add(entryAt + 37_000, "went_live", { basis: premium.toFixed(2), size: QUANTITY });
  let level = null;
  pathUntil(now()).forEach((point, minute) => {
    if (point.level !== level) {
      level = point.level;
      add(entryAt + minute * MINUTE, "extremes_moved", {
        extremes: { level_pct: level, max_profit_pct: point.peak },
      });
    }
  });
  add(now() - 24 * MINUTE, "alert", {
    code: "stale_quotes",
    severity: "warning",
    message: "put 101,600, no fresh quote for 62 s",
  });
  add(now() - 23 * MINUTE, "alert_cleared", { code: "stale_quotes" });
  add(now() - 26_000, "reconciled", { trigger: "command", differences: [] });
  if (desk.state === "closed")
    add(now() - 3_000, "session_closed", { summary: { exit_reason: desk.reason, net: "1287.1" } });
  return list
    .sort((left, right) => left.at.localeCompare(right.at))
    .map((row, index) => ({ seq: index + 1, ...row }));
}
