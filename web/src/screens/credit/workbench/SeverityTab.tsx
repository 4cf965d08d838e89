import { formatNumber } from "@/format/numbers";
import { cx } from "@/ui/cx";
import { NumberField } from "@/ui/NumberField";
import { Select } from "@/ui/Select";
import { Slider } from "@/ui/Slider";
import type { PoolDefaults, SeverityKind, SeverityState } from "../model/assumptions";
import { classLook } from "../model/units";
import styles from "./Panel.module.css";

/** What a default costs, and how long the recovery takes. */
export function SeverityTab({
  state,
  base,
  usual,
  onChange,
}: {
  state: SeverityState;
  base: SeverityState | null;
  usual: PoolDefaults;
  onChange: (state: SeverityState) => void;
}) {
  const set = (change: Partial<SeverityState>) => onChange({ ...state, ...change });
  const differs = (name: keyof SeverityState) => base !== null && base[name] !== state[name];
  const percent = (name: "growth" | "haircut" | "cost", label: string, min: number) => (
    <NumberField
      label={label}
      unit="%"
      digits={1}
      min={min}
      max={100}
      changed={differs(name)}
      value={state[name]}
      onChange={(value) => value !== null && set({ [name]: value })}
    />
  );
  return (
    <div className={styles.tab}>
      <div className={cx(styles.pair, state.model !== "constant" && styles.single)}>
        <Select<SeverityKind>
          label="Severity by"
          changed={differs("model")}
          options={[
            { value: "class", text: "Class default" },
            { value: "constant", text: "One share" },
            { value: "ltv", text: "Value of the collateral" },
            ...(state.model === "other"
              ? [{ value: "other" as const, text: "As in the run" }]
              : []),
          ]}
          value={state.model}
          onChange={(model) =>
            set({
              model,
              value: model === "constant" && state.value === 0 ? usual.severity : state.value,
            })
          }
        />
        {state.model === "constant" ? (
          <NumberField
            label="Severity"
            unit="%"
            digits={1}
            min={0}
            max={100}
            changed={differs("value")}
            value={state.value}
            onChange={(value) => value !== null && set({ value })}
          />
        ) : null}
      </div>
      {state.model === "constant" ? (
        <Slider
          label="Severity, slider"
          hideLabel
          min={0}
          max={100}
          step={0.5}
          value={state.value}
          onChange={(value) => set({ value })}
        />
      ) : null}
      {state.model === "ltv" ? (
        <>
          {percent("growth", "Growth of value, a year", -100)}
          {percent("haircut", "Discount of a forced sale", 0)}
          {percent("cost", "Cost of the sale", 0)}
          <div className={styles.note}>
            Loans without a value or an LTV keep the severity of their class.
          </div>
        </>
      ) : null}
      <NumberField
        label="Recovery lag"
        optional
        unit="months"
        digits={0}
        min={0}
        max={120}
        hint={`Empty follows the class, ${usual.lag} months on average.`}
        changed={differs("lag")}
        value={state.lag}
        onChange={(lag) => set({ lag })}
      />
      <dl className={styles.defaults}>
        {usual.classes.map((one) => (
          <div key={one.name}>
            <dt>{classLook(one.name).title}</dt>
            <dd>
              {formatNumber(one.severity, 1)} %, {one.lag} months
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
