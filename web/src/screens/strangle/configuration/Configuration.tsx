import { useQuery } from "@tanstack/react-query";
import { Plus, Upload } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { StrangleGlyph } from "@/services/glyphs";
import { useCommands } from "@/shell/commands";
import { useShortcuts } from "@/shell/shortcuts";
import { Button, LinkButton } from "@/ui/Button";
import { AlertDialog } from "@/ui/Dialog";
import { Chip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { useSearchState } from "../../search";
import { profilesQuery } from "../api/queries";
import type { Profile } from "../api/records";
import { useDesk } from "../api/stream";
import { useMayTrade } from "../shared/access";
import { StranglePage } from "../shared/StranglePage";
import { useEditor } from "./Editor";
import { HistoryDialog } from "./History";
import { ImportDialog } from "./ImportDialog";
import { fieldsOf } from "./model/fields";
import { ProfileForm } from "./ProfileForm";
import { ProfileTable } from "./ProfileTable";
import { useProfileActs } from "./useProfileActs";

const NEW = "new";

/** Profiles: what is sold, when, and where the limits are. */
export default function Configuration() {
  const query = useQuery(profilesQuery);
  const runtime = useDesk().data;
  const [search, change] = useSearchState();
  const mayTrade = useMayTrade();
  const acts = useProfileActs();
  const [deleted, setDeleted] = useState<Profile | null>(null);
  const [importing, setImporting] = useState(false);
  // An old version was put into the draft from outside of the form: the form begins again with it.
  const [generation, setGeneration] = useState(0);
  const refusal = mayTrade ? null : "Changing profiles needs the role strangle:operator";
  const profiles = query.data?.items;
  const chosen = search.profile;
  const stored = profiles?.find((one) => one.id === chosen);
  const shown = profiles?.find((one) => one.id === (search.history ?? ""));
  const openId = runtime?.active ? (runtime.config?.id ?? null) : null;
  const show = (profile: string | undefined) => change({ profile, history: undefined }, "push");
  const common = {
    openId,
    refusal,
    acts,
    onHistory: (history: string) => change({ history }, "push"),
    onDelete: setDeleted,
  };
  useShortcuts([
    { keys: "n", text: "New profile", scope: "Configuration", run: () => show(NEW) },
    { keys: "r", text: "Refresh", scope: "Configuration", run: () => void query.refetch() },
  ]);
  useCommands([
    {
      id: "strangle.profile.new",
      text: "New profile",
      hint: "Configuration",
      run: () => show(NEW),
    },
  ]);

  return (
    <StranglePage>
      {profiles === undefined || chosen === undefined ? (
        <PageHead
          title="Configuration"
          trail={[{ title: "Strangle", to: "/strangle" }]}
          actions={
            <>
              <Button
                icon={<Upload size={14} />}
                isDisabled={refusal !== null}
                onPress={() => setImporting(true)}
              >
                Import JSON…
              </Button>
              <Button kind="primary" icon={<Plus size={14} />} keys="N" onPress={() => show(NEW)}>
                New profile
              </Button>
            </>
          }
        >
          {profiles === undefined ? null : <Chip>{counted(profiles.length, "profile")}</Chip>}
        </PageHead>
      ) : null}
      {profiles === undefined ? (
        <Panel label="Profiles">
          {query.error ? (
            <ErrorPanel
              what="Profiles could not be loaded"
              error={query.error}
              onRetry={() => void query.refetch()}
            />
          ) : (
            <Skeleton rows={6} />
          )}
        </Panel>
      ) : chosen === undefined ? (
        profiles.length === 0 ? (
          <NoProfiles
            refusal={refusal}
            onNew={() => show(NEW)}
            onImport={() => setImporting(true)}
          />
        ) : (
          <ProfileTable {...common} profiles={profiles} onOpen={show} />
        )
      ) : chosen === NEW || stored !== undefined ? (
        <Open
          key={`${chosen} ${generation}`}
          {...common}
          stored={stored ?? null}
          onSaved={(saved) => change({ profile: saved.id })}
          onClose={() => show(undefined)}
        />
      ) : (
        <Missing />
      )}
      {shown === undefined ? null : (
        <History
          profile={shown}
          onClose={() => change({ history: undefined })}
          onTaken={() => {
            setGeneration(generation + 1);
            change({ profile: shown.id, history: undefined }, "push");
          }}
        />
      )}
      {deleted === null ? null : (
        <AlertDialog
          open
          onClose={() => setDeleted(null)}
          title={`Delete ${deleted.name}?`}
          consequence={`The profile and its ${counted(deleted.version, "version")} are gone for everybody. Sessions that ran with it keep their own copy.`}
          keep="Keep profile"
          act="Delete profile"
          typed={deleted.name}
          onAct={async () => {
            await acts.remove.mutateAsync(deleted);
            if (chosen === deleted.id) {
              show(undefined);
            }
          }}
        />
      )}
      {importing ? (
        <ImportDialog
          onClose={() => setImporting(false)}
          onDone={(profile) => {
            setImporting(false);
            show(profile.id);
          }}
        />
      ) : null}
    </StranglePage>
  );
}

function Open({
  onSaved,
  ...props
}: Omit<Parameters<typeof ProfileForm>[0], "editor" | "open"> & {
  onSaved: (saved: Profile) => void;
}) {
  const open = props.stored !== null && props.stored.id === props.openId;
  const editor = useEditor(props.stored, open, onSaved);
  return <ProfileForm {...props} editor={editor} open={open} />;
}

/** The history of one profile; an old version goes into its form as a draft. */
function History({
  profile,
  onClose,
  onTaken,
}: {
  profile: Profile;
  onClose: () => void;
  onTaken: () => void;
}) {
  const editor = useEditor(profile, false, () => undefined);
  return (
    <HistoryDialog
      profile={profile}
      onClose={onClose}
      onTake={(version) => {
        editor.rebase({ ...fieldsOf(version.profile), name: profile.name });
        onTaken();
      }}
    />
  );
}

function NoProfiles({
  refusal,
  onNew,
  onImport,
}: {
  refusal: string | null;
  onNew: () => void;
  onImport: () => void;
}) {
  return (
    <Panel label="Profiles">
      <Empty
        title="No profiles yet"
        glyph={<StrangleGlyph size={22} />}
        actions={
          refusal === null ? (
            <>
              <Button kind="primary" onPress={onNew}>
                New profile
              </Button>
              <Button onPress={onImport}>Import JSON…</Button>
            </>
          ) : undefined
        }
      >
        A profile says what is sold, when, and where the limits are.
        {refusal === null ? "" : ` ${refusal}; an administrator can grant it.`}
      </Empty>
    </Panel>
  );
}

function Missing() {
  return (
    <>
      <PageHead title="Configuration" trail={[{ title: "Strangle", to: "/strangle" }]} />
      <Panel label="Profile">
        <Empty
          title="This profile does not exist"
          glyph={<StrangleGlyph size={22} />}
          actions={
            <LinkButton to="/strangle/configuration" kind="primary">
              Show all profiles
            </LinkButton>
          }
        >
          It was deleted, or the address is not complete.
        </Empty>
      </Panel>
    </>
  );
}
