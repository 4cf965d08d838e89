import { CircleCheck, Info, TriangleAlert, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Banner.module.css";
import { cx } from "./cx";

export type BannerTone = "warn" | "bad" | "info" | "ok";

export interface BannerProps {
  tone?: BannerTone;
  /** The first words, in medium weight. */
  title?: ReactNode;
  actions?: ReactNode;
  icon?: "plug";
  children?: ReactNode;
}

/** What holds until it is solved: conflict, lost stream, offline, rate limit. */
export function Banner({ tone = "info", title, actions, icon, children }: BannerProps) {
  const Mark =
    icon === "plug" ? Unplug : tone === "ok" ? CircleCheck : tone === "info" ? Info : TriangleAlert;
  return (
    <div className={cx(styles.banner, styles[tone])} role={tone === "bad" ? "alert" : "status"}>
      <Mark size={16} aria-hidden />
      <div className={styles.text}>
        {title ? <strong>{title} </strong> : null}
        {children}
      </div>
      {actions ? <div className={styles.acts}>{actions}</div> : null}
    </div>
  );
}
