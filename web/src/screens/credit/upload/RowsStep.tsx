import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { counted, formatCount } from "@/format/numbers";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Metric, MetricRow } from "@/ui/Figures";
import { Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Empty, Loaded } from "@/ui/States";
import { tapeIssuesQuery } from "../api/queries";
import type { IssueSeverity, Pool, RowIssue, TapeResolution } from "../api/types";
import { issueColumns } from "./issueColumns";
import styles from "./Upload.module.css";

type Shown = IssueSeverity | "all";
const ALL = "all";

export interface RowsStepProps {
  pool: Pool;
  onResolve: (decision: TapeResolution) => void;
  onNext: () => void;
  onColumns: () => void;
  onDiscard?: () => void;
}

export const issueKey = (issue: RowIssue) =>
  `${issue.row}:${issue.column ?? issue.field ?? ""}:${issue.code}`;

/** Rows that do not fit: what is wrong, and the two ways out, another value or no row. */
export function RowsStep({ pool, onResolve, onNext, onColumns, onDiscard }: RowsStepProps) {
  const report = pool.report;
  const [severity, setSeverity] = useState<Shown>(report && report.invalid > 0 ? "error" : ALL);
  const [code, setCode] = useState<string | null>(null);
  const [column, setColumn] = useState<string>(ALL);
  const [fixes, setFixes] = useState<ReadonlyMap<string, string>>(new Map());
  const [out, setOut] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = useInfiniteQuery(
    tapeIssuesQuery(pool.id, pool.version, severity === ALL ? undefined : severity),
  );
  const issues = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const shown = issues.filter(
    (issue) =>
      (code === null || issue.code === code) &&
      (column === ALL || (issue.column ?? issue.field ?? "") === column),
  );
  const headings = [...new Set(issues.map((issue) => issue.column ?? issue.field ?? ""))].sort();
  const columns = useMemo(
    () =>
      issueColumns({
        fixes,
        out,
        onFix: (issue, value) =>
          setFixes((before) => {
            const next = new Map(before);
            if (value === "" || value === issue.value) {
              next.delete(issueKey(issue));
            } else {
              next.set(issueKey(issue), value);
            }
            return next;
          }),
        onExclude: (row) =>
          setOut((before) => {
            const next = new Set(before);
            if (!next.delete(row)) {
              next.add(row);
            }
            return next;
          }),
      }),
    [fixes, out],
  );
  if (report === null) {
    return <Empty title="This pool has no tape" />;
  }

  const exclude = () => {
    const rows = issues.filter((issue) => chosen.has(issueKey(issue))).map((issue) => issue.row);
    setOut(new Set([...out, ...rows]));
    setChosen(new Set());
  };
  const apply = (all: boolean) => {
    const repairs = issues.flatMap((issue) => {
      const value = fixes.get(issueKey(issue));
      const place = issue.column ?? issue.field;
      return value === undefined || place === null || out.has(issue.row)
        ? []
        : [{ row: issue.row, column: place, value }];
    });
    onResolve({ exclude_rows: [...out], repairs, ...(all ? { exclude_all_invalid: true } : {}) });
  };
  const pending = [
    fixes.size > 0 ? counted(fixes.size, "fix", "fixes") : "",
    out.size > 0 ? counted(out.size, "row left out", "rows left out") : "",
  ].filter((part) => part !== "");

  return (
    <>
      <Panel label="What the import did">
        <MetricRow>
          <Metric name="Rows read" value={formatCount(report.rows)} />
          <Metric name="In the pool" value={formatCount(report.valid)} />
          <Metric
            name="Do not fit"
            value={formatCount(report.invalid)}
            note={report.invalid > 0 ? "not in the pool" : "every row fits"}
          />
          <Metric name="Loans gone" value={formatCount(report.closed)} note="paid off or sold" />
          <Metric
            name="Left out, repaired"
            value={`${formatCount(report.excluded)}, ${formatCount(report.repaired)}`}
            note="by people"
          />
          <Metric
            name="Warnings"
            value={formatCount(report.warnings)}
            note="rows are in the pool"
          />
        </MetricRow>
      </Panel>
      <Panel fill className={styles.rowsPanel} title="Rows to look at" sub="the heading is row 1">
        {Object.keys(report.codes).length > 0 ? (
          <div className={styles.codes}>
            {Object.entries(report.codes).map(([name, count]) => (
              <button
                key={name}
                type="button"
                className={styles.code}
                aria-pressed={code === name}
                onClick={() => {
                  setCode(code === name ? null : name);
                  setSeverity(ALL);
                }}
              >
                {name.replaceAll("_", " ")}
                <span className={styles.codeCount}>{formatCount(count)}</span>
              </button>
            ))}
          </div>
        ) : null}
        <FilterBar
          count={`${formatCount(shown.length)} shown`}
          end={<ExportButton columns={columns} rows={shown} fileName={`${pool.name}-rows`} />}
          tokens={code === null ? [] : [{ name: "code", value: code, onDrop: () => setCode(null) }]}
        >
          <Segmented<Shown>
            label="Severity"
            options={[
              { value: "error", text: "Do not fit" },
              { value: "warning", text: "Warnings" },
              { value: "closed", text: "Gone" },
              { value: ALL, text: "All" },
            ]}
            value={severity}
            onChange={setSeverity}
          />
          <Select
            label="Column"
            hideLabel
            options={[
              { value: ALL, text: "All columns" },
              ...headings.map((name) => ({ value: name, text: name || "whole row" })),
            ]}
            value={column}
            onChange={setColumn}
          />
          {chosen.size > 0 ? (
            <Button small onPress={exclude}>
              {`Leave out ${counted(chosen.size, "row")}`}
            </Button>
          ) : null}
        </FilterBar>
        <Loaded query={query} what="Rows">
          {() => (
            <DataTable
              label="Rows to look at"
              name="credit.issues"
              fill
              columns={columns}
              rows={shown}
              rowId={issueKey}
              selection={chosen}
              onSelection={setChosen}
              empty={
                <Empty title={report.invalid === 0 ? "Every row fits" : "No row matches"}>
                  {report.invalid === 0
                    ? "Go on and save the pool."
                    : "Choose another severity, code or column."}
                </Empty>
              }
              more={{
                has: query.hasNextPage,
                loading: query.isFetchingNextPage,
                load: () => void query.fetchNextPage(),
              }}
            />
          )}
        </Loaded>
        {pending.length > 0 ? (
          <Banner
            tone="info"
            title={`${pending.join(", ")}, not applied.`}
            actions={
              <>
                <Button
                  small
                  onPress={() => {
                    setFixes(new Map());
                    setOut(new Set());
                  }}
                >
                  Undo all
                </Button>
                <Button small kind="primary" onPress={() => apply(false)}>
                  Apply and check again
                </Button>
              </>
            }
          />
        ) : null}
        <div className={styles.acts}>
          <Button onPress={onColumns}>Change columns</Button>
          {onDiscard ? (
            <Button kind="dangerOutline" onPress={onDiscard}>
              Discard import…
            </Button>
          ) : null}
          <div className={styles.actsEnd}>
            {report.invalid > 0 && pending.length === 0 ? (
              <Button onPress={() => apply(true)}>
                {`Leave out all ${counted(report.invalid, "row")} that do not fit`}
              </Button>
            ) : null}
            <Button kind="primary" isDisabled={pending.length > 0} onPress={onNext}>
              {report.invalid > 0 ? `Go on with ${counted(report.valid, "loan")}` : "Go on"}
            </Button>
          </div>
        </div>
      </Panel>
    </>
  );
}
