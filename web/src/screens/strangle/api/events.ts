/** The whole log of a session. It only grows: pages that were full are not read again. */
import { queryOptions } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Page } from "@/api/schema";
import { SESSIONS_KEY } from "./queries";
import type { SessionEvent } from "./records";

const LIMIT = 500;
const MOST_PAGES = 40;

interface Read {
  /** The events of the full pages. */
  full: SessionEvent[];
  /** Where the page that was not full begins. */
  cursor: string | undefined;
}
const read = new Map<number, Read>();

async function listEvents(session: number, signal: AbortSignal): Promise<SessionEvent[]> {
  let { full, cursor } = read.get(session) ?? { full: [], cursor: undefined };
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await call<Page<SessionEvent>>(
      "GET",
      `/api/trading/sessions/${session}/events`,
      { query: { limit: LIMIT, cursor }, signal },
    );
    if (!answer.next_cursor) {
      return [...full, ...answer.items];
    }
    full = [...full, ...answer.items];
    cursor = answer.next_cursor;
    read.set(session, { full, cursor });
  }
  return full;
}

export const eventsQuery = (session: number) =>
  queryOptions({
    queryKey: [...SESSIONS_KEY, session, "events"],
    queryFn: ({ signal }) => listEvents(session, signal),
    staleTime: 5_000,
  });
