// Screenshots of the deal and loan screens against a running server: node dev/deals-shots.mjs [name…]
// QUINTET_URL, SHOTS (folder), LOOKS (dark,light,phone), QUINTET_USER, QUINTET_PASSWORD.
import { mkdirSync } from "node:fs";
import { open, signIn } from "../e2e/harness.mjs";

const folder = process.env.SHOTS ?? "test-results/shots";
mkdirSync(folder, { recursive: true });
const only = process.argv.slice(2);
const sizes = { dark: [1440, 900], light: [1440, 900], phone: [390, 2000] };
const looks = (process.env.LOOKS ?? "dark,light,phone").split(",");

const session = await open({ scale: Number(process.env.SCALE ?? 1) });
try {
  const { page, base } = session;
  await signIn(session);
  const get = (path) => page.evaluate((at) => fetch(at).then((answer) => answer.json()), path);
  const mine = (await get("/api/v1/deals/my-deals")).items;
  const deal = mine.find((one) => one.name.includes("Auto")) ?? mine[0];
  const at = `/credit/deals/${deal?.id}`;
  const runs = (await get(`/api/v1${at.slice(7)}/runs`)).items;
  const kept = runs[0]?.id;
  const stored = `${at}?view=run&run=${kept}`;
  const paths = {
    library: "/credit/deals",
    create: "/credit/deals?new=template",
    build: at,
    step: `${at}?at=/waterfalls/0/steps/6`,
    bond: `${at}?at=/bonds/1`,
    trigger: `${at}?at=/triggers/0`,
    dates: `${at}?at=/dates`,
    text: `${at}?view=text`,
    run: `${at}?view=run`,
    triggers: `${at}?view=run&tab=triggers`,
    replay: `${at}?view=run&tab=replay&at_date=14`,
    factors: `${at}?view=run&tab=factors`,
    versions: `${at}/versions`,
    versionstext: `${at}/versions?diff=text`,
    ...(kept === undefined
      ? {}
      : { explain: `${stored}&cell=A@2026-05-15`, prices: `${stored}&tab=prices` }),
    loan: "/credit/loan",
    loanmoved: "/credit/loan?loan=speed*6_default*1&tab=sensitivity",
  };
  for (const look of looks) {
    const [width, height] = sizes[look];
    await page.setViewportSize({ width, height });
    await session.theme(look === "light" ? "light" : "dark");
    for (const [name, path] of Object.entries(paths)) {
      if (only.length === 0 || only.includes(name)) {
        await page.goto(base + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(1_600);
        await page.screenshot({
          path: `${folder}/deals-${name}-${look}.png`,
          fullPage: look === "phone",
        });
      }
    }
  }
  console.log(session.problems.length === 0 ? "no problem" : session.problems.join("\n"));
} finally {
  await session.close();
}
