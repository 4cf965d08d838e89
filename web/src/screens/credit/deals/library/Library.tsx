import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { CreditGlyph } from "@/services/glyphs";
import { useCommands } from "@/shell/commands";
import { useStatusItems } from "@/shell/status";
import { sortFromText, sortToText } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Button } from "@/ui/Button";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../../../search";
import { NeedsOperator, useMayRun } from "../../shared/access";
import type { Shelf } from "../api/calls";
import { dealsQuery } from "../api/queries";
import type { DealItem } from "../api/types";
import { dealPath } from "../path";
import { CreateDialog } from "./CreateDialog";
import { type Leaving, libraryColumns, typeWord } from "./columns";
import { DealDialogs } from "./DealDialogs";
import styles from "./Library.module.css";

const SHELVES: readonly { value: Shelf; text: string }[] = [
  { value: "my-deals", text: "Mine" },
  { value: "shared-with-me", text: "Shared with me" },
  { value: "public", text: "Public" },
];

const NOTHING: Record<Shelf, readonly [string, string]> = {
  "my-deals": [
    "No deals yet",
    "A deal is bonds, accounts, fees and the order in which they are paid. Start from a template and change it.",
  ],
  "shared-with-me": ["Nothing is shared with you", "A deal that a colleague shares stands here."],
  public: ["No public deals", "A deal that its owner makes public stands here for everybody."],
};

const ALL = "all";

/** Deals of this account, shared and public ones. */
export default function Library() {
  const [search, change] = useSearchState();
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const navigate = useNavigate();
  const may = useMayRun();
  const shelf = SHELVES.find((one) => one.value === search.shelf)?.value ?? "my-deals";
  const query = useInfiniteQuery(dealsQuery(shelf));
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = (search.text ?? "").toLowerCase();
  const types: string[] = [...new Set(all.map((deal) => deal.deal_type))];
  const deals = all.filter(
    (deal) =>
      `${deal.name} ${deal.description}`.toLowerCase().includes(wanted) &&
      (search.type === undefined || deal.deal_type === search.type),
  );
  const open = (deal: DealItem) => void navigate({ to: dealPath(deal.id) });
  const create = () => change({ new: "template" });
  const columns = libraryColumns(shelf, setLeaving);
  useStatusItems(query.data ? [counted(all.length, "deal")] : []);
  useCommands([
    {
      id: "credit.deal.new",
      text: "New deal…",
      hint: "Credit",
      reason: may ? undefined : "needs credit:operator",
      run: create,
    },
  ]);
  const act = (
    <Button kind="primary" icon={<Plus size={14} />} isDisabled={!may} onPress={create}>
      New deal…
    </Button>
  );
  const filtered = wanted !== "" || search.type !== undefined;
  const [title, words] = NOTHING[shelf];
  return (
    <Page>
      <PageHead
        title="Deals"
        trail={[{ title: "Credit", to: "/credit" }]}
        actions={
          <>
            {may ? null : <NeedsOperator what="Creating a deal" />}
            {act}
          </>
        }
      />
      <Panel label="Deals">
        <FilterBar
          search={{
            value: search.text ?? "",
            onChange: (text) => change({ text }),
            placeholder: "Name or description",
          }}
          count={query.data ? counted(deals.length, "deal") : null}
          end={<ExportButton columns={columns.slice(0, -1)} rows={deals} fileName="deals" />}
        >
          <Segmented
            label="Shelf"
            options={SHELVES}
            value={shelf}
            onChange={(next) =>
              change({ shelf: next === "my-deals" ? undefined : next, type: undefined })
            }
          />
          {types.length > 0 ? (
            <div className={styles.type}>
              <Select
                label="Type"
                hideLabel
                options={[
                  { value: ALL, text: "All types" },
                  ...types.map((type) => ({ value: type, text: typeWord(type) })),
                ]}
                value={search.type ?? ALL}
                onChange={(type) => change({ type: type === ALL ? undefined : type })}
              />
            </div>
          ) : null}
        </FilterBar>
        <Loaded query={query} what="Deals">
          {() => (
            <DataTable
              label="Deals"
              name="credit.deals"
              columns={columns}
              rows={deals}
              rowId={(deal) => deal.id}
              sort={sortFromText(search.sort)}
              onSort={(sort) => change({ sort: sortToText(sort) })}
              onOpen={open}
              busy={query.isFetching}
              more={{
                has: query.hasNextPage,
                loading: query.isFetchingNextPage,
                load: () => void query.fetchNextPage(),
              }}
              empty={
                filtered ? (
                  <Empty
                    title="No deal matches"
                    actions={
                      <Button onPress={() => change({ text: undefined, type: undefined })}>
                        Clear filters
                      </Button>
                    }
                  />
                ) : (
                  <Empty
                    title={title}
                    glyph={<CreditGlyph size={22} />}
                    actions={shelf === "my-deals" ? act : undefined}
                  >
                    {words}
                  </Empty>
                )
              }
            />
          )}
        </Loaded>
      </Panel>
      {search.new !== undefined && may ? (
        <CreateDialog
          from={search.new}
          onFrom={(from) => change({ new: from })}
          onClose={() => change({ new: undefined })}
          onCreated={(deal) => void navigate({ to: dealPath(deal.id) })}
        />
      ) : null}
      <DealDialogs leaving={leaving} onClose={() => setLeaving(null)} />
    </Page>
  );
}
