import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";

/** Names a run before it is kept. */
export function SaveRunDialog({
  usual,
  onSave,
  onClose,
}: {
  /** A name made of the assumptions. */
  usual: string;
  onSave: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [name, setName] = useState(usual);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    try {
      await onSave(name.trim());
      onClose();
    } catch (error) {
      const problem = asProblem(error);
      setFailure(problem.detail || problem.title);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save run"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isPending={busy}
            isDisabled={name.trim() === ""}
            onPress={() => void save()}
          >
            Save run
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        maxLength={200}
        autoFocus
        hint="The run keeps these assumptions, the version of the pool and the result."
      />
      {failure === null ? null : <Banner tone="bad">{failure}</Banner>}
    </Dialog>
  );
}
