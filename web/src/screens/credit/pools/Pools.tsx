import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Upload } from "lucide-react";
import { useState } from "react";
import { counted, formatCount } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { CreditGlyph } from "@/services/glyphs";
import { useStatusItems } from "@/shell/status";
import { type Column, sortFromText, sortToText } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Button, LinkButton } from "@/ui/Button";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../../search";
import { poolsQuery } from "../api/queries";
import type { PoolItem } from "../api/types";
import { amountUnit } from "../model/units";
import { NeedsOperator, useMayRun } from "../shared/access";
import { ClassMix } from "../shared/ClassMix";
import { DeletePool } from "./DeletePool";
import { monthsOf, PoolCard, PoolMenu, percentOf, poolPath } from "./PoolCard";
import styles from "./Pools.module.css";
import { Samples } from "./Samples";

function columnsOf(onDelete: (pool: PoolItem) => void): Column<PoolItem>[] {
  return [
    { id: "name", head: "Pool", value: (pool) => pool.name, grow: true, width: 200 },
    {
      id: "mix",
      head: "Class mix",
      value: (pool) => pool.summary.classes.map((one) => one.asset_class).join(", "),
      cell: (pool) => <ClassMix classes={pool.summary.classes} legend={false} />,
      width: 150,
      sortable: false,
      phone: "hide",
    },
    {
      id: "balance",
      head: "Balance",
      value: (pool) => pool.summary.balance,
      cell: (pool) => {
        const unit = amountUnit(pool.summary.balance, pool.currency);
        return `${unit.currency} ${unit.format(pool.summary.balance, 1)}${unit.short}`;
      },
      align: "right",
      width: 130,
    },
    {
      id: "count",
      head: "Loans",
      value: (pool) => pool.summary.asset_count,
      cell: (pool) => formatCount(pool.summary.asset_count),
      align: "right",
      width: 90,
      phone: "hide",
    },
    {
      id: "wac",
      head: "WAC",
      value: (pool) => pool.summary.wac,
      cell: (pool) => percentOf(pool.summary.wac),
      align: "right",
      width: 84,
    },
    {
      id: "wam",
      head: "WAM, months",
      value: (pool) => pool.summary.wam,
      cell: (pool) => monthsOf(pool.summary.wam),
      align: "right",
      width: 104,
      phone: "hide",
    },
    {
      id: "cutoff",
      head: "Cut-off",
      value: (pool) => pool.cut_off_date,
      cell: (pool) => (pool.cut_off_date === null ? null : formatDate(pool.cut_off_date)),
      width: 110,
    },
    {
      id: "acts",
      head: "",
      value: () => null,
      cell: (pool) => <PoolMenu pool={pool} onDelete={() => onDelete(pool)} />,
      width: 52,
      sortable: false,
      align: "right",
      phone: "hide",
    },
  ];
}

/** All pools: cards to recognise, a table to compare. */
export default function Pools() {
  const [search, change] = useSearchState();
  const [leaving, setLeaving] = useState<PoolItem | null>(null);
  const navigate = useNavigate();
  const may = useMayRun();
  const query = useInfiniteQuery(poolsQuery);
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = (search.text ?? "").toLowerCase();
  const pools = all.filter((pool) => pool.name.toLowerCase().includes(wanted));
  const columns = columnsOf(setLeaving);
  const table = search.view === "table";
  const open = (pool: PoolItem) => void navigate({ to: poolPath(pool.id) });
  useStatusItems(query.data ? [counted(all.length, "pool"), "amounts in the pool's currency"] : []);
  const uploadAct = may ? (
    <LinkButton to="/credit/upload" kind="primary" icon={<Upload size={14} />}>
      Upload tape
    </LinkButton>
  ) : (
    <>
      <NeedsOperator what="Uploading" />
      <Button isDisabled icon={<Upload size={14} />}>
        Upload tape
      </Button>
    </>
  );
  const nothing = (
    <Empty
      title="No pool matches"
      actions={<Button onPress={() => change({ text: undefined })}>Clear filter</Button>}
    />
  );
  return (
    <Page>
      <PageHead
        title="Pools"
        trail={[{ title: "Credit", to: "/credit" }]}
        actions={query.data && all.length === 0 ? null : uploadAct}
      />
      <Loaded query={query} what="Pools">
        {() =>
          all.length === 0 ? (
            <Panel label="No pools yet">
              <Empty title="No pools yet" glyph={<CreditGlyph size={22} />} actions={uploadAct}>
                A pool is a set of loans from a tape. Upload one as CSV, Parquet or XLSX, or start
                from a sample.
              </Empty>
              <Samples />
            </Panel>
          ) : (
            <Panel label="Pools">
              <FilterBar
                search={{
                  value: search.text ?? "",
                  onChange: (value) => change({ text: value }),
                  placeholder: "Name",
                }}
                count={counted(pools.length, "pool")}
                end={
                  <>
                    <ExportButton columns={columns.slice(0, -1)} rows={pools} fileName="pools" />
                    <Segmented
                      label="View"
                      options={[
                        { value: "cards", text: "Cards" },
                        { value: "table", text: "Table" },
                      ]}
                      value={table ? "table" : "cards"}
                      onChange={(view) => change({ view: view === "table" ? view : undefined })}
                    />
                  </>
                }
              />
              {table ? (
                <DataTable
                  label="Pools"
                  name="credit.pools"
                  columns={columns}
                  rows={pools}
                  rowId={(pool) => pool.id}
                  sort={sortFromText(search.sort)}
                  onSort={(sort) => change({ sort: sortToText(sort) })}
                  onOpen={open}
                  empty={nothing}
                />
              ) : pools.length === 0 ? (
                nothing
              ) : (
                <ul className={styles.list}>
                  {pools.map((pool) => (
                    <PoolCard key={pool.id} pool={pool} onDelete={() => setLeaving(pool)} />
                  ))}
                </ul>
              )}
              {query.hasNextPage ? (
                <div className={styles.more}>
                  <Button
                    isPending={query.isFetchingNextPage}
                    onPress={() => void query.fetchNextPage()}
                  >
                    Load more
                  </Button>
                </div>
              ) : null}
            </Panel>
          )
        }
      </Loaded>
      <DeletePool pool={leaving} onClose={() => setLeaving(null)} />
    </Page>
  );
}
