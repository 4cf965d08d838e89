// Stress tests, simulations and the conformance report of the fake server. Not a product.
import { measure, project, summaryOf } from "./credit-data.mjs";

const stamp = () => new Date().toISOString();
let next = 1;
const idOf = (prefix) => `${prefix}_${String(next++).padStart(4, "0")}`;

const NONE = {
  interest_rate_shock: 0,
  discount_rate_shock: 0,
  spread_widening: 0,
  default_multiplier: 1,
  prepayment_multiplier: 1,
  recovery_multiplier: 1,
  property_value_decline: 0,
  duration_months: null,
  ramp_months: null,
};
const scenario = (name, title, description, factors, speeds = {}) => ({
  name,
  title,
  description,
  type: name === "base" ? "base" : "stress",
  market_factors: { ...NONE, ...factors },
  speeds: { cdr: null, cpr: null, recovery_rate: null, ...speeds },
});
const shock = (rate, pre, def, rec, spread) => ({
  interest_rate_shock: rate,
  prepayment_multiplier: pre,
  default_multiplier: def,
  recovery_multiplier: rec,
  spread_widening: spread,
});
const SCENARIOS = [
  scenario("base", "Base", "Nothing changes.", {}),
  scenario("rate_shock_up", "Rate shock up", "Rates rise sharply.", shock(0.03, 0.7, 1.2, 1, 0)),
  scenario("rate_shock_down", "Rate shock down", "Rates fall.", shock(-0.02, 1.5, 0.9, 1, 0)),
  scenario(
    "credit_crisis",
    "Credit crisis",
    "Defaults triple, recoveries fall.",
    shock(0.01, 0.5, 3, 0.6, 0),
  ),
  scenario(
    "liquidity_crisis",
    "Liquidity crisis",
    "Spreads widen, nobody refinances.",
    shock(0, 0.4, 1.8, 1, 0.05),
  ),
  scenario("housing_boom", "Housing boom", "Prices rise.", shock(0, 2, 0.7, 1.3, 0)),
  scenario("housing_bust", "Housing bust", "Prices fall.", shock(0, 0.6, 2.5, 0.5, 0)),
  scenario("crisis_2008", "2008 crisis", "As from 2007 on, two years long.", {
    ...shock(0.03, 0.5, 6, 0.7, 0),
    duration_months: 24,
  }),
  scenario(
    "auto_loan.economic_downturn",
    "Economic downturn",
    "Jobs are lost.",
    {},
    { cdr: 0.02, cpr: 0.04, recovery_rate: 0.4 },
  ),
];
const saved = [];
const runs = [];
const simulations = [];

function analyse(pool, { market_factors: factors, speeds }, columns) {
  const start = new Date(`${stamp().slice(0, 10)}T00:00:00Z`);
  const usual =
    pool.loans[0]?.asset_class === "auto_loan" ? [0.08, 0.01, 0.5] : [0.06, 0.005, 0.35];
  const recovery = (speeds.recovery_rate ?? 1 - usual[2]) * factors.recovery_multiplier;
  const flows = project(
    pool.loans,
    {
      prepayment: { model: "cpr", value: (speeds.cpr ?? usual[0]) * factors.prepayment_multiplier },
      default: { model: "cdr", value: (speeds.cdr ?? usual[1]) * factors.default_multiplier },
      severity: { model: "constant", value: 1 - Math.min(1, recovery) },
    },
    start,
  );
  const summary = summaryOf(pool.loans);
  const rate = 0.05 + factors.spread_widening + factors.discount_rate_shock;
  return {
    pool_name: pool.name,
    asset_count: summary.asset_count,
    balance: summary.balance,
    status: "success",
    metrics: measure(flows, summary.balance, rate, 100),
    cashflows: columns ? flows : null,
    by_class: [],
    warnings: [],
    skipped: [],
    analytics: {},
  };
}

function tornado(pool, chosen, base) {
  return Object.keys(NONE)
    .filter((factor) => NONE[factor] !== null)
    .flatMap((factor) => {
      const values = chosen.map((one) => one.market_factors[factor]);
      const end = (value) => {
        if (value === NONE[factor]) return null;
        const bent = { market_factors: { ...NONE, [factor]: value }, speeds: {} };
        const { npv } = analyse(pool, bent, false).metrics;
        return {
          value,
          npv,
          npv_change: npv - base,
          npv_change_percent: (100 * (npv - base)) / base,
        };
      };
      const low = end(Math.min(NONE[factor], ...values));
      const high = end(Math.max(NONE[factor], ...values));
      return low || high ? [{ factor, low, high }] : [];
    });
}

