import type { Found } from "@/services/types";
import { listPools, listRuns } from "../api/calls";
import { listSimulations } from "../simulation/api";
import { listStressRuns } from "../stress/api";

const MOST = 6;

/** Pools, runs, stress runs and simulations whose name has the typed text, for the palette. */
export async function findCredit(text: string, signal: AbortSignal): Promise<Found[]> {
  const wanted = text.trim().toLowerCase();
  const has = (name: string) => name.toLowerCase().includes(wanted);
  const [pools, runs, stress, simulations] = await Promise.all([
    listPools({ limit: 200 }, signal),
    listRuns({ limit: 100 }, signal),
    listStressRuns({ limit: 100 }, signal),
    listSimulations({ limit: 100 }, signal),
  ]);
  const at = (id: string) => `/credit/pools/${encodeURIComponent(id)}/workbench`;
  return [
    ...pools.items
      .filter((pool) => has(pool.name))
      .slice(0, MOST)
      .map((pool) => ({ id: pool.id, text: pool.name, hint: "Pool", to: at(pool.id) })),
    ...runs.items
      .filter((run) => run.pool_id !== null && has(run.name))
      .slice(0, MOST)
      .map((run) => ({
        id: run.id,
        text: run.name,
        hint: `Run of ${run.pool_name}`,
        to: at(run.pool_id ?? ""),
        search: { run: run.id },
      })),
    ...stress.items
      .filter((run) => has(run.name))
      .slice(0, MOST)
      .map((run) => ({
        id: run.id,
        text: run.name,
        hint: `Stress of ${run.pool_name}`,
        to: `/credit/stress/${encodeURIComponent(run.id)}`,
      })),
    ...simulations.items
      .filter((one) => has(one.name))
      .slice(0, MOST)
      .map((one) => ({
        id: one.id,
        text: one.name,
        hint: `Simulation of ${one.pool_name}`,
        to: `/credit/simulation/${encodeURIComponent(one.id)}`,
      })),
  ];
}
