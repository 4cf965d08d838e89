// A simulation is described, repaired, started, cancelled, run to its end, compared and exported.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { axe, signIn } from "../harness.mjs";

function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

async function audit(session, where) {
  const findings = await axe(session);
  check(findings.length === 0, `${where}: ${findings.join("\n")}`);
}

async function setNumber(page, label, value) {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press("Tab");
}

export const journeys = {
  "a simulation is cancelled, run again, compared and exported": {
    async run(session) {
      const { page, base } = session;
      const folder = mkdtempSync(join(tmpdir(), "quintet-simulation-"));
      try {
        await signIn(session);
        await page.goto(`${base}/credit`);
        const samples = page.getByRole("region", { name: "Samples" });
        await samples.getByRole("button", { name: "Create sample: Mortgage pool" }).click();
        await page.waitForURL(/\/credit\/pools\/.+\/workbench/);
        const pool = /pools\/([^/]+)\/workbench/.exec(page.url())[1];

        await page.goto(`${base}/credit/simulation?pool=${pool}`);
        await page.getByRole("region", { name: "Variables" }).waitFor();
        const setup = page.getByRole("region", { name: "Setup" });
        await audit(session, "editor");

        const pair = (row, column) => `Correlation of ${row} and ${column}`;
        await setNumber(page, pair("unemployment_rate", "market_rate"), "0.9");
        await setNumber(page, pair("house_price_index_growth", "market_rate"), "-0.9");
        await setNumber(page, pair("house_price_index_growth", "unemployment_rate"), "0.9");
        await page.getByText("No variables can have these correlations.").waitFor();
        await page.getByText("Repair the correlations").waitFor();
        await audit(session, "impossible correlations");
        await page.getByRole("button", { name: "Repair", exact: true }).click();
        await page.getByText("these correlations can exist").waitFor();

        await page.getByRole("button", { name: "Add variable" }).click();
        await page
          .getByRole("button", { name: /^Remove / })
          .nth(3)
          .click();

        await setNumber(page, "Paths", "100000");
        await setup.getByLabel(/^Name/).fill("Long one");
        await page.keyboard.press("Control+Enter");
        await page.waitForURL(/\/credit\/simulation\/[^?]+/);
        await page.getByRole("button", { name: "Cancel job" }).click();
        await page.getByText("This simulation was cancelled.").waitFor();

        await page.getByRole("button", { name: "Edit and run again" }).click();
        await page.getByRole("region", { name: "Variables" }).waitFor();
        for (const seed of ["7", "8"]) {
          await setNumber(page, "Paths", "500");
          await setNumber(page, "Seed", seed);
          await setup.getByLabel(/^Name/).fill(`Seed ${seed}`);
          await page.keyboard.press("Control+Enter");
          await page.waitForURL(/\/credit\/simulation\/[^?]+/);
          await page.getByRole("table", { name: /^Percentiles of/ }).waitFor({ timeout: 60_000 });
          if (seed === "7") {
            await audit(session, "result");
            await page.getByRole("button", { name: "Edit and run again" }).click();
            await page.getByRole("region", { name: "Variables" }).waitFor();
          }
        }
        await page.getByRole("img", { name: /on 500 paths: mean/ }).waitFor();
        await page.getByRole("region", { name: "Convergence" }).waitFor();
        await page.getByRole("table", { name: "Chosen paths" }).waitFor();
        await page.getByRole("button", { name: /Compare with/ }).click();
        await page.getByRole("option", { name: "Seed 7" }).click();
        await page.getByRole("columnheader", { name: "Difference" }).waitFor();
        await page.waitForURL(/compare=/);
        await audit(session, "comparison");

        const [file] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "CSV", exact: true }).click(),
        ]);
        const path = join(folder, file.suggestedFilename());
        await file.saveAs(path);
        const text = readFileSync(path, "utf8");
        check(/^value,mean,,/m.test(text), `the mean is in the file: ${text.slice(0, 200)}`);
        check(/^cash,p50,\d{4}-/m.test(text), "the fan is in the file");

        await page.getByRole("button", { name: "Delete simulation" }).click();
        await page.getByRole("button", { name: "Delete simulation", exact: true }).last().click();
        await page.getByText("Seed 8 deleted").waitFor();
        await page.waitForURL(/\/credit\/simulation$/);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  "simulation pages pass axe in both themes and nothing scrolls sideways at 360 px": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      const first = await page.evaluate(async () => {
        const { items } = await (await fetch("/api/v1/monte-carlo/simulations")).json();
        return items.find((one) => one.state === "completed")?.id;
      });
      check(first !== undefined, "there is a simulation to look at");
      const paths = ["/credit/simulation", `/credit/simulation/${first}`];
      for (const theme of ["dark", "light"]) {
        await session.theme(theme);
        for (const path of paths) {
          await page.goto(base + path);
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForTimeout(900);
          await audit(session, `${path} ${theme}`);
        }
      }
      await page.setViewportSize({ width: 360, height: 720 });
      for (const path of paths) {
        await page.goto(base + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(700);
        const over = await page.evaluate(() =>
          Math.max(
            document.documentElement.scrollWidth - innerWidth,
            (document.querySelector("main")?.scrollWidth ?? 0) - innerWidth,
          ),
        );
        check(over <= 0, `${path} is ${over} px too wide`);
      }
    },
  },
};
