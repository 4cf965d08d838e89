import { DateField } from "@/ui/DateField";
import { Segmented } from "@/ui/Segmented";
import styles from "./RangeBar.module.css";
import { type DayRange, RANGES, type RangeName, rangeError } from "./range";

/** Presets, and the two days of a custom range. */
export function RangeBar({
  range,
  onChange,
}: {
  range: DayRange;
  onChange: (range: { range: RangeName; start?: string; end?: string }) => void;
}) {
  const error = rangeError(range);
  const days = (start: string | null, end: string | null) =>
    onChange({ range: "custom", start: start ?? undefined, end: end ?? undefined });
  return (
    <div className={styles.bar}>
      <Segmented
        label="Range"
        options={RANGES}
        value={range.name}
        onChange={(name) => onChange({ range: name })}
      />
      {range.name === "custom" ? (
        <div className={styles.days}>
          <DateField
            label="First day, IST"
            hideLabel
            value={range.start}
            onChange={(start) => days(start, range.end)}
          />
          <span>to</span>
          <DateField
            label="Last day, IST"
            hideLabel
            value={range.end}
            error={error}
            onChange={(end) => days(range.start, end)}
          />
          <span>IST</span>
        </div>
      ) : null}
    </div>
  );
}
