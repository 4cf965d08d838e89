import { counted } from "@/format/numbers";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Select } from "@/ui/Select";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { useSearchState } from "../../search";
import type { Metrics, Pool } from "../api/types";
import type { Assumptions } from "../model/assumptions";
import { type Difference, differences } from "../model/differences";
import { Change, METRICS, type MetricKind, numberOf, wholeMetric } from "./MetricCards";
import type { Bench } from "./useWorkbench";
import { DEFAULTS, useResult } from "./useWorkbench";
import styles from "./Workbench.module.css";

const NOW = "now";

interface Side {
  name: string;
  metrics: Metrics | null;
  assumptions: Assumptions;
}

const EXTRA: readonly MetricKind[] = [
  { id: "irr", name: "IRR", unit: "%", digits: 2, times: 100, good: "up", change: " pt" },
  {
    id: "modified_duration",
    name: "Modified duration",
    unit: "",
    digits: 2,
    times: 1,
    good: "neither",
    change: "",
  },
  {
    id: "convexity",
    name: "Convexity",
    unit: "",
    digits: 1,
    times: 1,
    good: "neither",
    change: "",
  },
  {
    id: "total_prepayment",
    name: "Prepayment, total",
    unit: "",
    digits: 0,
    times: 1,
    good: "neither",
    change: "",
    money: true,
  },
  {
    id: "total_interest",
    name: "Interest, total",
    unit: "",
    digits: 0,
    times: 1,
    good: "up",
    change: "",
    money: true,
  },
  {
    id: "total_default",
    name: "Default, total",
    unit: "",
    digits: 0,
    times: 1,
    good: "down",
    change: "",
    money: true,
  },
  {
    id: "total_loss",
    name: "Loss, total",
    unit: "",
    digits: 0,
    times: 1,
    good: "down",
    change: "",
    money: true,
  },
];
const ALL = [...METRICS, ...EXTRA];

/** Two results side by side: their measures, and which assumptions differ. */
export function CompareRuns({ pool, bench }: { pool: Pool; bench: Bench }) {
  const [search, change] = useSearchState();
  const firstId = search.a ?? NOW;
  const secondId = search.b ?? (bench.compareId === "none" ? DEFAULTS : bench.compareId);
  const first = useResult(pool, firstId === NOW ? "" : firstId);
  const second = useResult(pool, secondId);
  const left: Side | null =
    firstId === NOW
      ? bench.shown === null
        ? null
        : { name: "now shown", metrics: bench.shown.metrics, assumptions: bench.state }
      : sideOf(first.result);
  const right = sideOf(second.result);
  const options = [
    ...(bench.may ? [{ value: DEFAULTS, text: "Class defaults" }] : []),
    ...bench.runs
      .filter((run) => run.state === "succeeded")
      .map((run) => ({ value: run.id, text: run.name })),
  ];
  const error = first.error ?? second.error;
  return (
    <div className={styles.scroll}>
      <div className={styles.pick}>
        <Select
          label="First"
          options={[{ value: NOW, text: "Now shown" }, ...options]}
          value={firstId}
          onChange={(a) => change({ a: a === NOW ? undefined : a })}
        />
        <Select label="Second" options={options} value={secondId} onChange={(b) => change({ b })} />
      </div>
      {error ? (
        <ErrorPanel what="The runs could not be compared" error={error} />
      ) : left === null || right === null ? (
        options.length === 0 ? (
          <Empty title="Nothing to compare with">Save a run first.</Empty>
        ) : (
          <Skeleton />
        )
      ) : (
        <Pair left={left} right={right} pool={pool} bench={bench} />
      )}
    </div>
  );
}

const sideOf = (result: ReturnType<typeof useResult>["result"]): Side | null =>
  result === null
    ? null
    : { name: result.name, metrics: result.analysis.metrics, assumptions: result.assumptions };

function Pair({ left, right, pool, bench }: { left: Side; right: Side; pool: Pool; bench: Bench }) {
  const found = differences(left.assumptions, right.assumptions, {
    ...bench.usual,
    last: bench.last,
  });
  const cell = (side: Side, kind: MetricKind) => {
    const value = numberOf(side.metrics, kind);
    return value === null ? "n/a" : wholeMetric(kind, value, pool.currency);
  };
  const metrics: Column<MetricKind>[] = [
    {
      id: "name",
      head: "Measure",
      value: (kind) => (kind.unit === "" ? kind.name : `${kind.name}, ${kind.unit}`),
      width: 130,
      grow: true,
      phone: "title",
    },
    {
      id: "left",
      head: left.name,
      value: (kind) => numberOf(left.metrics, kind),
      cell: (kind) => cell(left, kind),
      align: "right",
      width: 104,
      phone: "note",
    },
    {
      id: "right",
      head: right.name,
      value: (kind) => numberOf(right.metrics, kind),
      cell: (kind) => cell(right, kind),
      align: "right",
      width: 104,
      phone: "note",
    },
    {
      id: "change",
      head: "Change",
      value: (kind) => changeOf(left, right, kind),
      cell: (kind) => {
        const value = numberOf(left.metrics, kind);
        const before = numberOf(right.metrics, kind);
        return value === null || before === null ? null : (
          <Change kind={kind} value={value} before={before} />
        );
      },
      align: "right",
      width: 104,
      phone: "figure",
    },
  ];
  const assumptions: Column<Difference>[] = [
    {
      id: "what",
      head: "Assumption",
      value: (one) => one.what,
      width: 120,
      grow: true,
      phone: "title",
    },
    {
      id: "left",
      head: left.name,
      value: (one) => one.to,
      width: 140,
      grow: true,
      phone: "figure",
    },
    {
      id: "right",
      head: right.name,
      value: (one) => one.from,
      width: 140,
      grow: true,
      phone: "note",
    },
  ];
  return (
    <div className={styles.sideBySide}>
      <DataTable
        label={`Measures of ${left.name} and ${right.name}`}
        dense
        columns={metrics.map((column) => ({ ...column, sortable: false }))}
        rows={ALL}
        rowId={(kind) => kind.id}
      />
      <DataTable
        label={`Assumptions that differ: ${counted(found.length, "row")}`}
        dense
        columns={assumptions.map((column) => ({ ...column, sortable: false }))}
        rows={found}
        rowId={(one) => `${one.tab}:${one.what}`}
        empty={<Empty title="The same assumptions">Both results were asked for alike.</Empty>}
      />
    </div>
  );
}

function changeOf(left: Side, right: Side, kind: MetricKind): number | null {
  const value = numberOf(left.metrics, kind);
  const before = numberOf(right.metrics, kind);
  return value === null || before === null ? null : value - before;
}
