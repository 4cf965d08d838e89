import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Download, Link as LinkIcon, Trash2 } from "lucide-react";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { counted, formatBytes } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { CreditGlyph } from "@/services/glyphs";
import { useCommands } from "@/shell/commands";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Banner } from "@/ui/Banner";
import { Button, IconButton, LinkButton, TextLink } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { AlertDialog } from "@/ui/Dialog";
import { Chip } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Empty, ErrorPanel, Loaded, Skeleton } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../search";
import { poolsQuery, runQuery, runsQuery } from "../api/queries";
import { poolPath } from "../pools/PoolCard";
import { Samples } from "../pools/Samples";
import { useMayRun } from "../shared/access";
import { FollowJob } from "../shared/FollowJob";
import {
  createStressRun,
  deleteStressRun,
  REPORTS,
  type ReportFormat,
  type StressDetail,
  savedQuery,
  saveReport,
  scenariosQuery,
  stressRunQuery,
  stressRunsQuery,
} from "./api";
import { countOf, namesFromText, namesToText, requestOf, usableRuns, usualNames } from "./choice";
import { ownFromText, ownToText } from "./factors";
import { BASE } from "./matrix";
import { Picker } from "./Picker";
import { findingOf, Result } from "./Result";
import styles from "./Stress.module.css";
import { STATE_TONES, StressRuns } from "./StressRuns";

const STRESS = "/credit/stress";
const POLL_MS = 2_000;
const waits = (run: StressDetail | undefined) =>
  run?.state === "queued" || run?.state === "running";
const pathOf = (id: string) => `${STRESS}/${encodeURIComponent(id)}`;

