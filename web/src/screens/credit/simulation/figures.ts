/** What is said about the results of a simulation: measures, units, percentiles, comparisons. */
import type { Bin } from "@/charts/BarHistogram";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import type { AmountUnit } from "../model/units";
import type { Fan, Measure, SimulationReport } from "./api";

export interface Histogram {
  edges: readonly number[];
  counts: readonly number[];
}

export interface MeasureLook {
  id: string;
  title: string;
  /** Amounts are shown in the pool's unit, fractions in per cent. */
  kind: "amount" | "fraction" | "years";
}

/** In the order of the choice; others are not shown. */
export const LOOKS: readonly MeasureLook[] = [
  { id: "value", title: "NPV", kind: "amount" },
  { id: "loss", title: "Loss", kind: "amount" },
  { id: "default", title: "Default", kind: "amount" },
  { id: "irr", title: "Return", kind: "fraction" },
  { id: "weighted_average_life", title: "Life", kind: "years" },
];

export const unitOf = (look: MeasureLook, unit: AmountUnit): string =>
  look.kind === "amount" ? unit.name : look.kind === "years" ? "years" : "%";

export function sayFigure(look: MeasureLook, value: number, unit: AmountUnit): string {
  if (look.kind === "amount") {
    return unit.format(value);
  }
  return look.kind === "years"
    ? formatNumber(value, 2)
    : `${formatNumber(100 * value, 2)}${NARROW_SPACE}%`;
}

/** For an axis: short, without the unit for amounts. */
export function sayTick(look: MeasureLook, value: number, unit: AmountUnit): string {
  if (look.kind === "amount") {
    return unit.tick(value);
  }
  const shown = look.kind === "fraction" ? 100 * value : value;
  const text = String(Number(shown.toPrecision(4)));
  return look.kind === "fraction" ? `${text}${NARROW_SPACE}%` : text;
}

export function binsOf({ edges, counts }: Histogram): Bin[] {
  return counts.map((count, at) => ({
    low: edges[at] ?? 0,
    high: edges[at + 1] ?? edges[at] ?? 0,
    count,
  }));
}

/** The same bars as shares of all paths, so that two simulations of different size compare. */
export function sharesOf(histogram: Histogram): Bin[] {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  return binsOf(histogram).map((bin) => ({
    ...bin,
    count: total > 0 ? (100 * bin.count) / total : 0,
  }));
}

/** Counts of bars over common edges; each old bar is spread evenly over what it covers. */
export function rebinned(histogram: Histogram, edges: readonly number[]): Histogram {
  const counts = edges.slice(1).map((high, at) => {
    const low = edges[at] ?? high;
    return binsOf(histogram).reduce((sum, bin) => {
      const width = bin.high - bin.low;
      const shared = Math.min(high, bin.high) - Math.max(low, bin.low);
      if (width <= 0) {
        const last = at === edges.length - 2;
        return (
          sum + (bin.low >= low && (bin.low < high || (last && bin.low <= high)) ? bin.count : 0)
        );
      }
      return shared > 0 ? sum + (bin.count * shared) / width : sum;
    }, 0);
  });
  return { edges: [...edges], counts };
}

/** Edges that hold both distributions, as many bars as the first has. */
export function commonEdges(left: Histogram, right: Histogram): number[] {
  const all = [...left.edges, ...right.edges];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const bars = Math.max(1, left.counts.length);
  return Array.from({ length: bars + 1 }, (_, at) => low + ((high - low) * at) / bars);
}

export interface PercentileRow {
  level: number;
  value: number;
  other: number | null;
}

export const histogramOf = (measure: Measure): Histogram => ({
  edges: measure.histogram_edges,
  counts: measure.histogram_counts,
});

/** Percentiles in rising order, beside those of another simulation. */
export function percentileRows(one: Measure, other: Measure | null): PercentileRow[] {
  return Object.entries(one.percentiles)
    .map(([level, value]) => ({
      level: Number(level),
      value,
      other: other?.percentiles[level] ?? null,
    }))
    .sort((left, right) => left.level - right.level);
}

export interface Band {
  /** Per cent, rising. */
  levels: number[];
  /** One list a level, one entry a period. */
  values: number[][];
}

/** One series of the fan, its levels in rising order: "p5" is 5. */
export function bandOf(fan: Fan, series: string): Band {
  const sorted = Object.entries(fan.series[series] ?? {})
    .map(([name, values]) => ({ level: Number(name.slice(1)), values }))
    .filter(({ level }) => Number.isFinite(level))
    .sort((left, right) => left.level - right.level);
  return {
    levels: sorted.map(({ level }) => level),
    values: sorted.map(({ values }) => values),
  };
}

/** "1st", "5th", "22nd": how people say a percentile. */
export function ordinal(level: number): string {
  const text = String(level);
  if (!Number.isInteger(level)) {
    return `${text}th`;
  }
  const tens = level % 100;
  const ending =
    tens >= 11 && tens <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[level % 10] ?? "th");
  return `${text}${ending}`;
}

const SUMMARY = [
  "count",
  "mean",
  "median",
  "standard_deviation",
  "standard_error",
  "min",
  "max",
  "skewness",
  "excess_kurtosis",
] as const;

type CsvRow = (string | number | null)[];

/** The figures of a simulation as one long table: what, which, at, value. */
export function reportRows(report: SimulationReport): CsvRow[] {
  const rows: CsvRow[] = [["part", "figure", "at", "value"]];
  for (const [name, measure] of Object.entries(report.measures)) {
    rows.push(...SUMMARY.map((figure): CsvRow => [name, figure, null, measure[figure]]));
    for (const { level, value } of percentileRows(measure, null)) {
      rows.push([name, "percentile", level, value]);
    }
    rows.push(
      ...measure.histogram_counts.map(
        (count, at): CsvRow => [name, "paths from", measure.histogram_edges[at] ?? null, count],
      ),
    );
  }
  for (const [name, tails] of [
    ["value", report.value_tails],
    ["loss", report.loss_tails],
  ] as const) {
    for (const tail of tails) {
      rows.push([name, "value_at_risk", tail.level, tail.value_at_risk]);
      rows.push([name, "expected_shortfall", tail.level, tail.expected_shortfall]);
      rows.push([name, "economic_capital", tail.level, tail.economic_capital]);
    }
  }
  for (const [series, levels] of Object.entries(report.fan.series)) {
    for (const [level, values] of Object.entries(levels)) {
      rows.push(
        ...values.map(
          (value, at): CsvRow => [
            series,
            level,
            report.fan.dates[at] ?? report.fan.periods[at] ?? null,
            value,
          ],
        ),
      );
    }
  }
  return rows;
}

/** The first shown period of each year, thinned so that their names fit. */
export function yearStarts(fan: Pick<Fan, "periods" | "dates">, wanted: number): number[] {
  const starts = fan.periods.filter((_, at) => {
    const year = fan.dates[at]?.slice(0, 4);
    return at > 0 && year !== fan.dates[at - 1]?.slice(0, 4);
  });
  const every = Math.max(1, Math.ceil(starts.length / Math.max(1, wanted)));
  return starts.filter((_, at) => at % every === 0);
}
