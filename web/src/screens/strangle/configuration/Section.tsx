import type { ReactNode } from "react";
import { Panel, PanelBody } from "@/ui/Panel";
import styles from "./Configuration.module.css";

/** A part of the form: fields in columns. */
export function Section({
  title,
  sub,
  children,
}: {
  title: string;
  sub?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Panel title={title} sub={sub}>
      <PanelBody className={styles.fields}>{children}</PanelBody>
    </Panel>
  );
}