function stressRun(pool, body) {
  const known = [...SCENARIOS, ...saved];
  const chosen = [
    SCENARIOS[0],
    ...body.scenario_names.map((name) => known.find((one) => one.name === name)).filter(Boolean),
    ...Object.entries(body.custom_scenarios ?? {}).map(([name, one]) =>
      scenario(name, one.name ?? name, "", one.market_factors),
    ),
  ];
  const scenario_results = Object.fromEntries(
    chosen.map((one) => [one.name, analyse(pool, one, true)]),
  );
  const base = scenario_results.base.metrics.npv;
  return {
    id: idOf("stress"),
    pool_id: pool.id,
    pool_version: 1,
    pool_name: pool.name,
    name: body.request.scenario_name ?? "Stress test",
    state: "succeeded",
    scenarios: chosen,
    report: {
      matrix: chosen.map((one) => ({ scenario: one.name, title: one.title })),
      worst: null,
      best: null,
      tornado: tornado(pool, chosen, base),
    },
    job_id: null,
    error_message: null,
    execution_seconds: 0.034,
    created_at: stamp(),
    finished_at: stamp(),
    scenario_results,
  };
}

function dice(seed) {
  let state = seed >>> 0 || 1;
  const roll = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(roll())) * Math.cos(2 * Math.PI * roll());
}
const rising = (values) => [...values].sort((a, b) => a - b);
const at = (sorted, level) =>
  sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))];
function histogram(values, bars = 30) {
  const sorted = rising(values);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const edges = Array.from({ length: bars + 1 }, (_, k) => low + ((high - low) * k) / bars);
  const counts = edges.slice(1).map(() => 0);
  for (const value of values)
    counts[Math.min(bars - 1, Math.floor((bars * (value - low)) / (high - low || 1)))] += 1;
  return { edges, counts };
}
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

function measured(values) {
  const sorted = rising(values);
  const centre = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  const moment = (power) => mean(values.map((value) => ((value - centre) / deviation) ** power));
  const bars = histogram(values);
  return {
    count: values.length,
    mean: centre,
    median: at(sorted, 0.5),
    standard_deviation: deviation,
    min: sorted[0],
    max: sorted.at(-1),
    skewness: moment(3),
    excess_kurtosis: moment(4) - 3,
    standard_error: deviation / Math.sqrt(values.length),
    converged: deviation / Math.sqrt(values.length) / Math.abs(centre) < 0.005,
    percentiles: Object.fromEntries(
      [1, 5, 10, 25, 50, 75, 90, 95, 99].map((level) => [level, at(sorted, level / 100)]),
    ),
    histogram_edges: bars.edges,
    histogram_counts: bars.counts,
  };
}

