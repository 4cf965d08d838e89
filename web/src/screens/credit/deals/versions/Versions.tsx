import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { useStatusItems } from "@/shell/status";
import { Button, LinkButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { AlertDialog } from "@/ui/Dialog";
import { Age } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Empty, Loaded } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../../search";
import { useMayRun } from "../../shared/access";
import { restoreVersion } from "../api/calls";
import { DEALS_KEY, dealQuery, diffQuery, versionsQuery } from "../api/queries";
import type { DealView, DiffView, VersionItem } from "../api/types";
import { LineDiff } from "../builder/DiffView";
import { mayEdit } from "../library/columns";
import { ofServer } from "../model/diff";
import { dealPath } from "../path";
import { StructureDiff } from "./StructureDiff";
import styles from "./Versions.module.css";

/** What a deal was, and what changed from version to version. */
export default function Versions() {
  const { dealId = "" } = useParams({ strict: false }) as { dealId?: string };
  const deal = useQuery(dealQuery(dealId));
  return (
    <Page>
      <Loaded query={deal} what="The deal">
        {(stored) => <Shown key={stored.id} stored={stored} />}
      </Loaded>
    </Page>
  );
}

function Shown({ stored }: { stored: DealView }) {
  const [search, change] = useSearchState();
  const client = useQueryClient();
  const may = useMayRun() && mayEdit(stored);
  const versions = useQuery(versionsQuery(stored.id));
  const [leaving, setLeaving] = useState<VersionItem | null>(null);
  const b = Number(search.b ?? stored.version);
  const a = Number(search.a ?? Math.max(1, b - 1));
  const restore = useMutation({
    mutationFn: (version: number) => restoreVersion(stored.id, version, stored.version),
    onSuccess: async (saved, version) => {
      client.setQueryData(dealQuery(saved.id).queryKey, saved);
      toast({ tone: "ok", text: `Version ${version} is restored as version ${saved.version}` });
      change({ a: undefined, b: undefined });
      await client.invalidateQueries({ queryKey: DEALS_KEY });
    },
  });
  useStatusItems([`Version ${stored.version}`]);
  return (
    <>
      <PageHead
        title="Versions"
        crumb="Versions"
        trail={[
          { title: "Credit", to: "/credit" },
          { title: "Deals", to: "/credit/deals" },
          { title: stored.name, to: dealPath(stored.id) },
        ]}
        actions={<LinkButton to={dealPath(stored.id)}>Open deal</LinkButton>}
      >
        <Chip>{stored.name}</Chip>
      </PageHead>
      <div className={styles.lay}>
        <Panel title="Saved versions" className={styles.list}>
          <Loaded query={versions} what="Versions">
            {({ items }) => (
              <ol className={styles.versions}>
                {items.map((item) => (
                  <li key={item.version}>
                    <button
                      type="button"
                      className={cx(styles.version, item.version === b && styles.chosen)}
                      aria-current={item.version === b ? "true" : undefined}
                      onClick={() => change({ b: String(item.version), a: undefined })}
                    >
                      <span className={styles.number}>{item.version}</span>
                      <span className={styles.words}>
                        {item.change_description || "No words"}
                        <span className={styles.when}>
                          <Age at={item.created_at} />
                        </span>
                      </span>
                    </button>
                    {may && item.version !== stored.version ? (
                      <Button
                        small
                        kind="quiet"
                        icon={<RotateCcw size={12} />}
                        aria-label={`Restore version ${item.version}`}
                        onPress={() => setLeaving(item)}
                      >
                        Restore…
                      </Button>
                    ) : null}
                  </li>
                ))}
              </ol>
            )}
          </Loaded>
        </Panel>
        <Differences
          stored={stored}
          a={a}
          b={b}
          versions={versions.data?.items ?? []}
          view={search.diff === "text" ? "text" : "structure"}
          onView={(view) => change({ diff: view === "text" ? "text" : undefined })}
          onFrom={(from) => change({ a: from })}
        />
      </div>
      {leaving === null ? null : (
        <AlertDialog
          open
          onClose={() => setLeaving(null)}
          title={`Restore version ${leaving.version}`}
          consequence={
            <>
              Version {stored.version + 1} will be as version {leaving.version} was. Version{" "}
              {stored.version} stays in this list.
            </>
          }
          danger={false}
          keep={`Keep version ${stored.version}`}
          act="Restore version"
          onAct={() => restore.mutateAsync(leaving.version)}
        />
      )}
    </>
  );
}

type View = "structure" | "text";

function Differences({
  stored,
  a,
  b,
  versions,
  view,
  onView,
  onFrom,
}: {
  stored: DealView;
  a: number;
  b: number;
  versions: readonly VersionItem[];
  view: View;
  onView: (view: View) => void;
  onFrom: (version: string) => void;
}) {
  const same = a === b;
  const query = useQuery({ ...diffQuery(stored.id, a, b), enabled: !same });
  return (
    <Panel
      title={same ? `Version ${b}` : `From version ${a} to ${b}`}
      sub={query.data === undefined ? undefined : counted(query.data.changes.length, "change")}
      className={styles.diff}
      actions={
        <>
          <div className={styles.from}>
            <Select
              label="Compare with"
              hideLabel
              options={versions
                .filter((one) => one.version !== b)
                .map((one) => ({ value: String(one.version), text: `Version ${one.version}` }))}
              value={same ? null : String(a)}
              onChange={onFrom}
              placeholder="Compare with…"
            />
          </div>
          <Segmented<View>
            label="Form of the comparison"
            options={[
              { value: "structure", text: "Objects" },
              { value: "text", text: "Text" },
            ]}
            value={view}
            onChange={onView}
          />
        </>
      }
    >
      <PanelBody>
        {same ? (
          <Empty title="The first version">There is nothing before it to compare with.</Empty>
        ) : (
          <Loaded query={query} what="The differences">
            {(found) => <Found found={found} view={view} />}
          </Loaded>
        )}
      </PanelBody>
    </Panel>
  );
}

function Found({ found, view }: { found: DiffView; view: View }) {
  if (found.changes.length === 0) {
    return (
      <Empty title="The same deal">
        Both versions have the same structure; name, description or access may differ.
      </Empty>
    );
  }
  return view === "text" ? (
    <LineDiff lines={ofServer(found.lines)} label={`Lines from version ${found.a} to ${found.b}`} />
  ) : (
    <StructureDiff changes={found.changes} />
  );
}
