// Screenshots of the strangle screens against the fake server: node dev/strangle-shots.mjs [name…]
// QUINTET_URL, SHOTS (folder), LOOKS (dark,light,phone).
import { mkdirSync } from "node:fs";
import { open, signIn } from "../e2e/harness.mjs";

const folder = process.env.SHOTS ?? "test-results/shots";
mkdirSync(folder, { recursive: true });
const only = process.argv.slice(2);
const sizes = { dark: [1440, 900], light: [1440, 900], phone: [390, 844], middle: [1100, 800] };
const looks = (process.env.LOOKS ?? "dark,light,phone").split(",");
/** Name, address, state of the fake desk, and what is pressed first. */
const shots = {
  live: { path: "/strangle", state: "live" },
  panic: { path: "/strangle", state: "live", keys: "Shift+P" },
  idle: { path: "/strangle", state: "idle" },
  waiting: { path: "/strangle", state: "waiting" },
  entering: { path: "/strangle", state: "entering" },
  exiting: { path: "/strangle", state: "exiting" },
  closed: { path: "/strangle", state: "closed" },
  unresolved: { path: "/strangle", state: "unresolved" },
  halted: { path: "/strangle", state: "halted" },
  stale: { path: "/strangle", state: "live", stale: true },
  stop: { path: "/strangle", state: "live", press: "Stop…" },
  fromnow: { path: "/strangle?payoff=now&path=1h", state: "live" },
  risk: { path: "/strangle/risk", state: "live" },
  riskbad: { path: "/strangle/risk", state: "unresolved" },
  simulator: { path: "/strangle/simulator", state: "live" },
  homecard: { path: "/", state: "live" },
};

const session = await open({ scale: Number(process.env.SCALE ?? 1) });
try {
  const { page, base } = session;
  await signIn(session);
  for (const look of looks) {
    const [width, height] = sizes[look];
    await page.setViewportSize({ width, height });
    await session.theme(look === "light" ? "light" : "dark");
    for (const [name, shot] of Object.entries(shots)) {
      if (only.length > 0 && !only.includes(name)) continue;
      await page.evaluate(
        (body) =>
          fetch("/api/dev/strangle", {
            method: "POST",
            headers: { "content-type": "application/json", "x-csrf-token": "csrf" },
            body: JSON.stringify(body),
          }),
        { state: shot.state, stale: shot.stale ?? false },
      );
      await page.goto(base + shot.path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForTimeout(Number(process.env.WAIT ?? 1_800));
      if (shot.keys) await page.keyboard.press(shot.keys);
      if (shot.press) await page.getByRole("button", { name: shot.press }).first().click();
      if (shot.keys || shot.press) await page.waitForTimeout(500);
      if (look === "phone") {
        const tall = await page.evaluate(
          () =>
            document.querySelector("main").scrollHeight +
            innerHeight -
            document.querySelector("main").clientHeight,
        );
        await page.setViewportSize({ width, height: Math.min(4_000, Math.max(height, tall)) });
        await page.waitForTimeout(500);
      }
      await page.screenshot({ path: `${folder}/strangle-${name}-${look}.png` });
      await page.setViewportSize({ width, height });
    }
  }
  const problems = [...new Set(session.problems)].slice(0, 12);
  console.log(problems.length === 0 ? "no problem" : problems.join("\n"));
} finally {
  await session.close();
}
