/** The marks of a contract since the page was opened, for the small line beside its P&L. */
import { useEffect, useState } from "react";

const EVERY_MS = 2_000;
const MOST = 180;
const kept = new Map<string, { values: number[]; at: number }>();

export function useTrail(symbol: string, mark: number | null, at: string): readonly number[] {
  const [, redraw] = useState(0);
  useEffect(() => {
    const moment = Date.parse(at);
    const before = kept.get(symbol);
    if (mark === null || (before !== undefined && moment - before.at < EVERY_MS)) {
      return;
    }
    kept.set(symbol, { values: [...(before?.values ?? []), mark].slice(-MOST), at: moment });
    redraw((count) => count + 1);
  }, [symbol, mark, at]);
  return kept.get(symbol)?.values ?? [];
}
