import { useState } from "react";
import { counted } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { CreditGlyph } from "@/services/glyphs";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Inspector } from "@/ui/Inspector";
import { Panel, PanelBody } from "@/ui/Panel";
import { Empty, ErrorPanel, NoPermission, Skeleton } from "@/ui/States";
import { useSearchState } from "../../../search";
import { FollowJob } from "../../shared/FollowJob";
import type { Deal } from "../api/structure";
import type { DealView } from "../api/types";
import type { ChecksState } from "../builder/useChecks";
import { speedWords } from "../model/collateral";
import { BondChart } from "../results/BondChart";
import { cellFromText } from "../results/cell";
import { Detail } from "../results/Detail";
import { Explain } from "../results/Explain";
import { Summary } from "../results/Summary";
import styles from "./Run.module.css";
import { RunHead } from "./RunHead";
import { RunPanel } from "./RunPanel";
import { SaveRunDialog } from "./SaveRunDialog";
import { type RunBench, useRunBench } from "./useRunBench";

const LOG_TABS = new Set(["replay"]);

export function RunBenchView({
  stored,
  draft,
  changed,
  checks,
}: {
  stored: DealView;
  draft: Deal;
  changed: boolean;
  checks: ChecksState;
}) {
  const [search, change] = useSearchState();
  const cell = cellFromText(search.cell);
  const withLog = LOG_TABS.has(search.tab ?? "") || cell !== null;
  const bench = useRunBench(stored, draft, changed, checks, withLog);
  const [saving, setSaving] = useState(false);
  const open = () => {
    if (bench.reason === null) {
      setSaving(true);
    }
  };
  useShortcuts([{ keys: "Mod+Enter", text: "Run", scope: "Deal", run: open }]);
  useStatusItems(
    bench.storedId === null && bench.live.seconds !== null
      ? [
          "Live preview, not saved",
          bench.live.cached ? "From the cache" : formatDuration(bench.live.seconds * 1_000),
        ]
      : [],
  );
  const { shown, deal } = bench;
  return (
    <>
      <RunHead bench={bench} dealId={stored.id} name={stored.name} />
      <div className={styles.lay}>
        <RunPanel bench={bench} deal={draft} onRun={open} />
        <Inspector
          title={cell === null || shown === null ? null : `Payment to ${cell.bond}`}
          onClose={() => change({ cell: undefined })}
          detail={
            cell === null || shown === null ? null : (
              <Explain
                key={`${cell.bond}@${cell.date}@${bench.storedId}@${shown.name}`}
                dealId={stored.id}
                deal={deal}
                scenario={shown}
                runId={bench.storedId}
                cell={cell}
                reason={bench.reason}
                onKeep={open}
              />
            )
          }
        >
          <div className={styles.results}>
            <Notices bench={bench} onView={(view, at) => change({ view, at })} />
            {bench.jobId === null ? null : (
              <Panel title="Run in progress">
                <PanelBody>
                  <FollowJob
                    id={bench.jobId}
                    onEnd={(job) =>
                      bench.endJob(
                        job.state === "succeeded"
                          ? (job.result_url?.split("/").at(-1) ?? null)
                          : null,
                      )
                    }
                  />
                </PanelBody>
              </Panel>
            )}
            {shown === null ? (
              <Waiting bench={bench} />
            ) : (
              <>
                <Summary
                  run={shown.run}
                  deal={deal}
                  base={bench.base?.run ?? null}
                  busy={bench.live.busy}
                />
                <BondChart
                  run={shown.run}
                  deal={deal}
                  base={bench.base?.run ?? null}
                  baseName={bench.baseName}
                  name={`${stored.name}-${shown.name}`}
                  busy={bench.live.busy}
                />
                <Detail
                  dealId={stored.id}
                  runId={bench.storedId}
                  deal={deal}
                  scenario={shown}
                  base={bench.base}
                  baseName={bench.baseName}
                  name={stored.name}
                  onKeep={open}
                  reason={bench.reason}
                />
              </>
            )}
          </div>
        </Inspector>
      </div>
      {saving ? (
        <SaveRunDialog
          usual={speedWords(bench.state.speeds)}
          onSave={async (name) => {
            await bench.run.mutateAsync(name);
          }}
          onClose={() => setSaving(false)}
        />
      ) : null}
    </>
  );
}

/** What a person has to know before believing the figures. */
function Notices({
  bench,
  onView,
}: {
  bench: RunBench;
  onView: (view: string | undefined, at?: string) => void;
}) {
  const { blocked, live, shown, storedId } = bench;
  const warnings = shown?.run.warnings ?? [];
  const unpaid = shown?.run.summary.first_unpaid ?? null;
  return (
    <>
      {storedId === null && blocked ? (
        <Banner
          tone="warn"
          title="The check found errors, so the deal is not run."
          actions={<Button onPress={() => onView(undefined)}>Show errors</Button>}
        >
          {shown === null ? "" : "The figures are those of the last deal without errors."}
        </Banner>
      ) : null}
      {storedId === null && live.error && shown !== null ? (
        <Banner
          tone="bad"
          title="This run was refused; the figures are those of the last good one."
          actions={
            <Button small onPress={live.retry}>
              Try again
            </Button>
          }
        >
          {messageOf(live.error)}
        </Banner>
      ) : null}
      {unpaid === null ? null : (
        <Banner tone="warn" title={`${unpaid.bond} misses interest first on ${unpaid.date}.`}>
          Open that payment in the grid to see which step took the cash.
        </Banner>
      )}
      {warnings.length > 0 ? (
        <Banner tone="warn" title={`${counted(warnings.length, "note")}.`}>
          {warnings
            .slice(0, 3)
            .map((one) => one.message)
            .join(" ")}
        </Banner>
      ) : null}
    </>
  );
}

const messageOf = (error: unknown): string => {
  const fields = (error as { fields?: { message: string }[] }).fields ?? [];
  const detail = (error as { detail?: string }).detail ?? "";
  return fields.length > 0 ? fields.map((field) => field.message).join("; ") : detail;
};

function Waiting({ bench }: { bench: RunBench }) {
  if (bench.storedId !== null) {
    const { detail } = bench;
    if (detail.error) {
      return (
        <Panel label="Results">
          <ErrorPanel
            what="The run could not be loaded"
            error={detail.error}
            onRetry={() => void detail.refetch()}
          />
        </Panel>
      );
    }
    if (detail.data !== undefined && detail.data.results === null) {
      const { state, error_message } = detail.data;
      return (
        <Panel label="Results">
          <Empty
            title={
              state === "failed" || state === "timed_out"
                ? "This run failed"
                : state === "cancelled"
                  ? "This run was cancelled"
                  : "This run is still computed"
            }
          >
            {error_message ?? "Its results stand here when it is done."}
          </Empty>
        </Panel>
      );
    }
    return (
      <Panel label="Results">
        <Skeleton chart rows={8} />
      </Panel>
    );
  }
  if (!bench.may) {
    return (
      <Panel label="Results">
        <NoPermission need="credit:operator" what="run a deal" />
      </Panel>
    );
  }
  if (bench.blocked || bench.gap !== null) {
    return (
      <Panel label="Results">
        <Empty title="Nothing to run yet" glyph={<CreditGlyph size={22} />}>
          {bench.gap ?? "Correct the errors that the check found; then the figures stand here."}
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel label="Results">
      {bench.live.error ? (
        <ErrorPanel
          what="The deal could not be run"
          error={bench.live.error}
          onRetry={bench.live.retry}
        />
      ) : (
        <Skeleton chart rows={8} />
      )}
    </Panel>
  );
}
