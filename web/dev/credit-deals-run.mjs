// A waterfall of the most common steps, for the fake server. Its figures are plausible, not exact.
const monthly = (annual) => 1 - (1 - annual) ** (1 / 12);

/** One line of loans: interest, principal, prepayment, default, recovery, loss by month. */
function poolFlows(line, assumptions, stress) {
  const rows = [];
  let balance = line.balance;
  const rate = line.wac / 12;
  const { prepayment, default: defaults, severity, recovery_lag_months: lag = 3 } = assumptions;
  const due = [];
  for (let month = 0; month < line.term && balance > 1; month += 1) {
    const age = (line.age ?? 0) + month + 1;
    const cpr =
      prepayment.model === "psa"
        ? (prepayment.value / 100) * 0.06 * Math.min(1, age / 30)
        : prepayment.model === "abs"
          ? prepayment.value * 12
          : prepayment.value;
    const cdr =
      (defaults.model === "sda"
        ? (defaults.value / 100) * 0.006 * Math.min(1, age / 30)
        : defaults.value) * stress;
    const left = line.term - month;
    const begin = balance;
    const lost = begin * monthly(Math.min(0.9, cdr));
    const performing = begin - lost;
    const interest = performing * ((line.net_coupon ?? line.wac) / 12);
    const payment = (performing * rate) / (1 - (1 + rate) ** -left);
    const principal = Math.min(performing, payment - performing * rate);
    const prepaid = (performing - principal) * monthly(Math.min(0.95, cpr));
    balance = performing - principal - prepaid;
    due[month + lag] = lost;
    const liquidated = due[month] ?? 0;
    rows.push({
      begin,
      balance,
      interest,
      principal,
      prepayment: prepaid,
      default: lost,
      recovery: liquidated * (1 - severity.value),
      loss: liquidated * severity.value,
    });
  }
  return rows;
}

const fixedRate = ({ coupon = { type: "none" } }, indices) =>
  coupon.type === "fixed"
    ? coupon.rate
    : coupon.type === "floating"
      ? (indices?.[coupon.index] ?? 0.04) + coupon.spread
      : 0;

