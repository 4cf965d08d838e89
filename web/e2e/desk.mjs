// What the journeys of the options desk have in common.
import { axe } from "./harness.mjs";

export function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

export async function audit(session, where) {
  const findings = await axe(session);
  check(findings.length === 0, `${where}: ${findings.join("\n")}`);
}

/** The API with the cookies and the token of the page. */
export const api = (page, method, path, body) =>
  page.evaluate(
    async ([verb, where, content]) => {
      const token = /quintet_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? "";
      const answer = await fetch(where, {
        method: verb,
        headers: { "content-type": "application/json", "x-csrf-token": token },
        body: content === undefined ? undefined : JSON.stringify(content),
      });
      return { status: answer.status, body: await answer.json().catch(() => null) };
    },
    [method, path, body],
  );

export const runtime = async (page) => (await api(page, "GET", "/api/trading/runtime")).body;

/** Waits until the desk is as wanted; returns its picture. */
export async function until(page, what, test, seconds = 60) {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const now = await runtime(page);
    if (now !== null && test(now)) return now;
    const alerts = (now?.alerts ?? []).map((alert) => alert.code).join(", ");
    check(
      Date.now() < end,
      `${what}: the desk is still ${now?.status} (${now?.state}) ${alerts}; ${now?.entry?.reason ?? ""}`,
    );
    await page.waitForTimeout(400);
  }
}

/** A desk without a session, with trading on. */
export async function settle(page) {
  const state = await api(page, "GET", "/api/risk/state");
  if (state.body.state !== "active") {
    await api(page, "PUT", "/api/risk/state", { state: "active", reason: "journey" });
  }
  if ((await runtime(page)).active) {
    await api(page, "POST", "/api/trading/control", { action: "panic" });
    await until(page, "after panic", (now) => !now.active, 90);
  }
}

/** `HH:MM` in India, so many minutes from an instant. */
export const ist = (minutes, from = Date.now()) =>
  new Date(from + minutes * 60_000 + 5.5 * 3_600_000).toISOString().slice(11, 16);
