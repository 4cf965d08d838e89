import { Camera, Download, Maximize2, Table2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { csvOf, saveBlob } from "@/api/download";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import styles from "./Chart.module.css";
import { useCrosshair } from "./crosshair";
import { copyPicture } from "./picture";
import { nearest } from "./scale";

export interface LegendEntry {
  title: string;
  color: string;
  look?: "fill" | "line" | "dash";
}

export interface ChartTable {
  head: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

export interface ChartFrameProps {
  /** A sentence that states the finding; the accessible name. */
  label: string;
  /** File name of PNG and CSV. */
  name: string;
  legend?: readonly LegendEntry[];
  /** Built when it is asked for: "show as table" and CSV. */
  table: () => ChartTable;
  /** The points the keyboard walks; the cross-hair is theirs. */
  xs?: readonly number[];
  /** What a screen reader hears at the cross-hair. */
  spoken?: (index: number) => string;
  tools?: boolean;
  height?: number;
  className?: string;
  children: ReactNode;
}

/** Legend, full screen, PNG, CSV, table, and the keyboard cross-hair of every chart. */
export function ChartFrame(props: ChartFrameProps) {
  const {
    label,
    name,
    legend,
    table,
    xs,
    spoken,
    tools = true,
    height,
    className,
    children,
  } = props;
  const figure = useRef<HTMLElement>(null);
  const [asTable, setAsTable] = useState(false);
  const cross = useCrosshair();
  const at = xs === undefined || cross.x === null ? -1 : nearest(xs, cross.x);

  const onKeyDown = (event: KeyboardEvent) => {
    if (xs === undefined || xs.length === 0) {
      return;
    }
    const by = event.shiftKey ? 10 : 1;
    const from = at < 0 ? (event.key === "ArrowLeft" ? xs.length : -1) : at;
    const steps: Record<string, number> = {
      ArrowLeft: from - by,
      ArrowRight: from + by,
      Home: 0,
      End: xs.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      cross.setX(xs[Math.max(0, Math.min(xs.length - 1, to))] ?? null);
    } else if (event.key === "Escape") {
      cross.setX(null);
      cross.setZoom(null);
    }
  };

  return (
    <figure ref={figure} className={cx(styles.figure, className)}>
      {legend?.length || tools ? (
        <div className={styles.bar}>
          <Legend entries={legend ?? []} />
          {tools ? (
            <div className={styles.tools}>
              <IconButton
                label={asTable ? "Show as chart" : "Show as table"}
                small
                onPress={() => setAsTable(!asTable)}
              >
                <Table2 size={14} />
              </IconButton>
              <IconButton
                label="Copy as PNG"
                small
                onPress={() => figure.current && copyPicture(figure.current, name)}
              >
                <Camera size={14} />
              </IconButton>
              <IconButton label="Data as CSV" small onPress={() => saveTable(table(), name)}>
                <Download size={14} />
              </IconButton>
              <IconButton
                label="Full screen"
                small
                onPress={() => toggleFullScreen(figure.current)}
              >
                <Maximize2 size={14} />
              </IconButton>
            </div>
          ) : null}
        </div>
      ) : null}
      {asTable ? (
        <TableView label={label} table={table()} />
      ) : (
        <div
          className={styles.plot}
          style={height === undefined ? undefined : { minHeight: height, flex: "none", height }}
          role="img"
          aria-label={label}
          tabIndex={xs === undefined ? undefined : 0}
          onKeyDown={onKeyDown}
        >
          {children}
        </div>
      )}
      {spoken && at >= 0 ? <Spoken text={spoken(at)} /> : null}
    </figure>
  );
}

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <div className={styles.legend}>
      {entries.map((entry) => (
        <span key={entry.title} className={styles.entry}>
          <Swatch color={entry.color} look={entry.look} />
          {entry.title}
        </span>
      ))}
    </div>
  );
}

export function Swatch({ color, look = "fill" }: { color: string; look?: LegendEntry["look"] }) {
  return look === "fill" ? (
    <span className={styles.swatch} style={{ background: color }} />
  ) : (
    <span
      className={cx(styles.lineSwatch, look === "dash" && styles.dashed)}
      style={{ borderTopColor: color }}
    />
  );
}

/** Speaks the cross-hair at most twice a second. */
function Spoken({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 500);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="visually-hidden" aria-live="polite">
      {said}
    </span>
  );
}

function TableView({ label, table }: { label: string; table: ChartTable }) {
  return (
    <section className={styles.table} aria-label={label} tabIndex={-1}>
      <table>
        <thead>
          <tr>
            {table.head.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a chart have no other identity
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns are fixed
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function saveTable(table: ChartTable, name: string): void {
  const csv = csvOf([table.head, ...table.rows]);
  saveBlob(new Blob([csv], { type: "text/csv" }), `${name}.csv`);
}

function toggleFullScreen(element: HTMLElement | null): void {
  if (document.fullscreenElement !== null) {
    void document.exitFullscreen();
  } else {
    void element?.requestFullscreen();
  }
}
