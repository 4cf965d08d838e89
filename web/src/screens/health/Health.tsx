import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { healthQuery, uiConfigQuery } from "@/api/queries";
import type { HealthItem, ServiceHealth } from "@/api/schema";
import { counted } from "@/format/numbers";
import { worst } from "@/shell/StatusBar";
import { useShortcuts } from "@/shell/shortcuts";
import { type Column, sortFromText, sortToText } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { FilterBar } from "@/table/FilterBar";
import { Button } from "@/ui/Button";
import { Age, Instant, KeyValues } from "@/ui/Figures";
import { Lamp, lampOf, StatusChip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Cell, Grid, Page, Panel, PanelBody } from "@/ui/Panel";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../search";

interface ItemRow extends HealthItem {
  service: string;
  title: string;
}

const COLUMNS: Column<ItemRow>[] = [
  { id: "service", head: "Part", value: (row) => row.title, width: 130, phone: "note" },
  { id: "name", head: "Check", value: (row) => row.name, width: 180, phone: "title" },
  {
    id: "status",
    head: "State",
    value: (row) => row.status,
    cell: (row) => <StatusChip state={lampOf(row.status)} />,
    width: 110,
    phone: "figure",
  },
  { id: "detail", head: "Detail", value: (row) => row.detail, grow: true, width: 220 },
  {
    id: "checked",
    head: "Checked",
    value: (row) => row.checked_at,
    cell: (row) => <Age at={row.checked_at} />,
    align: "right",
    width: 90,
    phone: "note",
  },
];

/** Every health item of every service: what is wrong first. */
export default function Health() {
  const query = useQuery(healthQuery);
  const config = useQuery(uiConfigQuery).data;
  const [search, change] = useSearchState();
  const refresh = () => void query.refetch();
  useShortcuts([{ keys: "r", text: "Refresh", scope: "Health", run: refresh }]);
  const state = worst((query.data ?? []).map((service) => lampOf(service.status)));
  return (
    <Page>
      <PageHead
        title="Health"
        actions={
          <Button icon={<RefreshCw size={14} />} onPress={refresh} isPending={query.isRefetching}>
            Check again
          </Button>
        }
      >
        {query.data ? <StatusChip state={state} word={stateWord(query.data)} /> : null}
      </PageHead>
      <Loaded query={query} what="Health">
        {(services) => (
          <Grid>
            <Cell span={9}>
              <Panel label="Checks">
                <DataTable
                  label="Health checks"
                  name="health"
                  tools={(parts) => (
                    <FilterBar
                      count={counted(parts.rows.length, "check")}
                      end={parts.menu}
                      tokens={
                        search.service
                          ? [
                              {
                                name: "part",
                                value: search.service,
                                onDrop: () => change({ service: undefined }),
                              },
                            ]
                          : []
                      }
                    />
                  )}
                  columns={COLUMNS}
                  rows={itemsOf(services, search.service)}
                  rowId={(row) => `${row.service}:${row.name}`}
                  sort={sortFromText(search.sort)}
                  onSort={(sort) => change({ sort: sortToText(sort) })}
                  empty={<Empty title="No check matches">Drop the filter to see all.</Empty>}
                />
              </Panel>
            </Cell>
            <Cell span={3}>
              <Panel title="Parts">
                <PanelBody>
                  <KeyValues
                    rows={services.map((service) => [
                      service.title,
                      <Lamp key={service.name} state={lampOf(service.status)} />,
                    ])}
                  />
                </PanelBody>
              </Panel>
              <Panel title="Process">
                <PanelBody>
                  <KeyValues
                    rows={[
                      ["Version", config?.version ?? ""],
                      ["Environment", config?.environment ?? ""],
                      ["Mode", config?.mode ?? ""],
                      ["Started, UTC", <Instant key="started" at={config?.started_at} />],
                      ["Demo data", config?.demo ? "yes" : "no"],
                    ]}
                  />
                </PanelBody>
              </Panel>
            </Cell>
          </Grid>
        )}
      </Loaded>
    </Page>
  );
}

const ORDER = ["unhealthy", "degraded", "healthy"];

/** The checks of all parts or of one, what is wrong first. */
function itemsOf(services: readonly ServiceHealth[], only: string | undefined): ItemRow[] {
  return services
    .filter((service) => only === undefined || service.name === only)
    .flatMap((service) =>
      service.items.map((item) => ({ ...item, service: service.name, title: service.title })),
    )
    .sort((left, right) => ORDER.indexOf(left.status) - ORDER.indexOf(right.status));
}

function stateWord(services: readonly ServiceHealth[]): string {
  const ill = services.flatMap((service) =>
    service.items.filter((item) => item.status !== "healthy"),
  );
  return ill.length === 0
    ? `${counted(services.length, "part")} up`
    : `${counted(ill.length, "check is", "checks are")} not up`;
}
