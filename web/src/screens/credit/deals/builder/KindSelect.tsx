import { Select } from "@/ui/Select";
import { useMember } from "./context";

/** Which form a member has; choosing another one starts it anew. */
export function KindSelect<Kind extends { type: string }>({
  at,
  label,
  hint,
  options,
  make,
}: {
  at: string;
  label: string;
  hint?: string;
  options: readonly { value: Kind["type"]; text: string; hint?: string }[];
  make: (type: Kind["type"]) => Kind;
}) {
  const { value, error, locked, set } = useMember<Kind>(at);
  return (
    <Select<Kind["type"]>
      label={label}
      hint={hint}
      isDisabled={locked}
      options={options}
      value={value?.type ?? options[0]?.value ?? null}
      onChange={(type) => {
        if (type !== value?.type) {
          set(make(type));
        }
      }}
      error={error}
    />
  );
}
