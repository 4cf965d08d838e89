/** The profile of a session in words: only what is set, units named. */
import { sentence, signedPercent } from "../model/words";

type Snapshot = Record<string, unknown>;

const percent = (value: unknown) =>
  typeof value === "number" ? signedPercent(value, 0).replace("+", "") : "";
const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const words = (value: unknown) =>
  typeof value === "string" ? sentence(value).replace(/\bioc$/i, "IOC") : "";
const yes = (value: unknown) => (value === true ? "Yes" : value === false ? "No" : "");
const between = (low: unknown, high: unknown, unit = "") =>
  text(low) === "" && text(high) === "" ? "" : `${text(low)} to ${text(high)}${unit}`;

function ladder(rules: unknown): string {
  if (!Array.isArray(rules)) {
    return "";
  }
  return rules
    .map((rule: Snapshot) => `${text(rule.trigger_pct)} \u2192 ${text(rule.lock_pct)}`)
    .join(", ");
}

/** Groups with their rows; a row without a value is left out. */
export function configGroups(config: Snapshot): [string, [string, string][]][] {
  const price = config.strike_selection_mode === "price";
  const trailing = config.trailing_sl_enabled === true;
  const groups: [string, [string, string][]][] = [
    [
      "Market and strikes",
      [
        ["Underlying", text(config.underlying)],
        ["Strikes by", price ? "Premium" : "Delta"],
        ["Delta", price ? "" : between(config.delta_range_low, config.delta_range_high)],
        ["Pick", price ? "" : words(config.delta_pick)],
        [
          "Call premium",
          price ? between(config.call_option_price_min, config.call_option_price_max, " USD") : "",
        ],
        [
          "Put premium",
          price ? between(config.put_option_price_min, config.put_option_price_max, " USD") : "",
        ],
        ["Expiry", text(config.expiry_date) || "Automatic"],
        ["Lots", text(config.quantity)],
      ],
    ],
    [
      "Schedule",
      [
        ["Entry", `${text(config.trade_time_ist)} IST`],
        ["Exit", `${text(config.exit_time_ist)} IST`],
        ["Late entry", words(config.late_entry_policy)],
        ["Recurrence", words(config.recurrence)],
        ["Expiry guard", `${text(config.expiry_guard_minutes)} min`],
      ],
    ],
    [
      "Limits",
      [
        ["Basis", words(config.limits_basis)],
        ["Max loss", percent(config.max_loss_pct)],
        ["Max profit", percent(config.max_profit_pct)],
        ["Leg stop", text(config.leg_stop_multiple)],
        ["Trailing stop", trailing ? "On" : "Off"],
        ["Ladder, % trigger \u2192 lock", trailing ? ladder(config.trailing_rules) : ""],
      ],
    ],
    [
      "Execution",
      [
        ["Limit price", words(config.limit_price_policy)],
        ["After the attempts", words(config.entry_market_fallback)],
        ["Legs that differ", words(config.balance_policy)],
        ["Max spread", percent(config.max_spread_pct)],
        ["Max slippage", percent(config.max_slippage_pct)],
        ["Bid size required", yes(config.require_bid_size)],
        ["Entry deadline", `${text(config.entry_deadline_seconds)} s`],
      ],
    ],
  ];
  return groups.map(([title, rows]) => [
    title,
    rows.filter(([, value]) => value !== "" && !/^\s*(IST|s|min)$/.test(value)),
  ]);
}
