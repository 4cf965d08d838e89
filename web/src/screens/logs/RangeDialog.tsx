import { useState } from "react";
import { Button } from "@/ui/Button";
import { InstantField } from "@/ui/DateField";
import { Dialog } from "@/ui/Dialog";
import styles from "./Logs.module.css";

/** A fixed time range. */
export function RangeDialog({
  from,
  to,
  onClose,
  onChoose,
}: {
  from: string;
  to: string;
  onClose: () => void;
  onChoose: (from: string, to: string) => void;
}) {
  const [start, setStart] = useState<string | null>(from);
  const [end, setEnd] = useState<string | null>(to);
  const wrong = start !== null && end !== null && start >= end;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Time range"
      width={380}
      actions={
        <>
          <Button onPress={onClose}>Keep the range</Button>
          <Button
            kind="primary"
            isDisabled={start === null || end === null || wrong}
            onPress={() => start !== null && end !== null && onChoose(start, end)}
          >
            Show this range
          </Button>
        </>
      }
    >
      <div className={styles.range}>
        <InstantField label="From" value={start} onChange={setStart} />
        <InstantField
          label="To"
          value={end}
          onChange={setEnd}
          error={wrong ? "Must be after the start" : null}
        />
      </div>
    </Dialog>
  );
}
