import { ChevronDown } from "lucide-react";
import { useMemo, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { ComboBox as AriaComboBox } from "react-aria-components/ComboBox";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { ListBox } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import styles from "./Field.module.css";
import { FieldLabel, type FieldLook, FieldNotes, fieldClass } from "./FieldFrame";
import overlay from "./Overlay.module.css";
import { keyed, type Option, OptionRow } from "./Select";

export interface ComboBoxProps<Value extends string> extends FieldLook {
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value | null) => void;
  placeholder?: string;
  /** Called with the typed text, for options that the server finds. */
  onSearch?: (text: string) => void;
  /** What is typed may stay although no option has it. */
  freeText?: boolean;
}

const MOST_ROWS = 200;

/** One of many: typing narrows the list. */
export function ComboBox<Value extends string>(props: ComboBoxProps<Value>) {
  const { options, value, onChange, placeholder, onSearch, freeText, ...look } = props;
  const chosen = options.find((option) => option.value === value);
  const [text, setText] = useState(chosen?.text ?? value ?? "");
  const wanted = text === chosen?.text ? "" : text.toLowerCase();
  const shown = useMemo(
    () =>
      keyed(options)
        .filter((option) =>
          `${option.text} ${option.value} ${option.hint ?? ""}`.toLowerCase().includes(wanted),
        )
        .slice(0, MOST_ROWS),
    [options, wanted],
  );
  return (
    <AriaComboBox
      className={fieldClass(look)}
      isInvalid={Boolean(look.error)}
      allowsEmptyCollection
      allowsCustomValue={freeText}
      menuTrigger="focus"
      items={shown}
      inputValue={text}
      onInputChange={(next) => {
        setText(next);
        onSearch?.(next);
        if (next === "") {
          onChange(null);
        } else if (freeText) {
          onChange(next as Value);
        }
      }}
      selectedKey={value}
      onSelectionChange={(key) => {
        if (key !== null) {
          const option = options.find((one) => one.value === key);
          setText(option?.text ?? String(key));
          onChange(String(key) as Value);
        }
      }}
    >
      <FieldLabel {...look} />
      <Group className={styles.box}>
        <Input className={styles.input} placeholder={placeholder} />
        <AriaButton className={styles.bare}>
          <ChevronDown size={14} aria-hidden />
        </AriaButton>
      </Group>
      <FieldNotes {...look} />
      <Popover className={overlay.popover} offset={4}>
        <ListBox<Option<Value>>
          renderEmptyState={() => <div className={styles.empty}>Nothing has "{text}" in it</div>}
        >
          {(option) => <OptionRow option={option} />}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
