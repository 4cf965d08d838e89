import { useEffect, useState } from "react";
import { type Query, withQuery } from "@/api/client";
import type { LogEntry } from "@/api/schema";
import { openStream, type StreamState } from "@/api/stream";

const KEPT = 500;
const PAINT_MS = 250;

/** New entries that fit the filters, newest first, painted at most four times a second. */
export function useTail(on: boolean, query: Query) {
  const [entries, setEntries] = useState<LogEntry[]>([]);
  const [state, setState] = useState<StreamState>("connecting");
  const address = withQuery("/api/logs/backend/tail", query);

  useEffect(() => {
    if (!on) {
      return;
    }
    let waiting: LogEntry[] = [];
    const close = openStream(address, {
      onState: setState,
      onEvent: (event) => {
        const entry = readEntry(event.data);
        if (entry !== null) {
          waiting.push(entry);
        }
      },
    });
    const timer = setInterval(() => {
      if (waiting.length > 0) {
        const fresh = waiting.reverse();
        waiting = [];
        setEntries((before) => [...fresh, ...before].slice(0, KEPT));
      }
    }, PAINT_MS);
    return () => {
      close();
      clearInterval(timer);
      setEntries([]);
    };
  }, [on, address]);

  return { entries, state };
}

function readEntry(data: string): LogEntry | null {
  try {
    const entry = JSON.parse(data) as LogEntry;
    return typeof entry.message === "string" ? entry : null;
  } catch {
    return null;
  }
}
