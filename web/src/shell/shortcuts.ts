/**
 * Keyboard: `useShortcuts` registers what holds while a component is shown, one listener serves
 * the page. Keys are written "g j", "?", "Shift+P", "Mod+k" (Ctrl or ⌘). Single letters are off
 * inside fields and can be switched off per person.
 */
import { useEffect, useRef } from "react";
import { prefs } from "./prefs";
import { createStore, useStore } from "./store";

export interface Shortcut {
  keys: string;
  /** What it does, for the list of keys. */
  text: string;
  /** Where it holds: "Everywhere", or the title of the screen. */
  scope?: string;
  run: () => void;
}

const SEQUENCE_MS = 1_200;
const registered = createStore<readonly Shortcut[]>([]);
let pending: { key: string; at: number } | null = null;

export const useRegisteredShortcuts = () => useStore(registered);

export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const signature = shortcuts
    .map((one) => `${one.keys}\t${one.text}\t${one.scope ?? ""}`)
    .join("\n");
  useEffect(() => {
    const mine = signature
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index): Shortcut => {
        const [keys = "", text = "", scope = ""] = line.split("\t");
        return { keys, text, scope: scope || undefined, run: () => latest.current[index]?.run() };
      });
    registered.set([...registered.get(), ...mine]);
    return () => registered.set(registered.get().filter((one) => !mine.includes(one)));
  }, [signature]);
}

/** The name of a pressed key in our notation. */
export function keyName(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) {
    parts.push("Mod");
  }
  if (event.altKey) {
    parts.push("Alt");
  }
  const letter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  if (event.shiftKey && (letter || event.key.length > 1)) {
    parts.push("Shift");
  }
  parts.push(
    letter && event.shiftKey
      ? event.key.toUpperCase()
      : letter
        ? event.key.toLowerCase()
        : event.key,
  );
  return parts.join("+");
}

function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest(
        "input, textarea, select, [role=textbox], [role=spinbutton], [contenteditable]",
      ) !== null)
  );
}

function inOverlay(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("[role=dialog], [role=menu], [role=listbox]") !== null
  );
}

/** Finds what a key does; null when nothing. The latest registration wins. */
export function handleKey(event: KeyboardEvent, now = Date.now()): Shortcut | null {
  const name = keyName(event);
  const modified = name.startsWith("Mod+") || name.startsWith("Alt+");
  if (!modified && (inField(event.target) || inOverlay(event.target))) {
    return null;
  }
  const all = registered.get();
  const find = (keys: string) => all.findLast((one) => one.keys === keys) ?? null;
  if (!modified && prefs().singleKeys === "off" && name !== "?" && name.length === 1) {
    return null;
  }
  if (pending !== null && now - pending.at <= SEQUENCE_MS) {
    const sequence = find(`${pending.key} ${name}`);
    pending = null;
    if (sequence !== null) {
      return sequence;
    }
  }
  pending = null;
  if (all.some((one) => one.keys.startsWith(`${name} `))) {
    pending = { key: name, at: now };
    return null;
  }
  return find(name);
}

export function installShortcuts(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) {
      return;
    }
    const shortcut = handleKey(event);
    if (shortcut !== null) {
      event.preventDefault();
      shortcut.run();
    }
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

/** "Mod+k" as this keyboard writes it. */
export function shownKeys(keys: string): string {
  const apple = /mac|iphone|ipad/i.test(navigator.platform ?? "");
  return keys
    .split(" ")
    .map((part) =>
      part
        .replace("Mod+", apple ? "\u2318 " : "Ctrl ")
        .replace("Shift+", "Shift ")
        .replace("Enter", "\u23ce"),
    )
    .map((part) =>
      /^(Ctrl|\u2318) [a-z]$/.test(part) ? part.toUpperCase().replace("CTRL", "Ctrl") : part,
    )
    .join(" then ");
}
