import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@/format/numbers";
import { useSearchState } from "@/screens/search";
import { useShortcuts } from "@/shell/shortcuts";
import { Id } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Loaded, Skeleton } from "@/ui/States";
import { Tabs } from "@/ui/Tabs";
import { sessionQuery } from "../api/queries";
import type { SessionDetail } from "../api/records";
import { EventFeed } from "../live/EventFeed";
import { sentence } from "../model/words";
import { ConfigTab } from "./ConfigTab";
import { StatusChip } from "./columns";
import styles from "./History.module.css";
import { LegsTab } from "./LegsTab";
import { OrdersTab } from "./OrdersTab";
import { PathTab } from "./PathTab";
import { SummaryTab } from "./SummaryTab";

const TABS = ["summary", "legs", "orders", "events", "path", "config"];
const OPEN_MS = 5_000;

/** Everything of one session; the open tab is in the address. */
export function SessionDetailPanel({ id }: { id: string }) {
  const query = useQuery({
    ...sessionQuery(encodeURIComponent(id)),
    refetchInterval: (state) => (state.state.data?.status === "running" ? OPEN_MS : false),
  });
  return (
    <Loaded query={query} what={`Session ${id}`} skeleton={<Skeleton rows={10} chart />}>
      {(detail) => <Detail detail={detail} />}
    </Loaded>
  );
}

function Detail({ detail }: { detail: SessionDetail }) {
  const [search, change] = useSearchState();
  const selected = TABS.find((tab) => tab === search.tab) ?? "summary";
  const go = (by: number) => {
    const next = TABS[(TABS.indexOf(selected) + by + TABS.length) % TABS.length];
    change({ tab: next === "summary" ? undefined : next });
  };
  useShortcuts([
    { keys: "[", text: "Tab before", scope: "History", run: () => go(-1) },
    { keys: "]", text: "Next tab", scope: "History", run: () => go(1) },
  ]);
  const count = (rows: readonly unknown[]) =>
    rows.length === 0 ? undefined : formatCount(rows.length);
  return (
    <>
      <div className={styles.chips}>
        <StatusChip session={detail} />
        <Chip tone={detail.mode === "live" ? "bad" : "outline"}>{sentence(detail.mode)}</Chip>
        <Id value={detail.strategy_id} copy />
      </div>
      <Tabs
        label="Session"
        selected={selected}
        onSelect={(tab) => change({ tab: tab === "summary" ? undefined : tab })}
        fill
        tabs={[
          { id: "summary", title: "Summary", content: <SummaryTab detail={detail} /> },
          {
            id: "legs",
            title: "Legs",
            count: count(detail.legs_summary),
            content: <LegsTab detail={detail} />,
          },
          {
            id: "orders",
            title: "Orders & fills",
            content: <OrdersTab detail={detail} />,
          },
          {
            id: "events",
            title: "Events",
            content: (
              <div className={styles.tab}>
                <EventFeed session={detail.id} />
              </div>
            ),
          },
          { id: "path", title: "P&L path", content: <PathTab detail={detail} /> },
          { id: "config", title: "Config", content: <ConfigTab detail={detail} /> },
        ]}
      />
    </>
  );
}
