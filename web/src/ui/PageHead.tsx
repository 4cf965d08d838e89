import { type ReactNode, useEffect } from "react";
import { setCrumbs } from "@/shell/crumbs";
import styles from "./Panel.module.css";

export interface Crumb {
  title: string;
  to?: string;
}

export interface PageHeadProps {
  /** The `h1`; also the last breadcrumb unless `crumb` says another. */
  title: string;
  crumb?: string;
  /** The way from the service to this page, without the page itself. */
  trail?: Crumb[];
  /** State chip, id, date: stands after the title. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** Title, state and actions of a screen; writes breadcrumb and window title. */
export function PageHead({ title, crumb, trail, children, actions }: PageHeadProps) {
  const last = crumb ?? title;
  const way = JSON.stringify(trail ?? []);
  useEffect(() => {
    setCrumbs([...(JSON.parse(way) as Crumb[]), { title: last }]);
  }, [way, last]);
  return (
    <div className={styles.pageHead}>
      <h1>{title}</h1>
      {children}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
