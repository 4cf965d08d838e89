import { Link as RouterLink } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from "react-aria-components/Button";
import styles from "./Button.module.css";
import { cx } from "./cx";
import { Tooltip } from "./Tooltip";

export type ButtonKind = "default" | "primary" | "quiet" | "danger" | "dangerOutline";

export interface ButtonLook {
  kind?: ButtonKind;
  small?: boolean;
  icon?: ReactNode;
}

export interface ButtonProps
  extends Omit<AriaButtonProps, "children" | "className" | "isPending">,
    ButtonLook {
  /** The act runs: the button keeps its focus and does nothing. */
  isPending?: boolean;
  children?: ReactNode;
  className?: string;
  /** Shown after the label, for instance "Ctrl ⏎". */
  keys?: string;
}

const look = ({ kind = "default", small }: ButtonLook) =>
  cx(styles.button, kind !== "default" && styles[kind], small && styles.small);

/** While the act runs, presses and submits go nowhere; the focus stays. */
function whilePending(pending: boolean | undefined, props: AriaButtonProps): AriaButtonProps {
  return pending ? { ...props, onPress: undefined, type: "button", "aria-disabled": true } : props;
}

/** Label is verb and object; an ellipsis says that a dialog follows. */
export function Button(props: ButtonProps) {
  const { kind, small, icon, children, className, keys, isPending, ...rest } = props;
  return (
    <AriaButton
      {...whilePending(isPending, rest)}
      className={cx(look({ kind, small }), isPending && styles.pending, className)}
    >
      {isPending ? <LoaderCircle size={14} className={styles.spin} aria-hidden /> : icon}
      {children}
      {keys === undefined ? null : (
        <span aria-hidden="true">
          <kbd>{keys}</kbd>
        </span>
      )}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "keys" | "children"> {
  /** The name of the act: the accessible name and the tooltip. */
  label: string;
  keys?: string;
  children: ReactNode;
}

/** A button that shows an icon only; its name is in the tooltip. */
export function IconButton({
  label,
  keys,
  kind = "quiet",
  small,
  className,
  children,
  isPending,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <AriaButton
        {...whilePending(isPending, rest)}
        aria-label={label}
        className={cx(look({ kind, small }), styles.icon, className)}
      >
        {children}
      </AriaButton>
    </Tooltip>
  );
}

export interface LinkButtonProps extends ButtonLook {
  to: string;
  search?: Record<string, string>;
  children: ReactNode;
}

/** Looks like a button, goes to a page. */
export function LinkButton({ to, search, kind, small, icon, children }: LinkButtonProps) {
  return (
    <RouterLink to={to} search={search} className={look({ kind, small })}>
      {icon}
      {children}
    </RouterLink>
  );
}

/** A link inside text or a table. */
export function TextLink({
  to,
  search,
  children,
  className,
}: {
  to: string;
  search?: Record<string, string>;
  children: ReactNode;
  className?: string;
}) {
  return (
    <RouterLink to={to} search={search} className={className}>
      {children}
    </RouterLink>
  );
}
