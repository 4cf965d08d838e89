// A loan tape becomes a pool, its bad rows are repaired, the pool is analysed and exported.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Eighty auto loans; three rows break a rule, one loan is paid off. */
function tape() {
  const rows = ["loan_number,upb,note_rate,term,remaining_term,orig_date,credit_score,state"];
  for (let k = 1; k <= 80; k += 1) {
    const term = [48, 60, 72][k % 3];
    const cells = [
      `AUTO-${String(k).padStart(3, "0")}`,
      (9_000 + 211 * k).toFixed(2),
      (4.5 + (k % 9) * 0.35).toFixed(2),
      term,
      term - (k % 12),
      `0${1 + (k % 9)}/2025`,
      610 + ((k * 7) % 200),
      ["CA", "TX", "NY", "FL"][k % 4],
    ];
    if (k === 5) cells[2] = "seven";
    if (k === 11) cells[1] = "-250";
    if (k === 17) cells[6] = "1200";
    if (k === 23) cells[1] = "0";
    rows.push(cells.join(","));
  }
  return `${rows.join("\n")}\n`;
}

async function save(page, act, folder) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

const pools = (page) =>
  page.evaluate(async () => (await (await fetch("/api/v1/pools")).json()).items);

async function removePool({ page, base }, name) {
  await page.goto(`${base}/credit/pools`);
  await page.getByRole("button", { name: `Acts on ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete pool…" }).click();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Delete pool", exact: true }).click();
  await page.getByText(`${name} deleted`).waitFor();
}

export const journeys = {
  "a tape with bad rows becomes a pool, a saved run and four files": {
    async run(session) {
      const { page, base } = session;
      const folder = mkdtempSync(join(tmpdir(), "quintet-tape-"));
      const name = `Journey ${Date.now()}`;
      try {
        await signIn(session);
        const path = join(folder, "journey-tape.csv");
        writeFileSync(path, tape());
        await page.goto(`${base}/credit/upload`);
        await page.getByText("Drop a tape here").waitFor();
        await audit(session, "upload");
        await page.locator("input[type=file]").setInputFiles(path);

        const columns = page.getByRole("grid", { name: "Columns of the tape" });
        await columns.getByText("upb", { exact: true }).waitFor();
        await audit(session, "columns");
        await shot(page, "columns");
        await page.getByRole("button", { name: "Import and check rows" }).click();

        const rows = page.getByRole("grid", { name: "Rows to look at" });
        await rows.getByText("note_rate", { exact: true }).waitFor();
        await audit(session, "rows");
        await page.getByLabel("New value of note_rate in row 6").fill("7.25");
        await page.getByLabel("New value of credit_score in row 18").fill("720");
        await page.getByRole("button", { name: "Leave out row 12" }).click();
        await page.getByText("2 fixes, 1 row left out, not applied.").waitFor();
        await shot(page, "rows");
        await page.getByRole("button", { name: "Apply and check again" }).click();
        await page.getByText("every row fits").waitFor();
        await page.getByRole("button", { name: "Go on", exact: true }).click();

        await page.getByLabel("Name").fill(name);
        await audit(session, "save");
        await page.getByRole("button", { name: "Save and open workbench" }).click();

        const grid = page.getByRole("grid", { name: "Cash flows" });
        await page.getByRole("img", { name: /^Cash flows by source peak/ }).waitFor();
        await grid.getByRole("row").nth(3).waitFor();
        await audit(session, "workbench");
        await page.getByRole("button", { name: "1.5 ABS" }).click();
        await page.getByText("1 value differs from class defaults").waitFor();
        await page.waitForURL(/p=abs_1\.5/);
        const point = page.getByRole("slider", { name: /^Point 1 of/ });
        await point.focus();
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("Insert");
        await page.getByText(/values differ from class defaults/).waitFor();
        await page.waitForURL(/p=curve_age/);
        await page.keyboard.press("Control+Enter");
        await page.getByText(/^Run .* is saved$/).waitFor();
        await page.getByRole("tab", { name: "Run history 1" }).click();
        await page
          .getByRole("grid", { name: "Runs" })
          .getByText("compared")
          .waitFor({ state: "detached" });
        await audit(session, "run history");

        for (const [format, test] of [
          ["CSV", (bytes) => bytes.toString().split("\n").length > 40],
          ["XLSX", (bytes) => bytes.subarray(0, 2).toString() === "PK"],
          ["Parquet", (bytes) => bytes.subarray(0, 4).toString() === "PAR1"],
          ["JSON", (bytes) => JSON.parse(bytes.toString()).cashflows.length > 40],
        ]) {
          await page.getByRole("button", { name: "Export", exact: true }).click();
          const saved = await save(
            page,
            () => page.getByRole("menuitem", { name: format, exact: true }).click(),
            folder,
          );
          check(statSync(saved).size > 0 && test(readFileSync(saved)), `${format} export`);
        }

        const address = page.url();
        await page.reload();
        await page.getByText(/values differ from class defaults/).waitFor();
        check(page.url() === address, "the address keeps assumptions, tab and comparison");
        await removePool(session, name);
        check(!(await pools(page)).some((pool) => pool.name === name), "the pool is gone");
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  "credit pages pass axe in both themes and nothing scrolls sideways at 360 px": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      const [first] = await pools(page);
      check(first !== undefined, "there is a pool to look at; load demo data");
      const at = `/credit/pools/${first.id}`;
      const paths = [
        "/credit/pools",
        "/credit/pools?view=table",
        "/credit/runs",
        "/credit/upload",
        at,
        `${at}?tab=loans`,
        `${at}/workbench`,
        `${at}/workbench?assume=default&tab=classes&d=sda_200`,
        `${at}/workbench?assume=severity&tab=runs`,
        `${at}/workbench?assume=rates&tab=compare`,
        `${at}/workbench?assume=fees&step=year`,
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

/** With SHOTS set, the steps that no address shows are kept as pictures. */
async function shot(page, name) {
  if (process.env.SHOTS) {
    await page.screenshot({ path: join(process.env.SHOTS, `credit-journey-${name}.png`) });
  }
}
