import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { counted } from "@/format/numbers";
import { FilterBar } from "@/table/FilterBar";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Loaded } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../search";
import { allRunsQuery } from "../api/queries";
import type { Run } from "../api/types";
import { poolPath } from "../pools/PoolCard";
import { RunHistory } from "../workbench/RunHistory";

/** Saved runs of all pools, newest first. */
export default function Runs() {
  const [search, change] = useSearchState();
  const navigate = useNavigate();
  const query = useInfiniteQuery(allRunsQuery);
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = (search.text ?? "").toLowerCase();
  const runs = all.filter((run) => `${run.name} ${run.pool_name}`.toLowerCase().includes(wanted));
  const open = (run: Run) => {
    if (run.pool_id === null) {
      toast({ tone: "info", text: "This run was made from loans in a request; it has no pool" });
    } else {
      const to = `${poolPath(run.pool_id)}/workbench`;
      void navigate({ to, search: { run: run.id } as never });
    }
  };
  return (
    <Page fill>
      <PageHead title="Runs" trail={[{ title: "Credit", to: "/credit" }]} />
      <Panel label="Runs" fill>
        <FilterBar
          search={{
            value: search.text ?? "",
            onChange: (text) => change({ text }),
            placeholder: "Run or pool",
          }}
          count={counted(runs.length, "run")}
        />
        <Loaded query={query} what="Runs">
          {() => (
            <RunHistory
              runs={runs}
              currency="USD"
              pools
              onOpen={open}
              more={{
                has: query.hasNextPage,
                loading: query.isFetchingNextPage,
                load: () => void query.fetchNextPage(),
              }}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
