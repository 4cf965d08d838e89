/** The breadcrumb of the open page; pages write it through `PageHead`. */
import { useSyncExternalStore } from "react";

export interface ShownCrumb {
  title: string;
  to?: string;
}

let shown: ShownCrumb[] = [];
const listeners = new Set<() => void>();

export function setCrumbs(next: ShownCrumb[]): void {
  shown = next;
  document.title = [...next.map((crumb) => crumb.title).reverse(), "Quintet"].join(" · ");
  for (const listener of listeners) {
    listener();
  }
}

export function useCrumbs(): ShownCrumb[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
