import { NumberField } from "@/ui/NumberField";
import { Slider } from "@/ui/Slider";
import styles from "./SliderField.module.css";

export interface SliderFieldProps {
  label: string;
  unit: string;
  digits: number;
  min: number;
  max: number;
  /** Of the slider, and of the arrow keys in the field. */
  step: number;
  value: number;
  onChange: (value: number) => void;
  /** The end of the slider where the field goes further. */
  reach?: number;
  hint?: string;
  error?: string | null;
  changed?: boolean;
  isDisabled?: boolean;
}

/** A slider for the neighbourhood and a field for the digits. */
export function SliderField(props: SliderFieldProps) {
  const { label, unit, digits, min, max, step, value, onChange, reach = max } = props;
  const { hint, error, changed, isDisabled } = props;
  return (
    <div className={styles.pair}>
      <div className={styles.side}>
        <span className={styles.label} aria-hidden="true">
          {label}
        </span>
        <Slider
          label={`${label}, slider`}
          hideLabel
          min={min}
          max={reach}
          step={step}
          isDisabled={isDisabled}
          value={Math.min(reach, Math.max(min, value))}
          onChange={(next) => onChange(Number(next.toFixed(digits)))}
        />
      </div>
      <NumberField
        label={label}
        hideLabel
        unit={unit}
        digits={digits}
        min={min}
        max={max}
        step={step}
        error={error}
        changed={changed}
        isDisabled={isDisabled}
        value={value}
        onChange={(next) => next !== null && onChange(next)}
      />
      {hint === undefined ? null : <span className={styles.hint}>{hint}</span>}
    </div>
  );
}
