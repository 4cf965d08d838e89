// A profile is made, previewed, made active and started; sessions end by profit, by loss, by the
// trailing stop and by time, with the controls of the simulator; history and analytics show and save
// what came of them. Its losses make the desk pause, so that its name comes last.
import { readFileSync } from "node:fs";
import { api, audit, check, ist, settle, until } from "../desk.mjs";
import { signIn } from "../harness.mjs";

/** A desk that may open as many sessions as there are journeys, in a calm market. */
async function ready(session) {
  const { page } = session;
  await signIn(session);
  await settle(page);
  const limits = (await api(page, "GET", "/api/risk/limits")).body;
  await api(page, "PUT", "/api/risk/limits", {
    max_sessions_per_day: 100,
    max_orders_per_minute: limits.max_orders_per_minute,
    max_lots_per_leg: limits.max_lots_per_leg,
  });
  await api(page, "POST", "/api/sim/scenario", { scenario: "calm" });
  const sim = await api(page, "POST", "/api/sim/clock", { speed: 5 });
  check(sim.status === 200, `the simulator answers ${sim.status}`);
}

/** The instant of the simulated exchange. */
const market = async (page) => Date.parse((await api(page, "GET", "/api/sim/status")).body.now);

async function chooseMarket(session, title) {
  const { page, base } = session;
  await page.goto(`${base}/strangle/simulator`);
  const scenario = page
    .getByRole("group", { name: "Scenario" })
    .getByRole("button", { name: title });
  await scenario.click();
  await page.getByRole("group", { name: "Scenario" }).locator("[aria-pressed=true]").waitFor();
}

async function makeAndStart(session) {
  const { page, base } = session;
  await ready(session);
  const name = `Journey J2 ${Date.now()}`;
  await page.goto(`${base}/strangle/configuration`);
  await page.getByRole("heading", { level: 1, name: "Configuration" }).waitFor();
  await page.keyboard.press("n");
  const usual = (await api(page, "GET", "/api/configs/defaults")).body;
  await page.getByLabel("Name", { exact: true }).fill(name);
  const shown = await page.getByLabel("Lowest delta", { exact: true }).inputValue();
  check(Number(shown) === usual.delta_range_low, `the form begins with ${shown}`);
  // What it would sell is shown before it is saved.
  await page.getByRole("heading", { name: "What it would sell now" }).waitFor();
  await page.getByRole("img", { name: /^Payoff: / }).waitFor();
  await audit(session, "an unsaved profile with its preview");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { level: 1, name }).waitFor();
  const id = new URL(page.url()).searchParams.get("profile");

  const now = await market(page);
  const {
    id: _,
    is_active,
    created_at,
    updated_at,
    ...fields
  } = (await api(page, "GET", `/api/configs/${id}`)).body;
  const changed = await api(page, "PUT", `/api/configs/${id}`, {
    ...fields,
    trade_time_ist: ist(-3, now),
    exit_time_ist: ist(240, now),
    late_entry_policy: "immediate",
  });
  check(changed.status === 200, `its times were answered with ${changed.status}`);
  await page.goto(`${base}/strangle/configuration`);
  await page.getByRole("button", { name: `More acts on ${name}` }).click();
  await page.getByRole("menuitem", { name: /active/i }).click();
  const active = async () =>
    (await api(page, "GET", "/api/configs")).body.items.find((one) => one.is_active)?.id;
  for (let tries = 0; (await active()) !== id; tries += 1) {
    check(tries < 20, "the profile did not become active");
    await page.waitForTimeout(250);
  }

  await page.goto(`${base}/strangle/live`);
  await page.getByRole("button", { name: "Start session" }).click();
  const live = await until(page, "after the start", (desk) => desk.status === "live", 120);
  check(live.config.name === name, `the desk runs ${live.config.name}`);
  await page.getByText("Live, monitoring").waitFor();
  await api(page, "POST", "/api/trading/control", { action: "stop", stop_mode: "flatten" });
  await until(page, "after the stop", (desk) => !desk.active, 90);
}

/** Opens a session with these rules, and returns its number when it is live. */
async function liveWith(page, rules) {
  const now = await market(page);
  const made = await api(page, "POST", "/api/configs", {
    name: `Journey J3 ${Date.now()}`,
    quantity: 10,
    trade_time_ist: ist(-3, now),
    exit_time_ist: ist(240, now),
    late_entry_policy: "immediate",
    percent_unit: "percent",
    max_loss_pct: 900,
    max_profit_pct: 0,
    trailing_sl_enabled: false,
    ...rules(now),
  });
  check(made.status === 201, `the profile was answered with ${made.status}`);
  const started = await api(page, "POST", "/api/trading/control", {
    action: "start",
    configuration_id: made.body.id,
  });
  check(started.status === 200, `the start was answered with ${JSON.stringify(started.body)}`);
  const live = await until(page, "after the start", (desk) => desk.status === "live", 120);
  return live.session_id;
}

