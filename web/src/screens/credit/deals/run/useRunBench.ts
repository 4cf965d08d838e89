/** What a deal is run on, the live preview of it, and the runs that are kept. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { useDraft } from "@/session/draft";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../../search";
import { useMayRun } from "../../shared/access";
import { DEALS_KEY } from "../api/queries";
import { runDetailQuery, runsQuery } from "../api/runQueries";
import { type Preview, previewRun, type RunBody, type ScenarioRun, startRun } from "../api/runs";
import type { Deal } from "../api/structure";
import type { DealView } from "../api/types";
import type { ChecksState } from "../builder/useChecks";
import { useSettled } from "../builder/useSettled";
import { fitted, missing, type RunState, runBody, usualRun } from "../model/collateral";
import { runDraft } from "./keepRun";

const SETTLE_MS = 120;

/** The scenario that is shown: the one asked for, or the base. */
export const scenarioOf = (
  all: readonly ScenarioRun[] | null | undefined,
  name: string | undefined,
): ScenarioRun | null =>
  all?.find((one) => one.name === name) ??
  all?.find((one) => one.name === "base") ??
  all?.[0] ??
  null;

export function useRunBench(
  stored: DealView,
  draft: Deal,
  changed: boolean,
  checks: ChecksState,
  /** The log is large and asked for only where it is shown. */
  withLog: boolean,
) {
  const client = useQueryClient();
  const may = useMayRun();
  const [search, change] = useSearchState();
  const kind = stored.deal_type;
  const usual = useMemo(() => usualRun(draft, kind), [draft, kind]);
  const [kept, set] = useDraft<RunState>(runDraft(stored.id), usual);
  const state = useMemo(() => fitted(kept, draft, kind), [kept, draft, kind]);
  const [jobId, setJobId] = useState<string | null>(null);

  const body: RunBody = { ...runBody(state, draft), structure: draft };
  const text = JSON.stringify(withLog ? { ...body, keep_log: true } : body);
  const key = useSettled(text, SETTLE_MS);
  const gap = missing(state, draft);
  const blocked = checks.count.errors > 0;
  const storedId = search.run ?? null;
  const live = useQuery({
    queryKey: [...DEALS_KEY, "preview", key],
    queryFn: ({ signal }) => previewRun(JSON.parse(key) as RunBody, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    placeholderData: keepPreviousData,
    retry: false,
    enabled: may && storedId === null && gap === null && !blocked && !checks.busy,
  });
  const last = useRef<Preview | null>(null);
  last.current = live.data ?? last.current;

  const detail = useQuery({
    ...runDetailQuery(stored.id, storedId ?? ""),
    enabled: storedId !== null,
  });
  const compareId = search.compare ?? null;
  const compared = useQuery({
    ...runDetailQuery(stored.id, compareId ?? ""),
    enabled: compareId !== null,
  });
  const runsOf = useInfiniteQuery(runsQuery(stored.id));
  const runs = useMemo(() => runsOf.data?.pages.flatMap((page) => page.items) ?? [], [runsOf.data]);

  const shown =
    storedId === null
      ? scenarioOf(last.current?.scenarios, state.scenario)
      : scenarioOf(detail.data?.results, search.scenario);
  const base = scenarioOf(compared.data?.results, search.scenario ?? "base");

  const run = useMutation({
    mutationFn: (name: string) => startRun(stored.id, { ...runBody(state, draft), name }),
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: runsQuery(stored.id).queryKey });
      if ("status_url" in answer) {
        setJobId(answer.job_id);
      } else {
        toast({ tone: "ok", text: `Run ${answer.name} is saved` });
        change({
          run: answer.id,
          scenario: state.scenario === "base" ? undefined : state.scenario,
        });
      }
    },
    onError: (error) => {
      const problem = asProblem(error);
      toast({
        tone: "bad",
        text: "The run was refused",
        detail: problem.fields[0]?.message ?? (problem.detail || problem.title),
      });
    },
  });
  const reason = !may
    ? "needs credit:operator"
    : blocked
      ? "the check found errors"
      : gap !== null
        ? gap
        : changed
          ? "save a version first"
          : null;
  return {
    may,
    state,
    set,
    reset: () => set(usual),
    gap,
    blocked,
    live: {
      busy: storedId === null && (live.isFetching || key !== text),
      error: live.error,
      seconds: live.data?.execution_seconds ?? null,
      cached: live.data?.cache_hit ?? false,
      retry: () => void live.refetch(),
    },
    storedId,
    detail,
    shown,
    /** The deal behind the shown figures. */
    deal: storedId === null ? draft : (detail.data?.deal ?? draft),
    compareId,
    base,
    baseName: compared.data?.name ?? null,
    runs,
    runsOf,
    run,
    reason,
    jobId,
    endJob: (id: string | null) => {
      setJobId(null);
      void client.invalidateQueries({ queryKey: runsQuery(stored.id).queryKey });
      if (id !== null) {
        change({ run: id });
      }
    },
  };
}

export type RunBench = ReturnType<typeof useRunBench>;
