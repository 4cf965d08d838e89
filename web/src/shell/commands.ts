/** What the palette offers beyond the pages: acts that the open screen registers. */
import { type ReactNode, useEffect, useRef } from "react";
import { createStore, useStore } from "./store";

export interface Command {
  id: string;
  /** Verb and object; an ellipsis when a dialog follows. */
  text: string;
  /** The service or screen. */
  hint?: string;
  keys?: string;
  icon?: ReactNode;
  /** Why it cannot be done now. */
  reason?: string;
  run: () => void;
}

const registered = createStore<readonly Command[]>([]);

export const useRegisteredCommands = () => useStore(registered);

/** Offers acts while the component is shown. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const signature = commands.map((one) => `${one.id}\t${one.text}\t${one.reason ?? ""}`).join("\n");
  useEffect(() => {
    const ids = signature.split("\n").map((line) => line.split("\t")[0] ?? "");
    const mine = latest.current
      .filter((one) => ids.includes(one.id))
      .map((one) => ({
        ...one,
        run: () => latest.current.find((now) => now.id === one.id)?.run(),
      }));
    registered.set([...registered.get(), ...mine]);
    return () => registered.set(registered.get().filter((one) => !mine.includes(one)));
  }, [signature]);
}
