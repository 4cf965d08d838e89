import { useQuery } from "@tanstack/react-query";
import { Download, RefreshCw } from "lucide-react";
import { useMemo, useState } from "react";
import { counted } from "@/format/numbers";
import { type SearchState, useSearchState } from "@/screens/search";
import { StrangleGlyph } from "@/services/glyphs";
import { serverNow, useNow } from "@/shell/clock";
import { useShortcuts } from "@/shell/shortcuts";
import { DataTable } from "@/table/DataTable";
import { FilterBar } from "@/table/FilterBar";
import { Button, IconButton, LinkButton } from "@/ui/Button";
import { Inspector } from "@/ui/Inspector";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Empty, Loaded, Skeleton } from "@/ui/States";
import { RangeBar } from "../analytics/RangeBar";
import { istDate } from "../analytics/range";
import { saveCsv, stamp } from "../analytics/saveCsv";
import { exportSessions } from "../api/calls";
import { sessionsQuery } from "../api/queries";
import type { SessionPage, SessionRow } from "../api/records";
import { useDesk } from "../api/stream";
import { StranglePage } from "../shared/StranglePage";
import { sessionColumns } from "./columns";
import {
  type Filters,
  filterQuery,
  filtersOf,
  isFiltered,
  MODES,
  NO_FILTERS,
  pageQuery,
  reasonOptions,
  STATUSES,
} from "./filters";
import styles from "./History.module.css";
import { Pager } from "./Pager";
import { SessionDetailPanel } from "./SessionDetailPanel";

/** Sessions, newest first, with their legs, orders, fills and events. */
export default function History() {
  const [search, change] = useSearchState();
  const filters = filtersOf(search);
  const today = istDate(useNow(60_000));
  const query = useQuery(sessionsQuery(pageQuery(filters, today)));
  const [saving, setSaving] = useState(false);
  const save = async () => {
    if (!saving) {
      setSaving(true);
      await saveCsv(
        query.data ? counted(query.data.total, "session") : "Sessions",
        () => exportSessions(filterQuery(filters, today)),
        `trading-sessions-${stamp(serverNow())}Z.csv`,
      );
      setSaving(false);
    }
  };
  useShortcuts([
    { keys: "e", text: "Export the sessions", scope: "History", run: () => void save() },
    { keys: "r", text: "Refresh", scope: "History", run: () => void query.refetch() },
  ]);
  const filter = (next: SearchState) => change({ ...next, page: undefined }, "push");
  return (
    <StranglePage fill>
      <PageHead
        title="History"
        trail={[{ title: "Strangle", to: "/strangle" }]}
        actions={
          <>
            <IconButton label="Refresh" keys="r" onPress={() => void query.refetch()}>
              <RefreshCw size={14} />
            </IconButton>
            <Button icon={<Download size={14} />} isPending={saving} onPress={() => void save()}>
              Export CSV
            </Button>
          </>
        }
      />
      <Inspector
        title={search.session === undefined ? null : `Session ${search.session}`}
        width={448}
        onClose={() => change({ session: undefined, tab: undefined })}
        detail={
          search.session === undefined ? null : (
            <SessionDetailPanel key={search.session} id={search.session} />
          )
        }
      >
        <Panel fill label="Sessions">
          <FilterBar count={query.data ? counted(query.data.total, "session") : null}>
            <FilterSelects filters={filters} onChange={filter} />
            <RangeBar
              range={filters.range}
              onChange={({ range, start, end }) =>
                filter({ range: range === "all" ? undefined : range, start, end })
              }
            />
            {isFiltered(filters) ? (
              <Button small kind="quiet" onPress={() => filter(NO_FILTERS)}>
                Clear filters
              </Button>
            ) : null}
          </FilterBar>
          <Loaded query={query} what="Sessions" skeleton={<Skeleton rows={12} />}>
            {(page) => (
              <>
                <Sessions
                  page={page}
                  filters={filters}
                  busy={query.isPlaceholderData}
                  chosen={search.session}
                  change={change}
                />
                <Pager
                  page={filters.page}
                  pages={page.pages}
                  size={filters.size}
                  total={page.total}
                  shown={page.items.length}
                  onPage={(to) => change({ page: to === 1 ? undefined : String(to) }, "push")}
                  onSize={(size) =>
                    change({ size: size === "25" ? undefined : size, page: undefined }, "push")
                  }
                />
              </>
            )}
          </Loaded>
        </Panel>
      </Inspector>
    </StranglePage>
  );
}

function FilterSelects({
  filters,
  onChange,
}: {
  filters: Filters;
  onChange: (next: SearchState) => void;
}) {
  const given = (value: string) => (value === "all" ? undefined : value);
  return (
    <>
      <div className={styles.filter}>
        <Select
          label="Status"
          hideLabel
          options={STATUSES}
          value={filters.status}
          onChange={(status) => onChange({ status: given(status) })}
        />
      </div>
      <div className={styles.filter}>
        <Select
          label="Mode"
          hideLabel
          options={MODES}
          value={filters.mode}
          onChange={(mode) => onChange({ mode: given(mode) })}
        />
      </div>
      <div className={styles.filter}>
        <Select
          label="Exit reason"
          hideLabel
          options={reasonOptions(filters.reason)}
          value={filters.reason ?? "all"}
          onChange={(reason) => onChange({ reason: given(reason) })}
        />
      </div>
    </>
  );
}

function Sessions({
  page,
  filters,
  busy,
  chosen,
  change,
}: {
  page: SessionPage;
  filters: Filters;
  busy: boolean;
  chosen: string | undefined;
  change: (next: SearchState, mode?: "push" | "replace") => void;
}) {
  const runtime = useDesk().data;
  const open = page.items.some((row) => row.status === "running") ? runtime : undefined;
  const columns = useMemo(() => sessionColumns(open), [open]);
  const select = (row: SessionRow) => change({ session: String(row.id) });
  // The address may name a session by its number or by its strategy id.
  const openId = page.items.find(
    (row) => String(row.id) === chosen || row.strategy_id === chosen,
  )?.id;
  return (
    <DataTable
      label="Sessions, newest first"
      name="strangle.sessions"
      dense
      fill
      busy={busy}
      columns={columns}
      rows={page.items}
      rowId={(row) => String(row.id)}
      onOpen={select}
      onCursor={(row) => chosen !== undefined && select(row)}
      openId={openId === undefined ? undefined : String(openId)}
      empty={<Nothing page={page} filters={filters} change={change} />}
    />
  );
}

function Nothing({
  page,
  filters,
  change,
}: {
  page: SessionPage;
  filters: Filters;
  change: (next: SearchState, mode?: "push" | "replace") => void;
}) {
  if (page.total > 0) {
    return (
      <Empty
        title={`There is no page ${filters.page}`}
        actions={
          <Button kind="primary" onPress={() => change({ page: undefined })}>
            Go to the newest
          </Button>
        }
      >
        {`${counted(page.total, "session")} fit on ${counted(page.pages, "page")}.`}
      </Empty>
    );
  }
  return isFiltered(filters) ? (
    <Empty
      title="No session matches"
      actions={
        <Button kind="primary" onPress={() => change(NO_FILTERS, "push")}>
          Clear filters
        </Button>
      }
    >
      No session began in this range with this status, mode and exit reason.
    </Empty>
  ) : (
    <Empty
      glyph={<StrangleGlyph />}
      title="No session yet"
      actions={
        <LinkButton to="/strangle/live" kind="primary">
          Open live control
        </LinkButton>
      }
    >
      Every session is listed here from its start, with its legs, orders, fills and events.
    </Empty>
  );
}
