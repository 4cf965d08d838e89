import { clientSession } from "@/api/client";
import { sendBrowserEntries } from "@/api/platform";
import { queryClient, uiConfigQuery } from "@/api/queries";
import type { BrowserEntry } from "@/api/schema";
import { type BrowserEvent, type NewEvent, TelemetryQueue } from "./queue";

const queue = new TelemetryQueue({
  send: (events) => sendBrowserEntries(events.map(entryOf)),
});

function entryOf({ level, event, message, at, path, repeats, data }: BrowserEvent): BrowserEntry {
  const config = queryClient.getQueryData(uiConfigQuery.queryKey);
  return {
    level: level.toLowerCase(),
    event,
    message,
    timestamp: at,
    sessionId: clientSession(),
    source: "console",
    appVersion: config?.version,
    environment: config?.environment,
    data: { path, repeats, ...data },
  };
}

/** Writes one browser event to the log; never secrets or what a person typed. */
export function report(event: NewEvent): void {
  queue.add(event);
}

/** Listens for what would otherwise be lost: errors, refused promises, violations of the policy. */
export function installTelemetry(): void {
  addEventListener("error", (event) => {
    report({
      level: "ERROR",
      event: "browser.error",
      message: event.message,
      data: { file: event.filename, line: event.lineno, stack: stackOf(event.error) },
    });
  });
  addEventListener("unhandledrejection", (event) => {
    report({
      level: "ERROR",
      event: "browser.unhandled_rejection",
      message: event.reason instanceof Error ? event.reason.message : String(event.reason),
      data: { stack: stackOf(event.reason) },
    });
  });
  addEventListener("securitypolicyviolation", (event) => {
    report({
      level: "WARN",
      event: "browser.policy_violation",
      message: `${event.violatedDirective} refused ${event.blockedURI}`,
    });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      void queue.flush();
    }
  });
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack?.slice(0, 2_000) : undefined;
}
