import type { ReactElement, ReactNode } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import styles from "./Tooltip.module.css";

export interface TooltipProps {
  text: ReactNode;
  /** The shortcut of the same act. */
  keys?: string;
  /** One focusable React Aria component. */
  children: ReactElement;
}

/** A name or a full value on hover and focus; never the only place of information. */
export function Tooltip({ text, keys, children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={60}>
      {children}
      <AriaTooltip className={styles.tip} offset={6}>
        {text}
        {keys === undefined ? null : <kbd>{keys}</kbd>}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
