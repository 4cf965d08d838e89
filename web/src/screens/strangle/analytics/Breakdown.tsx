import { useState } from "react";
import { counted, formatCount } from "@/format/numbers";
import { TextLink } from "@/ui/Button";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import type { AnalyticsHistory, Bucket } from "../api/analyticsTypes";
import { Usd } from "../history/figures";
import { reasonWords } from "../model/words";
import styles from "./Analytics.module.css";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
type By = "reason" | "weekday" | "hour";

/** "1" is Monday, as the server counts. */
export const weekdayWord = (label: string): string => WEEKDAYS[Number(label) - 1] ?? label;
export const hourWord = (label: string): string => `${label.padStart(2, "0")}:00`;

/** Sessions by why, on which day and at which hour they closed. */
export function Breakdown({ history, mode }: { history: AnalyticsHistory; mode: string }) {
  const [by, setBy] = useState<By>("reason");
  const { extra } = history;
  const rows = {
    reason: [...extra.exit_reasons].sort((left, right) => right.count - left.count),
    weekday: extra.by_weekday,
    hour: extra.by_hour,
  }[by];
  const word = { reason: reasonWords, weekday: weekdayWord, hour: hourWord }[by];
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <Panel
      title={{ reason: "Exit reasons", weekday: "Weekdays", hour: "Hours" }[by]}
      fill
      foot="The blue part was won. A session counts where it closed, in IST."
      actions={
        <Segmented
          label="Group by"
          options={[
            { value: "reason", text: "Reason" },
            { value: "weekday", text: "Weekday" },
            { value: "hour", text: "Hour" },
          ]}
          value={by}
          onChange={setBy}
        />
      }
    >
      <PanelBody scroll>
        <ul className={styles.bars}>
          {rows.map((row) => (
            <Row
              key={row.label}
              row={row}
              most={most}
              word={word(row.label)}
              link={by === "reason" ? { reason: row.label, mode } : null}
            />
          ))}
        </ul>
      </PanelBody>
    </Panel>
  );
}

function Row({
  row,
  most,
  word,
  link,
}: {
  row: Bucket;
  most: number;
  word: string;
  link: Record<string, string> | null;
}) {
  return (
    <li className={styles.barRow}>
      <span className={styles.barName}>
        {link === null ? (
          word
        ) : (
          <TextLink to="/strangle/history" search={link}>
            {word}
          </TextLink>
        )}
      </span>
      <span className={styles.barNet}>
        <Usd amount={row.net_pnl} directed />
      </span>
      <span className={styles.track} aria-hidden="true">
        <span className={styles.count} style={{ width: `${(row.count / most) * 100}%` }}>
          <span className={styles.wins} style={{ width: `${(row.wins / row.count) * 100}%` }} />
        </span>
      </span>
      <span className={styles.barNote}>
        {counted(row.count, "session")}, {formatCount(row.wins)} won
      </span>
    </li>
  );
}
