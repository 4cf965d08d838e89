/** What every field has: label above, unit inside on the right, hint or error below. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { cx } from "./cx";
import styles from "./Field.module.css";

export interface FieldLook {
  label: string;
  /** The name is read but not shown (tables, tool bars). */
  hideLabel?: boolean;
  hint?: ReactNode;
  /** The limit and the way out; from the client's check or from a problem's pointer. */
  error?: string | null;
  /** Required is the rule; optional fields say so. */
  optional?: boolean;
  /** Differs from the base it is compared with. */
  changed?: boolean;
  unit?: ReactNode;
}

export const fieldClass = ({ changed }: FieldLook) => cx(styles.field, changed && styles.changed);

/** The name of the field. */
export function FieldLabel({ label, hideLabel, optional }: FieldLook) {
  return (
    <Label className={hideLabel ? "visually-hidden" : styles.label}>
      {label}
      {optional ? <span className={styles.optional}>optional</span> : null}
    </Label>
  );
}

/** Hint, or the error in its place. */
export function FieldNotes({ hint, error }: FieldLook) {
  return (
    <>
      {hint && !error ? (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      ) : null}
      <FieldError className={styles.error}>
        {error ? (
          <>
            <TriangleAlert size={14} aria-hidden />
            {error}
          </>
        ) : null}
      </FieldError>
    </>
  );
}
