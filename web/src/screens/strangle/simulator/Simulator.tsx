import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { formatCount, formatMoney, formatNumber } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { AlertDialog } from "@/ui/Dialog";
import { Instant, KeyValues } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { NumberField } from "@/ui/NumberField";
import { PageHead } from "@/ui/PageHead";
import { Cell, Grid, Panel, PanelBody } from "@/ui/Panel";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { resetSim } from "../api/calls";
import { SIM_KEY, STRANGLE_KEY, simQuery } from "../api/queries";
import type { SimStatus } from "../api/riskTypes";
import { exact } from "../model/words";
import { StranglePage } from "../shared/StranglePage";
import { ClockPanel } from "./ClockPanel";
import { FaultPanel } from "./FaultPanel";
import { MarketPanel } from "./MarketPanel";
import { SCENARIOS } from "./scenarios";

/** The simulated exchange: its market, its clock, and what goes wrong on it. */
export default function Simulator() {
  const query = useQuery(simQuery);
  const status = query.data;
  const scenario = SCENARIOS.find((one) => one.id === status?.scenario.replaceAll("-", "_"));
  const [resetting, setResetting] = useState(false);
  const absent = query.error !== null && asProblem(query.error).status === 404;
  return (
    <StranglePage>
      <PageHead
        title="Simulator"
        trail={[{ title: "Strangle", to: "/strangle" }]}
        actions={
          status === undefined ? undefined : (
            <Button
              kind="dangerOutline"
              icon={<RotateCcw size={14} />}
              onPress={() => setResetting(true)}
            >
              Reset…
            </Button>
          )
        }
      >
        {status === undefined ? null : (
          <Chip tone="notice">{scenario?.title ?? status.scenario}</Chip>
        )}
      </PageHead>
      {status !== undefined ? (
        <Grid>
          <Cell span={8}>
            <MarketPanel status={status} />
            <FaultPanel status={status} />
          </Cell>
          <Cell span={4}>
            <ClockPanel status={status} />
            <StatePanel status={status} />
          </Cell>
        </Grid>
      ) : absent ? (
        <Empty title="There is no simulator here">
          This process trades on a real venue. The simulator exists only where it is the exchange.
        </Empty>
      ) : query.error ? (
        <ErrorPanel
          what="The simulator could not be read"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : (
        <Skeleton rows={10} chart />
      )}
      {resetting && status !== undefined ? (
        <ResetDialog status={status} onClose={() => setResetting(false)} />
      ) : null}
    </StranglePage>
  );
}

function StatePanel({ status }: { status: SimStatus }) {
  const balance = exact(status.balance);
  return (
    <Panel title="Account on the simulator">
      <PanelBody>
        <KeyValues
          rows={[
            ["Balance", balance === null ? status.balance : formatMoney(balance)],
            ["Open orders", formatCount(status.open_orders)],
            ["Fills", formatCount(status.fills)],
            ["Seed", formatNumber(status.seed, 0)],
            ["Market since, UTC", <Instant key="since" at={status.started_at} />],
            ["Answers on", status.listen ?? "this process only"],
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

function ResetDialog({ status, onClose }: { status: SimStatus; onClose: () => void }) {
  const client = useQueryClient();
  const [seed, setSeed] = useState<number | null>(status.seed);
  const reset = useMutation({
    mutationFn: () => resetSim(seed ?? undefined),
    onSuccess: (next) => {
      client.setQueryData(SIM_KEY, next);
      toast({ tone: "ok", text: "A new market runs" });
    },
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
  return (
    <AlertDialog
      open
      onClose={onClose}
      title="Reset the simulated exchange?"
      consequence={
        <>
          <p>
            Market, orders, positions and wallet of the simulator start anew, and all faults are
            taken away. A session with open legs then finds that the exchange no longer has them.
          </p>
          <NumberField
            label="Seed"
            hint="The same seed gives the same market."
            digits={0}
            min={0}
            value={seed}
            onChange={setSeed}
          />
        </>
      }
      keep="Keep market"
      act="Reset simulator"
      onAct={() => reset.mutateAsync()}
    />
  );
}
