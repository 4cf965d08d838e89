import { Plus, X } from "lucide-react";
import { CrosshairProvider } from "@/charts/crosshair";
import { percentPoints } from "@/format/units";
import { Button, IconButton } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { NumberField, PointsField } from "@/ui/NumberField";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import type { TrailingRule } from "../api/records";
import styles from "./Configuration.module.css";
import { Cell, digitsOf, useForm, useLook } from "./form";
import { LadderChart } from "./LadderChart";
import { sameValue } from "./model/fields";
import {
  MOST_RULES,
  nextRung,
  rungFaults,
  sorted,
  storedOf,
  type Trailing,
  trailingOf,
} from "./model/trailing";

const STARTS: Record<Trailing["kind"], Trailing> = {
  ladder: { kind: "ladder", rules: [{ trigger_pct: 20, lock_pct: 0 }] },
  distance: { kind: "distance", start_pct: 20, distance_pct: 15 },
  fraction: { kind: "fraction", start_pct: 20, fraction: 0.5 },
};

/** The level that follows the profit: a ladder, a distance or a share of the peak, drawn live. */
export function TrailingSection() {
  const { fields, base, edit } = useForm();
  const on = useLook("trailing_sl_enabled");
  const rules = useLook("trailing_rules");
  const trailing = trailingOf(fields.trailing_rules);
  const take = (next: Trailing) => edit({ trailing_rules: storedOf(next) });
  const before = trailingOf(base.trailing_rules);
  const error = rules.error ?? on.error;
  return (
    <Panel
      title="Trailing stop"
      sub="level locked by the peak of the net P&L, %"
      actions={
        <Checkbox
          isSelected={fields.trailing_sl_enabled}
          onChange={(next) => edit({ trailing_sl_enabled: next })}
        >
          On
        </Checkbox>
      }
    >
      <PanelBody>
        <Cell name="trailing_rules" wide>
          <div className={styles.trailing}>
            <div className={styles.rules}>
              <Segmented
                label="Kind of trailing stop"
                options={[
                  { value: "ladder", text: "Ladder" },
                  { value: "distance", text: "Distance" },
                  { value: "fraction", text: "Share" },
                ]}
                value={trailing.kind}
                onChange={(kind) => take(before.kind === kind ? before : STARTS[kind])}
              />
              {trailing.kind === "ladder" ? (
                <Ladder
                  rules={trailing.rules}
                  stored={before.kind === "ladder" ? before.rules : []}
                  onChange={(next) => take({ kind: "ladder", rules: next })}
                />
              ) : (
                <Follow trailing={trailing} onChange={take} />
              )}
              {error ? (
                <p className={styles.error} role="alert">
                  {error}
                </p>
              ) : null}
            </div>
            <CrosshairProvider>
              <LadderChart
                trailing={trailing}
                on={fields.trailing_sl_enabled}
                maxProfit={fields.max_profit_pct}
              />
            </CrosshairProvider>
          </div>
        </Cell>
      </PanelBody>
    </Panel>
  );
}

function Ladder({
  rules,
  stored,
  onChange,
}: {
  rules: readonly TrailingRule[];
  stored: readonly TrailingRule[];
  onChange: (rules: TrailingRule[]) => void;
}) {
  const { isNew } = useForm();
  const faults = rungFaults(rules);
  const change = (at: number, part: Partial<TrailingRule>) =>
    onChange(rules.map((rule, k) => (k === at ? { ...rule, ...part } : rule)));
  return (
    <>
      <table className={styles.ladder}>
        <caption className="visually-hidden">Rules of the ladder</caption>
        <thead>
          <tr>
            <th scope="col">Peak reaches</th>
            <th scope="col">Locks</th>
            <th>
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, at) => {
            const fresh = !isNew && !stored.some((other) => sameValue(other, rule));
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a rung has no identity but its place
              <tr key={at}>
                <td>
                  <PointsField
                    label={`Peak of rule ${at + 1}`}
                    hideLabel
                    digits={digitsOf(rule.trigger_pct)}
                    min={0.1}
                    max={100_000}
                    step={5}
                    changed={fresh}
                    value={percentPoints(rule.trigger_pct)}
                    onChange={(value) => {
                      if (value !== null) {
                        change(at, { trigger_pct: value });
                      }
                    }}
                  />
                </td>
                <td>
                  <PointsField
                    label={`Lock of rule ${at + 1}`}
                    hideLabel
                    digits={digitsOf(rule.lock_pct)}
                    min={0}
                    max={100_000}
                    step={5}
                    changed={fresh}
                    error={faults[at]}
                    value={percentPoints(rule.lock_pct)}
                    onChange={(value) => {
                      if (value !== null) {
                        change(at, { lock_pct: value });
                      }
                    }}
                  />
                </td>
                <td>
                  <IconButton
                    label={`Remove rule ${at + 1}`}
                    small
                    onPress={() => onChange(rules.filter((_, k) => k !== at))}
                  >
                    <X size={14} />
                  </IconButton>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rules.length === 0 ? (
        <p className={styles.hint}>No rule: the trailing stop never arms.</p>
      ) : null}
      <Button
        small
        icon={<Plus size={14} />}
        isDisabled={rules.length >= MOST_RULES}
        onPress={() => onChange(sorted([...rules, nextRung(rules)]))}
      >
        Add rule
      </Button>
      {rules.length >= MOST_RULES ? (
        <p className={styles.hint}>A ladder has at most {MOST_RULES} rules.</p>
      ) : null}
    </>
  );
}

function Follow({
  trailing,
  onChange,
}: {
  trailing: Exclude<Trailing, { kind: "ladder" }>;
  onChange: (trailing: Trailing) => void;
}) {
  return (
    <div className={styles.follow}>
      <PointsField
        label="From a peak of"
        digits={digitsOf(trailing.start_pct)}
        min={0.1}
        max={100_000}
        step={5}
        value={percentPoints(trailing.start_pct)}
        onChange={(value) => {
          if (value !== null) {
            onChange({ ...trailing, start_pct: value });
          }
        }}
      />
      {trailing.kind === "distance" ? (
        <NumberField
          label="Below the peak by"
          unit="pt"
          digits={digitsOf(trailing.distance_pct)}
          min={0.1}
          max={100_000}
          step={1}
          value={trailing.distance_pct}
          onChange={(value) => {
            if (value !== null) {
              onChange({ ...trailing, distance_pct: value });
            }
          }}
        />
      ) : (
        <PointsField
          label="Share of the peak"
          digits={0}
          min={1}
          max={99}
          step={5}
          value={percentPoints(Number((trailing.fraction * 100).toPrecision(12)))}
          onChange={(value) => {
            if (value !== null) {
              onChange({ ...trailing, fraction: Number((value / 100).toPrecision(12)) });
            }
          }}
        />
      )}
    </div>
  );
}
