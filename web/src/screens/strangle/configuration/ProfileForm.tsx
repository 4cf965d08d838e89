/** The form of one profile beside the preview of what it would sell. */
import { Ellipsis, RotateCcw, Save } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { useCommands } from "@/shell/commands";
import { shownKeys, useShortcuts } from "@/shell/shortcuts";
import { Banner } from "@/ui/Banner";
import { Button, IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { PageHead } from "@/ui/PageHead";
import type { Profile } from "../api/records";
import styles from "./Configuration.module.css";
import { ConflictBanner } from "./Conflict";
import { type EditorState, fieldMessages } from "./Editor";
import { FormProvider } from "./form";
import { type FieldName, LABELS } from "./model/fields";
import { figure } from "./model/words";
import { PreviewPanel, type PreviewQuery, usePreview } from "./PreviewPanel";
import { profileMenu } from "./ProfileTable";
import { RecurrenceSection } from "./RecurrenceSection";
import {
  ExecutionSection,
  LimitsSection,
  MarketSection,
  ScheduleSection,
  SizeSection,
  StrikesSection,
} from "./Sections";
import { TrailingSection } from "./TrailingSection";
import type { ProfileActs } from "./useProfileActs";

export interface ProfileFormProps {
  stored: Profile | null;
  editor: EditorState;
  open: boolean;
  openId: string | null;
  refusal: string | null;
  acts: ProfileActs;
  onHistory: (id: string) => void;
  onDelete: (profile: Profile) => void;
  onClose: () => void;
}

export function ProfileForm(props: ProfileFormProps) {
  const { stored, editor, open, refusal } = props;
  const { draft, changed, save } = editor;
  const form = useRef<HTMLDivElement>(null);
  const side = useRef<HTMLDivElement>(null);
  const preview = usePreview(draft.fields);
  const invalid =
    preview.query.error === null || preview.behind ? {} : fieldMessages(preview.query.error);
  const contractValue = useContractValue(preview, draft.fields.underlying);
  const errors = { ...invalid, ...editor.refused };
  const submit = () => {
    if (document.activeElement instanceof HTMLElement) {
      document.activeElement.blur();
    }
    // What was typed last is taken when its field is left.
    requestAnimationFrame(() => {
      const wrong = ownFault(form.current, errors);
      if (wrong !== null) {
        focusField(form.current, wrong);
      } else if (refusal === null && !save.isPending && !editor.behind) {
        save.mutate(editor.latest.current, {
          onError: (error) => {
            const [first] = Object.keys(fieldMessages(error)) as FieldName[];
            if (first !== undefined) {
              requestAnimationFrame(() => focusField(form.current, first));
            }
          },
        });
      }
    });
  };
  const nothing = stored !== null && changed.length === 0;
  const reason =
    refusal ??
    (editor.behind
      ? "Compare the two versions first"
      : nothing
        ? "No value differs from what is saved"
        : null);
  useShortcuts([
    {
      keys: "Mod+Enter",
      text: "Save profile",
      scope: "Configuration",
      run: () => (reason === null ? submit() : undefined),
    },
  ]);
  useCommands([
    {
      id: "strangle.profile.save",
      text: "Save profile",
      hint: draft.fields.name || "New profile",
      keys: "Mod+Enter",
      reason: reason ?? undefined,
      run: submit,
    },
  ]);
  const said =
    stored === null
      ? "Not saved yet"
      : changed.length === 0
        ? `Version ${stored.version}`
        : `${counted(changed.length, "value")} ${changed.length === 1 ? "differs" : "differ"} from version ${draft.version}`;
  const buttons = (
    <>
      {changed.length > 0 ? (
        <Button icon={<RotateCcw size={14} />} onPress={editor.reset}>
          {stored === null ? "Start over" : "Undo changes"}
        </Button>
      ) : null}
      <Button
        kind="primary"
        icon={<Save size={14} />}
        keys={shownKeys("Mod+Enter")}
        isPending={save.isPending}
        isDisabled={reason !== null}
        onPress={submit}
      >
        {stored === null ? "Create profile" : "Save profile"}
      </Button>
    </>
  );
  return (
    <FormProvider
      value={{
        fields: draft.fields,
        base: draft.base,
        isNew: stored === null,
        errors,
        open,
        loosened: editor.loosened,
        edit: editor.edit,
      }}
    >
      <PageHead
        title={stored?.name ?? "New profile"}
        trail={[
          { title: "Strangle", to: "/strangle" },
          { title: "Configuration", to: "/strangle/configuration" },
        ]}
        actions={
          <>
            {stored === null ? null : <HeadMenu {...props} stored={stored} />}
            <Button onPress={props.onClose}>Back to profiles</Button>
            <span className={styles.headSave}>{buttons}</span>
          </>
        }
      >
        {stored?.is_active ? <Chip tone="accent">Active</Chip> : null}
        {open ? <Chip tone="ok">Runs now</Chip> : null}
        <span className={styles.changes}>
          {said}
          {reason === null || nothing ? "" : `. ${reason}`}
        </span>
      </PageHead>
      <Notices {...props} errors={errors} onField={(name) => focusField(form.current, name)} />
      <div className={styles.editor}>
        <div
          ref={form}
          className={styles.form}
          onKeyDownCapture={(event: KeyboardEvent) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && reason === null) {
              event.preventDefault();
              event.stopPropagation();
              submit();
            }
          }}
        >
          <MarketSection today={today()} />
          <StrikesSection />
          <ScheduleSection />
          <SizeSection contractValue={contractValue} />
          <LimitsSection />
          <TrailingSection />
          <ExecutionSection />
          <RecurrenceSection today={today()} />
        </div>
        <div ref={side} className={styles.side}>
          <PreviewPanel preview={preview} fields={draft.fields} />
        </div>
      </div>
      <div className={styles.foot}>
        <span>
          <Button onPress={() => reveal(side.current)}>Preview</Button>
        </span>
        {buttons}
      </div>
    </FormProvider>
  );
}

