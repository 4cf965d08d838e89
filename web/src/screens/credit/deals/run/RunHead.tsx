import { useQueryClient } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { csvOf, saveBlob } from "@/api/download";
import { asProblem } from "@/api/problem";
import { formatBytes } from "@/format/numbers";
import { Button, IconButton } from "@/ui/Button";
import { AlertDialog } from "@/ui/Dialog";
import { Menu } from "@/ui/Menu";
import { Select } from "@/ui/Select";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../../search";
import { runDetailQuery, runsQuery } from "../api/runQueries";
import { deleteRun, type RunItem, type RunTable, saveTable } from "../api/runs";
import { fileName } from "../library/files";
import { bondTable } from "../model/tables";
import styles from "./Run.module.css";
import type { RunBench } from "./useRunBench";

const LIVE = "live";
const NOTHING = "none";
const TABLES: readonly (readonly [RunTable, string])[] = [
  ["bonds", "Bonds"],
  ["pool", "Pool"],
  ["fees", "Fees"],
  ["accounts", "Accounts"],
  ["triggers", "Triggers"],
  ["log", "Step log"],
];

/** Which run is shown, with which it is compared, and its files. */
export function RunHead({
  bench,
  dealId,
  name,
}: {
  bench: RunBench;
  dealId: string;
  name: string;
}) {
  const [search, change] = useSearchState();
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<RunItem | null>(null);
  const { runs, storedId, compareId, shown, detail } = bench;
  const done = runs.filter((run) => run.state === "succeeded");
  const stored = detail.data ?? null;
  const text = (run: RunItem) => `${run.name}, version ${run.deal_version}`;
  const saveShown = () => {
    if (shown === null) {
      return;
    }
    const blob = new Blob([csvOf(bondTable(shown.run))], { type: "text/csv" });
    const file = fileName(`${name} ${shown.name}`, "csv");
    saveBlob(blob, file);
    toast({ tone: "ok", text: "Bonds exported", detail: `${file}, ${formatBytes(blob.size)}` });
  };
  const saveStored = async (table: RunTable, format: "csv" | "xlsx" | "parquet") => {
    if (storedId === null) {
      return;
    }
    const file = fileName(`${name} ${table}`, format);
    try {
      const query = { format, scenario: search.scenario };
      const size = await saveTable(dealId, storedId, table, query, file);
      toast({ tone: "ok", text: `${table} exported`, detail: `${file}, ${formatBytes(size)}` });
    } catch (error) {
      const problem = asProblem(error);
      toast({
        tone: "bad",
        text: `${table} was not exported`,
        detail: problem.detail || problem.title,
      });
    }
  };
  return (
    <div className={styles.head}>
      <div className={styles.pick}>
        <Select
          label="Shown"
          options={[
            { value: LIVE, text: "Live preview", hint: "follows the sliders" },
            ...runs.map((run) => ({
              value: run.id,
              text: text(run),
              hint: run.state === "succeeded" ? undefined : run.state.replaceAll("_", " "),
            })),
          ]}
          value={storedId ?? LIVE}
          onChange={(id) =>
            change({ run: id === LIVE ? undefined : id, scenario: undefined, cell: undefined })
          }
        />
        {stored !== null && storedId !== null && stored.scenarios.length > 1 ? (
          <Select
            label="Scenario"
            options={(stored.results ?? []).map((one) => ({ value: one.name, text: one.title }))}
            value={shown?.name ?? null}
            onChange={(scenario) => change({ scenario })}
          />
        ) : null}
        <Select
          label="Compare with"
          options={[
            { value: NOTHING, text: "Nothing" },
            ...done
              .filter((run) => run.id !== storedId)
              .map((run) => ({ value: run.id, text: text(run) })),
          ]}
          value={compareId ?? NOTHING}
          onChange={(id) => change({ compare: id === NOTHING ? undefined : id })}
        />
      </div>
      <div className={styles.acts}>
        {storedId !== null && stored !== null ? (
          <IconButton
            label={`Delete run ${stored.name}`}
            onPress={() => setLeaving(stored)}
            isDisabled={!bench.may}
          >
            <Trash2 size={14} />
          </IconButton>
        ) : null}
        <Menu
          label="Export"
          items={
            storedId === null
              ? [{ id: "shown", text: "Bonds as CSV", onAct: saveShown }]
              : TABLES.flatMap(([table, title]) => [
                  {
                    id: `${table}-csv`,
                    text: `${title} as CSV`,
                    onAct: () => void saveStored(table, "csv"),
                  },
                  ...(table === "bonds"
                    ? (["xlsx", "parquet"] as const).map((format) => ({
                        id: `${table}-${format}`,
                        text: `${title} as ${format.toUpperCase()}`,
                        onAct: () => void saveStored(table, format),
                      }))
                    : []),
                ])
          }
        >
          <Button icon={<Download size={14} />} isDisabled={shown === null}>
            Export
          </Button>
        </Menu>
      </div>
      {leaving === null ? null : (
        <AlertDialog
          open
          onClose={() => setLeaving(null)}
          title={`Delete run ${leaving.name}`}
          consequence="Its results and its step log disappear for everybody. The deal stays."
          keep="Keep run"
          act="Delete run"
          onAct={async () => {
            await deleteRun(dealId, leaving.id);
            toast({ tone: "ok", text: `Run ${leaving.name} deleted` });
            change({ run: undefined, scenario: undefined, cell: undefined });
            client.removeQueries({ queryKey: runDetailQuery(dealId, leaving.id).queryKey });
            await client.invalidateQueries({ queryKey: runsQuery(dealId).queryKey });
          }}
        />
      )}
    </div>
  );
}
