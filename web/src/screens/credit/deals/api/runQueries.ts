/** Query keys and options of the runs of a deal. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "@/api/client";
import { DEALS_KEY } from "./queries";
import * as runs from "./runs";

export const runsQuery = (dealId: string) =>
  infiniteQueryOptions({
    queryKey: [...DEALS_KEY, dealId, "runs"],
    queryFn: ({ pageParam, signal }) =>
      runs.listRuns(dealId, { limit: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const runDetailQuery = (dealId: string, runId: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, dealId, "runs", runId],
    queryFn: ({ signal }) => runs.findRun(dealId, runId, signal),
    staleTime: 60_000,
    refetchInterval: ({ state }) =>
      state.data?.state === "queued" || state.data?.state === "running" ? 1_500 : false,
  });

export interface Scenario {
  name: string;
  title: string;
  description: string;
}

interface Scenarios {
  predefined: Scenario[];
  others: Scenario[];
  saved: Scenario[];
}

/** The scenarios of the server, saved ones last. */
export const scenariosQuery = queryOptions({
  queryKey: ["credit", "deals", "scenarios"],
  queryFn: async ({ signal }) => {
    const found = await call<Scenarios>("GET", "/api/v1/stress-testing/scenarios", { signal });
    return [...found.predefined, ...found.others, ...found.saved];
  },
  staleTime: 300_000,
});

const LOG_PAGE = 1_000;

/** The whole step log of a kept run, page after page. */
export const logQuery = (dealId: string, runId: string, scenario: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, dealId, "runs", runId, "log", scenario],
    queryFn: async ({ signal }) => {
      const rows: runs.LogRow[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await runs.listLog(
          dealId,
          runId,
          { scenario, limit: LOG_PAGE, cursor },
          signal,
        );
        rows.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor);
      return rows;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
