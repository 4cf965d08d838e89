import { useQuery } from "@tanstack/react-query";
import { Age, KeyValues } from "@/ui/Figures";
import { StatusChip } from "@/ui/Marks";
import { Panel, PanelBody } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { heartbeatQuery } from "../api/queries";

/** Which process trades: at most one holds the lease, every order carries its token. */
export function LeasePanel() {
  const query = useQuery(heartbeatQuery);
  return (
    <Panel
      title="Engine"
      sub="the one process that trades"
      actions={
        query.data === undefined ? null : query.data.lease_owner === null ? (
          <StatusChip state="off" word="Not seen yet" />
        ) : query.data.silent ? (
          <StatusChip state="down" word="Silent" />
        ) : (
          <StatusChip state="up" word="Running" />
        )
      }
    >
      <Loaded query={query} what="The engine's heartbeat" skeleton={<Skeleton rows={3} />}>
        {(beat) => (
          <PanelBody>
            <KeyValues
              rows={[
                ["Lease held by", beat.lease_owner ?? "nobody"],
                ["Fencing token", beat.fencing_token ?? "none"],
                [
                  "Last tick",
                  beat.last_tick_at === null ? (
                    "none yet"
                  ) : (
                    <Age key="tick" at={beat.last_tick_at} zone="IST" />
                  ),
                ],
                ["Session", beat.strategy_id ?? "none"],
              ]}
            />
          </PanelBody>
        )}
      </Loaded>
    </Panel>
  );
}
