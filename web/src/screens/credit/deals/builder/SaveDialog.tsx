import { useState } from "react";
import { counted } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { Dialog } from "@/ui/Dialog";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import type { DealBody, DealType, DealView } from "../api/types";
import { mayShare, typeWord } from "../library/columns";
import styles from "./Builder.module.css";

const TYPES: readonly DealType[] = [
  "abs",
  "rmbs",
  "cmbs",
  "auto",
  "card",
  "clo",
  "custom",
  "imported",
];

/** A new version with what changed in it. */
export function SaveDialog({
  stored,
  errors,
  busy,
  failure,
  onSave,
  onClose,
}: {
  stored: DealView;
  /** Errors of the check: it is then saved as a draft. */
  errors: number;
  busy: boolean;
  failure: string | null;
  onSave: (words: DealBody) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(stored.name);
  const [description, setDescription] = useState(stored.description);
  const [type, setType] = useState(stored.deal_type);
  const [isPublic, setPublic] = useState(stored.is_public);
  const [change, setChange] = useState("");
  const save = () =>
    onSave({
      name: name.trim(),
      description,
      deal_type: type,
      ...(isPublic === stored.is_public ? {} : { is_public: isPublic }),
      change_description: change.trim() || "Changed in the builder",
      draft: errors > 0,
    });
  return (
    <Dialog
      open
      onClose={onClose}
      width={520}
      title={`Save as version ${stored.version + 1}`}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" isPending={busy} isDisabled={name.trim() === ""} onPress={save}>
            {errors > 0 ? "Save draft" : "Save version"}
          </Button>
        </>
      }
    >
      <TextField
        label="What changed"
        optional
        placeholder="Reserve target raised to 1.5 %"
        value={change}
        onChange={setChange}
        maxLength={500}
        autoFocus
      />
      <div className={styles.form}>
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          maxLength={200}
          error={name.trim() === "" ? "Give a name" : null}
        />
        <Select<DealType>
          label="Type"
          options={TYPES.map((one) => ({ value: one, text: typeWord(one) }))}
          value={type}
          onChange={setType}
        />
      </div>
      <TextField
        label="Description"
        optional
        rows={3}
        value={description}
        onChange={setDescription}
        maxLength={4_000}
      />
      {mayShare(stored) ? (
        <Checkbox isSelected={isPublic} onChange={setPublic}>
          Public: everybody may view it
        </Checkbox>
      ) : null}
      {errors > 0 ? (
        <Banner tone="warn" title={`The check found ${counted(errors, "error")}.`}>
          The version is kept as a draft and does not run until they are gone.
        </Banner>
      ) : null}
      {failure === null ? null : <Banner tone="bad">{failure}</Banner>}
    </Dialog>
  );
}
