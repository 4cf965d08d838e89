import { Check } from "lucide-react";
import { cx } from "@/ui/cx";
import styles from "./Upload.module.css";

export type Step = "file" | "columns" | "rows" | "save";

const TITLES: readonly (readonly [Step, string])[] = [
  ["file", "File"],
  ["columns", "Columns"],
  ["rows", "Check rows"],
  ["save", "Save pool"],
];

/** Where the wizard is. */
export function Steps({ now }: { now: Step }) {
  const at = TITLES.findIndex(([step]) => step === now);
  return (
    <ol className={styles.steps} aria-label="Steps">
      {TITLES.map(([step, title], index) => (
        <li
          key={step}
          className={cx(styles.step, index < at && styles.done)}
          aria-current={step === now ? "step" : undefined}
        >
          <span className={styles.number}>
            {index < at ? <Check size={12} aria-label="done" /> : index + 1}
          </span>
          {title}
        </li>
      ))}
    </ol>
  );
}
