import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import styles from "./Chart.module.css";
import { Swatch } from "./ChartFrame";

export interface ReadOutRow {
  title: string;
  value: string;
  color?: string;
  look?: "fill" | "line" | "dash";
}

/** The figures at the cross-hair: rows in stack order, total last; on the side away from it. */
export function ReadOut({
  head,
  rows,
  at,
  width,
}: {
  head: ReactNode;
  rows: readonly ReadOutRow[];
  /** Pixels of the cross-hair, and the width of the plot. */
  at: number;
  width: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState(0);
  useLayoutEffect(() => setOwn(box.current?.offsetWidth ?? 0), []);
  const left = at > width / 2 ? 48 : Math.max(48, width - own - 14);
  return (
    <div ref={box} className={styles.readout} style={{ left }} aria-hidden="true">
      <div className={styles.readoutHead}>{head}</div>
      <dl className={styles.readoutRows}>
        {rows.map((row) => (
          <div key={row.title} style={{ display: "contents" }}>
            {row.color ? <Swatch color={row.color} look={row.look} /> : <span />}
            <dt>{row.title}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
