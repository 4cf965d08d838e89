/** The latest work of all kinds as one list. */
import type { Run, RunState } from "../api/types";
import { type SimulationRow, stateOf } from "../simulation/api";
import type { StressRun } from "../stress/api";

export type WorkKind = "run" | "stress" | "simulation";

export interface Work {
  id: string;
  kind: WorkKind;
  name: string;
  pool: string;
  state: RunState;
  at: string;
  to: string;
  search?: Record<string, string>;
}

export const KIND_TITLES: Record<WorkKind, string> = {
  run: "Analysis",
  stress: "Stress",
  simulation: "Simulation",
};

const poolOf = (id: string | null) => `/credit/pools/${encodeURIComponent(id ?? "")}`;

/** Newest first, at most `most`. Runs of loans in a request have no page. */
export function latestWork(
  runs: readonly Run[],
  stress: readonly StressRun[],
  simulations: readonly SimulationRow[],
  most: number,
): Work[] {
  const works: Work[] = [
    ...runs
      .filter((run) => run.pool_id !== null)
      .map((run) => ({
        id: run.id,
        kind: "run" as const,
        name: run.name,
        pool: run.pool_name,
        state: run.state,
        at: run.created_at,
        to: `${poolOf(run.pool_id)}/workbench`,
        search: { run: run.id },
      })),
    ...stress.map((run) => ({
      id: run.id,
      kind: "stress" as const,
      name: run.name,
      pool: run.pool_name,
      state: run.state,
      at: run.created_at,
      to: `/credit/stress/${encodeURIComponent(run.id)}`,
    })),
    ...simulations.map((one) => ({
      id: one.id,
      kind: "simulation" as const,
      name: one.name,
      pool: one.pool_name,
      state: stateOf(one.state),
      at: one.created_at,
      to: `/credit/simulation/${encodeURIComponent(one.id)}`,
    })),
  ];
  return works.sort((left, right) => right.at.localeCompare(left.at)).slice(0, most);
}
