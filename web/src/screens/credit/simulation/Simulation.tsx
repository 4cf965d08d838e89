import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Dices, Play, RotateCcw } from "lucide-react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { CreditGlyph } from "@/services/glyphs";
import { useDraft } from "@/session/draft";
import { useCommands } from "@/shell/commands";
import { shownKeys, useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Button, LinkButton, TextLink } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { NumberField } from "@/ui/NumberField";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Empty, Loaded } from "@/ui/States";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../search";
import { poolsQuery, runQuery, runsQuery } from "../api/queries";
import type { PoolItem } from "../api/types";
import { Samples } from "../pools/Samples";
import { NeedsOperator, useMayRun } from "../shared/access";
import { usableRuns } from "../stress/choice";
import { STATE_TONES } from "../stress/StressRuns";
import { createSimulation, type SimulationRow, simulationsQuery, stateOf } from "./api";
import { Correlations } from "./Correlations";
import { type Draft, MOST_PATHS, reasonsAgainst, START } from "./draft";
import { toRequest } from "./request";
import { ScenarioTable } from "./ScenarioTable";
import { SensitivityTable } from "./SensitivityTable";
import styles from "./Simulation.module.css";
import { Variables } from "./Variables";

export const DRAFT_KEY = "credit.simulation";
export const pathOf = (id: string) => `/credit/simulation/${encodeURIComponent(id)}`;
const CLASS_DEFAULTS = "defaults";

