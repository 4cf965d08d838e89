// What the fake desk keeps: profiles, sessions, analytics.
import { iso, now } from "./fake-data.mjs";
import { runtime, SESSION } from "./strangle-desk.mjs";

const rules = [
  { trigger_pct: 12, lock_pct: 5 },
  { trigger_pct: 20, lock_pct: 12 },
  { trigger_pct: 30, lock_pct: 22 },
  { trigger_pct: 50, lock_pct: 35 },
];
const profile = (id, name, active, extra = {}) => ({
  id,
  name,
  underlying: "BTC",
  strike_selection_mode: "delta",
  delta_range_low: 0.1,
  delta_range_high: 0.15,
  trade_time_ist: "09:30",
  exit_time_ist: "15:20",
  delta_pick: "highest",
  call_option_price_min: null,
  call_option_price_max: null,
  put_option_price_min: null,
  put_option_price_max: null,
  price_fallback: "strict",
  expiry_date: null,
  expiry_buffer_hours: 24,
  max_expiry_slip_days: 1,
  quantity: 12_000,
  contract_size: null,
  confirm_samples: 1,
  leg_stop_multiple: null,
  late_entry_policy: "immediate",
  expiry_guard_minutes: 35,
  recurrence: "daily",
  skip_dates: [],
  max_spread_pct: 40,
  require_bid_size: false,
  require_otm: true,
  max_slippage_pct: 20,
  limit_price_policy: "touch",
  entry_market_fallback: "collared_ioc",
  balance_policy: "top_up",
  entry_deadline_seconds: 180,
  blind_exit_after_seconds: null,
  max_loss_pct: 40,
  max_profit_pct: 80,
  limits_basis: "premium",
  trailing_sl_enabled: true,
  trailing_rules: rules,
  is_active: active,
  version: 3,
  created_at: iso(now() - 40 * 86_400_000),
  updated_at: iso(now() - 3 * 86_400_000),
  ...extra,
});
const profiles = [
  profile("config_1", "BTC 10–15 delta, daily", true),
  profile("config_2", "ETH 12 delta, weekdays", false, { underlying: "ETH", quantity: 900 }),
];

const reasons = ["trailing_sl", "time_exit", "max_profit", "trailing_sl", "max_loss", "time_exit"];

function row(index) {
  const at = now() - index * 86_400_000;
  const net = [812.4, 1_104.1, -420.75, 1_960.2, 655.05, -2_064.3][index % 6] + index * 3;
  return {
    id: 118 - index,
    strategy_id: `delta-strangle-${iso(at).slice(0, 10).replaceAll("-", "")}040000-01`,
    status: "stopped",
    state: "closed",
    mode: "paper",
    config_name: "BTC 10–15 delta, daily",
    activated_at: iso(at - 6 * 3_600_000),
    deactivated_at: iso(at - 600_000),
    duration_seconds: 20_400,
    pnl_summary: {
      realized: net,
      unrealized: 0,
      total: net,
      total_pnl: net,
      total_pnl_pct: net / 51.6,
      notional: 2_500_000,
      fees: 318.6,
      pnl_before_fees: net + 318.6,
      exit_reason: reasons[index % 6],
      generated_at: iso(at),
      max_profit_seen: Math.max(0, net) + 140,
      max_profit_seen_pct: (Math.max(0, net) + 140) / 51.6,
      max_drawdown_seen: Math.min(0, net) - 210,
      max_drawdown_seen_pct: (Math.min(0, net) - 210) / 51.6,
      trailing_level_pct: index % 3 === 0 ? 12 : null,
      trailing_enabled: true,
      spot: {},
      total_pnl_exact: net.toFixed(2),
      pnl_before_fees_exact: (net + 318.6).toFixed(2),
      fees_exact: "318.6",
    },
    session_metadata: null,
    exit_reason: reasons[index % 6],
    legs_summary: [],
  };
}

function current() {
  const now = runtime();
  if (now.session_id === null) return [];
  return [
    {
      ...row(0),
      id: now.session_id,
      strategy_id: now.strategy_id,
      status: "running",
      state: now.state,
      deactivated_at: null,
      exit_reason: null,
    },
  ];
}

export function answerRecords({ method, url, events }, response, { json, problem }) {
  const route = `${method} ${url.pathname}`;
  if (route === "GET /api/configs/" || route === "GET /api/configs")
    return json(response, 200, { items: profiles, total: profiles.length });
  if (route === "GET /api/trading/sessions") {
    const page = Number(url.searchParams.get("page") || 1);
    const size = Number(url.searchParams.get("page_size") || 25);
    const stopped = url.searchParams.get("status") === "stopped";
    const all = [
      ...(stopped ? [] : current()),
      ...Array.from({ length: 64 }, (_, index) => row(index + 1)),
    ];
    return json(response, 200, {
      items: all.slice((page - 1) * size, page * size),
      total: all.length,
      page,
      page_size: size,
      pages: Math.ceil(all.length / size),
    });
  }
  if (route === `GET /api/trading/sessions/${SESSION}`)
    return json(response, 200, {
      ...(current()[0] ?? row(0)),
      legs: [],
      intents: [],
      orders: [],
      fills: [],
      positions: [],
      events: events(),
      config_snapshot: profiles[0],
      summary: null,
      monitor_snapshot: null,
    });
  return problem(response, 404, "not_found", "Not found", `Nothing at ${url.pathname}.`);
}
