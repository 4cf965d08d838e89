// Data of the fake server: seeded, so that two screenshots of one screen are the same.
export function rng(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = rng(7);
const pick = (list) => list[Math.floor(random() * list.length)];
export const iso = (ms) => new Date(ms).toISOString();
export const now = () => Date.now();

export const services = [
  { name: "credit", title: "Credit" },
  { name: "strangle", title: "Strangle" },
  { name: "documents", title: "Documents" },
  { name: "models", title: "Models" },
  { name: "levels", title: "Levels" },
];

export function health() {
  const at = iso(now() - 4_000);
  const item = (name, status, detail) => ({ name, status, detail, checked_at: at });
  const up = (name, title, items) => ({
    name,
    title,
    status: items.some((one) => one.status === "unhealthy")
      ? "unhealthy"
      : items.some((one) => one.status === "degraded")
        ? "degraded"
        : "healthy",
    items,
  });
  return [
    up("platform", "Platform", [
      item("database", "healthy", "SQLite, 1.2 ms"),
      item("cache", "healthy", "in process"),
      item("queue", "healthy", "3 running, 1 waiting"),
      item("disk", "healthy", "41 GiB free"),
    ]),
    up("accounts", "Accounts", [item("audit chain", "healthy", "verified 07:00 UTC")]),
    up("logbook", "Logbook", [item("ingestion", "healthy", "lag 0.3 s")]),
    up("credit", "Credit", [
      item("engine", "healthy", "1.0.0"),
      item("curves", "healthy", "of 17 Jun 2026"),
    ]),
    up("strangle", "Strangle", [
      item("exchange", "healthy", "simulator"),
      item("reconciliation", "healthy", "0 differences"),
    ]),
    up("documents", "Documents", [item("projections", "healthy", "checkpoint 48,211")]),
    up("models", "Models", [
      item("feature store", "healthy", "12 views"),
      item("drift scan", "degraded", "natr_14 PSI 0.52, limit 0.25"),
    ]),
    up("levels", "Levels", [item("marts", "healthy", "built 06:00 UTC")]),
  ];
}

const titles = {
  credit: [
    "Stress grid, CPR × CDR",
    "Run Hartwell Prime 2024-1",
    "Monte Carlo, 2,000 paths",
    "Surveillance report",
  ],
  strangle: ["Backtest sweep, delta × exit time", "Reconcile positions"],
  documents: ["Analyse Low-Volatility Methodology", "Rebuild projections"],
  models: ["Materialize core_technical v1", "Drift scan"],
  levels: ["Build marts", "Fit elasticities"],
  logbook: ["Retention sweep"],
};

export function makeJobs() {
  const jobs = [];
  for (let index = 0; index < 140; index += 1) {
    const service = pick(Object.keys(titles));
    const created = now() - index * 11 * 60_000 - random() * 300_000;
    const started = created + 800;
    const state =
      index < 3
        ? "running"
        : index === 3
          ? "queued"
          : index === 9
            ? "failed"
            : random() < 0.04
              ? "cancelled"
              : "succeeded";
    const ended =
      state === "running" || state === "queued" ? null : started + 2_000 + random() * 240_000;
    const title =
      index === 0
        ? "Stress grid, CPR × CDR"
        : index === 9
          ? "Run Marlow CLO II"
          : pick(titles[service]);
    jobs.push({
      id: `job_0197${(900_000 - index).toString(16)}7b1eb2d0`,
      service: index === 0 || index === 9 ? "credit" : service,
      name: `${service}.${title.split(" ")[0].toLowerCase()}`,
      title,
      state,
      progress: state === "running" ? [0.62, 0.34, 0.08][index] : state === "queued" ? 0 : 1,
      message:
        state === "running"
          ? [
              "1,488 of 2,400 cells · 9.1 cells a second",
              "85 of 250 bars · 0 skipped",
              "96 of 1,200 days · worker node-b",
            ][index]
          : null,
      created_at: iso(created),
      started_at: state === "queued" ? null : iso(started),
      finished_at: ended === null ? null : iso(ended),
      attempts: 1,
      error:
        state === "failed"
          ? {
              code: "curve_missing",
              message: "the curve of 15 Jun 2026 is missing; import it, then run again",
            }
          : null,
      result_url: null,
    });
  }
  return jobs;
}

const lines = [
  ["INFO", "engine.monitor", "tick_evaluated", "tick evaluated, net 31.1 %, level 22"],
  ["INFO", "http.access", "request", "GET /api/jobs 200 in 11 ms"],
  ["INFO", "features.materialize", "bars_written", "GOOGL bars 71 to 85 written"],
  ["WARN", "import.adapter", "rows_quarantined", "4 rows quarantined, reason capacity_missing"],
  ["INFO", "reconcile.pass", "reconciled", "0 differences, 2 positions, 0 open orders"],
  [
    "ERROR",
    "delta.client",
    "order_outcome_unknown",
    "POST /v2/orders timed out after 4,000 ms, outcome unknown",
  ],
  ["INFO", "stress.grid", "cell_done", "cell 1,488 of 2,400 done in 108 ms"],
  ["INFO", "projection.feedback", "batch", "batch 14 events, checkpoint 48,211"],
  ["INFO", "auth.login", "signed_in", "signed in, role operator"],
  ["DEBUG", "leader.lease", "renewed", "renewed, token 418, 9.8 s left"],
];
let lastId = 100_000;

export function makeLog(at) {
  let [level, logger, event, message] = pick(lines);
  if ((level === "ERROR" && random() < 0.9) || (level === "WARN" && random() < 0.6)) {
    [level, logger, event, message] = lines[0];
  }
  lastId += 1;
  const hex = () =>
    Math.floor(random() * 0xffffffff)
      .toString(16)
      .padStart(8, "0");
  return {
    id: lastId,
    logged_at: iso(at),
    ingested_at: iso(at + 300),
    level,
    logger_name: logger,
    event,
    message,
    correlation_id: level === "DEBUG" ? null : hex(),
    strategy_id: logger.startsWith("delta") ? "delta-strangle-20260618040000-01" : null,
    request_id: logger === "http.access" ? `0190-${hex()}` : null,
    payload: {
      elapsed_ms: Math.round(random() * 4000),
      leg: "call",
      attempt: 2,
      limit: "223.9",
      next: "look up by client_order_id",
      retry: false,
    },
  };
}

export function makeLogs() {
  const logs = [];
  for (let index = 0; index < 4_000; index += 1) {
    logs.push(makeLog(now() - (4_000 - index) * 900));
  }
  return logs.reverse();
}

export function makeUsers() {
  const people = [
    ["meera.iyer", "Meera Iyer", ["admin"]],
    ["luis.haas", "Luis Haas", ["operator", "levels:approver"]],
    ["ana.prado", "Ana Prado", ["approver"]],
    ["jonas.weber", "Jonas Weber", ["viewer", "credit:operator"]],
    ["noor.saleh", "Noor Saleh", ["auditor"]],
    ["kai.tanaka", "", ["viewer"]],
  ];
  return people.map(([email, full_name, grants], index) => ({
    id: `user_0197${index}f3a88c17b1e`,
    email: `${email}@example.com`,
    full_name,
    grants,
    is_active: index !== 5,
    version: 3 + index,
    created_at: iso(now() - (90 - index) * 86_400_000),
    last_login_at: index === 5 ? null : iso(now() - index * 7_200_000 - 90_000),
    updated_at: iso(now() - index * 86_400_000),
    must_change_password: false,
  }));
}

export function makeAudit() {
  const acts = [
    ["auth.login", "session"],
    ["users.update", "luis.haas@example.com"],
    ["api_keys.create", "nightly export"],
    ["auth.login", "session"],
    ["users.create", "kai.tanaka@example.com"],
  ];
  return Array.from({ length: 180 }, (_, index) => {
    const [action, subject] = acts[index % acts.length];
    return {
      seq: 5_000 - index,
      recorded_at: iso(now() - index * 1_900_000),
      actor_id: index % 7 === 3 ? "anonymous" : "user_01970f3a88c17b1e",
      action,
      target: subject,
      ip: "127.0.0.1",
      request_id: `0190-7f3a-88c1-${index}`,
      correlation_id: `c91f2e07-${index}`,
      detail: index % 5 === 1 ? { grants: { before: ["viewer"], after: ["operator"] } } : {},
      prev_hash: "51c0aa9e".repeat(8),
      hash: "9f3c71ab".repeat(8),
    };
  });
}