async function leftBy(page, session, reason) {
  const done = await until(
    page,
    `the exit by ${reason}`,
    (desk) => desk.session_id !== session || !desk.active,
    120,
  );
  check(
    done.positions.every((leg) => leg.open_quantity === 0),
    "a leg is still open",
  );
  const row = (await api(page, "GET", `/api/trading/sessions/${session}`)).body;
  check(
    row.exit_reason === reason,
    `session ${session} ended by ${row.exit_reason}, not ${reason}`,
  );
  const path = (await api(page, "GET", `/api/trading/sessions/${session}/pnl`)).body.points;
  check(
    Math.abs(path.at(-1).net - row.summary.total_pnl) < 1e-8,
    "the path does not end at the result",
  );
}

async function exits(session) {
  const { page, base } = session;
  await ready(session);

  const profit = await liveWith(page, () => ({ max_profit_pct: 5 }));
  await chooseMarket(session, /^Weekend/);
  await leftBy(page, profit, "max_profit");

  await chooseMarket(session, /^Calm/);
  const loss = await liveWith(page, () => ({ max_loss_pct: 40 }));
  await chooseMarket(session, /^Volatility spike/);
  await leftBy(page, loss, "max_loss");

  await chooseMarket(session, /^Calm/);
  const trailing = await liveWith(page, () => ({
    max_profit_pct: 100,
    trailing_sl_enabled: true,
    trailing_rules: [{ trigger_pct: 4, lock_pct: 1 }],
  }));
  await chooseMarket(session, /^Weekend/);
  await until(page, "the trailing stop", (desk) => desk.trailing.armed, 90);
  await chooseMarket(session, /^Volatility spike/);
  await leftBy(page, trailing, "trailing_sl");

  await chooseMarket(session, /^Calm/);
  const timed = await liveWith(page, (now) => ({ exit_time_ist: ist(9, now) }));
  await page.goto(`${base}/strangle/simulator`);
  await page.getByRole("button", { name: "10 min" }).click();
  await leftBy(page, timed, "time_exit");
}

/** What a button saves: its name and its text. */
async function saved(page, press) {
  const [file] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

async function history(session) {
  const { page, base } = session;
  await signIn(session);
  const sessions = (await api(page, "GET", "/api/trading/sessions?exit_reason=time_exit")).body;
  check(sessions.total > 0, "no session has ended by time yet");
  const { id, strategy_id } = sessions.items[0];
  await page.goto(`${base}/strangle/history?session=${id}`);
  await page.getByRole("grid", { name: "Sessions, newest first" }).waitFor();
  for (const [tab, seen] of [
    ["Legs", /Slippage against mid/],
    ["Orders & fills", /limit|market/i],
    ["Events", /Both legs open/],
    ["P&L path", /./],
    ["Config", /Exit/],
  ]) {
    await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("tabpanel").getByText(seen).first().waitFor();
  }
  await page
    .getByRole("img", { name: /P&L path/ })
    .or(page.getByRole("tabpanel"))
    .first()
    .waitFor();
  await audit(session, "a session in the history");

  const file = await saved(page, () => page.getByRole("button", { name: "Export CSV" }).click());
  check(/^trading-sessions-\d{8}T\d{6}Z\.csv$/.test(file.name), `the file is ${file.name}`);
  const lines = file.text.split("\r\n");
  check(lines[0].split(",").length === 20, `the file has ${lines[0]}`);
  check(
    lines.some((line) => line.startsWith(`${strategy_id},`)),
    "the session is not in the file",
  );
}

async function analytics(session) {
  const { page, base } = session;
  await signIn(session);
  await page.goto(`${base}/strangle/analytics?range=7d`);
  await page.getByRole("heading", { name: "Performance summary" }).waitFor();
  const seen = (await api(page, "GET", "/api/analytics/history?preset=7d&mode=paper")).body;
  check(seen.metrics.trade_count > 0, "no session is in the range");
  check(seen.extra.average_slippage !== null, "the slippage is not measured");
  await page.getByText("Slippage against mid").waitFor();
  await page.getByRole("img").first().waitFor();
  await audit(session, "analytics with sessions");

  const file = await saved(page, () => page.getByRole("button", { name: "Export CSV" }).click());
  check(/^analytics-export-\d{8}-\d{6}\.csv$/.test(file.name), `the file is ${file.name}`);
  const sections = file.text.split("\r\n\r\n");
  check(sections.length === 3, `the file has ${sections.length} sections`);
  check(sections[1].includes("metrics,trade_count,"), "the figures are missing");
  check(sections[2].startsWith("timeline,timestamp,"), "the timeline is missing");
}

export const journeys = {
  "strangle: a profile is made, previewed, made active and started": { run: makeAndStart },
  "strangle: sessions end by profit, loss, trailing stop and time": { run: exits },
  "strangle: the history is read to its last detail and saved": { run: history },
  "strangle: the analytics are drawn and saved": { run: analytics },
};
