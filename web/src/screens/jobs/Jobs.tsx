import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { listJobs } from "@/api/platform";
import { asProblem } from "@/api/problem";
import { jobQuery, uiConfigQuery } from "@/api/queries";
import type { Job, Page as JobPage } from "@/api/schema";
import { counted, formatFraction } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { fraction } from "@/format/units";
import { serviceTitle } from "@/services/registry";
import { mergeJob, useJobStream, useRecentJobs } from "@/shell/jobs";
import { useShortcuts } from "@/shell/shortcuts";
import { type Column, sortFromText, sortToText } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Age } from "@/ui/Figures";
import { Inspector } from "@/ui/Inspector";
import { JobState } from "@/ui/JobProgress";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Empty, ErrorPanel, Loaded, Skeleton } from "@/ui/States";
import { useSearchState } from "../search";
import { JobDetail } from "./JobDetail";

const STATES = ["running", "queued", "succeeded", "failed", "cancelled"];

function duration(job: Job): number | null {
  return !job.started_at || !job.finished_at
    ? null
    : Date.parse(job.finished_at) - Date.parse(job.started_at);
}

const COLUMNS: Column<Job>[] = [
  { id: "title", head: "Job", value: (job) => job.title, width: 220, grow: true, phone: "title" },
  {
    id: "service",
    head: "Service",
    value: (job) => serviceTitle(job.service),
    width: 100,
    phone: "note",
  },
  {
    id: "state",
    head: "State",
    value: (job) => job.state,
    cell: (job) => <JobState state={job.state} />,
    width: 100,
    phone: "figure",
  },
  {
    id: "progress",
    head: "Done, %",
    value: (job) => job.progress,
    cell: (job) => formatFraction(fraction(job.progress), 0),
    align: "right",
    width: 72,
    phone: "hide",
  },
  {
    id: "message",
    head: "Message",
    value: (job) => job.error?.message ?? job.message,
    width: 180,
    grow: true,
    sortable: false,
  },
  {
    id: "duration",
    head: "Took",
    value: duration,
    cell: (job) => {
      const took = duration(job);
      return took === null ? "" : formatDuration(took);
    },
    align: "right",
    width: 96,
    phone: "hide",
  },
  {
    id: "attempts",
    head: "Tries",
    value: (job) => job.attempts,
    align: "right",
    width: 60,
    hidden: true,
    phone: "hide",
  },
  {
    id: "created_at",
    head: "Created",
    value: (job) => job.created_at,
    cell: (job) => <Age at={job.created_at} />,
    align: "right",
    width: 90,
    phone: "note",
  },
];

/** All jobs with filters; the chosen one beside them. */
export default function Jobs() {
  const [search, change] = useSearchState();
  const config = useQuery(uiConfigQuery).data;
  const live = useRecentJobs().data?.items ?? [];
  const stream = useJobStream();
  const query = useInfiniteQuery({
    queryKey: ["jobs", "list", search.state ?? "", search.service ?? ""],
    queryFn: ({ pageParam, signal }) =>
      listJobs(
        { limit: 100, cursor: pageParam, state: search.state, service: search.service },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: stream.state === "live" ? false : 5_000,
  });
  const detail = useQuery({ ...jobQuery(search.job ?? ""), enabled: Boolean(search.job) });
  useShortcuts([{ keys: "r", text: "Refresh", scope: "Jobs", run: () => void query.refetch() }]);

  const rows = freshen(query.data?.pages.flatMap((page) => page.items) ?? [], live).filter(
    (job) =>
      (!search.state || job.state === search.state) &&
      (!search.service || job.service === search.service) &&
      `${job.title} ${job.name} ${job.message}`
        .toLowerCase()
        .includes((search.text ?? "").toLowerCase()),
  );
  const chosen = rows.find((job) => job.id === search.job) ?? detail.data;
  const services = (config?.services ?? []).map((service) => ({
    value: service.name,
    text: service.title,
  }));
  const filtered = Boolean(search.state || search.service || search.text);
  const clear = () => change({ state: undefined, service: undefined, text: undefined });

  return (
    <Page fill>
      <PageHead title="Jobs" />
      <Inspector
        title={search.job ? (chosen?.title ?? "Job") : null}
        onClose={() => change({ job: undefined })}
        detail={
          chosen ? (
            <JobDetail job={chosen} />
          ) : detail.error ? (
            <ErrorPanel what="The job could not be loaded" error={asProblem(detail.error)} />
          ) : (
            <Skeleton />
          )
        }
      >
        <Panel fill label="Jobs">
          <Loaded query={query} what="Jobs">
            {() => (
              <DataTable
                label="Jobs"
                name="jobs"
                tools={(parts) => (
                  <FilterBar
                    search={{
                      value: search.text ?? "",
                      onChange: (text) => change({ text }),
                      placeholder: "Title or message",
                    }}
                    onClear={clear}
                    tokens={[
                      ...(search.state
                        ? [
                            {
                              name: "state",
                              value: search.state,
                              onDrop: () => change({ state: undefined }),
                            },
                          ]
                        : []),
                      ...(search.service
                        ? [
                            {
                              name: "service",
                              value: serviceTitle(search.service),
                              onDrop: () => change({ service: undefined }),
                            },
                          ]
                        : []),
                    ]}
                    count={counted(parts.rows.length, "job")}
                    end={
                      <>
                        {parts.menu}
                        <ExportButton {...parts} fileName="jobs" />
                      </>
                    }
                  >
                    <Select
                      label="State"
                      hideLabel
                      placeholder="State"
                      options={STATES.map((state) => ({ value: state, text: state }))}
                      value={search.state ?? null}
                      onChange={(state) => change({ state })}
                    />
                    <Select
                      label="Service"
                      hideLabel
                      placeholder="Service"
                      options={services}
                      value={search.service ?? null}
                      onChange={(service) => change({ service })}
                    />
                  </FilterBar>
                )}
                fill
                columns={COLUMNS}
                rows={rows}
                rowId={(job) => job.id}
                sort={sortFromText(search.sort)}
                onSort={(sort) => change({ sort: sortToText(sort) })}
                onOpen={(job) => change({ job: job.id })}
                onCursor={(job) => search.job && change({ job: job.id })}
                openId={search.job}
                busy={query.isFetching && !query.isFetchingNextPage && query.isPlaceholderData}
                more={{
                  has: query.hasNextPage,
                  loading: query.isFetchingNextPage,
                  load: () => void query.fetchNextPage(),
                }}
                empty={
                  filtered ? (
                    <Empty title="No job matches these filters" />
                  ) : (
                    <Empty title="No jobs yet">
                      Runs, exports and scheduled work appear here with progress and result.
                    </Empty>
                  )
                }
              />
            )}
          </Loaded>
        </Panel>
      </Inspector>
    </Page>
  );
}

/** The list with what the stream knows since. */
function freshen(rows: Job[], live: readonly Job[]): Job[] {
  const known = new Set(rows.map((job) => job.id));
  const newest = rows[0]?.created_at ?? "";
  const page: JobPage<Job> = { items: rows };
  return live
    .filter((job) => known.has(job.id) || job.created_at > newest)
    .reduceRight((before, job) => mergeJob(before, job), page).items;
}
