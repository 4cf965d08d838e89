import { formatNumber } from "@/format/numbers";
import { DateField } from "@/ui/DateField";
import { NumberField } from "@/ui/NumberField";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import type { Compounding, TimeBasis } from "../api/types";
import type { PoolDefaults, RatesState } from "../model/assumptions";
import styles from "./Panel.module.css";

const COMPOUNDING: { value: Compounding; text: string }[] = [
  { value: "annual", text: "Annual" },
  { value: "semi_annual", text: "Semi-annual" },
  { value: "quarterly", text: "Quarterly" },
  { value: "monthly", text: "Monthly" },
  { value: "continuous", text: "Continuous" },
  { value: "simple", text: "Simple" },
];
const TIMES: { value: TimeBasis; text: string }[] = [
  { value: "dates", text: "Dates, ACT/365F" },
  { value: "periods", text: "Periods, months over 12" },
];

/** How cash is discounted, at which price it is bought, and where indices stand. */
export function RatesTab({
  state,
  base,
  usual,
  onChange,
}: {
  state: RatesState;
  base: RatesState | null;
  usual: PoolDefaults;
  onChange: (state: RatesState) => void;
}) {
  const set = (change: Partial<RatesState>) => onChange({ ...state, ...change });
  const differs = (name: keyof RatesState) => base !== null && base[name] !== state[name];
  const index = state.index ?? { name: "", rate: 0 };
  const setIndex = (name: string, rate: number) =>
    set({ index: name === "" && rate === 0 ? null : { name, rate } });
  return (
    <div className={styles.tab}>
      <NumberField
        label="Discount rate"
        optional
        unit="% a year"
        digits={3}
        min={-49}
        max={100}
        step={0.05}
        hint={`Empty takes the class defaults, ${formatNumber(usual.discount, 2)} % by balance.`}
        changed={differs("discount")}
        value={state.discount}
        onChange={(discount) => set({ discount })}
      />
      <NumberField
        label="Purchase price"
        unit="per 100"
        digits={3}
        min={0.001}
        max={1_000}
        step={0.125}
        hint="Yield and duration are measured at this price."
        changed={differs("price")}
        value={state.price}
        onChange={(price) => price !== null && set({ price })}
      />
      <Select
        label="Compounding"
        options={COMPOUNDING}
        changed={differs("compounding")}
        value={state.compounding}
        onChange={(compounding) => set({ compounding })}
      />
      <Select
        label="Time"
        options={TIMES}
        changed={differs("timeBasis")}
        value={state.timeBasis}
        onChange={(timeBasis) => set({ timeBasis })}
      />
      <DateField
        label="Analysis date"
        optional
        hint="Cash flows start here; empty is today."
        changed={differs("analysisDate")}
        value={state.analysisDate}
        onChange={(analysisDate) => set({ analysisDate })}
      />
      <DateField
        label="Pricing date"
        optional
        hint="Cash is discounted to here; empty is the analysis date."
        changed={differs("pricingDate")}
        value={state.pricingDate}
        onChange={(pricingDate) => set({ pricingDate })}
      />
      <div className={styles.pair}>
        <TextField
          label="Index"
          optional
          placeholder="SOFR"
          value={index.name}
          onChange={(name) => setIndex(name, index.rate)}
          maxLength={64}
        />
        <NumberField
          label="Level"
          unit="%"
          digits={3}
          min={-100}
          max={100}
          value={state.index === null ? null : index.rate}
          optional
          onChange={(rate) => setIndex(index.name, rate ?? 0)}
        />
      </div>
      <div className={styles.note}>
        For floating loans: the level of their index from the first month on. Without one their
        rates stay as they are.
      </div>
    </div>
  );
}
