/** State in the address: filters, range, tab, selection. Back works and a copied link is complete. */
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";

export type SearchState = Record<string, string | undefined>;

/** Reads the search part as text and changes parts of it; undefined or "" removes one. */
export function useSearchState(): [
  SearchState,
  (change: SearchState, mode?: "push" | "replace") => void,
] {
  const search = useRouterState({ select: (state) => state.location.search as SearchState });
  const navigate = useNavigate();
  const change = useCallback(
    (next: SearchState, mode: "push" | "replace" = "replace") => {
      void navigate({
        to: ".",
        search: ((before: SearchState) => clean({ ...before, ...next })) as never,
        replace: mode === "replace",
      });
    },
    [navigate],
  );
  return [search, change];
}

function clean(search: SearchState): SearchState {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ""),
  );
}
