import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Redo2, Save, Undo2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { useCommands } from "@/shell/commands";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Banner } from "@/ui/Banner";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Chip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Segmented } from "@/ui/Segmented";
import { Skeleton } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../../search";
import { NeedsOperator, useMayRun } from "../../shared/access";
import { updateDeal } from "../api/calls";
import { DEALS_KEY, dealQuery } from "../api/queries";
import type { DealBody, DealView } from "../api/types";
import { DealMenu, type Leaving, mayEdit, typeWord } from "../library/columns";
import { DealDialogs } from "../library/DealDialogs";
import { Build } from "./Build";
import { ConflictBanner } from "./Conflict";
import { SaveDialog } from "./SaveDialog";
import { useChecks } from "./useChecks";
import { useDealDraft } from "./useDealDraft";
import { useLeaveGuard } from "./useLeaveGuard";

const TextMode = lazy(() =>
  import("../text/TextMode").then((module) => ({ default: module.TextMode })),
);
const RunView = lazy(() =>
  import("../run/RunView").then((module) => ({ default: module.RunView })),
);

type View = "build" | "text" | "run";
const VIEWS: readonly { value: View; text: string }[] = [
  { value: "build", text: "Build" },
  { value: "text", text: "Text" },
  { value: "run", text: "Run" },
];

