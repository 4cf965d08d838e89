import { describe, expect, test } from "vitest";
import {
  assumptionsOf,
  fitted,
  fromBody,
  indexNames,
  missing,
  poolNames,
  runBody,
  speedWords,
  usualRun,
} from "./collateral";
import { comparedRows, referenceBalance, referenceCash } from "./compare";
import { DEAL, RUN } from "./fixture";
import { pointerOfPlace, stepAtPlace } from "./places";
import { priceBody, quoteOf, tableAround } from "./prices";
import { replay, replayRows } from "./replay";
import {
  bondColor,
  bondRows,
  callPeak,
  factorRows,
  lastPaid,
  paymentRows,
  seriesOf,
  stretches,
  triggerViews,
  yearTicks,
} from "./results";
import { bondTable } from "./tables";

describe("collateral", () => {
  test("a usual run is as large as the capital structure", () => {
    const run = usualRun(DEAL, "auto");
    expect(run.pools.auto?.line.balance).toBe(1_000);
    expect(run.speeds.prepayBy).toBe("abs");
    expect(usualRun({ ...DEAL, pools: [] }, "rmbs").pools).toHaveProperty("pool");
    expect(poolNames({ ...DEAL, pools: undefined })).toEqual(["pool"]);
    expect(indexNames(DEAL)).toEqual(["SOFR"]);
  });

  test("choices survive a change of the deal where they still fit", () => {
    const run = usualRun(DEAL, "rmbs");
    const mine = { ...run, indices: { SOFR: 5, LIBOR: 3 } };
    const deal = { ...DEAL, pools: [{ name: "auto" }, { name: "cards" }] };
    const next = fitted(mine, deal, "rmbs");
    expect(Object.keys(next.pools)).toEqual(["auto", "cards"]);
    expect(next.pools.auto).toBe(run.pools.auto);
    expect(next.indices).toEqual({ SOFR: 5 });
  });

  test("per cent points become fractions, but PSA and SDA stay", () => {
    expect(
      assumptionsOf({
        prepayBy: "cpr",
        prepay: 6,
        defaultBy: "cdr",
        default: 0.7,
        severity: 35,
        lag: 12,
      }),
    ).toEqual({
      prepayment: { model: "cpr", value: 0.06 },
      default: { model: "cdr", value: 0.007 },
      severity: { model: "constant", value: 0.35 },
      recovery_lag_months: 12,
    });
    const other = assumptionsOf({
      prepayBy: "psa",
      prepay: 150,
      defaultBy: "sda",
      default: 100,
      severity: 20,
      lag: 12,
    });
    expect(other.prepayment).toEqual({ model: "psa", value: 150 });
    expect(other.default).toEqual({ model: "sda", value: 100 });
  });

  test("the request names pools, scenario and indices", () => {
    const state = { ...usualRun(DEAL, "auto"), scenario: "credit_crisis" };
    const body = runBody(state, DEAL);
    expect(body.scenarios).toEqual(["credit_crisis"]);
    expect(body.indices).toEqual({ SOFR: 0.04 });
    expect(body.collateral[0]).toMatchObject({
      name: "auto",
      representative: { wac: 0.08, net_coupon: 0.075, term: 66, asset_class: "auto_loan" },
    });
    const stored = {
      ...state,
      scenario: "base",
      pools: { auto: { by: "pool" as const, poolId: "p1", line: usualLine(state) } },
    };
    expect(runBody(stored, DEAL)).not.toHaveProperty("scenarios");
    expect(runBody(stored, DEAL).collateral).toEqual([{ name: "auto", pool_id: "p1" }]);
  });

  test("the request of a template becomes the choices, and gives the same request again", () => {
    const body = {
      collateral: [
        {
          name: "auto",
          representative: {
            balance: 500,
            wac: 0.0675,
            net_coupon: 0.0625,
            term: 60,
            age: 6,
            asset_class: "auto_loan",
          },
        },
      ],
      assumptions: {
        prepayment: { model: "cpr" as const, value: 0.15 },
        default: { model: "cdr" as const, value: 0.02 },
        severity: { model: "constant" as const, value: 0.5 },
      },
      indices: { SOFR: 0.043 },
    };
    const state = fromBody(body, DEAL, "auto");
    expect(state.speeds).toMatchObject({ prepayBy: "cpr", prepay: 15, default: 2, severity: 50 });
    expect(state.pools.auto?.line.servicing).toBe(0.5);
    expect(runBody(state, DEAL)).toMatchObject(body);
    expect(fromBody({ collateral: [{ pool_id: "p" }] }, DEAL, "auto").pools.auto).toMatchObject({
      by: "pool",
      poolId: "p",
    });
    expect(fromBody({ collateral: [] }, DEAL, "auto")).toEqual(usualRun(DEAL, "auto"));
  });

  test("what is missing is said before anything is asked", () => {
    const state = usualRun(DEAL, "auto");
    const line = usualLine(state);
    const pool = (change: object) =>
      missing({ ...state, pools: { auto: { by: "line", poolId: null, line, ...change } } }, DEAL);
    expect(pool({})).toBeNull();
    expect(pool({ by: "pool" })).toBe("Choose a stored pool for auto.");
    expect(pool({ line: { ...line, balance: 0 } })).toContain("above 0");
    expect(pool({ line: { ...line, age: 590 } })).toContain("600 months");
    expect(speedWords(state.speeds).replaceAll("\u202f", " ")).toBe(
      "1.3 ABS, 2 CDR, 50 % severity",
    );
  });
});

