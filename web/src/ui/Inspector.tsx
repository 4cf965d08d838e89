import { X } from "lucide-react";
import { type CSSProperties, lazy, type ReactNode, Suspense } from "react";
import { useWide } from "@/shell/media";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Inspector.module.css";

const Drawer = lazy(() => import("./Dialog").then((module) => ({ default: module.Drawer })));

export interface InspectorProps {
  /** Null when nothing is selected. */
  title: string | null;
  onClose: () => void;
  /** 376 to 448 px. */
  width?: number;
  detail: ReactNode;
  /** The list beside it. */
  children: ReactNode;
}

/** List and detail: docked from 1280 px so that arrow keys walk the list, a drawer below. */
export function Inspector({ title, onClose, width = 400, detail, children }: InspectorProps) {
  const wide = useWide();
  const docked = wide && title !== null;
  return (
    <div
      className={cx(styles.split, docked && styles.docked)}
      style={{ "--inspector": `${width}px` } as CSSProperties}
    >
      <div className={styles.main}>{children}</div>
      {docked ? (
        <aside className={styles.panel} aria-label={title}>
          <div className={styles.head}>
            <h2>{title}</h2>
            <IconButton label="Close detail" small onPress={onClose}>
              <X size={14} />
            </IconButton>
          </div>
          <div className={styles.body}>{detail}</div>
        </aside>
      ) : null}
      {!wide && title !== null ? (
        <Suspense fallback={null}>
          <Drawer open onClose={onClose} title={title}>
            <div className={styles.body}>{detail}</div>
          </Drawer>
        </Suspense>
      ) : null}
    </div>
  );
}
