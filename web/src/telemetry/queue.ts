/**
 * Browser telemetry: errors and warnings go to the log in small batches. The queue is bounded, a
 * repeat within the window raises a counter instead of a row, and a failed batch is kept once.
 */
import type { LogLevel } from "@/api/schema";

/** What happened in the browser, with how often it repeated. */
export interface BrowserEvent {
  level: LogLevel;
  event: string;
  message: string;
  at: string;
  path: string;
  repeats: number;
  data?: Record<string, unknown>;
}

export interface QueueOptions {
  send: (events: BrowserEvent[]) => Promise<void>;
  now?: () => number;
  batchSize?: number;
  capacity?: number;
  flushAfter?: number;
  foldWithin?: number;
}

export type NewEvent = Omit<BrowserEvent, "at" | "repeats" | "path"> & { path?: string };

export class TelemetryQueue {
  readonly #send: QueueOptions["send"];
  readonly #now: () => number;
  readonly #batchSize: number;
  readonly #capacity: number;
  readonly #flushAfter: number;
  readonly #foldWithin: number;
  #waiting: BrowserEvent[] = [];
  #seen = new Map<string, { at: number; event: BrowserEvent }>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sending = false;
  #dropped = 0;

  constructor(options: QueueOptions) {
    this.#send = options.send;
    this.#now = options.now ?? Date.now;
    this.#batchSize = options.batchSize ?? 25;
    this.#capacity = options.capacity ?? 250;
    this.#flushAfter = options.flushAfter ?? 2_000;
    this.#foldWithin = options.foldWithin ?? 5_000;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** How many were dropped because the queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  add(event: NewEvent): void {
    const now = this.#now();
    const key = `${event.level}\n${event.event}\n${event.message}`;
    const before = this.#seen.get(key);
    if (before !== undefined && now - before.at < this.#foldWithin) {
      if (!this.#waiting.includes(before.event)) {
        before.event = { ...before.event, repeats: 0, at: new Date(now).toISOString() };
        this.#push(before.event);
      }
      before.event.repeats += 1;
      return;
    }
    const entry: BrowserEvent = {
      ...event,
      path: event.path ?? location.pathname,
      at: new Date(now).toISOString(),
      repeats: 1,
    };
    this.#remember(key, now, entry);
    this.#push(entry);
  }

  /** Sends one batch now; a failed batch goes back to the front while there is room. */
  async flush(): Promise<void> {
    this.#stopTimer();
    if (this.#sending || this.#waiting.length === 0) {
      return;
    }
    this.#sending = true;
    const batch = this.#waiting.splice(0, this.#batchSize);
    try {
      await this.#send(batch);
    } catch {
      const room = this.#capacity - this.#waiting.length;
      this.#dropped += Math.max(0, batch.length - room);
      this.#waiting.unshift(...batch.slice(0, Math.max(0, room)));
    } finally {
      this.#sending = false;
    }
    if (this.#waiting.length > 0) {
      this.#startTimer();
    }
  }

  /** Takes what waits, for a last beacon when the page goes away. */
  drain(): BrowserEvent[] {
    this.#stopTimer();
    return this.#waiting.splice(0, this.#batchSize);
  }

  #push(event: BrowserEvent): void {
    if (this.#waiting.length >= this.#capacity) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.#waiting.push(event);
    if (this.#waiting.length >= this.#batchSize) {
      void this.flush();
    } else {
      this.#startTimer();
    }
  }

  #remember(key: string, at: number, event: BrowserEvent): void {
    this.#seen.set(key, { at, event });
    if (this.#seen.size > this.#capacity) {
      for (const [old, { at: when }] of this.#seen) {
        if (at - when >= this.#foldWithin || this.#seen.size > this.#capacity) {
          this.#seen.delete(old);
        }
      }
    }
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#flushAfter);
  }

  #stopTimer(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
