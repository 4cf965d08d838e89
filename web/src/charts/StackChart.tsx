import { PaneGroup, type PaneGroupProps } from "./PaneGroup";
import type { PaneSeries } from "./panes";
import type { Point } from "./scale";

const COLORS = ["var(--cat-1)", "var(--cat-4)", "var(--cat-2)", "var(--cat-5)", "var(--cat-3)"];

export interface StackSeries {
  id: string;
  title: string;
  values: readonly Point[];
  /** Fixed per meaning; in order when not given. */
  color?: string;
}

export interface StackChartProps
  extends Pick<
    PaneGroupProps,
    "label" | "name" | "xs" | "formatX" | "tickX" | "ticksX" | "height" | "empty" | "tools"
  > {
  /** With the unit. */
  title: string;
  /** At most five, the largest stable part first: it is at the bottom. */
  series: readonly StackSeries[];
  /** The total of another run, dashed. */
  reference?: StackSeries;
  format: (value: number) => string;
  total?: string;
}

/** What something is made of over time: areas, or bars for up to 24 periods. */
export function StackChart(props: StackChartProps) {
  const { title, series, reference, format, total = "Total", ...rest } = props;
  const form = rest.xs.length <= 24 ? "bars" : "stack";
  const all: PaneSeries[] = series.map((one, index) => ({
    id: one.id,
    title: one.title,
    values: one.values,
    color: one.color ?? COLORS[index] ?? "var(--cat-other)",
    form,
  }));
  if (reference !== undefined) {
    all.push({
      id: reference.id,
      title: reference.title,
      values: reference.values,
      color: reference.color ?? "var(--text-2)",
      form: "line",
      dashed: true,
    });
  }
  return <PaneGroup {...rest} panes={[{ id: "stack", title, series: all, format, total }]} />;
}
