import { DateField } from "@/ui/DateField";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import type { Pool, PoolWords } from "../api/types";
import styles from "./PoolForm.module.css";

const CURRENCIES = ["USD", "EUR", "GBP", "INR", "JPY", "CHF", "CAD", "AUD"];

export const wordsOf = (pool: Pool): PoolWords => ({
  pool_name: pool.name,
  pool_description: pool.description,
  currency: pool.currency,
  cut_off_date: pool.cut_off_date,
});

/** Name, description, currency and the date of the balances. */
export function PoolForm({
  words,
  onChange,
  errors,
}: {
  words: PoolWords;
  onChange: (words: PoolWords) => void;
  /** By the field names of the request. */
  errors: Record<string, string>;
}) {
  const set = (change: Partial<PoolWords>) => onChange({ ...words, ...change });
  const currencies = CURRENCIES.includes(words.currency ?? "USD")
    ? CURRENCIES
    : [words.currency ?? "USD", ...CURRENCIES];
  return (
    <div className={styles.form}>
      <div className={styles.wide}>
        <TextField
          label="Name"
          value={words.pool_name}
          onChange={(pool_name) => set({ pool_name })}
          maxLength={200}
          error={errors.pool_name ?? (words.pool_name.trim() === "" ? "Give a name" : null)}
        />
      </div>
      <div className={styles.wide}>
        <TextField
          label="Description"
          optional
          rows={3}
          value={words.pool_description}
          onChange={(pool_description) => set({ pool_description })}
          maxLength={4_000}
          error={errors.pool_description}
        />
      </div>
      <DateField
        label="Cut-off date"
        optional
        hint="The date of the balances; cash flows start there."
        value={words.cut_off_date}
        onChange={(cut_off_date) => set({ cut_off_date })}
        error={errors.cut_off_date}
      />
      <Select
        label="Currency"
        options={currencies.map((code) => ({ value: code, text: code }))}
        value={words.currency ?? "USD"}
        onChange={(currency) => set({ currency })}
        error={errors.currency}
      />
    </div>
  );
}
