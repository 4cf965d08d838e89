/** Server time: the offset is learned from `ui-config`; one timer per interval for the whole page. */
import { useSyncExternalStore } from "react";

let offset = 0;

/** Takes the server's time; half the round trip is already in `receivedAt`. */
export function learnServerTime(serverTime: string, receivedAt = Date.now()): void {
  const server = Date.parse(serverTime);
  if (!Number.isNaN(server)) {
    offset = server - receivedAt;
  }
}

export const serverNow = (): Date => new Date(Date.now() + offset);

interface Ticker {
  now: Date;
  listeners: Set<() => void>;
  timer: ReturnType<typeof setInterval> | null;
}
const tickers = new Map<number, Ticker>();

function tickerOf(every: number): Ticker {
  let ticker = tickers.get(every);
  if (ticker === undefined) {
    ticker = { now: serverNow(), listeners: new Set(), timer: null };
    tickers.set(every, ticker);
  }
  return ticker;
}

/** The server's time, refreshed every so many milliseconds. */
export function useNow(every: number): Date {
  const ticker = tickerOf(every);
  return useSyncExternalStore(
    (listener) => {
      ticker.listeners.add(listener);
      ticker.timer ??= setInterval(() => {
        ticker.now = serverNow();
        for (const each of ticker.listeners) {
          each();
        }
      }, every);
      return () => {
        ticker.listeners.delete(listener);
        if (ticker.listeners.size === 0 && ticker.timer !== null) {
          clearInterval(ticker.timer);
          ticker.timer = null;
        }
      };
    },
    () => ticker.now,
  );
}
