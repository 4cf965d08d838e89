/** The queue behind `Toaster`: any code may raise a toast. */

export interface ToastNote {
  tone: "ok" | "bad" | "info";
  text: string;
  detail?: string;
  /** A page to open, or an act such as undo. */
  link?: { text: string; to: string; search?: Record<string, string> };
  act?: { text: string; onAct: () => void };
}

export interface ShownToast extends ToastNote {
  id: number;
}

const SHOWN_MS = 6_000;
const MOST = 4;
let shown: ShownToast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function publish(toasts: ShownToast[]): void {
  shown = toasts;
  for (const listener of listeners) {
    listener();
  }
}

/** Shows a note for six seconds; a failure stays until it is closed. */
export function toast(note: ToastNote): void {
  const id = next;
  next += 1;
  publish([...shown, { ...note, id }].slice(-MOST));
  if (note.tone !== "bad") {
    setTimeout(() => closeToast(id), SHOWN_MS);
  }
}

export function closeToast(id: number): void {
  publish(shown.filter((one) => one.id !== id));
}

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const shownToasts = (): ShownToast[] => shown;
