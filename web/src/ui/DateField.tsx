import { CalendarDate, parseAbsolute, parseDate, ZonedDateTime } from "@internationalized/date";
import {
  DateField as AriaDateField,
  DateInput,
  DateSegment,
} from "react-aria-components/DateField";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { cx } from "./cx";
import styles from "./Field.module.css";
import { FieldLabel, type FieldLook, FieldNotes, fieldClass } from "./FieldFrame";

export interface DateFieldProps extends FieldLook {
  /** ISO date, "2026-06-18". */
  value: string | null;
  onChange: (value: string | null) => void;
  min?: string;
  max?: string;
}

/** Segments in the order of ISO: year, month, day. */
const ISO_ORDER = "en-CA";

/** A day without time; segments take digits and arrow keys. */
export function DateField({ value, onChange, min, max, ...look }: DateFieldProps) {
  return (
    <I18nProvider locale={ISO_ORDER}>
      <AriaDateField
        className={fieldClass(look)}
        isInvalid={Boolean(look.error)}
        validationBehavior="aria"
        value={value === null ? null : parseDate(value)}
        minValue={min === undefined ? undefined : parseDate(min)}
        maxValue={max === undefined ? undefined : parseDate(max)}
        onChange={(next) => onChange(next instanceof CalendarDate ? next.toString() : null)}
      >
        <FieldLabel {...look} />
        <DateInput className={cx(styles.box, styles.segments)}>
          {(segment) => <DateSegment segment={segment} className={styles.segment} />}
        </DateInput>
        <FieldNotes {...look} />
      </AriaDateField>
    </I18nProvider>
  );
}

export interface InstantFieldProps extends FieldLook {
  /** ISO instant. */
  value: string | null;
  onChange: (value: string | null) => void;
}

/** A moment in UTC; the zone stands inside the field. */
export function InstantField({ value, onChange, ...look }: InstantFieldProps) {
  return (
    <I18nProvider locale={ISO_ORDER}>
      <AriaDateField
        className={fieldClass(look)}
        isInvalid={Boolean(look.error)}
        validationBehavior="aria"
        granularity="second"
        hourCycle={24}
        hideTimeZone
        value={value === null ? null : parseAbsolute(value, "UTC")}
        onChange={(next) =>
          onChange(next instanceof ZonedDateTime ? next.toDate().toISOString() : null)
        }
        placeholderValue={parseAbsolute(new Date().toISOString(), "UTC")}
      >
        <FieldLabel {...look} />
        <div className={styles.box}>
          <DateInput className={styles.segments}>
            {(segment) => <DateSegment segment={segment} className={styles.segment} />}
          </DateInput>
          <span className={styles.unit}>UTC</span>
        </div>
        <FieldNotes {...look} />
      </AriaDateField>
    </I18nProvider>
  );
}
