/** The fields of a profile: their names in words, their defaults, what differs between two. */
import type { Profile, ProfileFields } from "../../api/records";

/** What a new profile starts with where the server's settings say nothing else. */
export const DEFAULTS: ProfileFields = {
  name: "",
  underlying: "BTC",
  strike_selection_mode: "delta",
  delta_range_low: 0.1,
  delta_range_high: 0.15,
  delta_pick: "highest",
  call_option_price_min: null,
  call_option_price_max: null,
  put_option_price_min: null,
  put_option_price_max: null,
  price_fallback: "strict",
  trade_time_ist: "09:30",
  exit_time_ist: "15:20",
  expiry_date: null,
  expiry_buffer_hours: 24,
  max_expiry_slip_days: 1,
  quantity: 1,
  contract_size: null,
  max_loss_pct: 80,
  max_profit_pct: 80,
  confirm_samples: 1,
  limits_basis: "premium",
  leg_stop_multiple: null,
  trailing_sl_enabled: true,
  trailing_rules: [
    { trigger_pct: 20, lock_pct: 0 },
    { trigger_pct: 30, lock_pct: 10 },
    { trigger_pct: 40, lock_pct: 15 },
    { trigger_pct: 50, lock_pct: 25 },
  ],
  late_entry_policy: "immediate",
  expiry_guard_minutes: 35,
  recurrence: "once",
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
};

export type FieldName = Exclude<keyof ProfileFields, "percent_unit">;

/** In the order of the form. */
export const LABELS: Record<FieldName, string> = {
  name: "Name",
  underlying: "Underlying",
  expiry_date: "Expiry",
  expiry_buffer_hours: "Look ahead",
  max_expiry_slip_days: "May slip by",
  strike_selection_mode: "Choose strikes by",
  delta_range_low: "Lowest delta",
  delta_range_high: "Highest delta",
  delta_pick: "Strike in the band",
  call_option_price_min: "Call premium from",
  call_option_price_max: "Call premium to",
  put_option_price_min: "Put premium from",
  put_option_price_max: "Put premium to",
  price_fallback: "If none is inside",
  max_spread_pct: "Widest spread",
  require_bid_size: "Bid as large as the order",
  require_otm: "Out of the money only",
  trade_time_ist: "Entry",
  exit_time_ist: "Exit",
  late_entry_policy: "Started late",
  expiry_guard_minutes: "Out before expiry",
  quantity: "Contracts on each leg",
  contract_size: "Contract size",
  max_loss_pct: "Max loss",
  max_profit_pct: "Max profit",
  limits_basis: "Percentages are of",
  leg_stop_multiple: "Leg stop",
  confirm_samples: "Confirm a loss",
  blind_exit_after_seconds: "Exit when blind",
  trailing_sl_enabled: "Trailing stop",
  trailing_rules: "Trailing rules",
  limit_price_policy: "Limit price",
  max_slippage_pct: "Slippage at most",
  entry_market_fallback: "After the limit attempts",
  balance_policy: "Legs of different size",
  entry_deadline_seconds: "Both legs within",
  recurrence: "Starts by itself",
  skip_dates: "Days without a session",
};

export const FIELD_NAMES = Object.keys(LABELS) as FieldName[];

/** The fields of a stored profile, without what the server adds. */
export function fieldsOf(profile: ProfileFields | Profile): ProfileFields {
  const fields: Partial<Record<FieldName, unknown>> = {};
  for (const name of FIELD_NAMES) {
    fields[name] = profile[name];
  }
  return fields as unknown as ProfileFields;
}

/** What is sent: percentages are percent points, so that 0.8 is not ambiguous. */
export function bodyOf(fields: ProfileFields): ProfileFields {
  return { ...fieldsOf(fields), percent_unit: "percent" };
}

export function sameValue(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The names of the fields whose values differ, in the order of the form. */
export function differences(one: ProfileFields, other: ProfileFields): FieldName[] {
  return FIELD_NAMES.filter((name) => !sameValue(one[name], other[name]));
}

/** What one person changed since `base`, laid over what another person saved. */
export function rebased(
  base: ProfileFields,
  mine: ProfileFields,
  theirs: ProfileFields,
): { fields: ProfileFields; both: FieldName[] } {
  const changed = differences(base, mine);
  const fields = fieldsOf(theirs);
  for (const name of changed) {
    Object.assign(fields, { [name]: mine[name] });
  }
  const both = changed.filter(
    (name) => !sameValue(base[name], theirs[name]) && !sameValue(mine[name], theirs[name]),
  );
  return { fields, both };
}

/** The field a pointer of the server means: "trailing_rules.0.lock_pct" is "trailing_rules". */
export function fieldOfPointer(name: string): FieldName | null {
  const first = name.split(".")[0] ?? "";
  return FIELD_NAMES.find((known) => known === first) ?? null;
}
