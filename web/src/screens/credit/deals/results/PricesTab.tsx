import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { formatNumber } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { DateField } from "@/ui/DateField";
import { NumberField } from "@/ui/NumberField";
import { Select } from "@/ui/Select";
import { Empty, Loaded } from "@/ui/States";
import { DEALS_KEY } from "../api/queries";
import { type BondPrice, type PriceBody, priceRun } from "../api/runs";
import { useSettled } from "../builder/useSettled";
import { type PriceState, priceBody, QUOTES, type QuoteKind } from "../model/prices";
import { bondColor } from "../model/results";
import type { DetailProps } from "./Detail";
import styles from "./Results.module.css";

const KINDS = Object.keys(QUOTES) as QuoteKind[];
const SETTLE_MS = 200;

/** What the classes are worth at a price, a yield or a spread; needs a kept run. */
export function PricesTab(props: DetailProps) {
  const { runId, reason, onKeep } = props;
  if (runId === null) {
    return (
      <Empty
        title="Prices need a kept run"
        actions={
          <Button kind="primary" isDisabled={reason !== null} onPress={onKeep}>
            Run and keep…
          </Button>
        }
      >
        {reason === null
          ? "A preview is not stored. Keep this run, then price its classes."
          : `A preview is not stored, and it cannot be kept yet: ${reason}.`}
      </Empty>
    );
  }
  return <Priced {...props} runId={runId} />;
}

const rate = (value: number | null) => (value === null ? "n/a" : formatNumber(100 * value, 3));
const plain = (value: number | null, digits: number) =>
  value === null ? "n/a" : formatNumber(value, digits);
const points = (value: number | null) => (value === null ? "" : formatNumber(10_000 * value, 1));

const COLUMNS: readonly {
  head: string;
  cell: (price: BondPrice) => string;
}[] = [
  { head: "Clean", cell: (one) => plain(one.clean, 3) },
  { head: "Accrued", cell: (one) => plain(one.accrued, 3) },
  { head: "Yield, %", cell: (one) => rate(one.yield) },
  { head: "Mortgage yield, %", cell: (one) => rate(one.mortgage_yield) },
  { head: "Average life", cell: (one) => plain(one.wal, 2) },
  { head: "Mod. duration", cell: (one) => plain(one.modified, 3) },
  { head: "Convexity", cell: (one) => plain(one.convexity, 2) },
  { head: "DV01", cell: (one) => plain(one.dv01, 4) },
  { head: "DM, bp", cell: (one) => points(one.discount_margin) },
  { head: "Z-spread, bp", cell: (one) => points(one.z_spread) },
  {
    head: "Window",
    cell: (one) =>
      one.window === null ? "" : `${one.window[0].slice(0, 7)} to ${one.window[1].slice(0, 7)}`,
  },
];

function Priced({ dealId, runId, deal, scenario }: DetailProps & { runId: string }) {
  const [state, setState] = useState<PriceState>({
    kind: "price",
    value: 100,
    settlement: deal.dates.closing,
    zero: 4,
  });
  // A margin belongs to floaters only; classes that pay nothing after settlement have no price.
  const { run } = scenario;
  const bonds = deal.bonds
    .filter((bond) => state.kind !== "discount_margin" || bond.coupon?.type === "floating")
    .map((bond) => bond.name)
    .filter((name) => paysAfter(run, name, state.settlement));
  const text = JSON.stringify(priceBody(state, bonds, scenario.name));
  const key = useSettled(text, SETTLE_MS);
  const query = useQuery({
    queryKey: [...DEALS_KEY, dealId, "runs", runId, "price", key],
    queryFn: ({ signal }) => priceRun(dealId, runId, JSON.parse(key) as PriceBody, signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: false,
    enabled: bonds.length > 0,
  });
  const look = QUOTES[state.kind];
  const problem = query.error === null ? null : asProblem(query.error);
  return (
    <div className={styles.scroll}>
      <div className={styles.priceForm}>
        <Select<QuoteKind>
          label="Quoted at"
          options={KINDS.map((kind) => ({ value: kind, text: QUOTES[kind].title }))}
          value={state.kind}
          onChange={(kind) => setState({ ...state, kind, value: QUOTES[kind].usual })}
        />
        <NumberField
          key={state.kind}
          label={look.title}
          unit={look.unit}
          digits={look.digits}
          step={look.step}
          value={state.value}
          onChange={(value) => setState({ ...state, value: value ?? look.usual })}
        />
        <DateField
          label="Settlement"
          value={state.settlement}
          onChange={(settlement) => setState({ ...state, settlement })}
        />
        <NumberField
          label="Zero rate, flat"
          unit="%"
          digits={2}
          step={0.1}
          value={state.zero}
          onChange={(zero) => setState({ ...state, zero: zero ?? 4 })}
        />
      </div>
      {problem !== null && query.data !== undefined ? (
        <Banner tone="bad">
          {problem.fields[0]?.message ?? (problem.detail || problem.title)}
        </Banner>
      ) : null}
      {bonds.length === 0 ? (
        <Empty title="No class to price">
          {state.kind === "discount_margin"
            ? "A discount margin belongs to floating classes, and the deal has none."
            : "Nothing is paid after the settlement date."}
        </Empty>
      ) : (
        <Loaded query={query} what="Prices">
          {(view) => <Tables prices={view.bonds} names={run.bonds.map((bond) => bond.name)} />}
        </Loaded>
      )}
    </div>
  );
}

function paysAfter(
  run: DetailProps["scenario"]["run"],
  name: string,
  settlement: string | null,
): boolean {
  const bond = run.bonds.find((one) => one.name === name);
  return run.dates.some(
    (date, at) =>
      (settlement === null || date > settlement) &&
      (bond?.interest_paid[at] ?? 0) + (bond?.principal[at] ?? 0) + (bond?.residual[at] ?? 0) > 0,
  );
}

function Tables({ prices, names }: { prices: readonly BondPrice[]; names: readonly string[] }) {
  const rows = prices[0]?.table ?? [];
  const color = (name: string) => bondColor(names.indexOf(name));
  return (
    <>
      <table className={styles.table}>
        <caption className="visually-hidden">Measures of the classes</caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            {COLUMNS.map((column) => (
              <th key={column.head} scope="col">
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {prices.map((price) => (
            <tr key={price.bond}>
              <th scope="row">
                <span className={styles.swatch} style={{ background: color(price.bond) }} />
                {price.bond}
              </th>
              {COLUMNS.map((column) => (
                <td key={column.head}>{column.cell(price)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? null : (
        <table className={styles.table} aria-label="Yield by clean price">
          <thead>
            <tr>
              <th scope="col">Price; yield, %</th>
              {prices.map((price) => (
                <th key={price.bond} scope="col">
                  {price.bond}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.price}>
                <th scope="row" className="num">
                  {formatNumber(row.price, 3)}
                </th>
                {prices.map((price) => (
                  <td key={price.bond}>{rate(price.table[at]?.yield ?? null)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
