/** The live result: asked again while a slider or a point still moves, one question at a time. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { analysisQuery } from "../api/queries";
import type { AnalysisRequest } from "../api/types";

const REST_MS = 40;
const LONGEST_MS = 1_000;
/** Answers on the way of a slider are not asked for again. */
const KEPT_MS = 5_000;

/**
 * Milliseconds until the newest assumptions are asked. An answer under way is waited for, unless it
 * takes long; then it is dropped for the newest.
 */
export const restOf = (busy: boolean, sinceAsked: number): number =>
  Math.max(0, (busy ? LONGEST_MS : REST_MS) - sinceAsked);

/** Follows `text`, a request as JSON. The answer before stays until the next one is there. */
export function useLiveAnalysis(text: string, enabled: boolean) {
  const [key, setKey] = useState(text);
  const asked = useRef(Number.NEGATIVE_INFINITY);
  const request = useMemo(() => JSON.parse(key) as AnalysisRequest, [key]);
  const query = useQuery({ ...analysisQuery(request, key), gcTime: KEPT_MS, enabled });
  const busy = query.isFetching;
  useEffect(() => {
    if (text === key) {
      return;
    }
    const timer = setTimeout(
      () => {
        asked.current = performance.now();
        setKey(text);
      },
      restOf(busy, performance.now() - asked.current),
    );
    return () => clearTimeout(timer);
  }, [text, key, busy]);
  return { query, request, busy: busy || key !== text };
}