/** Build, text and run of one deal share one draft. */
export function DealBench({ stored }: { stored: DealView }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search, change] = useSearchState();
  const may = useMayRun();
  const state = useDealDraft(stored);
  const { draft, key, changed, behind } = state;
  const checks = useChecks(key);
  const [saving, setSaving] = useState(false);
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const guard = useLeaveGuard(changed);
  const editable = may && mayEdit(stored);
  const view = VIEWS.find((one) => one.value === search.view)?.value ?? "build";
  const { errors } = checks.count;
  const text = draft.text;
  const save = useMutation({
    mutationFn: (words: DealBody) =>
      updateDeal(stored.id, draft.version, {
        ...words,
        ...(text === null || checks.unread ? { structure: draft.deal } : { text }),
      }),
    onSuccess: async (saved) => {
      client.setQueryData(dealQuery(saved.id).queryKey, saved);
      state.reset();
      setSaving(false);
      toast({ tone: "ok", text: `Saved ${saved.name}, version ${saved.version}` });
      await client.invalidateQueries({ queryKey: DEALS_KEY });
    },
    onError: async (error) => {
      if (asProblem(error).status === 412) {
        setSaving(false);
        await client.invalidateQueries({ queryKey: dealQuery(stored.id).queryKey });
      }
    },
  });
  const problem = save.error === null ? null : asProblem(save.error);
  const reason = !may
    ? "needs credit:operator"
    : !mayEdit(stored)
      ? "needs the permission edit"
      : behind
        ? "somebody saved another version; compare first"
        : state.broken
          ? "the text has faults"
          : changed
            ? undefined
            : "nothing changed";
  const openSave = () => {
    if (reason === undefined) {
      save.reset();
      setSaving(true);
    }
  };
  useShortcuts([
    { keys: "Mod+s", text: "Save version…", scope: "Deal", run: openSave },
    { keys: "Mod+z", text: "Undo", scope: "Deal", run: () => view === "build" && state.undo() },
    {
      keys: "Mod+Shift+Z",
      text: "Redo",
      scope: "Deal",
      run: () => view === "build" && state.redo(),
    },
  ]);
  useCommands([
    {
      id: "credit.deal.save",
      text: "Save version…",
      hint: stored.name,
      keys: "Mod+s",
      reason,
      run: openSave,
    },
    {
      id: "credit.deal.run",
      text: "Run the deal",
      hint: stored.name,
      run: () => change({ view: "run" }),
    },
  ]);
  useStatusItems(
    useMemo(
      () => [
        `Version ${stored.version}`,
        changed ? "Draft, not saved" : "Saved",
        `Deal hash ${stored.content_hash.slice(0, 4)}…${stored.content_hash.slice(-4)}`,
      ],
      [stored, changed],
    ),
  );
  return (
    <>
      <PageHead
        title={stored.name}
        trail={[
          { title: "Credit", to: "/credit" },
          { title: "Deals", to: "/credit/deals" },
        ]}
        actions={
          <>
            {view === "build" && editable ? (
              <>
                <IconButton
                  label="Undo"
                  keys="Ctrl Z"
                  isDisabled={!state.canUndo}
                  onPress={state.undo}
                >
                  <Undo2 size={14} />
                </IconButton>
                <IconButton
                  label="Redo"
                  keys="Ctrl Shift Z"
                  isDisabled={!state.canRedo}
                  onPress={state.redo}
                >
                  <Redo2 size={14} />
                </IconButton>
              </>
            ) : null}
            {changed ? (
              <Button kind="quiet" onPress={state.reset}>
                Discard changes
              </Button>
            ) : null}
            <Button
              kind={changed ? "primary" : "default"}
              icon={<Save size={14} />}
              isDisabled={reason !== undefined}
              onPress={openSave}
            >
              Save version…
            </Button>
            <DealMenu deal={stored} onLeave={setLeaving} open={false} />
          </>
        }
      >
        <Chip>{typeWord(stored.deal_type)}</Chip>
        <Chip>version {stored.version}</Chip>
        {changed ? <Chip tone="accent">not saved</Chip> : null}
        {errors > 0 ? <Chip tone="bad">{counted(errors, "error")}</Chip> : null}
        <Segmented<View>
          label="View of the deal"
          options={VIEWS}
          value={view}
          onChange={(next) => change({ view: next === "build" ? undefined : next, at: search.at })}
        />
      </PageHead>
      {editable ? null : may ? (
        <Banner tone="info" title="You may look at this deal and run it.">
          To change it, clone it, or ask its owner for the permission edit.
        </Banner>
      ) : (
        <NeedsOperator what="Changing a deal" />
      )}
      {state.broken && view !== "text" ? (
        <Banner
          tone="warn"
          title="The text has faults, so this is what the last good text said."
          actions={<Button onPress={() => change({ view: "text" })}>Back to the text</Button>}
        >
          A change here takes the place of the text.
        </Banner>
      ) : null}
      {behind ? (
        <ConflictBanner
          theirs={stored}
          baseVersion={draft.version}
          mineKey={key}
          onRebase={state.rebase}
          onDrop={state.reset}
        />
      ) : null}
      <Suspense fallback={<Skeleton />}>
        {view === "build" ? <Build state={state} checks={checks} locked={!editable} /> : null}
        {view === "text" ? (
          <TextMode state={state} checks={checks} locked={!editable} name={stored.name} />
        ) : null}
        {view === "run" ? (
          <RunView stored={stored} draft={draft.deal} changed={changed} checks={checks} />
        ) : null}
      </Suspense>
      {saving ? (
        <SaveDialog
          stored={stored}
          errors={errors}
          busy={save.isPending}
          failure={
            problem === null || problem.status === 412
              ? null
              : (problem.fields[0]?.message ?? (problem.detail || problem.title))
          }
          onSave={(words) => save.mutate(words)}
          onClose={() => setSaving(false)}
        />
      ) : null}
      {guard === null ? null : (
        <Dialog
          open
          onClose={guard.stay}
          title="Leave without saving"
          actions={
            <>
              <Button autoFocus onPress={guard.stay}>
                Stay
              </Button>
              <Button onPress={guard.leave}>Leave, keep the draft</Button>
              <Button
                kind="dangerOutline"
                onPress={() => {
                  state.reset();
                  guard.leave();
                }}
              >
                Leave, drop the changes
              </Button>
            </>
          }
        >
          <p>
            {stored.name} has changes that are not saved. A draft stays in this tab and is there
            when you come back.
          </p>
        </Dialog>
      )}
      <DealDialogs
        leaving={leaving}
        onClose={() => setLeaving(null)}
        onDeleted={() => {
          state.reset();
          void navigate({ to: "/credit/deals" });
        }}
      />
    </>
  );
}
