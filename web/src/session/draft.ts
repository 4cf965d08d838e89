import { useCallback, useState } from "react";

/**
 * State that outlives the end of a session in this tab: half-written work is still there after
 * signing in again. `discard` after it was saved.
 */
export function useDraft<Value>(
  key: string,
  initial: Value,
): [Value, (next: Value) => void, () => void] {
  const name = `quintet.draft.${key}`;
  const [value, setValue] = useState<Value>(() => {
    try {
      const kept = sessionStorage.getItem(name);
      return kept === null ? initial : (JSON.parse(kept) as Value);
    } catch {
      return initial;
    }
  });
  const keep = useCallback(
    (next: Value) => {
      setValue(next);
      try {
        sessionStorage.setItem(name, JSON.stringify(next));
      } catch {
        // A full storage loses the draft, not the work on screen.
      }
    },
    [name],
  );
  const discard = useCallback(() => sessionStorage.removeItem(name), [name]);
  return [value, keep, discard];
}
