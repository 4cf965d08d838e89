// The server is killed with two legs open; the page says so, and goes on by itself when another
// process has taken the session up. This journey starts its own server: QUINTET_BIN, or the one that
// `cargo build` leaves.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { api, check, ist, until } from "../desk.mjs";
import { open, signIn } from "../harness.mjs";

const USER = "admin@example.com";
const FIRST = "six-herons-watch-the-weir";

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

function binary() {
  const target =
    process.env.CARGO_TARGET_DIR ?? new URL("../../../target", import.meta.url).pathname;
  return process.env.QUINTET_BIN ?? join(target, "debug/quintet");
}

/** Starts the server and waits until it is ready. */
async function start(folder, port) {
  const log = openSync(join(folder, "output"), "a");
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(binary(), ["serve"], {
    stdio: ["ignore", log, log],
    env: {
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
      PATH,
      HOME,
      QUINTET_ENV_FILE: "/dev/null",
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: join(folder, "data"),
      LOG_FILE: join(folder, "backend.log"),
      RATE_LIMIT_ENABLED: "false",
      ADMIN_EMAIL: USER,
      ADMIN_PASSWORD: FIRST,
      SIM_SPEED: "5",
    },
  });
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    if (answer?.ok) return child;
    check(child.exitCode === null && tries < 600, "the server did not become ready");
    await new Promise((done) => setTimeout(done, 100));
  }
}

const ended = (child) =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once("exit", done);
  });

async function crash() {
  const folder = mkdtempSync(join(tmpdir(), "quintet-crash-journey-"));
  const port = await freePort();
  const before = { ...process.env };
  Object.assign(process.env, {
    QUINTET_URL: `http://127.0.0.1:${port}`,
    QUINTET_USER: USER,
    QUINTET_PASSWORD: FIRST,
  });
  let server = await start(folder, port);
  const session = await open();
  try {
    const { page, base } = session;
    await signIn(session);
    const now = Date.parse((await api(page, "GET", "/api/sim/status")).body.now);
    const made = await api(page, "POST", "/api/configs", {
      name: "Survives",
      trade_time_ist: ist(-3, now),
      exit_time_ist: ist(300, now),
      late_entry_policy: "immediate",
      percent_unit: "percent",
      max_loss_pct: 900,
      max_profit_pct: 0,
      trailing_sl_enabled: false,
    });
    await api(page, "POST", `/api/configs/${made.body.id}/activate`, {});
    await api(page, "POST", "/api/trading/control", { action: "start" });
    const live = await until(page, "after the start", (desk) => desk.status === "live", 120);
    await page.goto(`${base}/strangle/live`);
    await page.getByText("Live, monitoring").waitFor();

    server.kill("SIGKILL");
    await ended(server);
    // The page notices that nobody answers, and keeps what it knows.
    await page
      .getByText(/reconnect|not connected|no answer|cannot be reached|lost/i)
      .first()
      .waitFor({
        timeout: 60_000,
      });
    server = await start(folder, port);

    // Nothing is pressed: the page comes back by itself.
    await page.getByText("Live, monitoring").waitFor({ timeout: 90_000 });
    const again = await until(page, "after the crash", (desk) => desk.status === "live", 120);
    check(
      again.session_id === live.session_id,
      `session ${again.session_id} runs, not the old one`,
    );
    const detail = (await api(page, "GET", `/api/trading/sessions/${live.session_id}`)).body;
    const sold = detail.orders.filter((order) => order.side === "sell");
    check(sold.length === live.positions.length, `${sold.length} sales for two legs`);
    const taken = detail.events.filter(
      (event) => event.type === "state_changed" && event.payload.why === "restart",
    );
    check(taken.length === 1, "the history does not say that the session was taken up");
    await page
      .getByRole("list", { name: "Events of the session" })
      .getByText(/restart|taken up|compar|reconcil/i)
      .first()
      .waitFor();
    const broken = session.problems.filter((problem) => problem.includes(" error: "));
    check(broken.length === 0, broken.join("\n"));
    await api(page, "POST", "/api/trading/control", { action: "panic" });
    await until(page, "after panic", (desk) => !desk.active, 120);
  } finally {
    await session.close();
    server.kill("SIGTERM");
    await ended(server);
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
  }
}

export const journeys = {
  "strangle: a killed server is started again and the page goes on by itself": { run: crash },
};
