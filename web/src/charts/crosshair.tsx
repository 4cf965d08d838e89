/**
 * The shared cross-hair: charts, tables and read-outs of one screen under one provider move
 * together on the same x (time, period, spot).
 */
import {
  createContext,
  type ReactNode,
  useContext,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { createStore, type Store } from "@/shell/store";

export interface CrosshairView {
  /** Null when no chart of the group is pointed at. */
  x: number | null;
  /** The zoomed part of the x-domain; null is all of it. */
  zoom: readonly [number, number] | null;
}

const Context = createContext<Store<CrosshairView> | null>(null);
const NOTHING: CrosshairView = { x: null, zoom: null };

export function CrosshairProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => createStore<CrosshairView>(NOTHING));
  return <Context value={store}>{children}</Context>;
}

/** The shared view, or one of its own outside a provider. */
export function useCrosshair() {
  const own = useRef<Store<CrosshairView> | null>(null);
  own.current ??= createStore<CrosshairView>(NOTHING);
  const store = useContext(Context) ?? own.current;
  const view = useSyncExternalStore(store.subscribe, store.get);
  return useMemo(
    () => ({
      ...view,
      setX: (x: number | null) => {
        if (store.get().x !== x) {
          store.set({ ...store.get(), x });
        }
      },
      setZoom: (zoom: readonly [number, number] | null) => store.set({ ...store.get(), zoom }),
    }),
    [view, store],
  );
}
