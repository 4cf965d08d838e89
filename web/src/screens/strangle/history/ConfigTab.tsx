import { useState } from "react";
import { Button } from "@/ui/Button";
import { KeyValues } from "@/ui/Figures";
import { JsonView } from "@/ui/JsonView";
import type { SessionDetail } from "../api/records";
import { configGroups } from "./configRows";
import styles from "./History.module.css";

/** The profile as it was when the session began. */
export function ConfigTab({ detail }: { detail: SessionDetail }) {
  const [raw, setRaw] = useState(false);
  return (
    <div className={styles.tab}>
      <div className={styles.chips}>
        <span className={styles.note}>
          {detail.config_name ?? "Profile"}, version {detail.config_version}, as it was at the start
        </span>
        <Button small kind="quiet" onPress={() => setRaw(!raw)}>
          {raw ? "Show in words" : "Show as JSON"}
        </Button>
      </div>
      {raw ? (
        <JsonView value={detail.config_snapshot} />
      ) : (
        configGroups(detail.config_snapshot).map(([title, rows]) => (
          <section key={title} className={styles.group}>
            <h3>{title}</h3>
            <KeyValues rows={rows} />
          </section>
        ))
      )}
    </div>
  );
}
