import { useMemo } from "react";
import { formatCount } from "@/format/numbers";
import { ExportButton } from "@/table/FilterBar";
import { Panel } from "@/ui/Panel";
import { Empty, Skeleton } from "@/ui/States";
import { Tabs } from "@/ui/Tabs";
import { useSearchState } from "../../search";
import type { Pool, Run } from "../api/types";
import type { FlowRow, Step } from "../model/flows";
import { fromTerms } from "../model/request";
import type { AmountUnit } from "../model/units";
import { AssetsGrid } from "../pool/AssetsGrid";
import { ByClass } from "./ByClass";
import { CashflowGrid, exportColumns, flowColumns } from "./CashflowGrid";
import { CompareRuns } from "./CompareRuns";
import { Facts } from "./Facts";
import { RunHistory } from "./RunHistory";
import { useOpenRun } from "./useOpenRun";
import type { Bench } from "./useWorkbench";
import styles from "./Workbench.module.css";

/** Below the chart: the figures themselves, classes, loans, runs, and two runs side by side. */
export function Detail({
  pool,
  bench,
  rows,
  unit,
  step,
}: {
  pool: Pool;
  bench: Bench;
  rows: readonly FlowRow[];
  unit: AmountUnit;
  step: Step;
}) {
  const [search, change] = useSearchState();
  const tab = search.tab ?? "flows";
  const parts = bench.shown?.by_class ?? [];
  const columns = useMemo(
    () => exportColumns(flowColumns(rows, unit, step), unit),
    [rows, unit, step],
  );
  const open = useOpenRun((terms) => bench.set(fromTerms(terms)));
  const onOpen = (run: Run) => void open(run, bench.may);
  return (
    <Panel label="Details" fill className={styles.detail}>
      <Tabs
        label="Details"
        fill
        selected={tab}
        onSelect={(id) => change({ tab: id === "flows" ? undefined : id })}
        end={
          tab === "flows" ? (
            <>
              <span className={styles.tabUnit}>
                {unit.name} · {formatCount(rows.length)} {step === "year" ? "years" : "periods"}
              </span>
              <ExportButton columns={columns} rows={rows} fileName={`${pool.name}-cash-flows`} />
            </>
          ) : null
        }
        tabs={[
          {
            id: "flows",
            title: "Cash-flow grid",
            content:
              bench.shown === null ? (
                bench.live.loading ? (
                  <Skeleton />
                ) : (
                  <Empty title="No cash flows yet">They appear with the first result.</Empty>
                )
              ) : (
                <CashflowGrid rows={rows} unit={unit} step={step} />
              ),
          },
          {
            id: "classes",
            title: "By class",
            count: parts.length > 0 ? String(parts.length) : undefined,
            content: <ByClass parts={parts} unit={unit} />,
          },
          {
            id: "facts",
            title: "Facts",
            content: <Facts analytics={bench.shown?.analytics} unit={unit} />,
          },
          {
            id: "loans",
            title: "Loans",
            count: formatCount(pool.summary.asset_count),
            content: <AssetsGrid pool={pool} />,
          },
          {
            id: "runs",
            title: "Run history",
            count: bench.runs.length > 0 ? formatCount(bench.runs.length) : undefined,
            content: (
              <RunHistory
                runs={bench.runs}
                currency={pool.currency}
                comparedId={bench.compareId}
                shownId={bench.stored?.id}
                onOpen={onOpen}
                onCompare={(run) => change({ compare: run.id })}
                more={{
                  has: bench.runsOf.hasNextPage,
                  loading: bench.runsOf.isFetchingNextPage,
                  load: () => void bench.runsOf.fetchNextPage(),
                }}
              />
            ),
          },
          {
            id: "compare",
            title: "Compare",
            content: <CompareRuns pool={pool} bench={bench} />,
          },
        ]}
      />
    </Panel>
  );
}
