/** Figures with unit, sign and age. Screens show numbers through these and through nothing else. */
import { Copy } from "lucide-react";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import {
  formatAmount,
  formatFraction,
  formatMoney,
  formatNumber,
  type MoneyOptions,
  NOT_COMPUTABLE,
} from "@/format/numbers";
import {
  formatAge,
  formatClock,
  formatDay,
  formatInstant,
  parseInstant,
  type Zone,
} from "@/format/time";
import { type Decimal, type Fraction, type Minor, minorToDecimal } from "@/format/units";
import { useNow } from "@/shell/clock";
import { IconButton } from "./Button";
import { copyText } from "./copy";
import { cx } from "./cx";
import styles from "./Figures.module.css";
import { Tooltip } from "./Tooltip";

export interface MetricProps {
  name: ReactNode;
  value: ReactNode;
  unit?: string;
  /** Change, age or reason, below the figure. */
  note?: ReactNode;
  hero?: boolean;
  stale?: boolean;
}

/** Name, figure, unit, note. */
export function Metric({ name, value, unit, note, hero, stale }: MetricProps) {
  return (
    <div className={cx(styles.metric, stale && styles.stale)}>
      <div className={styles.name}>{name}</div>
      <div
        className={cx(
          styles.value,
          hero && styles.hero,
          value === NOT_COMPUTABLE && styles.missing,
        )}
      >
        {value}
        {unit === undefined ? null : <span className={styles.unit}>{unit}</span>}
      </div>
      {note === undefined ? null : <div className={styles.note}>{note}</div>}
    </div>
  );
}

/** Metrics side by side, wrapping on narrow screens. */
export function MetricRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

/** Whether a rise is good, bad or neither for the holder. */
export type Good = "up" | "down" | "neither";

export interface DeltaProps {
  value: number;
  digits?: number;
  unit?: string;
  good?: Good;
  /** Overrides the figure, for instance with a money format. */
  text?: string;
}

/** A change: arrow says up or down, colour says good or bad, sign always. */
export function Delta({ value, digits = 2, unit = "", good = "up", text }: DeltaProps) {
  const shown = text ?? formatNumber(value, digits, "always");
  const none = !/[1-9]/.test(shown);
  const tone =
    none || good === "neither" ? "neutral" : value > 0 === (good === "up") ? "gain" : "loss";
  return (
    <span className={cx(styles.delta, styles[tone])}>
      {none ? null : (
        <svg viewBox="0 0 8 8" aria-hidden="true">
          <path
            d={value > 0 ? "M4 .500 7.800 7.500H.200z" : "M4 7.500 7.800.500H.200z"}
            fill="currentColor"
          />
        </svg>
      )}
      {shown}
      {unit}
    </span>
  );
}

export interface MoneyProps extends MoneyOptions {
  /** Exact text, whole minor units, or `amount` for a modelled figure. */
  value?: Decimal | Minor | null;
  amount?: number | null;
  /** Colours the sign. */
  directed?: boolean;
}

/** Money with sign and currency; zero is dimmed, what is not applicable is blank. */
export function Money({ value, amount, directed, ...options }: MoneyProps) {
  if ((value === undefined || value === null) && (amount === undefined || amount === null)) {
    return null;
  }
  const exact = typeof value === "number" ? minorToDecimal(value, options.currency) : value;
  const text = exact ? formatMoney(exact, options) : formatAmount(amount ?? Number.NaN, options);
  const zero = !/[1-9]/.test(text);
  const negative = text.startsWith("\u2212");
  const tone = zero ? styles.zero : directed ? (negative ? styles.loss : styles.gain) : undefined;
  return <span className={tone}>{text}</span>;
}

/** A fraction as a percentage. */
export function Percent({
  value,
  digits = 2,
  sign,
}: {
  value: Fraction | null | undefined;
  digits?: number;
  sign?: "plain" | "always";
}) {
  if (value === null || value === undefined) {
    return null;
  }
  const text = formatFraction(value, digits, sign);
  return <span className={/[1-9]/.test(text) ? undefined : styles.zero}>{text}</span>;
}

export type InstantForm = "full" | "day" | "clock" | "milli" | "short";

/** A moment in one zone; the full form is in the tooltip. Name the zone in the head. */
export function Instant({
  at,
  zone = "UTC",
  form = "short",
}: {
  at: string | Date | null | undefined;
  zone?: Zone;
  form?: InstantForm;
}) {
  const moment = useMoment(at);
  if (moment === null) {
    return null;
  }
  const text =
    form === "full"
      ? formatInstant(moment, zone)
      : form === "day"
        ? formatDay(moment, zone)
        : form === "short"
          ? `${formatDay(moment, zone, new Date())} ${formatClock(moment, zone, "second")}`
          : formatClock(moment, zone, form === "milli" ? "milli" : "second");
  return <time dateTime={moment.toISOString()}>{text}</time>;
}

/** True inside a grid: its cells are read by the row cursor and add no tab stops. */
export const InGrid = createContext(false);

/** How long ago; relative only below one hour, the full instant on hover and focus. */
export function Age({ at, zone = "UTC" }: { at: string | Date | null | undefined; zone?: Zone }) {
  const moment = useMoment(at);
  const now = useNow(1_000);
  const inGrid = useContext(InGrid);
  if (moment === null) {
    return null;
  }
  return (
    <Tooltip text={formatInstant(moment, zone)}>
      <time
        className={styles.age}
        dateTime={moment.toISOString()}
        tabIndex={inGrid ? undefined : 0}
      >
        {formatAge(moment, now, zone)}
      </time>
    </Tooltip>
  );
}

function useMoment(at: string | Date | null | undefined): Date | null {
  return useMemo(() => (at instanceof Date ? at : parseInstant(at)), [at]);
}

/** An identifier in mono; short forms keep the end, `copy` adds a copy button. */
export function Id({ value, short, copy }: { value: string; short?: number; copy?: boolean }) {
  const text = short !== undefined && value.length > short ? value.slice(-short) : value;
  return (
    <span className={styles.id}>
      <span className={styles.idText}>{text}</span>
      {copy ? (
        <IconButton label={`Copy ${value}`} small onPress={() => copyText(value)}>
          <Copy size={12} />
        </IconButton>
      ) : null}
    </span>
  );
}

/** Names and values, values right. */
export function KeyValues({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.kv}>
      {rows.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