/** What varies, how it moves the pool, and how often it is drawn. */
export default function Simulation() {
  const pools = useInfiniteQuery(poolsQuery);
  const all = pools.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page>
      <Loaded query={pools} what="Pools">
        {() =>
          all.length === 0 ? (
            <>
              <PageHead title="Simulation" trail={[{ title: "Credit", to: "/credit" }]} />
              <Panel label="No pools yet">
                <Empty
                  title="No pool to simulate yet"
                  glyph={<CreditGlyph size={22} />}
                  actions={
                    <LinkButton to="/credit/upload" kind="primary">
                      Upload tape
                    </LinkButton>
                  }
                >
                  A simulation draws rates and the economy many times and projects a pool on each
                  path. Upload a tape, or start from a sample.
                </Empty>
                <Samples />
              </Panel>
            </>
          ) : (
            <Editor pools={all} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Editor({ pools }: { pools: readonly PoolItem[] }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMayRun();
  const [search, change] = useSearchState();
  const only = pools.length === 1 ? (pools[0]?.id ?? null) : null;
  const [kept, setDraft, discard] = useDraft<Draft>(DRAFT_KEY, START);
  const wanted = search.pool ?? kept.poolId;
  const poolId = pools.some((pool) => pool.id === wanted) ? (wanted ?? null) : only;
  const draft: Draft = { ...kept, poolId, runId: poolId === kept.poolId ? kept.runId : null };
  const runs = usableRuns(
    useInfiniteQuery({
      ...runsQuery(draft.poolId ?? ""),
      enabled: draft.poolId !== null,
    }).data?.pages.flatMap((page) => page.items) ?? [],
  );
  const runId = runs.some((run) => run.id === draft.runId) ? draft.runId : null;
  const terms = useQuery({ ...runQuery(runId ?? ""), enabled: runId !== null });
  const reasons = reasonsAgainst(draft);
  const waiting = runId !== null && terms.data === undefined;
  const make = useMutation({
    mutationFn: () =>
      createSimulation(
        toRequest(
          draft,
          runId === null ? null : (terms.data?.terms ?? null),
          pools.find((pool) => pool.id === poolId)?.cut_off_date ?? null,
        ),
      ),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: simulationsQuery.queryKey });
      void navigate({ to: pathOf(made.id) });
    },
    onError: (error) => {
      const problem = asProblem(error);
      const [field] = problem.fields;
      toast({
        tone: "bad",
        text: "The simulation was refused",
        detail: field?.message ?? (problem.detail || problem.title),
      });
    },
  });
  const start = () => {
    if (may && reasons.length === 0 && !make.isPending && !waiting) {
      make.mutate();
    }
  };
  useShortcuts([{ keys: "Mod+Enter", text: "Run", scope: "Simulation", run: start }]);
  useCommands([
    {
      id: "credit.simulate",
      text: "Run simulation",
      hint: "Simulation",
      keys: "Mod+Enter",
      reason: may ? reasons[0] : "needs credit:operator",
      run: start,
    },
  ]);
  useStatusItems([
    counted(draft.variables.length, "variable"),
    counted(draft.paths, "path"),
    `seed ${draft.seed}`,
  ]);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <>
      <PageHead
        title="Simulation"
        trail={[{ title: "Credit", to: "/credit" }]}
        actions={
          <Button
            icon={<RotateCcw size={14} />}
            onPress={() => {
              discard();
              setDraft({ ...START, poolId: draft.poolId });
            }}
          >
            Start over
          </Button>
        }
      />
      <div className={styles.lay}>
        <div className={styles.editor}>
          <Panel title="Setup">
            <div className={styles.setup}>
              <Select
                label="Pool"
                options={pools.map((pool) => ({ value: pool.id, text: pool.name }))}
                value={draft.poolId}
                onChange={(next) => {
                  change({ pool: undefined });
                  set({ poolId: next, runId: null });
                }}
                placeholder="Choose a pool…"
              />
              <Select
                label="Assumptions"
                options={[
                  { value: CLASS_DEFAULTS, text: "Class defaults" },
                  ...runs.map((run) => ({ value: run.id, text: `As in ${run.name}` })),
                ]}
                value={runId ?? CLASS_DEFAULTS}
                onChange={(id) => set({ runId: id === CLASS_DEFAULTS ? null : id })}
                isDisabled={draft.poolId === null}
              />
              <NumberField
                label="Paths"
                digits={0}
                min={1}
                max={MOST_PATHS}
                step={100}
                value={draft.paths}
                onChange={(paths) => paths !== null && set({ paths })}
              />
              <NumberField
                label="Seed"
                digits={0}
                min={0}
                max={Number.MAX_SAFE_INTEGER}
                value={draft.seed}
                hint="The same seed draws the same paths."
                onChange={(seed) => seed !== null && set({ seed })}
              />
              <NumberField
                label="Confidence"
                unit="%"
                digits={1}
                min={50}
                max={99.9}
                step={0.5}
                value={draft.confidence}
                onChange={(confidence) => confidence !== null && set({ confidence })}
              />
              <TextField
                label="Name"
                optional
                value={draft.name}
                maxLength={200}
                placeholder="Simulation"
                onChange={(name) => set({ name })}
              />
            </div>
          </Panel>
          <Variables draft={draft} onChange={setDraft} />
          <Correlations draft={draft} onChange={setDraft} />
          <SensitivityTable draft={draft} onChange={setDraft} />
          <ScenarioTable draft={draft} onChange={setDraft} />
        </div>
        <div className={styles.side}>
          <Panel title="Run">
            <div className={styles.run}>
              <span>
                {`${counted(draft.paths, "path")} of ${counted(draft.variables.length, "variable")}; every path projects the whole pool.`}
              </span>
              {reasons.length === 0 ? null : (
                <ul className={styles.reasons}>
                  {reasons.map((reason) => (
                    <li key={reason}>{reason}</li>
                  ))}
                </ul>
              )}
              <Button
                kind="primary"
                icon={<Play size={14} />}
                keys={shownKeys("Mod+Enter")}
                isDisabled={!may || reasons.length > 0}
                isPending={make.isPending || waiting}
                onPress={start}
              >
                Run
              </Button>
              {may ? null : <NeedsOperator what="Running a simulation" />}
            </div>
          </Panel>
          <Recent />
        </div>
      </div>
    </>
  );
}

function Recent() {
  const query = useInfiniteQuery(simulationsQuery);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Simulations" sub={query.data ? counted(rows.length, "simulation") : undefined}>
      <Loaded query={query} what="Simulations">
        {() =>
          rows.length === 0 ? (
            <Empty title="No simulation yet" glyph={<Dices size={20} />}>
              Run the one on the left as it is; it draws rates, unemployment and house prices.
            </Empty>
          ) : (
            <ul className={styles.list}>
              {rows.map((row) => (
                <Item key={row.id} row={row} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {query.hasNextPage ? (
        <div className={styles.run}>
          <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function Item({ row }: { row: SimulationRow }) {
  const state = stateOf(row.state);
  return (
    <li className={styles.item}>
      <TextLink to={pathOf(row.id)} className={styles.itemName}>
        {row.name}
      </TextLink>
      <span className={styles.note}>
        {row.pool_name}, {counted(row.paths, "path")}
      </span>
      <span className={styles.itemSide}>
        {state === "succeeded" ? null : <Chip tone={STATE_TONES[state]}>{state}</Chip>}
        <Age at={row.created_at} />
      </span>
    </li>
  );
}
