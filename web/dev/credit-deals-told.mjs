// Explanations and prices of the fake server. Their figures are plausible, not exact.

export function explained(run, deal, bond, date) {
  const at = run.dates.indexOf(date);
  const columns = run.bonds.find((one) => one.name === bond);
  const { log } = run;
  const steps = log.date.flatMap((when, entry) =>
    when === at
      ? [
          {
            place: log.places[log.step[entry]],
            text: `step ${log.step[entry] + 1}`,
            requested: log.requested[entry],
            limit: log.limit[entry],
            available: log.available[entry],
            paid: log.paid[entry],
            to_bond: log.parts.entry.reduce(
              (sum, one, part) =>
                one === entry && run.bonds[log.parts.position[part]]?.name === bond
                  ? sum + log.parts.amount[part]
                  : sum,
              0,
            ),
            concerns: log.parts.entry.some(
              (one, part) => one === entry && run.bonds[log.parts.position[part]]?.name === bond,
            ),
            why: log.note[entry],
            sentence: `It paid ${log.paid[entry].toFixed(2)}.`,
          },
        ]
      : [],
  );
  const money = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
  return {
    bond,
    date,
    status: run.status[at],
    interest_due: columns.interest_due[at],
    interest_paid: columns.interest_paid[at],
    interest_shortfall: columns.interest_overdue[at],
    principal_paid: columns.principal[at],
    residual_paid: columns.residual[at],
    balance_before: columns.begin[at],
    balance_after: columns.balance[at],
    sentences: [
      `On ${date} the deal ${deal.name} was ${run.status[at]}.`,
      `${bond} was owed ${money(columns.interest_due[at])} of interest: ${money(columns.begin[at])} at ${(100 * columns.rate[at]).toFixed(3)} % for one month.`,
      `It got ${money(columns.interest_paid[at])} of interest and ${money(columns.principal[at])} of principal; ${steps.length} steps ran on this date.`,
    ],
    steps,
  };
}

export const quoted = (body, run) => ({
  settlement: body.settlement ?? run.dates[0],
  scenario: "base",
  bonds: body.bonds.map(({ bond, quote }) => {
    const clean = quote.price ?? 99.4;
    const wal = run.summary.bonds.find((one) => one.name === bond)?.wal ?? null;
    return {
      bond,
      face: 1,
      clean,
      accrued: 0.155,
      full: clean + 0.155,
      yield: quote.yield ?? 0.043 + (100 - clean) / 250,
      mortgage_yield: 0.0426,
      wal,
      macaulay: wal === null ? null : wal * 0.93,
      modified: wal === null ? null : wal * 0.91,
      convexity: 6.2,
      dv01: 0.0182,
      discount_margin: null,
      z_spread: 0.0042,
      window: null,
      decrement: [],
      table: (body.table ?? []).map((price) => ({
        price,
        yield: 0.043 + (100 - price) / 250,
        modified: 1.8,
      })),
    };
  }),
});
