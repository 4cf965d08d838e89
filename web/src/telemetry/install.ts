import { clientSession } from "@/api/client";
import { sendBrowserEvents } from "@/api/platform";
import { type NewEvent, TelemetryQueue } from "./queue";

const queue = new TelemetryQueue({
  send: (events) => sendBrowserEvents(clientSession(), events),
});

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
      payload: { file: event.filename, line: event.lineno, stack: stackOf(event.error) },
    });
  });
  addEventListener("unhandledrejection", (event) => {
    report({
      level: "ERROR",
      event: "browser.unhandled_rejection",
      message: event.reason instanceof Error ? event.reason.message : String(event.reason),
      payload: { stack: stackOf(event.reason) },
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
