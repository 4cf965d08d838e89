// The deal routes of the fake server: a library, a language of a few words and a small waterfall in
// memory. Not a product.
import { auto, clo, formatDeal } from "./credit-deals-data.mjs";
import { changes, findings, lines, parse } from "./credit-deals-language.mjs";
import { runDeal } from "./credit-deals-run.mjs";
import { explained, quoted } from "./credit-deals-told.mjs";

const stamp = () => new Date().toISOString();
let next = 1;
const idOf = (prefix) => `${prefix}_${String(next++).padStart(4, "0")}`;
const deals = [];
const grants = new Map();
const runs = [];
const templates = [
  {
    name: "auto-abs",
    title: "Auto ABS, sequential",
    description: "Two rated classes, reserve, overcollateralisation target, loss trigger.",
    structure: auto("Auto ABS, sequential"),
  },
  {
    name: "clo",
    title: "CLO with coverage tests",
    description: "Four classes, OC and IC tests that divert interest.",
    structure: clo("CLO with coverage tests"),
  },
  {
    name: "rmbs-pac",
    title: "PAC and support",
    description: "A planned class inside a band of speeds, and the class that absorbs the rest.",
    structure: auto("PAC and support"),
  },
];

const read = (text) =>
  parse(text, [
    ...deals.flatMap((deal) => deal.versions.map((version) => version.structure)),
    ...templates.map((template) => template.structure),
  ]);

function summary(structure) {
  const found = findings(structure);
  return {
    currency: structure.currency ?? null,
    bonds: structure.bonds.length,
    original_balance: structure.bonds.reduce((sum, bond) => sum + bond.original_balance, 0),
    pools: structure.pools?.length ?? 1,
    closing: structure.dates.closing,
    maturity: structure.dates.maturity ?? null,
    errors: found.filter((one) => one.severity === "error").length,
    warnings: found.filter((one) => one.severity === "warning").length,
  };
}

function addDeal(words, structure, text, permission = "owner") {
  const deal = {
    id: idOf("deal"),
    description: "",
    deal_type: "auto",
    is_public: false,
    permission,
    created_at: stamp(),
    versions: [],
    ...words,
  };
  deals.unshift(deal);
  addVersion(deal, structure, text ?? formatDeal(structure), "Created");
  return deal;
}
function addVersion(deal, structure, text, change_description) {
  deal.versions.push({ structure, text, change_description, created_at: stamp() });
  deal.updated_at = stamp();
}
const item = ({ versions, ...deal }) => ({
  ...deal,
  version: versions.length,
  summary: summary(versions.at(-1).structure),
});
const view = (deal, version = deal.versions.length) => {
  const { structure, text, change_description, created_at } = deal.versions[version - 1];
  return {
    ...item(deal),
    version,
    owner_id: "user_1",
    change_description,
    structure,
    text,
    findings: findings(structure),
    content_hash: "4be1c0aa9f02d7715e",
    updated_at: created_at,
  };
};

const demo = addDeal(
  { name: "Auto 2026-1", description: "Prime auto loans, two classes and equity" },
  auto("Auto 2026-1"),
);
const later = structuredClone(auto("Auto 2026-1"));
later.accounts[1].target = "max(1.5% * pool.balance, 5000000)";
later.bonds[0].coupon.rate = 0.0425;
addVersion(demo, later, formatDeal(later), "Reserve target raised to 1.5 %");
addDeal({ name: "Harbour CLO II", deal_type: "clo", is_public: true }, clo("Harbour CLO II"));
addDeal({ name: "Maple Auto 2025-2" }, auto("Maple Auto 2025-2"), undefined, "edit");

