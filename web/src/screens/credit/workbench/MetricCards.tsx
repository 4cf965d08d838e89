import { formatAmount, formatNumber, NOT_COMPUTABLE } from "@/format/numbers";
import { cx } from "@/ui/cx";
import { Delta, type Good, Metric } from "@/ui/Figures";
import type { Metrics } from "../api/types";
import { type AmountUnit, amountUnit } from "../model/units";
import styles from "./Workbench.module.css";

export interface MetricKind {
  id: keyof Metrics;
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
        const unit = moneyUnit(value, kind, currency);
        return (
          <Metric
            key={kind.id}
            name={kind.name}
            value={value === null ? NOT_COMPUTABLE : shownMetric(kind, value, currency)}
            unit={unit?.short || kind.unit || undefined}
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
                <Change kind={kind} value={value} before={before} currency={currency} />
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

const moneyUnit = (
  value: number | null,
  kind: MetricKind,
  currency: string | null,
): AmountUnit | null =>
  kind.money && value !== null ? amountUnit(Math.abs(value), currency) : null;

export function shownMetric(kind: MetricKind, value: number, currency: string | null): string {
  const unit = moneyUnit(value, kind, currency);
  if (unit === null) {
    return formatNumber(value, kind.digits);
  }
  const digits = unit.by === 1 ? 0 : 1;
  return formatAmount(value / unit.by, { currency: unit.currency, digits });
}

/** A change in the unit of the figure, signed. */
export function Change({
  kind,
  value,
  before,
  currency,
}: {
  kind: MetricKind;
  value: number;
  before: number;
  currency: string | null;
}) {
  const unit = moneyUnit(value, kind, currency);
  const change = (value - before) / (unit?.by ?? 1);
  const digits = unit === null ? kind.digits : unit.by === 1 ? 0 : 2;
  return (
    <Delta
      value={change}
      digits={digits}
      unit={unit === null ? kind.change : unit.short}
      good={kind.good}
    />
  );
}
