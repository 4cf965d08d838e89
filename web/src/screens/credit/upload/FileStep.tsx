import { X } from "lucide-react";
import { formatBytes, formatFraction } from "@/format/numbers";
import { fraction } from "@/format/units";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { FileDrop } from "@/ui/FileDrop";
import { Panel, PanelBody } from "@/ui/Panel";
import styles from "./Upload.module.css";
import type { Work } from "./useTape";

/** Chooses the file; the same for a new pool and for a new version. */
export function FileStep({ onFile }: { onFile: (file: File) => void }) {
  return (
    <Panel title="Loan tape" sub="one row per loan, the first row names the columns">
      <PanelBody>
        <div className={styles.file}>
          <FileDrop
            label="Drop a tape here"
            accept={[".csv", ".txt", ".tsv", ".parquet", ".xlsx"]}
            hint="CSV, Parquet or XLSX. The file stays in this installation."
            onFiles={([file]) => file && onFile(file)}
          />
        </div>
      </PanelBody>
    </Panel>
  );
}

/** Bytes on their way, then the server's work, with the way to stop it. */
export function WorkPanel({ work, onCancel }: { work: Work; onCancel: () => void }) {
  const known = work.total > 0 && work.sent < work.total;
  const share = known ? work.sent / work.total : 1;
  return (
    <Panel label={work.text}>
      <PanelBody padded>
        <div className={styles.work} role="status">
          <div className={styles.workHead}>
            <span>{work.text}</span>
            <span className={styles.share}>
              {known ? formatFraction(fraction(share), 0) : "on the server"}
            </span>
          </div>
          <div
            className={styles.track}
            role="progressbar"
            aria-label={work.text}
            {...(known ? { "aria-valuenow": Math.round(share * 100) } : {})}
          >
            <div
              className={cx(styles.bar, !known && styles.unknown)}
              style={known ? { transform: `scaleX(${share})` } : undefined}
            />
          </div>
          <div className={styles.workFoot}>
            <span>
              {known
                ? `${formatBytes(work.sent)} of ${formatBytes(work.total)} sent`
                : "The server reads the rows and checks them."}
            </span>
            <Button icon={<X size={14} />} onPress={onCancel}>
              Cancel
            </Button>
          </div>
        </div>
      </PanelBody>
    </Panel>
  );
}
