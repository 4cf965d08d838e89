/** One profile in a form: its draft, what the server says about it, saving. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { useDraft } from "@/session/draft";
import { toast } from "@/ui/toasts";
import { createProfile, updateProfile } from "../api/calls";
import { PROFILES_KEY, STRANGLE_KEY } from "../api/queries";
import type { Profile, ProfileFields, ProfileList } from "../api/records";
import {
  bodyOf,
  differences,
  FIELD_NAMES,
  type FieldName,
  fieldOfPointer,
  fieldsOf,
  LABELS,
} from "./model/fields";
import { loosened } from "./model/tightening";
import { useDefaults } from "./useDefaults";

interface Draft {
  /** The version the person began with; 0 for a new profile. */
  version: number;
  base: ProfileFields;
  fields: ProfileFields;
}

/** The state of the form; `stored` is null for a new profile. */
export function useEditor(
  stored: Profile | null,
  open: boolean,
  onSaved: (saved: Profile) => void,
) {
  const client = useQueryClient();
  const [kept, keep, discard] = useDraft<Draft | null>(`profile.${stored?.id ?? "new"}`, null);
  const usual = useDefaults();
  const present = useMemo(() => (stored === null ? usual : fieldsOf(stored)), [stored, usual]);
  const draft: Draft = kept ?? { version: stored?.version ?? 0, base: present, fields: present };
  const latest = useRef(draft);
  latest.current = draft;
  const [refused, setRefused] = useState<Partial<Record<FieldName, string>>>({});

  const put = useCallback(
    (next: Draft | null) => {
      if (next === null) {
        discard();
        keep(null);
      } else {
        latest.current = next;
        keep(next);
      }
    },
    [discard, keep],
  );
  const edit = (change: Partial<ProfileFields>) => {
    const now = latest.current;
    const fields = { ...now.fields, ...change };
    setRefused((before) => {
      const rest = { ...before };
      for (const name of Object.keys(change) as FieldName[]) {
        delete rest[name];
      }
      return rest;
    });
    put(differences(now.base, fields).length === 0 ? null : { ...now, fields });
  };

  const save = useMutation({
    mutationFn: (now: Draft) =>
      stored === null
        ? createProfile(bodyOf(now.fields))
        : updateProfile(stored.id, now.version, bodyOf(now.fields)),
    onSuccess: (saved) => {
      setRefused({});
      client.setQueryData<ProfileList>(PROFILES_KEY, (list) => withProfile(list, saved));
      put(null);
      toast({ tone: "ok", text: `Saved ${saved.name}, version ${saved.version}` });
      onSaved(saved);
    },
    onError: (error) => setRefused(fieldMessages(error)),
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
  const changed = differences(draft.base, draft.fields);
  return {
    draft,
    changed,
    refused,
    behind: stored !== null && stored.version !== draft.version && kept !== null,
    loosened: open ? loosened(draft.base, draft.fields) : [],
    save,
    edit,
    latest,
    reset: () => {
      setRefused({});
      save.reset();
      put(null);
    },
    /** The person's changes on top of what is stored now. */
    rebase: (fields: ProfileFields) => {
      save.reset();
      put(
        differences(present, fields).length === 0
          ? null
          : { version: stored?.version ?? 0, base: present, fields },
      );
    },
  };
}

export type EditorState = ReturnType<typeof useEditor>;

/** The messages of a refusal by field. */
export function fieldMessages(error: unknown): Partial<Record<FieldName, string>> {
  const problem = asProblem(error);
  const found: Partial<Record<FieldName, string>> = {};
  for (const [pointer, message] of Object.entries(problem.fieldErrors())) {
    const name = fieldOfPointer(pointer);
    if (name !== null) {
      found[name] ??= inWords(message);
    }
  }
  if (problem.code === "name_taken") {
    found.name ??= problem.detail || "Another profile has this name";
  }
  return found;
}

/** The server names fields as it stores them; the form by their labels. */
function inWords(message: string): string {
  const text = FIELD_NAMES.filter((name) => name.includes("_")).reduce(
    (said, name) => said.replaceAll(name, LABELS[name].toLowerCase()),
    message,
  );
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function withProfile(list: ProfileList | undefined, saved: Profile): ProfileList | undefined {
  if (list === undefined) {
    return list;
  }
  const others = list.items.filter((one) => one.id !== saved.id);
  return { items: [...others, saved], total: others.length + 1 };
}
