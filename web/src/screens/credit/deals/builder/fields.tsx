/** Fields of the builder, bound to a member of the structure by its pointer. */
import { type ReactNode, useEffect, useState } from "react";
import { fraction } from "@/format/units";
import { Checkbox } from "@/ui/Checkbox";
import { DateField } from "@/ui/DateField";
import { NumberField, PercentField } from "@/ui/NumberField";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import { namesIn, renameObject, type Section } from "../model/objects";
import { useBuilding, useMember } from "./context";

interface FieldProps {
  at: string;
  label: string;
  hint?: ReactNode;
  optional?: boolean;
}

const LONGEST_NAME = 64;

/** Digits that a figure has, at least these. */
export const digitsOf = (value: number | undefined, least = 0) =>
  Math.min(8, Math.max(least, (String(value ?? "").split(".")[1] ?? "").length));

/** A plain text member. */
export function Words({ at, label, hint, optional }: FieldProps) {
  const { value, error, locked, set } = useMember<string>(at);
  return (
    <TextField
      label={label}
      hint={hint}
      optional={optional}
      isDisabled={locked}
      value={value ?? ""}
      onChange={(text) => set(text === "" && optional ? undefined : text)}
      error={error}
    />
  );
}

/** The name of an object; leaving the field renames it wherever it is used. */
export function Name({ at, section }: { at: string; section: Exclude<Section, "dates"> }) {
  const { deal, edit, locked } = useBuilding();
  const { value = "", error } = useMember<string>(`${at}/name`);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const name = text.trim();
  const taken = name !== value && namesIn(deal, section).includes(name);
  const own =
    name === ""
      ? "Give a name"
      : name.length > LONGEST_NAME
        ? `At most ${LONGEST_NAME} characters`
        : taken
          ? `${name} is taken; give another name`
          : null;
  return (
    <TextField
      label="Name"
      hint="Renaming changes every formula and step that names it."
      isDisabled={locked}
      value={text}
      onChange={setText}
      onBlur={() => own === null && name !== value && edit(renameObject(deal, at, name))}
      error={own ?? error}
    />
  );
}

export function Amount({ at, label, hint, optional }: FieldProps) {
  const { deal } = useBuilding();
  const { value, error, locked, set } = useMember<number>(at);
  return (
    <NumberField
      label={label}
      hint={hint}
      optional={optional}
      isDisabled={locked}
      unit={deal.currency ?? "USD"}
      digits={digitsOf(value)}
      min={0}
      value={value ?? (optional ? null : 0)}
      onChange={(next) => set(next ?? (optional ? undefined : 0))}
      error={error}
    />
  );
}

export function Whole({ at, label, hint, unit }: FieldProps & { unit?: string }) {
  const { value, error, locked, set } = useMember<number>(at);
  return (
    <NumberField
      label={label}
      hint={hint}
      optional
      isDisabled={locked}
      unit={unit}
      digits={0}
      min={0}
      value={value ?? null}
      onChange={(next) => set(next ?? undefined)}
      error={error}
    />
  );
}

/** An annual rate: stored as a fraction, shown in percent points. */
export function Rate({ at, label, hint, optional }: FieldProps) {
  const { value, error, locked, set } = useMember<number>(at);
  const points = value === undefined ? undefined : Number((value * 100).toPrecision(12));
  return (
    <PercentField
      label={label}
      hint={hint}
      optional={optional}
      isDisabled={locked}
      digits={digitsOf(points, 2)}
      step={0.25}
      value={value === undefined ? null : fraction(value)}
      onChange={(next) => set(next === null ? (optional ? undefined : 0) : (next as number))}
      error={error}
    />
  );
}

export function Day({ at, label, hint, optional }: FieldProps) {
  const { value, error, locked, set } = useMember<string>(at);
  return (
    <DateField
      label={label}
      hint={hint}
      optional={optional}
      value={value ?? null}
      onChange={(next) => {
        if (!locked && (next !== null || optional)) {
          set(next ?? undefined);
        }
      }}
      error={error}
    />
  );
}

const NONE = "\u0000";

interface ChoiceProps extends FieldProps {
  options: readonly { value: string; text: string; hint?: string }[];
  /** What an absent member means; without it the member is always there. */
  absent?: string;
  /** The choice that an absent member stands for. */
  usual?: string;
}

/** One of a few. With `absent` the first choice leaves the member out. */
export function Choice({ at, label, hint, options, absent, usual }: ChoiceProps) {
  const { value, error, locked, set } = useMember<string>(at);
  const known = options.some((one) => one.value === value) || value === undefined;
  const all = [
    ...(absent === undefined ? [] : [{ value: NONE, text: absent }]),
    ...(known ? [] : [{ value: value ?? "", text: `${value}, which is not there` }]),
    ...options,
  ];
  return (
    <Select
      label={label}
      hint={hint}
      isDisabled={locked}
      options={all}
      value={value ?? usual ?? (absent === undefined ? null : NONE)}
      onChange={(next) => set(next === NONE ? undefined : next)}
      error={error}
    />
  );
}

/** The name of another object. */
export function NameOf({
  at,
  label,
  section,
  hint,
  absent,
}: FieldProps & { section: Exclude<Section, "dates">; absent?: string }) {
  const { deal } = useBuilding();
  const options = namesIn(deal, section).map((name) => ({ value: name, text: name }));
  return <Choice at={at} label={label} hint={hint} options={options} absent={absent} />;
}

export function Tick({ at, children }: { at: string; children: ReactNode }) {
  const { value, locked, set } = useMember<boolean>(at);
  return (
    <Checkbox
      isSelected={value === true}
      isDisabled={locked}
      onChange={(on) => set(on ? true : undefined)}
    >
      {children}
    </Checkbox>
  );
}
