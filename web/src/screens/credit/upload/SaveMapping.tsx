import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { createTapeMapping } from "../api/calls";
import { mappingsQuery } from "../api/queries";
import type { Mapping } from "../api/types";

/** Keeps a mapping for the next tape of the same shape. */
export function SaveMapping({ mapping, onClose }: { mapping: Mapping; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: () => createTapeMapping(name.trim(), mapping),
    onSuccess: async () => {
      toast({ tone: "ok", text: `Template ${name.trim()} saved` });
      await client.invalidateQueries({ queryKey: mappingsQuery.queryKey });
      onClose();
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const fieldError = problem?.fieldErrors().name ?? problem?.detail ?? problem?.title;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save as template"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isPending={save.isPending}
            isDisabled={name.trim() === ""}
            onPress={() => save.mutate()}
          >
            Save template
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        hint={`Keeps ${counted(mapping.columns.length, "column")} with units and date formats.`}
        error={fieldError}
      />
    </Dialog>
  );
}
