// The frame of the console, with the keyboard where a person would use it.
import { axe, signIn } from "../harness.mjs";

const PAGES = [
  "/",
  "/status",
  "/jobs",
  "/logs",
  "/admin",
  "/admin?tab=keys",
  "/admin?tab=audit",
  "/nowhere",
];

function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

async function audit(session, where) {
  const findings = await axe(session);
  check(findings.length === 0, `${where}: ${findings.join("\n")}`);
}

export const journeys = {
  "a wrong password is refused in words and a right one opens Home": {
    async run(session) {
      const { page, base } = session;
      await page.goto(`${base}/jobs`);
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await audit(session, "sign-in");
      await page.getByLabel("Email").fill("nobody@example.com");
      await page.getByLabel("Password", { exact: true }).fill("wrong-password-1");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await signIn(session);
    },
  },
  "every page of the platform passes axe in both themes": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      for (const theme of ["dark", "light"]) {
        await session.theme(theme);
        for (const path of PAGES) {
          await page.goto(base + path);
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForTimeout(500);
          await audit(session, `${path} ${theme}`);
        }
      }
    },
  },
  "the keyboard reaches pages, palette, keys and drawers": {
    async run(session) {
      const { page } = session;
      await signIn(session);
      await page.keyboard.press("g");
      await page.keyboard.press("j");
      await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await audit(session, "keys");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("health");
      await audit(session, "palette");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
      await page
        .getByRole("button", { name: /^Alerts/ })
        .first()
        .press("Enter");
      await page.getByRole("dialog", { name: "Needs a decision" }).waitFor();
      await audit(session, "alerts");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /, account / }).press("Enter");
      await page.getByText("Gain and loss").waitFor();
      await audit(session, "account");
    },
  },
  "an administrator makes a user, changes the roles and deletes the user": {
    async run({ page, base, ...session }) {
      await signIn({ page, base });
      await page.goto(`${base}/admin`);
      const email = `journey-${Date.now()}@example.com`;
      await page.getByRole("button", { name: "New user…" }).click();
      await page.getByLabel("Email").fill(email);
      await page.getByRole("button", { name: "Create user" }).click();
      await page.getByText("one-time password must be changed").waitFor();
      await audit({ page, ...session }, "one-time password");
      await page.getByRole("button", { name: "Done" }).click();
      await page.getByRole("gridcell", { name: email }).click();
      await page.getByRole("checkbox", { name: /^auditor/ }).press("Space");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText(`${email} saved`).waitFor();
      await page.getByRole("button", { name: "Delete user…" }).click();
      await page.getByLabel(`Type ${email} to confirm`).fill(email);
      await page.getByRole("button", { name: "Delete user", exact: true }).click();
      await page.getByText(`${email} deleted`).waitFor();
    },
  },
  "log filters live in the address and rows open": {
    async run({ page, base, ...session }) {
      await signIn({ page, base });
      await page.goto(`${base}/logs?range=24h&tail=off`);
      const grid = page.getByRole("treegrid", { name: "Log entries" });
      await grid.getByRole("row").nth(1).waitFor();
      await page.getByRole("textbox", { name: "Filter" }).fill("level:info");
      const filtered = page.waitForResponse((answer) => /backend\?.*level=INFO/.test(answer.url()));
      await page.keyboard.press("Enter");
      await page.waitForURL(/level=INFO/);
      await filtered;
      await grid.getByRole("row").nth(1).waitFor();
      await grid.focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Copy JSON" }).waitFor();
      await audit({ page, ...session }, "opened entry");
      await page.reload();
      await page.getByRole("button", { name: "Copy JSON" }).waitFor();
    },
  },
  "nothing scrolls sideways at 360 px": {
    options: { width: 360, height: 720 },
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      for (const path of PAGES) {
        await page.goto(base + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(300);
        const over = await page.evaluate(() =>
          Math.max(
            document.documentElement.scrollWidth - innerWidth,
            (document.querySelector("main")?.scrollWidth ?? 0) - innerWidth,
          ),
        );
        check(over <= 0, `${path} is ${over} px too wide`);
      }
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("dialog", { name: "More" }).waitFor();
      await audit(session, "more");
    },
  },
};
