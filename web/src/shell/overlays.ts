/** Which layer of the shell is open; one at a time. */
import { createStore, useStore } from "./store";

export type Overlay =
  | "palette"
  | "keys"
  | "jobs"
  | "alerts"
  | "account"
  | "more"
  | "password"
  | null;

const open = createStore<Overlay>(null);

export const useOverlay = () => useStore(open);
export const openOverlay = (overlay: Overlay) => open.set(overlay);
export const closeOverlay = () => open.set(null);
