import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { Select } from "@/ui/Select";
import { namesIn, type Section } from "../model/objects";
import styles from "./Builder.module.css";
import { useBuilding, useMember } from "./context";

/** Several names in an order that matters: chips that move, and one more. */
export function NamesField({
  at,
  label,
  section,
  also = [],
  hint,
  optional,
}: {
  at: string;
  label: string;
  section: Exclude<Section, "dates">;
  /** Names beyond those of the section, such as groups of bonds. */
  also?: readonly string[];
  hint?: string;
  optional?: boolean;
}) {
  const { deal } = useBuilding();
  const { value = [], error, locked, set } = useMember<string[]>(at);
  const known = [...new Set([...namesIn(deal, section), ...also])];
  const free = known.filter((name) => !value.includes(name));
  const put = (next: string[]) => set(next.length === 0 && optional ? undefined : next);
  const move = (from: number, by: number) => {
    const next = [...value];
    const [moved] = next.splice(from, 1);
    if (moved !== undefined) {
      next.splice(from + by, 0, moved);
      put(next);
    }
  };
  return (
    <fieldset className={styles.names}>
      <legend className={styles.label}>
        {label}
        {optional ? <span className={styles.optional}> optional</span> : null}
      </legend>
      <div className={styles.chips}>
        {value.map((name, index) => (
          <span key={name} className={styles.nameChip}>
            {index > 0 && !locked ? (
              <IconButton label={`Move ${name} forward`} small onPress={() => move(index, -1)}>
                <ChevronLeft size={12} />
              </IconButton>
            ) : null}
            <span className={known.includes(name) ? undefined : styles.unknown}>{name}</span>
            {index < value.length - 1 && !locked ? (
              <IconButton label={`Move ${name} back`} small onPress={() => move(index, 1)}>
                <ChevronRight size={12} />
              </IconButton>
            ) : null}
            {locked ? null : (
              <IconButton
                label={`Drop ${name}`}
                small
                onPress={() => put(value.filter((one) => one !== name))}
              >
                <X size={12} />
              </IconButton>
            )}
          </span>
        ))}
        {free.length > 0 && !locked ? (
          <div className={styles.addName}>
            <Select
              label={`Add to ${label.toLowerCase()}`}
              hideLabel
              placeholder="Add…"
              options={free.map((name) => ({ value: name, text: name }))}
              value={null}
              onChange={(name) => put([...value, name])}
            />
          </div>
        ) : null}
      </div>
      {error !== null || (value.length === 0 && !optional) ? (
        <p className={styles.error} role="alert">
          {error ?? "Name at least one"}
        </p>
      ) : hint ? (
        <p className={styles.hint}>{hint}</p>
      ) : null}
    </fieldset>
  );
}
