import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./JsonView.module.css";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g;

/** JSON in colour, from text nodes only. */
export function JsonView({ value, className }: { value: unknown; className?: string }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  const parts: ReactNode[] = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    const at = found.index;
    parts.push(text.slice(from, at));
    const [whole, string, colon, number] = found;
    const look = string
      ? colon
        ? styles.key
        : styles.string
      : number
        ? styles.number
        : styles.mark;
    parts.push(
      <span key={at} className={look}>
        {string ?? whole}
      </span>,
      colon ?? "",
    );
    from = at + whole.length;
  }
  parts.push(text.slice(from));
  return <pre className={cx(styles.json, className)}>{parts}</pre>;
}