function simulated(pool, request) {
  const roll = dice(request.seed);
  const base = analyse(pool, SCENARIOS[0], true);
  const { npv } = base.metrics;
  const draws = Array.from({ length: Math.min(5_000, request.paths) }, () =>
    request.variables.map(() => roll()),
  );
  const values = draws.map((z) => npv * (1 - 0.02 * (z[0] ?? 0) - 0.012 * (z[1] ?? 0) ** 2));
  const losses = draws.map((z) => base.metrics.total_loss * Math.exp(0.5 * (z[1] ?? z[0] ?? 0)));
  const level = request.levels[0];
  const tail = (list) => {
    const sorted = rising(list);
    const value_at_risk = at(sorted, level);
    return {
      level,
      value_at_risk,
      expected_shortfall: mean(sorted.filter((value) => value >= value_at_risk)),
      confidence_low: at(sorted, level - 0.01),
      confidence_high: at(sorted, Math.min(0.999, level + 0.01)),
      expected_loss: mean(list),
      unexpected_loss: 0,
      economic_capital: value_at_risk - mean(list),
    };
  };
  const periods = base.cashflows.period.filter((_, k) => k % 3 === 0);
  const cash = periods.map(
    (period) =>
      base.cashflows.scheduled_principal[period - 1] +
      base.cashflows.scheduled_interest[period - 1] +
      base.cashflows.prepayment[period - 1],
  );
  const wide = { p5: -1.64, p25: -0.67, p50: 0, p75: 0.67, p95: 1.64 };
  const fanOf = (list) =>
    Object.fromEntries(
      Object.entries(wide).map(([level, z]) => [
        level,
        list.map((value, k) => value * Math.max(0, 1 + 0.12 * z * Math.sqrt((k + 1) / 20))),
      ]),
    );
  const pick = (name) => periods.map((period) => base.cashflows[name][period - 1]);
  const steps = Array.from({ length: 40 }, (_, k) => Math.ceil(((k + 1) * values.length) / 40));
  return {
    paths: request.paths,
    seed: request.seed,
    engine_version: "fake",
    balance: base.balance,
    base_value: npv,
    base_loss: base.metrics.total_loss,
    reference: npv,
    measures: {
      value: measured(values),
      irr: measured(draws.map((z) => base.metrics.irr - 0.004 * (z[0] ?? 0))),
      loss: measured(losses),
      weighted_average_life: measured(draws.map((z) => 4 + 0.2 * (z[0] ?? 0))),
    },
    value_tails: [tail(values.map((value) => npv - value))],
    loss_tails: [tail(losses)],
    downside_deviation: null,
    fan: {
      periods,
      dates: periods.map((period) => base.cashflows.date[period - 1]),
      series: {
        cash: fanOf(cash),
        balance: fanOf(pick("balance")),
        cumulative_loss: fanOf(pick("cumulative_loss")),
      },
    },
    convergence: steps.map((paths) => {
      const some = values.slice(0, paths);
      const centre = mean(some);
      const spread = Math.sqrt(mean(some.map((value) => (value - centre) ** 2)));
      return { paths, mean: centre, standard_error: spread / Math.sqrt(paths) };
    }),
    converged: true,
    chosen_paths: request.chosen_paths.map((path) => ({
      path,
      variables: Object.fromEntries(
        request.variables.map((one, k) => [one.name, 0.05 + 0.01 * draws[path][k]]),
      ),
      value: values[path],
      loss: losses[path],
      irr: base.metrics.irr,
      series: { cash: cash.map((value) => value * (1 - 0.05 * draws[path][0])) },
    })),
    variables: request.variables.map((one) => ({
      name: one.name,
      mean: 0,
      standard_deviation: 1,
      clamped_share: one.clamp ? 0.02 : 0,
    })),
    warnings: [],
  };
}

const RUN_MS = Number(process.env.SIMULATION_MS ?? 6_000);

/** What a simulation shows now: it ends by itself after a while. */
function shown(one, jobs) {
  const job = jobs.find((other) => other.id === one.job_id);
  const share = Math.min(1, (Date.now() - Date.parse(one.created_at)) / RUN_MS);
  const { full, ...row } = one;
  if (job?.state === "cancelled") return { ...row, state: "canceled", progress: 0, result: null };
  if (job && job.state !== "succeeded") {
    job.progress = share;
    job.message = `${Math.round(share * one.paths)} of ${one.paths} paths`;
    if (share >= 1) Object.assign(job, { state: "succeeded", finished_at: stamp() });
  }
  if (share < 1 && job) return { ...row, state: "running", progress: share, result: null };
  return {
    ...row,
    state: "completed",
    finished_at: stamp(),
    execution_seconds: 6,
    progress: 1,
    result: full,
  };
}

const USUAL = {
  market_rate: { prepayment: -8, default: 3, recovery: -1, discount_rate: 1, index: 1 },
  unemployment_rate: { prepayment: -4, default: 12, recovery: -3 },
  house_price_index_growth: { prepayment: 2.5, default: -4, recovery: 2, property_value: 1 },
};

/** A request as the plan that the service keeps. */
const planOf = (request) => {
  const names = request.variables.map((one) => one.name);
  const of = (a, b) => request.correlations[`${a}:${b}`] ?? request.correlations[`${b}:${a}`] ?? 0;
  return {
    ...request,
    terms: {
      analysis_date: "2026-06-18",
      pricing_date: "2026-06-18",
      discount_rate: null,
      compounding: "annual",
      time_basis: "dates",
      price: 100,
      assumptions: { request: {}, selectors: [], use_drivers: false },
      indices: {},
    },
    variables: request.variables.map((one) => ({
      clamp: { min: null, max: null },
      ...one,
      mean_shift: request.scenario?.mean_shift[one.name] ?? 0,
      volatility_multiplier: request.scenario?.volatility_multiplier[one.name] ?? 1,
      effect: {
        factor: {
          base: 0,
          sensitivity: {
            base: null,
            ...(request.sensitivities?.[one.name] ?? USUAL[one.name]),
          },
        },
      },
    })),
    correlation: names.map((a) => names.map((b) => (a === b ? 1 : of(a, b)))),
  };
};

