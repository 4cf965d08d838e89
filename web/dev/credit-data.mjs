// Made-up loans and their arithmetic for the fake server: level payments, default before prepayment.
const DEFAULTS = {
  residential_mortgage: [0.005, 0.06, 0.65, 6, 0.05],
  auto_loan: [0.01, 0.08, 0.5, 3, 0.05],
  consumer_credit: [0.03, 0.08, 0.35, 3, 0.07],
  commercial_loan: [0.02, 0.05, 0.65, 12, 0.06],
  clo_cdo: [0.02, 0.1, 0.6, 3, 0.05],
};

export const defaults = Object.entries(DEFAULTS).map(
  ([asset_class, [cdr, cpr, recovery_rate, recovery_lag_months, discount_rate]]) => ({
    asset_class,
    cdr,
    cpr,
    recovery_rate,
    loss_severity: 1 - recovery_rate,
    recovery_lag_months,
    discount_rate,
  }),
);

export function makeLoans(prefix, asset_class, count, balance, rate, term) {
  return Array.from({ length: count }, (_, k) => ({
    id: `${prefix}-${String(k + 1).padStart(4, "0")}`,
    asset_class,
    balance: Math.round(balance * (0.5 + ((k * 37) % 100) / 100) * 100) / 100,
    rate: rate + ((k * 13) % 40) / 2_000,
    term_months: term,
    remaining_term_months: term - ((k * 7) % Math.round(term / 4)),
    fico_score: 610 + ((k * 11) % 200),
    ltv_ratio: 0.55 + ((k * 3) % 40) / 100,
    location: ["CA", "TX", "NY", "FL", "GA"][k % 5],
  }));
}

const sum = (list, pick) => list.reduce((total, one) => total + pick(one), 0);

export function summaryOf(loans) {
  const balance = sum(loans, (loan) => loan.balance);
  const mean = (pick) =>
    balance > 0 ? sum(loans, (loan) => loan.balance * pick(loan)) / balance : null;
  const classes = [...new Set(loans.map((loan) => loan.asset_class))].map((asset_class) => {
    const part = loans.filter((loan) => loan.asset_class === asset_class);
    return { asset_class, asset_count: part.length, balance: sum(part, (loan) => loan.balance) };
  });
  return {
    asset_count: loans.length,
    balance,
    original_balance: balance * 1.1,
    wac: mean((loan) => loan.rate),
    wam: mean((loan) => loan.remaining_term_months),
    wala: mean((loan) => loan.term_months - loan.remaining_term_months),
    fico_score: mean((loan) => loan.fico_score ?? 700),
    ltv_ratio: mean((loan) => loan.ltv_ratio ?? 0.7),
    classes: classes.sort((left, right) => right.balance - left.balance),
  };
}

const LIMITS = {
  rate: [0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1],
  ltv_ratio: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
  fico_score: [580, 620, 660, 700, 740, 780, 820],
  age_months: [0, 12, 24, 36, 60, 120],
  remaining_term_months: [0, 24, 48, 60, 120, 240, 360],
  balance: [0, 1e4, 5e4, 1e5, 3e5, 5e5, 1e6],
};

export function stratify(loans) {
  const all = sum(loans, (loan) => loan.balance);
  const bucket = (label, from, to, part) => {
    const { asset_count, balance, wac, wam, fico_score, ltv_ratio } = summaryOf(part);
    const share = all > 0 ? balance / all : 0;
    return { label, from, to, asset_count, balance, share, wac, wam, fico_score, ltv_ratio };
  };
  const value = {
    age_months: (loan) => loan.term_months - loan.remaining_term_months,
  };
  const numbers = Object.entries(LIMITS).map(([dimension, limits]) => ({
    dimension,
    buckets: limits
      .slice(0, -1)
      .map((from, k) => {
        const to = limits[k + 1];
        const of = value[dimension] ?? ((loan) => loan[dimension]);
        return bucket(
          `${from} to ${to}`,
          from,
          to,
          loans.filter((l) => of(l) >= from && of(l) < to),
        );
      })
      .filter((one) => one.asset_count > 0),
  }));
  const names = ["location", "asset_class"].map((dimension) => ({
    dimension,
    buckets: [...new Set(loans.map((loan) => loan[dimension]))].map((name) =>
      bucket(
        String(name),
        null,
        null,
        loans.filter((loan) => loan[dimension] === name),
      ),
    ),
  }));
  return [...numbers, ...names];
}

const monthly = (annual) => 1 - (1 - Math.min(1, annual)) ** (1 / 12);

