/**
 * Which edits only reduce risk: the others are refused while a session runs with the profile. The
 * server decides; this says it before saving.
 */
import type { ProfileFields } from "../../api/records";
import { differences, type FieldName } from "./fields";
import { levelAt, trailingOf } from "./trailing";

const FREE: readonly FieldName[] = ["name", "recurrence", "skip_dates"];

/** No limit is the loosest; a smaller one is tighter. */
const noLater = (wanted: number | null, present: number | null) =>
  present === null || (wanted !== null && wanted <= present);

const offAtZero = (limit: number) => (limit === 0 ? null : limit);

const RULES: Partial<Record<FieldName, (from: ProfileFields, to: ProfileFields) => boolean>> = {
  max_loss_pct: (from, to) => to.max_loss_pct <= from.max_loss_pct,
  max_profit_pct: (from, to) =>
    noLater(offAtZero(to.max_profit_pct), offAtZero(from.max_profit_pct)),
  leg_stop_multiple: (from, to) => noLater(to.leg_stop_multiple, from.leg_stop_multiple),
  confirm_samples: (from, to) => to.confirm_samples <= from.confirm_samples,
  expiry_guard_minutes: (from, to) => to.expiry_guard_minutes >= from.expiry_guard_minutes,
  blind_exit_after_seconds: (from, to) =>
    noLater(to.blind_exit_after_seconds, from.blind_exit_after_seconds),
  trailing_sl_enabled: neverLower,
  trailing_rules: neverLower,
};

/** The changed fields that add risk to an open session or change what is already sold. */
export function loosened(from: ProfileFields, to: ProfileFields): FieldName[] {
  return differences(from, to).filter(
    (name) => !FREE.includes(name) && !(RULES[name]?.(from, to) ?? false),
  );
}

/** Whether the field may change at all while the session is open. */
export const mayTighten = (name: FieldName) => FREE.includes(name) || name in RULES;

function neverLower(from: ProfileFields, to: ProfileFields): boolean {
  const [old, fresh] = [trailingOf(from.trailing_rules), trailingOf(to.trailing_rules)];
  const at = (fields: ProfileFields, plan: typeof old, peak: number) =>
    fields.trailing_sl_enabled ? levelAt(plan, peak) : null;
  const triggers = [old, fresh].flatMap((plan) =>
    plan.kind === "ladder" ? plan.rules.map((rule) => rule.trigger_pct) : [plan.start_pct],
  );
  const grid = Array.from({ length: 401 }, (_, step) => step * 0.25);
  return [...grid, ...triggers].every((peak) => {
    const before = at(from, old, peak);
    const after = at(to, fresh, peak);
    return before === null || (after !== null && after >= before);
  });
}
