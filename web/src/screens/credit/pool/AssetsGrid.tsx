import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { counted, formatCount, formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import type { CellValue, Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Button } from "@/ui/Button";
import { Select } from "@/ui/Select";
import { Empty, Loaded } from "@/ui/States";
import { poolAssetsQuery } from "../api/queries";
import type { Asset, Pool } from "../api/types";
import { FIELD_NAMES, fieldTitle, kindOf } from "../model/fields";
import { classLook } from "../model/units";
import { usePhoneNotes } from "../shared/phoneNotes";

const ALL = "all";
const FIRST = new Set([
  "id",
  "asset_class",
  "balance",
  "rate",
  "term_months",
  "remaining_term_months",
  "fico_score",
  "ltv_ratio",
  "location",
  "status",
]);
const WIDTHS: Record<string, number> = { asset_class: 150, remaining_term_months: 150 };
const STATUSES = ["current", "delinquent", "defaulted", "prepaid"];

/** Every loan of a pool, page by page, with the fields that the tape gave. */
export function AssetsGrid({ pool }: { pool: Pool }) {
  const [text, setText] = useState("");
  const [assetClass, setClass] = useState(ALL);
  const [status, setStatus] = useState(ALL);
  const search = useDeferredValue(text.trim());
  const filter = {
    search: search === "" ? undefined : search,
    asset_class: assetClass === ALL ? undefined : assetClass,
    status: status === ALL ? undefined : status,
  };
  const query = useInfiniteQuery(poolAssetsQuery(pool.id, pool.version, filter));
  const assets = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const columns = useMemo(() => columnsOf(assets, pool.currency), [assets, pool.currency]);
  const named = usePhoneNotes(columns);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const classes = pool.summary.classes.map((one) => one.asset_class);
  const clear = () => {
    setText("");
    setClass(ALL);
    setStatus(ALL);
  };
  return (
    <>
      <FilterBar
        search={{ value: text, onChange: setText, placeholder: "Loan id", label: "Find a loan" }}
        count={
          filtered
            ? `${counted(assets.length, "loan")} so far`
            : `${formatCount(pool.summary.asset_count)} loans`
        }
        end={<ExportButton columns={columns} rows={assets} fileName={`${pool.name}-loans`} />}
      >
        {classes.length > 1 ? (
          <Select
            label="Class"
            hideLabel
            options={[
              { value: ALL, text: "All classes" },
              ...classes.map((name) => ({ value: name, text: classLook(name).title })),
            ]}
            value={assetClass}
            onChange={setClass}
          />
        ) : null}
        <Select
          label="Status"
          hideLabel
          options={[
            { value: ALL, text: "All statuses" },
            ...STATUSES.map((name) => ({ value: name, text: fieldTitle(name) })),
          ]}
          value={status}
          onChange={setStatus}
        />
      </FilterBar>
      <Loaded query={query} what="Loans">
        {() => (
          <DataTable
            label="Loans"
            name="credit.loans"
            dense
            fill
            busy={query.isPlaceholderData}
            columns={named}
            rows={assets}
            rowId={(asset) => asset.id}
            sort={[]}
            empty={
              <Empty
                title="No loan matches"
                actions={<Button onPress={clear}>Clear filters</Button>}
              />
            }
            more={{
              has: query.hasNextPage,
              loading: query.isFetchingNextPage,
              load: () => void query.fetchNextPage(),
              total: filtered ? null : pool.summary.asset_count,
            }}
          />
        )}
      </Loaded>
    </>
  );
}

function columnsOf(assets: readonly Asset[], currency: string | null): Column<Asset>[] {
  const there = new Set(assets.slice(0, 200).flatMap((asset) => Object.keys(asset)));
  const names = FIELD_NAMES.filter(
    (name) => there.has(name) || (assets.length === 0 && FIRST.has(name)),
  );
  return names.map((name): Column<Asset> => {
    const kind = kindOf(name);
    const right = kind === "number" || kind === "share" || kind === "whole";
    return {
      id: name,
      head: headOf(name, kind, currency),
      value: (asset) => plainValue(asset[name]),
      cell: (asset) => shown(name, kind, asset[name]),
      align: right ? "right" : "left",
      width: WIDTHS[name] ?? (right ? 110 : 120),
      grow: name === "id",
      frozen: name === "id",
      hidden: !FIRST.has(name),
      sortable: false,
      phone: phoneOf(name),
    };
  });
}

function phoneOf(name: string): Column<Asset>["phone"] {
  const places: Record<string, Column<Asset>["phone"]> = {
    id: "title",
    balance: "figure",
    rate: "note",
    remaining_term_months: "note",
    fico_score: "note",
    status: "note",
  };
  return places[name] ?? "hide";
}

function headOf(name: string, kind: string, currency: string | null): string {
  if (kind === "share") {
    return `${fieldTitle(name)}, %`;
  }
  const money = kind === "number" && /balance|value|income|payment|noi/.test(name);
  return money ? `${fieldTitle(name)}, ${currency ?? "USD"}` : fieldTitle(name);
}

const plainValue = (value: unknown): CellValue =>
  typeof value === "number" || typeof value === "string"
    ? value
    : value === undefined || value === null
      ? null
      : JSON.stringify(value);

function shown(name: string, kind: string, value: unknown): string | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (name === "asset_class") {
    return classLook(String(value)).title;
  }
  if (typeof value === "number") {
    return kind === "share"
      ? formatNumber(100 * value, 3)
      : formatNumber(value, kind === "whole" ? 0 : 2);
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (kind === "date") {
    return formatDate(String(value));
  }
  return typeof value === "string" ? value.replaceAll("_", " ") : JSON.stringify(value);
}
