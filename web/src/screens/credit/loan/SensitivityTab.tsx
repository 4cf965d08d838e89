import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { PaneGroup } from "@/charts/PaneGroup";
import type { Pane } from "@/charts/panes";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { Segmented } from "@/ui/Segmented";
import { Loaded, NoPermission } from "@/ui/States";
import { useSearchState } from "../../search";
import { useSettled } from "../deals/builder/useSettled";
import { amountUnit } from "../model/units";
import { useMayRun } from "../shared/access";
import { moveLoan, type SensitivityRow } from "./api/calls";
import styles from "./Loan.module.css";
import { type LoanForm, loanBody, MOVED, type Moved, movedShown, movedValues } from "./model/loan";
import { valuingOf } from "./valuing";

const ORDER = Object.keys(MOVED) as Moved[];
const SETTLE_MS = 250;

/** Present value and life while one input moves and the others stay. */
export function SensitivityTab({ form, ready }: { form: LoanForm; ready: boolean }) {
  const [search, change] = useSearchState();
  const may = useMayRun();
  const moved = ORDER.find((one) => one === search.moved) ?? "discount_rate";
  const text = JSON.stringify({
    loan_data: loanBody(form),
    ...valuingOf(form),
    parameters: [{ parameter: moved, values: movedValues(form, moved) }],
  });
  const key = useSettled(text, SETTLE_MS);
  const query = useQuery({
    queryKey: ["credit", "loan", "sensitivity", key],
    queryFn: ({ signal }) => moveLoan(JSON.parse(key) as Parameters<typeof moveLoan>[0], signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: false,
    enabled: ready && may,
  });
  return (
    <div className={styles.scroll}>
      <div className={styles.bar}>
        <Segmented<Moved>
          label="What moves"
          options={ORDER.map((one) => ({ value: one, text: MOVED[one].title }))}
          value={moved}
          onChange={(next) => change({ moved: next === "discount_rate" ? undefined : next })}
        />
      </div>
      {may ? null : <NoPermission need="credit:operator" what="move the inputs of a loan" />}
      <Loaded query={query} what="The sensitivity" skeleton={may ? undefined : <span />}>
        {(answer) => {
          const found = answer.sensitivities[0];
          return found === undefined ? null : (
            <Shown form={form} moved={found.parameter} rows={found.rows} />
          );
        }}
      </Loaded>
    </div>
  );
}

function Shown({
  form,
  moved,
  rows,
}: {
  form: LoanForm;
  moved: Moved;
  rows: readonly SensitivityRow[];
}) {
  const xs = rows.map((row) => movedShown(form, moved, row.value));
  const unit = moved === "prepayment_rate" ? form.prepayment : "%";
  const shown = (x: number) =>
    `${formatNumber(x, unit === "PSA" ? 0 : 2)}${NARROW_SPACE}${unit === "%" ? "%" : `% ${unit}`}`;
  const money = useMemo(
    () => amountUnit(Math.max(0, ...rows.map((row) => row.npv ?? 0)), "USD"),
    [rows],
  );
  const panes = useMemo(
    (): Pane[] => [
      {
        id: "npv",
        title: `Present value, ${money.name}`,
        weight: 1.4,
        format: (value) => formatNumber(value, money.digits),
        tick: (value) => money.tick(value * money.by),
        series: [
          {
            id: "npv",
            title: "Present value",
            values: rows.map((row) => (row.npv === null ? null : row.npv / money.by)),
            color: "var(--cat-1)",
            form: "line",
          },
        ],
      },
      {
        id: "wal",
        title: "Average life, years",
        format: (value) => formatNumber(value, 2),
        series: [
          {
            id: "wal",
            title: "Average life",
            values: rows.map((row) => row.weighted_average_life),
            color: "var(--cat-2)",
            form: "line",
          },
        ],
      },
    ],
    [rows, money],
  );
  return (
    <>
      <CrosshairProvider>
        <div className={styles.sensitivity}>
          <PaneGroup
            label={`Present value and average life while ${MOVED[moved].title.toLowerCase()} moves`}
            name="loan-sensitivity"
            height={240}
            xs={xs}
            formatX={shown}
            tickX={(x) => formatNumber(x, unit === "PSA" ? 0 : 1)}
            panes={panes}
          />
        </div>
      </CrosshairProvider>
      <table className={styles.table}>
        <caption className="visually-hidden">Values of {MOVED[moved].title}</caption>
        <thead>
          <tr>
            <th scope="col">{MOVED[moved].title}</th>
            <th scope="col">Present value</th>
            <th scope="col">Change</th>
            <th scope="col">IRR, %</th>
            <th scope="col">Average life, years</th>
            <th scope="col">Loss</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.value}>
              <th scope="row">{shown(xs[index] ?? 0)}</th>
              <td>{plain(row.npv, 2)}</td>
              <td>{row.npv_change === null ? "" : formatNumber(row.npv_change, 2, "always")}</td>
              <td>{row.irr === null ? "n/a" : formatNumber(100 * row.irr, 3)}</td>
              <td>{plain(row.weighted_average_life, 2)}</td>
              <td>{formatNumber(row.total_loss, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const plain = (value: number | null, digits: number) =>
  value === null ? "n/a" : formatNumber(value, digits);
