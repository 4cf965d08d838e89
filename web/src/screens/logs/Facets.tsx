import type { LogSummary, NamedCount } from "@/api/schema";
import { formatCount } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import type { SearchState } from "../search";
import { chosenLevel, LEVELS, type Level } from "./filters";
import { LevelMark } from "./LogRow";
import styles from "./Logs.module.css";

const WORDS: Record<Level, string> = {
  ERROR: "Error",
  WARN: "Warning",
  INFO: "Info",
  DEBUG: "Debug",
};

interface FacetsProps {
  summary: LogSummary | undefined;
  search: SearchState;
  change: (change: SearchState) => void;
  onClear: () => void;
}

/** Levels, loggers and events with their counts; each is a filter. */
export function Facets({ summary, search, change, onClear }: FacetsProps) {
  const chosen = chosenLevel(search);
  return (
    <Panel
      title="Filters"
      fill
      actions={
        <Button small kind="quiet" onPress={onClear}>
          Clear
        </Button>
      }
    >
      <div className={styles.scroller}>
        <div className={styles.facet}>
          <h3>Level</h3>
          {LEVELS.map((level) => (
            <button
              key={level}
              type="button"
              className={styles.facetButton}
              aria-pressed={chosen === level}
              onClick={() => change({ level: chosen === level ? undefined : level })}
            >
              <span className={styles.facetLevel}>
                <LevelMark level={level} />
                {WORDS[level]}
              </span>
              <span className={styles.facetCount}>{formatCount(levelCount(summary, level))}</span>
            </button>
          ))}
        </div>
        <Names
          title="Top loggers"
          names={summary?.top_loggers ?? []}
          chosen={search.logger}
          onChoose={(logger) => change({ logger })}
        />
        <Names
          title="Top events"
          names={summary?.top_events ?? []}
          chosen={search.event}
          onChoose={(event) => change({ event })}
        />
      </div>
    </Panel>
  );
}

export function levelCount(summary: LogSummary | undefined, level: Level): number {
  return summary?.level_counts[level] ?? 0;
}

function Names({
  title,
  names,
  chosen,
  onChoose,
}: {
  title: string;
  names: readonly NamedCount[];
  chosen: string | undefined;
  onChoose: (name: string | undefined) => void;
}) {
  const most = Math.max(1, ...names.map((one) => one.count));
  if (names.length === 0) {
    return null;
  }
  return (
    <div className={styles.facet}>
      <h3>{title}</h3>
      {names.slice(0, 8).map((one) => (
        <button
          key={one.name}
          type="button"
          className={styles.facetButton}
          aria-pressed={chosen === one.name}
          onClick={() => onChoose(chosen === one.name ? undefined : one.name)}
        >
          <span className={`mono ${styles.message}`}>{one.name}</span>
          <span className={styles.facetCount}>{formatCount(one.count)}</span>
          <span className={styles.facetBar}>
            <span
              className={styles.facetFill}
              style={{ display: "block", width: `${(100 * one.count) / most}%` }}
            />
          </span>
        </button>
      ))}
    </div>
  );
}
