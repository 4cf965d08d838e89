/** What the caller may do in credit, and how a screen says that it is not enough. */
import { Lock } from "lucide-react";
import { useHasRole } from "@/session/session";
import styles from "./Shared.module.css";

/** Analysing, uploading and changing pools. */
export const useMayRun = () => useHasRole("operator", "credit");

/** Stands beside a control that this account cannot use. */
export function NeedsOperator({ what }: { what: string }) {
  return (
    <span className={styles.needs}>
      <Lock size={12} aria-hidden />
      <span>
        {what} needs the role <code>credit:operator</code>. An administrator can grant it.
      </span>
    </span>
  );
}
