import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { NumberField } from "@/ui/NumberField";
import { TextField } from "@/ui/TextField";
import { SliderField } from "../shared/SliderField";
import {
  complaintOf,
  FACTORS,
  type Factors,
  isMoved,
  LONGEST_NAME,
  MOST_MONTHS,
  sayFactors,
  shownOf,
  withFactor,
  withMonths,
} from "./factors";
import styles from "./Stress.module.css";

export interface EditedScenario {
  name: string;
  description: string;
  factors: Factors;
}

/** The factors of a scenario as sliders with fields; it is used once, or saved for everybody. */
export function ScenarioEditor({
  start,
  title,
  taken,
  onUse,
  onSave,
  onClose,
}: {
  start: EditedScenario;
  title: string;
  /** Names of other scenarios. */
  taken: readonly string[];
  /** Absent for a scenario that is saved already. */
  onUse?: (scenario: EditedScenario) => void;
  onSave: (scenario: EditedScenario) => Promise<unknown>;
  onClose: () => void;
}) {
  const [edited, setEdited] = useState(start);
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { factors } = edited;
  const complaint = complaintOf(edited, taken);
  const set = (change: Partial<EditedScenario>) => setEdited({ ...edited, ...change });
  const checked = (act: (scenario: EditedScenario) => unknown) => async () => {
    setShown(true);
    if (complaint !== null) {
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      await act({ ...edited, name: edited.name.trim(), description: edited.description.trim() });
      onClose();
    } catch (error) {
      const problem = asProblem(error);
      const [field] = problem.fields;
      setFailure(field?.message ?? (problem.detail || problem.title));
    } finally {
      setBusy(false);
    }
  };
  const months = (name: "duration_months" | "ramp_months", label: string, hint: string) => (
    <NumberField
      label={label}
      optional
      unit="months"
      digits={0}
      min={1}
      max={MOST_MONTHS}
      hint={hint}
      value={factors[name] ?? null}
      onChange={(value) => set({ factors: withMonths(factors, name, value) })}
    />
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      width={520}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          {onUse === undefined ? null : (
            <Button onPress={checked(onUse)}>Use without saving</Button>
          )}
          <Button kind="primary" isPending={busy} onPress={checked(onSave)}>
            Save scenario
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField
          label="Name"
          value={edited.name}
          maxLength={LONGEST_NAME}
          onChange={(name) => set({ name })}
          error={shown && complaint?.field === "name" ? complaint.text : null}
        />
        <TextField
          label="Description"
          optional
          value={edited.description}
          maxLength={1_000}
          onChange={(description) => set({ description })}
        />
        {FACTORS.map((kind) => (
          <SliderField
            key={kind.id}
            label={kind.title}
            unit={kind.unit}
            digits={kind.digits}
            min={kind.min}
            max={kind.max}
            step={kind.step}
            hint={kind.hint}
            changed={isMoved(kind, factors)}
            value={shownOf(kind, factors)}
            onChange={(value) => set({ factors: withFactor(factors, kind, value) })}
          />
        ))}
        <div className={styles.months}>
          {months("duration_months", "Lasts", "Empty: to the end.")}
          {months("ramp_months", "Full effect after", "Empty: at once.")}
        </div>
        <p className={styles.summary} aria-live="polite">
          {sayFactors(factors)}
        </p>
        {shown && complaint?.field === "factors" ? (
          <Banner tone="bad">{complaint.text}</Banner>
        ) : null}
        {failure === null ? null : <Banner tone="bad">{failure}</Banner>}
      </div>
    </Dialog>
  );
}
