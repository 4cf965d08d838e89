import { beforeEach, describe, expect, it, vi } from "vitest";
import { type BrowserEvent, TelemetryQueue } from "./queue";

const warning = (message: string) => ({ level: "WARN" as const, event: "test", message });

describe("telemetry queue", () => {
  let now = 0;
  let sent: BrowserEvent[][] = [];
  const send = async (events: BrowserEvent[]) => {
    sent.push(events);
  };

  beforeEach(() => {
    now = 1_000_000;
    sent = [];
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it("sends what waits after two seconds", async () => {
    const queue = new TelemetryQueue({ send, now: () => now });
    queue.add(warning("one"));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent[0]?.map((event) => event.message)).toEqual(["one"]);
  });

  it("never sends more than twenty-five at once", async () => {
    const queue = new TelemetryQueue({ send, now: () => now });
    for (let count = 0; count < 60; count += 1) {
      queue.add(warning(`event ${count}`));
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.map((batch) => batch.length)).toEqual([25, 25, 10]);
  });

  it("folds repeats within the window into one row", async () => {
    const queue = new TelemetryQueue({ send, now: () => now });
    queue.add(warning("same"));
    queue.add(warning("same"));
    queue.add(warning("same"));
    now += 6_000;
    queue.add(warning("same"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent[0]?.map((event) => event.repeats)).toEqual([3, 1]);
  });

  it("counts repeats that come after their row was sent", async () => {
    const queue = new TelemetryQueue({ send, now: () => now });
    queue.add(warning("same"));
    await queue.flush();
    now += 1_000;
    queue.add(warning("same"));
    queue.add(warning("same"));
    await queue.flush();
    expect(sent.map((batch) => batch.map((event) => event.repeats))).toEqual([[1], [2]]);
  });

  it("drops the oldest when the server is away and the queue is full", async () => {
    const away = vi.fn().mockRejectedValue(new Error("away"));
    const queue = new TelemetryQueue({ send: away, now: () => now, capacity: 250 });
    for (let count = 0; count < 300; count += 1) {
      queue.add(warning(`event ${count}`));
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(queue.length).toBeLessThanOrEqual(250);
    expect(queue.dropped).toBeGreaterThanOrEqual(25);
  });

  it("keeps a failed batch for the next try", async () => {
    const flaky = vi.fn().mockRejectedValueOnce(new Error("away")).mockImplementation(send);
    const queue = new TelemetryQueue({ send: flaky, now: () => now });
    queue.add(warning("kept"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(queue.length).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent[0]?.[0]?.message).toBe("kept");
  });
});
