/** Personal settings, kept in this browser. `public/theme.js` reads the same names. */
import { createStore, useStore } from "./store";

export interface Prefs {
  theme: "dark" | "light" | "system";
  density: "dense" | "comfortable";
  direction: "teal" | "blue-orange" | "red-up";
  /** Single-letter shortcuts. */
  singleKeys: "on" | "off";
  side: "open" | "small";
}

const DEFAULTS: Prefs = {
  theme: "system",
  density: "dense",
  direction: "teal",
  singleKeys: "on",
  side: "open",
};

function read(): Prefs {
  const found: Record<string, string> = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    found[name] = localStorage.getItem(`quintet.${name}`) ?? found[name] ?? "";
  }
  return found as unknown as Prefs;
}

const store = createStore<Prefs>(read());

export const usePrefs = (): Prefs => useStore(store);
export const prefs = (): Prefs => store.get();

export function setPref<Name extends keyof Prefs>(name: Name, value: Prefs[Name]): void {
  localStorage.setItem(`quintet.${name}`, value);
  store.set({ ...store.get(), [name]: value });
  applyPrefs();
}

const lightScheme = () => matchMedia("(prefers-color-scheme: light)");

/** The theme that is shown now. */
export function shownTheme(): "dark" | "light" {
  const { theme } = store.get();
  return theme === "system" ? (lightScheme().matches ? "light" : "dark") : theme;
}

export function applyPrefs(): void {
  const { density, direction } = store.get();
  const root = document.documentElement;
  root.dataset.theme = shownTheme();
  root.dataset.density = density;
  root.dataset.direction = direction;
}

export function followSystemTheme(): void {
  lightScheme().addEventListener("change", applyPrefs);
}
