import { counted } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { CreditGlyph } from "@/services/glyphs";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Age } from "@/ui/Figures";
import { Chip, type ChipTone } from "@/ui/Marks";
import { Empty } from "@/ui/States";
import type { RunState } from "../api/types";
import type { StressRun } from "./api";
import { titleOf } from "./factors";

export const STATE_TONES: Record<RunState, ChipTone> = {
  queued: "notice",
  running: "accent",
  succeeded: "ok",
  failed: "bad",
  cancelled: "plain",
  timed_out: "warn",
};

const COLUMNS: Column<StressRun>[] = [
  { id: "name", head: "Stress run", value: (run) => run.name, width: 160, grow: true },
  {
    id: "pool",
    head: "Pool",
    value: (run) => run.pool_name,
    width: 160,
    grow: true,
    phone: "note",
  },
  {
    id: "scenarios",
    head: "Scenarios",
    value: (run) => run.scenarios.map((one) => one.title || titleOf(one.name)).join(", "),
    cell: (run) => counted(Math.max(0, run.scenarios.length - 1), "scenario"),
    width: 120,
    phone: "note",
  },
  {
    id: "state",
    head: "State",
    value: (run) => run.state,
    cell: (run) => <Chip tone={STATE_TONES[run.state]}>{run.state.replace("_", " ")}</Chip>,
    width: 104,
    phone: "figure",
  },
  {
    id: "took",
    head: "Took",
    value: (run) => run.execution_seconds,
    cell: (run) =>
      run.execution_seconds === null ? null : formatDuration(run.execution_seconds * 1_000),
    align: "right",
    width: 90,
    phone: "hide",
  },
  {
    id: "at",
    head: "Made",
    value: (run) => run.created_at,
    cell: (run) => <Age at={run.created_at} />,
    align: "right",
    width: 84,
    phone: "note",
  },
];

/** Stored stress runs, newest first. */
export function StressRuns({
  runs,
  onOpen,
  more,
}: {
  runs: readonly StressRun[];
  onOpen: (run: StressRun) => void;
  more: { has: boolean; loading: boolean; load: () => void };
}) {
  return (
    <DataTable
      label="Stress runs"
      name="credit.stress"
      columns={COLUMNS}
      rows={runs}
      rowId={(run) => run.id}
      onOpen={onOpen}
      more={more}
      empty={
        <Empty title="No stress run yet" glyph={<CreditGlyph size={22} />}>
          Choose a pool and scenarios on the left, then Run. Each run is kept and can be opened by
          its address.
        </Empty>
      }
    />
  );
}
