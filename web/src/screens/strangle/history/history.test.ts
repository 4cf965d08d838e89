import { describe, expect, it } from "vitest";
import type { PnlPoint, SessionDetail, SessionEvent, SessionIntent } from "../api/records";
import { configGroups } from "./configRows";
import { strikeOf } from "./figures";
import { filterQuery, filtersOf, isFiltered, pageQuery, reasonOptions } from "./filters";
import { attemptsOf, shortSymbol } from "./orders";
import { basisOf, endOf, pathPanes, sessionPath } from "./path";

const TODAY = "2026-06-18";

describe("filters in the address", () => {
  it("ask for 25 of everything when there are none", () => {
    const filters = filtersOf({});
    expect(isFiltered(filters)).toBe(false);
    expect(pageQuery(filters, TODAY)).toEqual({
      status: undefined,
      mode: undefined,
      exit_reason: undefined,
      from: undefined,
      to: undefined,
      page: 1,
      page_size: 25,
    });
  });

  it("leave out what makes no sense", () => {
    const filters = filtersOf({ page: "-3", size: "7", status: "maybe", mode: "sim" });
    expect(filters).toMatchObject({ page: 1, size: "25", status: "all", mode: "all" });
  });

  it("narrow the page and the export alike", () => {
    const filters = filtersOf({
      status: "stopped",
      mode: "paper",
      reason: "max_loss",
      range: "7d",
      page: "3",
      size: "100",
    });
    expect(isFiltered(filters)).toBe(true);
    expect(pageQuery(filters, TODAY)).toMatchObject({ page: 3, page_size: 100 });
    expect(pageQuery(filters, TODAY)).toMatchObject(filterQuery(filters, TODAY));
    expect(filterQuery(filters, TODAY)).toMatchObject({
      status: "stopped",
      mode: "paper",
      exit_reason: "max_loss",
      from: "2026-06-11T18:30:00.000Z",
    });
  });

  it("keep a reason that this console does not know", () => {
    expect(reasonOptions("new_reason").at(-1)).toEqual({ value: "new_reason", text: "New reason" });
    expect(reasonOptions("max_loss").filter((one) => one.value === "max_loss")).toHaveLength(1);
  });
});

const at = (second: number) => new Date(Date.UTC(2026, 5, 18, 4, 0, second)).toISOString();
const sample = (second: number, net: number): PnlPoint => ({
  at: at(second),
  net,
  gross: net + 1,
  fees: 1,
  spot: 100_000,
});
const event = (seq: number, type: string, second: number, payload: object): SessionEvent => ({
  seq,
  type,
  at: at(second),
  payload: payload as Record<string, unknown>,
});

describe("the path of a session", () => {
  it("is sorted and stays broken where nothing was recorded", () => {
    const path = sessionPath(
      [sample(10, 2), sample(0, 1), sample(5, 1.5), sample(600, 3), sample(605, 4)],
      [],
    );
    expect(path.gaps).toBe(1);
    expect(path.net).toEqual([1, 1.5, 2, null, 3, 4]);
    expect(path.xs).toEqual([...path.xs].sort((left, right) => left - right));
  });

  it("is not broken by a slow pace alone", () => {
    expect(sessionPath([sample(0, 1), sample(300, 2), sample(600, 3)], []).gaps).toBe(0);
  });

  it("ends with the result of the session", () => {
    const detail = {
      status: "stopped",
      deactivated_at: at(900),
      pnl_summary: { total_pnl: -20.8, pnl_before_fees: -18.6, fees: 2.2, spot: { exit: 99_000 } },
    } as unknown as SessionDetail;
    const end = endOf(detail);
    const path = sessionPath([sample(0, 1), sample(5, 2)], [], end);
    expect(path.close).toEqual([null, 2, -20.8]);
    expect(path.net).toEqual([1, 2, null]);
    const near = sessionPath([sample(800, 1), sample(805, 2)], [], end);
    expect(near.net).toEqual([1, 2, -20.8]);
    expect(near.close.every((value) => value === null)).toBe(true);
    expect(endOf({ ...detail, status: "running" })).toBeNull();
    expect(sessionPath([], [], end).xs).toEqual([]);
  });

  it("shows the trailing level in money of the basis", () => {
    const events = [
      event(1, "went_live", 0, { basis: "200.00" }),
      event(2, "extremes_moved", 5, { extremes: { level_pct: 10 } }),
    ];
    expect(basisOf(events)).toBe(200);
    const path = sessionPath([sample(0, 1), sample(10, 2)], events);
    expect(path.level).toEqual([null, 20]);
    expect(pathPanes(path, "BTC")[0]?.series.map((one) => one.id)).toContain("level");
    expect(basisOf([event(1, "went_live", 0, { basis: "none" })])).toBeNull();
  });
});

const intent = (id: string, planned: string): SessionIntent =>
  ({
    client_order_id: id,
    purpose: "entry",
    attempt: 1,
    side: "sell",
    size: 10,
    filled: 10,
    limit_price: 219.5,
    avg_price: null,
    state: "filled",
    planned_at: planned,
    sending_at: at(1),
    acked_at: at(3),
    last_error: null,
  }) as SessionIntent;

describe("orders of a session", () => {
  it("joins an attempt with what the exchange knows, in order of time", () => {
    const order = {
      client_order_id: "a",
      symbol: "C-BTC-106600-241126",
      fill_price: 219.5,
      created_at: at(0),
    };
    const detail = { intents: [intent("a", at(9)), intent("b", at(2))], orders: [order] };
    const attempts = attemptsOf(detail as unknown as SessionDetail);
    expect(attempts.map((one) => one.id)).toEqual(["b", "a"]);
    expect(attempts[1]).toMatchObject({ fill: 219.5, symbol: order.symbol, answerMs: 2_000 });
  });

  it("keeps an order that no attempt explains", () => {
    const order = { client_order_id: "x", created_at: at(0), status: "filled", quantity: 4 };
    const detail = { intents: [], orders: [order] } as unknown as SessionDetail;
    expect(attemptsOf(detail)[0]).toMatchObject({ id: "x", state: "filled", size: 4 });
  });

  it("writes symbols short", () => {
    expect(shortSymbol("C-BTC-106600-241126")).toBe("C 106,600");
    expect(shortSymbol("BTCUSD")).toBe("BTCUSD");
    expect(strikeOf("P-ETH-3200-241126")).toBe(3_200);
    expect(strikeOf("BTCUSD")).toBeNull();
  });
});

it("shows of a profile only what is set", () => {
  const rows = configGroups({
    underlying: "BTC",
    strike_selection_mode: "price",
    call_option_price_min: "100",
    call_option_price_max: "150",
    trade_time_ist: "09:30",
    max_loss_pct: 80,
    trailing_sl_enabled: false,
    trailing_rules: [{ trigger_pct: 20, lock_pct: 0 }],
  });
  const all = new Map(rows.flatMap(([, group]) => group));
  expect(all.get("Call premium")).toBe("100 to 150 USD");
  expect(all.get("Entry")).toBe("09:30 IST");
  expect(all.get("Max loss")).toBe("80\u202f%");
  expect(all.has("Delta")).toBe(false);
  expect(all.has("Exit")).toBe(false);
  expect(all.get("Trailing stop")).toBe("Off");
  expect([...all.keys()].some((name) => name.startsWith("Ladder"))).toBe(false);
});
