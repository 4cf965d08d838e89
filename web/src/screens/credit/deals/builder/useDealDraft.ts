/** One deal in the builder: the draft that both modes edit, and the way back. */
import { useCallback, useMemo, useRef, useState } from "react";
import { useDraft } from "@/session/draft";
import type { Deal } from "../api/structure";
import type { DealView } from "../api/types";

interface Draft {
  /** The version the person began with. */
  version: number;
  deal: Deal;
  /** As it was typed, with comments; null once the objects were changed after it. */
  text: string | null;
  /** The text cannot be read; `deal` is what the last good one said. */
  broken?: boolean;
}

const MOST_STEPS = 100;

export function useDealDraft(stored: DealView) {
  const [kept, keep, discard] = useDraft<Draft | null>(`deal.${stored.id}`, null);
  const present = useMemo(
    (): Draft => ({ version: stored.version, deal: stored.structure, text: stored.text }),
    [stored],
  );
  const draft = kept ?? present;
  const latest = useRef(draft);
  latest.current = draft;
  const past = useRef<Draft[]>([]);
  const future = useRef<Draft[]>([]);
  const [, redraw] = useState(0);

  const put = useCallback(
    (next: Draft | null) => {
      if (next === null) {
        discard();
      } else {
        latest.current = next;
      }
      keep(next);
    },
    [discard, keep],
  );
  const step = useCallback(
    (next: Draft) => {
      past.current = [...past.current, latest.current].slice(-MOST_STEPS);
      future.current = [];
      put(next);
    },
    [put],
  );
  /** Another structure; what was typed as text no longer describes it. */
  const edit = useCallback(
    (deal: Deal) => {
      if (deal !== latest.current.deal) {
        step({ ...latest.current, deal, text: null, broken: false });
      }
    },
    [step],
  );
  /** The text and what the server read in it; `deal` is null while it cannot be read. */
  const type = useCallback(
    (text: string, deal: Deal | null) => {
      const now = latest.current;
      if (text !== now.text || deal !== null) {
        put({ ...now, text, deal: deal ?? now.deal });
      }
    },
    [put],
  );
  const mark = useCallback(
    (broken: boolean) => {
      if ((latest.current.broken ?? false) !== broken) {
        put({ ...latest.current, broken });
      }
    },
    [put],
  );
  const walk = useCallback(
    (from: typeof past, to: typeof past) => {
      const next = from.current.at(-1);
      if (next !== undefined) {
        from.current = from.current.slice(0, -1);
        to.current = [...to.current, latest.current];
        put(next);
        redraw((count) => count + 1);
      }
    },
    [put],
  );
  const key = JSON.stringify(draft.deal);
  const storedKey = useMemo(() => JSON.stringify(stored.structure), [stored]);
  const changed =
    kept !== null && (key !== storedKey || (draft.text !== null && draft.text !== stored.text));
  return {
    draft,
    key,
    changed,
    /** Somebody saved another version since this draft began. */
    behind: kept !== null && changed && draft.version !== stored.version,
    broken: draft.broken === true && draft.text !== null,
    edit,
    type,
    mark,
    latest,
    canUndo: past.current.length > 0,
    canRedo: future.current.length > 0,
    undo: () => walk(past, future),
    redo: () => walk(future, past),
    reset: () => {
      past.current = [];
      future.current = [];
      put(null);
    },
    /** The draft stays and counts as based on what is stored now. */
    rebase: () => put({ ...latest.current, version: stored.version }),
  };
}

export type DraftState = ReturnType<typeof useDealDraft>;
