// Screenshots of the credit screens against a running server: node dev/credit-shots.mjs [name…]
// QUINTET_URL, SHOTS (folder), QUINTET_USER, QUINTET_PASSWORD, POOL (part of a pool's name).
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
  const pools = await page.evaluate(() => fetch("/api/v1/pools").then((answer) => answer.json()));
  const wanted = (process.env.POOL ?? "").toLowerCase();
  const pool = pools.items.find((one) => one.name.toLowerCase().includes(wanted)) ?? pools.items[0];
  const at = `/credit/pools/${pool?.id}`;
  const first = async (path) =>
    page.evaluate(async (url) => (await (await fetch(url)).json()).items?.[0]?.id ?? "none", path);
  const stress = await first("/api/v1/stress-runs");
  const simulation = await first("/api/v1/monte-carlo/simulations");
  const paths = {
    home: "/credit",
    stress: `/credit/stress?pool=${pool?.id}`,
    stressed: `/credit/stress/${stress}`,
    factors: `/credit/stress/${stress}?by=factor&step=month`,
    simulation: "/credit/simulation",
    simulated: `/credit/simulation/${simulation}`,
    verify: "/credit/verify",
    pools: "/credit/pools",
    table: "/credit/pools?view=table",
    upload: "/credit/upload",
    pool: at,
    fico: `${at}?tab=fico_score`,
    loans: `${at}?tab=loans`,
    workbench: `${at}/workbench`,
    custom: `${at}/workbench?p=curve_age_1_1*2.4_8*5.6_20*9.4_44*9_84*7.6_160*6.4_316*6&compare=defaults`,
    default: `${at}/workbench?assume=default&d=sda_200&step=year&tab=classes`,
    severity: `${at}/workbench?assume=severity&s=loss*45_lag*12&tab=runs`,
    rates: `${at}/workbench?assume=rates&r=rate*4.85&tab=compare`,
    fees: `${at}/workbench?assume=fees&tab=loans`,
    runs: "/credit/runs",
  };
  for (const look of looks) {
    const [width, height] = sizes[look];
    await page.setViewportSize({ width, height });
    await session.theme(look === "light" ? "light" : "dark");
    for (const [name, path] of Object.entries(paths)) {
      if (only.length === 0 || only.includes(name)) {
        await page.goto(base + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(1_400);
        await page.screenshot({
          path: `${folder}/credit-${name}-${look}.png`,
          fullPage: look === "phone",
        });
      }
    }
  }
  console.log(session.problems.length === 0 ? "no problem" : session.problems.join("\n"));
} finally {
  await session.close();
}
