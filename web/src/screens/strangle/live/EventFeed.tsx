import { useQuery } from "@tanstack/react-query";
import { Circle, CircleCheck, Flag, OctagonAlert, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { formatCount } from "@/format/numbers";
import { formatClock, parseInstant } from "@/format/time";
import { cx } from "@/ui/cx";
import { Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Empty, Loaded, Skeleton } from "@/ui/States";
import { eventsQuery } from "../api/events";
import type { EventLevel } from "../api/records";
import { type EventRow, feedOf } from "../model/events";
import styles from "./EventFeed.module.css";

const MARKS = {
  info: Circle,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: OctagonAlert,
  act: Flag,
} as const;
const WORDS: Record<EventLevel, string> = {
  info: "note",
  good: "done",
  warn: "warning",
  bad: "trouble",
  act: "decision",
};
const SHOWN = 200;

/** What the session did, newest first. */
export function EventFeed({ session }: { session: number | null }) {
  const query = useQuery({ ...eventsQuery(session ?? 0), enabled: session !== null });
  const [only, setOnly] = useState<"all" | "trouble">("all");
  const rows = useMemo(() => feedOf(query.data ?? []), [query.data]);
  return (
    <Panel
      title="Events"
      sub={session === null ? undefined : `${formatCount(rows.length)}, IST`}
      ruled
      fill
      className={styles.panel}
      actions={
        <Segmented
          label="Events shown"
          options={[
            { value: "all", text: "All" },
            { value: "trouble", text: "Warnings" },
          ]}
          value={only}
          onChange={setOnly}
        />
      }
    >
      {session === null ? (
        <Empty title="No session">What a session does is listed here as it happens.</Empty>
      ) : (
        <Loaded query={query} what="Events" skeleton={<Skeleton rows={6} />}>
          {() => <Rows rows={rows} only={only} />}
        </Loaded>
      )}
    </Panel>
  );
}

function Rows({ rows: all, only }: { rows: readonly EventRow[]; only: "all" | "trouble" }) {
  const rows = all
    .filter((one) => only === "all" || one.level === "warn" || one.level === "bad")
    .reverse()
    .slice(0, SHOWN);
  if (rows.length === 0) {
    return (
      <Empty title={only === "all" ? "Nothing yet" : "No warning"}>
        {only === "all"
          ? "The first event comes when the session starts."
          : "Nothing in this session asked for attention."}
      </Empty>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled list must be reachable by keyboard
    <ol className={styles.feed} aria-label="Events of the session" tabIndex={0}>
      {rows.map((one) => {
        const Mark = MARKS[one.level];
        const at = parseInstant(one.at);
        return (
          <li key={one.seq} className={styles.row}>
            <time dateTime={one.at}>{at === null ? "" : formatClock(at, "IST")}</time>
            <span className={cx(styles.mark, styles[one.level])}>
              <Mark size={14} role="img" aria-label={WORDS[one.level]} />
            </span>
            <span className={styles.words}>
              <span className={styles.title}>{one.title}</span>
              {one.text === "" ? null : <span className={styles.text}>{one.text}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
