// Sample deals of the fake server, and their text form in a few words.
export const auto = (name) => ({
  name,
  currency: "USD",
  dates: {
    cutoff: "2026-01-31",
    closing: "2026-02-15",
    first_payment: "2026-03-15",
    frequency: "monthly",
    calendar: "us_sifma",
    convention: "following",
    maturity: "2032-02-15",
  },
  pools: [{ name: "auto" }],
  accounts: [
    { name: "collections", balance: 0 },
    { name: "reserve", balance: 10_000_000, target: "max(1% * pool.balance, 5000000)" },
  ],
  fees: [
    { name: "servicing", kind: { type: "rate", rate: 0.005, base: "pool.begin_balance" } },
    { name: "trustee", kind: { type: "fixed", amount: 2_500 } },
  ],
  bonds: [
    {
      name: "A",
      original_balance: 800_000_000,
      coupon: { type: "fixed", rate: 0.04 },
      kind: { type: "ordinary" },
      rating: "AAA",
    },
    {
      name: "B",
      original_balance: 100_000_000,
      coupon: { type: "floating", index: "SOFR", spread: 0.015, floor: 0, cap: 0.09 },
      day_count: "ACT/360",
      kind: { type: "ordinary" },
      deferrable: true,
    },
    {
      name: "R",
      original_balance: 50_000_000,
      coupon: { type: "none" },
      kind: { type: "equity" },
    },
  ],
  variables: [{ name: "target_oc", value: "12% * pool.balance" }],
  triggers: [
    {
      name: "cnl",
      measure: "pool.cum_net_loss / pool.original_balance",
      comparison: ">",
      threshold: "3%",
      effects: [{ type: "status", status: "early_amortization" }],
    },
  ],
  tests: [
    {
      name: "oc A",
      kind: { type: "overcollateralization" },
      bonds: ["A"],
      threshold: "115%",
    },
  ],
  calls: [{ name: "clean-up", when: "pool.factor < 10%", first_date: "2028-03-15" }],
  waterfalls: [
    {
      status: "amortizing",
      steps: [
        {
          action: {
            do: "collect",
            sources: ["interest", "principal", "prepayment", "recovery"],
            into: "collections",
          },
        },
        { action: { do: "release_reserve", account: "reserve", into: "collections" } },
        { action: { do: "pay_fees", fees: ["servicing", "trustee"], from: "collections" } },
        {
          action: { do: "pay_interest", bonds: ["A"], from: "collections" },
          support: ["reserve"],
        },
        { action: { do: "pay_interest", bonds: ["B"], from: "collections" } },
        { action: { do: "fill_reserve", account: "reserve", from: "collections" } },
        {
          action: { do: "pay_principal", bonds: ["A", "B"], from: "collections" },
          limit: 'max(0, bonds("A", "B").balance - 88% * pool.balance)',
        },
        { action: { do: "pay_residual", bond: "R", from: "collections" } },
      ],
    },
  ],
});

export const clo = (name) => {
  const deal = auto(name);
  deal.bonds = [
    ["A", 300, 0.014],
    ["B", 60, 0.019],
    ["C", 40, 0.026],
    ["D", 30, 0.038],
    ["E", 25, 0.066],
  ].map(([bond, size, spread]) => ({
    name: bond,
    original_balance: size * 1e6,
    coupon: { type: "floating", index: "SOFR", spread },
    kind: { type: "ordinary" },
  }));
  deal.bonds.push({
    name: "Sub",
    original_balance: 45e6,
    coupon: { type: "none" },
    kind: { type: "equity" },
  });
  deal.accounts[1] = { name: "reserve", balance: 3e6, target: "3000000" };
  deal.waterfalls[0].steps = deal.waterfalls[0].steps.slice(0, 3).concat(
    deal.bonds.slice(0, -1).map((bond) => ({
      action: { do: "pay_interest", bonds: [bond.name], from: "collections" },
    })),
    [
      {
        action: {
          do: "pay_principal",
          bonds: deal.bonds.slice(0, -1).map((bond) => bond.name),
          from: "collections",
        },
      },
      { action: { do: "pay_residual", bond: "Sub", from: "collections" } },
    ],
  );
  return deal;
};

const amount = (value) => value.toLocaleString("en");
const percent = (value) => `${Number((value * 100).toFixed(6))}%`;
const names = (list) => list.map((name) => `"${name}"`).join(", ");

function coupon({ coupon: rate = { type: "none" } }) {
  if (rate.type === "fixed") return ` at ${percent(rate.rate)}`;
  if (rate.type === "floating") return ` at ${rate.index} + ${percent(rate.spread)}`;
  return "";
}

function step({ action, limit, support }) {
  const tail = `${limit ? `, limit ${limit}` : ""}${support ? `, support ${names(support)}` : ""}`;
  const from = ` from "${action.from}"${tail}`;
  switch (action.do) {
    case "collect":
      return `collect ${action.sources.join(", ")} into "${action.into}"`;
    case "release_reserve":
      return `release "${action.account}" above target into "${action.into}"`;
    case "pay_fees":
      return `pay fees ${names(action.fees)}${from}`;
    case "pay_interest":
      return `pay interest to ${names(action.bonds)}${from}`;
    case "pay_principal":
      return `pay principal to ${names(action.bonds)} sequentially${from}`;
    case "fill_reserve":
      return `fill "${action.account}"${from}`;
    case "pay_residual":
      return `pay the rest from "${action.from}" to "${action.bond}"`;
    default:
      return action.do.replaceAll("_", " ");
  }
}

export function formatDeal(deal) {
  const { dates } = deal;
  return `${[
    `deal "${deal.name}" in ${deal.currency ?? "USD"}`,
    "dates",
    `  cutoff ${dates.cutoff}`,
    `  closing ${dates.closing}`,
    `  first payment ${dates.first_payment}, monthly`,
    ...(deal.accounts ?? []).map(
      (one) =>
        `account "${one.name}"${one.balance ? ` starts at ${amount(one.balance)}` : ""}${one.target ? `, target ${one.target}` : ""}`,
    ),
    ...(deal.fees ?? []).map((fee) =>
      fee.kind.type === "rate"
        ? `fee "${fee.name}" ${percent(fee.kind.rate)} a year of ${fee.kind.base}`
        : `fee "${fee.name}" ${amount(fee.kind.amount ?? 0)} each payment`,
    ),
    ...deal.bonds.map(
      (bond) =>
        `bond "${bond.name}" ${amount(bond.original_balance)}${coupon(bond)}${bond.kind?.type === "equity" ? ", equity" : ""}`,
    ),
    ...(deal.variables ?? []).map((one) => `let ${one.name} = ${one.value}`),
    ...(deal.triggers ?? []).flatMap((one) => [
      `trigger "${one.name}" when ${one.measure} ${one.comparison} ${one.threshold}`,
      "  then status early amortization",
    ]),
    ...(deal.calls ?? []).map((one) => `call "${one.name}" when ${one.when}`),
    ...deal.waterfalls.flatMap((fall) => [
      `waterfall ${fall.status.replaceAll("_", " ")}`,
      ...fall.steps.map((one) => `  ${step(one)}`),
    ]),
  ].join("\n")}\n`;
}
