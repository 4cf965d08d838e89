import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { KeyValues } from "@/ui/Figures";
import { FileDrop } from "@/ui/FileDrop";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { importProfile } from "../api/calls";
import { STRANGLE_KEY } from "../api/queries";
import type { Profile } from "../api/records";
import styles from "./Configuration.module.css";
import { fieldOfPointer, LABELS } from "./model/fields";
import { type ReadFile, readProfileFile } from "./model/file";
import { expiryWords, scheduleWords, strikeWords } from "./model/words";
import { useDefaults } from "./useDefaults";

/** A profile from a file; its name can be changed before it is added. */
export function ImportDialog({
  onClose,
  onDone,
}: {
  onClose: () => void;
  onDone: (profile: Profile) => void;
}) {
  const client = useQueryClient();
  const [file, setFile] = useState<ReadFile | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [name, setName] = useState("");
  const usual = useDefaults();
  const add = useMutation({
    mutationFn: (read: ReadFile) =>
      importProfile({ ...read, profile: { ...read.profile, name: name.trim() } }),
    onSuccess: (profile) => {
      toast({ tone: "ok", text: `Imported ${profile.name}` });
      onDone(profile);
    },
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
  const problem = add.error ? asProblem(add.error) : null;
  const faults = problem?.fieldErrors() ?? {};
  const taken = problem?.code === "name_taken";
  const nameError =
    faults.name ?? faults["profile.name"] ?? (taken ? (problem?.detail ?? null) : null);
  const shown = file === null ? null : { ...usual, ...file.profile };
  const take = async (files: File[]) => {
    const text = await files[0]?.text();
    if (text === undefined) {
      return;
    }
    add.reset();
    const read = readProfileFile(text);
    setComplaint(typeof read === "string" ? read : null);
    setFile(typeof read === "string" ? null : read);
    setName(typeof read === "string" ? "" : read.profile.name);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Import a profile"
      width={520}
      actions={
        <>
          <Button onPress={onClose}>Keep as is</Button>
          <Button
            kind="primary"
            isDisabled={file === null}
            isPending={add.isPending}
            onPress={() => {
              if (file !== null) {
                add.mutate(file);
              }
            }}
          >
            Import profile
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        <FileDrop
          label="Drop a profile file here"
          accept={[".json"]}
          maxBytes={262_144}
          hint="As Export JSON writes it"
          onFiles={(files) => void take(files)}
        />
        {complaint === null ? null : (
          <Banner tone="bad" title="This file cannot be imported.">
            {complaint}
          </Banner>
        )}
        {shown === null ? null : (
          <>
            <TextField
              label={LABELS.name}
              value={name}
              maxLength={50}
              error={nameError}
              onChange={setName}
            />
            <KeyValues
              rows={[
                ["Underlying", shown.underlying],
                ["Strikes", strikeWords(shown)],
                ["Expiry", expiryWords(shown)],
                ["Schedule", `${scheduleWords(shown)} IST`],
              ]}
            />
          </>
        )}
        {problem === null || nameError !== null ? null : (
          <Banner tone="bad" title={`${problem.title}.`}>
            {problem.fields.length === 0
              ? problem.detail
              : problem.fields
                  .map((one) => {
                    const at = one.pointer.replace(/^\/(profile\/)?/, "").replaceAll("/", ".");
                    const field = fieldOfPointer(at);
                    return `${field === null ? at : LABELS[field]}: ${one.message}`;
                  })
                  .join("; ")}
          </Banner>
        )}
      </div>
    </Dialog>
  );
}
