import { useEffect, useRef, useState } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";

const HOLD_MS = 1_500;

/**
 * An irreversible act on a live system: held for 1.5 s with the pointer, or Space or Enter held.
 * Give a typed confirmation beside it for people who cannot hold.
 */
export function HoldButton({ children, onHeld }: { children: string; onHeld: () => void }) {
  const [held, setHeld] = useState(0);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const start = () => {
    if (frame.current !== 0) {
      return;
    }
    const begun = performance.now();
    const step = (now: number) => {
      const share = Math.min(1, (now - begun) / HOLD_MS);
      setHeld(share);
      if (share >= 1) {
        stop();
        onHeld();
      } else {
        frame.current = requestAnimationFrame(step);
      }
    };
    frame.current = requestAnimationFrame(step);
  };
  const stop = () => {
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    setHeld(0);
  };

  return (
    <button
      type="button"
      className={cx(styles.button, styles.danger, styles.hold)}
      onPointerDown={start}
      onPointerUp={stop}
      onPointerLeave={stop}
      onBlur={stop}
      onKeyDown={(event) => {
        if (event.key === " " || event.key === "Enter") {
          event.preventDefault();
          start();
        }
      }}
      onKeyUp={stop}
    >
      <span className={styles.holdFill} style={{ transform: `scaleX(${held})` }} />
      <span className={styles.holdText}>{children}</span>
    </button>
  );
}
