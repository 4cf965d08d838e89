/** The shapes of state: Lamp, Severity, Chip. Colour never stands alone. */
import type { ReactNode } from "react";
import type { HealthStatus } from "@/api/schema";
import { cx } from "./cx";
import styles from "./Marks.module.css";

export type LampState = "up" | "degraded" | "down" | "off";

/** The lamp of a health status; off when nothing is known. */
export function lampOf(status: HealthStatus | undefined): LampState {
  const lamps = { healthy: "up", degraded: "degraded", unhealthy: "down" } as const;
  return status === undefined ? "off" : lamps[status];
}

const LAMP_WORDS: Record<LampState, string> = {
  up: "Up",
  degraded: "Degraded",
  down: "Down",
  off: "Off",
};

/** Circle, triangle, diamond, ring. `label` false when a word stands beside it. */
export function Lamp({ state, label = true }: { state: LampState; label?: boolean }) {
  return label ? (
    <span className={cx(styles.lamp, styles[state])} role="img" aria-label={LAMP_WORDS[state]} />
  ) : (
    <span className={cx(styles.lamp, styles[state])} aria-hidden="true" />
  );
}

export type SeverityLevel = "critical" | "high" | "medium" | "low" | "info";

const SEVERITY_WORDS: Record<SeverityLevel, string> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};

/** Octagon, triangle, diamond, ring, i; with `word` the word beside it. */
export function Severity({ level, word = false }: { level: SeverityLevel; word?: boolean }) {
  const look = cx(styles.mark, styles[level]);
  const mark = word ? (
    <svg className={look} viewBox="0 0 16 16" aria-hidden="true">
      {shapeOf(level)}
    </svg>
  ) : (
    <svg className={look} viewBox="0 0 16 16" role="img" aria-label={SEVERITY_WORDS[level]}>
      {shapeOf(level)}
    </svg>
  );
  return word ? (
    <span className={styles.withWord}>
      {mark}
      {SEVERITY_WORDS[level].toLowerCase()}
    </span>
  ) : (
    mark
  );
}

function shapeOf(level: SeverityLevel): ReactNode {
  if (level === "critical") {
    return (
      <>
        <path
          className={styles.fill}
          d="M5.100 1.500h5.800l3.600 3.600v5.800l-3.600 3.600H5.100l-3.600-3.600V5.100z"
        />
        <path className={styles.cut} d="M8 4.700v4M8 11.100v.2" />
      </>
    );
  }
  if (level === "high") {
    return (
      <>
        <path className={styles.fill} d="M8 1.600 15.200 14H.800z" />
        <path className={styles.cut} d="M8 6.300v3.300M8 11.700v.1" />
      </>
    );
  }
  if (level === "medium") {
    return <path className={styles.fill} d="M8 1.600 14.400 8 8 14.400 1.600 8z" />;
  }
  if (level === "low") {
    return <circle cx="8" cy="8" r="5.400" />;
  }
  return (
    <>
      <circle cx="8" cy="8" r="6.200" />
      <path d="M8 7.400v3.600M8 5v.1" />
    </>
  );
}

export type ChipTone =
  | "plain"
  | "outline"
  | "ok"
  | "warn"
  | "bad"
  | "notice"
  | "accent"
  | "high"
  | "gain"
  | "loss";

/** A short state word, with its icon or lamp first. */
export function Chip({
  tone = "plain",
  icon,
  children,
}: {
  tone?: ChipTone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  const name = tone === "high" ? styles.highTone : tone === "plain" ? undefined : styles[tone];
  return (
    <span className={cx(styles.chip, name)}>
      {icon}
      {children}
    </span>
  );
}

/** Lamp and word of a health state. */
export function StatusChip({ state, word }: { state: LampState; word?: string }) {
  const tones: Record<LampState, ChipTone> = {
    up: "ok",
    degraded: "warn",
    down: "bad",
    off: "plain",
  };
  return (
    <Chip tone={tones[state]} icon={<Lamp state={state} label={false} />}>
      {word ?? LAMP_WORDS[state]}
    </Chip>
  );
}
