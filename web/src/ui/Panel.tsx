import { type CSSProperties, type ReactNode, useId } from "react";
import { cx } from "./cx";
import styles from "./Panel.module.css";

export interface PanelProps {
  title?: ReactNode;
  /** Unit, basis or order, in the caption colour beside the title. */
  sub?: ReactNode;
  actions?: ReactNode;
  /** A hairline under the head. */
  ruled?: boolean;
  /** Takes the height that is left and scrolls inside. */
  fill?: boolean;
  foot?: ReactNode;
  /** The name when there is no visible title. */
  label?: string;
  className?: string;
  children: ReactNode;
}

/** A titled region. Put `PanelBody` inside for padding; tables and lists go in bare. */
export function Panel(props: PanelProps) {
  const { title, sub, actions, ruled, fill, foot, label, className, children } = props;
  const id = useId();
  const headed = title !== undefined;
  return (
    <section
      className={cx(styles.panel, fill && styles.fill, fill && styles.clip, className)}
      {...(headed ? { "aria-labelledby": id } : label ? { "aria-label": label } : {})}
    >
      {headed || actions ? (
        <header className={cx(styles.head, ruled && styles.ruled)}>
          {headed ? (
            <h2 id={id} className={styles.title}>
              {title}
            </h2>
          ) : null}
          {sub ? <span className={styles.sub}>{sub}</span> : null}
          {actions ? <div className={styles.actions}>{actions}</div> : null}
        </header>
      ) : null}
      {children}
      {foot ? <footer className={styles.foot}>{foot}</footer> : null}
    </section>
  );
}

/** Padding; `padded` adds it on top too, `scroll` takes the rest of the height. */
export function PanelBody({
  padded,
  scroll,
  className,
  children,
}: {
  padded?: boolean;
  scroll?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div
      className={cx(styles.body, padded && styles.padded, scroll && styles.scroll, className)}
      {...(scroll ? { tabIndex: -1 } : {})}
    >
      {children}
    </div>
  );
}

/** Twelve columns with the usual gap. */
export function Grid({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx(styles.grid, className)}>{children}</div>;
}

/** A cell of `Grid`; one column below 720 px. */
export function Cell({ span, children }: { span: number; children: ReactNode }) {
  return (
    <div className={styles.cell} style={{ "--span": span } as CSSProperties}>
      {children}
    </div>
  );
}

/** The content of a screen; `fill` for work screens that take the height and scroll in panels. */
export function Page({ fill, children }: { fill?: boolean; children: ReactNode }) {
  return <div className={cx(styles.page, fill && styles.fills)}>{children}</div>;
}
