import { Label } from "react-aria-components/Label";
import {
  Slider as AriaSlider,
  SliderFill,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from "react-aria-components/Slider";
import styles from "./Field.module.css";

export interface SliderProps {
  label: string;
  /** The name is read but not shown, as when a field with the figure stands beside it. */
  hideLabel?: boolean;
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  /** The figure with its unit. */
  format?: (value: number) => string;
  isDisabled?: boolean;
}

/** A value where the neighbourhood matters more than the digits. */
export function Slider(props: SliderProps) {
  const { label, hideLabel, value, onChange, min, max, step = 1, format, isDisabled } = props;
  return (
    <AriaSlider
      className={styles.slider}
      aria-label={hideLabel ? label : undefined}
      isDisabled={isDisabled}
      value={value}
      onChange={(next) => onChange(typeof next === "number" ? next : (next[0] ?? value))}
      minValue={min}
      maxValue={max}
      step={step}
    >
      {hideLabel ? null : (
        <>
          <Label className={styles.label}>{label}</Label>
          <SliderOutput className={styles.output}>{format?.(value) ?? value}</SliderOutput>
        </>
      )}
      <SliderTrack className={styles.track}>
        <SliderFill className={styles.fill} />
        <SliderThumb className={styles.thumb} />
      </SliderTrack>
    </AriaSlider>
  );
}
