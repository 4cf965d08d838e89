import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";
import styles from "./Tabs.module.css";

export interface SegmentedProps<Value extends string> {
  label: string;
  options: readonly { value: Value; text: string }[];
  value: Value | null;
  onChange: (value: Value) => void;
}

/** One of two to five, all visible. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, options, value, onChange } = props;
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={styles.segmented}
      selectionMode="single"
      disallowEmptySelection={value !== null}
      selectedKeys={value === null ? [] : [value]}
      onSelectionChange={(keys) => {
        const [first] = keys;
        if (first !== undefined) {
          onChange(String(first) as Value);
        }
      }}
    >
      {options.map((option) => (
        <ToggleButton key={option.value} id={option.value} className={styles.segment}>
          {option.text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
