/**
 * Server-sent events over `fetch`: unlike `EventSource` it sends our headers, sees the status and
 * hears every event name. Reconnects with a growing pause and resumes by the last event id.
 */
import { guardedFetch } from "./client";

export interface StreamEvent {
  id: string | null;
  name: string;
  data: string;
}

export type StreamState = "connecting" | "live" | "lost";

export interface StreamHandlers {
  onEvent: (event: StreamEvent) => void;
  onState?: (state: StreamState, since: Date) => void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** Opens the stream; the answer closes it. */
export function openStream(path: string, handlers: StreamHandlers): () => void {
  const stop = new AbortController();
  void run(path, handlers, stop.signal);
  return () => stop.abort();
}

async function run(path: string, handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null;
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    handlers.onState?.("connecting", new Date());
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (lastId !== null) {
        headers["Last-Event-ID"] = lastId;
      }
      const url = new URL(path, location.origin);
      const response = await guardedFetch(new Request(url, { headers, signal }));
      if (response.ok && response.body !== null) {
        handlers.onState?.("live", new Date());
        pause = FIRST_PAUSE;
        for await (const event of readEvents(response.body)) {
          lastId = event.id ?? lastId;
          handlers.onEvent(event);
        }
      }
    } catch {
      // A broken stream is not an error of its own: the state below tells it.
    }
    if (signal.aborted) {
      return;
    }
    handlers.onState?.("lost", new Date());
    await sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Splits a byte stream into events; comments (keep-alives) are dropped. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      rest = (rest + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n");
      let end = rest.indexOf("\n\n");
      while (end >= 0) {
        const event = parseEvent(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (event !== null) {
          yield event;
        }
        end = rest.indexOf("\n\n");
      }
    }
  } finally {
    reader.releaseLock();
  }
}

function parseEvent(block: string): StreamEvent | null {
  const data: string[] = [];
  let id: string | null = null;
  let name = "message";
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      data.push(value);
    } else if (field === "event") {
      name = value;
    } else if (field === "id") {
      id = value;
    }
  }
  return data.length === 0 ? null : { id, name, data: data.join("\n") };
}
