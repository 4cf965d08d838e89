/** What could be written next, from the server; the last question wins. */
import { useCallback, useEffect, useRef, useState } from "react";
import { completeText } from "../api/calls";
import type { Deal } from "../api/structure";
import { type Completion, completeLine, fromServer } from "../model/completion";
import { placeOfOffset } from "../model/text";

const NOTHING: Completion = { from: 0, proposals: [] };
const SETTLE_MS = 120;

export function useProposals(deal: Deal) {
  const [open, setOpen] = useState<Completion>(NOTHING);
  const asked = useRef<AbortController | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(deal);
  latest.current = deal;
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    asked.current?.abort();
  }, []);
  useEffect(() => stop, [stop]);
  const close = useCallback(() => {
    stop();
    setOpen(NOTHING);
  }, [stop]);
  const propose = useCallback(
    (text: string, caret: number) => {
      stop();
      setOpen(NOTHING);
      const control = new AbortController();
      asked.current = control;
      timer.current = setTimeout(async () => {
        const { line, column } = placeOfOffset(text, caret);
        try {
          const found = await completeText(text, line, column, control.signal);
          if (!control.signal.aborted) {
            setOpen(fromServer(text, caret, found));
          }
        } catch {
          // Without an answer the names of the last good deal are proposed.
          if (!control.signal.aborted) {
            setOpen(completeLine(text, caret, latest.current));
          }
        }
      }, SETTLE_MS);
    },
    [stop],
  );
  return { open, propose, close };
}
