/** Everything the workbench shows: the live result, the compared one, runs, and the acts on them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Problem } from "@/api/problem";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../search";
import { createPoolRun, startPoolRun } from "../api/calls";
import { analysisQuery, defaultsQuery, runQuery, runsQuery } from "../api/queries";
import type { Analysis, AnalysisRequest, Pool, Run } from "../api/types";
import {
  type Assumptions,
  classAssumptions,
  defaultCurve,
  poolDefaults,
  prepayCurve,
} from "../model/assumptions";
import { countValues, differences } from "../model/differences";
import { fromTerms, toRequest } from "../model/request";
import { useMayRun } from "../shared/access";
import { useLiveAnalysis } from "./live";
import { useAssumptionState } from "./useAssumptionState";

export const NO_RUN = "none";
export const DEFAULTS = "defaults";

export interface Result {
  id: string;
  /** "run 43", "class defaults". */
  name: string;
  analysis: Analysis;
  assumptions: Assumptions;
}

/** A longer wait is a job; the server says when. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof Problem && (error.code === "too_expensive" || error.code === "out_of_time");

const requestOf = (state: Assumptions, pool: Pool): AnalysisRequest => ({
  ...toRequest(state),
  pool: { pool_id: pool.id, pool_version: pool.version },
});

/** The result of class defaults or of a stored run; null while there is none. */
export function useResult(
  pool: Pool,
  id: string,
): { result: Result | null; error: unknown; busy: boolean } {
  const may = useMayRun();
  const isRun = id !== NO_RUN && id !== DEFAULTS && id !== "";
  const usual = classAssumptions(pool.cut_off_date);
  const request = requestOf(usual, pool);
  const defaults = useQuery({
    ...analysisQuery(request, JSON.stringify(request)),
    enabled: id === DEFAULTS && may,
  });
  const run = useQuery({ ...runQuery(id), enabled: isRun });
  let result: Result | null = null;
  if (id === DEFAULTS && defaults.data !== undefined && !defaults.isPlaceholderData) {
    result = { id, name: "class defaults", analysis: defaults.data, assumptions: usual };
  } else if (isRun && run.data !== undefined && run.data.result !== null) {
    const { name, result: analysis, terms } = run.data;
    result = { id, name, analysis, assumptions: fromTerms(terms) };
  }
  if (!isRun && id !== DEFAULTS) {
    return { result: null, error: null, busy: false };
  }
  const query = isRun ? run : defaults;
  return { result, error: query.error, busy: query.isFetching };
}

export function useWorkbench(pool: Pool) {
  const client = useQueryClient();
  const may = useMayRun();
  const [search, change] = useSearchState();
  const { state, touched, fill, set } = useAssumptionState(pool.cut_off_date);
  const [jobId, setJobId] = useState<string | null>(null);
  const runsOf = useInfiniteQuery(runsQuery(pool.id));
  const runs: Run[] = useMemo(
    () => runsOf.data?.pages.flatMap((page) => page.items) ?? [],
    [runsOf.data],
  );
  const newest = runs.find((run) => run.state === "succeeded")?.id;

  // The live result: asked while the assumptions change, the old one stays until the new one is there.
  const {
    query: live,
    request,
    busy,
  } = useLiveAnalysis(JSON.stringify(requestOf(state, pool)), may);
  const kept = useRef<Analysis | null>(null);
  kept.current = live.data ?? kept.current;
  const tooLarge = isTooLarge(live.error);

  // Without the right to compute, or when it takes too long, a stored run is shown.
  const named = useResult(pool, search.run ?? (may && !tooLarge ? NO_RUN : (newest ?? NO_RUN)));
  const stored = named.result;
  const told = (search.run !== undefined || !may) && !touched ? stored?.assumptions : undefined;
  const toldText = told === undefined ? null : JSON.stringify(told);
  useEffect(() => {
    if (toldText !== null) {
      fill(JSON.parse(toldText) as Assumptions);
    }
  }, [toldText, fill]);
  const shown = may && !tooLarge ? kept.current : (stored?.analysis ?? null);

  const compareId = search.compare ?? newest ?? (may ? DEFAULTS : NO_RUN);
  const compared = useResult(pool, compareId);
  const base = compared.result;

  const classes = useQuery(defaultsQuery).data ?? [];
  const usual = useMemo(() => poolDefaults(pool.summary.classes, classes), [pool, classes]);
  const last = Math.max(
    12,
    Math.min(600, Math.round((pool.summary.wam ?? 360) + (pool.summary.wala ?? 0))),
  );
  const found = base === null ? [] : differences(state, base.assumptions, { ...usual, last });

  const run = useMutation({
    mutationFn: async (name: string) => {
      const body = { ...toRequest(state), scenario_name: name };
      if (!tooLarge) {
        try {
          return await createPoolRun(pool.id, body);
        } catch (error) {
          if (!isTooLarge(error)) {
            throw error;
          }
        }
      }
      return startPoolRun(pool.id, body);
    },
    onSuccess: async (answer) => {
      if ("status_url" in answer) {
        setJobId(answer.job_id);
      } else {
        client.setQueryData(runQuery(answer.id).queryKey, answer);
        toast({ tone: "ok", text: `Run ${answer.name} is saved` });
        // The comparison stays with the run it was with, not with the new one.
        change({ compare: compareId === NO_RUN ? undefined : compareId });
      }
      await client.invalidateQueries({ queryKey: runsQuery(pool.id).queryKey });
    },
  });

  return {
    may,
    state,
    set,
    shown,
    stored,
    live: {
      busy: may && busy,
      error: may && !tooLarge ? live.error : null,
      loading: may ? live.isPending : named.busy,
      retry: () => void live.refetch(),
    },
    tooLarge,
    storedError: named.error,
    compareId,
    base,
    baseBusy: compared.busy,
    found,
    differ: countValues(found),
    usual,
    last,
    curves: {
      prepay: prepayCurve(state.prepay, usual.cpr, last),
      default: defaultCurve(state.default, usual.cdr, last),
      basePrepay: prepayCurve((base?.assumptions ?? state).prepay, usual.cpr, last),
      baseDefault: defaultCurve((base?.assumptions ?? state).default, usual.cdr, last),
    },
    request,
    runs,
    runsOf,
    run,
    jobId,
    endJob: (runId: string | null) => {
      setJobId(null);
      void client.invalidateQueries({ queryKey: runsQuery(pool.id).queryKey });
      if (runId !== null) {
        void client.invalidateQueries({ queryKey: runQuery(runId).queryKey });
        change({ run: runId });
      }
    },
  };
}

export type Bench = ReturnType<typeof useWorkbench>;
