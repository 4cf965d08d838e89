/**
 * Fields for figures. They keep what was typed until the field is left, accept both separators and
 * pasted "1 248,6", and give the caller a typed value or null when the text is not a number.
 */
import { useEffect, useState } from "react";
import { formatDecimal, formatNumber, normalizeNumber, parseNumber } from "@/format/numbers";
import {
  type Decimal,
  decimal,
  type Fraction,
  fraction,
  type PercentPoints,
  percentPoints,
} from "@/format/units";
import type { FieldLook } from "./FieldFrame";
import { TextField } from "./TextField";

interface FigureProps extends FieldLook {
  digits?: number;
  min?: number;
  max?: number;
  /** Arrow keys move by this, with Shift by ten of it. */
  step?: number;
  isDisabled?: boolean;
  isRequired?: boolean;
  name?: string;
  autoFocus?: boolean;
}

export interface NumberFieldProps extends FigureProps {
  value: number | null;
  onChange: (value: number | null) => void;
}

/** A plain figure with limits. */
export function NumberField(props: NumberFieldProps) {
  const { value, onChange, digits = 2, min, max, step = 1, error, ...rest } = props;
  const shownValue = value === null ? "" : formatNumber(value, digits);
  const [text, setText] = useState(shownValue);
  const [own, setOwn] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  // A figure that came from elsewhere replaces what stands here, and with it any complaint.
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving the field must keep a wrong text beside its complaint
  useEffect(() => {
    if (!focused) {
      setText(shownValue);
      setOwn(null);
    }
  }, [shownValue]);

  const leave = () => {
    setFocused(false);
    const complaint = complain(text, min, max, digits, rest.optional);
    setOwn(complaint);
    if (complaint === null) {
      const read = text.trim() === "" ? null : parseNumber(text);
      setText(read === null ? "" : formatNumber(read, digits));
      onChange(read);
    }
  };
  const nudge = (by: number) => {
    const from = parseNumber(text) ?? value ?? 0;
    const next = Math.min(max ?? Number.MAX_VALUE, Math.max(min ?? -Number.MAX_VALUE, from + by));
    const rounded = Number(next.toFixed(digits));
    setText(formatNumber(rounded, digits));
    setOwn(null);
    onChange(rounded);
  };

  return (
    <TextField
      {...rest}
      inputMode="decimal"
      right={rest.unit === undefined}
      error={error ?? own}
      value={text}
      onChange={(next) => {
        setText(next);
        const read = parseNumber(next);
        if (read !== null && complain(next, min, max, digits) === null) {
          setOwn(null);
          onChange(read);
        }
      }}
      onFocus={() => setFocused(true)}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          nudge((event.key === "ArrowUp" ? step : -step) * (event.shiftKey ? 10 : 1));
        } else {
          event.continuePropagation();
        }
      }}
    />
  );
}

function complain(
  text: string,
  min: number | undefined,
  max: number | undefined,
  digits: number,
  optional = true,
): string | null {
  if (text.trim() === "") {
    return optional ? null : "Give a number";
  }
  const value = parseNumber(text);
  if (value === null) {
    return `"${text}" is not a number, use digits such as ${formatNumber(min ?? 0, digits)}`;
  }
  if (min !== undefined && value < min) {
    return `Must be at least ${formatNumber(min, digits)}`;
  }
  if (max !== undefined && value > max) {
    return `Must be at most ${formatNumber(max, digits)}`;
  }
  return null;
}

export interface PercentFieldProps extends FigureProps {
  /** A fraction; the field shows and takes percent points. Limits and step are in percent points. */
  value: Fraction | null;
  onChange: (value: Fraction | null) => void;
}

/** Takes percent points and says so; gives a fraction. */
export function PercentField({ value, onChange, unit = "%", ...rest }: PercentFieldProps) {
  return (
    <NumberField
      {...rest}
      unit={unit}
      value={value === null ? null : Number((value * 100).toPrecision(12))}
      onChange={(points) =>
        onChange(points === null ? null : fraction(Number((points / 100).toPrecision(14))))
      }
    />
  );
}

/** The same for values the server keeps in percent points. */
export function PointsField({
  value,
  onChange,
  unit = "%",
  ...rest
}: FigureProps & {
  value: PercentPoints | null;
  onChange: (value: PercentPoints | null) => void;
}) {
  return (
    <NumberField
      {...rest}
      unit={unit}
      value={value}
      onChange={(next) => onChange(next === null ? null : percentPoints(next))}
    />
  );
}

export interface MoneyFieldProps extends Omit<FigureProps, "min" | "max" | "step"> {
  value: Decimal | null;
  onChange: (value: Decimal | null) => void;
  currency?: string;
}

/** An exact amount; the text never passes through a float. */
export function MoneyField(props: MoneyFieldProps) {
  const { value, onChange, currency = "USD", digits = 2, unit, error, ...rest } = props;
  const shownValue = value === null ? "" : formatDecimal(value, digits);
  const [text, setText] = useState(shownValue);
  const [own, setOwn] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving the field must keep a wrong text beside its complaint
  useEffect(() => {
    if (!focused) {
      setText(shownValue);
      setOwn(null);
    }
  }, [shownValue]);
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      unit={unit ?? currency}
      error={error ?? own}
      value={text}
      onChange={setText}
      onFocus={() => setFocused(true)}
      onBlur={() => {
        setFocused(false);
        const read = text.trim() === "" ? null : normalizeNumber(text);
        if (read === null && text.trim() !== "") {
          setOwn(`"${text}" is not an amount, use digits such as 1,250.00`);
        } else if (read !== null && (read.split(".")[1]?.length ?? 0) > digits) {
          setOwn(`${currency} has ${digits} decimals`);
        } else {
          setOwn(null);
          setText(read === null ? "" : formatDecimal(decimal(read), digits));
          onChange(read === null ? null : decimal(read));
        }
      }}
    />
  );
}
