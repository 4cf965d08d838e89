import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Download, Link as LinkIcon, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { csvOf, saveBlob } from "@/api/download";
import { jobQuery } from "@/api/queries";
import { BarHistogram } from "@/charts/BarHistogram";
import { counted, formatBytes, formatCount } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { useDraft } from "@/session/draft";
import { isActive } from "@/shell/jobs";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Banner } from "@/ui/Banner";
import { Button, IconButton, LinkButton, TextLink } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { AlertDialog } from "@/ui/Dialog";
import { JobProgress } from "@/ui/JobProgress";
import { Chip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel, PanelBody } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { poolsQuery } from "../api/queries";
import { type AmountUnit, amountUnit } from "../model/units";
import { poolPath } from "../pools/PoolCard";
import { useMayRun } from "../shared/access";
import { STATE_TONES } from "../stress/StressRuns";
import {
  deleteSimulation,
  SIMULATION_KEY,
  type SimulationDetail,
  simulateNow,
  simulationQuery,
  simulationsQuery,
  stateOf,
} from "./api";
import { type Draft, START } from "./draft";
import { binsOf, histogramOf, reportRows } from "./figures";
import { Results } from "./Results";
import { firstPaths, fromRequest, pathsToShow, requestOf } from "./request";
import { DRAFT_KEY } from "./Simulation";
import styles from "./Simulation.module.css";

const POLL_MS = 1_000;
const waits = (one: SimulationDetail | undefined) =>
  one?.state === "pending" || one?.state === "running";

/** One simulation: what is known while it runs, then its results. */
export default function SimulationPage() {
  const { simulationId = "" } = useParams({ strict: false }) as { simulationId?: string };
  const query = useQuery({
    ...simulationQuery(simulationId),
    refetchInterval: ({ state }) => (waits(state.data) ? POLL_MS : false),
  });
  return (
    <Page>
      <Loaded query={query} what="The simulation" skeleton={<Skeleton chart />}>
        {(one) => <Shown one={one} onEnd={() => void query.refetch()} />}
      </Loaded>
    </Page>
  );
}

function Shown({ one, onEnd }: { one: SimulationDetail; onEnd: () => void }) {
  const pool = useInfiniteQuery(poolsQuery)
    .data?.pages.flatMap((page) => page.items)
    .find((item) => item.id === one.pool_id);
  const unit = amountUnit(pool?.summary.balance ?? 0, pool?.currency ?? null);
  const state = stateOf(one.state);
  const copy = () => void copyText(location.href, "Link copied");
  useShortcuts([{ keys: "c", text: "Copy link", scope: "Simulation", run: copy }]);
  useStatusItems([
    counted(one.paths, "path"),
    ...(one.execution_seconds === null ? [] : [formatDuration(one.execution_seconds * 1_000)]),
  ]);
  return (
    <>
      <PageHead
        title={one.name}
        trail={[
          { title: "Credit", to: "/credit" },
          { title: "Simulation", to: "/credit/simulation" },
        ]}
        actions={<Acts one={one} onCopy={copy} />}
      >
        <Chip tone={STATE_TONES[state]}>{state}</Chip>
        {one.pool_id === null ? null : (
          <TextLink to={poolPath(one.pool_id)}>{one.pool_name}</TextLink>
        )}
        <Chip>{counted(one.paths, "path")}</Chip>
        <Chip>seed {one.plan.seed}</Chip>
      </PageHead>
      {waits(one) ? (
        <Running one={one} unit={unit} onEnd={onEnd} />
      ) : (
        <>
          {state === "succeeded" ? null : (
            <Banner
              tone={state === "cancelled" ? "info" : "bad"}
              title={
                state === "cancelled" ? "This simulation was cancelled." : "This simulation failed."
              }
            >
              {one.error_message ??
                (one.result === null
                  ? "Nothing was kept. Edit it and run it again."
                  : "The figures are those of the paths that were finished.")}
            </Banner>
          )}
          {state !== "succeeded" && one.result === null ? null : <Results one={one} unit={unit} />}
        </>
      )}
    </>
  );
}