const report = () => {
  const table = (name, title, cells, largest_difference, tolerance) => ({
    name,
    title,
    source: "A published table",
    cells,
    largest_difference,
    tolerance,
    passed: true,
  });
  const sections = [
    table("cash_flow_a", "Cash flow A, 150 PSA", 2_160, 0.0042, 0.005),
    table("sda_by_psa", "Cumulative defaults, SDA by PSA", 36, 2.1e-4, 5e-4),
  ];
  return { engine_version: "fake", passed: true, cells: 2_196, sections };
};

/** Answers a route of stress, simulation or conformance; undefined when it is none. */
export function answerRisk({ method, path, body, query, pools, jobs }) {
  if (path === "/credit/verify") return [200, report()];
  if (path === "/asset-classes/stress-testing/scenarios")
    return [200, { predefined: SCENARIOS.slice(0, 7), others: SCENARIOS.slice(7), saved }];
  if (path === "/scenarios" && method === "GET") return [200, { items: saved }];
  if (path === "/scenarios") {
    const asked = body();
    saved.push({
      ...scenario(asked.name, asked.name, asked.description, asked.market_factors),
      id: idOf("scenario"),
      kind: "stress",
      version: 1,
      updated_at: stamp(),
    });
    return [201, saved.at(-1)];
  }
  const mine = saved.find((one) => path === `/scenarios/${one.id}`);
  if (mine && method === "PUT")
    return [200, Object.assign(mine, body(), { version: mine.version + 1 })];
  if (mine && method === "DELETE") return [204, saved.splice(saved.indexOf(mine), 1) && null];
  if (path === "/stress-runs")
    return [200, { items: runs.map(({ scenario_results, ...row }) => row) }];
  const run = runs.find((one) => path.startsWith(`/stress-runs/${one.id}`));
  if (run && path.endsWith("/report")) {
    const format = query.get("format");
    const titles = run.scenarios.map((one) => one.title);
    const text =
      format === "html"
        ? `<!doctype html><table><tr><td>${titles.join("</td><td>")}</td></tr></table>`
        : run.scenarios.map((one) => `${one.name},${one.title}`).join("\n");
    return [200, format === "json" ? JSON.stringify(run.report) : text, format];
  }
  if (run) return [200, run];
  const pool = pools.find((one) => path === `/pools/${one.id}/stress-runs`);
  if (pool) {
    runs.unshift(stressRun(pool, body()));
    return [201, runs[0]];
  }
  if (path === "/monte-carlo/optimized") return [200, simulated(pools[0], body())];
  if (path === "/monte-carlo/simulations" && method === "GET")
    return [200, { items: simulations.map((one) => ({ ...shown(one, jobs), result: null })) }];
  if (path === "/monte-carlo/simulations") {
    const request = body();
    const target = pools.find((one) => one.id === request.analysis.pool?.pool_id) ?? pools[0];
    const id = idOf("simulation");
    const job = {
      ...jobs[0],
      id: idOf("job"),
      service: "credit",
      name: "simulate_pool",
      title: `Simulation, ${target.name}`,
      state: "running",
      progress: 0,
      message: null,
      error: null,
      result_url: `/credit/simulation/${id}`,
      created_at: stamp(),
      started_at: stamp(),
      finished_at: null,
      cancel_requested: false,
    };
    jobs.unshift(job);
    simulations.unshift({
      id,
      name: request.name,
      pool_id: target.id,
      pool_name: target.name,
      paths: request.paths,
      job_id: job.id,
      error_message: null,
      execution_seconds: null,
      created_at: stamp(),
      finished_at: null,
      pool_version: 1,
      plan: planOf(request),
      full: simulated(target, request),
    });
    return [202, shown(simulations[0], jobs)];
  }
  const one = simulations.find((other) => path.startsWith(`/monte-carlo/simulations/${other.id}`));
  if (one && method === "DELETE")
    return [204, simulations.splice(simulations.indexOf(one), 1) && null];
  return one ? [200, shown(one, jobs)] : undefined;
}
