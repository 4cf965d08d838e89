import { useQueryClient } from "@tanstack/react-query";
import { AlertDialog } from "@/ui/Dialog";
import { toast } from "@/ui/toasts";
import { deleteRun } from "../api/calls";
import { CREDIT_KEY, runQuery } from "../api/queries";
import type { Run } from "../api/types";

/** Confirms the deletion of a run. */
export function DeleteRun({ run, onClose }: { run: Run | null; onClose: () => void }) {
  const client = useQueryClient();
  if (run === null) {
    return null;
  }
  const waiting = run.state === "queued" || run.state === "running";
  return (
    <AlertDialog
      open
      onClose={onClose}
      title={`Delete run ${run.name}`}
      consequence={
        waiting
          ? "The run is stopped and disappears for everybody."
          : "Its terms and its result disappear for everybody. The pool stays."
      }
      keep="Keep run"
      act="Delete run"
      onAct={async () => {
        await deleteRun(run.id);
        toast({ tone: "ok", text: `Run ${run.name} deleted` });
        client.removeQueries({ queryKey: runQuery(run.id).queryKey });
        await client.invalidateQueries({
          queryKey: CREDIT_KEY,
          predicate: ({ queryKey }) => queryKey.includes("runs"),
        });
      }}
    />
  );
}
