import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { FileDrop } from "@/ui/FileDrop";
import { Segmented } from "@/ui/Segmented";
import { Empty, Loaded } from "@/ui/States";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { createDeal, findTemplate, importDeal } from "../api/calls";
import { DEALS_KEY, templatesQuery } from "../api/queries";
import type { DealView, Template } from "../api/types";
import { blankDeal } from "../model/blank";
import { fromBody } from "../model/collateral";
import { typeOfTemplate, withTitle } from "../model/template";
import { keepRun } from "../run/keepRun";
import { type Imported, readDealFile } from "./files";
import styles from "./Library.module.css";

const MOST_BYTES = 2_000_000;

type From = "template" | "blank" | "import";

/** A new deal: from a template, from nothing, from a file. */
export function CreateDialog({
  from,
  onFrom,
  onClose,
  onCreated,
}: {
  from: string;
  onFrom: (from: From) => void;
  onClose: () => void;
  onCreated: (deal: DealView) => void;
}) {
  const client = useQueryClient();
  const shown: From = from === "blank" || from === "import" ? from : "template";
  const [picked, setPicked] = useState<Template | null>(null);
  const [file, setFile] = useState<Imported | null>(null);
  const [unread, setUnread] = useState<string | null>(null);
  const [named, setName] = useState<string | null>(null);
  const [isPublic, setPublic] = useState(false);
  const usual =
    shown === "template" ? (picked?.title ?? "") : shown === "import" ? (file?.name ?? "") : "";
  const name = named ?? usual;
  const create = useMutation({
    mutationFn: async () => {
      const words = { name: name.trim(), description: "", is_public: isPublic };
      if (shown === "template" && picked !== null) {
        const template = await findTemplate(picked.name);
        const deal = await createDeal({
          ...words,
          description: picked.description,
          deal_type: typeOfTemplate(picked.name),
          text: withTitle(template.text, words.name),
        });
        keepRun(deal.id, fromBody(template.run, deal.structure, deal.deal_type));
        return deal;
      }
      if (shown === "import" && file !== null) {
        return importDeal({ ...file.body, name: words.name });
      }
      return createDeal({ ...words, structure: blankDeal(words.name) });
    },
    onSuccess: async (deal) => {
      toast({ tone: "ok", text: `${deal.name} created` });
      await client.invalidateQueries({ queryKey: [...DEALS_KEY, "list"] });
      onCreated(deal);
    },
  });
  const problem = create.error === null ? null : asProblem(create.error);
  const ready =
    name.trim() !== "" &&
    (shown === "blank" || (shown === "template" ? picked !== null : file !== null));
  const take = async ([taken]: File[]) => {
    if (taken === undefined) {
      return;
    }
    try {
      setFile(readDealFile(await taken.text(), taken.name));
      setUnread(null);
    } catch {
      setFile(null);
      setUnread(`${taken.name} is neither JSON of a deal nor its text form.`);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width={760}
      title="New deal"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isPending={create.isPending}
            isDisabled={!ready}
            onPress={() => create.mutate()}
          >
            Create deal
          </Button>
        </>
      }
    >
      <Segmented<From>
        label="Start from"
        options={[
          { value: "template", text: "Template" },
          { value: "blank", text: "Blank" },
          { value: "import", text: "Import" },
        ]}
        value={shown}
        onChange={onFrom}
      />
      {shown === "template" ? (
        <Gallery
          picked={picked}
          onPick={(template) => {
            setPicked(template);
            setName(null);
          }}
        />
      ) : null}
      {shown === "blank" ? (
        <p>Two classes, one collection account and the shortest waterfall that pays them.</p>
      ) : null}
      {shown === "import" ? (
        <>
          <FileDrop
            label={file === null ? "Drop a deal here" : `${file.name} is read`}
            hint="JSON of an export, or the text form"
            accept={[".json", ".txt", ".deal"]}
            maxBytes={MOST_BYTES}
            onFiles={(files) => void take(files)}
          />
          {unread === null ? null : <Banner tone="bad">{unread}</Banner>}
        </>
      ) : null}
      <TextField label="Name" value={name} onChange={setName} maxLength={200} />
      <Checkbox isSelected={isPublic} onChange={setPublic}>
        Public: everybody may view it
      </Checkbox>
      {problem === null ? null : (
        <Banner tone="bad" title={problem.title}>
          {problem.fields.length > 0
            ? problem.fields
                .slice(0, 5)
                .map((field) => `${field.pointer}: ${field.message}`)
                .join("; ")
            : problem.detail}
        </Banner>
      )}
    </Dialog>
  );
}

function Gallery({
  picked,
  onPick,
}: {
  picked: Template | null;
  onPick: (template: Template) => void;
}) {
  const query = useQuery(templatesQuery);
  return (
    <Loaded query={query} what="Templates">
      {(templates) =>
        templates.length === 0 ? (
          <Empty title="No templates">Start blank or import a deal.</Empty>
        ) : (
          <ul className={styles.gallery} aria-label="Templates">
            {templates.map((template) => (
              <li key={template.name}>
                <button
                  type="button"
                  className={cx(styles.template, picked?.name === template.name && styles.picked)}
                  aria-pressed={picked?.name === template.name}
                  onClick={() => onPick(template)}
                >
                  <span className={styles.templateHead}>
                    <span className={styles.templateTitle}>{template.title}</span>
                  </span>
                  <span className={styles.templateText}>{template.description}</span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
