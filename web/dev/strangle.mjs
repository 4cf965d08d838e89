// The strangle routes of the fake server: desk, risk and simulator in memory. Not a product.
import { iso, now } from "./fake-data.mjs";
import { advance, desk, events, goTo, runtime, SESSION } from "./strangle-desk.mjs";
import {
  bookAt,
  CONTRACT,
  entryAt,
  exitAt,
  expiresAt,
  MINUTE,
  pathUntil,
  QUANTITY,
  spotAt,
} from "./strangle-market.mjs";
import { answerRecords } from "./strangle-records.mjs";

const sim = { scenario: "calm", speed: 1, faults: [] };
const limits = {
  max_daily_loss: "2500",
  max_sessions_per_day: 3,
  max_orders_per_minute: 30,
  max_lots_per_leg: 20_000,
  changed_by: null,
  changed_at: null,
  version: 0,
};

function preview() {
  const book = bookAt(now());
  const [call, put] = book;
  const credit = (call.bid + call.ask + put.bid + put.ask) / 2;
  const premium = credit * QUANTITY * CONTRACT;
  return {
    generated_at: iso(now()),
    underlying: "BTC",
    spot: spotAt(now()),
    expiry: iso(expiresAt),
    entry_at: iso(now() + 18 * MINUTE),
    exit_at: iso(exitAt),
    exit_bound: "exit_time",
    contracts: book.map((row) => ({
      kind: row.leg.kind,
      symbol: row.leg.symbol,
      strike: row.leg.strike,
      delta: row.greeks.delta,
      mid: Math.round((row.bid + row.ask) * 50) / 100,
      iv: row.iv,
      spread_pct: 2,
      distance_pct: row.distance,
    })),
    quantity: QUANTITY,
    contract_value: CONTRACT,
    credit,
    premium,
    premium_exact: premium.toFixed(2),
    break_even_low: put.leg.strike - credit,
    break_even_high: call.leg.strike + credit,
    probability_of_profit: 0.841,
    max_profit: premium,
    greeks: null,
    margin: 20_480.25,
    fees: 318.6,
    fees_exact: "318.6",
    warnings: [],
    near_misses: [],
  };
}

function control(body) {
  const answer = (status, message) => ({
    strategy_id: runtime().strategy_id,
    status,
    message,
    stopped_sessions: [],
    imported_positions: [],
    operation_id: `op_${now()}`,
  });
  if (body.action === "start" || body.action === "restart") {
    goTo("entering");
    return answer("starting", "the session is being opened");
  }
  if (body.action === "stop" || body.action === "panic") {
    desk.reason = body.action === "panic" ? "panic_close" : "manual";
    goTo(body.stop_mode === "keep" ? "idle" : "exiting");
    return body.action === "panic"
      ? answer("panic", "everything of this desk is being closed")
      : answer("stopping", "the session is being ended");
  }
  desk.trading = body.action === "pause_entries" ? "reducing" : "active";
  desk.changed = body.action;
  return desk.trading === "reducing"
    ? answer("running", "nothing is opened from now on")
    : answer("running", "entries are allowed again");
}

const check = (name, status, message) => ({ name, status, message });

function reconciliation() {
  const wrong = desk.state === "unresolved";
  return {
    last: {
      id: "reconciliation_1",
      session_id: SESSION,
      trigger: "periodic",
      result: wrong ? "unresolved" : "agreed",
      differences: wrong
        ? [
            {
              kind: "smaller_than_ledger",
              symbol: "C-BTC-108200-190626",
              ours: -12_000,
              theirs: -7_400,
              message: "4,600 contracts less than the ledger, no fill explains it",
            },
          ]
        : [
            {
              kind: "foreign",
              symbol: "BTCUSD",
              ours: 0,
              theirs: 250,
              message: "not opened by this desk",
            },
          ],
      actions: [
        wrong
          ? { kind: "unresolved", symbol: "C-BTC-108200-190626", message: "no order is sent" }
          : { kind: "none", symbol: "BTCUSD", message: "left untouched" },
      ],
      started_at: iso(now() - 26_400),
      finished_at: iso(now() - 26_000),
    },
  };
}

function preflight() {
  const paper = (process.env.MODE ?? "PAPER") === "PAPER";
  return {
    generated_at: iso(now() - 3_000),
    environment: paper ? "sim" : "prod",
    account: "desk-main",
    passed: true,
    checks: [
      check("credentials", "pass", paper ? "the simulator needs none" : "valid, trading allowed"),
      check("clock_skew", "pass", "0.04 s behind the exchange, at most 2 s"),
      check("balance", "pass", "50000 USD, 29519.75 free"),
      check("margin_mode", "pass", "isolated"),
      check("products", "pass", "412 options of BTC and ETH are listed"),
      check("socket", "warn", "the public feed reconnected 2 times in 10 min"),
      check("database", "pass", "writes in 0.8 ms"),
    ],
  };
}

const streams = new Set();

