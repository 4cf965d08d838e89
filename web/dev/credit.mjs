// The credit routes of the fake server: pools, tapes, analyses and runs in memory. Not a product.

import { defaults, makeLoans, measure, project, stratify, summaryOf } from "./credit-data.mjs";
import { answerDeals } from "./credit-deals.mjs";
import { answerLoan } from "./credit-loan.mjs";
import { answerRisk } from "./credit-risk.mjs";

const stamp = () => new Date().toISOString();
let next = 1;
const idOf = (prefix) => `${prefix}_${String(next++).padStart(4, "0")}`;
const pools = [];
const runs = [];
const mappings = [];

function addPool(words, loans, tape = {}) {
  const pool = {
    id: idOf("pool"),
    description: "",
    currency: "USD",
    cut_off_date: null,
    metadata: null,
    version: 1,
    change_description: "Created",
    created_at: stamp(),
    updated_at: stamp(),
    ...words,
    loans,
    tape,
  };
  pools.unshift(pool);
  return pool;
}
addPool(
  { name: "Linden Street Mortgages", cut_off_date: "2026-06-30" },
  makeLoans("HOME", "residential_mortgage", 420, 380_000, 0.05, 360),
);
addPool({ name: "Hartwell Auto 2025-1", cut_off_date: "2026-05-31" }, [
  ...makeLoans("CAR", "auto_loan", 600, 26_000, 0.065, 72),
  ...makeLoans("CARD", "consumer_credit", 150, 9_000, 0.12, 48),
]);

const item = ({ loans, tape, ...pool }) => ({ ...pool, summary: summaryOf(loans) });
const view = (pool) => ({
  ...item(pool),
  content_hash: "9f3c5b1e7a71ab",
  has_tape: Boolean(pool.tape.rows),
  report: pool.tape.report ?? null,
  mapping: pool.tape.mapping ?? null,
});
const analysis = (pool, body) => {
  const start = new Date(body.analysis_date ?? stamp().slice(0, 10));
  const flows = project(pool.loans, body.assumptions, start);
  const summary = summaryOf(pool.loans);
  const rate = body.discount_rate ?? 0.05;
  const metrics = measure(flows, summary.balance, rate, body.price ?? 100);
  return {
    pool_name: pool.name,
    scenario_name: body.scenario_name ?? null,
    analysis_date: start.toISOString().slice(0, 10),
    pricing_date: start.toISOString().slice(0, 10),
    execution_time: 0.021,
    status: "success",
    asset_count: summary.asset_count,
    balance: summary.balance,
    discount_rate: rate,
    metrics,
    cashflows: flows,
    by_class: summary.classes.map((one) => ({
      name: one.asset_class,
      asset_count: one.asset_count,
      balance: one.balance,
      metrics,
    })),
    warnings: [],
    skipped: [],
    cache_hit: false,
    engine_version: "fake",
    pool_hash: "9f3c5b1e7a71ab",
  };
};
const csvOf = (flows) => {
  const names = Object.keys(flows);
  return [
    names.join(","),
    ...flows.period.map((_, k) => names.map((name) => flows[name][k]).join(",")),
  ].join("\n");
};

