import type { LogSummary, NamedCount } from "@/api/schema";
import { formatCount } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { Panel } from "@/ui/Panel";
import type { SearchState } from "../search";
import { LEVELS, type Level, levelsOf } from "./filters";
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
  const levels = levelsOf(search);
  const toggle = (level: Level, on: boolean) => {
    const next = LEVELS.filter((one) => (one === level ? on : levels.includes(one)));
    change({ level: next.length === 0 ? level : next.join(",") });
  };
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
            <div key={level} className={styles.facetRow}>
              <Checkbox isSelected={levels.includes(level)} onChange={(on) => toggle(level, on)}>
                <LevelMark level={level} />
                {WORDS[level]}
              </Checkbox>
              <span className={styles.facetCount}>{formatCount(levelCount(summary, level))}</span>
            </div>
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
  const counts = summary?.level_counts ?? {};
  const keys = { ERROR: ["ERROR", "CRITICAL"], WARN: ["WARN", "WARNING"] }[level as string] ?? [
    level,
  ];
  return keys.reduce((sum, key) => sum + (counts[key] ?? 0), 0);
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
