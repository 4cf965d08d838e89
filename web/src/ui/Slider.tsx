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
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  /** The figure with its unit. */
  format?: (value: number) => string;
}

/** A value where the neighbourhood matters more than the digits. */
export function Slider({ label, value, onChange, min, max, step = 1, format }: SliderProps) {
  return (
    <AriaSlider
      className={styles.slider}
      value={value}
      onChange={(next) => onChange(typeof next === "number" ? next : (next[0] ?? value))}
      minValue={min}
      maxValue={max}
      step={step}
    >
      <Label className={styles.label}>{label}</Label>
      <SliderOutput className={styles.output}>{format?.(value) ?? value}</SliderOutput>
      <SliderTrack className={styles.track}>
        <SliderFill className={styles.fill} />
        <SliderThumb className={styles.thumb} />
      </SliderTrack>
    </AriaSlider>
  );
}
