import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { listAudit, verifyAudit } from "@/api/platform";
import { asProblem } from "@/api/problem";
import { usersQuery } from "@/api/queries";
import type { AuditEntry } from "@/api/schema";
import { counted, formatCount } from "@/format/numbers";
import { useHasRole } from "@/session/session";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Id, Instant, KeyValues } from "@/ui/Figures";
import { Inspector } from "@/ui/Inspector";
import { JsonView } from "@/ui/JsonView";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../search";
import styles from "./Admin.module.css";

const columnsWith = (nameOf: (id: string) => string): Column<AuditEntry>[] => [
  {
    id: "sequence",
    head: "No.",
    value: (entry) => entry.seq,
    align: "right",
    width: 72,
    phone: "hide",
  },
  {
    id: "at",
    head: "Time, UTC",
    value: (entry) => entry.recorded_at,
    cell: (entry) => <Instant at={entry.recorded_at} />,
    width: 150,
    phone: "note",
  },
  { id: "actor", head: "Who", value: (entry) => nameOf(entry.actor_id), width: 160, grow: true },
  {
    id: "action",
    head: "Act",
    value: (entry) => entry.action,
    cell: (entry) => <code>{entry.action}</code>,
    width: 170,
    grow: true,
    phone: "title",
  },
  { id: "subject", head: "On", value: (entry) => nameOf(entry.target), width: 160, grow: true },
  { id: "ip", head: "From", value: (entry) => entry.ip, width: 120, phone: "figure" },
];

/** Who did what: append-only, each entry sealed by the hash of the one before. */
export function Audit() {
  const [search, change] = useSearchState();
  const admin = useHasRole("admin");
  const users = useQuery({ ...usersQuery({ limit: 200 }), enabled: admin }).data;
  const nameOf = (id: string) => users?.items.find((user) => user.id === id)?.email ?? id;
  const query = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam, signal }) => listAudit({ limit: 100, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const verify = useMutation({ mutationFn: verifyAudit });
  const wanted = (search.text ?? "").toLowerCase();
  const rows = (query.data?.pages.flatMap((page) => page.items) ?? []).filter((entry) =>
    `${nameOf(entry.actor_id)} ${entry.action} ${nameOf(entry.target)}`
      .toLowerCase()
      .includes(wanted),
  );
  const chosen = rows.find((entry) => String(entry.seq) === search.entry);
  return (
    <div className={styles.tab}>
      {verify.error ? <Banner tone="bad">{asProblem(verify.error).message}</Banner> : null}
      {verify.data ? (
        verify.data.valid ? (
          <Banner tone="ok" title="The chain holds.">
            {formatCount(verify.data.verified)} entries checked, every hash fits.
          </Banner>
        ) : (
          <Banner tone="bad" title="The chain is broken.">
            Entry {verify.data.first_broken_seq}: {verify.data.reason}. Stop changes and keep the
            database as it is.
          </Banner>
        )
      ) : null}
      <Loaded query={query} what="The audit">
        {() => (
          <Inspector
            title={chosen?.action ?? null}
            onClose={() => change({ entry: undefined })}
            detail={
              chosen ? (
                <>
                  <KeyValues
                    rows={[
                      ["Number", chosen.seq],
                      ["Time", <Instant key="at" at={chosen.recorded_at} form="full" />],
                      ["Who", nameOf(chosen.actor_id)],
                      ["On", nameOf(chosen.target)],
                      ["From", chosen.ip],
                      [
                        "Request",
                        chosen.request_id ? <Id key="r" value={chosen.request_id} copy /> : "",
                      ],
                      ["Hash", <Id key="h" value={chosen.hash} short={16} />],
                    ]}
                  />
                  <JsonView value={chosen.detail} />
                </>
              ) : null
            }
          >
            <DataTable
              label="Audit"
              name="audit"
              tools={(parts) => (
                <FilterBar
                  search={{
                    value: search.text ?? "",
                    onChange: (value) => change({ text: value }),
                    placeholder: "Who, act or object",
                  }}
                  count={counted(rows.length, "entry", "entries")}
                  end={
                    <>
                      {parts.menu}
                      <ExportButton {...parts} fileName="audit" />
                      <Button
                        icon={<ShieldCheck size={14} />}
                        isPending={verify.isPending}
                        onPress={() => verify.mutate()}
                      >
                        Verify chain
                      </Button>
                    </>
                  }
                />
              )}
              fill
              columns={columnsWith(nameOf)}
              rows={rows}
              rowId={(entry) => String(entry.seq)}
              onOpen={(entry) => change({ entry: String(entry.seq) })}
              onCursor={(entry) => search.entry && change({ entry: String(entry.seq) })}
              openId={search.entry}
              more={{
                has: query.hasNextPage,
                loading: query.isFetchingNextPage,
                load: () => void query.fetchNextPage(),
              }}
              empty={<Empty title="No entry matches" />}
            />
          </Inspector>
        )}
      </Loaded>
    </div>
  );
}