/** Headings mean fields; a balance and a rate must be numbers. */
function importTape(text, resolution = { exclude_rows: [], repairs: [] }) {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(",");
  const fields = {
    id: /id$|number/,
    balance: /balance|upb/,
    rate: /rate/,
    term_months: /^term/,
    remaining_term_months: /remaining/,
    fico_score: /fico|score/,
    location: /state/,
  };
  const found = columns.flatMap((column) => {
    const field = Object.keys(fields).find((name) => fields[name].test(column));
    return field ? [{ column, field, ...(field === "rate" ? { unit: "percent" } : {}) }] : [];
  });
  const issues = [];
  const loans = [];
  lines.forEach((line, at) => {
    const row = at + 2;
    if (resolution.exclude_rows.includes(row)) return;
    const cells = line.split(",");
    const loan = { asset_class: "auto_loan", term_months: 60, remaining_term_months: 48 };
    for (const { column, field } of found) {
      const repair = resolution.repairs.find((one) => one.row === row && one.column === column);
      const value = repair?.value ?? cells[columns.indexOf(column)];
      const number = Number(value);
      if (["id", "location"].includes(field)) loan[field] = value;
      else if (!(number > 0))
        issues.push({
          row,
          column,
          field,
          code: "wrong_type",
          severity: "error",
          value,
          message: `must be a number above 0, was "${value}"; correct the cell or leave the row out`,
        });
      else loan[field] = field === "rate" ? number / 100 : number;
    }
    if (!issues.some((issue) => issue.row === row)) loans.push(loan);
  });
  const invalid = new Set(issues.map((issue) => issue.row)).size;
  const report = {
    rows: lines.length,
    valid: loans.length,
    invalid,
    closed: 0,
    excluded: resolution.exclude_rows.length,
    repaired: resolution.repairs.length,
    warnings: 0,
    codes: issues.length ? { wrong_type: issues.length } : {},
    unused_columns: columns.filter((column) => !found.some((one) => one.column === column)),
  };
  const mapping = {
    columns: found,
    constants: { asset_class: "auto_loan" },
    duplicate_ids: "rename",
  };
  return {
    preview: { columns, rows: lines.slice(0, 20).map((line) => line.split(",")), mapping },
    loans,
    issues,
    report,
    mapping,
  };
}

const tapeView = (pool) => ({
  pool: view(pool),
  report: pool.tape.report,
  mapping: pool.tape.mapping,
  issues_url: "",
});
const noted = ({ loans: _loans, preview: _preview, ...tape }, text) => ({ ...tape, rows: text });

