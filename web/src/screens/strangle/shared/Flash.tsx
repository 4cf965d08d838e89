import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Flash.module.css";

const QUIET_MS = 3_000;

/** A changed figure gets a tint in its direction for 600 ms, every three seconds at most. */
export function Flash({ value, children }: { value: number; children: ReactNode }) {
  const box = useRef<HTMLSpanElement>(null);
  const before = useRef(value);
  const last = useRef(0);
  useEffect(() => {
    const rise = value - before.current;
    before.current = value;
    const now = performance.now();
    if (rise === 0 || now - last.current < QUIET_MS || box.current === null) {
      return;
    }
    last.current = now;
    const element = box.current;
    element.classList.remove(styles.up ?? "", styles.down ?? "");
    // The animation starts again only after the style without it was seen.
    void element.offsetWidth;
    element.classList.add((rise > 0 ? styles.up : styles.down) ?? "");
  }, [value]);
  return (
    <span ref={box} className={styles.flash}>
      {children}
    </span>
  );
}
