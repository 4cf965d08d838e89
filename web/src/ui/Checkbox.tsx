import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaProps,
} from "react-aria-components/Checkbox";
import { cx } from "./cx";
import styles from "./Field.module.css";

export interface CheckboxProps extends Omit<AriaProps, "children" | "className"> {
  children?: ReactNode;
  className?: string;
}

/** On or off, with its text beside it. */
export function Checkbox({ children, className, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className={cx(styles.check, className)}>
      {({ isIndeterminate }) => (
        <>
          <span className={styles.tick} aria-hidden="true">
            {isIndeterminate ? <Minus size={12} /> : <Check size={12} strokeWidth={3} />}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}
