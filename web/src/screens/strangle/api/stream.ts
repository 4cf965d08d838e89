/**
 * The desk as it is now: the stream brings runtime snapshots, polling every 4 s takes over while the
 * stream is lost, and everything that shows the desk reads the same answer.
 */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { openStream, type StreamEvent, type StreamState } from "@/api/stream";
import { serverNow, useNow } from "@/shell/clock";
import { createStore, useStore } from "@/shell/store";
import { eventsQuery } from "./events";
import {
  POLL_MS,
  RISK_KEY,
  RUNTIME_KEY,
  runtimeQuery,
  SESSIONS_KEY,
  STRANGLE_KEY,
} from "./queries";
import type { SessionEvent } from "./records";
import type { Runtime } from "./types";

export interface DeskStream {
  state: StreamState;
  since: Date;
  lastEvent: Date | null;
}

/** Older than this and the page says that it is stale. */
export const STALE_MS = 60_000;
/** A record changed: the lists are read again at most this often. */
const RECORDS_MS = 2_000;

const stream = createStore<DeskStream>({ state: "connecting", since: new Date(), lastEvent: null });
export const useDeskStream = () => useStore(stream);

/** A snapshot, or null when the event is none. */
export function readRuntime(event: StreamEvent): Runtime | null {
  if (event.name !== "runtime" && event.name !== "message") {
    return null;
  }
  try {
    const body = JSON.parse(event.data) as Runtime | { runtime?: Runtime };
    const found = "runtime" in body && body.runtime ? body.runtime : (body as Runtime);
    return typeof found.status === "string" && typeof found.generated_at === "string"
      ? found
      : null;
  } catch {
    return null;
  }
}

/** A late snapshot never replaces a newer one. */
export function newer(before: Runtime | undefined, next: Runtime): Runtime {
  return before !== undefined && before.generated_at > next.generated_at ? before : next;
}

let users = 0;
let close: (() => void) | null = null;

/** One stream for the whole page, open while someone looks. */
function follow(client: QueryClient): () => void {
  users += 1;
  if (close === null) {
    close = openDesk(client);
  }
  return () => {
    users -= 1;
    if (users === 0) {
      close?.();
      close = null;
    }
  };
}

/** The facts after which lists and details of sessions read differently. */
const CHANGES_RECORDS = new Set([
  "session_created",
  "state_changed",
  "went_live",
  "fill_recorded",
  "leg_closed",
  "session_closed",
]);

/** What a session recorded, as the stream tells it; a long one comes without its payload. */
interface ToldEvent extends Partial<SessionEvent> {
  id?: number | string;
}

function readTold(event: StreamEvent): ToldEvent {
  try {
    return JSON.parse(event.data) as ToldEvent;
  } catch {
    return {};
  }
}

/** The log with the next event; null where one is missing between. */
export function withEvent(
  events: readonly SessionEvent[],
  next: SessionEvent,
): SessionEvent[] | null {
  const last = events.at(-1)?.seq ?? 0;
  if (next.seq <= last) {
    return events as SessionEvent[];
  }
  return next.seq === last + 1 ? [...events, next] : null;
}

/** Puts an event at the end of the log that is shown, or has the log read again. */
function noteEvent(client: QueryClient, told: ToldEvent): void {
  const { queryKey } = eventsQuery(Number(told.id));
  const before = client.getQueryData<SessionEvent[]>(queryKey);
  const { seq, type, at, payload } = told;
  if (before === undefined) {
    return;
  }
  const whole =
    seq !== undefined && type !== undefined && at !== undefined && payload !== undefined;
  const after = whole ? withEvent(before, { seq, type, at, payload }) : null;
  if (after === null) {
    void client.invalidateQueries({ queryKey });
  } else {
    client.setQueryData(queryKey, after);
  }
}

function openDesk(client: QueryClient): () => void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const soon = (name: string, act: () => void) => {
    if (!timers.has(name)) {
      timers.set(
        name,
        setTimeout(() => {
          timers.delete(name);
          act();
        }, RECORDS_MS),
      );
    }
  };
  const recordsChanged = () =>
    soon("records", () =>
      client.invalidateQueries({
        queryKey: SESSIONS_KEY,
        predicate: (query) => query.queryKey.at(-1) !== "events",
      }),
    );
  const riskChanged = () => soon("risk", () => client.invalidateQueries({ queryKey: RISK_KEY }));
  const stop = openStream("/api/trading/stream", {
    onState: (state, since) => stream.set({ ...stream.get(), state, since }),
    onEvent: (event) => {
      stream.set({ ...stream.get(), lastEvent: serverNow() });
      const runtime = readRuntime(event);
      if (runtime !== null) {
        const before = client.getQueryData<Runtime>(RUNTIME_KEY);
        client.setQueryData(RUNTIME_KEY, newer(before, runtime));
        if (before !== undefined && before.state !== runtime.state) {
          recordsChanged();
        }
        return;
      }
      if (event.name === "reset") {
        void client.invalidateQueries({ queryKey: STRANGLE_KEY });
        return;
      }
      const told = readTold(event);
      noteEvent(client, told);
      if (told.type === undefined || CHANGES_RECORDS.has(told.type)) {
        recordsChanged();
      }
      if (event.name === "risk" && told.type !== "extremes_moved") {
        riskChanged();
      }
    },
  });
  return () => {
    for (const timer of timers.values()) {
      clearTimeout(timer);
    }
    stop();
  };
}

/** Follows the desk while the screen is open. */
export function useDesk() {
  const client = useQueryClient();
  useEffect(() => follow(client), [client]);
  const { state } = useDeskStream();
  const live = state === "live";
  const query = useQuery({ ...runtimeQuery, refetchInterval: live ? 15_000 : POLL_MS });
  // A new try forgets the error of the one before; the page does not.
  const failed = useRef<unknown>(null);
  failed.current = query.data === undefined ? (query.error ?? failed.current) : null;
  return {
    data: query.data,
    dataUpdatedAt: query.dataUpdatedAt,
    error: query.data === undefined ? failed.current : null,
    /** The server does not answer; `data` is the last it sent. */
    silent: query.data !== undefined && (query.isRefetchError || query.failureCount > 0),
    refetch: query.refetch,
  };
}

/** The newest snapshot, and when this page saw it first. */
let freshest: { at: string; seen: number } | null = null;

/**
 * Milliseconds since a newer snapshot came, when that is too long, else null. The simulated exchange
 * may run on a clock of its own, so only elsewhere is the first snapshot measured by its own time.
 */
export function staleAge(runtime: Runtime, now: number): number | null {
  if (freshest === null || runtime.generated_at > freshest.at) {
    const old = freshest === null && runtime.environment !== "sim";
    const seen = old ? Math.min(now, Date.parse(runtime.generated_at)) : now;
    freshest = { at: runtime.generated_at, seen };
  }
  const age = now - freshest.seen;
  return age > STALE_MS ? age : null;
}

export function useStaleAge(runtime: Runtime | undefined): number | null {
  const now = useNow(1_000);
  return runtime === undefined ? null : staleAge(runtime, now.getTime());
}

/** Asks for the stream again at once. */
export function useReconnect(): () => void {
  const client = useQueryClient();
  const [, again] = useState(0);
  return () => {
    close?.();
    close = users > 0 ? openDesk(client) : null;
    void client.invalidateQueries({ queryKey: RUNTIME_KEY });
    again((count) => count + 1);
  };
}