/** The monthly rate of a model in a month. */
function speed(model, usual, month) {
  switch (model?.model) {
    case "none":
      return 0;
    case "cpr":
    case "cdr":
      return monthly(model.value);
    case "smm":
    case "mdr":
      return model.value;
    case "psa":
      return monthly((Math.min(month, 30) * 0.002 * model.value) / 100);
    case "sda":
      return monthly(
        ((month <= 30
          ? 0.0002 * month
          : month <= 60
            ? 0.006
            : Math.max(0.0003, 0.006 - 0.000095 * (month - 60))) *
          model.value) /
          100,
      );
    case "abs":
      return Math.min(1, model.value / Math.max(model.value, 1 - model.value * (month - 1)));
    case "vector":
      return monthly(model.values[Math.min(month, model.values.length) - 1] ?? 0);
    default:
      return monthly(usual);
  }
}

const COLUMNS =
  "beginning_balance scheduled_principal scheduled_interest prepayment prepayment_penalty default recovery loss servicing_fee advances advances_reimbursed balance foreclosure_balance cumulative_default cumulative_loss wac smm mdr".split(
    " ",
  );

/** One line for the whole pool. */
export function project(loans, asked, start) {
  const { balance, wac, wam, wala, classes } = summaryOf(loans);
  const [cdr, cpr, recovery, lag] = DEFAULTS[classes[0]?.asset_class] ?? DEFAULTS.auto_loan;
  const severity = asked?.severity?.value ?? 1 - recovery;
  const delay = asked?.recovery_lag_months ?? lag;
  const rate = (wac ?? 0) / 12;
  const periods = Math.round(wam ?? 0) + delay;
  const flows = { period: [], date: [], ...Object.fromEntries(COLUMNS.map((name) => [name, []])) };
  const gone = [];
  let now = balance;
  let cumulative_default = 0;
  let cumulative_loss = 0;
  for (let k = 1; k <= periods; k += 1) {
    const left = Math.round(wam) - k + 1;
    const smm = speed(asked?.prepayment, cpr, k + Math.round(wala));
    const mdr = left > delay ? speed(asked?.default, cdr, k + Math.round(wala)) : 0;
    const defaulted = now * mdr;
    const pays = now - defaulted;
    const interest = left > 0 ? pays * rate : 0;
    const scheduled =
      left > 0 ? (rate > 0 ? (pays * rate) / ((1 + rate) ** left - 1) : pays / left) : 0;
    const prepayment = (pays - scheduled) * (left > 1 ? smm : 0);
    const old = gone[k - 1 - delay] ?? 0;
    gone.push(defaulted);
    cumulative_default += defaulted;
    cumulative_loss += old * severity;
    const end = Math.max(0, pays - scheduled - prepayment);
    const row = {
      beginning_balance: now,
      scheduled_principal: scheduled,
      scheduled_interest: interest,
      prepayment,
      default: defaulted,
      recovery: old * (1 - severity),
      loss: old * severity,
      servicing_fee: (pays * (asked?.servicing_fee ?? 0)) / 12,
      balance: end,
      cumulative_default,
      cumulative_loss,
      wac,
      smm,
      mdr,
    };
    flows.period.push(k);
    flows.date.push(
      new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + k, start.getUTCDate()))
        .toISOString()
        .slice(0, 10),
    );
    for (const name of COLUMNS) flows[name].push(row[name] ?? 0);
    now = end;
  }
  return flows;
}

export function measure(flows, balance, rate, price) {
  const cash = flows.period.map(
    (_, k) =>
      flows.scheduled_principal[k] +
      flows.prepayment[k] +
      flows.scheduled_interest[k] +
      flows.recovery[k] -
      flows.servicing_fee[k],
  );
  const value = (r) =>
    cash.reduce((total, amount, k) => total + amount / (1 + r) ** ((k + 1) / 12), 0);
  const total = (name) => flows[name].reduce((a, b) => a + b, 0);
  let [low, high] = [-0.5, 1];
  for (let k = 0; k < 80; k += 1) {
    const middle = (low + high) / 2;
    if (value(middle) > (balance * price) / 100) low = middle;
    else high = middle;
  }
  const npv = value(rate);
  const principal = flows.period.map(
    (_, k) => flows.scheduled_principal[k] + flows.prepayment[k] + flows.recovery[k],
  );
  const paid = principal.reduce((a, b) => a + b, 0);
  const duration = (value(rate - 0.0025) - value(rate + 0.0025)) / (0.005 * npv);
  return {
    total_principal: total("scheduled_principal") + total("prepayment"),
    total_interest: total("scheduled_interest"),
    total_cashflow: cash.reduce((a, b) => a + b, 0),
    total_prepayment: total("prepayment"),
    total_default: total("default"),
    total_recovery: total("recovery"),
    total_loss: total("loss"),
    loss_percent: (100 * total("loss")) / balance,
    npv,
    price: (100 * npv) / balance,
    irr: low,
    yield_to_maturity: 2 * ((1 + low) ** 0.5 - 1),
    modified_duration: duration,
    convexity: null,
    effective_duration: duration,
    dv01: npv * duration * 0.0001,
    weighted_average_life:
      principal.reduce((all, amount, k) => all + (amount * (k + 1)) / 12, 0) / paid,
  };
}