const usualLine = (state: ReturnType<typeof usualRun>) => {
  const line = state.pools.auto?.line;
  if (line === undefined) {
    throw new Error("the usual run has no line");
  }
  return line;
};

describe("results", () => {
  test("payments add up over the classes", () => {
    const rows = paymentRows(RUN, "cash");
    expect(rows.map((row) => row.total)).toEqual([404, 203, 357, 0]);
    expect(paymentRows(RUN, "balance")[1]?.cash).toEqual([200, 150, 50]);
    expect(seriesOf(RUN, "interest").map((one) => one.values[0])).toEqual([3, 1, 0]);
    expect(lastPaid(RUN)).toBe(2);
    expect(lastPaid({ ...RUN, bonds: [] })).toBe(3);
  });

  test("from the seventh class on they are summed in one series", () => {
    const bonds = Array.from({ length: 8 }, (_, at) => ({ ...RUN.bonds[0], name: `B${at}` }));
    const series = seriesOf({ ...RUN, bonds: bonds as typeof RUN.bonds }, "interest");
    expect(series).toHaveLength(6);
    expect(series[5]).toMatchObject({ title: "3 others", index: null });
    expect(series[5]?.values[0]).toBe(9);
    expect(bondColor(null)).toBe("var(--cat-other)");
    expect(bondColor(0)).toBe("var(--cat-1)");
  });

  test("a call that towers over the other payments is told apart", () => {
    const calls = [{ name: "clean-up", date: "2026-03-15", price: 1 }];
    expect(callPeak({ ...RUN, calls }, seriesOf(RUN, "cash"))).toBeNull();
    const small = { ...RUN, calls, dates: RUN.dates.slice(0, 2) };
    const series = [{ id: "A", title: "A", values: [900, 100], index: 0 }];
    expect(callPeak(small, series)).toEqual({ value: 900, rest: 100 });
    expect(callPeak({ ...small, calls: [] }, series)).toBeNull();
  });

  test("one class by date", () => {
    const rows = bondRows(RUN, "A");
    expect(rows[1]).toMatchObject({ begin: 400, principal: 200, balance: 200, factor: 0.25 });
    expect(bondRows(RUN, "none")).toEqual([]);
    expect(bondTable(RUN)).toHaveLength(1 + 3 * 4);
    expect(bondTable(RUN)[2]?.slice(0, 3)).toEqual(["A", "2026-04-15", 400]);
  });

  test("the decrement table has one row a year", () => {
    const rows = factorRows(RUN, "year");
    expect(rows.map((row) => row.date)).toEqual(["2026-03-15", "2027-03-15", "2027-04-15"]);
    expect(rows[0]?.factors).toEqual([50, 100, 100]);
    expect(factorRows(RUN, "date")).toHaveLength(4);
    const gone = { ...RUN, bonds: RUN.bonds.slice(0, 2) };
    expect(factorRows(gone, "year").map((row) => row.date)).toEqual(["2026-03-15", "2027-03-15"]);
  });

  test("a trigger tells its first breach and its tightest date", () => {
    const [view] = triggerViews(RUN);
    expect(view?.first).toBe("2027-03-15");
    expect(view?.tightest).toEqual({ date: "2027-03-15", headroom: -0.01 });
    expect(view?.rows[3]).toMatchObject({ value: null, active: true });
    expect(stretches(["a", "a", "b", "a"])).toEqual([
      { state: "a", from: 0, to: 1 },
      { state: "b", from: 2, to: 2 },
      { state: "a", from: 3, to: 3 },
    ]);
  });

  test("ticks stand on the first payment of a year", () => {
    expect(yearTicks(RUN.dates, 0, 3, 5)).toEqual([0, 2]);
    const dates = Array.from({ length: 20 }, (_, at) => `${2026 + at}-03-15`);
    expect(yearTicks(dates, 0, 19, 5)).toEqual([0, 4, 8, 12, 16]);
    expect(yearTicks([], 0, 0, 5)).toEqual([]);
  });
});

