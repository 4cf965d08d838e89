// A browser for the journeys: fresh profile, strict about the content policy and the console.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a browser on QUINTET_URL. `problems` collects violations and console errors. */
export async function open({ width = 1440, height = 900, scale = 1 } = {}) {
  const base = (process.env.QUINTET_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
  const profile = mkdtempSync(join(tmpdir(), "quintet-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: flags,
    viewport: { width, height },
    deviceScaleFactor: scale,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const problems = [];
  const page = context.pages()[0] ?? (await context.newPage());
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(
        `policy: ${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !expected(message)) {
      problems.push(`${page.url()} console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`${page.url()} error: ${error.message}`));
  return {
    base,
    page,
    context,
    problems,
    theme: (theme) =>
      page.evaluate((value) => {
        localStorage.setItem("quintet.theme", value);
        document.documentElement.dataset.theme = value;
      }, theme),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// The browser itself logs every refused request; a journey that provokes one expects it.
const statuses = /the server responded with a status of (401|403|404|409|412|422|429)/;
const expected = (message) => statuses.test(message.text());

/**
 * Signs in with QUINTET_USER and QUINTET_PASSWORD. A one-time password is changed first, to
 * QUINTET_NEW_PASSWORD, which then holds for the journeys that follow.
 */
export async function signIn({ page, base }) {
  await page.goto(`${base}/signin`);
  await page.getByLabel("Email").fill(process.env.QUINTET_USER ?? "meera.iyer@example.com");
  await page
    .getByLabel("Password", { exact: true })
    .fill(process.env.QUINTET_PASSWORD ?? "quintet-demo");
  await page.getByRole("button", { name: "Sign in" }).click();
  const home = page.getByRole("heading", { level: 1, name: "Desk overview" });
  const forced = page.getByRole("heading", { name: "Choose a password" });
  await home.or(forced).waitFor();
  if (await forced.isVisible()) {
    const fresh = process.env.QUINTET_NEW_PASSWORD ?? "seven-otters-cross-the-river";
    await page.getByLabel("New password", { exact: true }).fill(fresh);
    await page.getByLabel("New password again", { exact: true }).fill(fresh);
    await page.getByRole("button", { name: "Change password" }).click();
    await home.waitFor();
    process.env.QUINTET_PASSWORD = fresh;
  }
}

const axeSource = readFileSync(axePath, "utf8");

/** Serious and critical findings of axe on the open page, as text. */
export async function axe({ page }) {
  // What fades in has not its colours yet.
  await page.evaluate(() => {
    const ends = (animation) =>
      animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
    const finished = document
      .getAnimations()
      .filter(ends)
      .map((animation) => animation.finished);
    return Promise.allSettled(finished).then(() => undefined);
  });
  await page.evaluate(axeSource);
  const findings = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    });
    return result.violations.map((one) => ({
      id: one.id,
      impact: one.impact,
      nodes: one.nodes
        .slice(0, 4)
        .map(
          (node) =>
            `${node.target.join(" ")} ${node.html.slice(0, 160)}: ${node.failureSummary?.split("\n")[1]?.trim()}`,
        ),
    }));
  });
  return findings.map((one) => `${one.id} (${one.impact}): ${one.nodes.join(" | ")}`);
}
