import { Eye, EyeOff, Search, X } from "lucide-react";
import { type ReactNode, type Ref, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { TextArea } from "react-aria-components/TextArea";
import {
  type TextFieldProps as AriaProps,
  TextField as AriaTextField,
} from "react-aria-components/TextField";
import { cx } from "./cx";
import styles from "./Field.module.css";
import { FieldLabel, type FieldLook, FieldNotes, fieldClass } from "./FieldFrame";

export interface TextFieldProps
  extends Omit<AriaProps, "children" | "className" | "isInvalid">,
    FieldLook {
  placeholder?: string;
  rows?: number;
  right?: boolean;
  lead?: ReactNode;
  inputRef?: Ref<HTMLInputElement>;
}

/** One line of text, or several with `rows`; a password can be shown. */
export function TextField(props: TextFieldProps) {
  const { label, hideLabel, hint, error, optional, changed, unit, ...rest } = props;
  const { placeholder, rows, right, lead, inputRef, type, ...aria } = rest;
  const look = { label, hideLabel, hint, error, optional, changed, unit };
  const [shown, setShown] = useState(false);
  const password = type === "password";
  return (
    <AriaTextField
      {...aria}
      type={password && shown ? "text" : type}
      className={fieldClass(look)}
      isInvalid={Boolean(error)}
      isRequired={!optional && aria.isRequired}
      validationBehavior="aria"
    >
      <FieldLabel {...look} />
      <div className={cx(styles.box, rows !== undefined && styles.area)}>
        {lead}
        {rows === undefined ? (
          <Input
            ref={inputRef}
            className={cx(styles.input, right && styles.right)}
            placeholder={placeholder}
          />
        ) : (
          <TextArea className={styles.input} rows={rows} placeholder={placeholder} />
        )}
        {unit ? <span className={styles.unit}>{unit}</span> : null}
        {password ? (
          <AriaButton
            className={styles.bare}
            aria-label={shown ? "Hide password" : "Show password"}
            onPress={() => setShown(!shown)}
          >
            {shown ? <EyeOff size={16} /> : <Eye size={16} />}
          </AriaButton>
        ) : null}
      </div>
      <FieldNotes {...look} />
    </AriaTextField>
  );
}

/** A filter or search text with a clear button; Esc clears. */
export function SearchField({
  label,
  value,
  onChange,
  placeholder,
  inputRef,
  keys,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  inputRef?: Ref<HTMLInputElement>;
  keys?: string;
}) {
  return (
    <AriaTextField
      aria-label={label}
      className={styles.field}
      value={value}
      onChange={onChange}
      onKeyDown={(event) => {
        if (event.key === "Escape" && value !== "") {
          onChange("");
        }
      }}
    >
      <div className={styles.box}>
        <Search size={14} aria-hidden />
        <Input ref={inputRef} className={styles.input} placeholder={placeholder} type="text" />
        {value === "" && keys ? <kbd>{keys}</kbd> : null}
        {value === "" ? null : (
          <AriaButton
            className={styles.bare}
            aria-label={`Clear ${label.toLowerCase()}`}
            onPress={() => onChange("")}
          >
            <X size={14} />
          </AriaButton>
        )}
      </div>
    </AriaTextField>
  );
}
