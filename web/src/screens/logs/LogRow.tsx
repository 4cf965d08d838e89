import { Copy, Filter, Link2 } from "lucide-react";
import { memo } from "react";
import type { LogEntry } from "@/api/schema";
import { formatClock, formatInstant } from "@/format/time";
import text from "@/styles/text.module.css";
import { Button } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { JsonView } from "@/ui/JsonView";
import { Severity } from "@/ui/Marks";
import type { SearchState } from "../search";
import { type Level, levelOf } from "./filters";
import styles from "./Logs.module.css";

/** Octagon, triangle, dot, ring. */
export function LevelMark({ level }: { level: Level }) {
  if (level === "ERROR") {
    return <Severity level="critical" />;
  }
  if (level === "WARN") {
    return <Severity level="high" />;
  }
  return (
    <svg width={14} height={14} viewBox="0 0 16 16" role="img" aria-label={level}>
      {level === "INFO" ? (
        <circle cx={8} cy={8} r={3} fill="var(--text-3)" />
      ) : (
        <circle cx={8} cy={8} r={5} fill="none" stroke="var(--text-3)" strokeWidth={1.5} />
      )}
    </svg>
  );
}

interface LogRowProps {
  id: string;
  entry: LogEntry;
  open: boolean;
  cursor: boolean;
  fresh: boolean;
  onToggle: () => void;
  change: (change: SearchState, mode?: "push" | "replace") => void;
}

/** Time, level, logger, message, correlation; opened, the whole entry. */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { id, entry, open, cursor, fresh, onToggle, change } = props;
  const at = new Date(entry.logged_at);
  const level = levelOf(entry);
  const correlation = entry.correlation_id;
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles Enter for the row under the cursor */}
      <div
        id={id}
        role="row"
        tabIndex={-1}
        aria-expanded={open}
        className={cx(
          styles.row,
          level === "ERROR" && styles.error,
          level === "WARN" && styles.warn,
          open && styles.open,
          cursor && styles.cursor,
          fresh && styles.fresh,
        )}
        onClick={onToggle}
      >
        <span className={styles.edge} />
        <span role="gridcell" className={cx("mono", styles.time)} tabIndex={-1}>
          {formatClock(at, "UTC", "milli")}
        </span>
        <span role="gridcell" tabIndex={-1}>
          <LevelMark level={level} />
        </span>
        <span role="gridcell" className={cx("mono", styles.logger)} tabIndex={-1}>
          {shortLogger(entry.logger_name)}
        </span>
        <span role="gridcell" className={styles.message} tabIndex={-1}>
          {entry.message}
        </span>
        <span role="gridcell" className={cx("mono", styles.correlation)} tabIndex={-1}>
          {correlation?.slice(0, 10)}
        </span>
      </div>
      {open ? (
        // biome-ignore lint/a11y/useFocusableInteractive: its buttons are focusable
        <div role="row" className={styles.detail}>
          {/* biome-ignore lint/a11y/useFocusableInteractive: its buttons are focusable */}
          <div role="gridcell">
            <p className={styles.detailFull}>
              {entry.message}
              <br />
              <span className={cx(text.text3, text.caption)}>{formatInstant(at)}</span>
            </p>
            <JsonView value={wholeOf(entry)} />
          </div>
          {/* biome-ignore lint/a11y/useFocusableInteractive: its buttons are focusable */}
          <div role="gridcell" className={styles.detailActs}>
            {correlation ? (
              <Button
                small
                icon={<Filter size={14} />}
                onPress={() => change({ correlation }, "push")}
              >
                This correlation
              </Button>
            ) : null}
            {entry.request_id ? (
              <Button
                small
                icon={<Filter size={14} />}
                onPress={() => change({ request: entry.request_id ?? undefined }, "push")}
              >
                This request
              </Button>
            ) : null}
            <Button
              small
              icon={<Link2 size={14} />}
              onPress={() => copyText(linkTo(entry), "Link copied")}
            >
              Copy link
            </Button>
            <Button
              small
              icon={<Copy size={14} />}
              onPress={() => copyText(JSON.stringify(entry, null, 2), "JSON copied")}
            >
              Copy JSON
            </Button>
          </div>
        </div>
      ) : null}
    </>
  );
});

/** The last two parts of a module path: "layers::access". */
function shortLogger(name: string): string {
  return name.split("::").slice(-2).join("::");
}

/** The fields that have a value; the payload last. */
function wholeOf(entry: LogEntry): Record<string, unknown> {
  const { id, message, logged_at, payload, ...rest } = entry;
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return typeof payload === "object" && payload !== null
    ? { ...known, ...payload }
    : { ...known, payload };
}

/** An address that shows the entry with a minute around it. */
function linkTo(entry: LogEntry): string {
  const at = Date.parse(entry.logged_at);
  const url = new URL("/logs", location.origin);
  url.searchParams.set("from", new Date(at - 30_000).toISOString());
  url.searchParams.set("to", new Date(at + 30_000).toISOString());
  url.searchParams.set("entry", String(entry.id));
  return url.href;
}