/** Answers a deal route as [status, value]; null when it is none. */
export function answerDeals({ method, path, body, query, version }) {
  if (path === "/stress-testing/scenarios")
    return [
      200,
      {
        predefined: [
          { name: "base", title: "Base", description: "As assumed." },
          { name: "credit_crisis", title: "Credit crisis", description: "Defaults rise." },
        ],
        others: [],
        saved: [],
      },
    ];
  if (!path.startsWith("/deals")) return null;
  const rest = path.slice("/deals".length);
  const shelf = { "/my-deals": "owner", "/shared-with-me": "edit" }[rest];
  if (rest === "/public")
    return [200, { items: deals.filter((deal) => deal.is_public).map((deal) => item(deal)) }];
  if (shelf) return [200, { items: deals.filter((deal) => deal.permission === shelf).map(item) }];
  if (rest === "/templates")
    return [200, templates.map(({ name, title, description }) => ({ name, title, description }))];
  const template = templates.find((one) => rest === `/templates/${one.name}`);
  if (template)
    return [
      200,
      {
        ...template,
        text: formatDeal(template.structure),
        run: {
          collateral: [
            {
              name: template.structure.pools[0].name,
              representative: { balance: 95e7, wac: 0.08, net_coupon: 0.075, term: 66, age: 4 },
            },
          ],
          assumptions: {
            prepayment: { model: "abs", value: 0.013 },
            default: { model: "cdr", value: 0.02 },
            severity: { model: "constant", value: 0.5 },
          },
          indices: { SOFR: 0.043 },
        },
      },
    ];
  if (rest === "/complete")
    return [200, [{ label: "waterfall", insert: "waterfall", detail: "statement" }]];
  if (rest === "/parse") return [200, read(body().text)];
  if (rest === "/format") return [200, { text: formatDeal(body().structure) }];
  if (rest === "/check") {
    const found = findings(body().structure);
    return [
      200,
      { valid: !found.some((one) => one.severity === "error"), findings: found, faults: [] },
    ];
  }
  if (rest === "/preview-run") {
    const asked = body();
    const run = runDeal(asked.structure, asked, asked.keep_log === true);
    const all = [{ name: "base", title: "Base", run }];
    for (const name of asked.scenarios ?? [])
      all.push({ name, title: name, run: runDeal(asked.structure, asked, false, 2.5) });
    return [200, { findings: [], scenarios: all, execution_seconds: 0.0042, cache_hit: false }];
  }
  if (rest === "" || rest === "/import") {
    const sent = body();
    const structure = sent.structure ?? read(sent.text).deal;
    const words = {
      name: sent.name ?? structure.name,
      description: sent.description ?? "",
      deal_type: sent.deal_type ?? (rest === "" ? "custom" : "imported"),
      is_public: sent.is_public ?? false,
    };
    return [201, view(addDeal(words, structure, sent.text))];
  }
  const deal = deals.find((one) => rest.startsWith(`/${one.id}`));
  if (!deal) return null;
  const act = rest.slice(deal.id.length + 1);
  const stale = () =>
    version !== undefined && Number(version) !== deal.versions.length
      ? [
          412,
          {
            code: "stale_version",
            title: "Somebody else changed it",
            detail: `The version is ${deal.versions.length} now.`,
          },
        ]
      : null;
  if (act === "" && method === "GET") return [200, view(deal)];
  if (act === "" && method === "PUT") {
    const refused = stale();
    if (refused) return refused;
    const sent = body();
    const structure =
      sent.structure ?? (sent.text ? read(sent.text).deal : deal.versions.at(-1).structure);
    addVersion(deal, structure, sent.text ?? formatDeal(structure), sent.change_description);
    Object.assign(deal, {
      name: sent.name ?? deal.name,
      description: sent.description ?? deal.description,
      deal_type: sent.deal_type ?? deal.deal_type,
    });
    return [200, view(deal)];
  }
  if (act === "" && method === "DELETE") {
    deals.splice(deals.indexOf(deal), 1);
    return [204];
  }
  if (act === "/clone") {
    const copy = structuredClone(deal.versions.at(-1).structure);
    return [201, view(addDeal({ name: body().name, deal_type: deal.deal_type }, copy))];
  }
  if (act === "/export")
    return [200, { format: "quintet-deal/1", name: deal.name, structure: view(deal).structure }];
  const list = grants.get(deal.id) ?? [];
  if (act === "/access")
    return [
      200,
      [
        { user_id: "user_1", permission_level: "owner", granted_by: null, created_at: stamp() },
        ...list,
      ],
    ];
  if (act === "/share") {
    const { shared_with_id, permission_level } = body();
    const grant = {
      user_id: shared_with_id,
      permission_level,
      granted_by: "user_1",
      created_at: stamp(),
      updated_at: stamp(),
    };
    grants.set(deal.id, [...list.filter((one) => one.user_id !== shared_with_id), grant]);
    return [200, grant];
  }
  if (act.startsWith("/share/")) {
    grants.set(
      deal.id,
      list.filter((one) => one.user_id !== decodeURIComponent(act.slice(7))),
    );
    return [204];
  }
  if (act === "/versions")
    return [
      200,
      {
        items: deal.versions
          .map((one, at) => ({
            version: at + 1,
            name: deal.name,
            deal_type: deal.deal_type,
            content_hash: `hash${at}`,
            change_description: one.change_description,
            created_by: "user_1",
            created_at: one.created_at,
          }))
          .reverse(),
      },
    ];
  const restored = act.match(/^\/versions\/(\d+)\/restore$/);
  if (restored) {
    const one = deal.versions[Number(restored[1]) - 1];
    addVersion(deal, one.structure, one.text, `Restored version ${restored[1]}`);
    return [200, view(deal)];
  }
  const numbered = act.match(/^\/versions\/(\d+)$/);
  if (numbered) return [200, view(deal, Number(numbered[1]))];
  if (act === "/diff") {
    const [a, b] = [Number(query.get("a")), Number(query.get("b"))];
    const [one, other] = [deal.versions[a - 1].structure, deal.versions[b - 1].structure];
    return [
      200,
      { a, b, changes: changes(one, other), lines: lines(formatDeal(one), formatDeal(other)) },
    ];
  }
  if (act === "/run") {
    const asked = body();
    const structure = deal.versions.at(-1).structure;
    const kept = {
      id: idOf("dealrun"),
      deal_id: deal.id,
      deal_version: deal.versions.length,
      name: asked.name,
      state: "succeeded",
      scenarios: ["base"],
      pricing_date: structure.dates.closing,
      summary: null,
      job_id: null,
      error_code: null,
      error_message: null,
      execution_seconds: 0.004,
      engine_version: "fake",
      owner_id: "user_1",
      created_at: stamp(),
      finished_at: stamp(),
      cache_hit: false,
      deal: structure,
      results: [{ name: "base", title: "Base", run: runDeal(structure, asked, true) }],
    };
    runs.unshift(kept);
    return [200, { ...kept, results: null }];
  }
  if (act === "/runs") {
    const own = runs.filter((one) => one.deal_id === deal.id);
    return [200, { items: own.map(({ results, deal: _deal, ...one }) => one) }];
  }
  const run = runs.find((one) => act.startsWith(`/runs/${one.id}`));
  if (!run) return null;
  const part = act.slice(`/runs/${run.id}`.length);
  const shown = run.results[0].run;
  if (part === "" && method === "DELETE") {
    runs.splice(runs.indexOf(run), 1);
    return [204];
  }
  if (part === "") {
    const { log: _log, ...columns } = shown;
    return [200, { ...run, results: [{ name: "base", title: "Base", run: columns }] }];
  }
  if (part === "/explain")
    return [200, explained(shown, run.deal, query.get("bond"), query.get("date"))];
  if (part === "/price") return [200, { run_id: run.id, ...quoted(body(), shown) }];
  if (part === "/log" && !query.get("format")) {
    const { log } = shown;
    const name = (account) => (account === null ? "" : shown.accounts[account].name);
    return [
      200,
      {
        items: log.date.map((at, entry) => ({
          date: shown.dates[at],
          step: log.places[log.step[entry]],
          status: log.status[entry],
          requested: log.requested[entry],
          limit: log.limit[entry],
          available: log.available[entry],
          paid: log.paid[entry],
          from: name(log.from[entry]),
          into: name(log.into[entry]),
          balance_before: log.before[entry],
          balance_after: log.after[entry],
          note: log.note[entry],
        })),
      },
    ];
  }
  return [200, "bond,date\r\n"];
}
