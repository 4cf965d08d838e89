import { formatCountdown } from "@/format/time";
import { useNow } from "@/shell/clock";
import type { Runtime } from "../api/types";
import { countdownOf } from "../model/desk";
import { istDayMinute } from "../model/words";
import styles from "./Live.module.css";

const TITLES: Record<string, string> = {
  created: "Starting",
  reconciling: "Comparing the ledger with the exchange",
  selecting: "Selecting strikes",
  entering: "Selling both legs",
};
const TEXTS: Record<string, string> = {
  created: "The session is being written down; nothing is sold yet.",
  reconciling: "No order is sent before both agree twice, ten seconds apart.",
  selecting: "The call and the put are being chosen from fresh quotes.",
  entering: "Both legs are worked at once; the attempts are listed below.",
};

/** Before anything is open: what is being waited for. */
export function WaitHero({ runtime, receivedAt }: { runtime: Runtime; receivedAt: number }) {
  const now = useNow(1_000);
  const next = countdownOf(runtime, now.getTime() - receivedAt);
  const state = runtime.state ?? "waiting";
  const waiting = next?.entry ?? false;
  return (
    <section className={styles.wait} aria-label="What happens next">
      <div>
        <div className={styles.waitTitle}>
          {waiting ? "Entry in" : (TITLES[state] ?? "Waiting")}
        </div>
        {next === null || !waiting ? null : (
          <div className={styles.waitCount} role="timer">
            {formatCountdown(next.left)}
          </div>
        )}
        <p className={styles.waitText}>
          {waiting
            ? `Both legs are sold at ${istDayMinute(runtime.schedule.scheduled_entry_at, now)} and bought back by ${istDayMinute(runtime.schedule.planned_exit_at, now)} at the latest.`
            : (TEXTS[state] ?? "")}
        </p>
      </div>
    </section>
  );
}
