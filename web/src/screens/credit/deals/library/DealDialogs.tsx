import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { AlertDialog, Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { cloneDeal, deleteDeal } from "../api/calls";
import { DEALS_KEY, dealQuery } from "../api/queries";
import type { DealItem } from "../api/types";
import { dealPath } from "../path";
import type { Leaving } from "./columns";
import { ShareDialog } from "./ShareDialog";

/** The dialog of the act that a menu asked for. */
export function DealDialogs({
  leaving,
  onClose,
  onDeleted,
}: {
  leaving: Leaving | null;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const client = useQueryClient();
  if (leaving === null) {
    return null;
  }
  const { act, deal } = leaving;
  if (act === "share") {
    return <ShareDialog deal={deal} onClose={onClose} />;
  }
  if (act === "clone") {
    return <CloneDialog deal={deal} onClose={onClose} />;
  }
  return (
    <AlertDialog
      open
      onClose={onClose}
      title={`Delete ${deal.name}`}
      consequence={
        <>
          {counted(deal.version, "version")} and all runs of it disappear from all lists, also for
          those it is shared with. This cannot be undone.
        </>
      }
      typed={deal.name}
      keep="Keep deal"
      act="Delete deal"
      onAct={async () => {
        await deleteDeal(deal.id, deal.version);
        toast({ tone: "ok", text: `${deal.name} deleted` });
        onDeleted?.();
        client.removeQueries({ queryKey: dealQuery(deal.id).queryKey });
        await client.invalidateQueries({ queryKey: [...DEALS_KEY, "list"] });
      }}
    />
  );
}

function CloneDialog({ deal, onClose }: { deal: DealItem; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(`${deal.name} (copy)`);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = async () => {
    setBusy(true);
    try {
      const made = await cloneDeal(deal.id, name.trim());
      await client.invalidateQueries({ queryKey: [...DEALS_KEY, "list"] });
      toast({ tone: "ok", text: `Cloned as ${made.name}` });
      onClose();
      void navigate({ to: dealPath(made.id) });
    } catch (error) {
      const problem = asProblem(error);
      setFailure(problem.fields[0]?.message ?? (problem.detail || problem.title));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Clone ${deal.name}`}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isPending={busy}
            isDisabled={name.trim() === ""}
            onPress={() => void run()}
          >
            Clone deal
          </Button>
        </>
      }
    >
      <p>The copy is yours, starts with version 1 and is shared with nobody.</p>
      <TextField
        label="Name of the copy"
        value={name}
        onChange={setName}
        maxLength={200}
        autoFocus
        error={name.trim() === "" ? "Give a name" : null}
      />
      {failure === null ? null : <Banner tone="bad">{failure}</Banner>}
    </Dialog>
  );
}
