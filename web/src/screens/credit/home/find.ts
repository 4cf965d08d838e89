import type { Found } from "@/services/types";
import { listPools, listRuns } from "../api/calls";

const MOST = 6;

/** Pools and runs whose name has the typed text, for the palette. */
export async function findCredit(text: string, signal: AbortSignal): Promise<Found[]> {
  const wanted = text.trim().toLowerCase();
  const has = (name: string) => name.toLowerCase().includes(wanted);
  const [pools, runs] = await Promise.all([
    listPools({ limit: 200 }, signal),
    listRuns({ limit: 100 }, signal),
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
  ];
}
