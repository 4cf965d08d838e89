// A server for looking at screens: serves dist with the production policy and answers the API from
// memory. It is not part of the product.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { answerCredit } from "./credit.mjs";
import {
  health,
  iso,
  makeAudit,
  makeJobs,
  makeLog,
  makeLogs,
  makeUsers,
  now,
  services,
} from "./fake-data.mjs";
import { answerStrangle } from "./strangle.mjs";

const root = fileURLToPath(new URL(`../${process.env.DIST ?? "dist"}`, import.meta.url));
const port = Number(process.env.PORT ?? 8080);
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const jobs = makeJobs();
const logs = makeLogs();
const users = makeUsers();
const audit = makeAudit();
const keys = [
  {
    id: "key_1",
    name: "Nightly export",
    prefix: "qk_7f3a",
    scopes: ["credit:read"],
    created_at: iso(now() - 9e8),
    expires_at: null,
    last_used_at: iso(now() - 3e6),
  },
];
const sessions = new Map();
const tries = new Map();

const readText = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
const readBody = async (request) => {
  const text = await readText(request);
  return text === "" ? {} : JSON.parse(text);
};
const json = (response, status, body, headers = {}) => {
  response.writeHead(status, {
    "content-type": status >= 400 ? "application/problem+json" : "application/json",
    "x-request-id": "0190-7f3a-88c1",
    ...headers,
  });
  response.end(JSON.stringify(body));
};
const problem = (response, status, code, title, detail, extra = {}, headers = {}) =>
  json(
    response,
    status,
    {
      type: `urn:quintet:${code}`,
      title,
      status,
      detail,
      code,
      request_id: "0190-7f3a-88c1-7b1e-b2d0",
      ...extra,
    },
    headers,
  );
const cookieOf = (request) => /quintet_session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
const pageOf = (list, params) => {
  const limit = Number(params.get("limit") || 100);
  const from = Number(params.get("cursor") || 0);
  return {
    items: list.slice(from, from + limit),
    next_cursor: from + limit < list.length ? String(from + limit) : undefined,
    total: list.length,
  };
};

function stream(response, every, next) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write(": open\n\n");
  let id = 0;
  const timer = setInterval(() => {
    id += 1;
    for (const [event, data] of next())
      response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }, every);
  response.on("close", () => clearInterval(timer));
}

function advanceJobs() {
  return jobs
    .filter((job) => job.state === "running")
    .map((job) => {
      job.progress = Math.min(1, job.progress + 0.004);
      if (job.progress >= 1) Object.assign(job, { state: "succeeded", finished_at: iso(now()) });
      return ["job", job];
    });
}

function filteredLogs(params) {
  const level = params.get("level");
  const from = params.get("startTime");
  const to = params.get("endTime");
  const text = params.get("search")?.toLowerCase();
  return logs.filter(
    (entry) =>
      (!level || entry.level === level) &&
      (!from || entry.logged_at >= from) &&
      (!to || entry.logged_at <= to) &&
      (!text || entry.message.toLowerCase().includes(text)) &&
      (!params.get("logger") || entry.logger_name === params.get("logger")) &&
      (!params.get("event") || entry.event === params.get("event")) &&
      (!params.get("correlationId") || entry.correlation_id === params.get("correlationId")) &&
      (!params.get("requestId") || entry.request_id === params.get("requestId")),
  );
}

