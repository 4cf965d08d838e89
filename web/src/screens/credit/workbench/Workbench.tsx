import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Activity, Download, Link as LinkIcon, Save } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { asProblem } from "@/api/problem";
import { CrosshairProvider } from "@/charts/crosshair";
import { counted, formatCount, formatNumber } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { useCommands } from "@/shell/commands";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Button, IconButton, LinkButton } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { Chip } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { PageHead } from "@/ui/PageHead";
import { Page } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Loaded } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../search";
import { poolQuery } from "../api/queries";
import type { Pool } from "../api/types";
import { describe } from "../model/assumptions";
import { rowsOf, type Step } from "../model/flows";
import { amountUnit } from "../model/units";
import { percentOf } from "../pools/PoolCard";
import { AssumptionPanel } from "./AssumptionPanel";
import { Detail } from "./Detail";
import { FORMATS, saveRun, saveShown } from "./exports";
import { FlowChart } from "./FlowChart";
import { Notices, Results } from "./Results";
import { SaveRunDialog } from "./SaveRunDialog";
import { type Bench, DEFAULTS, NO_RUN, useWorkbench } from "./useWorkbench";
import styles from "./Workbench.module.css";

/** Assumptions on the left, what they do to the pool on the right. */
export default function Workbench() {
  const { poolId = "" } = useParams({ strict: false }) as { poolId?: string };
  const query = useQuery(poolQuery(poolId));
  return (
    <Page fill>
      <Loaded query={query} what="The pool">
        {(pool) => (
          <CrosshairProvider key={pool.id}>
            <Bound pool={pool} />
          </CrosshairProvider>
        )}
      </Loaded>
    </Page>
  );
}

function Bound({ pool }: { pool: Pool }) {
  const bench = useWorkbench(pool);
  const [search, change] = useSearchState();
  const [saving, setSaving] = useState(false);
  const { shown, base } = bench;
  const step: Step = search.step === "year" ? "year" : "month";
  const { balance } = pool.summary;
  const unit = useMemo(() => amountUnit(balance, pool.currency), [balance, pool.currency]);
  // Chart and grid follow when there is time, so that a slider never waits for them.
  const flows = useDeferredValue(shown?.cashflows ?? null);
  const rows = useMemo(() => (flows === null ? [] : rowsOf(flows, step)), [flows, step]);
  const baseFlows = base?.analysis.cashflows ?? null;
  const baseRows = useMemo(
    () => (baseFlows === null ? [] : rowsOf(baseFlows, step)),
    [baseFlows, step],
  );
  const start = async (name: string) => {
    if (bench.may && !bench.run.isPending) {
      await bench.run.mutateAsync(name);
    }
  };
  const run = () =>
    void start(describe(bench.state)).catch((error: unknown) => {
      const problem = asProblem(error);
      toast({ tone: "bad", text: "The run was refused", detail: problem.detail || problem.title });
    });
  const copy = () => void copyText(location.href, "Link copied");
  useShortcuts([
    { keys: "Mod+Enter", text: "Run", scope: "Pool workbench", run },
    { keys: "c", text: "Copy link", scope: "Pool workbench", run: copy },
  ]);
  const reason = bench.may ? undefined : "needs credit:operator";
  useCommands([
    { id: "credit.run", text: "Run assumptions", hint: pool.name, keys: "Mod+Enter", reason, run },
    { id: "credit.save", text: "Save run…", hint: pool.name, reason, run: () => setSaving(true) },
  ]);
  useStatusItems(statusOf(bench, pool));
  return (
    <>
      <PageHead
        title="Pool workbench"
        crumb={pool.name}
        trail={[
          { title: "Credit", to: "/credit" },
          { title: "Pools", to: "/credit/pools" },
        ]}
        actions={<Acts pool={pool} bench={bench} onSave={() => setSaving(true)} onCopy={copy} />}
      >
        <Chip>{counted(pool.summary.asset_count, "loan")}</Chip>
        <Chip>WAC {percentOf(pool.summary.wac)}</Chip>
        {pool.summary.wam === null ? null : <Chip>WAM {formatNumber(pool.summary.wam, 0)}</Chip>}
      </PageHead>
      <Notices pool={pool} bench={bench} />
      <div className={styles.lay}>
        <AssumptionPanel bench={bench} onRun={run} className={styles.assume} />
        <div className={styles.results}>
          <Results pool={pool} bench={bench}>
            <FlowChart
              rows={rows}
              baseRows={baseRows}
              baseName={base?.name ?? null}
              unit={unit}
              step={step}
              onStep={(next) => change({ step: next === "year" ? next : undefined })}
              busy={bench.live.busy}
              name={`${pool.name}-cash-flows`}
            />
          </Results>
          <Detail pool={pool} bench={bench} rows={rows} unit={unit} step={step} />
        </div>
      </div>
      {saving ? (
        <SaveRunDialog
          usual={describe(bench.state)}
          onSave={start}
          onClose={() => setSaving(false)}
        />
      ) : null}
    </>
  );
}

function Acts({
  pool,
  bench,
  onSave,
  onCopy,
}: {
  pool: Pool;
  bench: Bench;
  onSave: () => void;
  onCopy: () => void;
}) {
  const [, change] = useSearchState();
  const options = [
    { value: NO_RUN, text: "Nothing" },
    ...(bench.may ? [{ value: DEFAULTS, text: "Class defaults" }] : []),
    ...bench.runs
      .filter((run) => run.state === "succeeded")
      .map((run) => ({ value: run.id, text: run.name })),
  ];
  const { stored } = bench;
  return (
    <>
      <div className={styles.comparing}>
        <span className={styles.caption} aria-hidden="true">
          Compare with
        </span>
        <Select
          label="Compare with"
          hideLabel
          options={options}
          value={bench.compareId}
          onChange={(compare) => change({ compare })}
        />
      </div>
      <Menu
        label="Export"
        items={FORMATS.map(([format, text]) => ({
          id: format,
          text,
          disabled: bench.shown === null,
          onAct: () =>
            void (bench.may && !bench.tooLarge
              ? saveShown(bench.request, format, `${pool.name}-cash-flows`)
              : stored !== null && saveRun(stored, format)),
        }))}
      >
        <Button icon={<Download size={14} />}>Export</Button>
      </Menu>
      <LinkButton to="/credit/stress" search={{ pool: pool.id }} icon={<Activity size={14} />}>
        Stress
      </LinkButton>
      <IconButton label="Copy link" keys="c" kind="default" onPress={onCopy}>
        <LinkIcon size={14} />
      </IconButton>
      <Button icon={<Save size={14} />} isDisabled={!bench.may} onPress={onSave}>
        Save run…
      </Button>
    </>
  );
}

function statusOf(bench: Bench, pool: Pool): string[] {
  const { shown } = bench;
  const hash = `${pool.content_hash.slice(0, 4)}…${pool.content_hash.slice(-4)}`;
  if (shown === null) {
    return [`Pool hash ${hash}`, `Version ${pool.version}`];
  }
  const months = shown.cashflows?.period.length ?? 0;
  const took = formatDuration(shown.execution_time * 1_000);
  return [
    `Engine ${shown.engine_version}`,
    `Pool hash ${hash}`,
    bench.may ? "Draft, not saved" : `Run ${bench.stored?.name ?? ""}`,
    `${shown.cache_hit ? "From the cache" : took}, ${formatCount(shown.asset_count)} loans × ${months} months`,
  ];
}
