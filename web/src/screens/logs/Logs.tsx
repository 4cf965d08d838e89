import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Download, Link2, Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { download } from "@/api/download";
import { listLogs } from "@/api/platform";
import { asProblem } from "@/api/problem";
import { logSummaryQuery } from "@/api/queries";
import { formatBytes, formatCount } from "@/format/numbers";
import { serverNow, useNow } from "@/shell/clock";
import { useCompact } from "@/shell/media";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import table from "@/table/DataTable.module.css";
import { Token } from "@/table/FilterBar";
import { useGridKeys } from "@/table/useGridKeys";
import { Button } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { SearchField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../search";
import { Facets } from "./Facets";
import { chosenLevel, FIELDS, logParameters, RANGES, readTyped, spanOf } from "./filters";
import { LogRow } from "./LogRow";
import styles from "./Logs.module.css";
import { RangeDialog } from "./RangeDialog";
import { Summary } from "./Summary";
import { useTail } from "./useTail";
import { Volume } from "./Volume";

const PAGE = 200;
const MINUTE = 60_000;

/** All services, one stream: counts, volume, rows; every filter is in the address. */
export default function Logs() {
  const [search, change] = useSearchState();
  const [typed, setTyped] = useState("");
  const [choosing, setChoosing] = useState(false);
  const compact = useCompact();
  const input = useRef<HTMLInputElement>(null);
  const fixed = Boolean(search.from);
  const tailing = search.tail !== "off" && !fixed;
  const minute = Math.floor(useNow(10_000).getTime() / MINUTE) * MINUTE + MINUTE;
  const span = spanOf(search, new Date(minute));
  const parameters = logParameters(search, span);
  const summary = useQuery({
    ...logSummaryQuery(parameters),
    refetchInterval: tailing ? 15_000 : false,
  });
  const asked = JSON.stringify({
    ...parameters,
    startTime: fixed ? search.from : (search.range ?? "1h"),
  });
  const query = useInfiniteQuery({
    queryKey: ["logs", "rows", asked],
    queryFn: ({ pageParam, signal }) =>
      listLogs(
        { ...logParameters(search, spanOf(search, serverNow())), page: pageParam, page_size: PAGE },
        signal,
      ),
    initialPageParam: 1,
    getNextPageParam: (last) =>
      last.page * last.page_size < last.total ? last.page + 1 : undefined,
    staleTime: 5_000,
  });
  const tail = useTail(tailing, logParameters(search, null));
  const stored = query.data?.pages.flatMap((page) => page.items) ?? [];
  const known = new Set(stored.map((entry) => String(entry.id)));
  const fresh = tail.entries.filter((entry) => !known.has(String(entry.id)));
  const rows = [
    ...fresh,
    ...stored.filter((entry, index) => index === 0 || entry.id !== stored[index - 1]?.id),
  ];

  const toggle = (index: number) => {
    const id = String(rows[index]?.id ?? "");
    change({ entry: search.entry === id ? undefined : id });
  };
  const keys = useGridKeys({
    count: rows.length,
    onOpen: toggle,
    onMove: (index) =>
      document.getElementById(`log-${index}`)?.scrollIntoView({ block: "nearest" }),
  });
  // New entries push the rows down; the cursor stays on its entry.
  const before = useRef(0);
  const { setCursor } = keys;
  useEffect(() => {
    const added = fresh.length - before.current;
    before.current = fresh.length;
    if (added > 0) {
      setCursor((cursor) => (cursor < 0 ? cursor : cursor + added));
    }
  }, [fresh.length, setCursor]);
  const clear = () => {
    setTyped("");
    change({
      ...Object.fromEntries(FIELDS.map((field) => [field.key, undefined])),
      level: undefined,
    });
  };
  const toggleTail = () => change({ tail: tailing ? "off" : undefined });
  const exportRows = async () => {
    try {
      const size = await download("/api/logs/backend/export", parameters, "quintet-log.csv");
      toast({ tone: "ok", text: "Log exported", detail: formatBytes(size) });
    } catch (error) {
      toast({ tone: "bad", text: "The export failed", detail: asProblem(error).detail });
    }
  };
  useShortcuts([
    { keys: "/", text: "Focus the filter", scope: "Logs", run: () => input.current?.focus() },
    { keys: "r", text: "Refresh", scope: "Logs", run: () => void query.refetch() },
    { keys: "p", text: "Pause or resume the tail", scope: "Logs", run: toggleTail },
    { keys: "e", text: "Export", scope: "Logs", run: () => void exportRows() },
  ]);
  useStatusItems([tailWords(tailing, fixed, tail.state)]);

  const facets = <Facets summary={summary.data} search={search} change={change} onClear={clear} />;
  const level = chosenLevel(search);
  const tokens = FIELDS.filter((field) => search[field.key]);
  return (
    <Page fill>
      <PageHead
        title="Log viewer"
        crumb="Logs"
        actions={
          <>
            <Segmented
              label="Time range"
              value={fixed ? "custom" : (search.range ?? "1h")}
              options={[...RANGES, { value: "custom", text: "Custom…" }]}
              onChange={(range) =>
                range === "custom"
                  ? setChoosing(true)
                  : change({ range, from: undefined, to: undefined })
              }
            />
            <Button
              icon={<Link2 size={14} />}
              onPress={() => copyText(location.href, "Link copied")}
            >
              Copy link
            </Button>
            <Button icon={<Download size={14} />} onPress={() => void exportRows()}>
              Export
            </Button>
            <Button
              icon={tailing ? <Pause size={14} /> : <Play size={14} />}
              isDisabled={fixed}
              onPress={toggleTail}
            >
              {tailing ? "Pause tail" : "Resume tail"}
            </Button>
          </>
        }
      />
      <Summary summary={summary.data} change={change} />
      <div className={styles.layout}>
        {compact ? null : facets}
        <Panel fill label="Entries">
          <form
            className={table.tools}
            onSubmit={(event) => {
              event.preventDefault();
              change(readTyped(typed), "push");
              setTyped("");
            }}
          >
            <SearchField
              label="Filter"
              value={typed}
              onChange={setTyped}
              placeholder="text, or field:value"
              inputRef={input}
              keys="/"
            />
            {level ? (
              <Token
                name="level"
                value={level.toLowerCase()}
                onDrop={() => change({ level: undefined })}
              />
            ) : null}
            {tokens.map((field) => (
              <Token
                key={field.key}
                name={field.word}
                value={search[field.key] ?? ""}
                onDrop={() => change({ [field.key]: undefined })}
              />
            ))}
          </form>
          <div className={styles.volume}>
            <Volume volume={summary.data?.volume ?? []} total={summary.data?.total ?? 0} />
          </div>
          <div className={styles.scroller}>
            <div
              className={styles.grid}
              role="treegrid"
              aria-label="Log entries"
              aria-rowcount={query.data?.pages[0]?.total ?? -1}
              aria-activedescendant={keys.cursor >= 0 ? `log-${keys.cursor}` : undefined}
              tabIndex={0}
              onKeyDown={keys.onKeyDown}
            >
              {/* biome-ignore lint/a11y/useFocusableInteractive: the grid keeps the focus */}
              <div role="row" className={styles.head}>
                <span />
                {["Time, UTC", "Level", "Logger", "Message", "Correlation"].map((head) => (
                  // biome-ignore lint/a11y/useFocusableInteractive: the grid keeps the focus
                  <span key={head} role="columnheader">
                    {head === "Level" ? <span className="visually-hidden">Level</span> : head}
                  </span>
                ))}
              </div>
              {rows.map((entry, index) => (
                <LogRow
                  key={entry.id}
                  id={`log-${index}`}
                  entry={entry}
                  open={search.entry === String(entry.id)}
                  cursor={keys.cursor === index}
                  fresh={index < fresh.length}
                  onToggle={() => {
                    keys.setCursor(index);
                    toggle(index);
                  }}
                  change={change}
                />
              ))}
            </div>
            {query.isPending ? <Skeleton rows={12} /> : null}
            {query.error && stored.length === 0 ? (
              <ErrorPanel
                what="The log could not be loaded"
                error={query.error}
                onRetry={query.refetch}
              />
            ) : null}
            {query.data && rows.length === 0 ? (
              <Empty
                title="No entry matches"
                actions={<Button onPress={clear}>Clear filters</Button>}
              >
                Nothing was logged in this time with these filters. A longer range may have it.
              </Empty>
            ) : null}
            {rows.length > 0 ? (
              <div className={styles.foot}>
                {formatCount(rows.length)} of{" "}
                {formatCount((query.data?.pages[0]?.total ?? 0) + fresh.length)}
                {query.hasNextPage ? (
                  <Button
                    small
                    isPending={query.isFetchingNextPage}
                    onPress={() => void query.fetchNextPage()}
                  >
                    Load more
                  </Button>
                ) : null}
              </div>
            ) : null}
          </div>
        </Panel>
        {compact ? facets : null}
      </div>
      {choosing ? (
        <RangeDialog
          from={span.from.toISOString()}
          to={(span.to ?? serverNow()).toISOString()}
          onClose={() => setChoosing(false)}
          onChoose={(from, to) => {
            setChoosing(false);
            change({ from, to, range: undefined }, "push");
          }}
        />
      ) : null}
    </Page>
  );
}

function tailWords(tailing: boolean, fixed: boolean, state: string): string {
  if (fixed) {
    return "Fixed range, no tail";
  }
  return tailing ? `Tail ${state}` : "Tail paused";
}