export function runDeal(deal, asked, keepLog, stress = 1) {
  const source = asked.collateral[0]?.representative ?? {
    balance: deal.bonds.reduce((sum, bond) => sum + bond.original_balance, 0),
    wac: 0.07,
    net_coupon: 0.065,
    term: 60,
  };
  const flows = poolFlows(source, asked.assumptions, stress);
  const start = new Date(`${deal.dates.first_payment}T00:00:00Z`);
  const dates = flows.map((_, at) => {
    const date = new Date(start);
    date.setUTCMonth(date.getUTCMonth() + at);
    return date.toISOString().slice(0, 10);
  });
  const numbers = (...keys) => Object.fromEntries(keys.map((key) => [key, []]));
  const bonds = deal.bonds.map((bond) => ({
    name: bond.name,
    kind: bond.kind?.type ?? "ordinary",
    original_balance: bond.original_balance,
    ...numbers(
      "accrual_days",
      "begin",
      "rate",
      "interest_due",
      "interest_paid",
      "interest_overdue",
      "principal",
      "drawn",
      "write_down",
      "accreted",
      "carryover",
      "residual",
      "balance",
      "factor",
    ),
    now: bond.original_balance,
    owed: 0,
  }));
  const accounts = (deal.accounts ?? []).map((account) => ({
    name: account.name,
    ...numbers("begin", "in", "out", "earned", "balance", "target"),
    now: account.balance ?? 0,
  }));
  const fees = (deal.fees ?? []).map((fee) => ({
    name: fee.name,
    ...numbers("due", "paid", "overdue"),
  }));
  const steps = deal.waterfalls[0].steps;
  const places = steps.map((_, at) => `${deal.waterfalls[0].status}/${at + 1}`);
  const log = {
    places,
    ...numbers(
      "date",
      "step",
      "status",
      "requested",
      "limit",
      "available",
      "paid",
      "from",
      "into",
      "before",
      "after",
      "note",
    ),
    parts: numbers("entry", "party", "position", "due", "amount"),
  };
  const accountAt = (name) => accounts.findIndex((account) => account.name === name);
  let lost = 0;
  const trigger = { value: [], threshold: [], headroom: [], breached: [], active: [] };
  const test = { value: [], threshold: [], passed: [], cure: [] };
  flows.forEach((flow, at) => {
    const target = Math.max(0.01 * flow.balance, 5e6);
    for (const account of accounts) {
      account.begin.push(account.now);
      account.earned.push(0);
      account.target.push(account.name === "reserve" ? target : null);
      account.moved = { in: 0, out: 0 };
    }
    bonds.forEach((bond, k) => {
      const rate = fixedRate(deal.bonds[k], asked.indices);
      const due = (bond.now * rate) / 12;
      bond.begin.push(bond.now);
      bond.rate.push(rate);
      bond.accrual_days.push(30);
      bond.interest_due.push(due);
      bond.today = { due: due + bond.owed, interest: 0, principal: 0, residual: 0 };
    });
    fees.forEach((fee, k) => {
      const { kind } = deal.fees[k];
      fee.due.push(kind.type === "rate" ? (flow.begin * kind.rate) / 12 : (kind.amount ?? 0));
      fee.paid.push(0);
      fee.overdue.push(0);
    });
    steps.forEach(({ action, limit, support }, place) => {
      const from = action.from === undefined ? null : accountAt(action.from);
      const into = action.into === undefined ? null : accountAt(action.into);
      const giver = from === null ? null : accounts[from];
      const before = (giver ?? accounts[into] ?? { now: 0 }).now;
      const most =
        limit === undefined
          ? Number.POSITIVE_INFINITY
          : Math.max(0, bonds[0].now + bonds[1].now - 0.88 * flow.balance);
      const parts = [];
      let requested = 0;
      let paid = 0;
      const take = (wanted) => {
        const got = Math.max(0, Math.min(wanted, giver.now, most - paid));
        giver.now -= got;
        giver.moved.out += got;
        paid += got;
        return got;
      };
      if (action.do === "collect") {
        paid = action.sources.reduce((sum, one) => sum + (flow[one] ?? 0), 0);
        accounts[into].now += paid;
        accounts[into].moved.in += paid;
        requested = paid;
      } else if (action.do === "release_reserve") {
        const reserve = accounts[accountAt(action.account)];
        paid = Math.max(0, reserve.now - target);
        requested = paid;
        reserve.now -= paid;
        accounts[into].now += paid;
      } else if (action.do === "fill_reserve") {
        const reserve = accounts[accountAt(action.account)];
        requested = Math.max(0, target - reserve.now);
        reserve.now += take(requested);
      } else if (action.do === "pay_fees") {
        action.fees.forEach((name) => {
          const k = fees.findIndex((fee) => fee.name === name);
          const due = fees[k]?.due[at] ?? 0;
          requested += due;
          const got = take(due);
          if (fees[k]) fees[k].paid[at] = got;
          parts.push(["fee", k, due, got]);
        });
      } else if (["pay_interest", "pay_principal"].includes(action.do)) {
        const interest = action.do === "pay_interest";
        for (const name of action.bonds) {
          const k = bonds.findIndex((bond) => bond.name === name);
          const bond = bonds[k];
          if (!bond) continue;
          const due = interest ? bond.today.due - bond.today.interest : bond.now;
          requested += due;
          let got = take(due);
          if (interest && got < due && support) {
            const reserve = accounts[accountAt(support[0])];
            const drawn = Math.min(reserve.now, due - got);
            reserve.now -= drawn;
            got += drawn;
            parts.push(["support", accountAt(support[0]), due, drawn]);
          }
          if (interest) bond.today.interest += got;
          else {
            bond.today.principal += got;
            bond.now -= got;
          }
          parts.push([interest ? "interest" : "principal", k, due, got]);
        }
      } else if (action.do === "pay_residual") {
        const k = bonds.findIndex((bond) => bond.name === action.bond);
        requested = giver.now;
        const got = take(giver.now);
        if (bonds[k]) bonds[k].today.residual += got;
        parts.push(["residual", k, got, got]);
      }
      const entry = log.date.length;
      for (const [party, position, due, amount] of parts) {
        log.parts.entry.push(entry);
        log.parts.party.push(party);
        log.parts.position.push(position);
        log.parts.due.push(due);
        log.parts.amount.push(amount);
      }
      const row = {
        date: at,
        step: place,
        status: "amortizing",
        requested,
        limit: Number.isFinite(most) ? most : null,
        available: before,
        paid,
        from,
        into,
        before,
        after: (giver ?? accounts[into] ?? { now: 0 }).now,
        note:
          requested === 0
            ? "nothing_due"
            : paid + 0.005 >= requested
              ? "full"
              : Number.isFinite(most) && paid + 0.005 >= most
                ? "limited"
                : "short",
      };
      for (const [key, value] of Object.entries(row)) log[key].push(value);
    });
    for (const bond of bonds) {
      bond.owed = Math.max(0, bond.today.due - bond.today.interest);
      bond.interest_paid.push(bond.today.interest);
      bond.interest_overdue.push(bond.owed);
      bond.principal.push(bond.today.principal);
      bond.residual.push(bond.today.residual);
      for (const key of ["drawn", "write_down", "accreted", "carryover"]) bond[key].push(0);
      bond.balance.push(bond.now);
      bond.factor.push(bond.original_balance > 0 ? bond.now / bond.original_balance : 0);
    }
    for (const account of accounts) {
      account.in.push(account.moved.in);
      account.out.push(account.moved.out);
      account.balance.push(account.now);
    }
    lost += flow.loss;
    const ratio = lost / source.balance;
    trigger.value.push(ratio);
    trigger.threshold.push(0.03);
    trigger.headroom.push(0.03 - ratio);
    trigger.breached.push(ratio > 0.03);
    trigger.active.push(ratio > 0.03);
    const cover = bonds[0].now > 1 ? flow.balance / bonds[0].now : null;
    test.value.push(cover);
    test.threshold.push(1.15);
    test.passed.push(cover === null || cover >= 1.15);
    test.cure.push(0);
  });
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const columns = (list) =>
    list.map(({ now: _now, owed: _owed, today: _t, moved: _m, ...one }) => one);
  const summaries = bonds.map((bond) => {
    const paid = bond.principal
      .map((value, at) => (value > 0.005 ? at : -1))
      .filter((at) => at >= 0);
    const first = paid[0];
    const last = paid.at(-1);
    const total = sum(bond.principal);
    return {
      name: bond.name,
      wal:
        total > 0 ? sum(bond.principal.map((value, at) => (value * (at + 1)) / 12)) / total : null,
      window: first === undefined ? null : [first + 1, last + 1],
      window_dates: first === undefined ? null : [dates[first], dates[last]],
      total_interest: sum(bond.interest_paid),
      total_principal: total,
      residual: sum(bond.residual),
      written_down: 0,
      shortfall: bond.owed,
      balance: bond.now,
      maturity_hit: bond.kind !== "equity" && bond.now > 1,
    };
  });
  return {
    dates,
    status: dates.map((_, at) => (trigger.active[at] ? "early_amortization" : "amortizing")),
    bonds: columns(bonds),
    fees,
    accounts: columns(accounts),
    ledgers: [],
    triggers: (deal.triggers ?? []).slice(0, 1).map(({ name }) => ({ name, ...trigger })),
    tests: (deal.tests ?? []).slice(0, 1).map(({ name }) => ({ name, ...test })),
    pools: [
      {
        name: deal.pools?.[0]?.name ?? "pool",
        original_balance: source.balance,
        ...Object.fromEntries(
          Object.keys(flows[0]).map((key) => [key, flows.map((flow) => flow[key])]),
        ),
        penalty: dates.map(() => 0),
        bought: dates.map(() => 0),
        sold: dates.map(() => 0),
      },
    ],
    inspections: [],
    cash: {},
    calls: [],
    summary: {
      bonds: summaries,
      first_unpaid: null,
      total_fees: sum(fees.flatMap((fee) => fee.paid)),
      cash_left: sum(accounts.map((account) => account.now)),
    },
    log: keepLog ? log : null,
    warnings: [],
  };
}
