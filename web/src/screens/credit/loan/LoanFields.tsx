import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { NumberField } from "@/ui/NumberField";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Slider } from "@/ui/Slider";
import styles from "./Loan.module.css";
import type { Amortization, Frequency, LoanForm, Prepayment } from "./model/loan";

const FREQUENCIES: readonly { value: Frequency; text: string }[] = [
  { value: "monthly", text: "Monthly" },
  { value: "quarterly", text: "Quarterly" },
  { value: "semi_annual", text: "Twice a year" },
  { value: "annual", text: "Yearly" },
];
const AMORTIZATIONS: readonly { value: Amortization; text: string; hint: string }[] = [
  { value: "level", text: "Level payment", hint: "the same each time" },
  { value: "linear", text: "Linear", hint: "the same principal each time" },
  { value: "interest_only", text: "Interest only", hint: "all principal at the end" },
  { value: "bullet", text: "Bullet", hint: "everything at the end" },
];
const TYPES = [
  { value: "mortgage", text: "Mortgage" },
  { value: "auto", text: "Auto loan" },
  { value: "personal", text: "Personal loan" },
  { value: "student", text: "Student loan" },
  { value: "commercial", text: "Commercial loan" },
];
const SPEEDS: Record<Prepayment, { max: number; step: number; digits: number }> = {
  CPR: { max: 50, step: 0.5, digits: 1 },
  PSA: { max: 600, step: 5, digits: 0 },
  SMM: { max: 5, step: 0.05, digits: 2 },
  ABS: { max: 3, step: 0.05, digits: 2 },
};
const percent = (digits: number) => (value: number) =>
  `${formatNumber(value, digits)}${NARROW_SPACE}%`;

/** Terms, speeds and value of one loan. */
export function LoanFields({
  form,
  errors,
  onChange,
}: {
  form: LoanForm;
  errors: Partial<Record<keyof LoanForm, string>>;
  onChange: (form: LoanForm) => void;
}) {
  const set = (change: Partial<LoanForm>) => onChange({ ...form, ...change });
  const figure = (
    name: keyof LoanForm & string,
    label: string,
    look: {
      unit?: string;
      digits: number;
      step?: number;
      min?: number;
      max?: number;
      hint?: string;
    },
  ) => (
    <NumberField
      label={label}
      {...look}
      value={form[name] as number}
      error={errors[name]}
      onChange={(value) => set({ [name]: value ?? 0 })}
    />
  );
  const speed = SPEEDS[form.prepayment];
  return (
    <div className={styles.form}>
      <div className={styles.wide}>
        {figure("principal", "Principal", { unit: "USD", digits: 2, step: 1_000, min: 0 })}
      </div>
      {figure("rate", "Rate a year", { unit: "%", digits: 3, step: 0.125, min: 0, max: 100 })}
      {figure("term", "Term", { unit: "months", digits: 0, step: 12, min: 1, max: 600 })}
      <Select label="Kind" options={TYPES} value={form.type} onChange={(type) => set({ type })} />
      <Select<Frequency>
        label="Pays"
        options={FREQUENCIES}
        value={form.frequency}
        onChange={(frequency) => set({ frequency })}
      />
      <div className={styles.wide}>
        <Select<Amortization>
          label="Repayment"
          options={AMORTIZATIONS}
          value={form.amortization}
          onChange={(amortization) => set({ amortization })}
        />
      </div>
      {figure("interestOnly", "Interest only", {
        unit: "months",
        digits: 0,
        step: 12,
        min: 0,
        max: 599,
      })}
      {figure("amortizationMonths", "Amortises over", {
        unit: "months",
        digits: 0,
        step: 12,
        min: 0,
        max: 600,
        hint: "0 is the term",
      })}
      <div className={styles.wide}>
        {figure("balloon", "Balloon", { unit: "USD", digits: 2, step: 1_000, min: 0 })}
      </div>
      <h3 className={styles.part}>Speeds</h3>
      <div className={styles.wide}>
        <Segmented<Prepayment>
          label="Prepayment measured as"
          options={(Object.keys(SPEEDS) as Prepayment[]).map((value) => ({ value, text: value }))}
          value={form.prepayment}
          onChange={(prepayment) => set({ prepayment, speed: 0 })}
        />
      </div>
      <div className={styles.wide}>
        <Slider
          label="Prepayment"
          value={form.speed}
          onChange={(value) => set({ speed: value })}
          min={0}
          max={speed.max}
          step={speed.step}
          format={(value) => `${percent(speed.digits)(value)} ${form.prepayment}`}
        />
      </div>
      <div className={styles.wide}>
        <Slider
          label="Default"
          value={form.default}
          onChange={(value) => set({ default: value })}
          min={0}
          max={20}
          step={0.1}
          format={(value) => `${percent(1)(value)} a year`}
        />
      </div>
      <div className={styles.wide}>
        <Slider
          label="Severity"
          value={form.severity}
          onChange={(severity) => set({ severity })}
          min={0}
          max={100}
          step={1}
          format={percent(0)}
        />
      </div>
      <h3 className={styles.part}>Value</h3>
      {figure("discount", "Discount rate", { unit: "%", digits: 3, step: 0.125, max: 100 })}
      {figure("price", "Bought at", { unit: "per 100", digits: 3, step: 0.25, min: 0.001 })}
    </div>
  );
}
