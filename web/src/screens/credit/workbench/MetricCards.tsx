import { formatAmount, formatNumber, NOT_COMPUTABLE } from "@/format/numbers";
import { cx } from "@/ui/cx";
import { Delta, type Good, Metric } from "@/ui/Figures";
import type { Metrics } from "../api/types";
import styles from "./Workbench.module.css";

export interface MetricKind {
  id: Exclude<keyof Metrics, "irr_multiple_roots">;
  name: string;
  unit: string;
  digits: number;
  /** What is multiplied for showing: fractions become per cent. */
  times: number;
  good: Good;
  /** The unit of a change. */
  change: string;
  money?: boolean;
}

export const METRICS: readonly MetricKind[] = [
  { id: "price", name: "Price", unit: "", digits: 2, times: 1, good: "up", change: "" },
  {
    id: "yield_to_maturity",
    name: "Yield, BEY",
    unit: "%",
    digits: 2,
    times: 100,
    good: "up",
    change: " pt",
  },
  {
    id: "weighted_average_life",
    name: "Average life",
    unit: "years",
    digits: 2,
    times: 1,
    good: "neither",
    change: "",
  },
  {
    id: "effective_duration",
    name: "Eff. duration",
    unit: "",
    digits: 2,
    times: 1,
    good: "neither",
    change: "",
  },
  {
    id: "dv01",
    name: "DV01",
    unit: "",
    digits: 0,
    times: 1,
    good: "neither",
    change: "",
    money: true,
  },
  {
    id: "loss_percent",
    name: "Lifetime loss",
    unit: "%",
    digits: 2,
    times: 1,
    good: "down",
    change: " pt",
  },
  { id: "npv", name: "NPV", unit: "", digits: 1, times: 1, good: "up", change: "", money: true },
];

/** The figures that decide, each with its change against the compared run. */
export function MetricCards({
  metrics,
  base,
  currency,
  stale,
}: {
  metrics: Metrics | null;
  base: Metrics | null;
  currency: string | null;
  stale: boolean;
}) {
  return (
    <div className={cx(styles.mets, stale && styles.old)}>
      {METRICS.map((kind) => {
        const value = numberOf(metrics, kind);
        const before = numberOf(base, kind);
        const unit = moneyUnit(value, kind);
        return (
          <Metric
            key={kind.id}
            name={kind.name}
            value={value === null ? NOT_COMPUTABLE : shownMetric(kind, value, currency)}
            unit={unit?.letter || kind.unit || undefined}
            note={
              value === null ? (
                "no solution in these cash flows"
              ) : before === null ? (
                base === null ? (
                  "nothing to compare"
                ) : (
                  "n/a before"
                )
              ) : (
                <Change kind={kind} value={value} before={before} />
              )
            }
          />
        );
      })}
    </div>
  );
}

export function numberOf(metrics: Metrics | null, kind: MetricKind): number | null {
  const value = metrics?.[kind.id];
  return value === null || value === undefined ? null : value * kind.times;
}

/** The short form of money on cards and in lists. */
interface CardUnit {
  by: number;
  letter: string;
  digits: number;
}

function moneyUnit(value: number | null, kind: MetricKind): CardUnit | null {
  if (!kind.money || value === null) {
    return null;
  }
  const size = Math.abs(value);
  if (size >= 1e6) {
    return { by: 1e6, letter: "M", digits: size >= 1e8 ? 1 : 2 };
  }
  return size >= 1e5 ? { by: 1e3, letter: "k", digits: 0 } : { by: 1, letter: "", digits: 0 };
}

export function shownMetric(kind: MetricKind, value: number, currency: string | null): string {
  const unit = moneyUnit(value, kind);
  return unit === null
    ? formatNumber(value, kind.digits)
    : formatAmount(value / unit.by, { currency: currency ?? "USD", digits: unit.digits });
}

/** The same with the letter of its size behind it, where no unit stands beside it. */
export const wholeMetric = (kind: MetricKind, value: number, currency: string | null) =>
  `${shownMetric(kind, value, currency)}${moneyUnit(value, kind)?.letter ?? ""}`;

/** A change in the unit of the figure, signed. */
export function Change({
  kind,
  value,
  before,
}: {
  kind: MetricKind;
  value: number;
  before: number;
}) {
  const unit = moneyUnit(value, kind);
  const change = (value - before) / (unit?.by ?? 1);
  const digits = unit === null ? kind.digits : unit.by === 1e6 ? 2 : unit.digits;
  return (
    <Delta
      value={change}
      digits={digits}
      unit={unit === null ? kind.change : unit.letter}
      good={kind.good}
    />
  );
}
