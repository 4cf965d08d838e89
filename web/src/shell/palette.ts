/** The rows of the palette: Do, Go, Find; what was run lately comes first. */
import type { Command } from "./commands";

export interface PaletteRow {
  id: string;
  group: "Recent" | "Do" | "Go" | "Find";
  text: string;
  hint?: string;
  keys?: string;
  reason?: string;
  icon?: React.ReactNode;
  run: () => void;
}

const RECENT_KEY = "quintet.recent-commands";
const RECENT = 5;

/** Every word of the query starts a word of the text, or the text contains the query. */
export function matches(text: string, query: string): boolean {
  const hay = text.toLowerCase();
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => hay.includes(word));
}

/** Starts-with before contains, short before long. */
export function score(text: string, query: string): number {
  const hay = text.toLowerCase();
  const needle = query.toLowerCase().trim();
  const place = hay.indexOf(needle);
  return (place < 0 ? 500 : place === 0 ? 0 : 100 + place) + text.length / 100;
}

export function paletteRows(
  query: string,
  commands: readonly Command[],
  pages: readonly PaletteRow[],
  found: readonly PaletteRow[],
): PaletteRow[] {
  const acts = commands.map((one): PaletteRow => ({ ...one, group: "Do" }));
  const all = [...acts, ...pages];
  if (query.trim() === "") {
    const recent = recentIds()
      .map((id) => all.find((row) => row.id === id))
      .filter((row) => row !== undefined)
      .map((row): PaletteRow => ({ ...row, group: "Recent" }));
    const shown = new Set(recent.map((row) => row.id));
    return [...recent, ...all.filter((row) => !shown.has(row.id))];
  }
  const fitting = (rows: readonly PaletteRow[]) =>
    rows
      .filter((row) => matches(`${row.text} ${row.hint ?? ""}`, query))
      .sort((left, right) => score(left.text, query) - score(right.text, query));
  return [...fitting(acts), ...fitting(pages), ...found];
}

export function recentIds(): string[] {
  return (localStorage.getItem(RECENT_KEY) ?? "").split("\n").filter((id) => id !== "");
}

export function noteRun(id: string): void {
  const next = [id, ...recentIds().filter((one) => one !== id)].slice(0, RECENT);
  localStorage.setItem(RECENT_KEY, next.join("\n"));
}
