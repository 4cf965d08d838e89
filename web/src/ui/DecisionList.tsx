import { serviceTitle } from "@/services/registry";
import type { Decision } from "@/services/types";
import { LinkButton } from "./Button";
import { cx } from "./cx";
import styles from "./DecisionList.module.css";
import { Age } from "./Figures";
import { Severity } from "./Marks";

/** Severity, what happened with its figures, age, and the one act. */
export function DecisionList({
  decisions,
  stacked,
}: {
  decisions: readonly Decision[];
  stacked?: boolean;
}) {
  return (
    <ul className={cx(stacked && styles.stacked)}>
      {decisions.map((one) => (
        <li key={one.id} className={styles.item}>
          <Severity level={one.severity} />
          <div>
            <div className={styles.title}>{one.title}</div>
            <div className={styles.text}>
              {serviceTitle(one.service)} · {one.text}
            </div>
          </div>
          <span className={styles.age}>
            <Age at={one.at} />
          </span>
          <span className={styles.act}>
            <LinkButton
              to={one.to}
              search={one.search}
              small
              kind={one.severity === "critical" || one.severity === "high" ? "primary" : "default"}
            >
              {one.act}
            </LinkButton>
          </span>
        </li>
      ))}
    </ul>
  );
}
