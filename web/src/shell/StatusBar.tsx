import { useQuery } from "@tanstack/react-query";
import { healthQuery, uiConfigQuery } from "@/api/queries";
import { counted } from "@/format/numbers";
import { formatAge, formatClock } from "@/format/time";
import { Lamp, type LampState, lampOf } from "@/ui/Marks";
import { useNow } from "./clock";
import { isActive, useJobStream, useRecentJobs } from "./jobs";
import styles from "./Shell.module.css";
import { useShownStatus } from "./status";

/** Answers "can I trust what I see": stream, health, queue, and the facts of the open screen. */
export function StatusBar() {
  const stream = useJobStream();
  const health = useQuery(healthQuery).data;
  const config = useQuery(uiConfigQuery).data;
  const jobs = useRecentJobs().data?.items.filter(isActive) ?? [];
  const facts = useShownStatus();
  const now = useNow(5_000);
  const lamp: LampState =
    stream.state === "live" ? "up" : stream.state === "connecting" ? "off" : "degraded";
  const running = jobs.filter((job) => job.state === "running").length;
  return (
    <footer className={styles.foot}>
      <span className={styles.fact}>
        <Lamp state={lamp} label={false} />
        {stream.state === "live"
          ? `Stream live${stream.lastEvent ? `, last event ${formatAge(stream.lastEvent, now)} ago` : ""}`
          : stream.state === "connecting"
            ? "Stream connecting"
            : `Stream lost ${formatClock(stream.since)} UTC, polling every 4 s`}
      </span>
      {health === undefined ? null : (
        <span className={styles.fact}>
          <Lamp state={worst(health.map((one) => lampOf(one.status)))} label={false} />
          {healthWords(health)}
        </span>
      )}
      <span className={styles.fact}>
        Queue {running} running, {jobs.length - running} waiting
      </span>
      {facts.map((fact) => (
        <span key={fact} className={styles.fact}>
          {fact}
        </span>
      ))}
      {config?.demo ? <span className={styles.fact}>Demo data</span> : null}
      <span className={styles.fact}>Times in UTC</span>
    </footer>
  );
}

/** The worst of several lamps. */
export function worst(states: readonly LampState[]): LampState {
  for (const state of ["down", "degraded", "off", "up"] as const) {
    if (states.includes(state)) {
      return state;
    }
  }
  return "off";
}

function healthWords(health: { title: string; status: string }[]): string {
  const ill = health.filter((one) => one.status !== "healthy");
  if (ill.length === 0) {
    return `${counted(health.length, "part")} up`;
  }
  return ill.map((one) => `${one.title} ${one.status}`).join(", ");
}
