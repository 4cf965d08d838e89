import { useSyncExternalStore } from "react";

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** One column, two-line rows, bottom bar. */
export const usePhone = () => useMedia("(max-width: 720px)");
/** The inspector docks beside the list. */
export const useWide = () => useMedia("(min-width: 1280px)");
export const useCompact = () => useMedia("(max-width: 1024px)");