/** Answers a credit route; false when it is none. `text` is the body as it came. */
export function answerCredit({ method, url, text, headers }, response, { json, problem, jobs }) {
  const path = url.pathname.replace("/api/v1", "");
  const query = url.searchParams;
  const body = () => (text === "" ? {} : JSON.parse(text));
  const send = (status, value) => {
    json(response, status, value);
    return true;
  };
  const missing = () => {
    problem(response, 404, "not_found", "Not found", `Nothing at ${path}.`);
    return true;
  };
  const file = (content, type, name) => {
    response.writeHead(200, {
      "content-type": type,
      "content-disposition": `attachment; filename="${name}"`,
    });
    response.end(content);
    return true;
  };
  const risk = answerRisk({ method, path, body, query, pools, jobs });
  if (risk) {
    const [status, value, format] = risk;
    if (format) return file(value, `text/${format}`, `report.${format}`);
    if (status === 204) {
      response.writeHead(204).end();
      return true;
    }
    return send(status, value);
  }
  const loan = answerLoan({ path, body });
  if (loan) return send(...loan);
  const deal = answerDeals({
    method,
    path,
    body,
    query,
    version: headers["if-match"]?.replaceAll('"', ""),
  });
  if (deal) {
    const [status, value] = deal;
    if (status === 204) {
      response.writeHead(204).end();
      return true;
    }
    if (status >= 400) {
      problem(response, status, value.code, value.title, value.detail);
      return true;
    }
    return typeof value === "string" ? file(value, "text/csv", "deal.csv") : send(status, value);
  }
  if (path === "/assumptions/defaults") return send(200, defaults);
  if (path === "/tape-mappings") {
    if (method === "GET") return send(200, mappings);
    mappings.push({ id: idOf("mapping"), created_at: stamp(), ...body() });
    return send(201, mappings.at(-1));
  }
  if (path === "/asset-classes/analyze") {
    const asked = body();
    const pool = pools.find((one) => one.id === asked.pool?.pool_id);
    if (!pool) return missing();
    const result = analysis(pool, asked);
    return headers.accept?.includes("csv")
      ? file(csvOf(result.cashflows), "text/csv", "cash-flows.csv")
      : send(200, result);
  }
  if (path === "/pools" && method === "GET") return send(200, { items: pools.map(item) });
  if (path === "/pools") {
    const { assets = [], pool_name, pool_description, ...words } = body();
    return send(
      201,
      view(addPool({ name: pool_name, description: pool_description, ...words }, assets)),
    );
  }
  if (path === "/pools/tape") {
    const tape = importTape(text);
    if (query.get("preview")) return send(200, tape.preview);
    const name = (query.get("file_name") ?? "tape").replace(/\.\w+$/, "");
    return send(
      201,
      tapeView(
        addPool(
          { name, change_description: "Imported from a tape" },
          tape.loans,
          noted(tape, text),
        ),
      ),
    );
  }
  const run = runs.find((one) => path.startsWith(`/runs/${one.id}`));
  if (run && path.endsWith("/export"))
    return query.get("format") === "json"
      ? file(JSON.stringify(run), "application/json", "run.json")
      : file(csvOf(run.result.cashflows), "text/csv", "run.csv");
  if (run && method === "DELETE") {
    runs.splice(runs.indexOf(run), 1);
    response.writeHead(204).end();
    return true;
  }
  if (run) return send(200, run);
  if (path === "/runs") return send(200, { items: runs });
  const pool = pools.find((one) => path.startsWith(`/pools/${one.id}`));
  if (!pool) return missing();
  const rest = path.slice(`/pools/${pool.id}`.length);
  if (rest === "/stats")
    return send(200, {
      version: pool.version,
      summary: summaryOf(pool.loans),
      stratifications: stratify(pool.loans),
    });
  if (rest === "/assets") {
    const from = Number(query.get("cursor") ?? 0);
    const limit = Number(query.get("limit") ?? 100);
    const wanted = pool.loans.filter(
      (loan) =>
        loan.id.includes(query.get("search") ?? "") &&
        (!query.get("asset_class") || loan.asset_class === query.get("asset_class")),
    );
    return send(200, {
      items: wanted.slice(from, from + limit),
      total: pool.loans.length,
      next_cursor: from + limit < wanted.length ? String(from + limit) : null,
    });
  }
  if (rest === "/runs" && method === "GET")
    return send(200, { items: runs.filter((one) => one.pool_id === pool.id) });
  if (rest === "/runs") {
    const asked = body();
    const result = analysis(pool, asked);
    const terms = {
      analysis_date: result.analysis_date,
      pricing_date: result.pricing_date,
      discount_rate: asked.discount_rate ?? null,
      compounding: asked.compounding ?? "annual",
      time_basis: asked.time_basis ?? "dates",
      price: asked.price ?? 100,
      assumptions: { request: asked.assumptions ?? {}, selectors: [], use_drivers: false },
      indices: {},
    };
    runs.unshift({
      id: idOf("run"),
      pool_id: pool.id,
      pool_version: pool.version,
      pool_name: pool.name,
      name: asked.scenario_name ?? "Analysis",
      state: "succeeded",
      metrics: result.metrics,
      job_id: null,
      error_code: null,
      error_message: null,
      execution_seconds: 0.021,
      engine_version: "fake",
      request_hash: "1",
      created_at: stamp(),
      finished_at: stamp(),
      terms,
      result,
    });
    return send(201, runs[0]);
  }
  if (rest === "/tape/issues")
    return send(200, {
      items: (pool.tape.issues ?? []).filter(
        (issue) => !query.get("severity") || issue.severity === query.get("severity"),
      ),
    });
  if (rest === "/tape/resolve") {
    const asked = body();
    if (asked.exclude_all_invalid)
      asked.exclude_rows.push(...pool.tape.issues.map((issue) => issue.row));
    const tape = importTape(pool.tape.rows, asked);
    Object.assign(pool, {
      loans: tape.loans,
      tape: noted(tape, pool.tape.rows),
      version: pool.version + 1,
    });
    return send(201, tapeView(pool));
  }
  if (rest === "" && method === "DELETE") {
    pools.splice(pools.indexOf(pool), 1);
    response.writeHead(204).end();
    return true;
  }
  if (rest === "" && method === "PUT") {
    const { pool_name, pool_description, currency, cut_off_date } = body();
    Object.assign(pool, {
      name: pool_name,
      description: pool_description,
      currency,
      cut_off_date,
      version: pool.version + 1,
      updated_at: stamp(),
    });
  }
  return rest === "" ? send(200, view(pool)) : missing();
}
