// A paper session is started, watched, paused and closed by panic; the kill switch is turned; every
// strangle page passes axe and fits 360 px.
import { join } from "node:path";
import { api, audit, check, ist, runtime, settle, until } from "../desk.mjs";
import { signIn } from "../harness.mjs";

/** A profile that enters at once, or the active one where none can be made. */
async function openProfile(page) {
  const name = `Journey ${Date.now()}`;
  const made = await api(page, "POST", "/api/configs", {
    name,
    trade_time_ist: ist(-2),
    exit_time_ist: ist(180),
    late_entry_policy: "immediate",
  });
  return made.status === 201 ? { name, id: made.body.id } : null;
}

export const journeys = {
  "a paper session is started, watched and closed by panic": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      await settle(page);
      const profile = await openProfile(page);
      const search = profile === null ? "" : `?profile=${profile.id}`;
      await page.goto(`${base}/strangle/live${search}`);
      await page.getByRole("heading", { name: "What it would sell now" }).waitFor();
      await page.getByRole("img", { name: /^Payoff: / }).waitFor();
      await audit(session, "before the start");
      await shot(page, "ready");
      await page.getByRole("button", { name: "Start session" }).click();
      await until(page, "after the start", (now) => now.status === "live", 120);

      await page.getByText("Live, monitoring").waitFor();
      await page.getByRole("img", { name: /^Net P&L .* max loss at/ }).waitFor();
      await page.getByRole("img", { name: /^P&L path: net/ }).waitFor();
      await page.getByRole("heading", { name: "Call", exact: true }).waitFor();
      await page.getByRole("heading", { name: "Put", exact: true }).waitFor();
      await page
        .getByRole("list", { name: "Events of the session" })
        .getByText("Both legs open", { exact: true })
        .waitFor();
      await audit(session, "live");
      await shot(page, "live");

      const payoff = page.getByRole("img", { name: /^Payoff: / });
      await payoff.focus();
      await page.keyboard.press("End");
      await page.getByText("At expiry", { exact: true }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("radio", { name: "From now" }).click();
      await page.waitForURL(/payoff=now/);

      await page.getByRole("button", { name: "Pause entries" }).click();
      await page.getByRole("button", { name: "Resume entries" }).click();
      await page.getByRole("button", { name: "Pause entries" }).waitFor();

      await page.keyboard.press("Shift+P");
      const dialog = page.getByRole("dialog", { name: "Close everything now?" });
      await dialog.getByText("Buy back call").waitFor();
      await audit(session, "panic dialog");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      check((await runtime(page)).active, "Escape closed the dialog, not the legs");
      await page.keyboard.press("Shift+P");
      await dialog.getByRole("button", { name: "Close everything" }).click();
      const ended = await until(page, "after panic", (now) => !now.active, 120);
      check(
        ended.positions.every((position) => position.open_quantity === 0),
        "no leg is open after panic",
      );
      await page.getByRole("button", { name: "Start session" }).waitFor();
      if (profile !== null) {
        await api(page, "DELETE", `/api/configs/${profile.id}`);
      }
    },
  },
  "the kill switch is turned with a reason and turned back": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      await settle(page);
      await page.goto(`${base}/strangle/risk`);
      await page.getByRole("button", { name: "Halt…", exact: true }).click();
      const act = page.getByRole("button", { name: "Halt trading" });
      check(await act.isDisabled(), "no halt without a reason");
      await page.getByLabel("Reason").fill("journey: halt");
      await audit(session, "kill dialog");
      await act.click();
      await page.getByText("Trading is halted", { exact: true }).waitFor();
      await page.getByText("journey: halt", { exact: true }).waitFor();
      await shot(page, "halted");
      await page.goto(`${base}/strangle/live`);
      await page.getByText("Trading is halted.", { exact: true }).waitFor();
      check(
        await page.getByRole("button", { name: "Start session" }).isDisabled(),
        "a halted desk does not start",
      );
      await page.goto(`${base}/strangle/risk`);
      await page.getByRole("button", { name: "Set to active…" }).click();
      await page.getByLabel("Reason").fill("journey: go on");
      await page.getByRole("button", { name: "Set to active", exact: true }).click();
      await page.getByText("Entries and exits are sent.").waitFor();
    },
  },
  "strangle pages pass axe in both themes and nothing scrolls sideways at 360 px": {
    async run(session) {
      const { page, base } = session;
      await signIn(session);
      const paths = [
        "/strangle/live",
        "/strangle/risk",
        "/strangle/simulator",
        "/strangle/configuration",
        "/strangle/history",
        "/strangle/analytics",
        "/strangle/fees",
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
    await page.screenshot({ path: join(process.env.SHOTS, `strangle-journey-${name}.png`) });
  }
}
