import type { LogVolume } from "@/api/schema";
import { PaneGroup } from "@/charts/PaneGroup";
import type { PaneSeries } from "@/charts/panes";
import { timeTicks } from "@/charts/scale";
import { formatCount } from "@/format/numbers";
import { formatClock, formatDay, formatInstant } from "@/format/time";

const PARTS = [
  { id: "DEBUG", title: "Debug", color: "var(--text-3)", opacity: 0.2 },
  { id: "INFO", title: "Info", color: "var(--text-3)", opacity: 0.45 },
  {
    id: "WARN",
    title: "Warning",
    color: "var(--warn-mark)",
    opacity: 1,
    keys: ["WARN", "WARNING"],
  },
  { id: "ERROR", title: "Error", color: "var(--danger)", opacity: 1 },
] as const;

/** Entries over time by level; errors on top. */
export function Volume({ volume, total }: { volume: readonly LogVolume[]; total: number }) {
  const xs = volume.map((bar) => Date.parse(bar.at));
  const span = (xs.at(-1) ?? 0) - (xs[0] ?? 0);
  const series: PaneSeries[] = PARTS.map((part) => ({
    id: part.id,
    title: part.title,
    color: part.color,
    opacity: part.opacity,
    form: "bars",
    values: volume.map((bar) => bar.counts[part.id]),
  }));
  const errors = series[3]?.values.filter((count) => (count ?? 0) > 0).length ?? 0;
  return (
    <PaneGroup
      label={`${formatCount(total)} entries over time; errors in ${errors} of ${xs.length} intervals`}
      name="log-volume"
      xs={xs}
      height={96}
      tools={false}
      legend={false}
      formatX={(x) => formatInstant(new Date(x))}
      tickX={(x) =>
        span > 2 * 86_400_000
          ? formatDay(new Date(x), "UTC", new Date())
          : formatClock(new Date(x), "UTC", "minute")
      }
      ticksX={timeTicks}
      panes={[
        { id: "volume", title: "", series, format: formatCount, tick: formatCount, total: "All" },
      ]}
      empty="No entry in this time"
    />
  );
}