/** Scenarios on the left, what they do to a pool on the right. */
export default function Stress() {
  const { stressId } = useParams({ strict: false }) as { stressId?: string };
  const pools = useInfiniteQuery(poolsQuery);
  const scenarios = useQuery(scenariosQuery);
  const none = pools.data !== undefined && pools.data.pages[0]?.items.length === 0;
  return (
    <Page fill>
      {none && stressId === undefined ? (
        <>
          <PageHead title="Stress" trail={[{ title: "Credit", to: "/credit" }]} />
          <Panel label="No pools yet">
            <Empty
              title="No pool to stress yet"
              glyph={<CreditGlyph size={22} />}
              actions={
                <LinkButton to="/credit/upload" kind="primary">
                  Upload tape
                </LinkButton>
              }
            >
              A stress test moves rates, speeds and recoveries of a pool. Upload a tape, or start
              from a sample.
            </Empty>
            <Samples />
          </Panel>
        </>
      ) : (
        <Loaded query={pools} what="Pools">
          {() => (
            <Loaded query={scenarios} what="The scenarios">
              {() => <Bench stressId={stressId ?? null} />}
            </Loaded>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function Bench({ stressId }: { stressId: string | null }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMayRun();
  const [search, change] = useSearchState();
  const pools = useInfiniteQuery(poolsQuery).data?.pages.flatMap((page) => page.items) ?? [];
  const scenarios = useQuery(scenariosQuery).data ?? [];
  const saved = useQuery(savedQuery).data ?? [];
  const stored = useQuery({
    ...stressRunQuery(stressId ?? ""),
    enabled: stressId !== null,
    refetchInterval: ({ state }) => (waits(state.data) ? POLL_MS : false),
  });

  const run = stored.data;
  const poolId =
    search.pool ?? run?.pool_id ?? (pools.length === 1 ? (pools[0]?.id ?? null) : null);
  const runs = usableRuns(
    useInfiniteQuery({ ...runsQuery(poolId ?? ""), enabled: poolId !== null }).data?.pages.flatMap(
      (page) => page.items,
    ) ?? [],
  );
  const runId = runs.some((one) => one.id === search.run) ? (search.run ?? null) : null;
  // Nobody has chosen: what the shown run had, else the predefined ones.
  const usual = run === undefined ? usualNames(scenarios) : namesOfRun(run);
  const all = [...scenarios, ...saved].map((one) => one.name);
  const names = namesFromText(search.s, usual).filter((name) => all.includes(name));
  const own = ownFromText(search.own);
  const terms = useQuery({ ...runQuery(runId ?? ""), enabled: runId !== null });
  const request = requestOf({
    names,
    own,
    saved,
    scenarios,
    terms: runId === null ? null : (terms.data?.terms ?? null),
    cutOff: pools.find((one) => one.id === poolId)?.cut_off_date ?? null,
  });
  const count = countOf(request);

  const make = useMutation({
    mutationFn: async () => {
      if (poolId === null) {
        throw new Error("no pool");
      }
      return createStressRun(poolId, request);
    },
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: stressRunsQuery.queryKey });
      if ("run_id" in answer) {
        open(answer.run_id);
      } else {
        client.setQueryData(stressRunQuery(answer.id).queryKey, answer);
        open(answer.id);
      }
    },
    onError: (error) => {
      const problem = asProblem(error);
      const [field] = problem.fields;
      toast({
        tone: "bad",
        text: "The stress test was refused",
        detail: field?.message ?? (problem.detail || problem.title),
      });
    },
  });
  const waiting = runId !== null && terms.data === undefined;
  const start = () => {
    if (may && poolId !== null && count > 0 && !make.isPending && !waiting) {
      make.mutate();
    }
  };
  const open = (id: string) => {
    void navigate({
      to: pathOf(id),
      search: ((before: Record<string, string>) => ({
        ...before,
        pool: undefined,
        s: undefined,
      })) as never,
    });
  };
  const copy = () => void copyText(location.href, "Link copied");
  const pool = pools.find((one) => one.id === (run?.pool_id ?? poolId));
  const reason = may ? undefined : "needs credit:operator";
  useShortcuts([
    { keys: "Mod+Enter", text: "Run", scope: "Stress", run: start },
    { keys: "c", text: "Copy link", scope: "Stress", run: copy },
  ]);
  useCommands([
    {
      id: "credit.stress",
      text: "Run stress test",
      hint: "Stress",
      keys: "Mod+Enter",
      reason,
      run: start,
    },
  ]);
  const finding = run === undefined ? null : findingOf(run);
  useStatusItems([
    ...(pool === undefined ? [] : [pool.name]),
    ...(finding === null ? [] : [finding]),
    ...(run?.execution_seconds ? [formatDuration(run.execution_seconds * 1_000)] : []),
  ]);
  return (
    <>
      <PageHead
        title="Stress"
        crumb={run?.name}
        trail={[
          { title: "Credit", to: "/credit" },
          ...(run === undefined ? [] : [{ title: "Stress", to: STRESS }]),
        ]}
        actions={run === undefined ? null : <Acts run={run} onCopy={copy} />}
      >
        {run === undefined ? null : (
          <>
            <Chip tone={STATE_TONES[run.state]}>{run.state.replace("_", " ")}</Chip>
            {run.pool_id === null ? (
              <Chip>{run.pool_name}</Chip>
            ) : (
              <TextLink to={poolPath(run.pool_id)}>{run.pool_name}</TextLink>
            )}
          </>
        )}
      </PageHead>
      <div className={styles.lay}>
        <Picker
          pools={pools}
          poolId={poolId}
          onPool={(id) => change({ pool: id, run: undefined })}
          runs={runs}
          runId={runId}
          onRun={(id) => change({ run: id ?? undefined })}
          scenarios={scenarios}
          saved={saved}
          names={names}
          onNames={(next) => change({ s: namesToText(next, usual) })}
          own={own}
          onOwn={(next) => change({ own: ownToText(next) })}
          may={may}
          busy={make.isPending || waiting}
          count={count}
          onStart={start}
        />
        <div className={cx(styles.results, stressId !== null && styles.stored)}>
          {stressId === null ? (
            <Recent onOpen={open} />
          ) : stored.error && run === undefined ? (
            <Panel label="Stress run">
              <ErrorPanel
                what="The stress run could not be loaded"
                error={stored.error}
                onRetry={() => void stored.refetch()}
              />
            </Panel>
          ) : (
            <Loaded query={stored} what="The stress run" skeleton={<Skeleton chart />}>
              {(shown) => (
                <Shown
                  run={shown}
                  currency={pool?.currency ?? null}
                  onEnd={() => void stored.refetch()}
                />
              )}
            </Loaded>
          )}
        </div>
      </div>
    </>
  );
}

const namesOfRun = (run: StressDetail) =>
  run.scenarios.map((one) => one.name).filter((name) => name !== BASE);

function Shown({
  run,
  currency,
  onEnd,
}: {
  run: StressDetail;
  currency: string | null;
  onEnd: () => void;
}) {
  if (waits(run)) {
    return (
      <Panel label="Stress test" className={styles.fixed}>
        <div className={styles.jobPad}>
          {run.job_id === null ? <Skeleton /> : <FollowJob id={run.job_id} onEnd={onEnd} />}
        </div>
      </Panel>
    );
  }
  return (
    <>
      {run.state === "succeeded" ? null : (
        <Banner tone="bad" title={`This run ${run.state.replace("_", " ")}.`}>
          {run.error_message ?? "Run it again with fewer scenarios."}
        </Banner>
      )}
      <Result run={run} currency={currency} />
    </>
  );
}

function Recent({ onOpen }: { onOpen: (id: string) => void }) {
  const query = useInfiniteQuery(stressRunsQuery);
  const runs = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Stress runs" sub={query.data ? counted(runs.length, "run") : undefined}>
      <Loaded query={query} what="Stress runs">
        {() => (
          <StressRuns
            runs={runs}
            onOpen={(run) => onOpen(run.id)}
            more={{
              has: query.hasNextPage,
              loading: query.isFetchingNextPage,
              load: () => void query.fetchNextPage(),
            }}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Acts({ run, onCopy }: { run: StressDetail; onCopy: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMayRun();
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const save = async (format: ReportFormat) => {
    setBusy(true);
    try {
      const size = await saveReport(run, format);
      toast({ tone: "ok", text: "Report saved", detail: formatBytes(size) });
    } catch (error) {
      const problem = asProblem(error);
      toast({
        tone: "bad",
        text: "The report was not saved",
        detail: problem.detail || problem.title,
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <LinkButton to={STRESS}>All stress runs</LinkButton>
      <IconButton label="Copy link" keys="c" kind="default" onPress={onCopy}>
        <LinkIcon size={14} />
      </IconButton>
      <Menu
        label="Report"
        items={REPORTS.map(([format, text]) => ({
          id: format,
          text,
          onAct: () => void save(format),
        }))}
      >
        <Button
          icon={<Download size={14} />}
          isPending={busy}
          isDisabled={run.state !== "succeeded"}
        >
          Report
        </Button>
      </Menu>
      <IconButton
        label="Delete stress run"
        kind="dangerOutline"
        isDisabled={!may}
        onPress={() => setLeaving(true)}
      >
        <Trash2 size={14} />
      </IconButton>
      <AlertDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={`Delete ${run.name}`}
        consequence={
          waits(run)
            ? "The run is stopped and disappears for everybody."
            : "Its figures and its report disappear for everybody. The pool stays."
        }
        keep="Keep run"
        act="Delete run"
        onAct={async () => {
          await deleteStressRun(run.id);
          toast({ tone: "ok", text: `${run.name} deleted` });
          await client.invalidateQueries({ queryKey: stressRunsQuery.queryKey });
          void navigate({ to: STRESS });
        }}
      />
    </>
  );
}