function summaryOf(params) {
  const found = filteredLogs(params);
  const count = (key) => {
    const counts = {};
    for (const entry of found) counts[entry[key]] = (counts[entry[key]] ?? 0) + 1;
    return counts;
  };
  const top = (key) =>
    Object.entries(count(key))
      .sort((a, b) => b[1] - a[1])
      .slice(0, 8)
      .map(([name, n]) => ({ name, count: n }));
  const from = Date.parse(params.get("startTime") ?? iso(now() - 3.6e6));
  const to = Date.parse(params.get("endTime") ?? iso(now()));
  const step = (to - from) / 60;
  const volume = Array.from({ length: 60 }, (_, bar) => ({
    at: iso(from + bar * step),
    counts: {},
  }));
  for (const entry of found) {
    const bar =
      volume[Math.min(59, Math.max(0, Math.floor((Date.parse(entry.logged_at) - from) / step)))];
    bar.counts[entry.level] = (bar.counts[entry.level] ?? 0) + 1;
  }
  return {
    total: found.length,
    level_counts: { DEBUG: 0, INFO: 0, WARN: 0, ERROR: 0, ...count("level") },
    top_loggers: top("logger_name"),
    top_events: top("event"),
    latest_entry_at: found[0]?.logged_at ?? null,
    latest_error: found.find((e) => e.level === "ERROR") ?? null,
    latest_warning: found.find((e) => e.level === "WARN") ?? null,
    ingestion_lag_seconds: 0.3,
    volume,
  };
}

function login(response, body) {
  const failed = tries.get(body.username) ?? 0;
  if (failed >= 5)
    return problem(
      response,
      429,
      "account_locked",
      "Sign-in is paused",
      "Too many tries.",
      {},
      { "retry-after": "900" },
    );
  const user = users.find((one) => one.email === body.username);
  if (!user || body.password !== "quintet-demo") {
    tries.set(body.username, failed + 1);
    return problem(response, 401, "bad_credentials", "Email or password is not right", "", {
      attempts_left: 4 - failed,
    });
  }
  const id = crypto.randomUUID();
  sessions.set(id, user);
  return json(
    response,
    200,
    {
      expires_in: 1_800,
      csrf_token: "csrf",
      user,
      must_change_password: user.must_change_password,
    },
    {
      "set-cookie": [
        `quintet_session=${id}; HttpOnly; SameSite=Strict; Path=/`,
        "quintet_csrf=csrf; SameSite=Strict; Path=/",
      ],
    },
  );
}

