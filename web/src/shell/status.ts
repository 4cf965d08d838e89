/** The status bar: what the open screen adds to "can I trust what I see". */
import { useEffect } from "react";
import { createStore, useStore } from "./store";

const items = createStore<readonly string[]>([]);

export const useShownStatus = () => useStore(items);

/** Shows short facts while the screen is open: engine version, last run, zone of the times. */
export function useStatusItems(facts: readonly string[]): void {
  const signature = facts.join("\n");
  useEffect(() => {
    items.set(signature === "" ? [] : signature.split("\n"));
    return () => items.set([]);
  }, [signature]);
}
