// Screenshots of every screen against a running server: node dev/shots.mjs [name…]
// QUINTET_URL, SHOTS (folder), QUINTET_USER, QUINTET_PASSWORD.
import { mkdirSync } from "node:fs";
import { open, signIn } from "../e2e/harness.mjs";

const folder = process.env.SHOTS ?? "test-results/shots";
mkdirSync(folder, { recursive: true });
const only = process.argv.slice(2);
const paths = {
  home: "/",
  health: "/status",
  jobs: "/jobs",
  logs: "/logs?range=1h",
  users: "/admin",
  keys: "/admin?tab=keys",
  audit: "/admin?tab=audit",
  service: "/credit",
  missing: "/nowhere",
};
if (process.env.SHEET) paths.sheet = "/sheet";
const scale = Number(process.env.SCALE ?? 1.5);
const sizes = { dark: [1440, 900], light: [1440, 900], phone: [390, 844] };

const session = await open({ scale });
try {
  const { page } = session;
  await page.goto(`${session.base}/signin`);
  for (const [look, [width, height]] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height });
    await session.theme(look === "light" ? "light" : "dark");
    if (only.length === 0 || only.includes("signin")) {
      await page.goto(`${session.base}/signin`);
      await page.waitForTimeout(500);
      await page.screenshot({ path: `${folder}/signin-${look}.png` });
    }
  }
  await signIn(session);
  for (const [look, [width, height]] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height });
    await session.theme(look === "light" ? "light" : "dark");
    for (const [name, path] of Object.entries(paths)) {
      if (only.length === 0 || only.includes(name)) {
        await page.goto(session.base + path);
        await page.waitForTimeout(1_100);
        await page.screenshot({
          path: `${folder}/${name}-${look}.png`,
          fullPage: name === "sheet",
        });
      }
    }
  }
  console.log(
    session.problems.length === 0 ? "no violation, no console error" : session.problems.join("\n"),
  );
} finally {
  await session.close();
}