/** Progress with time left and Cancel, and the distribution of the paths so far. */
function Running({
  one,
  unit,
  onEnd,
}: {
  one: SimulationDetail;
  unit: AmountUnit;
  onEnd: () => void;
}) {
  const job = useQuery({
    ...jobQuery(one.job_id ?? ""),
    enabled: one.job_id !== null,
    refetchInterval: ({ state }) => {
      if (state.data !== undefined && !isActive(state.data)) {
        onEnd();
        return false;
      }
      return POLL_MS;
    },
  });
  const count = pathsToShow(one);
  const first = useQuery({
    queryKey: [...SIMULATION_KEY, "first", one.id, count],
    queryFn: ({ signal }) => simulateNow(firstPaths(one, count), signal),
    enabled: count > 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const value = first.data?.measures.value ?? null;
  return (
    <div className={styles.pair}>
      <Panel title="Progress">
        <div className={styles.jobPad}>
          {one.job_id === null ? (
            <Skeleton rows={2} />
          ) : (
            <Loaded query={job} what="The job">
              {(shown) => <JobProgress job={shown} />}
            </Loaded>
          )}
        </div>
      </Panel>
      <Panel
        title="So far"
        sub={value === null ? undefined : `${counted(value.count, "path")}, NPV, ${unit.name}`}
      >
        <PanelBody>
          <BarHistogram
            label={
              value === null
                ? "No path is finished yet"
                : `NPV of the first ${formatCount(value.count)} paths, mean ${unit.format(value.mean)}`
            }
            name={`${one.name}-so-far`}
            bins={value === null ? [] : binsOf(histogramOf(value))}
            marks={value === null ? [] : [{ value: value.mean, title: "mean" }]}
            formatX={unit.tick}
            titleX={`NPV, ${unit.name}`}
            height={240}
            empty={
              first.error
                ? "The first paths could not be shown; the simulation goes on."
                : "The first paths appear here after a moment."
            }
          />
        </PanelBody>
      </Panel>
    </div>
  );
}

function Acts({ one, onCopy }: { one: SimulationDetail; onCopy: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMayRun();
  const [, setDraft] = useDraft<Draft>(DRAFT_KEY, START);
  const [leaving, setLeaving] = useState(false);
  const save = () => {
    const { result } = one;
    if (result !== null) {
      const blob = new Blob([csvOf(reportRows(result))], { type: "text/csv" });
      saveBlob(blob, `${one.name}.csv`);
      toast({ tone: "ok", text: "Figures saved", detail: formatBytes(blob.size) });
    }
  };
  return (
    <>
      <LinkButton to="/credit/simulation">All simulations</LinkButton>
      <IconButton label="Copy link" keys="c" kind="default" onPress={onCopy}>
        <LinkIcon size={14} />
      </IconButton>
      {one.result === null ? null : (
        <Button icon={<Download size={14} />} onPress={save}>
          CSV
        </Button>
      )}
      <Button
        icon={<Pencil size={14} />}
        onPress={() => {
          setDraft(fromRequest(requestOf(one)));
          void navigate({ to: "/credit/simulation" });
        }}
      >
        Edit and run again
      </Button>
      {waits(one) ? null : (
        <IconButton
          label="Delete simulation"
          kind="dangerOutline"
          isDisabled={!may}
          onPress={() => setLeaving(true)}
        >
          <Trash2 size={14} />
        </IconButton>
      )}
      <AlertDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={`Delete ${one.name}`}
        consequence="Its results and its paths disappear for everybody. The pool stays."
        keep="Keep simulation"
        act="Delete simulation"
        onAct={async () => {
          await deleteSimulation(one.id);
          toast({ tone: "ok", text: `${one.name} deleted` });
          await client.invalidateQueries({ queryKey: simulationsQuery.queryKey });
          void navigate({ to: "/credit/simulation" });
        }}
      />
    </>
  );
}