function stream(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write(": open\n\n");
  streams.add(response);
  response.on("close", () => streams.delete(response));
}
let sent = 0;
setInterval(() => {
  advance();
  const push = (event, data) => {
    sent += 1;
    for (const one of streams)
      one.write(`id: ${sent}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  if (streams.size > 0) push("runtime", runtime());
  if (desk.changed !== null) push("risk", { type: desk.changed });
  desk.changed = null;
}, 1_000).unref();

const riskState = () => ({
  state: desk.state === "halted" ? "halted" : desk.trading,
  flatten: false,
  reason: desk.tradingReason ?? "",
  source: "row",
  changed_by: desk.tradingReason ? "user_01970f3a88c17b1e" : null,
  changed_at: desk.tradingReason ? iso(desk.since) : null,
  version: 1,
});

const simStatus = () => ({
  seed: 42,
  scenario: sim.scenario,
  speed: sim.speed,
  now: iso(now()),
  started_at: iso(now() - 9 * 3_600_000),
  listen: null,
  open_orders: 0,
  fills: 3,
  balance: "50000",
  faults: sim.faults,
});

const session = `GET /api/trading/sessions/${SESSION}`;
const reads = {
  "GET /api/trading/runtime": () => runtime(),
  "GET /api/trading/heartbeat": () => ({
    status: runtime().status,
    strategy_id: runtime().strategy_id,
    active_configuration_id: "config_1",
    last_tick_at: iso(now() - 400),
    silent: false,
    lease_owner: "node-a",
    fencing_token: 418,
  }),
  "GET /api/trading/reconciliation": () => reconciliation(),
  "POST /api/trading/reconciliation/run": () => ({ operation_id: "op_1" }),
  "GET /api/trading/preflight": () => preflight(),
  [`${session}/pnl`]: () => ({
    session_id: SESSION,
    strategy_id: runtime().strategy_id ?? "",
    points: pathUntil(Math.min(now(), exitAt)).filter((point) => Date.parse(point.at) >= entryAt),
  }),
  [`${session}/events`]: () => ({ items: events() }),
  "GET /api/risk/limits": () => limits,
  "GET /api/risk/state": () => riskState(),
  "GET /api/risk/events": () => ({
    items: [
      {
        id: "risk_2",
        kind: "trading_state",
        severity: "info",
        message: "trading state set to active: back from lunch",
        session_id: null,
        actor: "meera.iyer@example.com",
        at: iso(now() - 3 * 3_600_000),
        payload: {},
      },
      {
        id: "risk_1",
        kind: "limits",
        severity: "info",
        message: "the account's guards were changed",
        session_id: null,
        actor: "meera.iyer@example.com",
        at: iso(now() - 26 * 3_600_000),
        payload: {},
      },
    ],
  }),
  "GET /api/sim/status": () => simStatus(),
};

/** Answers what belongs to strangle; false for everything else. */
export async function answerStrangle(request, response, { json, problem }) {
  const { method, url, readBody } = request;
  const route = `${method} ${url.pathname}`;
  if (!/^\/api\/(trading|configs|risk|sim|analytics|dev)(\/|$)/.test(url.pathname)) return false;
  if (route === "GET /api/trading/stream") return stream(response);
  const body = method === "GET" ? {} : await readBody();
  const read = reads[route];
  if (read) return json(response, 200, read());
  if (url.pathname.startsWith("/api/trading/operations/"))
    return json(response, 200, { id: "op_1", kind: "start", state: "succeeded", progress: "done" });
  if (route === "POST /api/dev/strangle") {
    Object.assign(desk, body);
    if (body.state) goTo(body.state);
    return json(response, 200, desk);
  }
  if (route === "POST /api/trading/control") {
    if (!runtime().allowed_actions.includes(body.action))
      return problem(response, 409, "not_running", "The desk cannot do that now", "");
    return json(response, 200, control(body));
  }
  if (method === "POST" && /^\/api\/trading\/legs\/[^/]+\/close$/.test(url.pathname))
    return json(response, 200, control({ action: "stop" }));
  if (method === "POST" && /^\/api\/configs\/[^/]+\/preview$/.test(url.pathname))
    return json(response, 200, preview());
  if (route === "PUT /api/risk/state") {
    Object.assign(desk, { trading: body.state, tradingReason: body.reason, changed: "risk_state" });
    return json(response, 200, reads["GET /api/risk/state"]());
  }
  if (route === "PUT /api/risk/limits") return json(response, 200, Object.assign(limits, body));
  if (url.pathname.startsWith("/api/sim/") && method === "POST") {
    if (body.scenario) sim.scenario = body.scenario;
    if (body.speed) sim.speed = body.speed;
    if (body.fault === null) sim.faults = [];
    else if (body.fault) sim.faults.push({ rule: body.fault, matches: 0, fired: 0 });
    if (route === "POST /api/sim/reset")
      Object.assign(sim, { scenario: "calm", speed: 1, faults: [] });
    return json(response, 200, simStatus());
  }
  return answerRecords({ method, url, body, events }, response, { json, problem });
}
