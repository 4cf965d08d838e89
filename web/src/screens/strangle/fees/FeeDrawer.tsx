import { useState } from "react";
import { Drawer } from "@/ui/Dialog";
import { FeeForm, FeeResult, LegChoice, useFeeQuote } from "./FeeCalculator";
import styles from "./Fees.module.css";
import type { FeeInputs } from "./model";

export interface FeeDrawerProps {
  onClose: () => void;
  start: Omit<FeeInputs, "side"> & { side?: FeeInputs["side"] };
  /** Premiums that can be taken over. */
  legs?: readonly { name: string; premium: number | null }[];
}

/** The fee calculator over any screen, filled in with what is seen there. */
export function FeeDrawer({ onClose, start, legs }: FeeDrawerProps) {
  const [inputs, setInputs] = useState<FeeInputs>({ side: "taker", ...start });
  const state = useFeeQuote(inputs);
  return (
    <Drawer open onClose={onClose} title="Fee calculator">
      <div className={styles.drawer}>
        {legs === undefined ? null : (
          <LegChoice legs={legs} onTake={(premium) => setInputs({ ...inputs, premium })} />
        )}
        <FeeForm inputs={inputs} onChange={setInputs} state={state} />
        <FeeResult state={state} />
      </div>
    </Drawer>
  );
}
