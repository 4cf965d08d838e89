import { useEffect, useState } from "react";
import type { FieldLook } from "@/ui/FieldFrame";
import { TextField } from "@/ui/TextField";
import { parseTime, timeText } from "./model/clock";

export interface TimeFieldProps extends FieldLook {
  /** "09:30", IST. */
  value: string;
  onChange: (value: string) => void;
}

/** A time of day in IST; takes "9:30", "930", "9.30"; arrow keys move by a minute, Shift by ten. */
export function TimeField({ value, onChange, error, ...look }: TimeFieldProps) {
  const [text, setText] = useState(value);
  const [own, setOwn] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  useEffect(() => {
    if (!focused) {
      setText(value);
      setOwn(null);
    }
  }, [value, focused]);
  const take = (minutes: number) => {
    setOwn(null);
    onChange(timeText(minutes));
  };
  return (
    <TextField
      {...look}
      unit="IST"
      inputMode="numeric"
      error={error ?? own}
      value={text}
      onChange={(next) => {
        setText(next);
        const minutes = parseTime(next);
        if (minutes !== null && next.trim().length >= 4) {
          take(minutes);
        }
      }}
      onFocus={() => setFocused(true)}
      onBlur={() => {
        const minutes = parseTime(text);
        if (minutes === null) {
          setOwn(`"${text}" is not a time, use 00:00 to 23:59`);
          return;
        }
        take(minutes);
        setText(timeText(minutes));
        setFocused(false);
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          const by = (event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1);
          const next = (parseTime(text) ?? parseTime(value) ?? 0) + by;
          setText(timeText(next));
          take(next);
        }
      }}
    />
  );
}
