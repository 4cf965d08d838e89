// A profile is made, refused, changed by two people, compared, restored and deleted by its name; the
// fee calculator answers as figures change; both pages pass axe and fit 360 px.
import { api, audit, check } from "../desk.mjs";
import { signIn } from "../harness.mjs";

async function fits(page, where) {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  check(over <= 0, `${where} is ${over} px too wide at 360 px`);
}

async function editProfile(session) {
  const { page, base } = session;
  await signIn(session);
  const name = `Journey ${Date.now()}`;
  await page.goto(`${base}/strangle/configuration`);
  await page.getByRole("heading", { level: 1, name: "Configuration" }).waitFor();
  await page.keyboard.press("n");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Highest delta", { exact: true }).fill("0.05");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Must be above lowest delta").waitFor();
  await audit(session, "a refused profile");
  await page.getByLabel("Highest delta", { exact: true }).fill("0.15");
  await page.getByLabel("Lock of rule 4").fill("30");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { level: 1, name }).waitFor();
  const id = new URL(page.url()).searchParams.get("profile");
  const made = (await api(page, "GET", `/api/configs/${id}`)).body;
  check(made.trailing_rules[3].lock_pct === 30, "the ladder was not saved as it was typed");

  await page.getByLabel("Max loss").fill("45");
  const { id: _, is_active, created_at, updated_at, ...fields } = made;
  const other = await api(page, "PUT", `/api/configs/${id}`, { ...fields, max_loss_pct: 60 });
  check(other.status === 200, `the other change was answered with ${other.status}`);
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.getByRole("button", { name: "Compare…" }).click();
  await page.getByText("Max loss (both)").waitFor();
  await audit(session, "two versions");
  const kept = (await api(page, "GET", `/api/configs/${id}`)).body;
  check(kept.max_loss_pct === 60, "a newer version was overwritten");
  await page.getByRole("button", { name: /Lay my changes/ }).click();
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.getByText("Version 3", { exact: true }).waitFor();

  await page.getByRole("button", { name: "More acts", exact: true }).click();
  await page.getByRole("menuitem", { name: /Version history/ }).click();
  await page.getByRole("button", { name: /^Version 1/ }).click();
  await audit(session, "the history");
  await page.getByRole("button", { name: "Put version 1 into the form" }).click();
  await page.getByText(/1 value differs from version 3/).waitFor();
  await page.getByRole("button", { name: "Undo changes" }).click();

  await page.setViewportSize({ width: 360, height: 780 });
  await page.waitForTimeout(400);
  await fits(page, "the form");
  await page.getByRole("button", { name: "Back to profiles" }).click();
  await page.getByRole("grid", { name: "Profiles" }).waitFor();
  await fits(page, "the table");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: `More acts on ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Delete profile" }).click();
  await page.getByText(`${name} is deleted`).waitFor();
  const gone = await api(page, "GET", `/api/configs/${id}`);
  check(gone.status === 404, "the profile is still there");
}

async function feeCalculator(session) {
  const { page, base } = session;
  await signIn(session);
  await page.goto(`${base}/strangle/fees?underlying=105000&premium=225&contracts=1000&size=0.001`);
  await page.getByText("Cap applied", { exact: true }).waitFor();
  check(await page.getByText("$13.275").first().isVisible(), "the fee of the example is wrong");
  await page.getByLabel("Premium", { exact: true }).fill("900");
  await page.getByText("Rate applied", { exact: true }).waitFor();
  await audit(session, "the fee calculator");
  await page.setViewportSize({ width: 360, height: 780 });
  await page.waitForTimeout(400);
  await fits(page, "the fee calculator");
}

export const journeys = {
  "strangle: a profile from making to deleting": { run: editProfile },
  "strangle: the fee calculator": { run: feeCalculator },
};