describe("replay", () => {
  test("cash moves from step to step, with what reserves gave", () => {
    const steps = replay(RUN, 0);
    expect(steps.map((step) => step.place)).toEqual(["amortizing/1", "amortizing/3"]);
    expect(steps[0]).toMatchObject({ from: null, into: "collections", accounts: [404, 10] });
    expect(steps[1]).toMatchObject({ from: "collections", note: "supported", accounts: [401, 9] });
    expect(steps[1]?.parts).toEqual([
      { party: "interest", position: 0, name: "A", due: 3, amount: 3 },
      { party: "interest", position: 1, name: "B", due: 1, amount: 1 },
      { party: "support", position: 1, name: "reserve", due: 1, amount: 1 },
    ]);
    expect(replay(RUN, 3)).toEqual([]);
    expect(replay({ ...RUN, log: null }, 0)).toEqual([]);
  });

  test("rows of a kept log give the same steps without parts", () => {
    const row = {
      date: "2026-03-15",
      step: "amortizing/2",
      status: "amortizing",
      requested: 5,
      limit: null,
      available: 9,
      paid: 5,
      from: "collections",
      into: "reserve",
      balance_before: 9,
      balance_after: 4,
      note: "full" as const,
    };
    const steps = replayRows(RUN, [row, { ...row, date: "2026-04-15" }], "2026-03-15");
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ place: "amortizing/2", accounts: [4, 15], parts: [] });
  });

  test("a place leads to its step", () => {
    expect(pointerOfPlace(DEAL, "amortizing/2")).toBe("/waterfalls/0/steps/1");
    expect(pointerOfPlace(DEAL, "amortizing/4/then/1")).toBe("/waterfalls/0/steps/3/action/then/0");
    expect(stepAtPlace(DEAL, "amortizing/2")?.action.do).toBe("pay_fees");
    expect(stepAtPlace(DEAL, "revolving/1")).toBeNull();
    expect(pointerOfPlace(DEAL, "amortizing/99")).toBeNull();
    const triggers = [
      {
        name: "t",
        measure: "1",
        comparison: ">" as const,
        threshold: "0",
        effects: [
          { type: "status" as const, status: "called" as const },
          {
            type: "steps" as const,
            steps: [{ action: { do: "inspect" as const, name: "x", value: "1" } }],
          },
        ],
      },
    ];
    expect(pointerOfPlace({ ...DEAL, triggers }, "trigger/1/1")).toBe(
      "/triggers/0/effects/1/steps/0",
    );
  });
});

describe("comparison", () => {
  const before = {
    ...RUN,
    dates: RUN.dates.slice(0, 2),
    summary: {
      ...RUN.summary,
      bonds: RUN.summary.bonds.slice(0, 1).map((one) => ({ ...one, wal: 1 })),
    },
  };

  test("classes are matched by name and dates by day", () => {
    const rows = comparedRows(RUN, before);
    expect(rows[0]?.wal).toEqual({ now: 1.5, before: 1, change: 0.5 });
    expect(rows[1]?.wal).toEqual({ now: 2.5, before: null, change: null });
    expect(referenceCash(RUN, before)).toEqual([404, 203, null, null]);
    expect(referenceBalance(RUN, before)).toEqual([600, 400, null, null]);
  });
});

describe("prices", () => {
  const state = { kind: "price" as const, value: 100, settlement: null, zero: 4 };

  test("quotes become fractions", () => {
    expect(quoteOf("price", 99.5)).toEqual({ price: 99.5 });
    expect(quoteOf("yield", 5.25)).toEqual({ yield: 0.0525 });
    expect(quoteOf("discount_margin", 62.05)).toEqual({ discount_margin: 0.006205 });
    expect(quoteOf("z_spread", 100)).toEqual({ z_spread: 0.01 });
  });

  test("the table stands around the quoted price", () => {
    expect(tableAround(state)).toEqual([96, 97, 98, 99, 100, 101, 102, 103, 104]);
    expect(tableAround({ ...state, value: 2 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(priceBody({ ...state, settlement: "2026-02-15" }, ["A"], "base")).toMatchObject({
      scenario: "base",
      settlement: "2026-02-15",
      bonds: [{ bond: "A", quote: { price: 100 } }],
      curve: { tenors: [1, 30], rates: [0.04, 0.04] },
    });
    expect(priceBody(state, ["A"], "base")).not.toHaveProperty("settlement");
  });
});
