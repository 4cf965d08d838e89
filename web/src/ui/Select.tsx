import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import styles from "./Field.module.css";
import { FieldLabel, type FieldLook, FieldNotes, fieldClass } from "./FieldFrame";
import overlay from "./Overlay.module.css";

export interface Option<Value extends string = string> {
  value: Value;
  text: string;
  hint?: string;
  icon?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps<Value extends string> extends FieldLook {
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  placeholder?: string;
  isDisabled?: boolean;
}

/** One of a few; type to find. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { options, value, onChange, placeholder = "Choose…", isDisabled, ...look } = props;
  return (
    <AriaSelect
      className={fieldClass(look)}
      isInvalid={Boolean(look.error)}
      isDisabled={isDisabled}
      placeholder={placeholder}
      value={value}
      onChange={(key) => {
        if (key !== null) {
          onChange(String(key) as Value);
        }
      }}
    >
      <FieldLabel {...look} />
      <AriaButton className={styles.select}>
        <SelectValue className={styles.selectText}>
          {({ isPlaceholder, selectedText }) => (isPlaceholder ? placeholder : selectedText)}
        </SelectValue>
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <FieldNotes {...look} />
      <Popover className={overlay.popover} offset={4}>
        <ListBox items={keyed(options)}>{(option) => <OptionRow option={option} />}</ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** Options with the identity that lists keep when options come and go. */
export const keyed = <Value extends string>(options: readonly Option<Value>[]) =>
  options.map((option) => ({ ...option, id: option.value }));

/** A row of a list of options; shared with the combo box. */
export function OptionRow({ option }: { option: Option }) {
  return (
    <ListBoxItem
      id={option.value}
      textValue={option.text}
      isDisabled={option.disabled}
      className={overlay.item}
    >
      {({ isSelected }) => (
        <>
          {option.icon}
          <span className={overlay.itemText}>
            {option.text}
            {option.hint ? <span className={overlay.hint}>{option.hint}</span> : null}
          </span>
          <span className={overlay.check}>
            {isSelected ? <Check size={14} aria-hidden /> : null}
          </span>
        </>
      )}
    </ListBoxItem>
  );
}
