// Scenarios are chosen and made, a pool is stressed, the result is read, compared and saved as a report.
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

async function save(page, act, folder) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return readFileSync(path, "utf8");
}

/** A sample of our own, so that the journey does not depend on what is stored. */
async function makePool(page, base) {
  await page.goto(`${base}/credit`);
  const samples = page.getByRole("region", { name: "Samples" });
  await samples.getByRole("button", { name: "Create sample: Auto loans" }).click();
  await page.waitForURL(/\/credit\/pools\/.+\/workbench/);
  return /pools\/([^/]+)\/workbench/.exec(page.url())[1];
}

async function removePool(page, id) {
  await page.evaluate(async (pool) => {
    const token = /quintet_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? "";
    const path = `/api/v1/pools/${pool}`;
    const { version } = await (await fetch(path)).json();
    await fetch(path, {
      method: "DELETE",
      headers: {
        "If-Match": `"${version}"`,
        "X-CSRF-Token": decodeURIComponent(token),
        "X-Quintet-Client": "console",
      },
    });
  }, id);
}

export const journeys = {
  "a pool is stressed by predefined scenarios and one of our own, and the report is saved": {
    async run(session) {
      const { page, base } = session;
      const folder = mkdtempSync(join(tmpdir(), "quintet-stress-"));
      const name = `Journey ${Date.now()}`;
      await signIn(session);
      const pool = await makePool(page, base);
      try {
        await page.goto(`${base}/credit/stress?pool=${pool}`);
        const picker = page.getByRole("region", { name: "Scenarios to run" });
        await picker.getByText("6 scenarios and the base").waitFor();
        await audit(session, "choice");

        await picker.getByRole("button", { name: "New scenario…" }).click();
        const editor = page.getByRole("dialog", { name: "New scenario" });
        await editor.getByRole("button", { name: "Save scenario" }).click();
        await editor.getByText("Give a name").waitFor();
        await editor.getByLabel("Name").fill(name);
        await editor.getByLabel("Defaults", { exact: true }).fill("4");
        await editor.getByLabel("Spread", { exact: true }).fill("2.5");
        await page.keyboard.press("Tab");
        await editor.getByText("spread +2.5 pt, defaults × 4").waitFor();
        await audit(session, "scenario editor");
        await editor.getByRole("button", { name: "Save scenario" }).click();
        await page.getByText(`Scenario ${name} is saved`).waitFor();
        await picker.getByText("7 scenarios and the base").waitFor();

        await picker.getByRole("button", { name: "Run" }).click();
        await page.waitForURL(/\/credit\/stress\/[^?]+/);
        const matrix = page.getByRole("table", { name: "Scenarios against the base" });
        await matrix.waitFor();
        const heads = await matrix.locator("tbody th").allInnerTexts();
        check(heads.length === 8, `eight rows, were ${heads.length}`);
        check(heads[0].startsWith("Base"), `the base is first, was ${heads[0]}`);
        check(heads[1].includes("worst"), `the worst is marked, was ${heads[1]}`);
        check(
          heads.some((head) => head.includes(name)),
          "the own scenario is in the matrix",
        );
        await audit(session, "result");

        await page.getByRole("button", { name: /^Loss, %/ }).click();
        await page.getByRole("region", { name: "Effect on Loss" }).waitFor();
        await page.waitForURL(/measure=loss_percent/);
        await page.getByRole("button", { name: /^NPV/ }).click();
        await page.getByRole("radio", { name: "By factor" }).click();
        await page.getByRole("img", { name: /changes the NPV most/ }).waitFor();
        const flows = page.getByRole("region", { name: "Cash flows" });
        await flows.getByRole("button", { name: "Housing boom" }).waitFor();
        await flows.getByRole("radio", { name: "Monthly" }).click();
        await page.waitForURL(/step=month/);

        for (const [format, test] of [
          ["HTML, to read and print", (text) => text.includes("<table") && text.includes(name)],
          ["CSV, the matrix", (text) => text.includes("credit_crisis")],
          ["JSON, everything", (text) => JSON.parse(text) !== null],
        ]) {
          await page.getByRole("button", { name: "Report", exact: true }).click();
          const text = await save(
            page,
            () => page.getByRole("menuitem", { name: format }).click(),
            folder,
          );
          check(test(text), `${format}: ${text.slice(0, 200)}`);
        }

        const address = page.url();
        await page.reload();
        await matrix.waitFor();
        check(page.url() === address, "the address keeps run, measure and step");
        await page.getByRole("link", { name: "All stress runs" }).click();
        await page.getByRole("grid", { name: "Stress runs" }).getByRole("row").nth(1).waitFor();

        await page.getByRole("button", { name: `Acts on ${name}` }).click();
        await page.getByRole("menuitem", { name: "Delete…" }).click();
        await page.getByRole("button", { name: "Delete scenario" }).click();
        await page.getByText(`Scenario ${name} deleted`).waitFor();
      } finally {
        await removePool(page, pool);
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  "stress, home and conformance pass axe in both themes and nothing scrolls sideways at 360 px": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      const first = await page.evaluate(
        async () => (await (await fetch("/api/v1/stress-runs")).json()).items[0]?.id,
      );
      check(first !== undefined, "there is a stress run to look at");
      const paths = [
        "/credit",
        "/credit/stress",
        `/credit/stress/${first}`,
        `/credit/stress/${first}?measure=loss_percent&step=month`,
        "/credit/verify",
      ];
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
