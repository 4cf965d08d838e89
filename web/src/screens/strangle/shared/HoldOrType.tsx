import { useState } from "react";
import { Button } from "@/ui/Button";
import { HoldButton } from "@/ui/HoldButton";
import { TextField } from "@/ui/TextField";
import styles from "./Shared.module.css";

/** An irreversible act on LIVE: held for 1.5 s, or the account typed by those who cannot hold. */
export function HoldOrType({
  hold,
  act,
  account,
  busy,
  onAct,
}: {
  /** "Hold to close". */
  hold: string;
  /** "Close everything". */
  act: string;
  account: string;
  busy: boolean;
  onAct: () => void;
}) {
  const [typed, setTyped] = useState("");
  return (
    <div className={styles.holdOrType}>
      <HoldButton onHeld={onAct}>{hold}</HoldButton>
      <div className={styles.typed}>
        <TextField
          label={`Or type ${account} to confirm`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
        />
        <Button kind="danger" isDisabled={typed !== account} isPending={busy} onPress={onAct}>
          {act}
        </Button>
      </div>
    </div>
  );
}
