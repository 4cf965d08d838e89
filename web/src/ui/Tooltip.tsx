import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import styles from "./Tooltip.module.css";

const OPEN_MS = 500;
const GAP = 6;

export interface TooltipProps {
  text: ReactNode;
  /** The shortcut of the same act. */
  keys?: string;
  /** One element; its name does not depend on the tooltip. */
  children: ReactNode;
}

interface Place {
  left: number;
  top: number;
  below: boolean;
}

/** A name or a full value on hover and focus; Esc closes it. Never the only place of information. */
export function Tooltip({ text, keys, children }: TooltipProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [place, setPlace] = useState<Place | null>(null);
  const id = useId();
  const close = () => {
    clearTimeout(timer.current);
    setPlace(null);
  };
  const open = (after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPlace(placeAt(anchor.current?.firstElementChild)), after);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (place === null) {
      return;
    }
    const target = anchor.current?.firstElementChild;
    target?.setAttribute("aria-describedby", id);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && setPlace(null);
    addEventListener("keydown", onKey, true);
    addEventListener("scroll", close, true);
    return () => {
      target?.removeAttribute("aria-describedby");
      removeEventListener("keydown", onKey, true);
      removeEventListener("scroll", close, true);
    };
  });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the element inside has the role; this only listens
    <span
      ref={anchor}
      className={styles.anchor}
      onPointerOver={(event) => event.pointerType === "mouse" && open(OPEN_MS)}
      onPointerOut={close}
      onPointerDown={close}
      onFocus={(event) => event.target.matches(":focus-visible") && open(0)}
      onBlur={close}
    >
      {children}
      {place === null
        ? null
        : createPortal(
            <div
              role="tooltip"
              id={id}
              className={styles.tip}
              style={{
                left: place.left,
                top: place.top,
                transform: place.below ? "translateX(-50%)" : "translate(-50%, -100%)",
              }}
            >
              {text}
              {keys === undefined ? null : <kbd>{keys}</kbd>}
            </div>,
            document.body,
          )}
    </span>
  );
}

function placeAt(element: Element | null | undefined): Place | null {
  if (!element?.isConnected) {
    return null;
  }
  const box = element.getBoundingClientRect();
  const below = box.top < 60;
  const middle = box.left + box.width / 2;
  const room = Math.min(150, innerWidth / 2);
  return {
    left: Math.min(innerWidth - room, Math.max(room, middle)),
    top: below ? box.bottom + GAP : box.top - GAP,
    below,
  };
}