/** What the exchange last said a contract holds; it does not go away while a field is wrong. */
function useContractValue({ query }: PreviewQuery, underlying: string): string | null {
  const [known, setKnown] = useState<Record<string, string>>({});
  const data = query.data;
  useEffect(() => {
    if (data !== undefined) {
      setKnown((before) => ({ ...before, [data.underlying]: figure(data.contract_value, 6) }));
    }
  }, [data]);
  return known[underlying] ?? null;
}

/** Today in IST as ISO text. */
const today = () => new Date(Date.now() + 19_800_000).toISOString().slice(0, 10);

function HeadMenu({
  stored,
  openId,
  refusal,
  acts,
  onHistory,
  onDelete,
}: ProfileFormProps & { stored: Profile }) {
  return (
    <Menu
      label={`Acts on ${stored.name}`}
      items={profileMenu({
        row: stored,
        openId,
        refusal,
        acts,
        onHistory: () => onHistory(stored.id),
        onDelete,
      })}
    >
      <IconButton label="More acts">
        <Ellipsis size={16} />
      </IconButton>
    </Menu>
  );
}

function Notices({
  stored,
  editor,
  open,
  refusal,
  errors,
  onField,
}: ProfileFormProps & {
  errors: Partial<Record<FieldName, string>>;
  onField: (name: FieldName) => void;
}) {
  const { draft, save } = editor;
  const problem = save.error ? asProblem(save.error) : null;
  const wrong = Object.keys(errors) as FieldName[];
  return (
    <>
      {refusal === null ? null : (
        <Banner title="You can try values here.">
          The preview follows them. {refusal}, so they cannot be saved.
        </Banner>
      )}
      {open ? (
        <Banner tone="warn" title="A session runs with this profile.">
          Until it ends only what reduces risk is accepted: a smaller loss or profit limit, a nearer
          trailing level, a longer guard before expiry. It takes effect at once.
        </Banner>
      ) : null}
      {editor.behind && stored !== null ? (
        <ConflictBanner
          baseVersion={draft.version}
          base={draft.base}
          mine={draft.fields}
          theirs={stored}
          onRebase={editor.rebase}
          onTakeTheirs={editor.reset}
        />
      ) : null}
      {wrong.length > 0 ? (
        <Banner
          tone="bad"
          title={`${counted(wrong.length, "value")} cannot be saved as ${wrong.length === 1 ? "it is" : "they are"}.`}
        >
          <ul className={styles.links}>
            {wrong.map((name) => (
              <li key={name}>
                <button type="button" onClick={() => onField(name)}>
                  {LABELS[name]}
                </button>
              </li>
            ))}
          </ul>
        </Banner>
      ) : problem !== null && problem.code !== "stale_version" ? (
        <Banner tone="bad" title={`${problem.title}.`}>
          {problem.detail} Nothing was saved.
        </Banner>
      ) : null}
    </>
  );
}

/** The first field that shows a fault of its own, which the server has not seen. */
function ownFault(
  form: HTMLElement | null,
  errors: Partial<Record<FieldName, string>>,
): FieldName | null {
  for (const field of form?.querySelectorAll<HTMLElement>("[data-field]") ?? []) {
    const name = field.dataset.field as FieldName;
    if (!(name in errors) && field.querySelector("input[aria-invalid='true']") !== null) {
      return name;
    }
  }
  return null;
}

function focusField(form: HTMLElement | null, name: FieldName): void {
  const field = form?.querySelector<HTMLElement>(`[data-field="${name}"]`);
  reveal(field ?? null);
  field
    ?.querySelector<HTMLElement>("[aria-invalid='true'], input, button, [tabindex='0']")
    ?.focus({ preventScroll: true });
}

/** Scrolls the page to an element: `scrollIntoView` would move the frame as well. */
function reveal(element: HTMLElement | null): void {
  const page = element?.closest("main");
  if (element && page) {
    const [box, view] = [element.getBoundingClientRect(), page.getBoundingClientRect()];
    page.scrollTop += box.top - view.top - Math.max(0, (view.height - box.height) / 2);
  }
}
