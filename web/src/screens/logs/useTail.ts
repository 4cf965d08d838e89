import { useEffect, useRef, useState } from "react";
import type { LogEntry } from "@/api/schema";
import { openStream, type StreamState } from "@/api/stream";
import type { SearchState } from "../search";
import { fits } from "./filters";

const KEPT = 500;
const PAINT_MS = 250;

/** New entries that fit the filters, newest first, painted at most four times a second. */
export function useTail(on: boolean, search: SearchState) {
  const [entries, setEntries] = useState<LogEntry[]>([]);
  const [state, setState] = useState<StreamState>("connecting");
  const filter = useRef(search);
  filter.current = search;
  const signature = JSON.stringify(search);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters start an empty tail
  useEffect(() => setEntries([]), [signature]);

  useEffect(() => {
    if (!on) {
      return;
    }
    let waiting: LogEntry[] = [];
    const close = openStream("/api/logs/backend/tail", {
      onState: setState,
      onEvent: (event) => {
        for (const entry of readEntries(event.data)) {
          if (fits(entry, filter.current)) {
            waiting.push(entry);
          }
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
    };
  }, [on]);

  return { entries, state };
}

function readEntries(data: string): LogEntry[] {
  try {
    const body = JSON.parse(data) as LogEntry | LogEntry[] | { items: LogEntry[] };
    const list = Array.isArray(body) ? body : "items" in body ? body.items : [body];
    return list.filter((entry) => typeof entry.message === "string");
  } catch {
    return [];
  }
}
