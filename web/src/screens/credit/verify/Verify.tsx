import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { counted, formatCount, formatNumber } from "@/format/numbers";
import { useCommands } from "@/shell/commands";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Metric } from "@/ui/Figures";
import { StatusChip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { usePhoneNotes } from "../shared/phoneNotes";
import { type VerifyReport, type VerifySection, verifyQuery } from "./api";
import { sayDifference } from "./figures";
import styles from "./Verify.module.css";

/** The engine against published figures, cell by cell. */
export default function Verify() {
  const query = useQuery(verifyQuery);
  const again = () => void query.refetch();
  useShortcuts([{ keys: "r", text: "Run again", scope: "Conformance", run: again }]);
  useCommands([
    { id: "credit.verify", text: "Run conformance checks", hint: "Credit", keys: "r", run: again },
  ]);
  const engine = query.data?.engine_version;
  useStatusItems(engine === undefined ? [] : [`Engine ${engine}`]);
  return (
    <Page>
      <PageHead
        title="Conformance"
        trail={[{ title: "Credit", to: "/credit" }]}
        actions={
          <Button
            kind="primary"
            icon={<RefreshCw size={14} />}
            keys="R"
            isPending={query.isFetching}
            onPress={again}
          >
            Run again
          </Button>
        }
      >
        {query.data === undefined ? null : (
          <StatusChip
            state={query.data.passed ? "up" : "down"}
            word={query.data.passed ? "passed" : "failed"}
          />
        )}
      </PageHead>
      <Loaded query={query} what="The checks" skeleton={<Skeleton rows={8} />}>
        {(report) => <Report report={report} />}
      </Loaded>
    </Page>
  );
}

function Report({ report }: { report: VerifyReport }) {
  const columns = usePhoneNotes(COLUMNS);
  const failed = report.sections.filter((one) => !one.passed);
  const share = Math.max(
    0,
    ...report.sections.map((one) => one.largest_difference / one.tolerance),
  );
  return (
    <>
      {failed.length === 0 ? null : (
        <Banner tone="bad" title={`${counted(failed.length, "table")} differ.`}>
          Figures of this engine may be wrong: {failed.map((one) => one.title).join(", ")}.
        </Banner>
      )}
      <Panel label="Summary" className={styles.metsPanel}>
        <div className={styles.mets}>
          <Metric name="Cells compared" value={formatCount(report.cells)} />
          <Metric name="Tables" value={formatCount(report.sections.length)} />
          <Metric name="Failed" value={formatCount(failed.length)} />
          <Metric
            name="Largest difference"
            value={Number.isFinite(share) ? formatNumber(100 * share, 0) : "n/a"}
            unit="% of what is allowed"
          />
        </div>
      </Panel>
      <Panel title="Published tables" sub="computed again, cell by cell">
        <DataTable
          label="Published tables"
          name="credit.verify"
          columns={columns}
          rows={report.sections}
          rowId={(one) => one.name}
        />
      </Panel>
    </>
  );
}

const COLUMNS: Column<VerifySection>[] = [
  { id: "title", head: "Table", value: (one) => one.title, width: 240, grow: true, phone: "title" },
  {
    id: "passed",
    head: "Result",
    value: (one) => (one.passed ? "passed" : "failed"),
    cell: (one) => (
      <StatusChip state={one.passed ? "up" : "down"} word={one.passed ? "passed" : "failed"} />
    ),
    width: 100,
    phone: "figure",
  },
  {
    id: "cells",
    head: "Cells",
    value: (one) => one.cells,
    cell: (one) => formatCount(one.cells),
    align: "right",
    width: 84,
    phone: "note",
  },
  {
    id: "difference",
    head: "Largest difference",
    value: (one) => one.largest_difference,
    cell: (one) => sayDifference(one.largest_difference),
    align: "right",
    width: 150,
    phone: "note",
  },
  {
    id: "tolerance",
    head: "Allowed",
    value: (one) => one.tolerance,
    cell: (one) => sayDifference(one.tolerance),
    align: "right",
    width: 100,
    phone: "hide",
  },
  {
    id: "source",
    head: "Source",
    value: (one) => one.source,
    width: 260,
    grow: true,
    phone: "hide",
  },
];
