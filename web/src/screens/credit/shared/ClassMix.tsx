import { formatFraction } from "@/format/numbers";
import { fraction } from "@/format/units";
import type { ClassShare } from "../api/types";
import { classLook } from "../model/units";
import styles from "./Shared.module.css";

/** The classes of a pool by balance: a bar and, unless it is small, their names. */
export function ClassMix({
  classes,
  legend = true,
}: {
  classes: readonly ClassShare[];
  legend?: boolean;
}) {
  const total = classes.reduce((sum, one) => sum + one.balance, 0);
  const parts = classes.map((one) => ({
    ...classLook(one.asset_class),
    name: one.asset_class,
    share: total > 0 ? one.balance / total : 0,
  }));
  const words = parts.map(
    (part) => `${part.title} ${formatFraction(fraction(part.share), part.share < 0.1 ? 1 : 0)}`,
  );
  return (
    <>
      <div
        className={styles.mix}
        role="img"
        aria-label={`Class mix by balance: ${words.join(", ")}`}
      >
        {parts.map((part) => (
          <span
            key={part.name}
            className={styles.part}
            style={{ flexGrow: part.share, background: part.color }}
          />
        ))}
      </div>
      {legend ? (
        <div className={styles.mixLegend} aria-hidden="true">
          {parts.map((part, at) => (
            <span key={part.name} className={styles.mixEntry}>
              <span className={styles.swatch} style={{ background: part.color }} />
              {words[at]}
            </span>
          ))}
        </div>
      ) : null}
    </>
  );
}
