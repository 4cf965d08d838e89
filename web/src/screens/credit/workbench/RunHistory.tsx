import { Download, Ellipsis, FolderOpen, GitCompareArrows, Trash2 } from "lucide-react";
import { useState } from "react";
import { formatDuration } from "@/format/time";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { IconButton } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { Chip, type ChipTone } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { Empty } from "@/ui/States";
import type { FileFormat } from "../api/calls";
import type { Run, RunState } from "../api/types";
import { useMayRun } from "../shared/access";
import { DeleteRun } from "../shared/DeleteRun";
import { FORMATS, saveRun } from "./exports";
import { METRICS, numberOf, wholeMetric } from "./MetricCards";

const TONES: Record<RunState, ChipTone> = {
  queued: "notice",
  running: "accent",
  succeeded: "ok",
  failed: "bad",
  cancelled: "plain",
  timed_out: "warn",
};
const WIDTHS: Record<string, number> = {
  weighted_average_life: 114,
  loss_percent: 102,
  yield_to_maturity: 92,
};
const SHOWN = new Set([
  "price",
  "yield_to_maturity",
  "weighted_average_life",
  "loss_percent",
  "npv",
]);

export interface RunHistoryProps {
  runs: readonly Run[];
  currency: string | null;
  /** The run that is compared with, and the one whose result is shown. */
  comparedId?: string;
  shownId?: string;
  onOpen: (run: Run) => void;
  onCompare?: (run: Run) => void;
  /** With the pool's name, for lists over all pools. */
  pools?: boolean;
  more: { has: boolean; loading: boolean; load: () => void };
}

/** Saved runs, newest first: open their assumptions, compare, export, delete. */
export function RunHistory(props: RunHistoryProps) {
  const { runs, currency, comparedId, shownId, onOpen, onCompare, pools, more } = props;
  const [leaving, setLeaving] = useState<Run | null>(null);
  const columns: Column<Run>[] = [
    {
      id: "name",
      head: "Run",
      value: (run) => run.name,
      cell: (run) => (
        <>
          {run.name} {run.id === comparedId ? <Chip tone="accent">compared</Chip> : null}
          {run.id === shownId ? <Chip>shown</Chip> : null}
        </>
      ),
      width: 150,
      grow: true,
      phone: "title",
    },
    ...(pools
      ? [
          {
            id: "pool",
            head: "Pool",
            value: (run: Run) => run.pool_name,
            width: 150,
            grow: true,
            phone: "note" as const,
          },
        ]
      : []),
    {
      id: "state",
      head: "State",
      value: (run) => run.state,
      cell: (run) => <Chip tone={TONES[run.state]}>{run.state.replace("_", " ")}</Chip>,
      width: 96,
      phone: "note",
    },
    {
      id: "at",
      head: "Made",
      value: (run) => run.created_at,
      cell: (run) => <Age at={run.created_at} />,
      align: "right",
      width: 72,
      phone: "note",
    },
    ...METRICS.filter((kind) => SHOWN.has(kind.id)).map(
      (kind): Column<Run> => ({
        id: kind.id,
        head: kind.unit === "" ? kind.name : `${kind.name}, ${kind.unit}`,
        value: (run) => numberOf(run.metrics, kind),
        cell: (run) => {
          const value = numberOf(run.metrics, kind);
          return value === null
            ? run.state === "succeeded"
              ? "n/a"
              : null
            : wholeMetric(kind, value, currency);
        },
        align: "right",
        width: WIDTHS[kind.id] ?? 84,
        phone: kind.id === "price" ? "figure" : "hide",
      }),
    ),
    {
      id: "took",
      head: "Took",
      value: (run) => run.execution_seconds,
      cell: (run) =>
        run.execution_seconds === null ? null : formatDuration(run.execution_seconds * 1_000),
      align: "right",
      width: 70,
      hidden: true,
      phone: "hide",
    },
    {
      id: "acts",
      head: "",
      value: () => null,
      cell: (run) => (
        <RunMenu run={run} onOpen={onOpen} onCompare={onCompare} onDelete={() => setLeaving(run)} />
      ),
      width: 52,
      align: "right",
      sortable: false,
      phone: "figure",
    },
  ];
  return (
    <>
      <DataTable
        label="Runs"
        name={pools ? "credit.allruns" : "credit.runs"}
        dense
        fill
        columns={columns}
        rows={runs}
        rowId={(run) => run.id}
        onOpen={onOpen}
        empty={
          <Empty title="No run saved yet">
            Run the assumptions once; each run keeps its terms and its result here.
          </Empty>
        }
        more={more}
      />
      <DeleteRun run={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}

function RunMenu({
  run,
  onOpen,
  onCompare,
  onDelete,
}: {
  run: Run;
  onOpen: (run: Run) => void;
  onCompare?: (run: Run) => void;
  onDelete: () => void;
}) {
  const may = useMayRun();
  const done = run.state === "succeeded";
  return (
    <Menu
      label={`Acts on ${run.name}`}
      items={[
        {
          id: "open",
          text: "Open assumptions",
          icon: <FolderOpen size={14} />,
          onAct: () => onOpen(run),
        },
        ...(onCompare
          ? [
              {
                id: "compare",
                text: "Compare with it",
                icon: <GitCompareArrows size={14} />,
                disabled: !done,
                onAct: () => onCompare(run),
              },
            ]
          : []),
        null,
        ...FORMATS.map(([format, text]) => ({
          id: format,
          text: `Export as ${text}`,
          icon: <Download size={14} />,
          disabled: !done,
          hint: done ? undefined : `the run is ${run.state}`,
          onAct: () => void saveRun(run, format as FileFormat),
        })),
        null,
        {
          id: "delete",
          text: "Delete run…",
          icon: <Trash2 size={14} />,
          danger: true,
          disabled: !may,
          hint: may ? undefined : "needs credit:operator",
          onAct: onDelete,
        },
      ]}
    >
      <IconButton label={`Acts on ${run.name}`} small>
        <Ellipsis size={14} />
      </IconButton>
    </Menu>
  );
}
