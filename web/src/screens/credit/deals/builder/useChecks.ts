/** The live check of a structure: asked again when the draft rests. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { asProblem } from "@/api/problem";
import { checkQuery } from "../api/queries";
import type { Finding } from "../api/structure";
import { findingsOf, tally } from "../model/findings";
import { useSettled } from "./useSettled";

const SETTLE_MS = 250;

export interface ChecksState {
  findings: readonly Finding[];
  count: { errors: number; warnings: number };
  busy: boolean;
  /** Why there is no check: the network, not the deal. */
  failed: string | null;
  /** The structure could not even be read, for instance because of a formula. */
  unread: boolean;
}

export function useChecks(key: string): ChecksState {
  const settled = useSettled(key, SETTLE_MS);
  const query = useQuery(checkQuery(settled));
  const problem = query.error === null ? null : asProblem(query.error);
  const unread = problem !== null && (problem.status === 400 || problem.status === 422);
  const known = query.data?.findings;
  const findings = useMemo(() => {
    if (unread && problem !== null) {
      return findingsOf(problem, "structure");
    }
    return known ?? [];
  }, [unread, problem, known]);
  return {
    findings,
    count: useMemo(() => tally(findings), [findings]),
    busy: query.isFetching || settled !== key,
    failed: problem === null || unread ? null : problem.detail || problem.title,
    unread,
  };
}
