import type { LogEntry, LogSummary } from "@/api/schema";
import { formatCount, formatNumber } from "@/format/numbers";
import { Age, Metric } from "@/ui/Figures";
import { Panel } from "@/ui/Panel";
import type { SearchState } from "../search";
import { levelCount } from "./Facets";
import { LevelMark } from "./LogRow";
import styles from "./Logs.module.css";

/** Counts, lag, and the latest error and warning. */
export function Summary({
  summary,
  change,
}: {
  summary: LogSummary | undefined;
  change: (change: SearchState) => void;
}) {
  const lag = summary?.ingestion_lag_seconds;
  return (
    <Panel label="Summary">
      <div className={styles.summary}>
        <Metric name="Entries" value={summary ? formatCount(summary.total) : "…"} />
        <Metric
          name={
            <>
              <LevelMark level="ERROR" />
              Errors
            </>
          }
          value={summary ? formatCount(levelCount(summary, "ERROR")) : "…"}
        />
        <Metric
          name={
            <>
              <LevelMark level="WARN" />
              Warnings
            </>
          }
          value={summary ? formatCount(levelCount(summary, "WARN")) : "…"}
        />
        <Metric
          name="Lag"
          value={lag === null || lag === undefined ? "n/a" : formatNumber(lag, 1)}
          unit={lag === null || lag === undefined ? undefined : "s"}
        />
        <Latest title="Latest error" entry={summary?.latest_error} change={change} />
        <Latest title="Latest warning" entry={summary?.latest_warning} change={change} />
      </div>
    </Panel>
  );
}

function Latest({
  title,
  entry,
  change,
}: {
  title: string;
  entry: LogEntry | null | undefined;
  change: (change: SearchState) => void;
}) {
  return (
    <div className={styles.latest}>
      <div className={styles.latestName}>
        {title}
        {entry ? ", " : ""}
        {entry ? <Age at={entry.logged_at} /> : null}
      </div>
      <div className={styles.latestText}>
        {entry ? (
          <button type="button" onClick={() => change({ entry: String(entry.id) })}>
            {entry.message}
          </button>
        ) : (
          "none in this time"
        )}
      </div>
    </div>
  );
}
