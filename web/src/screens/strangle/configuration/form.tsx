/** The fields of the form, bound by name: value, tint, error and the hint of an open session. */
import { createContext, type ReactNode, useContext } from "react";
import { decimal, percentPoints } from "@/format/units";
import { Checkbox } from "@/ui/Checkbox";
import { cx } from "@/ui/cx";
import { MoneyField, NumberField, PointsField } from "@/ui/NumberField";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import type { ProfileFields } from "../api/records";
import styles from "./Configuration.module.css";
import { type FieldName, LABELS, sameValue } from "./model/fields";
import { mayTighten } from "./model/tightening";
import { CHOICES } from "./model/words";
import { TimeField } from "./TimeField";

export interface FormState {
  fields: ProfileFields;
  /** What is stored; for a new profile what it started with. */
  base: ProfileFields;
  isNew: boolean;
  /** Messages of the server by field. */
  errors: Partial<Record<FieldName, string>>;
  /** A session runs with this profile. */
  open: boolean;
  /** What the open session refuses. */
  loosened: readonly FieldName[];
  edit: (change: Partial<ProfileFields>) => void;
}

const Form = createContext<FormState | null>(null);
export const FormProvider = Form.Provider;

export function useForm(): FormState {
  const form = useContext(Form);
  if (form === null) {
    throw new Error("a field stands outside of its form");
  }
  return form;
}

/** What every field shows about itself. */
export function useLook(name: FieldName, hint?: ReactNode) {
  const form = useForm();
  const changed = !form.isNew && !sameValue(form.fields[name], form.base[name]);
  const refused = form.loosened.includes(name)
    ? "Adds risk to the open session; wait until it has ended"
    : null;
  return {
    label: LABELS[name],
    changed,
    error: form.errors[name] ?? refused,
    hint: form.open && !mayTighten(name) ? "Fixed while the session is open" : hint,
  };
}

/** The place of a field: errors are found and focused by it. */
export function Cell({
  name,
  wide,
  children,
}: {
  name: FieldName;
  wide?: boolean;
  children: ReactNode;
}) {
  const { changed } = useLook(name);
  return (
    <div
      className={cx(styles.cell, wide && styles.wide, changed && styles.changed)}
      data-field={name}
    >
      {children}
    </div>
  );
}

type Named<Type> = {
  [Name in FieldName]: ProfileFields[Name] extends Type ? Name : never;
}[FieldName];

interface FigureProps {
  name: Named<number | null>;
  hint?: ReactNode;
  unit: string;
  /** At least; a value with more keeps them. */
  digits?: number;
  min?: number;
  max?: number;
  step?: number;
  optional?: boolean;
}

/** The digits a figure has, at least these. */
export const digitsOf = (value: number | null, least = 0) =>
  Math.min(6, Math.max(least, (String(value ?? "").split(".")[1] ?? "").length));

export function Figure({ name, hint, digits, ...rest }: FigureProps) {
  const { fields, edit } = useForm();
  const look = useLook(name, hint);
  return (
    <Cell name={name}>
      <NumberField
        {...rest}
        {...look}
        digits={digitsOf(fields[name], digits)}
        value={fields[name]}
        onChange={(value) => {
          if (value !== null || rest.optional) {
            edit({ [name]: value });
          }
        }}
      />
    </Cell>
  );
}

/** Percent points. */
export function Points({ name, hint, digits, ...rest }: Omit<FigureProps, "unit">) {
  const { fields, edit } = useForm();
  const look = useLook(name, hint);
  const value = fields[name];
  return (
    <Cell name={name}>
      <PointsField
        {...rest}
        {...look}
        digits={digitsOf(value, digits)}
        value={value === null ? null : percentPoints(value)}
        onChange={(next) => {
          if (next !== null || rest.optional) {
            edit({ [name]: next });
          }
        }}
      />
    </Cell>
  );
}

type MoneyName = Exclude<Named<string | null>, Named<string>> & `${string}_price_${string}`;

export function Premium({ name }: { name: MoneyName }) {
  const { fields, edit } = useForm();
  const value = fields[name];
  return (
    <Cell name={name}>
      <MoneyField
        {...useLook(name)}
        value={value === null ? null : decimal(value)}
        onChange={(next) => edit({ [name]: next })}
      />
    </Cell>
  );
}

/** One of a few; with two or three they are all visible. */
export function Choice({ name, hint }: { name: keyof typeof CHOICES; hint?: ReactNode }) {
  const { fields, edit } = useForm();
  const words: Record<string, string> = CHOICES[name];
  return (
    <Cell name={name}>
      <Select
        {...useLook(name, hint)}
        options={Object.entries(words).map(([value, text]) => ({ value, text }))}
        value={fields[name]}
        onChange={(value) => edit({ [name]: value })}
      />
    </Cell>
  );
}

/** The same, all visible. */
export function Switch<Value extends string>({
  name,
  wide,
  options,
  value,
  onChange,
}: {
  name: FieldName;
  wide?: boolean;
  options: readonly { value: Value; text: string }[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  const look = useLook(name);
  return (
    <Cell name={name} wide={wide}>
      <span className={styles.label} aria-hidden="true">
        {look.label}
      </span>
      <Segmented label={look.label} options={options} value={value} onChange={onChange} />
      {look.error ? (
        <p className={styles.error} role="alert">
          {look.error}
        </p>
      ) : look.hint ? (
        <p className={styles.hint}>{look.hint}</p>
      ) : null}
    </Cell>
  );
}

export function Tick({ name, children }: { name: Named<boolean>; children: ReactNode }) {
  const { fields, edit } = useForm();
  const look = useLook(name);
  return (
    <Cell name={name} wide>
      <Checkbox isSelected={fields[name]} onChange={(on) => edit({ [name]: on })}>
        {children}
      </Checkbox>
      {look.error ? (
        <p className={styles.error} role="alert">
          {look.error}
        </p>
      ) : null}
    </Cell>
  );
}

export function Time({ name, hint }: { name: "trade_time_ist" | "exit_time_ist"; hint: string }) {
  const { fields, edit } = useForm();
  return (
    <Cell name={name}>
      <TimeField
        {...useLook(name)}
        hint={hint}
        value={fields[name]}
        onChange={(value) => edit({ [name]: value })}
      />
    </Cell>
  );
}
