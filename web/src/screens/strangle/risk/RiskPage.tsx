import { formatDuration } from "@/format/time";
import { Chip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Cell, Grid } from "@/ui/Panel";
import { ErrorPanel, Skeleton, StaleChip } from "@/ui/States";
import { useDesk, useStaleAge } from "../api/stream";
import { DeskBanners } from "../live/DeskBanners";
import { PanicButton } from "../live/DeskHead";
import { tradingWords } from "../model/desk";
import { StranglePage } from "../shared/StranglePage";
import { GuardsPanel } from "./GuardsPanel";
import { IntentsPanel } from "./IntentsPanel";
import { LeasePanel } from "./LeasePanel";
import { PreflightPanel } from "./PreflightPanel";
import { ReconciliationPanel } from "./ReconciliationPanel";
import { RiskEventsPanel } from "./RiskEventsPanel";
import { TradingStatePanel } from "./TradingStatePanel";

/** What is allowed, how near the guards are, and whether ledger and exchange agree. */
export default function RiskPage() {
  const desk = useDesk();
  const runtime = desk.data;
  const staleAge = useStaleAge(runtime);
  const words = runtime === undefined ? null : tradingWords(runtime.risk.trading_state);
  return (
    <StranglePage>
      <PageHead
        title="Risk & reconciliation"
        trail={[{ title: "Strangle", to: "/strangle" }]}
        actions={<PanicButton runtime={runtime} />}
      >
        {words === null ? null : <Chip tone={words.tone}>{words.word}</Chip>}
        {staleAge === null ? null : <StaleChip age={formatDuration(staleAge)} />}
      </PageHead>
      {runtime !== undefined ? (
        <>
          <DeskBanners runtime={runtime} full />
          <Grid>
            <Cell span={5}>
              <TradingStatePanel runtime={runtime} />
              <LeasePanel />
              <PreflightPanel />
            </Cell>
            <Cell span={7}>
              <GuardsPanel runtime={runtime} />
              <IntentsPanel runtime={runtime} />
              <ReconciliationPanel runtime={runtime} />
              <RiskEventsPanel />
            </Cell>
          </Grid>
        </>
      ) : desk.error ? (
        <ErrorPanel
          what="The desk could not be read"
          error={desk.error}
          onRetry={() => void desk.refetch()}
        />
      ) : (
        <Skeleton rows={10} chart />
      )}
    </StranglePage>
  );
}
