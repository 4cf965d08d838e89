// A deal comes from a template, is run and explained; its text is repaired; it is shared and compared.
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

const get = (page, path) => page.evaluate(async (at) => (await fetch(at)).json(), path);
const mine = async (page) => (await get(page, "/api/v1/deals/my-deals?limit=200")).items;

/** Creates a deal from the first template and opens it. */
async function create({ page, base }, name) {
  await page.goto(`${base}/credit/deals`);
  await page.getByRole("button", { name: "New deal…" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New deal" });
  await dialog.getByRole("list", { name: "Templates" }).getByRole("button").first().click();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: "Create deal" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

async function remove({ page, base }, name) {
  const deal = (await mine(page)).find((one) => one.name === name);
  if (deal === undefined) {
    return;
  }
  await page.goto(`${base}/credit/deals`);
  await page.getByRole("button", { name: `Acts on ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete deal…" }).click();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Delete deal", exact: true }).click();
  await page.getByText(`${name} deleted`).waitFor();
}

async function save(page, words) {
  await page.getByRole("button", { name: "Save version…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What changed").fill(words);
  await dialog.getByRole("button", { name: /^Save (version|draft)$/ }).click();
  await page
    .getByText(/^Saved .*, version \d+$/)
    .last()
    .waitFor();
  await page.getByText("not saved", { exact: true }).waitFor({ state: "detached" });
}

/** Saves another version of a deal past the open page. */
const elsewhere = (page, id) =>
  page.evaluate(async (deal) => {
    const at = `/api/v1/deals/${deal}`;
    const { version } = await (await fetch(at)).json();
    const token = document.cookie.match(/quintet_csrf=([^;]+)/)?.[1] ?? "";
    const answer = await fetch(at, {
      method: "PUT",
      headers: {
        "content-type": "application/json",
        "if-match": `"${version}"`,
        "x-csrf-token": decodeURIComponent(token),
        "x-quintet-client": "console",
      },
      body: JSON.stringify({ description: "Words", change_description: "Other words" }),
    });
    if (!answer.ok) {
      throw new Error(`the other save was refused: ${answer.status}`);
    }
  }, id);

const view = (page, name) =>
  page
    .getByRole("radiogroup", { name: "View of the deal" })
    .or(page.getByRole("toolbar", { name: "View of the deal" }))
    .or(page.getByRole("group", { name: "View of the deal" }))
    .getByText(name, { exact: true })
    .click();

export const journeys = {
  "a deal from a template is run and one payment is explained": {
    async run(session) {
      const { page } = session;
      const folder = mkdtempSync(join(tmpdir(), "quintet-deal-"));
      const name = `Journey deal ${Date.now()}`;
      try {
        await signIn(session);
        await create(session, name);
        await page.getByText("The deal can be run.").waitFor();
        await audit(session, "builder");
        await shot(page, "build");

        // The keys move a step, undo brings it back.
        const steps = page.getByRole("list", { name: /^Steps, / });
        const first = steps.locator("button[data-step]").first();
        const words = await first.textContent();
        await first.focus();
        await page.keyboard.press("Alt+ArrowDown");
        await page.getByText("not saved", { exact: true }).waitFor();
        check((await steps.locator("button[data-step]").nth(1).textContent()) === words, "moved");
        await page.getByRole("button", { name: "Undo" }).click();
        check((await first.textContent()) === words, "undone");

        await view(page, "Run");
        const grid = page.getByRole("grid", { name: "Payments" });
        await grid.getByRole("row").nth(2).waitFor();
        await audit(session, "run");
        const total = () => grid.getByRole("row").nth(1).textContent();
        const before = await total();
        const slider = page.getByRole("slider", { name: "Prepayment" });
        await slider.focus();
        for (let k = 0; k < 5; k += 1) {
          await page.keyboard.press("ArrowRight");
        }
        await page.waitForFunction(
          (old) =>
            document.querySelector('[role=grid][aria-label="Payments"] [aria-rowindex="2"]')
              ?.textContent !== old,
          before,
        );

        await page.getByRole("button", { name: /^Run…/ }).click();
        const dialog = page.getByRole("dialog", { name: "Run and keep" });
        await dialog.getByLabel("Name of the run").fill("Journey run");
        await dialog.getByRole("button", { name: "Run deal" }).click();
        await page.getByText("Run Journey run is saved").waitFor();
        await page.waitForURL(/run=/);
        await grid
          .getByRole("button", { name: /^Explain / })
          .first()
          .click();
        await page.waitForURL(/cell=/);
        const told = page.getByRole("complementary", { name: /^Payment to / });
        await told.getByText("Interest owed").waitFor();
        await told.getByRole("region", { name: "Steps of the date" }).waitFor();
        const sentences = await told.locator("p").allTextContents();
        check(sentences.length > 1, "the payment is told in sentences");
        await audit(session, "explanation");
        await shot(page, "explain");

        for (const tab of ["Decrement", "Triggers", "Accounts", "Pool", "Replay", "Prices"]) {
          await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
          await page.waitForTimeout(400);
          await audit(session, tab);
        }
        await page.getByRole("button", { name: "Export", exact: true }).click();
        const [file] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("menuitem", { name: "Bonds as CSV" }).click(),
        ]);
        const path = join(folder, file.suggestedFilename());
        await file.saveAs(path);
        check(readFileSync(path, "utf8").startsWith("bond,"), "bonds as CSV");
        await remove(session, name);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  "a fault in the text of a deal is repaired by its suggestion": {
    async run(session) {
      const { page } = session;
      const name = `Journey text ${Date.now()}`;
      await signIn(session);
      await create(session, name);
      await view(page, "Text");
      const area = page.getByRole("textbox", { name: /^Text of / });
      await area.waitFor();
      const good = await area.inputValue();
      check(good.includes("waterfall"), "the text is there");
      const broken = good.replace(/^ {2}closing /m, "  closng ").replace(/^bond /m, "bnd ");
      check(broken !== good, "something can be misspelt");
      await area.fill(broken);
      const checks = page.getByRole("region", { name: "Checks" });
      const fix = checks.getByRole("button", { name: /^Use / }).first();
      await fix.waitFor();
      await audit(session, "text with a fault");
      await shot(page, "fault");
      for (let k = 0; k < 4 && (await fix.isVisible()); k += 1) {
        const now = await area.inputValue();
        await fix.click();
        await page.waitForFunction((old) => document.querySelector("textarea")?.value !== old, now);
        await page.waitForTimeout(900);
      }
      check((await area.inputValue()) === good, "the text is as it was");
      await page.getByText("The deal can be run.").waitFor();

      // A comment belongs to the text and is saved with it.
      await area.fill(`# Written by a journey\n${good}`);
      await page.getByText("not saved", { exact: true }).waitFor();
      await page.waitForTimeout(900);
      await save(page, "A comment");
      await page.reload();
      await area.waitFor();
      check((await area.inputValue()).startsWith("# Written by a journey"), "the comment stays");
      await remove(session, name);
    },
  },
  "a deal is shared, its versions are compared and one is restored": {
    async run(session) {
      const { page, base } = session;
      const name = `Journey library ${Date.now()}`;
      await signIn(session);
      await create(session, name);
      const deal = (await mine(page)).find((one) => one.name === name);
      const at = `${base}/credit/deals/${deal.id}`;

      await page.goto(`${at}?at=/bonds/0`);
      const balance = page.getByLabel("Original balance");
      await balance.fill("123,000,000");
      await balance.press("Tab");
      await page.getByText("not saved", { exact: true }).waitFor();
      // Leaving asks; staying keeps the change.
      await page.getByRole("link", { name: "Pools" }).first().click();
      await page.getByRole("dialog", { name: "Leave without saving" }).waitFor();
      await page.getByRole("button", { name: "Stay" }).click();
      await save(page, "The first class is smaller");

      // Somebody else saves meanwhile: nothing is overwritten, both are shown.
      await page.getByLabel("Original balance").fill("124,000,000");
      await page.getByLabel("Original balance").press("Tab");
      await elsewhere(page, deal.id);
      await page.getByRole("button", { name: "Save version…" }).click();
      await page.getByRole("button", { name: "Save version", exact: true }).click();
      await page.getByText("Version 3 was saved while you were editing version 2.").waitFor();
      await page.getByRole("button", { name: "Compare…" }).click();
      await page.getByRole("region", { name: "Lines that differ" }).waitFor();
      await audit(session, "conflict");
      await shot(page, "conflict");
      await page.getByRole("button", { name: /^Keep mine/ }).click();
      await save(page, "Over version 3");

      await page.goto(`${at}/versions?a=1&b=2`);
      await page.getByText("From version 1 to 2").waitFor();
      await page.getByText("123,000,000").waitFor();
      await audit(session, "differences by object");
      await page.getByText("Text", { exact: true }).click();
      await page.getByRole("region", { name: "Lines from version 1 to 2" }).waitFor();
      await audit(session, "differences by line");
      await shot(page, "versions");
      await page.getByRole("button", { name: "Restore version 1" }).click();
      await page.getByRole("button", { name: "Restore version", exact: true }).click();
      await page.getByText("Version 1 is restored as version 5").waitFor();

      await page.goto(`${base}/credit/deals`);
      await page.getByRole("grid", { name: "Deals" }).waitFor();
      await audit(session, "library");
      await page.getByRole("button", { name: `Acts on ${name}`, exact: true }).click();
      await page.getByRole("menuitem", { name: "Share…" }).click();
      const dialog = page.getByRole("dialog", { name: `Share ${name}` });
      const person = dialog
        .getByRole("combobox", { name: "Person" })
        .or(dialog.getByLabel("Account id"));
      await person.fill("user_0192f0c1a2b37c4d8e9f001122334455");
      await person.press("Tab");
      await dialog.getByRole("button", { name: "Share", exact: true }).click();
      await page.getByText(`${name} is shared`).waitFor();
      const people = dialog.getByRole("list", { name: "People with access" });
      await people.getByRole("listitem").first().waitFor();
      await audit(session, "share dialog");
      await people.getByRole("button", { name: /^Revoke access/ }).click();
      await dialog.getByText("Shared with nobody.").waitFor();
      await dialog.getByRole("button", { name: "Done" }).click();
      await remove(session, name);
    },
  },
  "deal and loan pages pass axe in both themes and nothing scrolls sideways at 360 px": {
    async run(session) {
      const { page, base } = session;
      const name = `Journey pages ${Date.now()}`;
      await signIn(session);
      await create(session, name);
      const deal = (await mine(page)).find((one) => one.name === name);
      const at = `/credit/deals/${deal.id}`;
      const paths = [
        "/credit/deals",
        at,
        `${at}?at=/dates`,
        `${at}?at=/bonds/0`,
        `${at}?at=/waterfalls/0/steps/1`,
        `${at}?view=text`,
        `${at}?view=run`,
        `${at}?view=run&tab=replay`,
        `${at}/versions`,
        "/credit/loan",
        "/credit/loan?loan=speed*6_default*1&tab=sensitivity",
      ];
      for (const theme of ["dark", "light"]) {
        await session.theme(theme);
        for (const path of paths) {
          await page.goto(base + path);
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForTimeout(1_000);
          await audit(session, `${path} ${theme}`);
        }
      }
      await page.setViewportSize({ width: 360, height: 720 });
      for (const path of paths) {
        await page.goto(base + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(800);
        const over = await page.evaluate(() =>
          Math.max(
            document.documentElement.scrollWidth - innerWidth,
            (document.querySelector("main")?.scrollWidth ?? 0) - innerWidth,
          ),
        );
        check(over <= 0, `${path} is ${over} px too wide`);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      await remove(session, name);
    },
  },
};

/** With SHOTS set, the steps that no address shows are kept as pictures. */
async function shot(page, name) {
  if (process.env.SHOTS) {
    await page.screenshot({ path: join(process.env.SHOTS, `deals-journey-${name}.png`) });
  }
}