async function api(request, response, url) {
  const { pathname, searchParams } = url;
  const route = `${request.method} ${pathname}`;
  if (pathname.startsWith("/api/v1/") && sessions.has(cookieOf(request))) {
    const { method, headers } = request;
    return answerCredit({ method, headers, url, text: await readText(request) }, response, {
      json,
      problem,
      jobs,
    });
  }
  if (sessions.has(cookieOf(request))) {
    const wanted = { method: request.method, url, readBody: () => readBody(request) };
    if ((await answerStrangle(wanted, response, { json, problem })) !== false) return;
  }
  const body = ["POST", "PATCH", "DELETE"].includes(request.method) ? await readBody(request) : {};
  if (route === "GET /api/ui-config")
    return json(response, 200, {
      environment: "development",
      version: "1.0.0",
      services,
      mode: process.env.MODE ?? "PAPER",
      server_time: iso(now()),
      demo: true,
      docs: true,
      started_at: iso(now() - 7.2e6),
    });
  if (route === "POST /api/auth/login") return login(response, body);
  const user = sessions.get(cookieOf(request));
  if (!user) return problem(response, 401, "not_signed_in", "Not signed in", "Sign in first.");
  if (request.method !== "GET" && request.headers["x-csrf-token"] !== "csrf")
    return problem(response, 403, "csrf", "The CSRF token is missing", "");
  if (route === "GET /api/auth/me")
    return json(response, 200, { ...user, credential: "session", session_id: "session_1" });
  if (route === "POST /api/auth/refresh") return json(response, 200, { expires_in: 1_800 });
  if (route === "POST /api/auth/logout") {
    sessions.delete(cookieOf(request));
    response.writeHead(204);
    return response.end();
  }
  if (route === "POST /api/auth/password") {
    response.writeHead(204);
    return response.end();
  }
  if (route === "GET /api/health/services") return json(response, 200, health());
  if (route === "GET /api/jobs/events") return stream(response, 1_000, advanceJobs);
  if (route === "GET /api/jobs") {
    const state = searchParams.get("state");
    const service = searchParams.get("service");
    return json(
      response,
      200,
      pageOf(
        jobs.filter(
          (job) => (!state || job.state === state) && (!service || job.service === service),
        ),
        searchParams,
      ),
    );
  }
  const job = jobs.find((one) => pathname.startsWith(`/api/jobs/${one.id}`));
  if (job && request.method === "POST")
    Object.assign(job, { state: "cancelled", finished_at: iso(now()) });
  if (job) return json(response, 200, job);
  if (route === "GET /api/users") return json(response, 200, pageOf(users, searchParams));
  if (route === "GET /api/users/audit") return json(response, 200, pageOf(audit, searchParams));
  if (route === "GET /api/users/audit/verify")
    return json(response, 200, {
      valid: true,
      verified: 5_000,
      expected: 5_000,
      last_hash: "9f3c",
    });
  if (route === "POST /api/users") {
    if (!body.email?.includes("@"))
      return problem(
        response,
        422,
        "validation",
        "The user was refused",
        "One field is not right.",
        {
          errors: [
            {
              pointer: "/email",
              code: "format",
              message: "Must be an address such as name@example.com",
            },
          ],
        },
      );
    users.push({ ...users[5], ...body, id: `user_${users.length}`, is_active: true });
    return json(response, 201, { one_time_password: "otter-maple-7192-frost" });
  }
  const one = users.find((entry) => pathname.startsWith(`/api/users/${entry.id}`));
  if (one && pathname.endsWith("/password"))
    return json(response, 200, { one_time_password: "otter-maple-7192-frost" });
  if (one && request.method === "PATCH")
    return json(response, 200, Object.assign(one, body, { version: one.version + 1 }));
  if (one && request.method === "DELETE") {
    users.splice(users.indexOf(one), 1);
    response.writeHead(204);
    return response.end();
  }
  if (route === "GET /api/auth/api-keys")
    return json(response, 200, { items: keys, next_cursor: undefined });
  if (route === "POST /api/auth/api-keys") {
    const made = {
      id: `key_${keys.length + 1}`,
      prefix: "qk_91d4",
      created_at: iso(now()),
      last_used_at: null,
      ...body,
    };
    keys.push(made);
    return json(response, 201, { key: "qk_91d4_7y2mWq0sZk3pQv8nRt5x", api_key: made });
  }
  if (route === "GET /api/logs/backend") {
    const found = filteredLogs(searchParams);
    const page = Number(searchParams.get("page") || 1);
    const size = Number(searchParams.get("page_size") || 100);
    return json(response, 200, {
      total: found.length,
      page,
      page_size: size,
      items: found.slice((page - 1) * size, page * size),
    });
  }
  if (route === "GET /api/logs/backend/summary")
    return json(response, 200, summaryOf(searchParams));
  if (route === "GET /api/logs/backend/export") {
    response.writeHead(200, { "content-type": "text/csv" });
    return response.end("logged_at,level,message\r\n");
  }
  if (route === "GET /api/logs/backend/tail")
    return stream(response, 900, () => {
      const entry = makeLog(now());
      logs.unshift(entry);
      return [["log", entry]];
    });
  if (route === "POST /api/logs/batch") {
    for (const event of body.entries ?? [])
      console.log("browser:", event.level, event.event, event.message);
    return json(response, 202, { stored: body.entries?.length ?? 0 });
  }
  return problem(response, 404, "not_found", "Not found", `Nothing at ${pathname}.`);
}

function file(response, pathname) {
  const wanted = normalize(join(root, pathname));
  const found =
    wanted.startsWith(root) && existsSync(wanted) && statSync(wanted).isFile()
      ? wanted
      : join(root, "index.html");
  response.writeHead(200, {
    "content-type": types[extname(found)] ?? "application/octet-stream",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
  });
  createReadStream(found).pipe(response);
}

createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/api/")) {
    api(request, response, url).catch((error) =>
      problem(response, 500, "fake", "The fake server failed", String(error)),
    );
  } else {
    file(response, url.pathname);
  }
}).listen(port, "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${port} (meera.iyer@example.com, quintet-demo)`),
);
